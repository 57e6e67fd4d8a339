// What tires tutors (cause 9) and what breaks the platform (cause 10), as a stream shows it.

import { DAY, HOUR, MINUTE, WEEK } from '../../engine/index.ts'
import { CALL_REASONS, REGIONS } from '../events/index.ts'
import { localAt, Zone } from '../events/localtime.ts'
import { alike } from './causes.ts'
import type { TutorLife } from './lives.ts'
import { looks } from './looks.ts'
import type { Measuring } from './measures.ts'
import type { HourCounts } from './seen.ts'
import { Matched, Mean } from './statistics.ts'
import { newcomers } from './students.ts'
import { hoursByWeek } from './tutors.ts'

const HEAVY_MINUTES = 25 * 60
const HEAVY_WEEKS = 3
const NEW_SESSIONS = 10
/** Sessions from which a tutor is new no more, with some between. */
const SEASONED_FROM = 15
const NOTICE_WEEKS = 3
const [USUAL_FROM, USUAL_TO] = [-15, -5]
const BILLING = CALL_REASONS.indexOf('billing_question')
const RENEWAL_DAYS = 28
const RENEWAL_WINDOW = 3

export function measureStresses(measuring: Measuring): void {
  tired(measuring)
  newTutors(measuring)
  leaving(measuring)
  outages(measuring)
  renewals(measuring)
}

/** Weeks of a tutor with the sessions in them; the students of one class take the tutor's time once. */
function weeksOf({ seen }: Measuring, { sessions, first }: TutorLife): { minutes: number; sessions: number[] }[] {
  const { columns } = seen.sessions
  const weeks: { minutes: number; sessions: number[] }[] = []
  let latest = Number.NaN
  for (const at of sessions) {
    const start = columns.start[at] as number
    const week = Math.max(0, Math.floor((start - first) / WEEK))
    while (weeks.length <= week) weeks.push({ minutes: 0, sessions: [] })
    const current = weeks[week] as { minutes: number; sessions: number[] }
    if (columns.end[at] !== 0) current.sessions.push(at)
    if (!(Math.abs(start - latest) < MINUTE)) current.minutes += columns.minutes[at] as number
    latest = start
  }
  return weeks
}

function tired(measuring: Measuring): void {
  const { seen, lives, figures } = measuring
  const { columns } = seen.sessions
  const [failures, ratings] = [new Matched(), new Matched()]
  const tiredWeeks = new Mean()
  for (const tutor of lives.tutors) {
    const weeks = weeksOf(measuring, tutor)
    for (const [week, { sessions }] of weeks.entries()) {
      if (week < HEAVY_WEEKS) continue
      const isTired = weeks.slice(week - HEAVY_WEEKS, week).every(({ minutes }) => minutes > HEAVY_MINUTES)
      tiredWeeks.add(isTired ? 1 : 0)
      for (const at of sessions) {
        failures.add(tutor.id, isTired, columns.successful[at] === 1 ? 0 : 1, 1)
        ratings.add(tutor.id, isTired, columns.rating[at] as number, 1)
      }
    }
  }
  figures.put('cause-9', 'weeks after three of more than 25 h taught', 100 * tiredWeeks.value, tiredWeeks.count)
  figures.put('cause-9', 'tired: failures', failures.ratio, failures.exposedCases)
  figures.put('cause-9', 'tired: rating', ratings.difference, ratings.exposedCount)
}

function newTutors({ seen, lives, figures }: Measuring): void {
  const { columns } = seen.sessions
  const ratings = new Matched()
  for (const { id, first, sessions } of lives.tutors) {
    if (first < seen.first + 60 * DAY) continue
    const ended = [...sessions].filter((at) => columns.end[at] !== 0)
    for (const [place, at] of ended.entries()) {
      if (place >= NEW_SESSIONS && place < SEASONED_FROM) continue
      ratings.add(id, place < NEW_SESSIONS, columns.rating[at] as number, 1)
    }
  }
  figures.put('cause-9', 'in their first ten sessions: rating', ratings.difference, ratings.exposedCount)
}

function leaving(measuring: Measuring): void {
  const { seen, lives, figures } = measuring
  let [before, usual, tutors] = [0, 0, 0]
  const left = new Map<number, number>()
  for (const tutor of lives.tutors) {
    if (!tutor.hasLeft) continue
    left.set(tutor.id, tutor.last)
    const hours = hoursByWeek(measuring, tutor)
    const [late, early] = [hours.slice(-NOTICE_WEEKS), hours.slice(USUAL_FROM, USUAL_TO)]
    if (early.length < 5) continue
    tutors++
    before += late.reduce((sum, value) => sum + value, 0) / late.length
    usual += early.reduce((sum, value) => sum + value, 0) / early.length
  }
  figures.put('cause-9', 'hours in the weeks before they leave', before / usual, tutors)

  const bereaved = new Matched()
  const { columns } = seen.sessions
  for (const look of looks(seen, lives)) {
    if (look.leaves === null || look.health < 0 || look.sessions < 5) continue
    const tutors = [...look.life.sessions.subarray(look.sessions - 5, look.sessions)].map(
      (at) => columns.tutor[at] as number,
    )
    const regular = tutors.find((tutor) => tutors.filter((other) => other === tutor).length >= 3)
    if (regular === undefined) continue
    const gone = left.get(regular) ?? Number.POSITIVE_INFINITY
    const hasGone = gone <= look.instant && gone > look.instant - 30 * DAY
    const same = alike(look, measuring, seen.health.columns.sessions30[look.health] as number)
    bereaved.add(same, hasGone, look.leaves ? 1 : 0, 1)
  }
  figures.put('cause-9', 'hazard of their students in the 30 days after', bereaved.ratio, bereaved.exposedCases)
}

/** Two halves of the country: what one half shows to be an outage is measured in the other, so that chance cannot choose. */
const HALVES = [
  [0, 2, 4],
  [1, 3],
] as const
const EVERYWHERE = REGIONS.map((_, region) => region)
const USUAL_FAILURES = 0.1
/** So many hours at most make an outage; so far above the usual, and so many, do the failures in it. */
const OUTAGE_HOURS = 3
const [DEVIATIONS, FAILURES_MIN] = [5.5, 8]
const [CALLS_FROM, CALLS_TO] = [9, 20]

/** Sessions completed and failed in some hours, in some regions. */
function countsOf(
  hours: Map<number, HourCounts>,
  from: number,
  length: number,
  regions: readonly number[],
): [number, number] {
  let [completed, failed] = [0, 0]
  for (let hour = from; hour < from + length; hour++) {
    const counts = hours.get(hour)
    if (counts === undefined) continue
    for (const region of regions) {
      completed += counts.completedIn[region] as number
      failed += counts.failedIn[region] as number
    }
  }
  return [completed, failed]
}

/** Hours of outages, as some regions show them. */
function outageHours(hours: Map<number, HourCounts>, regions: readonly number[]): Set<number> {
  const found = new Set<number>()
  for (const hour of hours.keys()) {
    let [strongest, length] = [DEVIATIONS, 0]
    for (let tried = 1; tried <= OUTAGE_HOURS; tried++) {
      const [completed, failed] = countsOf(hours, hour, tried, regions)
      const expected = completed * USUAL_FAILURES
      const deviations = (failed - expected) / Math.sqrt(expected * (1 - USUAL_FAILURES))
      if (failed < FAILURES_MIN || !(deviations >= strongest)) continue
      strongest = deviations
      length = tried
    }
    for (let at = 0; at < length; at++) found.add(hour + at)
  }
  return found
}

function outages({ seen, figures }: Measuring): void {
  const { hours } = seen
  const [inOutage, usual] = [new Mean(), new Mean()]
  for (const [at, half] of HALVES.entries()) {
    const found = outageHours(hours, half)
    for (const hour of hours.keys()) {
      const [completed, failed] = countsOf(hours, hour, 1, HALVES[1 - at] as readonly number[])
      if (completed > 0) (found.has(hour) ? inOutage : usual).add(failed / completed, completed)
    }
  }
  figures.put('cause-10', 'failures in an outage', inOutage.value / usual.value, inOutage.count)

  const found = outageHours(hours, EVERYWHERE)
  const [technical, technicalUsual] = [new Mean(), new Mean()]
  for (const [hour, { completed, technicalCalls }] of hours) {
    const eastern = Math.floor(localAt(Zone.eastern, hour * HOUR) / HOUR) % 24
    if (completed === 0 || eastern < CALLS_FROM || eastern > CALLS_TO) continue
    // Calls come within two hours, so the hours after an outage are like neither.
    if (found.has(hour)) technical.add(technicalCalls / completed, completed)
    else if (!found.has(hour - 1) && !found.has(hour - 2)) technicalUsual.add(technicalCalls / completed, completed)
  }
  figures.put('cause-10', 'technical calls', technical.value / technicalUsual.value, technical.count)

  const [down, up] = [new Mean(), new Mean()]
  const { columns, length } = seen.sessions
  for (let at = 0; at < length; at++) {
    if (columns.end[at] === 0 || columns.successful[at] !== 1) continue
    const isOut = found.has(Math.floor((columns.end[at] as number) / HOUR))
    ;(isOut ? down : up).add(columns.rating[at] as number)
  }
  figures.put('cause-10', 'rating', down.value - up.value, down.count)
}

/** Billing calls by days since the first session, round the four weeks of a plan: half of the students say when, half how many. */
function renewals(measuring: Measuring): void {
  const { seen, figures } = measuring
  const { columns } = seen.calls
  const counts = [0, 1].map(() => new Array<number>(RENEWAL_DAYS).fill(0)) as [number[], number[]]
  for (const { id, first, calls } of newcomers(measuring))
    for (const call of calls) {
      if (columns.reason[call] !== BILLING) continue
      const day = Math.floor(((columns.instant[call] as number) - first) / DAY)
      if (day < RENEWAL_WINDOW) continue
      const half = counts[id & 1] as number[]
      half[day % RENEWAL_DAYS] = (half[day % RENEWAL_DAYS] as number) + 1
    }
  const window = (of: number[], from: number): number =>
    Array.from({ length: RENEWAL_WINDOW }, (_, at) => of[(from + at) % RENEWAL_DAYS] as number).reduce(
      (a, b) => a + b,
      0,
    )
  let [inWindow, all] = [0, 0]
  for (const [at, half] of counts.entries()) {
    const starts = half.map((_, from) => window(half, from))
    const other = counts[1 - at] as number[]
    inWindow += window(other, starts.indexOf(Math.max(...starts)))
    all += other.reduce((sum, count) => sum + count, 0)
  }
  const rest = (all - inWindow) / (RENEWAL_DAYS - RENEWAL_WINDOW)
  // Fewer calls do not even say when.
  if (all >= 300) figures.put('cause-10', 'billing calls after renewal', inWindow / RENEWAL_WINDOW / rest, all)
}

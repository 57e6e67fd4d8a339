// Sessions one by one: kinds, lengths, ratings, whether they succeed, and what events say of one another.

import { HOUR, MINUTE } from '../../engine/index.ts'
import { churnRisk } from '../events/health.ts'
import { LEVELS, SESSION_TYPES, SUBJECTS } from '../events/index.ts'
import { localAt } from '../events/localtime.ts'
import { isSchoolYear } from './dates.ts'
import type { Measuring } from './measures.ts'
import { MAIN_ZONES, UNKNOWN } from './seen.ts'
import { Counts, Mean, meanOf, varianceOf } from './statistics.ts'

export const INSTANT = SESSION_TYPES.indexOf('instant_book')
export const GROUP = SESSION_TYPES.indexOf('group')
export const ONE_ON_ONE = SESSION_TYPES.indexOf('one_on_one')
const MINUTES_SHOWN = 120
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

export function measureSessions(measuring: Measuring): void {
  kinds(measuring)
  outcomes(measuring)
  hours(measuring)
  coherence(measuring)
}

function kinds({ seen, figures, series }: Measuring): void {
  const { columns, length } = seen.sessions
  const [types, subjects] = [new Counts(), new Counts()]
  const scheduled = new Counts<string>()
  for (let at = 0; at < length; at++) {
    const [type, subject] = [columns.type[at] as number, columns.subject[at] as number]
    if (subject !== UNKNOWN) subjects.add(subject)
    if (type === UNKNOWN) continue
    types.add(type)
    scheduled.add(`${type === INSTANT ? 'instant, ' : ''}${columns.scheduled[at]} minutes`)
  }
  for (const [at, type] of SESSION_TYPES.entries()) figures.put('12', type, types.percent(at), types.total)
  for (const [at, subject] of SUBJECTS.entries()) figures.put('20', subject, subjects.percent(at), subjects.total)
  for (const prefix of ['', 'instant, ']) {
    const names = [30, 60, 90].map((minutes) => `${prefix}${minutes} minutes`)
    const all = [...scheduled].filter(([name]) => name.startsWith('instant') === (prefix !== ''))
    const total = all.reduce((sum, [, count]) => sum + count, 0)
    for (const name of names) figures.putShare('13', name, scheduled.get(name) ?? 0, total)
  }
  series.types = Object.fromEntries(SESSION_TYPES.map((type, at) => [type, types.get(at) ?? 0]))
  series.subjects = Object.fromEntries(SUBJECTS.map((subject, at) => [subject, subjects.get(at) ?? 0]))
}

function outcomes({ seen, figures, series }: Measuring): void {
  const { columns, length } = seen.sessions
  const [overrun, instantMinutes] = [[] as number[], new Mean()]
  const stars = { student: new Counts(), tutor: new Counts(), failed: new Counts() }
  const completed = new Array<number>(MINUTES_SHOWN + 1).fill(0)
  const failed = new Array<number>(MINUTES_SHOWN + 1).fill(0)
  let [ended, successes] = [0, 0]
  for (let at = 0; at < length; at++) {
    if (columns.end[at] === 0) continue
    ended++
    const [minutes, rating] = [columns.minutes[at] as number, columns.rating[at] as number]
    const isSuccess = columns.successful[at] === 1
    stars.student.add(rating)
    stars.tutor.add(columns.tutorRating[at] as number)
    const shown = Math.min(MINUTES_SHOWN, minutes)
    const lengths = isSuccess ? completed : failed
    lengths[shown] = (lengths[shown] as number) + 1
    if (!isSuccess) {
      stars.failed.add(rating)
      continue
    }
    successes++
    if (columns.type[at] === INSTANT) instantMinutes.add(minutes)
    else if (columns.type[at] !== UNKNOWN) overrun.push(minutes - (columns.scheduled[at] as number))
  }
  figures.put('14', 'over the schedule', meanOf(overrun), overrun.length)
  figures.put('14', 'deviation of that', Math.sqrt(varianceOf(overrun)), overrun.length)
  figures.put('14', 'instant mean', instantMinutes.value, instantMinutes.count)
  figures.putShare('15', '', successes, ended)
  for (const star of [5, 4, 3, 2, 1])
    figures.put('18', star === 1 ? '1 star' : `${star} stars`, stars.student.percent(star), ended)
  figures.put('18', 'mean', meanStars(stars.student), ended)
  figures.put('19', '5 stars', stars.tutor.percent(5), ended)
  figures.put('19', '4 stars', stars.tutor.percent(4), ended)
  figures.put('19', 'less', stars.tutor.percent(3, 2, 1), ended)
  const failures = ended - successes
  figures.put('58', 'of the most common length', (100 * Math.max(...failed)) / failures, failures)
  figures.put('58', 'rated 5 stars', stars.failed.percent(5), failures)

  const byStars = (counts: Counts): number[] => [1, 2, 3, 4, 5].map((star) => counts.get(star) ?? 0)
  series.ratings = {
    student: byStars(stars.student),
    tutor: byStars(stars.tutor),
    first: [],
    failed: byStars(stars.failed),
  }
  series.minutes = { completed, failed }
}

function meanStars(counts: Counts): number {
  return [...counts].reduce((sum, [star, count]) => sum + star * count, 0) / counts.total
}

/** By the clocks on the walls of those who are in them. */
function hours({ seen, figures, series }: Measuring): void {
  const { columns, length } = seen.sessions
  const shown = new Array<number>(168).fill(0)
  const week = new Array<number>(168).fill(0)
  let counted = 0
  const weekdayHours = new Counts()
  for (let at = 0; at < length; at++) {
    const zone = columns.zone[at] as number
    const local = localAt(
      zone === UNKNOWN ? (MAIN_ZONES[columns.region[at] as number] as number) : zone,
      columns.start[at] as number,
    )
    const hour = Math.floor(local / HOUR + 72) % 168
    shown[hour] = (shown[hour] as number) + 1
    if (!isSchoolYear(columns.start[at] as number)) continue
    counted++
    week[hour] = (week[hour] as number) + 1
    if (hour < 120) weekdayHours.add(hour % 24)
  }
  series.weekHours = shown
  const ofDays = WEEKDAYS.map((_, day) => week.slice(day * 24, day * 24 + 24).reduce((sum, count) => sum + count, 0))
  const isWeeks = seen.last - seen.first >= 28 * 24 * HOUR
  if (!isWeeks) return
  for (const [day, name] of WEEKDAYS.entries()) figures.putShare('21', name, ofDays[day] as number, counted)
  const all = weekdayHours.total
  figures.put('22', '08 to 14 h', weekdayHours.percent(8, 9, 10, 11, 12, 13, 14), all)
  for (const hour of [15, 16, 17, 18, 19, 20, 21]) figures.put('22', `${hour} h`, weekdayHours.percent(hour), all)
  figures.put('22', '22 and 23 h', weekdayHours.percent(22, 23), all)
}

function coherence({ seen, lives, figures }: Measuring): void {
  const { said, running, last, health, sessions } = seen
  figures.putShare('70', 'completions whose start was told', said.endedAfterStart, said.ended)
  const open = [...running.values()].filter(({ start }) => start < last - 2 * HOUR).length + said.neverEnded
  figures.putShare('70', 'starts that are completed', said.endedAfterStart, said.endedAfterStart + open)
  figures.putShare('70', 'subjects that their tutor teaches', said.taughtAsTold, said.taught)
  figures.putShare('70', 'tutors who keep their zone', said.zonesKept, said.zones)
  let fitting = 0
  for (let at = 0; at < health.length; at++)
    if (LEVELS[health.columns.risk[at] as number] === churnRisk(health.columns.score[at] as number)) fitting++
  figures.putShare('70', 'risk that fits its score', fitting, health.length)
  let [alone, all] = [0, 0]
  for (const { sessions: own } of lives.students) {
    let until = 0
    for (const at of own) {
      const start = sessions.columns.start[at] as number
      const end = Math.max(sessions.columns.end[at] as number, start + 20 * MINUTE)
      all++
      if (start >= until) alone++
      until = Math.max(until, end)
    }
  }
  figures.putShare('70', 'sessions of a student one at a time', alone, all)
  const { ordered, compared } = pairsInOrder(seen)
  figures.putShare('70', 'health scores that follow from their numbers', ordered, compared)
}

const PAIRS_MAX = 20_000

/** Pairs of updates, one better or equal in all four numbers, whose scores are in that order; of those compared. */
function pairsInOrder({ health }: Measuring['seen']): { ordered: number; compared: number } {
  const { columns, length } = health
  const isAsGood = (a: number, b: number): boolean =>
    (columns.sessions7[a] as number) >= (columns.sessions7[b] as number) &&
    (columns.sessions30[a] as number) >= (columns.sessions30[b] as number) &&
    (columns.calls14[a] as number) <= (columns.calls14[b] as number) &&
    (columns.rating[a] as number) >= (columns.rating[b] as number)
  let [ordered, compared] = [0, 0]
  for (let at = 0; at < length && compared < PAIRS_MAX; at++) {
    const other = Math.imul(at + 1, 0x9e3779b1) >>> 0
    const b = other % length
    const [better, worse] = isAsGood(at, b) ? [at, b] : isAsGood(b, at) ? [b, at] : [-1, -1]
    if (better < 0) continue
    compared++
    if ((columns.score[better] as number) >= (columns.score[worse] as number)) ordered++
  }
  return { ordered, compared }
}

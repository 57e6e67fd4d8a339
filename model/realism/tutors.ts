// Tutors: what they offer, how much of it is taught, and how it changes.

import { DAY, WEEK } from '../../engine/index.ts'
import { REGIONS } from '../events/index.ts'
import { isSchoolYear } from './dates.ts'
import type { TutorLife } from './lives.ts'
import { looks } from './looks.ts'
import type { Measuring } from './measures.ts'
import { UNKNOWN } from './seen.ts'
import { Counts, correlationOf, Mean, meanOf, medianOf, varianceOf } from './statistics.ts'
import { MONTH_DAYS } from './students.ts'

const SHARES = 21
/** Weeks of half a year, and the fewest of which a tutor's variation is judged. */
const HALF_YEAR_WEEKS = 26
const WEEKS_MIN = 20
const LONG_LAG = 8
const HOURS_SHOWN = 40
/** Tutors of a region whose zones tell those of its people to within the row's tolerance. */
const TUTORS_OF_REGION_MIN = 500

export function measureTutors(measuring: Measuring): void {
  offers(measuring)
  weeks(measuring)
  coming(measuring)
  load(measuring)
}

function offers({ seen, lives, figures }: Measuring): void {
  const { columns, length } = seen.offers
  let most = 0
  for (let at = 0; at < length; at++) most = Math.max(most, columns.hours[at] as number)
  figures.put('6', 'most', most, length)
  const [taught, accepts] = [new Counts(), new Mean()]
  const gaps = new Mean()
  const zones = REGIONS.map(() => new Counts())
  for (const tutor of lives.tutors) {
    const { offers: own, region } = tutor
    const latest = own.at(-1)
    if (latest === undefined) continue
    const weeks = offersByWeek(seen, tutor)
    // In a stream of days each tutor counts once.
    for (const offer of weeks.length > 0 ? weeks : [latest]) {
      taught.add(bitsOf(columns.subjects[offer] as number))
      accepts.add(columns.instantBook[offer] as number)
    }
    const zone = columns.zone[latest] as number
    if (zone !== UNKNOWN) zones[region]?.add(zone)
    for (const [at, offer] of own.entries()) {
      if (at === 0) continue
      const gap = (columns.instant[offer] as number) - (columns.instant[own[at - 1] as number] as number)
      gaps.add(Math.abs(gap - WEEK) <= DAY / 2 ? 1 : 0)
    }
  }
  for (const [at, name] of ['one', 'two', 'three'].entries())
    figures.put('10', name, taught.percent(at + 1), taught.total)
  figures.put('11', '', 100 * accepts.value, accepts.count)
  figures.put('47', '', 100 * gaps.value, gaps.count)
  for (const [region, name] of REGIONS.entries())
    for (const [zone, letter] of ['E', 'C', 'M', 'P'].entries())
      if (figures.has('37', `${name} ${letter}`) && (zones[region]?.total ?? 0) >= TUTORS_OF_REGION_MIN)
        figures.put('37', `${name} ${letter}`, zones[region]?.percent(zone) ?? 0, zones[region]?.total ?? 0)
}

function bitsOf(subjects: number): number {
  let bits = 0
  for (let rest = subjects; rest > 0; rest >>= 1) bits += rest & 1
  return bits
}

/** Hours on offer week by week, from the first update on. */
export function hoursByWeek({ seen }: Pick<Measuring, 'seen'>, tutor: TutorLife): number[] {
  return offersByWeek(seen, tutor).map((offer) => seen.offers.columns.hours[offer] as number)
}

/** What a tutor offers week by week: the latest update before each look. */
function offersByWeek(seen: Measuring['seen'], { offers: own, hasLeft, last }: TutorLife): number[] {
  const { columns } = seen.offers
  const first = own[0]
  if (first === undefined) return []
  const end = hasLeft ? last : seen.last
  const inForce: number[] = []
  let at = 0
  // Looked at in the midst of the week that an update is of.
  for (let instant = (columns.instant[first] as number) + WEEK / 2; instant <= end; instant += WEEK) {
    while (at + 1 < own.length && (columns.instant[own[at + 1] as number] as number) <= instant) at++
    inForce.push(own[at] as number)
  }
  return inForce
}

/** A tutor's hours week by week, in a list for each school year: in summer they follow its demand. */
function schoolYears(measuring: Measuring, tutor: TutorLife): number[][] {
  const first = tutor.offers[0]
  if (first === undefined) return []
  const begin = (measuring.seen.offers.columns.instant[first] as number) + WEEK / 2
  const years: number[][] = []
  let isOpen = false
  for (const [week, hours] of hoursByWeek(measuring, tutor).entries()) {
    const isSchool = isSchoolYear(begin + week * WEEK)
    if (isSchool && !isOpen) years.push([])
    isOpen = isSchool
    if (isSchool) years.at(-1)?.push(hours)
  }
  return years
}

function weeks(measuring: Measuring): void {
  const { seen, lives, figures, series } = measuring
  const offered = new Array<number>(HOURS_SHOWN + 1).fill(0)
  const [zero, rest, changed] = [new Mean(), new Mean(), new Mean()]
  const variations: number[] = []
  const [near, far] = [pairs(), pairs()]
  let hoursOffered = 0
  for (const tutor of lives.tutors)
    for (const hours of schoolYears(measuring, tutor)) {
      for (const [week, now] of hours.entries()) {
        const shown = Math.min(HOURS_SHOWN, now)
        offered[shown] = (offered[shown] as number) + 1
        zero.add(now === 0 ? 1 : 0)
        if (now > 0) rest.add(now)
        hoursOffered += now
        const before = hours[week - 1]
        if (before !== undefined && before > 0) changed.add(Math.abs(now / before - 1) > 0.25 ? 1 : 0)
      }
      for (let from = 0; from + WEEKS_MIN <= hours.length; from += HALF_YEAR_WEEKS) {
        const half = hours.slice(from, from + HALF_YEAR_WEEKS)
        if (half.length < WEEKS_MIN || meanOf(half) === 0) continue
        variations.push(Math.sqrt(varianceOf(half)) / meanOf(half))
        const own = half.map((value) => value - meanOf(half))
        collect(near, own, 1)
        collect(far, own, LONG_LAG)
      }
    }
  figures.put('6', 'zero', 100 * zero.value, zero.count)
  figures.put('6', 'mean of the rest', rest.value, rest.count)
  figures.put('7', '', 100 * changed.value, changed.count)
  figures.put('45', 'median', medianOf(variations), variations.length)
  const [atOnce, later] = [correlationOf(near.before, near.after), correlationOf(far.before, far.after)]
  figures.put('46', 'one week apart', atOnce, variations.length)
  figures.put('46', 'eight weeks apart, less by', atOnce - later, variations.length)
  series.offered = offered

  let taughtHours = 0
  const { columns } = seen.sessions
  for (const { sessions, offers: own } of lives.tutors) {
    if (own.length === 0) continue
    const from = seen.offers.columns.instant[own[0] as number] as number
    const classes = new Set<number>()
    for (const at of sessions) {
      const start = columns.start[at] as number
      // The students of one class take one tutor's time once.
      if (start < from || classes.has(start) || !isSchoolYear(start)) continue
      classes.add(start)
      taughtHours += (columns.minutes[at] as number) / 60
    }
  }
  figures.put('8', '', taughtHours / hoursOffered, zero.count)
}

interface Pairs {
  before: number[]
  after: number[]
}

const pairs = (): Pairs => ({ before: [], after: [] })

function collect({ before, after }: Pairs, values: readonly number[], lag: number): void {
  for (let at = lag; at < values.length; at++) {
    before.push(values[at - lag] as number)
    after.push(values[at] as number)
  }
}

/** How many leave, and how many students there are to a tutor. */
function coming({ seen, lives, figures }: Measuring): void {
  const until = seen.last - 60 * DAY
  let [departures, time] = [0, 0]
  for (const { first, last, hasLeft } of lives.tutors) {
    const to = Math.min(hasLeft ? last : seen.last, until)
    if (to > first) time += (to - first) / DAY
    if (hasLeft && last <= until && last > seen.first + 7 * DAY) departures++
  }
  figures.put('9', '', (100 * departures * MONTH_DAYS) / time, time > 200 * DAY ? departures : lives.tutors.length)
  let students = 0
  const instants = new Set<number>()
  for (const { instant } of looks(seen, lives)) {
    if (!isSchoolYear(instant)) continue
    students++
    instants.add(instant)
  }
  const active = [...instants].map(
    (instant) =>
      lives.tutors.filter(({ first, last, hasLeft }) => first <= instant && (hasLeft ? last : seen.last) >= instant)
        .length,
  )
  figures.put('5', '', students / active.reduce((sum, count) => sum + count, 0), students)
}

/** Shares of sessions, from the least busy on. */
function load({ lives, series }: Measuring): void {
  const lorenz = (counts: number[]): number[] => {
    const order = counts.filter((count) => count > 0).sort((a, b) => a - b)
    const all = order.reduce((sum, count) => sum + count, 0)
    if (all === 0) return []
    const sums = [0]
    for (const count of order) sums.push((sums.at(-1) as number) + count)
    return Array.from(
      { length: SHARES },
      (_, at) => (sums[Math.round((at / (SHARES - 1)) * order.length)] as number) / all,
    )
  }
  series.load = {
    tutors: lorenz(lives.tutors.map(({ sessions }) => sessions.length)),
    students: lorenz(lives.students.map(({ sessions }) => sessions.length)),
  }
}

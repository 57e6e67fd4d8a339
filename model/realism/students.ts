// Students coming, being there and going: how much they take, how long they stay, and whether their health told before.

import { civilDate, DAY, dayNumber } from '../../engine/index.ts'
import { LEVELS, REGIONS } from '../events/index.ts'
import { isSchoolYear } from './dates.ts'
import type { StudentLife } from './lives.ts'
import { looks } from './looks.ts'
import type { Measuring } from './measures.ts'
import { areaUnderCurve, Counts, Mean, meanOf, quantileOf } from './statistics.ts'

/** Before this, everybody is new to a reader. */
const NEWCOMERS_FROM = 60 * DAY
export const MONTH_DAYS = 30.4375
const SCORES = 10_001
const JULY = 7
const SEPTEMBER = 9
const JANUARY = 1
const JUNE = 6
/** Days of a month that a stream has to cover for the month to count. */
const DAYS_OF_MONTH_MIN = 25

export function measureStudents(measuring: Measuring): void {
  weekly(measuring)
  survival(measuring)
  byMonth(measuring)
}

/** Those whose first session the stream shows. */
export function newcomers({ seen, lives }: Measuring): StudentLife[] {
  return lives.students.filter(({ first, sessions }) => first >= seen.first + NEWCOMERS_FROM && sessions.length > 0)
}

function weekly(measuring: Measuring): void {
  const { seen, lives, figures, series } = measuring
  const { columns } = seen.health
  const scores: number[] = []
  const sessions30: number[] = []
  const [sessions7, calls14, risks, regions] = [new Counts(), new Counts(), new Counts(), new Counts()]
  const [stay, leave] = [new Float64Array(SCORES), new Float64Array(SCORES)]
  const instants = new Set<number>()
  const byRisk = LEVELS.map(() => new Mean())
  const [seenBy, leftBy] = [new Array<number>(10).fill(0), new Array<number>(10).fill(0)]
  for (const look of looks(seen, lives)) {
    const counts = isSchoolYear(look.instant)
    if (counts) {
      regions.add(look.life.region)
      instants.add(look.instant)
    }
    if (look.health < 0) continue
    const score = columns.score[look.health] as number
    const risk = columns.risk[look.health] as number
    if (counts) {
      scores.push(score / 100)
      risks.add(risk)
      sessions30.push(columns.sessions30[look.health] as number)
      sessions7.add(Math.min(4, columns.sessions7[look.health] as number))
      calls14.add(Math.min(3, columns.calls14[look.health] as number))
    }
    if (look.fallsSilent === null) continue
    const leaves = look.fallsSilent
    const into = leaves ? leave : stay
    into[score] = (into[score] as number) + 1
    byRisk[risk]?.add(leaves ? 1 : 0)
    const bin = Math.min(9, Math.floor(score / 1000))
    seenBy[bin] = (seenBy[bin] as number) + 1
    if (leaves) leftBy[bin] = (leftBy[bin] as number) + 1
  }
  const all = scores.length
  for (const [at, region] of REGIONS.entries()) figures.put('36', region, regions.percent(at), regions.total)
  figures.put('3', 'none', sessions7.percent(0), all)
  figures.put('3', 'four or more', sessions7.percent(4), all)
  figures.put('4', 'mean', meanOf(sessions30), all)
  for (const [name, share] of [
    ['median', 0.5],
    ['p90', 0.9],
    ['p99', 0.99],
  ] as const)
    figures.put('4', name, quantileOf(sessions30, share), all)
  figures.putShare('4', 'none', sessions30.filter((sessions) => sessions === 0).length, all)
  figures.put('32', 'two or more', calls14.percent(2, 3), all)
  figures.put('32', 'three or more', calls14.percent(3), all)
  figures.put('41', 'mean', meanOf(scores), all)
  figures.put('41', 'p5', quantileOf(scores, 0.05), all)
  figures.put('41', 'median', quantileOf(scores, 0.5), all)
  for (const [at, level] of LEVELS.entries())
    figures.put('41', level === 'low' ? 'low risk' : level, risks.percent(at), all)

  const leavers = leave.reduce((sum, count) => sum + count, 0)
  const auc = areaUnderCurve(stay, leave)
  figures.put('59', 'area under the curve', auc, leavers)
  const [low, medium, high] = byRisk.map(({ value }) => value) as [number, number, number]
  figures.put('59', 'high risk against low', high / low, leavers)
  figures.put('59', 'high risk against medium', high / medium, leavers)

  const inBins = new Array<number>(20).fill(0)
  for (const score of scores) {
    const bin = Math.min(19, Math.floor(score / 5))
    inBins[bin] = (inBins[bin] as number) + 1
  }
  series.health = {
    scores: inBins,
    seen: seenBy,
    left: leftBy,
    auc: Number.isFinite(auc) ? auc : null,
    risk: Object.fromEntries(LEVELS.map((level, at) => [level, risks.get(at) ?? 0])),
  }
  // Sessions of the days of the school year, a week and a student.
  const [sessions, days] = [new Mean(), new Set<number>()]
  for (const [key, { sessions: begun }] of seen.days) {
    const day = Math.floor(key / REGIONS.length)
    if (!isSchoolYear(day * DAY)) continue
    days.add(day)
    sessions.add(begun)
  }
  const active = regions.total / instants.size / seen.followed
  figures.put('1', 'mean', sessions.sum / (days.size / 7) / active, regions.total)
}

/** How long newcomers stay, by Kaplan and Meier; and how many go, by month and over all. */
function survival(measuring: Measuring): void {
  const { seen, figures, series } = measuring
  const joined = newcomers(measuring)
  const lives = joined.map(({ first, last, stays }) => {
    const hasLeft = stays.at(-1)?.hasLeft === true
    return { days: ((hasLeft ? last : seen.last) - first) / DAY, hasLeft }
  })
  const curve = kaplanMeier(lives)
  for (const [name, months] of [
    ['one', 1],
    ['three', 3],
    ['six', 6],
    ['twelve', 12],
  ] as const) {
    const atRisk = lives.filter(({ days }) => days >= months * MONTH_DAYS).length
    figures.put('34', name, 100 * curve(months * MONTH_DAYS), atRisk)
  }
  const longest = Math.floor((seen.last - seen.first - NEWCOMERS_FROM) / DAY)
  const days = Array.from({ length: Math.max(0, longest) }, (_, day) => day)
  if (joined.length > 0) series.survival = { days, share: days.map(curve), students: joined.length }

  // Lost at the first session, of those who have had the time; of all who leave within a year, as the curve has it.
  const pool = joined.filter(({ first }) => first <= seen.last - 45 * DAY)
  const atFirst = pool.filter(({ stays, sessions }) => sessions.length === 1 && stays.at(-1)?.hasLeft).length
  const afterYear = lives.filter(({ days }) => days >= 12 * MONTH_DAYS).length
  if (afterYear >= 20) figures.putShare('35', '', atFirst, pool.length * (1 - curve(12 * MONTH_DAYS)))

  const first = { rating: new Counts(), fails: new Mean() }
  const { columns } = seen.sessions
  for (const { sessions } of joined) {
    const at = sessions[0] as number
    if (columns.end[at] === 0) continue
    first.rating.add(columns.rating[at] as number)
    first.fails.add(columns.successful[at] === 1 ? 0 : 1)
  }
  const mean = [...first.rating].reduce((sum, [stars, count]) => sum + stars * count, 0) / first.rating.total
  figures.put('18', 'mean of first sessions', mean, first.rating.total)
  figures.put('17', '', 100 * first.fails.value, first.fails.count)
  series.ratings.first = [1, 2, 3, 4, 5].map((stars) => first.rating.get(stars) ?? 0)
}

/** Share still there so many days on. */
export function kaplanMeier(lives: readonly { days: number; hasLeft: boolean }[]): (days: number) => number {
  const order = lives.toSorted((a, b) => a.days - b.days || Number(b.hasLeft) - Number(a.hasLeft))
  const steps: { days: number; share: number }[] = []
  let share = 1
  for (const [at, { days, hasLeft }] of order.entries()) {
    if (!hasLeft) continue
    share *= 1 - 1 / (order.length - at)
    steps.push({ days, share })
  }
  return (days) => {
    let [low, high] = [0, steps.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((steps[middle]?.days as number) <= days) low = middle + 1
      else high = middle
    }
    return lives.length === 0 ? Number.NaN : low === 0 ? 1 : (steps[low - 1]?.share as number)
  }
}

function byMonth(measuring: Measuring): void {
  const { seen, lives, figures, series } = measuring
  const monthOf = (instant: number): number => civilDate(dayNumber(instant)).month
  const [arrived, left, sessions] = [1, 2, 3].map(() => new Array<number>(13).fill(0)) as [number[], number[], number[]]
  const [days, newDays, riskDays] = [1, 2, 3].map(() => new Array<number>(13).fill(0)) as [number[], number[], number[]]
  const add = (to: number[], month: number, by = 1): void => {
    to[month] = (to[month] as number) + by
  }
  for (let instant = seen.first; instant < seen.last; instant += DAY) {
    add(days, monthOf(instant))
    if (instant >= seen.first + NEWCOMERS_FROM) add(newDays, monthOf(instant))
  }
  for (const [key, day] of seen.days)
    add(sessions, civilDate(Math.floor(key / REGIONS.length)).month, day.sessions * seen.followed)
  for (const { first } of newcomers(measuring)) add(arrived, monthOf(first))
  const known = seen.last - 31 * DAY
  let [departures, time] = [0, 0]
  for (const { stays } of lives.students)
    for (const stay of stays) {
      const [from, to] = [Math.max(stay.from, seen.first + 30 * DAY), Math.min(stay.to, known)]
      if (to <= from) continue
      time += (to - from) / DAY
      for (let instant = from; instant < to; instant += DAY)
        add(riskDays, monthOf(instant), Math.min(1, (to - instant) / DAY))
      if (!stay.hasLeft || stay.to > known) continue
      departures++
      add(left, monthOf(stay.to))
    }
  figures.put('33', '', (100 * departures * MONTH_DAYS) / time, departures)
  const isWhole = (of: number[], month: number): boolean => (of[month] as number) >= DAYS_OF_MONTH_MIN
  const perDay = (month: number): number => (arrived[month] as number) / (newDays[month] as number)
  if (isWhole(newDays, JULY))
    for (const [name, month] of [
      ['September', SEPTEMBER],
      ['January', JANUARY],
    ] as const)
      if (isWhole(newDays, month)) figures.put('48', name, perDay(month) / perDay(JULY), arrived[JULY] as number)
  const others = [...riskDays.keys()].filter((month) => month !== JUNE)
  const hazard = (months: number[]): number =>
    months.reduce((sum, month) => sum + (left[month] as number), 0) /
    months.reduce((sum, month) => sum + (riskDays[month] as number), 0)
  if (isWhole(days, JUNE) && known > seen.first + 330 * DAY)
    figures.put('67', '', hazard([JUNE]) / hazard(others), left[JUNE] as number)
  series.months = {
    days: days.slice(1),
    sessions: sessions.slice(1),
    newcomers: arrived.slice(1),
    departures: left.slice(1),
  }
  population(measuring)
}

/** Students of each quarter against those of the same quarter of the first year. */
function population({ seen, lives, figures }: Measuring): void {
  const quarter = (365.25 * DAY) / 4
  const from = seen.first + 30 * DAY
  const quarters = Math.floor((seen.last - 31 * DAY - from) / quarter)
  if (quarters < 5) return
  const present = (stays: { from: number; to: number }[][]): number[] => {
    const sums = new Array<number>(quarters).fill(0)
    for (const own of stays)
      for (const { from: begin, to } of own)
        for (let at = 0; at < quarters; at++) {
          const [start, end] = [from + at * quarter, from + (at + 1) * quarter]
          sums[at] = (sums[at] as number) + Math.max(0, Math.min(to, end) - Math.max(begin, start)) / quarter
        }
    return sums
  }
  const furthest = (sums: number[]): number => {
    const ratios = sums.slice(4).map((sum, at) => sum / (sums[at % 4] as number))
    return ratios.reduce((worst, ratio) => (Math.abs(ratio - 1) > Math.abs(worst - 1) ? ratio : worst), 1)
  }
  const students = present(lives.students.map(({ stays }) => stays))
  figures.put('68', 'students', furthest(students), lives.students.length)
  const tutors = present(
    lives.tutors.map(({ first, last, hasLeft }) => [{ from: first, to: hasLeft ? last : seen.last }]),
  )
  figures.put('68', 'tutors', furthest(tutors), lives.tutors.length)
}

// Markets: how they breathe through the day, how far they swing, and whether scores and status go together.

import { civilDate, DAY, dayNumber, HOUR, ln } from '../../engine/index.ts'
import { BALANCES, REGIONS, SUBJECTS } from '../events/index.ts'
import { localAt } from '../events/localtime.ts'
import { isSchoolYear } from './dates.ts'
import { Grouped } from './log.ts'
import type { Measuring } from './measures.ts'
import { MAIN_ZONES, MARKETS } from './seen.ts'
import { Counts, correlationOf, Mean, medianOf, varianceOf } from './statistics.ts'

const MONTH = 30 * DAY
const NIGHT = [2, 3, 4]
const EVENING = [17, 18, 19]
const [OPENS, CLOSES] = [8 * HOUR, 22 * HOUR]
/** Three hours, and what a told instant may be late by. */
const GAP_MAX = 3.25 * HOUR
const UPDATES_MIN = 20
const BIN = 5
const BINS = 41
/** Sessions a day from which the log of a market's demand is told well by counts. */
const BUSY_MARKET = 4
const HIGH = BALANCES.indexOf('high_demand')
const OVER = BALANCES.indexOf('oversupplied')
const BALANCED = BALANCES.indexOf('balanced')

export function marketUpdates({ seen }: Pick<Measuring, 'seen'>): Grouped {
  const { columns, length } = seen.markets
  return new Grouped(
    length,
    (at) => columns.market[at] as number,
    (at) => columns.instant[at] as number,
  )
}

export function measureMarkets(measuring: Measuring): void {
  const updates = marketUpdates(measuring)
  inTime(measuring, updates)
  byHour(measuring, updates)
  told(measuring, updates)
  scores(measuring)
  demandAgainstSessions(measuring, updates)
}

/** Each update holds until the next one of its market. */
function inTime({ seen, figures, series }: Measuring, updates: Grouped): void {
  const { columns, length } = seen.markets
  const [demand, supply] = [new Mean(), new Mean()]
  const balances = new Counts()
  const deviations: number[] = []
  const [monthEnds, otherNights] = [new Mean(), new Mean()]
  const differences = Array.from({ length: MARKETS }, () => new Mean())
  for (let market = 0; market < MARKETS; market++) {
    const own = updates.of(market)
    const zone = MAIN_ZONES[Math.floor(market / SUBJECTS.length)] as number
    let noon: { day: number; score: number } | undefined
    let [window, within] = [seen.first, [] as number[]]
    for (const [at, update] of own.entries()) {
      const instant = columns.instant[update] as number
      const next = own[at + 1]
      const until = next === undefined ? seen.last : (columns.instant[next] as number)
      const score = (columns.demand[update] as number) / 100
      const other = (columns.supply[update] as number) / 100
      demand.add(score, until - instant)
      supply.add(other, until - instant)
      differences[market]?.add(score - other, Math.max(1, until - instant))
      if (isSchoolYear(instant)) balances.add(columns.balance[update] as number, until - instant)
      while (instant >= window + MONTH) {
        if (within.length >= UPDATES_MIN) deviations.push(Math.sqrt(varianceOf(within)))
        window += MONTH
        within = []
      }
      within.push(score)
      // At noon by the clock on the wall.
      const day = dayNumber(localAt(zone, until) + DAY / 2) - 1
      if (dayNumber(localAt(zone, instant) + DAY / 2) - 1 === day) continue
      if (noon?.day === day - 1) {
        const jump = Math.abs(score - noon.score)
        ;(civilDate(day).day === 1 ? monthEnds : otherNights).add(jump)
      }
      noon = { day, score }
    }
    if (within.length >= UPDATES_MIN && seen.last - window > MONTH * 0.9) deviations.push(Math.sqrt(varianceOf(within)))
  }
  for (const [at, status] of BALANCES.entries()) figures.put('40', status, balances.percent(at), length)
  figures.put('50', 'mean demand_score', demand.value, length)
  figures.put('50', 'mean supply_score', supply.value, length)
  figures.put('50', "deviation of a market's demand_score within 30 days", medianOf(deviations), deviations.length)
  figures.put('69', '', monthEnds.value - otherNights.value, monthEnds.count)
  series.markets.subjects = [...SUBJECTS]
  series.markets.regions = [...REGIONS]
  series.markets.difference = SUBJECTS.map((_, subject) =>
    REGIONS.map((_, region) => {
      const { value } = differences[region * SUBJECTS.length + subject] as Mean
      return Number.isFinite(value) ? value : null
    }),
  )
}

/** Of a day: how many tutors are available, and the scores. */
function byHour({ seen, figures, series }: Measuring, updates: Grouped): void {
  const { columns } = seen.markets
  const hours = (): Mean[] => Array.from({ length: 24 }, () => new Mean())
  const [told, inForce, demand, supply] = [hours(), hours(), hours(), hours()]
  for (let market = 0; market < MARKETS; market++) {
    const own = updates.of(market)
    const zone = MAIN_ZONES[Math.floor(market / SUBJECTS.length)] as number
    for (const [at, update] of own.entries()) {
      const instant = columns.instant[update] as number
      const local = localAt(zone, instant)
      const available = columns.available[update] as number
      told[Math.floor(local / HOUR) % 24]?.add(available)
      const next = own[at + 1]
      const until =
        local + Math.min(DAY, (next === undefined ? seen.last : (columns.instant[next] as number)) - instant)
      for (let from = local; from < until; ) {
        const to = Math.min(until, (Math.floor(from / HOUR) + 1) * HOUR)
        const hour = Math.floor(from / HOUR) % 24
        inForce[hour]?.add(available, to - from)
        demand[hour]?.add((columns.demand[update] as number) / 100, to - from)
        supply[hour]?.add((columns.supply[update] as number) / 100, to - from)
        from = to
      }
    }
  }
  const over = (of: Mean[], which: readonly number[]): Mean => {
    const all = new Mean()
    for (const hour of which) {
      const { value, count } = of[hour] as Mean
      if (count > 0) all.add(value, count)
    }
    return all
  }
  const isTold = over(told, NIGHT).count >= UPDATES_MIN && over(told, EVENING).count >= UPDATES_MIN
  const by = isTold ? told : inForce
  const isLong = seen.last - seen.first >= 7 * DAY
  if (isLong) figures.put('49', '', over(by, NIGHT).value / over(by, EVENING).value, seen.markets.length)
  const values = (of: Mean[]): number[] =>
    of.every(({ count }) => count === 0) ? [] : of.map(({ value, count }) => (count === 0 ? 0 : value))
  series.markets.available = values(
    isTold ? told.map((one, hour) => (one.count > 0 ? one : (inForce[hour] as Mean))) : inForce,
  )
  series.markets.demand = values(demand)
  series.markets.supply = values(supply)
}

/** Whether each market is told every three hours through its day. */
function told({ seen, figures }: Measuring, updates: Grouped): void {
  const { columns } = seen.markets
  const shortEnough = new Mean()
  for (let market = 0; market < MARKETS; market++) {
    const zone = MAIN_ZONES[Math.floor(market / SUBJECTS.length)] as number
    const own = updates.of(market)
    if (own.length === 0) continue
    let at = 0
    const [from, to] = [dayNumber(localAt(zone, seen.first)) + 1, dayNumber(localAt(zone, seen.last))]
    for (let day = from; day < to; day++) {
      const [opens, closes] = [day * DAY + OPENS, day * DAY + CLOSES]
      let latest = opens
      while (at < own.length && localAt(zone, columns.instant[own[at] as number] as number) < opens) at++
      while (at < own.length) {
        const local = localAt(zone, columns.instant[own[at] as number] as number)
        if (local > closes) break
        shortEnough.add(local - latest <= GAP_MAX ? 1 : 0)
        latest = local
        at++
      }
      shortEnough.add(closes - latest <= GAP_MAX ? 1 : 0)
    }
  }
  figures.put('51', 'gaps of up to three hours and a quarter', 100 * shortEnough.value, shortEnough.count)
}

function scores({ seen, figures, series }: Measuring): void {
  const { columns, length } = seen.markets
  const differences = BALANCES.map(() => new Array<number>(BINS).fill(0))
  const [balanced, highAhead, overAhead] = [new Mean(), new Mean(), new Mean()]
  let fitting = 0
  for (let at = 0; at < length; at++) {
    const gap = (columns.demand[at] as number) - (columns.supply[at] as number)
    const status = columns.balance[at] as number
    const bins = differences[status]
    const bin = Math.round((gap / 100 + 100) / BIN)
    if (bins !== undefined) bins[bin] = (bins[bin] as number) + 1
    if (status === BALANCED) balanced.add(-gap / 100)
    if (status === HIGH) highAhead.add(gap < 0 ? 1 : 0)
    if (status === OVER) overAhead.add(gap > 0 ? 1 : 0)
    if (status === BALANCED || (status === HIGH && gap > 0) || (status === OVER && gap < 0)) fitting++
  }
  figures.putShare('70', 'status that fits its scores', fitting, length)
  figures.put('cause-8', 'supply less demand where balanced', balanced.value, balanced.count)
  figures.put('cause-8', 'high_demand with supply ahead', 100 * highAhead.value, highAhead.count)
  figures.put('cause-8', 'oversupplied with demand ahead', 100 * overAhead.value, overAhead.count)
  series.markets.differences = Object.fromEntries(BALANCES.map((status, at) => [status, differences[at] as number[]]))
}

/** The score against the sessions of the 24 hours before it, in busy markets. */
function demandAgainstSessions({ seen, figures }: Measuring, updates: Grouped): void {
  const { columns } = seen.markets
  const { columns: s, length } = seen.sessions
  const starts = new Grouped(
    length,
    (at) =>
      (s.subject[at] as number) < SUBJECTS.length
        ? (s.region[at] as number) * SUBJECTS.length + (s.subject[at] as number)
        : null,
    (at) => s.start[at] as number,
  )
  const slopes = new Mean()
  for (let market = 0; market < MARKETS; market++) {
    const [own, held] = [updates.of(market), starts.of(market)]
    const days = (seen.last - seen.first) / DAY
    if (held.length / days < BUSY_MARKET || own.length < UPDATES_MIN || seen.followed < 1) continue
    let [from, to] = [0, 0]
    const [logs, told]: [number[], number[]] = [[], []]
    for (const update of own) {
      const instant = columns.instant[update] as number
      while (to < held.length && (s.start[held[to] as number] as number) <= instant) to++
      while (from < to && (s.start[held[from] as number] as number) <= instant - DAY) from++
      logs.push(ln(1 + to - from))
      told.push((columns.demand[update] as number) / 100)
    }
    const slope = correlationOf(logs, told) * Math.sqrt(varianceOf(told))
    if (Number.isFinite(slope)) slopes.add(slope, own.length)
  }
  figures.put('cause-8', 'demand_score for a deviation of log demand', slopes.value, slopes.count)
}

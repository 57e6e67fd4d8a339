// When the platform was down, as failures tell it, and what that brought: cause 10.
//
// An outage meets all regions at once, so whether an hour belongs to one is asked of four regions, and what it brought is measured
// in the fifth: chance cannot choose what it is measured by. Of the four the one with the most failures is left out,
// because a storm is no outage. What is usual are the days around: a week of illness is none either.

import { HOUR } from '../../engine/index.ts'
import { REGIONS } from '../events/index.ts'
import { localAt, Zone } from '../events/localtime.ts'
import type { Measuring } from './measures.ts'
import { Mean } from './statistics.ts'

/** An outage is that long at most. */
const OUTAGE_HOURS = 3
/** So far above the usual, and so many, are the failures in it: found no false one in two school years. */
const [DEVIATIONS, FAILURES_MIN] = [4, 6]
/** Hours on each side that tell what is usual. */
const AROUND = 72
/** Eastern hours in which calls can follow at once. */
const [CALLS_FROM, CALLS_TO] = [9, 20]
/** Sessions that have to be in outages for what comes of them to be told from chance. */
const [FAILED_MIN, CALLING_MIN, RATED_MIN] = [60, 300, 400]
/** Longer streams than some 20 years are not looked through. */
const HOURS_MAX = 200_000

export function measureOutages(measuring: Measuring): void {
  const { seen, figures } = measuring
  const { hours } = seen
  const counts = new HourlyCounts(measuring)
  const [inOutage, usual] = [new Mean(), new Mean()]
  for (const region of REGIONS.keys()) {
    const others = [...REGIONS.keys()].filter((other) => other !== region)
    const found = counts.outages(others)
    for (const [hour, { completedIn, failedIn }] of hours) {
      const completed = completedIn[region] as number
      if (completed > 0) (found.has(hour) ? inOutage : usual).add((failedIn[region] as number) / completed, completed)
    }
  }
  if (inOutage.count >= FAILED_MIN)
    figures.put('cause-10', 'failures in an outage', inOutage.value / usual.value, inOutage.count)

  const found = counts.outages([...REGIONS.keys()])
  const [technical, technicalUsual] = [{ calls: 0, sessions: 0 }, new Mean()]
  for (const [hour, { completed, technicalCalls }] of hours) {
    const eastern = Math.floor(localAt(Zone.eastern, hour * HOUR) / HOUR) % 24
    if (eastern < CALLS_FROM || eastern > CALLS_TO) continue
    const isAfter = !found.has(hour) && found.has(hour - 1)
    // Calls come within the hour.
    if (found.has(hour) || isAfter) technical.calls += technicalCalls
    else if (completed > 0) technicalUsual.add(technicalCalls / completed, completed)
    if (found.has(hour)) technical.sessions += completed
  }
  if (technical.sessions >= CALLING_MIN) {
    const share = technical.calls / technical.sessions
    figures.put('cause-10', 'technical calls', share / technicalUsual.value, technical.sessions)
  }

  const [down, up] = [new Mean(), new Mean()]
  const { columns, length } = seen.sessions
  for (let at = 0; at < length; at++) {
    if (columns.end[at] === 0 || columns.successful[at] !== 1) continue
    const isOut = found.has(Math.floor((columns.end[at] as number) / HOUR))
    ;(isOut ? down : up).add(columns.rating[at] as number)
  }
  if (down.count >= RATED_MIN) figures.put('cause-10', 'rating', down.value - up.value, down.count)
}

/** Sessions completed and failed up to each hour, by region: sums over stretches of hours are differences. */
class HourlyCounts {
  readonly #first: number
  readonly #hours: number
  readonly #completed: Float64Array[]
  readonly #failed: Float64Array[]

  constructor({ seen }: Measuring) {
    this.#first = Math.floor(seen.first / HOUR)
    this.#hours = Math.min(HOURS_MAX, Math.floor(seen.last / HOUR) - this.#first + 1)
    const sums = (): Float64Array[] => REGIONS.map(() => new Float64Array(this.#hours + 1))
    this.#completed = sums()
    this.#failed = sums()
    for (let at = 0; at < this.#hours; at++) {
      const counts = seen.hours.get(this.#first + at)
      for (const region of REGIONS.keys()) {
        const [completed, failed] = [this.#completed[region], this.#failed[region]] as [Float64Array, Float64Array]
        completed[at + 1] = (completed[at] as number) + (counts?.completedIn[region] ?? 0)
        failed[at + 1] = (failed[at] as number) + (counts?.failedIn[region] ?? 0)
      }
    }
  }

  /** Hours since 1970 that belong to outages, as these regions show them. */
  outages(regions: readonly number[]): Set<number> {
    const suspected: { at: number; length: number; deviations: number }[] = []
    for (let at = 0; at < this.#hours; at++)
      for (let length = 1; length <= OUTAGE_HOURS && at + length <= this.#hours; length++) {
        const deviations = this.#deviations(regions, at, at + length)
        if (deviations >= DEVIATIONS) suspected.push({ at, length, deviations })
      }
    // The clearest first; what touches it is its edge.
    const found = new Set<number>()
    for (const { at, length } of suspected.sort((a, b) => b.deviations - a.deviations || a.at - b.at)) {
      const hours = Array.from({ length: length + 2 }, (_, place) => this.#first + at - 1 + place)
      if (hours.some((hour) => found.has(hour))) continue
      for (const hour of hours.slice(1, -1)) found.add(hour)
    }
    return found
  }

  /** How far above the usual the failures of some hours are, without the region that shows most; NaN where they are few. */
  #deviations(regions: readonly number[], from: number, to: number): number {
    let [failed, expected, most] = [0, 0, { excess: Number.NEGATIVE_INFINITY, failed: 0, expected: 0 }]
    for (const region of regions) {
      const own = between(this.#failed[region] as Float64Array, from, to)
      const completed = this.#completed[region] as Float64Array
      const [begin, end] = [Math.max(0, from - AROUND), Math.min(this.#hours, to + AROUND)]
      const around = between(completed, begin, end) - between(completed, from, to)
      const share = (between(this.#failed[region] as Float64Array, begin, end) - own) / Math.max(1, around)
      const usual = share * between(completed, from, to)
      failed += own
      expected += usual
      if (own - usual > most.excess) most = { excess: own - usual, failed: own, expected: usual }
    }
    const [rest, restExpected] = [failed - most.failed, expected - most.expected]
    return rest < FAILURES_MIN ? Number.NaN : (rest - restExpected) / Math.sqrt(Math.max(restExpected, 0.5))
  }
}

function between(sums: Float64Array, from: number, to: number): number {
  return (sums[to] as number) - (sums[from] as number)
}

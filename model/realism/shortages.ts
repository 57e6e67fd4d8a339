// What the want of tutors in a market does to its students, and when supply follows demand: cause 7.
//
//     R = e^((supply_score − demand_score) ÷ 40), its logarithm as a mean over the seven days before

import { DAY, exp, ln, WEEK } from '../../engine/index.ts'
import { CALL_REASONS, SUBJECTS } from '../events/index.ts'
import { alike } from './causes.ts'
import type { TutorLife } from './lives.ts'
import { looks } from './looks.ts'
import { marketUpdates } from './markets.ts'
import type { Measuring } from './measures.ts'
import { localDay, MARKETS } from './seen.ts'
import { correlationOf, Matched, Mean, meanOf } from './statistics.ts'

const SHORT_BELOW = 0.8
const SCORES_OF_LOG = 40
const SCHEDULING = CALL_REASONS.indexOf('scheduling_issue')
/** Looks in a row, a week apart, that make ten days, and a month. */
const [TEN_DAYS, MONTH] = [2, 5]
const LAGS = { from: -7, to: 21 } as const
/** Days of a stream, after the first of which everybody has told their hours; and sessions a day of a market that counts. */
const [DAYS_MIN, SETTLED, BUSY] = [150, 60, 3]
/** A weaker correlation at its best is chance. */
const CLEAR = 0.05

export function measureShortages(measuring: Measuring): void {
  inShortage(measuring)
  supplyAfterDemand(measuring)
}

/** For how many looks in a row each market has been short; by market, then by look. */
function shortLooks(measuring: Measuring): number[][] {
  const { seen } = measuring
  const updates = marketUpdates(measuring)
  const { columns } = seen.markets
  return Array.from({ length: MARKETS }, (_, market) => {
    const own = updates.of(market)
    const runs: number[] = []
    let at = 0
    for (let instant = seen.first + 30 * DAY; instant <= seen.last; instant += WEEK) {
      const log = new Mean()
      while (at < own.length && (columns.instant[own[at] as number] as number) <= instant) {
        const update = own[at] as number
        const from = Math.max(columns.instant[update] as number, instant - WEEK)
        const next = own[at + 1]
        const to = Math.min(next === undefined ? instant : (columns.instant[next] as number), instant)
        const gap = ((columns.supply[update] as number) - (columns.demand[update] as number)) / 100
        if (to > from) log.add(gap / SCORES_OF_LOG, to - from)
        if (next === undefined || (columns.instant[next] as number) > instant) break
        at++
      }
      const isShort = log.count > 0 && exp(log.value) < SHORT_BELOW
      runs.push(isShort ? (runs.at(-1) ?? 0) + 1 : 0)
    }
    return runs
  })
}

function inShortage(measuring: Measuring): void {
  const { seen, lives, figures } = measuring
  const short = shortLooks(measuring)
  const [sessions, calls, health] = [seen.sessions.columns, seen.calls.columns, seen.health.columns]
  const week = (instant: number): number => Math.round((instant - seen.first - 30 * DAY) / WEEK)
  const scores: Mean[] = []
  for (const look of looks(seen, lives)) {
    if (look.health < 0) continue
    const at = week(look.instant)
    scores[at] ??= new Mean()
    scores[at].add(health.score[look.health] as number)
  }
  const [calling, healthy, leaving] = [new Matched(), new Matched(), new Matched()]
  for (const look of looks(seen, lives)) {
    const { life, instant } = look
    const latest = life.sessions[look.sessions - 1]
    if (latest === undefined || look.health < 0) continue
    const subject = sessions.subject[latest] as number
    if (subject >= SUBJECTS.length) continue
    const market = life.region * SUBJECTS.length + subject
    const at = week(instant)
    const run = short[market]?.[at] ?? 0
    if (instant + 3 * DAY <= seen.last) {
      let made = 0
      for (let next = look.calls; next < life.calls.length; next++) {
        const call = life.calls[next] as number
        if ((calls.instant[call] as number) > instant + 3 * DAY) break
        if (calls.reason[call] === SCHEDULING) made++
      }
      calling.add(market, run >= 1, made, 1)
    }
    const score = ((health.score[look.health] as number) - (scores[at]?.value as number)) / 100
    if (run === 0 || run >= TEN_DAYS) healthy.add(market, run >= TEN_DAYS, score, 1)
    if (look.leaves !== null && (run === 0 || run >= MONTH)) {
      const same = alike(look, measuring, health.sessions30[look.health] as number)
      leaving.add(`${market}/${same}`, run >= MONTH, look.leaves ? 1 : 0, 1)
    }
  }
  figures.put('cause-7', 'scheduling calls within three days', calling.ratio, calling.exposedCases)
  figures.put('cause-7', 'health after ten days', healthy.difference, healthy.exposedCount)
  figures.put('cause-7', 'churn after a month', leaving.ratio, leaving.exposedCases)
}

/**
 * How many days later the hours on offer in a market change as its sessions did, week against week. Both are taken against those of
 * all markets: holidays and seasons move students and tutors alike, and on the same day.
 */
function supplyAfterDemand({ seen, lives, figures }: Measuring): void {
  const [first, last] = [localDay(seen.first, 0) + 1, localDay(seen.last, 0) - 1]
  const length = last - first + 1
  if (length < DAYS_MIN || seen.followed < 1) return
  const perDay = (): Float64Array[] => Array.from({ length: MARKETS }, () => new Float64Array(length))
  const [demand, supply] = [perDay(), perDay()]
  const { columns, length: sessions } = seen.sessions
  for (let at = 0; at < sessions; at++) {
    const day = localDay(columns.start[at] as number, 0) - first
    const subject = columns.subject[at] as number
    if (day < 0 || day >= length || subject >= SUBJECTS.length) continue
    const days = demand[(columns.region[at] as number) * SUBJECTS.length + subject] as Float64Array
    days[day] = (days[day] as number) + 1
  }
  for (const tutor of lives.tutors) addOffers(seen, tutor, first, supply)
  const busy = [...demand.keys()].filter((market) => sumOf(demand[market] as Float64Array) >= BUSY * length)
  const shares = (of: Float64Array[]): number[][] => {
    const weeks = busy.map((market) => weekly([...(of[market] as Float64Array)]))
    const all = Array.from({ length }, (_, day) => weeks.reduce((sum, days) => sum + (days[day] as number), 0))
    return weeks.map((days) => days.map((value, day) => value / (all[day] as number)))
  }
  const [wanted, offered] = [shares(demand), shares(supply)]
  const change = (values: number[], day: number): number => {
    const [now, before] = [values[day] as number, values[day - 7] as number]
    return now > 0 && before > 0 ? ln(now / before) : Number.NaN
  }
  let [best, found] = [Number.NEGATIVE_INFINITY, Number.NaN]
  for (let lag = LAGS.from; lag <= LAGS.to; lag++) {
    const [before, after]: [number[], number[]] = [[], []]
    for (const market of busy.keys())
      for (let day = SETTLED; day < length; day++) {
        const then = day - lag
        if (then < 14 || then >= length) continue
        const [asked, answered] = [change(wanted[market] as number[], then), change(offered[market] as number[], day)]
        if (!Number.isFinite(asked + answered)) continue
        before.push(asked)
        after.push(answered)
      }
    const correlation = correlationOf(before, after)
    if (!(correlation > best)) continue
    best = correlation
    found = lag
  }
  if (best >= CLEAR) figures.put('cause-7', 'supply follows demand', found, length)
}

/** A tutor's hours, to each market that they teach in. */
function addOffers(seen: Measuring['seen'], tutor: TutorLife, first: number, supply: Float64Array[]): void {
  const { columns } = seen.offers
  const { offers, region, hasLeft, last } = tutor
  for (const [at, offer] of offers.entries()) {
    const next = offers[at + 1]
    const end = next === undefined ? (hasLeft ? last : seen.last) : (columns.instant[next] as number)
    const from = Math.max(0, localDay(columns.instant[offer] as number, 0) - first)
    const to = Math.min((supply[0] as Float64Array).length, localDay(end, 0) - first)
    for (const subject of SUBJECTS.keys()) {
      if (!((columns.subjects[offer] as number) & (1 << subject))) continue
      const hours = supply[region * SUBJECTS.length + subject] as Float64Array
      for (let day = from; day < to; day++) hours[day] = (hours[day] as number) + (columns.hours[offer] as number)
    }
  }
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)

/** Means of the seven days that end with each. */
function weekly(values: readonly number[]): number[] {
  return values.map((_, at) => meanOf(values.slice(Math.max(0, at - 6), at + 1)))
}

// What the want of tutors in a market does to its students, and when supply follows demand: cause 7.
//
//     R = e^((supply_score − demand_score) ÷ 40), its logarithm as a mean over the seven days before

import { DAY, exp, ln } from '../../engine/index.ts'
import { CALL_REASONS, SUBJECTS } from '../events/index.ts'
import { alike } from './causes.ts'
import type { TutorLife } from './lives.ts'
import { type Look, looks } from './looks.ts'
import { marketUpdates } from './markets.ts'
import type { Measuring } from './measures.ts'
import { localDay, MARKETS } from './seen.ts'
import { Counts, correlationOf, Matched, Mean, meanOf } from './statistics.ts'
import { MONTH_DAYS } from './students.ts'

const SHORT_BELOW = 0.8
const SCORES_OF_LOG = 40
const SCHEDULING = CALL_REASONS.indexOf('scheduling_issue')
const TEN_DAYS = 10
/** Days after which a shortage is over and forgotten. */
const WASHED_OUT = 30
/** Sessions that tell a student's subject. */
const LATEST = 12
const LAGS = { from: -7, to: 21 } as const
/** Days of a stream, after the first of which everybody has told their hours; and sessions a day of a market that counts. */
const [DAYS_MIN, SETTLED, BUSY] = [150, 60, 3]
/** A weaker correlation at its best is chance. */
const CLEAR = 0.05

export function measureShortages(measuring: Measuring): void {
  inShortage(measuring)
  supplyAfterDemand(measuring)
}

/** How a market stood on a day: for how many days it had been short, and how long ago it had been the last time. */
interface Standing {
  days: number
  /** 0 on a day of shortage. */
  since: number
}

/** By market, then by day from the stream's first on. */
function standings(measuring: Measuring): Standing[][] {
  const { seen } = measuring
  const updates = marketUpdates(measuring)
  const { columns } = seen.markets
  const length = Math.floor((seen.last - seen.first) / DAY)
  return Array.from({ length: MARKETS }, (_, market) => {
    const own = updates.of(market)
    // Logarithm of R by time, over each day.
    const sums = new Float64Array(length)
    const times = new Float64Array(length)
    for (const [at, update] of own.entries()) {
      const next = own[at + 1]
      const until = Math.min(
        next === undefined ? seen.last : (columns.instant[next] as number),
        seen.first + length * DAY,
      )
      const gap = ((columns.supply[update] as number) - (columns.demand[update] as number)) / 100
      for (let from = columns.instant[update] as number; from < until; ) {
        const day = Math.floor((from - seen.first) / DAY)
        const to = Math.min(until, seen.first + (day + 1) * DAY)
        sums[day] = (sums[day] as number) + ((to - from) * gap) / SCORES_OF_LOG
        times[day] = (times[day] as number) + to - from
        from = to
      }
    }
    let [days, since] = [0, WASHED_OUT]
    return Array.from({ length }, (_, day): Standing => {
      const from = Math.max(0, day - 6)
      const time = times.subarray(from, day + 1).reduce((sum, value) => sum + value, 0)
      const log = sums.subarray(from, day + 1).reduce((sum, value) => sum + value, 0) / time
      const isShort = time > 0 && exp(log) < SHORT_BELOW
      days = isShort ? days + 1 : 0
      since = isShort ? 0 : since + 1
      return { days, since }
    })
  })
}

/** The market of the subject that a student has had most of the latest sessions in; undefined where none is told. */
function marketOf({ life, sessions }: Look, { seen }: Measuring): number | undefined {
  const counts = new Counts()
  for (const at of life.sessions.subarray(Math.max(0, sessions - LATEST), sessions)) {
    const subject = seen.sessions.columns.subject[at] as number
    if (subject < SUBJECTS.length) counts.add(subject)
  }
  const [most] = [...counts].sort(([a, one], [b, other]) => other - one || a - b)
  return most === undefined ? undefined : life.region * SUBJECTS.length + most[0]
}

function inShortage(measuring: Measuring): void {
  const { seen, lives, figures } = measuring
  const short = standings(measuring)
  const [calls, health] = [seen.calls.columns, seen.health.columns]
  const scores = new Map<number, Mean>()
  for (const { health: at, instant } of looks(seen, lives)) {
    if (at < 0) continue
    const mean = scores.get(instant) ?? new Mean()
    scores.set(instant, mean)
    mean.add(health.score[at] as number)
  }
  const [calling, healthy, leaving] = [new Matched(), new Matched(), new Matched()]
  for (const look of looks(seen, lives)) {
    const { life, instant } = look
    const market = marketOf(look, measuring)
    if (market === undefined || look.health < 0) continue
    const standing = short[market]?.[Math.floor((instant - seen.first) / DAY) - 1]
    if (standing === undefined) continue
    const { days, since } = standing
    if (instant + 3 * DAY <= seen.last) {
      let made = 0
      for (let next = look.calls; next < life.calls.length; next++) {
        const call = life.calls[next] as number
        if ((calls.instant[call] as number) > instant + 3 * DAY) break
        if (calls.reason[call] === SCHEDULING) made++
      }
      calling.add(market, days > 0, made, 1)
    }
    // What a shortage did lasts: the weeks after it are like neither.
    const isCalm = since >= WASHED_OUT
    const score = ((health.score[look.health] as number) - (scores.get(instant)?.value as number)) / 100
    if (isCalm || days >= TEN_DAYS) healthy.add(market, days >= TEN_DAYS, score, 1)
    if (look.leaves !== null && (isCalm || days >= MONTH_DAYS)) {
      const same = alike(look, measuring, health.sessions30[look.health] as number)
      leaving.add(`${market}/${same}`, days >= MONTH_DAYS, look.leaves ? 1 : 0, 1)
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

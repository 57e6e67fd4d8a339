// Markets: one for each subject of a region. What students ask for and what tutors offer is kept by the hour for a week. At every
// full hour a market looks at its last 24 of them; every three hours, and whenever its balance is another, it says how it stands.

import { DAY, dayNumber, HOUR, ln } from '../../engine/index.ts'
import { balanceStatus, demandScoreAt, supplyScoreAt } from '../events/balance.ts'
import { BALANCES, EVENT_TYPES } from '../events/index.ts'
import { Zone } from '../events/localtime.ts'
import { Cause, type EventRow } from '../events/row.ts'
import { MEAN_MINUTES, PLANS } from '../settings/plans.ts'
import { hourOfWeek } from '../state/duty.ts'
import { ACTIVE_DAYS } from '../state/presence.ts'
import { Kind, type RegionState } from '../state/region.ts'
import type { MarketRow, StudentRow } from '../state/tables.ts'

const UPDATE = EVENT_TYPES.indexOf('supply_demand_update')
/** Taking stock: once a day, at night in all of the regions. */
const STOCK_TIME = 9 * HOUR
/** Of a usual day; scores are clipped long before. */
const LEAST_DEMAND = 0.001
/** The zone by whose clocks a region's markets report: that of most of its people. In the order of REGIONS. */
export const MARKET_ZONES = [Zone.eastern, Zone.eastern, Zone.central, Zone.pacific, Zone.central] as const
/** Of the hours of a day at which a market may be told, the first. */
const FIRST_REPORT_HOUR = 2
/**
 * Sessions that count as asked for as ever, beside what was: small markets would leap with every session otherwise; A. The second
 * is for tutors who follow demand.
 */
const USUAL_WEIGHT = { ofDay: 18, ofWeek: 30 } as const
const HOURS_A_DAY = 24
const HOURS_A_WEEK = 168
/** A student counts in their first subject's market from now on. */
export function enrol(region: RegionState, student: StudentRow): void {
  const market = region.market.edit(student.subject)
  market.students++
  market.wantedMinutes += (PLANS[student.plan] as number) * MEAN_MINUTES
}

/** … and no longer: no session of theirs is to come. */
export function withdraw(region: RegionState, student: StudentRow, now: number): void {
  const market = region.market.edit(student.subject)
  market.students--
  market.wantedMinutes -= (PLANS[student.plan] as number) * MEAN_MINUTES
  expectUntil(region, lastDay(student), now)
}

/**
 * A session of the student at hand is to be. They are active until 14 days after it, and until then: of a few weeks between
 * two sessions no days are left out. Who rests for longer counts again once they have come.
 */
export function expectSession(region: RegionState, due: number): void {
  const { now } = region.world
  const last = lastDay(region.student)
  const isNear = dayNumber(due) - 2 * ACTIVE_DAYS <= Math.max(last, dayNumber(now))
  expectUntil(region, isNear ? dayNumber(due) + ACTIVE_DAYS : last, now)
}

/** The student at hand is no longer there. */
export function expectNothing(region: RegionState, now: number): void {
  expectUntil(region, 0, now)
}

/** The last day on which their latest session counts. */
function lastDay({ sessions, quietSinceDay }: StudentRow): number {
  return sessions > 0 ? quietSinceDay + ACTIVE_DAYS : 0
}

function expectUntil({ student, presence }: RegionState, day: number, now: number): void {
  const today = dayNumber(now)
  presence.count(student.subject, student.activeUntilDay, -1, today)
  student.activeUntilDay = day
  presence.count(student.subject, day, 1, today)
}

/** A session is asked for: the first time, where none is found at once. */
export function asked(region: RegionState, subject: number): void {
  region.market.edit(subject).askedNow++
}

/** A market is born: sessions as its students' plans have them are taken for those of the week before. */
export function openMarket(region: RegionState, subject: number, now: number): void {
  const { marketHour, marketHours, given } = region
  const market = region.market.edit(subject)
  market.usualAsked = (market.wantedMinutes / MEAN_MINUTES) * region.given.people.pace
  const expected = market.usualAsked * region.season(now)
  const zone = MARKET_ZONES[region.index] as number
  const today = Math.floor(now / HOUR)
  while (marketHours.count < (subject + 1) * HOURS_A_WEEK) marketHours.add()
  let sum = 0
  for (let hour = today - HOURS_A_WEEK; hour < today; hour++) {
    const before = Math.floor(sum)
    sum += expected * (given.people.week.hours[hourOfWeek(given.clock.localAt(zone, hour * HOUR))] as number)
    const asked = Math.floor(sum) - before
    marketHour.edit(rowOf(subject, hour)).asked = asked
    market.asked168 += asked
    if (hour >= today - HOURS_A_DAY) market.asked24 += asked
  }
  awaitStock(region, subject, now)
  awaitHour(region, subject, now)
}

/** What tutors offer in a market's first hour is taken for what they offered in the week before. */
function imagineOffers(region: RegionState, subject: number, now: number): void {
  const { market, marketHour, offers, given } = region
  const first = Math.floor(now / HOUR) - 1
  for (let hour = first - HOURS_A_WEEK; hour < first; hour++) {
    const offered = offers.minutesAt(given, subject, hour * HOUR)
    marketHour.edit(rowOf(subject, hour)).offered = offered
    market.offered168 += offered
    if (hour >= first - HOURS_A_DAY) market.offered24 += offered
  }
}

/** Makes the next taking of stock due. */
function awaitStock(region: RegionState, subject: number, now: number): void {
  region.world.schedule(Kind.marketDay, subject, (Math.floor((now - STOCK_TIME) / DAY) + 1) * DAY + STOCK_TIME)
}

function awaitHour(region: RegionState, subject: number, now: number): void {
  region.world.schedule(Kind.marketHour, subject, (Math.floor(now / HOUR) + 1) * HOUR)
}

/** An hour is over. The market says how it stands every three hours, and when its balance is not what was told last. */
export function endHour(region: RegionState, subject: number, now: number): void {
  const market = region.market.edit(subject)
  if (market.toldBalance === 0) imagineOffers(region, subject, now)
  keepHour(region, subject, market.askedNow, now)
  market.askedNow = 0
  const balance = BALANCES.indexOf(balanceOf(region, market, now)) + 1
  const hour = hourOfWeek(region.given.clock.localAt(MARKET_ZONES[region.index] as number, now)) % HOURS_A_DAY
  if (balance !== market.toldBalance || isReportHour(region, hour)) {
    market.toldBalance = balance
    region.trace?.did('market.told', subject)
    tellMarket(
      region.emit(UPDATE, Kind.marketHour, region.marketNumber(subject), now, Cause.none, 0),
      region,
      subject,
      now,
    )
  }
  awaitHour(region, subject, now)
}

/** @param hour of the day on the clocks of the market's zone */
function isReportHour({ given }: RegionState, hour: number): boolean {
  const { toldEveryHours } = given.markets
  return hour % toldEveryHours === FIRST_REPORT_HOUR % toldEveryHours
}

/** Fills in an event with how a market stands. */
export function tellMarket(event: EventRow, region: RegionState, subject: number, now: number): void {
  const figures = marketAt(region, subject, now)
  event.subject = subject
  event.students = figures.students
  event.tutors = figures.tutors
  event.score = figures.demandScore
  event.supplyScore = figures.supplyScore
  event.level = BALANCES.indexOf(balanceStatus(figures.demandScore, figures.supplyScore))
}

/** How a market stands: active students, available tutors, both scores in hundredths. */
export function marketAt(region: RegionState, subject: number, now: number) {
  const market = region.market.at(subject)
  const z = demandDeviation(region, market, now)
  return {
    students: region.presence.activeOn(subject, dayNumber(now)),
    tutors: region.offers.tutorsAt(region.given, subject, now),
    demandScore: demandScoreAt(z),
    supplyScore: supplyScoreAt(z, dayRatio(region, market, now)),
  }
}

function balanceOf(region: RegionState, market: MarketRow, now: number) {
  const z = demandDeviation(region, market, now)
  return balanceStatus(demandScoreAt(z), supplyScoreAt(z, dayRatio(region, market, now)))
}

/** z of cause 8: demand of the last 24 hours against its season, not against its weekday. */
function demandDeviation(region: RegionState, market: MarketRow, now: number): number {
  const { mean, deviation } = region.given.markets.demandLog
  const season = (market.usualAsked / 7) * region.season(now)
  const usual = usualOfDay(region, now)
  const wanted = estimate(market.asked24, season * usual, USUAL_WEIGHT.ofDay) * usual
  return (ln(Math.max(LEAST_DEMAND, wanted)) - mean) / deviation
}

/** R over the last 24 hours: cause 8. */
function dayRatio(region: RegionState, market: MarketRow, now: number): number {
  const expected = (market.usualAsked / 7) * region.season(now) * usualOfDay(region, now)
  return ratioOf(region, market.offered24, estimate(market.asked24, expected, USUAL_WEIGHT.ofDay) * expected)
}

/** R over the last seven days: cause 7. */
export function weekRatio(region: RegionState, market: MarketRow, now: number): number {
  const expected = market.usualAsked * region.season(now) * lessonsOfWeek(region, now)
  return ratioOf(region, market.offered168, estimate(market.asked168, expected, 7 * USUAL_WEIGHT.ofDay) * expected)
}

/** R as it would be if tutors had offered their usual hours in the last seven days, and these had been ordinary ones. */
export function usualRatio(region: RegionState, market: MarketRow, now: number): number {
  const season = market.usualAsked * region.season(now)
  const demand = estimate(market.asked168, season * lessonsOfWeek(region, now), USUAL_WEIGHT.ofWeek)
  return ratioOf(region, market.usualMinutes * region.given.tutors.offeredShare, demand * season)
}

/** Tutor hours on offer over hours wanted; an hour on offer counts by the share of it that is taught. @param sessions wanted */
function ratioOf({ given }: RegionState, offeredMinutes: number, sessions: number): number {
  const { tutors, markets } = given
  return sessions > 0
    ? (offeredMinutes * tutors.utilisation) / (sessions * markets.tutorMinutes)
    : Number.POSITIVE_INFINITY
}

/** Sessions asked for against those expected, so many of which count as asked for. */
function estimate(sessions: number, expected: number, weight: number): number {
  return (sessions + weight) / (expected + weight)
}

/** What the weekdays and the calendar make of the last 24 whole hours, against an ordinary day of the season. */
function usualOfDay(region: RegionState, now: number): number {
  const local = region.given.clock.localAt(MARKET_ZONES[region.index] as number, Math.floor(now / HOUR) * HOUR)
  const today = dayNumber(local)
  const share = local / DAY - today
  const lessons = share * ordinary(region, today) + (1 - share) * ordinary(region, today - 1)
  return lessons * (region.given.people.dayBehind[hourOfWeek(local)] as number)
}

/** What the calendar makes of the last seven days. */
function lessonsOfWeek(region: RegionState, now: number): number {
  const today = dayNumber(region.given.clock.localAt(MARKET_ZONES[region.index] as number, now))
  let lessons = 0
  for (let day = today - 7; day < today; day++) lessons += ordinary(region, day)
  return lessons / 7
}

/** Lessons of a local day by the calendar alone: nobody knows the weather to come. */
function ordinary(region: RegionState, day: number): number {
  return region.calendar.lessons(region.index, day)
}

/** Takes stock: what is usual, and whether there is a shortage. */
export function takeStock(region: RegionState, subject: number, now: number): void {
  const market = region.market.edit(subject)
  region.presence.forget(subject, dayNumber(now) - 1)
  const asked = market.asked168 / (region.season(now) * lessonsOfWeek(region, now))
  market.usualAsked += (asked - market.usualAsked) / region.given.markets.usualDays
  const ratio = weekRatio(region, market, now)
  const { below, over } = region.given.markets.shortage
  if (market.shortageSince === 0 && ratio < below) market.shortageSince = now
  else if (ratio > over) market.shortageSince = 0
  awaitStock(region, subject, now)
}

/** Keeps the hour that is over, and forgets the one of a week ago. */
function keepHour(region: RegionState, subject: number, sessions: number, now: number): void {
  const { market, marketHour } = region
  const hour = Math.floor(now / HOUR) - 1
  const dayAgo = marketHour.at(rowOf(subject, hour - HOURS_A_DAY))
  market.asked24 += sessions - dayAgo.asked
  market.offered24 -= dayAgo.offered
  const latest = marketHour.edit(rowOf(subject, hour))
  const offered = region.offers.minutesAt(region.given, subject, hour * HOUR)
  market.asked168 += sessions - latest.asked
  market.offered24 += offered
  market.offered168 += offered - latest.offered
  latest.asked = sessions
  latest.offered = offered
}

function rowOf(subject: number, hour: number): number {
  return subject * HOURS_A_WEEK + (hour % HOURS_A_WEEK)
}

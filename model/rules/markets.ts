// Markets: one for each subject of a region. Minutes wanted and offered are counted as they change. Demand is compared with
// its season once a day. A market whose counts have changed reports every ten minutes.

import { DAY, HOUR, ln } from '../../engine/index.ts'
import { balanceStatus, supplyScoreAt } from '../events/balance.ts'
import { BALANCES, EVENT_TYPES } from '../events/index.ts'
import { Cause, type EventRow } from '../events/row.ts'
import { DEMAND_DEVIATION, MEAN_MINUTES, PLANS, REPORT_EVERY, SHORTAGE, UTILISATION } from '../state/calibration.ts'
import { Kind, type RegionState } from '../state/region.ts'
import type { MarketRow, StudentRow } from '../state/tables.ts'

const UPDATE = EVENT_TYPES.indexOf('supply_demand_update')
/** Taking stock: once a day, at night in all of the regions. */
const STOCK_TIME = 9 * HOUR
const DAYS_KEPT = 7

/** A student counts in their first subject's market from now on. */
export function enrol(region: RegionState, student: StudentRow, now: number): void {
  const market = region.market.edit(student.subject)
  market.students++
  market.wantedMinutes += (PLANS[student.plan] as number) * MEAN_MINUTES
  reportSoon(region, student.subject, now)
}

/** … and no longer. */
export function withdraw(region: RegionState, student: StudentRow, now: number): void {
  const market = region.market.edit(student.subject)
  market.students--
  market.wantedMinutes -= (PLANS[student.plan] as number) * MEAN_MINUTES
  reportSoon(region, student.subject, now)
}

/** Makes a report due at the next full ten minutes. */
export function reportSoon(region: RegionState, subject: number, now: number): void {
  if (region.market.at(subject).reportDue === 0)
    region.world.schedule(Kind.marketReport, subject, (Math.floor(now / REPORT_EVERY) + 1) * REPORT_EVERY)
}

/** Makes the next taking of stock due. */
export function awaitStock(region: RegionState, subject: number, now: number): void {
  region.world.schedule(Kind.marketDay, subject, (Math.floor((now - STOCK_TIME) / DAY) + 1) * DAY + STOCK_TIME)
}

/**
 * R: tutor hours on offer over hours wanted in the week to come; an hour on offer counts by the share of it that is taught.
 * @param offeredMinutes of the market: those of this week, or the usual ones
 */
export function supplyRatio(region: RegionState, market: MarketRow, offeredMinutes: number, now: number): number {
  const wanted = market.wantedMinutes * region.season(now)
  return wanted > 0 ? (offeredMinutes * UTILISATION) / wanted : Number.POSITIVE_INFINITY
}

/** supply_score in hundredths. */
export function supplyScore(region: RegionState, market: MarketRow, now: number): number {
  return supplyScoreAt(supplyRatio(region, market, market.offeredMinutes, now))
}

/** What the market says, unless it would say the same as before. */
export function report(region: RegionState, subject: number, now: number): void {
  const market = region.market.edit(subject)
  const supply = supplyScore(region, market, now)
  const balance = BALANCES.indexOf(balanceStatus(market.demandScore, supply))
  if (
    market.students === market.reportedStudents &&
    market.tutors === market.reportedTutors &&
    market.reportedBalance === balance + 1
  )
    return
  market.reportedStudents = market.students
  market.reportedTutors = market.tutors
  market.reportedBalance = balance + 1
  const event = region.emit(UPDATE, Kind.marketReport, region.marketNumber(subject), now, Cause.none, 0)
  tellMarket(event, market, subject, supply)
}

/** Fills in an event with how a market stands. @param supply its score in hundredths */
export function tellMarket(event: EventRow, market: MarketRow, subject: number, supply: number): void {
  event.subject = subject
  event.students = market.students
  event.tutors = market.tutors
  event.score = market.demandScore
  event.supplyScore = supply
  event.level = BALANCES.indexOf(balanceStatus(market.demandScore, supply))
}

/** Takes stock: demand of the last week against its season, and whether there is a shortage. */
export function takeStock(region: RegionState, subject: number, now: number): void {
  const market = region.market.edit(subject)
  const requests = endDay(market)
  const expected =
    (market.wantedMinutes / MEAN_MINUTES) * region.season(now) * (Math.min(market.daysSeen, DAYS_KEPT) / 7)
  const z = ln((requests + 3) / (expected + 3)) / DEMAND_DEVIATION
  market.demandScore = Math.round(100 * Math.min(100, Math.max(0, 50 + 20 * z)))
  const ratio = supplyRatio(region, market, market.offeredMinutes, now)
  if (market.shortageSince === 0 && ratio < SHORTAGE.below) market.shortageSince = now
  else if (ratio > SHORTAGE.over) market.shortageSince = 0
  reportSoon(region, subject, now)
  awaitStock(region, subject, now)
}

/** Moves the days on by one. Returns the sessions asked for in the seven days up to now. */
function endDay(market: MarketRow): number {
  const days = [
    market.requestsToday,
    market.requests1,
    market.requests2,
    market.requests3,
    market.requests4,
    market.requests5,
    market.requests6,
  ] as const
  market.requests6 = days[5]
  market.requests5 = days[4]
  market.requests4 = days[3]
  market.requests3 = days[2]
  market.requests2 = days[1]
  market.requests1 = days[0]
  market.requestsToday = 0
  if (market.daysSeen < DAYS_KEPT) market.daysSeen++
  return days.reduce((sum, requests) => sum + requests, 0)
}

// A student's history and the four health numbers over it: what enters a window, what leaves it, and the health update at
// that very instant.
//
//     history:  oldestOf30 → … → oldestOf7 → … → newestSession      sessions of 30 days, linked by `next`
//               oldestCall → …                                      calls of 14 days

import { MINUTE } from '../../engine/index.ts'
import { churnRisk, healthScore, meanRating, WINDOWS } from '../events/health.ts'
import { EVENT_TYPES, LEVELS } from '../events/index.ts'
import { Cause, type EventRow } from '../events/row.ts'
import { Kind, type RegionState } from '../state/region.ts'
import type { StudentRow } from '../state/tables.ts'
import { latestWith } from '../state/words.ts'

const HEALTH_UPDATE = EVENT_TYPES.indexOf('customer_health_update')
const { sessions7: WINDOW_7, sessions30: WINDOW_30, calls14: WINDOW_CALLS } = WINDOWS

/** Notes a session that ends now, and says how the student is. The student is the region's accessor. */
export function sessionEnds(region: RegionState, rating: number, successful: boolean, now: number): void {
  const { student, record, history } = region
  const first = student.latestRating === 0
  const before = numbers(student)
  leaveWindows(region, now)
  const row = history.take()
  record.at(row)
  record.instantLow = now
  record.minutes = student.minutes
  record.rating = rating
  record.successful = successful ? 1 : 0
  if (student.newestSession === 0) student.oldestOf30 = row + 1
  else record.edit(student.newestSession - 1).next = row + 1
  student.newestSession = row + 1
  if (student.oldestOf7 === 0) student.oldestOf7 = row + 1
  student.rated30++
  student.ratings30 += rating
  student.latestRating = rating
  if (successful) {
    student.sessions7++
    student.sessions30++
  }
  const start = now - student.minutes * MINUTE
  if (first || numbers(student) !== before) emitHealth(region, now, Kind.session, Cause.completed, start)
  awaitNextLeaving(region, now)
}

/** Notes a call logged now, and says how the student is, if they have had a session. */
export function callLogged(region: RegionState, now: number): void {
  const { student, record, history } = region
  const before = numbers(student)
  leaveWindows(region, now)
  const last = lastCall(region)
  const row = history.take()
  record.at(row).instantLow = now
  if (last === 0) student.oldestCall = row + 1
  else record.edit(last - 1).next = row + 1
  student.calls14++
  if (student.latestRating > 0 && numbers(student) !== before) emitHealth(region, now, Kind.call, Cause.call, now)
  awaitNextLeaving(region, now)
}

/** Takes out what leaves a window now, and emits a health update if a number changed. */
export function windowsMove(region: RegionState, row: number, now: number): void {
  const student = region.student.edit(row)
  const before = numbers(student)
  leaveWindows(region, now)
  if (student.latestRating > 0 && numbers(student) !== before)
    emitHealth(region, now, Kind.health, leaving.cause, leaving.instant)
  awaitNextLeaving(region, now)
}

/** Forgets a student's history: someone who has gone is not heard of again. */
export function forget(region: RegionState): void {
  const { student, record, history, world } = region
  for (const oldest of [student.oldestOf30, student.oldestCall])
    for (let link = oldest; link !== 0; ) {
      const { next } = record.at(link - 1)
      history.give(link - 1)
      link = next
    }
  // What was told last no longer holds, unless nothing was left to change it: so if they come back, their first session
  // emits a health update in any case.
  if (student.sessions30 + student.calls14 > 0 || ratingHundredths(student) !== student.latestRating * 100)
    student.latestRating = 0
  student.oldestOf30 = student.oldestOf7 = student.newestSession = student.oldestCall = 0
  student.sessions7 = student.sessions30 = student.rated30 = student.ratings30 = student.calls14 = 0
  world.cancel(Kind.health, student.row)
}

/** Instant of the student's latest session end within 30 days, or 0. */
export function latestSessionEnd(region: RegionState, now: number): number {
  const { newestSession } = region.student
  return newestSession === 0 ? 0 : instantOf(region, newestSession, now)
}

/** Instant of the student's latest call within 14 days, or 0. */
export function latestCall(region: RegionState, now: number): number {
  const last = lastCall(region)
  return last === 0 ? 0 : instantOf(region, last, now)
}

/** Row of the latest call, plus one. There are so few that to look for it costs less than to store it. */
function lastCall({ student, record }: RegionState): number {
  let last = student.oldestCall
  for (let next = last; next !== 0; next = record.at(last - 1).next) last = next
  return last
}

/** The four numbers; the rating in hundredths, and null before there is one. */
export interface Health {
  sessions7: number
  sessions30: number
  calls14: number
  rating: number | null
}

/** A student's numbers at this very instant: what leaves its window now has left it, whether or not that was told yet. */
export function healthAt(region: RegionState, row: number, now: number): Health {
  const { record } = region
  const student = region.student.at(row)
  let { sessions7, sessions30, calls14, rated30, ratings30 } = student
  if (student.healthDue !== 0 && student.healthDue <= now) {
    for (let link = student.oldestOf7; hasLeft(region, link, WINDOW_7, now); link = record.next)
      sessions7 -= record.successful
    for (let link = student.oldestOf30; hasLeft(region, link, WINDOW_30, now); link = record.next) {
      sessions30 -= record.successful
      rated30--
      ratings30 -= record.rating
    }
    for (let link = student.oldestCall; hasLeft(region, link, WINDOW_CALLS, now); link = record.next) calls14--
  }
  const { latestRating } = student
  const rating = latestRating === 0 ? null : rated30 > 0 ? meanRating(ratings30, rated30) : latestRating * 100
  return { sessions7, sessions30, calls14, rating }
}

/** Stands on a row of history, if there is one. Whether it lies before the window. */
function hasLeft(region: RegionState, link: number, window: number, now: number): boolean {
  return link !== 0 && instantOf(region, link, now) + window <= now
}

/** Mean rating in hundredths: of the sessions of 30 days, else the last known, which is the latest session's. */
function ratingHundredths(student: StudentRow): number {
  return student.rated30 > 0 ? meanRating(student.ratings30, student.rated30) : student.latestRating * 100
}

/** The four numbers as one, to see whether any changed. */
function numbers(student: StudentRow): number {
  return ((student.sessions30 * 65_536 + student.sessions7) * 256 + student.calls14) * 512 + ratingHundredths(student)
}

/** Stands on a row of history. Returns its instant. */
function instantOf(region: RegionState, link: number, now: number): number {
  const { instantLow } = region.record.at(link - 1)
  return latestWith(instantLow, now)
}

/** What left a window last. */
const leaving = { cause: 0, instant: 0 }

function leaveWindows(region: RegionState, now: number): void {
  const { student, record, history } = region
  for (let link = student.oldestOf7; link !== 0; link = student.oldestOf7) {
    const instant = instantOf(region, link, now)
    if (instant + WINDOW_7 > now) break
    const { successful, minutes, next } = record
    student.sessions7 -= successful
    student.oldestOf7 = next
    leaving.cause = Cause.completed
    leaving.instant = instant - minutes * MINUTE
  }
  for (let link = student.oldestOf30; link !== 0; link = student.oldestOf30) {
    const instant = instantOf(region, link, now)
    if (instant + WINDOW_30 > now) break
    const { successful, minutes, rating, next } = record
    student.sessions30 -= successful
    student.rated30--
    student.ratings30 -= rating
    student.oldestOf30 = next
    if (next === 0) student.newestSession = 0
    history.give(link - 1)
    leaving.cause = Cause.completed
    leaving.instant = instant - minutes * MINUTE
  }
  for (let link = student.oldestCall; link !== 0; link = student.oldestCall) {
    const instant = instantOf(region, link, now)
    if (instant + WINDOW_CALLS > now) break
    const { next } = record
    student.calls14--
    student.oldestCall = next
    history.give(link - 1)
    leaving.cause = Cause.call
    leaving.instant = instant
  }
}

/** Makes the next leaving of a window due. */
function awaitNextLeaving(region: RegionState, now: number): void {
  const { student, world } = region
  let due = Number.POSITIVE_INFINITY
  if (student.oldestOf7 !== 0) due = Math.min(due, instantOf(region, student.oldestOf7, now) + WINDOW_7)
  if (student.oldestOf30 !== 0) due = Math.min(due, instantOf(region, student.oldestOf30, now) + WINDOW_30)
  if (student.oldestCall !== 0) due = Math.min(due, instantOf(region, student.oldestCall, now) + WINDOW_CALLS)
  if (due === Number.POSITIVE_INFINITY) {
    if (student.healthDue !== 0) world.cancel(Kind.health, student.row)
  } else if (due !== student.healthDue) world.schedule(Kind.health, student.row, due)
}

function emitHealth(region: RegionState, now: number, kind: number, cause: number, causeInstant: number): void {
  const { student } = region
  region.trace?.did('health.moves')
  const event = region.emit(HEALTH_UPDATE, kind, student.number, now, cause, causeInstant)
  tellHealth(event, student.sessions7, student.sessions30, student.calls14, ratingHundredths(student))
}

/** Fills in an event with the four numbers, and the score and the risk that follow from them. */
export function tellHealth(
  event: EventRow,
  sessions7: number,
  sessions30: number,
  calls: number,
  rating: number,
): void {
  const score = healthScore(sessions7, sessions30, calls, rating)
  event.sessions7 = sessions7
  event.sessions30 = sessions30
  event.calls = calls
  event.rating = rating
  event.score = score
  event.level = LEVELS.indexOf(churnRisk(score))
}

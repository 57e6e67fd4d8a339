// How large a world has to be for a rate of events.

import { WEEK } from '../../engine/index.ts'
import { type GivenFigures, valueIn } from '../settings/catalogue.ts'
import { sessionsAsked } from '../settings/volume.ts'

/**
 * Events a week for each student at season 1, by what brings them: sessions with what they do to health, weeks of tutors, and
 * calls with the same. Measured at 2,000 to 20,000: 5.8 in January, 6.0 to 6.4 in February, April, July and September, 7.0 in
 * October.
 */
const EVENTS_PER_STUDENT_WEEKLY = { ofSessions: 5.8, ofTutors: 0.17, ofCalls: 0.13 }
/** Events a week of all markets: they are told every three hours, and when their balance changes; measured at 2,000 to 20,000. */
const EVENTS_OF_MARKETS_WEEKLY = 2750

/** What sizes a world by its events. */
export interface Busyness {
  /** Of the week. */
  season: number
  tickMilliseconds: number
  /** Settings that are not as by default. */
  figures?: GivenFigures | undefined
}

/** Students whose world brings `rate` events a tick on average over a week. */
export function studentsForRate(rate: number, { season, tickMilliseconds, figures }: Busyness): number {
  const eventsWeekly = (rate * WEEK) / tickMilliseconds
  const ofStudents = eventsPerStudent(figures) * season
  return Math.max(1, Math.round((eventsWeekly - EVENTS_OF_MARKETS_WEEKLY) / ofStudents))
}

function eventsPerStudent(given: GivenFigures = {}): number {
  const { ofSessions, ofTutors, ofCalls } = EVENTS_PER_STUDENT_WEEKLY
  const sessions = sessionsAsked(given) / sessionsAsked()
  const tutors = valueIn({}, 'tutors.students_a_tutor') / valueIn(given, 'tutors.students_a_tutor')
  const calls = valueIn(given, 'calls.per_100_sessions') / valueIn({}, 'calls.per_100_sessions')
  return sessions * (ofSessions + ofCalls * calls) + ofTutors * tutors
}

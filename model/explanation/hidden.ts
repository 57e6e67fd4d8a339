// The hidden state that mattered to a decision, as a person reads it: read at the very moment, and told by no event.

import { dayNumber, formatInstant, MINUTE } from '../../engine/index.ts'
import { SUBJECTS, type Subject, TIMEZONES } from '../events/index.ts'
import { timezoneOf } from '../events/localtime.ts'
import { wavers } from '../rules/decline.ts'
import { weekRatio } from '../rules/markets.ts'
import { PLACES, WISH } from '../rules/slots.ts'
import { PLANS } from '../settings/plans.ts'
import { RELIABILITY_ONE } from '../state/lessons.ts'
import type { RegionState } from '../state/region.ts'
import {
  type MarketRow,
  Outcome,
  Rhythm,
  type SlotRow,
  type StudentRow,
  type TutorRow,
  TutorState,
} from '../state/tables.ts'

/** Who is at hand, by accessors of our own: those of the rules have to stay where they are. */
export interface Look {
  region: RegionState
  student: StudentRow
  tutor: TutorRow
  market: MarketRow
  slot: SlotRow
  now: number
  /** Which lesson, outcome, … the rule said. */
  which: number
}

export type HiddenValue = number | string | boolean

/** In the order of Rhythm. */
const RHYTHMS = ['weekly', 'every other week', 'every other week', 'at another time most weeks', 'in a class']
const OUTCOMES = Object.keys(Outcome).map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MINUTES_A_DAY = 1440

/** Undefined where there is nothing of the kind. */
const READERS = {
  sessions_a_week: ({ student }) => PLANS[student.plan],
  weeks_of_two_minds_left: ({ student }) => (wavers(student) ? student.weeksToGo : undefined),
  readiness_to_call: ({ student }) => hundredths(student.complains / 64),
  student_misses: ({ student }) => hundredths(student.reliability / RELIABILITY_ONE),
  weeks_since_joined: ({ student, now }) => Math.floor((dayNumber(now) - student.joinedDay) / 7),
  calls_in_14_days: ({ student }) => student.calls14,
  days_since_session: ({ student, now }) => dayNumber(now) - student.quietSinceDay,
  own_tutor_in_last_5: ({ student }) => [0, 1, 2, 3, 4].filter((bit) => (student.loyalty >> bit) & 1).length,
  satisfaction_stars: ({ student }) => hundredths(student.satisfaction / 50),
  first_session: ({ student }) => student.sessions === 0 || undefined,
  appointment: appointmentOf,
  with_own_tutor: ({ student, slot }) =>
    student.lesson % PLACES === WISH || slot.rhythm === Rhythm.ofClass ? undefined : slot.holder === student.tutor + 1,
  outcome: ({ which }) => OUTCOMES[which],
  went: ({ student }) => OUTCOMES[student.outcome],
  stars: ({ which }) => which,
  tutor_misses: ({ tutor }) => hundredths(tutor.reliability / RELIABILITY_ONE),
  tutor_quality: ({ tutor }) => hundredths((tutor.quality - 128) / 32),
  tutor_heavy_weeks: ({ tutor }) => tutor.heavyWeeks,
  tutor_sessions: ({ tutor }) => tutor.sessions,
  standing_hours: ({ tutor }) => tutor.standingHours,
  reserved_hours: ({ region, tutor }) => hundredths(region.reservations.minutes(tutor.row) / 60),
  weeks_of_notice_left: ({ tutor }) => (tutor.state === TutorState.leaving ? tutor.weeksToGo : undefined),
  weeks_of_rest_left: ({ tutor }) => tutor.restWeeks || undefined,
  away: ({ region: { given, shocks }, tutor, now }) =>
    shocks.absence(given.tutors, tutor.number, dayNumber(given.clock.localAt(tutor.zone, now)))?.kind,
  short_since: ({ market }) => (market.shortageSince === 0 ? undefined : formatInstant(market.shortageSince)),
  asked_in_24_hours: ({ market }) => market.asked24,
  offered_hours_in_24: ({ market }) => hundredths(market.offered24 / 60),
  usual_asked_a_week: ({ market }) => hundredths(market.usualAsked),
  season: ({ region, now }) => hundredths(region.season(now)),
  /** Filled in where the chain is made: what of the numbers changed. */
  moved: () => undefined,
  week_ratio: ({ region, market, now }) => finite(weekRatio(region, market, now)),
} satisfies Record<string, (look: Look) => HiddenValue | undefined>

export type Hidden = keyof typeof READERS

export function hiddenState(names: readonly Hidden[], look: Look): Partial<Record<Hidden, HiddenValue>> {
  const state: Partial<Record<Hidden, HiddenValue>> = {}
  for (const name of names) {
    const value = READERS[name](look)
    if (value !== undefined) state[name] = value
  }
  return state
}

/** As `Tuesday 16:30 EST, Mathematics, weekly`. */
function appointmentOf({ student, slot }: Look): string | undefined {
  if (student.lesson % PLACES === WISH) return undefined
  const day = WEEKDAYS[Math.floor(slot.minute / MINUTES_A_DAY)]
  const time = formatInstant(slot.minute * MINUTE).slice(11, 16)
  const zone = TIMEZONES[timezoneOf(student.zone)]
  return `${day} ${time} ${zone}, ${SUBJECTS[slot.subject] as Subject}, ${RHYTHMS[slot.rhythm]}`
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? hundredths(value) : undefined
}

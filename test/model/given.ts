// What the tests of the model's rules presume: a small region with students and tutors as a test wants them, one action
// that happens now, and the judge of how often something did.

import { expect } from 'vitest'
import { dayNumber, type Row, TickEvents, worldKey } from '../../engine/index.ts'
import { events, eventsIn } from '../../model/events/catalogue.ts'
import { FIRST_STUDENT, FIRST_TUTOR } from '../../model/events/entities.ts'
import { type Event, type EventType, REGIONS, SESSION_TYPES } from '../../model/events/index.ts'
import { localAt } from '../../model/events/localtime.ts'
import { model, type Settings } from '../../model/index.ts'
import { actionsOf } from '../../model/rules/actions.ts'
import { callOutOfTheBlue } from '../../model/rules/calls.ts'
import { genesis } from '../../model/rules/genesis.ts'
import { PLACES } from '../../model/rules/slots.ts'
import { addStudent } from '../../model/rules/students.ts'
import { minuteOfWeek, weekOf } from '../../model/rules/weekclock.ts'
import { NORMAL } from '../../model/settings/densities.ts'
import { DUTIES } from '../../model/settings/duty.ts'
import { standardFigures } from '../../model/settings/figures.ts'
import { HOURS_MAX } from '../../model/settings/plans.ts'
import { RELIABILITY_ONE } from '../../model/state/lessons.ts'
import { studentNumbers, tutorNumbers } from '../../model/state/numbering.ts'
import { Kind, RegionState, subjectsOf } from '../../model/state/region.ts'
import {
  CallOrigin,
  type MARKET,
  Outcome,
  Rhythm,
  SessionPhase,
  type SLOT,
  type STUDENT,
  type TUTOR,
  TutorState,
} from '../../model/state/tables.ts'

type Values<Fields> = { [Field in keyof Fields]?: number }
type StudentValues = Values<typeof STUDENT>
type SlotValues = Values<typeof SLOT>
type TutorValues = Values<typeof TUTOR>
type Payload<Type extends EventType> = Extract<Event, { event_type: Type }>['payload']

/** A Tuesday in February, noon in New York: an ordinary day, and the line for calls is open. */
export const NOON = Date.UTC(2026, 1, 10, 17)
const SEED = 'rules'
const SOUTHEAST = 1
const TWO_32 = 0x1_0000_0000

/** A region as it is born with settings. @param index into REGIONS */
export function bornRegion(settings: Settings, index: number): RegionState {
  const shard = model.shard(index, settings)
  shard.bear(settings.start - settings.warmupMilliseconds)
  return shard.region
}

/** A region without students and tutors; its markets are all there. Nothing hits it, unless it is said. */
export function givenRegion(now = NOON, shocks: 'on' | 'off' = 'off', seed = SEED): RegionState {
  const region = new RegionState(SOUTHEAST, worldKey(seed), shocks === 'off' ? { shocks } : {})
  region.start(actionsOf(region), now)
  genesis(
    region,
    REGIONS.map(() => 0),
    now,
  )
  return region
}

/** A tutor's week that has the most hours. */
const LONG_DAYS = DUTIES.findIndex(
  ({ weekdays: [opens, closes], weekendDays }) => opens === 9 && closes === 22 && weekendDays.length === 2,
)

/**
 * So many customers of some standing, content and as reliable as most, with no session or call in sight. The lesson of their
 * first slot would be now. Returns their rows.
 */
export function givenStudents(region: RegionState, count: number, values: StudentValues = {}): number[] {
  const { now } = region.world
  return Array.from({ length: count }, () => {
    const usual = {
      joinedDay: dayNumber(now),
      quietSinceDay: dayNumber(now),
      sessions: 20,
      latestRating: 5,
      satisfaction: 235,
      reliability: RELIABILITY_ONE,
      complains: 64,
    }
    const row = region.students.add()
    region.figures.edit(0).seats = row + 1
    const number = FIRST_STUDENT + studentNumbers.numberOf(region.index, row, 0)
    Object.assign(addStudent(region, row, number), usual, { subject: 0, otherSubject: 0 }, values)
    const local = localAt(region.student.zone, now)
    region.student.lesson = weekOf(local) * PLACES
    givenSlot(region, row, { minute: minuteOfWeek(local), minutes: 60, rhythm: Rhythm.weekly, subject: 0 })
    return row
  })
}

/** The first slot of a student is as a test wants it. */
export function givenSlot(region: RegionState, row: number, values: SlotValues): void {
  Object.assign(region.slot.edit(region.student.at(row).slots - 1), values)
}

/** So many tutors of the first subject who can teach from morning to night. Returns their rows. */
export function givenTutors(region: RegionState, count: number, values: TutorValues = {}): number[] {
  return Array.from({ length: count }, () => {
    const row = region.tutors.add()
    const usual = {
      ...{ state: TutorState.active, subject1: 1, usualHours: 1500, sessions: 100, duty: LONG_DAYS },
      ...{ quality: 128, reliability: RELIABILITY_ONE, habit: 100 },
      standingHours: Math.round((values.usualHours ?? 1500) / 100),
    }
    Object.assign(region.tutor.edit(row), usual, { hours: HOURS_MAX, minutesLeft: HOURS_MAX * 60 }, values)
    const subject = (values.subject1 ?? 1) - 1
    const seat = (region.tutorSeats[subject] as number[]).length
    region.tutor.number = FIRST_TUTOR + tutorNumbers.numberOf(region.marketNumber(subject), seat, 0)
    region.seat(row)
    if (region.tutor.state !== TutorState.gone) for (const taught of subjectsOf(region.tutor)) region.enlist(taught)
    return row
  })
}

/**
 * The market of a subject in which what tutors usually offer, and offered in the last day and week, comes to `ratio` of what
 * students want: as much as usual.
 */
export function givenMarket(region: RegionState, ratio: number, subject = 0): Row<typeof MARKET> {
  const usualAsked = 5000
  const asked168 = Math.round(usualAsked * region.season(region.world.now))
  const offered168 = Math.round(
    (ratio * asked168 * standardFigures.markets.tutorMinutes) / standardFigures.tutors.utilisation,
  )
  return Object.assign(region.market.edit(subject), {
    ...{ usualAsked, asked168, asked24: Math.round(asked168 / 7) },
    usualMinutes: Math.round(offered168 / standardFigures.tutors.offeredShare),
    ...{ offered168, offered24: Math.round(offered168 / 7) },
  })
}

/** The call that a student is to make first, but for those that call a lesson off; zeros where there is none. */
export function callToCome(region: RegionState, row: number): { call: number; callDue: number; callReason: number } {
  const { callToCome } = region
  let found = { call: 0, callDue: 0, callReason: 0 }
  for (let link = region.student.at(row).callsToCome; link !== 0; link = callToCome.at(link - 1).next) {
    const { due, reason, origin } = callToCome.at(link - 1)
    if (origin === CallOrigin.calledOff) continue
    if (found.callDue === 0 || due < found.callDue) found = { call: link - 1, callDue: due, callReason: reason }
  }
  return found
}

/** A student is to call now. Returns the row of the call. @param reason index into CALL_REASONS */
export function givenCall(region: RegionState, row: number, reason: number): number {
  region.student.edit(row)
  callOutOfTheBlue(region, region.world.now, reason, CallOrigin.review, 1)
  return region.student.callsToCome - 1
}

/** Lets an action happen, as the world does when it is due. @param kind of Kind */
export function happen(region: RegionState, kind: number, row: number, now = region.world.now): void {
  region.world.cancel(kind, row)
  actionsOf(region)[kind]?.act(row, now)
}

/** What has happened in a region. */
export function eventsOf(region: RegionState): Event[] {
  return eventsIn(new TickEvents(events, [region.events]))
}

/** Payloads of its events of a type. */
export function payloadsOf<Type extends EventType>(region: RegionState, type: Type): Payload<Type>[] {
  return eventsOf(region).flatMap((event) => (event.event_type === type ? [event.payload as Payload<Type>] : []))
}

/** What came of a session that ended. */
export interface Ending {
  row: number
  /** Of the student. */
  rating: number
  /** Of the call that it brought: its row, when and why; zeros where there is none. */
  call: number
  callDue: number
  callReason: number
  /** Of the student, by StudentState. */
  state: number
}

/**
 * Students' sessions end now, all taught by average tutors: one of each quality, as often as there are such.
 * @param outcome of Outcome; a function of the student's row where they differ
 */
export function sessionsEnd(
  region: RegionState,
  rows: readonly number[],
  {
    outcome = Outcome.success,
    student = {},
    tutor = {},
  }: { outcome?: number | ((row: number) => number); student?: StudentValues; tutor?: TutorValues } = {},
): Ending[] {
  const tutors = givenTutors(region, 101)
  return rows.map((row, index) => {
    const teacher = tutors[index % tutors.length] as number
    const quality = Math.round(128 + 32 * NORMAL.at(((index % tutors.length) + 0.5) * (TWO_32 / tutors.length)))
    Object.assign(region.tutor.edit(teacher), { quality, sessions: 100 }, tutor)
    Object.assign(
      region.student.edit(row),
      {
        phase: SessionPhase.underWay,
        tutor: teacher,
        minutes: 60,
        outcome: typeof outcome === 'number' ? outcome : outcome(row),
      },
      student,
    )
    happen(region, Kind.session, row)
    const { latestRating, state } = region.student.at(row)
    return { rating: latestRating, state, row, ...callToCome(region, row) }
  })
}

/** Planned sessions of these students begin now, one after the other with the same tutor. Returns their hidden outcomes. */
export function sessionsBegin(
  region: RegionState,
  rows: readonly number[],
  { student = {}, tutor = {} }: { student?: StudentValues; tutor?: TutorValues } = {},
): number[] {
  const [teacher] = givenTutors(region, 1)
  return rows.map((row) => {
    Object.assign(
      region.tutor.edit(teacher as number),
      { busyUntil: 0, minutesLeft: HOURS_MAX * 60, minutesToday: 0 },
      tutor,
    )
    Object.assign(
      region.student.edit(row),
      { phase: SessionPhase.planned, sessionSubject: 0, sessionType: SESSION_TYPES.indexOf('one_on_one') },
      student,
    )
    happen(region, Kind.session, row)
    return region.student.at(row).outcome
  })
}

/** An outcome for each of a thousand students in a row, as often as the calibration wants it. */
export function usualOutcome(row: number): number {
  let thousandth = row % 1000
  for (const [outcome, percent] of standardFigures.sessions.failures.percent.entries()) {
    if (outcome > Outcome.success && thousandth < percent * 10) return outcome
    thousandth -= outcome > Outcome.success ? percent * 10 : 0
  }
  return Outcome.success
}

export function countOf<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  return items.filter(holds).length
}

/** Expects something to have happened as often as it should; five deviations are as good as never passed by chance. */
export function expectFrequency(hits: number, of: number, probability: number): void {
  expectHits(
    hits,
    Array.from({ length: of }, () => probability),
  )
}

/** The same where each case has a probability of its own. */
export function expectHits(hits: number, probabilities: readonly number[]): void {
  const mean = probabilities.reduce((sum, p) => sum + p, 0)
  const deviation = Math.sqrt(probabilities.reduce((sum, p) => sum + p * (1 - p), 0))
  expect(probabilities.length).toBeGreaterThan(0)
  expect(hits).toBeGreaterThanOrEqual(mean - 5 * deviation - 1e-9)
  expect(hits).toBeLessThanOrEqual(mean + 5 * deviation + 1e-9)
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Rows of the tutors on a subject's circle, ascending. */
export function rowsOn(region: RegionState, subject: number): number[] {
  const circle = region.circles[subject] as (typeof region.circles)[number]
  circle.next(0)
  const rows = new Set(Array.from({ length: circle.count }, (_, point) => circle.rowAt(point)))
  return [...rows].sort((a, b) => a - b)
}

// One region: its tables, the accessors that the rules move over them, and what can be rebuilt from the tables. A region
// is a whole world of its own to the kernel; the regions of a marketplace never meet.

import { type Action, civilDate, dayNumber, Random, type Row, Table, World, type WorldKey } from '../../engine/index.ts'
import { FIRST_STUDENT, FIRST_TUTOR, marketNumber } from '../events/entities.ts'
import { SUBJECTS } from '../events/index.ts'
import { EVENT, type EventRow } from '../events/row.ts'
import { season } from './calibration.ts'
import { numberOf } from './numbering.ts'
import { Outages } from './outages.ts'
import {
  HISTORY,
  MARKET,
  type MarketRow,
  REGION,
  STUDENT,
  type StudentRow,
  TUTOR,
  type TutorRow,
  TutorState,
} from './tables.ts'

/** Kinds of action, in the order in which they go ahead of one another at the same instant. */
export const Kind = {
  tutorWeek: 0,
  session: 1,
  call: 2,
  health: 3,
  review: 4,
  signUp: 5,
  marketDay: 6,
  marketReport: 7,
} as const

export class RegionState {
  /** Index into REGIONS. */
  readonly index: number
  readonly random: Random
  readonly outages: Outages

  readonly students = new Table('students', STUDENT)
  readonly history = new Table('history', HISTORY)
  readonly tutors = new Table('tutors', TUTOR)
  readonly markets = new Table('markets', MARKET)
  readonly regions = new Table('region', REGION)
  /** All state there is. */
  readonly tables = [this.students, this.history, this.tutors, this.markets, this.regions]

  /** Events of the tick under way. */
  readonly events = new Table('events', EVENT)
  /** Whether events are kept, or go nowhere as those of the warm-up do. */
  silent = false

  readonly student: StudentRow = this.students.accessor()
  readonly record: Row<typeof HISTORY> = this.history.accessor()
  readonly tutor: TutorRow = this.tutors.accessor()
  readonly market: MarketRow = this.markets.accessor()
  readonly figures: Row<typeof REGION> = this.regions.accessor()
  readonly event: EventRow = this.events.accessor()
  /** Where the events of the warm-up go. */
  readonly unheard: EventRow = new Table('unheard', EVENT).accessor()

  /** Rows of the tutors of each subject, ascending. */
  readonly tutorsOf: number[][] = SUBJECTS.map(() => [])
  #world: World | undefined
  /** The day of the calendar that was looked at last. */
  #day = -1
  #season = 1
  #month = 1

  constructor(index: number, key: WorldKey) {
    this.index = index
    this.random = new Random(key)
    this.outages = new Outages(this.random)
  }

  get world(): World {
    return this.#world as World
  }

  /** Begins to live from what the tables hold. */
  start(actions: readonly Action[], now: number): void {
    this.#world = new World(this.tables, actions, now)
    for (let row = 0; row < this.tutors.count; row++) this.enlist(row)
  }

  /** Puts a tutor on the lists of their subjects. */
  enlist(row: number): void {
    const { state, subject1, subject2, subject3 } = this.tutor.at(row)
    if (state === TutorState.gone || state === TutorState.newcomer) return
    for (const subject of [subject1, subject2, subject3]) {
      if (subject === 0) continue
      const rows = this.tutorsOf[subject - 1] as number[]
      let place = rows.length
      while (place > 0 && (rows[place - 1] as number) > row) place--
      if (rows[place - 1] !== row) rows.splice(place, 0, row)
    }
  }

  delist(row: number): void {
    for (const rows of this.tutorsOf) {
      const place = rows.indexOf(row)
      if (place >= 0) rows.splice(place, 1)
    }
  }

  /** Number of a student in the world, from 1000. */
  studentNumber(row: number): number {
    return FIRST_STUDENT + numberOf(this.index, row)
  }

  /** Number of a tutor in the world, from 100. */
  tutorNumber(row: number): number {
    return FIRST_TUTOR + numberOf(this.index, row)
  }

  /** Number of a market in the world. */
  marketNumber(subject: number): number {
    return marketNumber(this.index, subject)
  }

  /** Demand on the day of an instant against the year's mean. */
  season(instant: number): number {
    this.#lookAtCalendar(instant)
    return this.#season
  }

  /** 1 to 12. */
  month(instant: number): number {
    this.#lookAtCalendar(instant)
    return this.#month
  }

  #lookAtCalendar(instant: number): void {
    const day = dayNumber(instant)
    if (day === this.#day) return
    this.#day = day
    this.#season = season(day)
    this.#month = civilDate(day).month
  }

  /** Adds an event; the caller fills in the rest. */
  emit(type: number, kind: number, agent: number, instant: number, cause: number, causeInstant: number): EventRow {
    if (this.silent) return this.unheard
    const event = this.event.at(this.events.add())
    event.type = type
    event.kind = kind
    event.agent = agent
    event.instant = instant
    event.cause = cause
    event.causeInstant = causeInstant
    return event
  }

  /** Forgets the events of the tick. */
  clearEvents(): void {
    this.events.clear()
  }
}

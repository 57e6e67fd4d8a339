// One region: its tables, the accessors that the rules move over them, and what can be rebuilt from the tables. A region
// is a whole world of its own to the kernel; the regions of a marketplace never meet.

import {
  type Action,
  chance,
  civilDate,
  dayNumber,
  Random,
  type Row,
  Table,
  World,
  type WorldKey,
} from '../../engine/index.ts'
import { FIRST_TUTOR, marketNumber } from '../events/entities.ts'
import { SUBJECTS } from '../events/index.ts'
import { EVENT, type EventRow } from '../events/row.ts'
import type { GivenFigures } from '../settings/catalogue.ts'
import { type Figures, figuresOf } from '../settings/figures.ts'
import { seasonOfOthers } from '../settings/growth.ts'
import { MINUTES } from '../settings/plans.ts'
import type { TutorFigures } from '../settings/tutors.ts'
import { type Calendar, standardCalendar } from './calendar.ts'
import { figuresInForce } from './changes.ts'
import { Circle } from './circle.ts'
import { Interventions } from './interventions.ts'
import { tutorNumbers } from './numbering.ts'
import { Offers } from './offers.ts'
import { Presence } from './presence.ts'
import { Reservations, standardMinute } from './reservations.ts'
import { Shocks } from './shocks.ts'
import {
  CALL,
  type CallRow,
  CHANGE,
  CLASS,
  type ClassRow,
  HISTORY,
  INTERVENTION,
  MARKET,
  MARKET_HOUR,
  type MarketRow,
  REGION,
  Rhythm,
  SLOT,
  type SlotRow,
  STUDENT,
  type StudentRow,
  StudentState,
  TUTOR,
  type TutorRow,
  TutorState,
} from './tables.ts'
import type { Reason, Rule, Trace } from './trace.ts'

/** Kinds of action, in the order in which they go ahead of one another at the same instant. */
export const Kind = {
  tutorWeek: 0,
  session: 1,
  call: 2,
  health: 3,
  review: 4,
  marketDay: 5,
  marketHour: 6,
  intervention: 7,
} as const

/** In less than this nothing can be taught. */
export const [SHORTEST_SESSION_MINUTES] = MINUTES

const TWO_32 = 0x1_0000_0000
/** More than anybody looks ahead. */
const DAYS_KEPT = 64

/** What a world is born into, beside its seed. */
export interface Circumstances {
  calendar?: Calendar
  shocks?: 'off' | undefined
  figures?: GivenFigures | undefined
}

export class RegionState {
  /** Index into REGIONS. */
  readonly index: number
  readonly random: Random
  readonly shocks: Shocks
  readonly interventions: Interventions
  readonly calendar: Calendar
  /** Settings that the world was born with. */
  readonly bornWith: GivenFigures | undefined
  /** The figures in force. */
  given: Figures

  readonly students = new Table('students', STUDENT)
  readonly slots = new Table('slots', SLOT)
  readonly history = new Table('history', HISTORY)
  readonly calls = new Table('calls', CALL)
  readonly tutors = new Table('tutors', TUTOR)
  readonly markets = new Table('markets', MARKET)
  readonly classes = new Table('classes', CLASS)
  readonly regions = new Table('region', REGION)
  readonly marketHours = new Table('market hours', MARKET_HOUR)
  readonly changes = new Table('changes', CHANGE, { isOptional: true })
  readonly interventionRows = new Table('interventions', INTERVENTION, { isOptional: true })
  /** All state there is. */
  readonly tables = [
    this.students,
    this.slots,
    this.history,
    this.calls,
    this.tutors,
    this.markets,
    this.classes,
    this.regions,
    this.marketHours,
    this.changes,
    this.interventionRows,
  ]

  /** Events of the tick under way. */
  readonly events = new Table('events', EVENT)
  /** Whether events are kept, or go nowhere as those of the warm-up do. */
  silent = false

  readonly student: StudentRow = this.students.accessor()
  readonly slot: SlotRow = this.slots.accessor()
  readonly record: Row<typeof HISTORY> = this.history.accessor()
  readonly callToCome: CallRow = this.calls.accessor()
  readonly tutor: TutorRow = this.tutors.accessor()
  readonly market: MarketRow = this.markets.accessor()
  readonly groupClass: ClassRow = this.classes.accessor()
  readonly figures: Row<typeof REGION> = this.regions.accessor()
  readonly marketHour: Row<typeof MARKET_HOUR> = this.marketHours.accessor()
  readonly change: Row<typeof CHANGE> = this.changes.accessor()
  readonly intervention: Row<typeof INTERVENTION> = this.interventionRows.accessor()
  readonly event: EventRow = this.events.accessor()
  /** Who listens to what the rules decide: nobody, but where an event is explained. */
  trace: Trace | undefined
  /** Where the events of the warm-up go. */
  readonly unheard: EventRow = new Table('unheard', EVENT).accessor()

  /** Who teaches each subject. */
  readonly circles: readonly Circle[]
  /** What tutors offer in each market, and its active students. */
  readonly offers = new Offers()
  readonly presence = new Presence()
  /** Rows of the tutors of each market, by seat. */
  readonly tutorSeats: readonly number[][] = SUBJECTS.map(() => [])
  /** Seats of each market that nobody sits on, ascending. */
  readonly freeTutorSeats: readonly number[][] = SUBJECTS.map(() => [])
  /** Which hours of tutors are taken by slots and classes. */
  readonly reservations = new Reservations()
  /** Rows of the students of each class, in no particular order. */
  readonly rosters: number[][] = []
  /** Rows of the classes that somebody goes to, by subject and place. */
  readonly #classAt = new Map<number, number>()
  #world: World | undefined
  /** Days of the calendar that were looked at, by their remainder. */
  readonly #days = new Float64Array(DAYS_KEPT)
  readonly #seasons = new Float64Array(DAYS_KEPT)
  readonly #seasonsOfOthers = new Float64Array(DAYS_KEPT)
  readonly #lessons = new Float64Array(DAYS_KEPT)
  readonly #months = new Uint8Array(DAYS_KEPT)

  constructor(index: number, key: WorldKey, { calendar = standardCalendar, shocks, figures }: Circumstances = {}) {
    this.index = index
    this.bornWith = figures
    this.given = figuresOf(figures)
    this.calendar = calendar
    this.random = new Random(key)
    this.shocks = new Shocks(index, key, this.given, shocks === 'off')
    this.interventions = new Interventions(index, key)
    this.circles = SUBJECTS.map((_, subject) => new Circle(this.random, subject))
  }

  get world(): World {
    return this.#world as World
  }

  /** Begins to live from what the tables hold. */
  start(actions: readonly Action[], now: number): void {
    if (this.changes.count > 0) this.#giveFigures(figuresInForce(this))
    this.#world = new World(this.tables, actions, now)
    this.interventions.rebuild(this.intervention, this.interventionRows.count)
    for (let row = 0; row < this.tutors.count; row++) this.seat(row)
    this.#enlistAll()
    this.recount(now)
    for (let row = 0; row < this.classes.count; row++) {
      const { subject, place, seats } = this.groupClass.at(row)
      this.rosters[row] = []
      if (seats === 0) continue
      this.#classAt.set(classKey(subject, place), row)
      this.holdClass()
    }
    for (let row = 0; row < this.students.count; row++) {
      const { state, zone, slots } = this.student.at(row)
      if (state !== StudentState.active) continue
      for (let link = slots; link !== 0; link = this.slot.next) {
        this.slot.at(link - 1)
        this.hold(row, zone)
      }
    }
  }

  /** Lives by other figures from now on. What hangs on figures is built anew, as it is when the world is loaded. */
  liveBy(figures: GivenFigures | undefined): void {
    this.#giveFigures(figures)
    for (const circle of this.circles) circle.clear()
    this.#enlistAll()
    this.#days.fill(0)
  }

  #giveFigures(figures: GivenFigures | undefined): void {
    this.given = figuresOf(figures)
    this.shocks.liveBy(this.given)
  }

  /** Puts all who teach on the circles of their subjects. */
  #enlistAll(): void {
    for (let row = 0; row < this.tutors.count; row++) {
      const { state } = this.tutor.at(row)
      if (state === TutorState.active || state === TutorState.leaving)
        for (const taught of subjectsOf(this.tutor)) this.enlist(taught)
    }
  }

  /** Counts what all tutors offer, and who is active. */
  recount(now: number): void {
    this.offers.clear()
    for (let row = 0; row < this.tutors.count; row++) {
      this.tutor.at(row)
      this.countOffer(1)
    }
    this.presence.clear()
    for (let row = 0; row < this.students.count; row++) {
      const { subject, activeUntilDay } = this.student.at(row)
      this.presence.count(subject, activeUntilDay, 1, dayNumber(now))
    }
  }

  /** Stands on a tutor, and notes that the row is their seat's. */
  seat(row: number): void {
    const { state, number } = this.tutor.at(row)
    const { group, seat } = tutorNumbers.locate(number - FIRST_TUTOR)
    ;(this.tutorSeats[group % SUBJECTS.length] as number[])[seat] = row
    if (state === TutorState.gone) this.freeSeat()
  }

  /** The seat of the tutor at hand is free. */
  freeSeat(): void {
    const { group, seat } = tutorNumbers.locate(this.tutor.number - FIRST_TUTOR)
    const free = this.freeTutorSeats[group % SUBJECTS.length] as number[]
    const after = free.findIndex((other) => other > seat)
    free.splice(after < 0 ? free.length : after, 0, seat)
  }

  /** Puts the tutor at hand on a subject's circle. */
  enlist(subject: number): void {
    const { row, number } = this.tutor
    this.circles[subject]?.join(row, number, pointsFor(this.given.tutors, this.tutor))
  }

  delist(subject: number): void {
    this.circles[subject]?.leave(this.tutor.row)
  }

  /** Counts the tutor at hand in (1) or out (-1) of what is on offer in the markets of their subjects. */
  countOffer(by: 1 | -1): void {
    const { hours, zone, duty, minutesLeft } = this.tutor
    const subjects = subjectsOf(this.tutor)
    for (const subject of subjects) {
      this.offers.offer(subject, zone, duty, (by * hours * 60) / subjects.length)
      if (minutesLeft >= SHORTEST_SESSION_MINUTES) this.offers.available(subject, zone, duty, by)
    }
  }

  /** Whether the tutor on a seat is still that one; stands on the seat. @param generation of the tutor */
  isThere(tutor: number, generation: number): boolean {
    const { state, generation: today } = this.tutor.at(tutor)
    return state !== TutorState.gone && today === generation
  }

  /** Reserves the hour of the slot at hand in its tutor's week, or puts its student on its class's roster. @param student row */
  hold(student: number, zone: number): void {
    const { holder, rhythm } = this.slot
    if (holder === 0) return
    if (rhythm === Rhythm.ofClass) this.rosters[holder - 1]?.push(student)
    else if (this.#hasHour())
      this.reservations.reserve(holder - 1, standardMinute(zone, this.slot.minute), this.slot.minutes)
  }

  /** … and gives it back. */
  release(student: number, zone: number): void {
    const { holder, rhythm } = this.slot
    if (holder === 0) return
    if (rhythm === Rhythm.ofClass) {
      const roster = this.rosters[holder - 1] as number[]
      roster.splice(roster.indexOf(student), 1)
    } else if (this.#hasHour())
      this.reservations.release(holder - 1, standardMinute(zone, this.slot.minute), this.slot.minutes)
  }

  /** A flexible slot has no hour of its own. */
  #hasHour(): boolean {
    const { rhythm, holder, generation } = this.slot
    return rhythm !== Rhythm.flexible && this.isThere(holder - 1, generation)
  }

  /** Reserves the hour of the class at hand in its tutor's week. */
  holdClass(): void {
    const { tutor, generation, zone, minute, minutes } = this.groupClass
    if (tutor !== 0 && this.isThere(tutor - 1, generation))
      this.reservations.reserve(tutor - 1, standardMinute(zone, minute), minutes)
  }

  /** Stands on a class of a subject; undefined where nobody goes to it. @param place among the classes of its market */
  classAt(subject: number, place: number): ClassRow | undefined {
    const row = this.#classAt.get(classKey(subject, place))
    return row === undefined ? undefined : this.groupClass.at(row)
  }

  /** Stands on a new class; the caller fills in the rest. */
  addClass(subject: number, place: number): ClassRow {
    const added = this.groupClass.at(this.classes.take())
    added.subject = subject
    added.place = place
    this.rosters[added.row] = []
    this.#classAt.set(classKey(subject, place), added.row)
    return added
  }

  /** Nobody goes to the class at hand any more. */
  dropClass(): void {
    const { row, subject, place, tutor, generation, zone, minute, minutes } = this.groupClass
    if (tutor !== 0 && this.isThere(tutor - 1, generation))
      this.reservations.release(tutor - 1, standardMinute(zone, minute), minutes)
    this.#classAt.delete(classKey(subject, place))
    this.classes.give(row)
  }

  /** Number of a market in the world. */
  marketNumber(subject: number): number {
    return marketNumber(this.index, subject)
  }

  /** Demand at the time of the year of an instant against the year's mean, holidays and breaks apart. */
  season(instant: number): number {
    return this.#seasons[this.#lookAtCalendar(dayNumber(instant))] as number
  }

  /** … and of those who take lessons, where others rest. */
  seasonOfOthers(instant: number): number {
    return this.#seasonsOfOthers[this.#lookAtCalendar(dayNumber(instant))] as number
  }

  /**
   * Lessons of a local day against an ordinary day at that time of the year: fewer on holidays and in breaks, more before exams;
   * fewer in bad weather and illness.
   * @param day number of the day on the clocks of whose lessons they are: `dayNumber(localAt(zone, instant))`
   */
  lessons(day: number): number {
    return this.#lessons[this.#lookAtCalendar(day)] as number
  }

  /** Lessons that students wish for on a local day, against the mean of the year: `seasonOfOthers` times `lessons`. */
  wishedLessons(day: number): number {
    const place = this.#lookAtCalendar(day)
    return (this.#seasonsOfOthers[place] as number) * (this.#lessons[place] as number)
  }

  /** 1 to 12. */
  month(instant: number): number {
    return this.#months[this.#lookAtCalendar(dayNumber(instant))] as number
  }

  /** Where a day is kept. */
  #lookAtCalendar(day: number): number {
    const place = day % DAYS_KEPT
    if (this.#days[place] !== day) this.#keepDay(day, place)
    return place
  }

  #keepDay(day: number, place: number): void {
    const season = this.calendar.season(day)
    this.#days[place] = day
    this.#seasons[place] = season
    this.#seasonsOfOthers[place] = seasonOfOthers(this.given.growth.rest, season)
    this.#lessons[place] = this.calendar.lessons(this.index, day) * this.shocks.lessons(day)
    this.#months[place] = civilDate(day).month
  }

  /** True with the given probability, as `chance`; told to who listens. @param word 32 random bits @param which lesson, call, … */
  decides(rule: Rule, word: number, probability: number, which = 0): boolean {
    if (this.trace !== undefined) this.trace.decided(rule, word / TWO_32, probability, which)
    return chance(word, probability)
  }

  /** A factor of what is decided next, told to who listens. */
  weighs(reason: Reason, factor: number): number {
    if (this.trace !== undefined) this.trace.because({ [reason]: factor })
    return factor
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

/** Subjects of a tutor, as indexes into SUBJECTS. */
export function subjectsOf({ subject1, subject2, subject3 }: TutorRow): number[] {
  return subject3 > 0
    ? [subject1 - 1, subject2 - 1, subject3 - 1]
    : subject2 > 0
      ? [subject1 - 1, subject2 - 1]
      : [subject1 - 1]
}

/** … as bits by the order of SUBJECTS. */
export function subjectBits(tutor: TutorRow): number {
  return subjectsOf(tutor).reduce((bits, subject) => bits | (1 << subject), 0)
}

/**
 * A tutor stands on a circle at a point for each three hours of their usual week, more of them the better they are, and if it
 * is their profession.
 */
function pointsFor({ sought, professionalFrom }: TutorFigures, { usualHours, quality }: TutorRow): number {
  const { least, perDeviation, professional } = sought
  const asked = Math.max(least, 1 + perDeviation * ((quality - 128) / 32))
  const known = usualHours >= professionalFrom ? professional : 1
  return Math.max(1, Math.round((known * asked * usualHours) / HUNDREDTHS_A_POINT))
}

const HUNDREDTHS_A_POINT = 300

function classKey(subject: number, place: number): number {
  return place * SUBJECTS.length + subject
}

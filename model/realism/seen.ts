// What a reader keeps of a stream: counts of all events, and the lives of as many students and tutors as there is room for.
// Whose lives are followed is decided by a hash of their ids, so that it does not depend on the order of events; when records
// become too many, half of those followed are let go.

import { DAY, dayNumber, HOUR, WEEK } from '../../engine/index.ts'
import { FIRST_STUDENT, FIRST_TUTOR } from '../events/entities.ts'
import { EVENT_TYPES, type EventType, REGIONS, SUBJECTS } from '../events/index.ts'
import { localAt, Zone } from '../events/localtime.ts'
import { studentNumbers, tutorNumbers } from '../state/numbering.ts'
import { type Layout, Log } from './log.ts'

/** Of what an event does not tell. */
export const UNKNOWN = 255

/** Ids are kept as hashes of 32 bits. Instants are milliseconds. */
const SESSION = {
  start: 'f64',
  /** When it was completed; 0 where that was not told. */
  end: 'f64',
  student: 'u32',
  tutor: 'u32',
  subject: 'u8',
  type: 'u8',
  scheduled: 'u8',
  minutes: 'u8',
  rating: 'u8',
  tutorRating: 'u8',
  successful: 'u8',
  /** Of the tutor, at its start. */
  zone: 'u8',
  region: 'u8',
} as const satisfies Layout

const HEALTH = {
  instant: 'f64',
  student: 'u32',
  sessions7: 'u8',
  sessions30: 'u8',
  calls14: 'u8',
  /** Hundredths. */
  rating: 'u16',
  score: 'u16',
  risk: 'u8',
} as const satisfies Layout

const CALL = {
  instant: 'f64',
  student: 'u32',
  reason: 'u8',
  priority: 'u8',
  resolved: 'u8',
  seconds: 'u16',
} as const satisfies Layout

const OFFER = {
  instant: 'f64',
  tutor: 'u32',
  hours: 'u8',
  /** A bit for each. */
  subjects: 'u16',
  zone: 'u8',
  instantBook: 'u8',
} as const satisfies Layout

const MARKET = {
  instant: 'f64',
  market: 'u8',
  available: 'u16',
  active: 'u16',
  /** Hundredths. */
  demand: 'u16',
  supply: 'u16',
  balance: 'u8',
} as const satisfies Layout

const RECORDS_MAX = 4_000_000
const FOLLOWED_MAX = 250_000
const HASHES = 0x1_0000_0000
/** Hours and days that counts are kept of: some 20 years. */
const HOURS_MAX = 200_000
const DAYS_MAX = 40_000
const RUNNING_MAX = 200_000
const TUTORS_MAX = 200_000

/** The zone in which most of a region live: its days and hours are told by that. */
export const MAIN_ZONES = [Zone.eastern, Zone.eastern, Zone.central, Zone.pacific, Zone.central] as const

/** What happened in an hour of UTC, over all regions and in each. */
export interface HourCounts {
  completed: number
  technicalCalls: number
  /** By region, without classes. */
  completedIn: number[]
  failedIn: number[]
}

/** What happened on a local day of a region. */
export interface DayCounts {
  sessions: number
  completed: number
  failed: number
  calls: number
}

export class Seen {
  lines = 0
  unreadable = 0
  readonly eventsByType = Object.fromEntries(EVENT_TYPES.map((type) => [type, 0])) as Record<EventType, number>
  first = Number.POSITIVE_INFINITY
  last = Number.NEGATIVE_INFINITY

  readonly sessions = new Log(SESSION)
  readonly health = new Log(HEALTH)
  readonly calls = new Log(CALL)
  readonly offers = new Log(OFFER)
  readonly markets = new Log(MARKET)

  readonly hours = new Map<number, HourCounts>()
  /** By day · regions + region. */
  readonly days = new Map<number, DayCounts>()
  /** Sessions by week · markets + market. */
  readonly marketWeeks = new Map<number, number>()
  /** Ids of those followed, by hash. */
  readonly students = new Map<number, string>()
  readonly tutors = new Map<number, string>()
  /** What tutors said last: zone, and subjects as bits. */
  readonly told = new Map<number, { zone: number; subjects: number }>()
  /** Sessions that have begun: their record, or −1 where none is kept; and when. */
  readonly running = new Map<string, { record: number; start: number }>()
  readonly said = { zones: 0, zonesKept: 0, taught: 0, taughtAsTold: 0, ended: 0, endedAfterStart: 0, neverEnded: 0 }

  readonly #recordsMax: number
  /** Those whose hash is below are followed. */
  #limit = HASHES

  /** @param recordsMax of each kind */
  constructor(recordsMax = RECORDS_MAX) {
    this.#recordsMax = recordsMax
  }

  /** Share of students and tutors who are followed. */
  get followed(): number {
    return this.#limit / HASHES
  }

  isFollowed(hash: number): boolean {
    return hash < this.#limit
  }

  student(id: string): number {
    return this.#named(this.students, id)
  }

  tutor(id: string): number {
    return this.#named(this.tutors, id)
  }

  #named(names: Map<number, string>, id: string): number {
    const hash = hashOf(id)
    if (hash < this.#limit && !names.has(hash)) {
      names.set(hash, id)
      if (names.size > FOLLOWED_MAX) this.#followFewer()
    }
    return hash
  }

  /** To be called now and then. */
  makeRoom(): void {
    const { sessions, health, calls, offers, markets, running } = this
    if ([sessions, health, calls, offers].some((log) => log.length > this.#recordsMax)) this.#followFewer()
    if (markets.length > this.#recordsMax) {
      const half = markets.length / 2
      markets.keep((record) => record >= half)
    }
    if (running.size > RUNNING_MAX)
      for (const id of running.keys()) {
        if (running.size <= RUNNING_MAX / 2) break
        running.delete(id)
        this.said.neverEnded++
      }
  }

  #followFewer(): void {
    this.#limit /= 2
    const isKept = (hash: number): boolean => hash < this.#limit
    const { sessions, health, calls, offers, running } = this
    const records = new Map([...running.values()].map((one) => [one.record, one]))
    for (const one of running.values()) one.record = -1
    sessions.keep(
      (at) => isKept(sessions.columns.student[at] as number) || isKept(sessions.columns.tutor[at] as number),
      (from, to) => {
        const one = records.get(from)
        if (one !== undefined) one.record = to
      },
    )
    health.keep((at) => isKept(health.columns.student[at] as number))
    calls.keep((at) => isKept(calls.columns.student[at] as number))
    offers.keep((at) => isKept(offers.columns.tutor[at] as number))
    for (const names of [this.students, this.tutors])
      for (const hash of names.keys()) if (!isKept(hash)) names.delete(hash)
  }

  tell(tutor: number, zone: number, subjects: number): void {
    const before = this.told.get(tutor)
    if (before !== undefined) {
      this.said.zones++
      if (before.zone === zone) this.said.zonesKept++
    }
    if (before !== undefined || this.told.size < TUTORS_MAX) this.told.set(tutor, { zone, subjects })
  }

  hour(instant: number): HourCounts {
    const hour = Math.floor(instant / HOUR)
    let counts = this.hours.get(hour)
    if (counts === undefined) {
      const [completedIn, failedIn] = [REGIONS.map(() => 0), REGIONS.map(() => 0)]
      counts = { completed: 0, technicalCalls: 0, completedIn, failedIn }
      if (this.hours.size < HOURS_MAX) this.hours.set(hour, counts)
    }
    return counts
  }

  day(instant: number, region: number): DayCounts {
    const key = localDay(instant, region) * REGIONS.length + region
    let counts = this.days.get(key)
    if (counts === undefined) {
      counts = { sessions: 0, completed: 0, failed: 0, calls: 0 }
      if (this.days.size < DAYS_MAX) this.days.set(key, counts)
    }
    return counts
  }

  marketWeek(instant: number, region: number, subject: number): void {
    if (subject === UNKNOWN) return
    const key = weekOf(localDay(instant, region)) * MARKETS + region * SUBJECTS.length + subject
    if (this.marketWeeks.size < DAYS_MAX * 10 || this.marketWeeks.has(key))
      this.marketWeeks.set(key, (this.marketWeeks.get(key) ?? 0) + 1)
  }
}

export const MARKETS = REGIONS.length * SUBJECTS.length

/** Days since 1970 by the clocks of most of a region. */
export function localDay(instant: number, region: number): number {
  return dayNumber(localAt(MAIN_ZONES[region] as number, instant))
}

/** Weeks since 1970, from Monday to Sunday. */
export function weekOf(day: number): number {
  return Math.floor((day * DAY + 3 * DAY) / WEEK)
}

/** 32 bits of an id, well mixed: FNV-1a with the finish of MurmurHash3. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Index into REGIONS of the region that a student's number tells; ids of other makers are spread over all. */
export function regionOfStudent(id: string): number {
  const number = numberIn(id) - FIRST_STUDENT
  return number >= 0 && number < HASHES ? studentNumbers.locate(number).group : hashOf(id) % REGIONS.length
}

/** As of a student. */
export function regionOfTutor(id: string): number {
  const number = numberIn(id) - FIRST_TUTOR
  if (!(number >= 0 && number < HASHES)) return hashOf(id) % REGIONS.length
  return Math.floor(tutorNumbers.locate(number).group / SUBJECTS.length)
}

function numberIn(id: string): number {
  const digits = /_([1-9]\d{0,9})$/.exec(id)?.[1]
  return digits === undefined ? -1 : Number(digits)
}

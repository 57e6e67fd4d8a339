// The checker against streams made by hand: a plain builder that recounts every number from whole lists, damaged one
// promise at a time.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Checker, LINE_CHARACTERS_MAX, type Totals, type Violation } from '../../model/checker/index.ts'
import { readEvent } from '../../model/checker/lines.ts'
import { balanceStatus } from '../../model/events/balance.ts'
import { churnRisk, healthScore, meanRating } from '../../model/events/health.ts'
import { type CallReason, type Event, naturalKey, type SessionType, type Subject } from '../../model/events/index.ts'
import { eventSchema } from '../../model/posted/schemas.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BIRTH = Date.UTC(2026, 0, 5)

interface Lesson {
  student: number
  tutor: number
  start: number
  minutes: number
  rating: number
  successful: boolean
  subject: Subject
  type: SessionType
}

interface Call {
  student: number
  at: number
  reason: CallReason
}

/** Nothing is told of the student in (from, to), nor at `to` what left a window. */
interface Absence {
  student: number
  from: number
  to: number
}

type Payload<Type extends Event['event_type']> = Omit<Extract<Event, { event_type: Type }>['payload'], 'source'>

/** Lists of what happens; `events` derives the stream. Instants are relative to BIRTH. */
class Life {
  readonly lessons: Lesson[] = []
  readonly calls: Call[] = []
  readonly absences: Absence[] = []
  #events: Event[] = []

  teach(student: number, start: number, more: Partial<Lesson> = {}): this {
    const subject = 'Mathematics' as const
    const type = 'one_on_one' as const
    this.lessons.push({ student, tutor: 100, start, minutes: 60, rating: 5, successful: true, subject, type, ...more })
    return this
  }

  call(student: number, at: number, reason: CallReason = 'general_inquiry'): this {
    this.calls.push({ student, at, reason })
    return this
  }

  absent(student: number, from: number, to = Number.POSITIVE_INFINITY): this {
    this.absences.push({ student, from, to })
    return this
  }

  available(tutor: number, at: number, subjects: Subject[] = ['Mathematics'], instant = true): this {
    this.#add(at, 'tutor_availability_updated', {
      timestamp: iso(at),
      tutor_id: `tut_${tutor}`,
      available_hours_this_week: 20,
      subjects,
      timezone: 'EST',
      accepts_instant_book: instant,
    })
    return this
  }

  market(at: number, demand = 50, supply = 50): this {
    this.#add(at, 'supply_demand_update', {
      timestamp: iso(at),
      subject: 'Computer Science',
      region: 'west',
      available_tutors: 3,
      active_students: 20,
      demand_score: demand,
      supply_score: supply,
      balance_status: balanceStatus(Math.round(demand * 100), Math.round(supply * 100)),
    })
    return this
  }

  /** Everything up to and with `until`; at one instant completions, calls, health, starts. */
  events(until: number): Event[] {
    const fixed = [...this.#events]
    for (const lesson of this.lessons) this.#session(lesson)
    for (const call of this.calls) this.#logged(call)
    for (const student of new Set(this.lessons.map((lesson) => lesson.student))) this.#health(student, until)
    const events = this.#events
    this.#events = fixed
    const order = ['tutor_availability_updated', 'session_completed', 'ib_call_logged', 'customer_health_update']
    const rank = (event: Event) => (order.indexOf(event.event_type) + 9) % 9
    return events
      .filter((event) => at(event) <= until)
      .sort((one, other) => at(one) - at(other) || rank(one) - rank(other))
  }

  #session(lesson: Lesson): void {
    const who = {
      session_id: `sess_${BIRTH + lesson.start}_${lesson.student}`,
      student_id: `stu_${lesson.student}`,
      tutor_id: `tut_${lesson.tutor}`,
      subject: lesson.subject,
    }
    this.#add(lesson.start, 'session_started', {
      timestamp: iso(lesson.start),
      ...who,
      session_type: lesson.type,
      scheduled_duration_minutes: 60,
    })
    const cause = `${who.session_id}.started`
    const end = endOf(lesson)
    const outcome = { actual_duration_minutes: lesson.minutes, student_rating: lesson.rating, tutor_rating: 5 }
    const completed_successfully = lesson.successful
    this.#add(end, 'session_completed', { timestamp: iso(end), ...who, ...outcome, completed_successfully }, cause)
  }

  #logged({ student, at, reason }: Call): void {
    this.#add(at, 'ib_call_logged', {
      timestamp: iso(at),
      call_id: `call_${BIRTH + at}_${student}`,
      student_id: `stu_${student}`,
      reason,
      duration_seconds: 120,
      resolved: true,
      priority: 'low',
    })
  }

  #health(student: number, until: number): void {
    const lessons = this.lessons.filter((lesson) => lesson.student === student)
    const calls = this.calls.filter((call) => call.student === student)
    const first = Math.min(...lessons.map(endOf))
    const instants = [
      ...lessons.map(endOf).flatMap((end) => [end, end + 7 * DAY, end + 30 * DAY]),
      ...calls.flatMap((call) => [call.at, call.at + 14 * DAY]),
    ]
    let told = ''
    let missed = false
    for (const now of [...new Set(instants)].sort((one, other) => one - other)) {
      if (now < first || now > until) continue
      const numbers = numbersAt(now, lessons, calls)
      if (told === String(numbers)) continue
      const heard = lessons.some((lesson) => endOf(lesson) === now) || calls.some((call) => call.at === now)
      if (this.absences.some((gone) => gone.student === student && gone.from < now && now < gone.to)) missed = true
      else if (missed && !heard && this.absences.some((gone) => gone.student === student && gone.to === now)) continue
      else {
        this.#tell(student, now, numbers, lessons, calls)
        missed = false
      }
      told = String(numbers)
    }
  }

  #tell(student: number, now: number, numbers: number[], lessons: Lesson[], calls: Call[]): void {
    const [s7, s30, c14, mean] = numbers as [number, number, number, number]
    const score = healthScore(s7, s30, c14, mean)
    const age = (then: number, windows: number[]) => windows.includes(now - then)
    const session = lessons.find((lesson) => age(endOf(lesson), [0, 7 * DAY, 30 * DAY]))
    const call = calls.find((call) => age(call.at, [0, 14 * DAY]))
    const cause = session
      ? `sess_${BIRTH + session.start}_${student}.completed`
      : `call_${BIRTH + (call?.at ?? 0)}_${student}.logged`
    const payload = {
      timestamp: iso(now),
      student_id: `stu_${student}`,
      sessions_last_7_days: s7,
      sessions_last_30_days: s30,
      ib_calls_last_14_days: c14,
      avg_session_rating: mean / 100,
      health_score: score / 100,
      churn_risk: churnRisk(score),
    }
    this.#add(now, 'customer_health_update', payload, cause)
  }

  #add<Type extends Event['event_type']>(
    at: number,
    event_type: Type,
    { timestamp, ...rest }: Payload<Type>,
    caused_by: string | null = null,
  ): void {
    const payload = { timestamp, source: 'simulator', ...rest }
    const event_id = naturalKey({ event_type, payload } as unknown as Event, BIRTH + at)
    this.#events.push({ event_id, caused_by, event_type, payload } as unknown as Event)
  }
}

function numbersAt(now: number, lessons: Lesson[], calls: Call[]): number[] {
  const within = (then: number, days: number) => then > now - days * DAY && then <= now
  const ended = (days: number) => lessons.filter((lesson) => within(endOf(lesson), days))
  const month = ended(30)
  const past = lessons.filter((lesson) => endOf(lesson) <= now).sort((one, other) => endOf(one) - endOf(other))
  const rated = month.length > 0 ? month : past.slice(-1)
  const sum = rated.reduce((total, lesson) => total + lesson.rating, 0)
  return [
    ended(7).filter((lesson) => lesson.successful).length,
    month.filter((lesson) => lesson.successful).length,
    calls.filter((call) => within(call.at, 14)).length,
    meanRating(sum, rated.length),
  ]
}

function endOf(lesson: Lesson): number {
  return lesson.start + lesson.minutes * MINUTE
}

/** Relative to BIRTH. */
function at(event: Event): number {
  return Date.parse(event.payload.timestamp) - BIRTH
}

function iso(at: number): string {
  return new Date(BIRTH + at).toISOString()
}

interface Checked extends Totals {
  found: Violation[]
}

function check(stream: (Event | string)[], sinceBirth?: boolean): Checked {
  const found: Violation[] = []
  const checker = new Checker({ report: (violation) => found.push(violation), sinceBirth })
  for (const line of stream) checker.line(typeof line === 'string' ? line : JSON.stringify(line))
  return { ...checker.end(), found }
}

/** Violations as the command prints them. */
function said(stream: (Event | string)[], sinceBirth?: boolean): string[] {
  return check(stream, sinceBirth).found.map(({ line, rule, message }) => `${line} rule ${rule}, ${message}`)
}

/** The place of an event from 1, by its type and its instant. */
function lineOf(stream: Event[], type: Event['event_type'], instant: number): number {
  const index = stream.findIndex((event) => event.event_type === type && at(event) === instant)
  expect(index).toBeGreaterThanOrEqual(0)
  return index + 1
}

/** The stream with one line changed; the event id follows the payload unless it is changed itself. */
function damaged(stream: Event[], line: number, change: object, outside: Partial<Event> = {}): Event[] {
  return stream.map((event, index) => {
    if (index !== line - 1) return event
    const payload = { ...event.payload, ...change }
    return { ...event, ...outside, payload } as unknown as Event
  })
}

function without(stream: Event[], line: number): Event[] {
  return stream.filter((_, index) => index !== line - 1)
}

function moved(stream: Event[], from: number, to: number): Event[] {
  const rest = without(stream, from)
  return [...rest.slice(0, to - 1), stream[from - 1] as Event, ...rest.slice(to - 1)]
}

/** Forty days: a regular student, one of a group, one who calls, one with failures, one who churns and comes back. */
function goodLife(): Life {
  const life = new Life()
  life.available(101, HOUR, ['English'], false)
  for (let day = 0; day < 44; day++) life.market(day * DAY + 30 * MINUTE, 50 + day, 40)
  for (let week = 0; week < 6; week++) {
    const monday = week * 7 * DAY
    life.available(100, monday, ['Mathematics', 'Physics'])
    life.available(101, monday + 3 * HOUR, ['English', 'History'], false)
    life.available(102, monday + 2 * HOUR, ['Biology', 'Chemistry', 'Computer Science'])
    life.teach(1000, monday + 16 * HOUR, { rating: 5 - (week % 2) })
    life.teach(1001, monday + 17 * HOUR, { minutes: 55, type: 'instant_book', subject: 'Physics' })
    life.teach(1002, monday + DAY + 18 * HOUR, { tutor: 102, subject: 'Biology', type: 'group' })
    life.teach(1003, monday + DAY + 18 * HOUR, { tutor: 102, subject: 'Biology', type: 'group', minutes: 50 })
    life.teach(1004, monday + 2 * DAY + 16 * HOUR + 7 * week * MINUTE, {
      tutor: 101,
      subject: 'English',
      successful: week % 3 !== 0,
      rating: week % 3 === 0 ? 2 : 4,
    })
  }
  life.call(1004, 2 * DAY + 20 * HOUR, 'tutor_concern').call(1004, 5 * DAY, 'technical_problem')
  life.call(1001, HOUR)
  life.teach(1005, DAY + 12 * HOUR, { rating: 3 })
  life.absent(1005, DAY + 14 * HOUR, 20 * DAY)
  life.teach(1005, 20 * DAY, { rating: 4 })
  return life
}

const END = 43 * DAY + HOUR
const good = goodLife().events(END)

describe('a good stream', () => {
  it('has no violations, from birth on, told or found out', () => {
    expect(said(good)).toEqual([])
    expect(said(good, true)).toEqual([])
    expect(check(good)).toMatchObject({ sinceBirth: true, unjudged: 0, events: good.length, churned: 1, returned: 1 })
  })

  it('has no violations when it is cut anywhere', () => {
    for (let from = 0; from < good.length; from++) {
      expect(said(good.slice(from), false), `from line ${from + 1}`).toEqual([])
    }
    for (let to = 1; to < good.length; to += 3) expect(said(good.slice(0, to)), `to line ${to}`).toEqual([])
  })

  it('may be of a crowd: more than the queues and the ids of a day begin with', () => {
    const life = new Life()
    for (let one = 0; one < 40; one++) {
      for (let day = 0; day < 75; day += 15) life.available(100 + one, day * DAY)
      for (let turn = 0; turn < 95; turn++) life.teach(1000 + one, turn * 18 * HOUR, { tutor: 100 + one })
    }
    for (let second = 0; second < 5000; second++) life.market(second * 1000)
    const stream = life.events(110 * DAY)
    expect(said(stream, true)).toEqual([])
    const line = lineOf(stream, 'supply_demand_update', 2500 * 1000)
    expect(said([...stream.slice(0, line + 3000), stream[line - 1] as Event], true)).toContainEqual(
      expect.stringContaining('expected an id that was not there before'),
    )
  })

  it('is counted by type, with its span', () => {
    const { first, last, eventsByType, lines } = check(good)
    expect([first, last, lines]).toEqual([BIRTH, BIRTH + 43 * DAY + 30 * MINUTE, good.length])
    expect(eventsByType.session_started).toBe(32)
    expect(eventsByType.ib_call_logged).toBe(3)
    expect(eventsByType.supply_demand_update).toBe(44)
  })

  it('may have the lines of one instant in another order, a start before the completion that makes room for it', () => {
    const life = new Life()
      .available(100, 0)
      .teach(1000, DAY)
      .teach(1000, DAY + HOUR)
      .teach(1001, DAY + 2 * HOUR)
    const stream = life.events(2 * DAY)
    const start = lineOf(stream, 'session_started', DAY + HOUR)
    expect(said(moved(stream, start, lineOf(stream, 'session_completed', DAY + HOUR)), true)).toEqual([])
  })
})

describe('a line that is no event', () => {
  const wrong = (line: string) => check([line]).found

  it('is a violation, with what is wrong, and the checker goes on', () => {
    expect(said([...good.slice(0, 5), '{"event_id": ', ...good.slice(5)])).toEqual([
      expect.stringMatching(/^6 rule format, not JSON, /),
    ])
    expect(wrong('')).toEqual([{ line: 1, rule: 'format', message: 'empty line', about: ['empty line'] }])
    expect(wrong('[]')[0]?.message).toMatch(/^line: says \[\], /)
    expect(wrong('null')[0]?.rule).toBe('format')
  })

  it('is one that is too long', () => {
    expect(wrong(`"${'x'.repeat(LINE_CHARACTERS_MAX)}"`)[0]?.message).toBe('longer than 1000000 characters')
  })

  it('is none at all: an empty stream', () => {
    expect(said([])).toEqual(['1 rule format, no events'])
  })

  it('has its four keys in another order', () => {
    const { event_id, ...rest } = good[0] as Event
    expect(said([JSON.stringify({ ...rest, event_id })])).toEqual([
      '1 rule format, keys: says caused_by, event_type, payload, event_id, expected event_id, caused_by, event_type, payload in this order',
    ])
  })

  it('lacks a key or has one more', () => {
    const { source, ...rest } = (good[0] as Event).payload
    expect(source).toBe('simulator')
    expect(said([{ ...good[0], payload: rest } as unknown as Event])[0]).toMatch(
      /^1 rule format, payload.source: says undefined/,
    )
    expect(said(damaged(good.slice(0, 1), 1, { extra: 1 }))[0]).toMatch(/^1 rule format, payload: .*extra/)
  })

  it('has a value outside its range', () => {
    const line = lineOf(good, 'session_completed', 17 * HOUR)
    expect(said(damaged(good, line, { student_rating: 6 }))[0]).toMatch(
      new RegExp(`^${line} rule format, payload.student_rating: says 6, `),
    )
  })

  it('has a day that no calendar has, or another timestamp format', () => {
    const stamped = (timestamp: string) => said(damaged(good.slice(0, 1), 1, { timestamp }))[0]
    expect(stamped('2026-02-29T00:00:00.000Z')).toBe(
      '1 rule format, payload.timestamp: says "2026-02-29T00:00:00.000Z", no such instant (2026-01-05T00:00:00.000Z is one)',
    )
    expect(stamped('2026-01-05T24:00:00.000Z')).toMatch(/no such instant|timestamp/)
    expect(stamped('2026-01-05T00:00:00Z')).toMatch(/^1 rule format, payload.timestamp: says "2026-01-05T00:00:00Z"/)
    expect(stamped('2026-01-05T00:00:00.000+00:00')).toMatch(/^1 rule format, payload.timestamp/)
  })

  it('has a key twice, of which other readers may take the other one', () => {
    const lines = good.slice(0, 2).map((event) => JSON.stringify(event))
    const [first, second] = lines as [string, string]
    const twice = first.replace('"source"', '"source":"somebody","\\u0073ource"')
    expect(said([twice, second])[0]).toBe('1 rule format, payload.source: there twice')
    expect(said([first.replace('{', '{"event_id":"x",'), second])[0]).toBe('1 rule format, event_id: there twice')
    expect(said([first.replaceAll(',"', ' ,\t"'), second])).toEqual(said(lines))
  })

  it('is nested too deep to be looked at', () => {
    for (const depth of [33, 5000, 100_000]) {
      const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
      expect(said([`{"event_id":${deep}}`])[0]).toBe('1 rule format, line: nested deeper than 32 levels')
    }
  })

  it('is told by hand exactly as the schema tells it', () => {
    const value = fc.oneof(
      fc.constantFrom('', 'stu_1000', 'tut_99', 'high', 'Physics', 'group', '2026-01-05T00:00:00.000Z', 'simulator'),
      fc.constantFrom(-1, 0, 1, 5, 6, 19, 20, 30, 40, 41, 95, 96, 600, 601, 4.25, 4.255, 100, 100.01, 2 ** 53),
      fc.constantFrom(null, true, [], ['English'], ['English', 'English'], ['Latin'], {}),
    )
    const samples = [...new Map(good.map((event) => [event.event_type, event])).values()]
    return fc.assert(
      fc.property(fc.constantFrom(...samples), fc.nat(), value, fc.boolean(), (event, pick, other, remove) => {
        const payload: Record<string, unknown> = { ...event.payload }
        const key = Object.keys(payload)[pick % Object.keys(payload).length] as string
        if (remove) delete payload[key]
        else payload[key] = other
        const line = { ...event, payload }
        expect(typeof readEvent(JSON.stringify(line)) !== 'string').toBe(eventSchema.safeParse(line).success)
      }),
      { numRuns: 3000 },
    )
  })

  it('is no instant unless the calendar has it, and every instant is told as the platform tells it', () => {
    const sample = good[0] as Event
    const reads = (timestamp: string) =>
      typeof readEvent(JSON.stringify({ ...sample, payload: { ...sample.payload, timestamp } })) !== 'string'
    expect(reads('2024-02-29T23:59:59.999Z')).toBe(true)
    expect(reads('1900-02-29T00:00:00.000Z')).toBe(false)
    expect(reads('0000-01-01T00:00:00.000Z')).toBe(false)
    const from = Date.UTC(1970, 0, 1)
    return fc.assert(
      fc.property(fc.integer({ min: from, max: Date.UTC(2400, 0, 1) }), (instant) => {
        const timestamp = new Date(instant).toISOString()
        expect(reads(timestamp)).toBe(true)
        const market = (at: number) => new Life().market(at - BIRTH).events(Number.POSITIVE_INFINITY)
        expect(said(market(instant))).toEqual([])
        // What it writes is what the platform writes: the instant of a line before one that it lies ahead of.
        expect(said([...market(instant + 1), ...market(instant)])[0]).toContain(`expected ${timestamp} or earlier`)
      }),
    )
  })
})

describe('promise 1', () => {
  const line = lineOf(good, 'supply_demand_update', 3 * DAY + 30 * MINUTE)
  const id = (good[line - 1] as Event).event_id

  it('event ids are unique', () => {
    expect(said([...good.slice(0, line), good[line - 1] as Event, ...good.slice(line)])).toEqual([
      `${line + 1} rule 1, event_id: says ${id}, expected an id that was not there before (supply_demand_update)`,
    ])
  })

  it('event ids are the natural keys of their events', () => {
    const other = id.replace('west', 'midwest')
    expect(said(damaged(good, line, {}, { event_id: other }))).toEqual([
      `${line} rule 1, event_id: says ${other}, recomputed ${id} (supply_demand_update)`,
    ])
  })

  it('a call id is that of its student', () => {
    const call = lineOf(good, 'ib_call_logged', 5 * DAY)
    const call_id = `call_${BIRTH + 5 * DAY}_1009`
    const event_id = `${call_id}.logged`
    const found = said(damaged(good, call, { call_id }, { event_id }))
    expect(found).toContain(
      `${call} rule 1, call_id: says ${call_id}, recomputed call_${BIRTH + 5 * DAY}_1004 (stu_1004)`,
    )
  })

  it('timestamps never run back', () => {
    const [one, other] = [16 * HOUR, 17 * HOUR]
    const start = lineOf(good, 'session_started', one)
    expect(at(good[start] as Event)).toBe(other)
    const { event_id } = good[start - 1] as Event
    expect(said(moved(good, start, start + 1))).toContain(
      `${start + 1} rule 1, timestamp: says ${iso(one)}, expected ${iso(other)} or later (${event_id})`,
    )
  })

  it('a cause is an earlier event', () => {
    const health = lineOf(good, 'customer_health_update', 17 * HOUR)
    const caused = (caused_by: string, stream = good) =>
      said(damaged(stream, health, {}, { caused_by } as Partial<Event>))
    const own = `stu_1000.health.${BIRTH + 17 * HOUR}`
    const later = `sess_${BIRTH + 17 * HOUR}_1001.started`
    const never = `sess_${BIRTH + 16 * HOUR}_1009.completed`
    for (const cause of [own, later, never, 'nothing', 'sess_1_1000.ended']) {
      expect(caused(cause)).toEqual([
        `${health} rule 1, caused_by: says ${cause}, expected the id of an earlier event (${own})`,
      ])
    }
    const before = `sess_${BIRTH - HOUR}_1000.completed`
    expect(said(damaged(good, health, {}, { caused_by: before } as Partial<Event>), true)).toHaveLength(1)
    expect(said(damaged(good, health, {}, { caused_by: before } as Partial<Event>), false)).toEqual([])
  })

  it('ids are remembered for 31 days, and causes from before are taken on trust', () => {
    const life = new Life()
    for (let day = 0; day <= 80; day++) life.market(day * DAY)
    const stream = life.events(80 * DAY)
    const cause = (line: number, day: number) =>
      damaged(stream, line, {}, {
        caused_by: `west.Computer-Science.market.${BIRTH + day * DAY + 1}`,
      } as Partial<Event>)
    expect(said(cause(80, 79 - 31))).toHaveLength(1)
    expect(said(cause(80, 78 - 31))).toEqual([])
  })
})

describe('promise 2', () => {
  const start = 7 * DAY + 16 * HOUR
  const started = lineOf(good, 'session_started', start)
  const completed = lineOf(good, 'session_completed', start + HOUR)
  const id = `sess_${BIRTH + start}_1000`

  it('a session is started once', () => {
    expect(said([...good.slice(0, started), good[started - 1] as Event, ...good.slice(started)])).toEqual([
      `${started + 1} rule 1, event_id: says ${id}.started, expected an id that was not there before (session_started)`,
      `${started + 1} rule 2, session_id: says ${id}, expected to be started once (stu_1000)`,
    ])
    expect(said(without(good, started))).toContain(
      `${completed - 1} rule 2, session_id: says ${id}, expected a session under way (stu_1000)`,
    )
  })

  it('and completed once', () => {
    expect(said([...good.slice(0, completed), good[completed - 1] as Event, ...good.slice(completed)])).toEqual([
      `${completed + 1} rule 1, event_id: says ${id}.completed, expected an id that was not there before (session_completed)`,
      `${completed + 1} rule 2, session_id: says ${id}, expected to be completed once (stu_1000)`,
    ])
  })

  it('within 95 minutes of its start, unless the stream ends first', () => {
    const life = new Life().available(100, 0).teach(1000, HOUR, { minutes: 95 })
    const [, open] = life.events(HOUR)
    const stream = (until: number) => [
      ...new Life().available(100, 0).events(until),
      open as Event,
      ...new Life().market(until).events(until),
    ]
    expect(said(stream(HOUR + 95 * MINUTE))).toEqual([])
    expect(said(stream(HOUR + 95 * MINUTE + 1))).toEqual([
      `2 rule 2, session_completed: says none, expected one by ${iso(HOUR + 95 * MINUTE)} (sess_${BIRTH + HOUR}_1000)`,
    ])
    expect(said(life.events(40 * DAY))).toEqual([])
  })

  it('with the same student', () => {
    const found = said(damaged(good, completed, { student_id: 'stu_1009' }))
    expect(found).toContain(`${completed} rule 2, student_id: says stu_1009, recomputed stu_1000 (${id})`)
    expect(new Set(found.map((text) => text.split(' ')[0]))).toEqual(new Set([`${completed}`]))
  })

  it('the same tutor', () => {
    expect(said(damaged(good, completed, { tutor_id: 'tut_101' }))).toEqual([
      `${completed} rule 2, tutor_id: says tut_101, recomputed tut_100 (${id})`,
    ])
  })

  it('and the same subject', () => {
    expect(said(damaged(good, completed, { subject: 'Physics' }))).toEqual([
      `${completed} rule 2, subject: says Physics, recomputed Mathematics (${id})`,
    ])
  })

  it('takes actual_duration_minutes to the minute', () => {
    expect(said(damaged(good, completed, { actual_duration_minutes: 61 }))).toEqual([
      `${completed} rule 2, actual_duration_minutes: says 61, recomputed 60 (${id})`,
    ])
    const late = said(damaged(good, completed, { timestamp: iso(start + HOUR + 1) }))
    expect(late[0]).toBe(`${completed} rule 2, actual_duration_minutes: says 60, recomputed ${60 + 1 / MINUTE} (${id})`)
  })

  it('has the number of its student in its id', () => {
    const other = `sess_${BIRTH + start}_1009`
    const found = said(damaged(good, started, { session_id: other }, { event_id: `${other}.started` }))
    expect(found).toContain(`${started} rule 2, student_id: says stu_1000, recomputed stu_1009 (${other})`)
  })
})

describe('promise 3', () => {
  const base = () => new Life().available(100, 0).available(101, 0).available(102, 0, ['English'])
  const id = (start: number, student: number) => `sess_${BIRTH + start}_${student}`

  it('a student is in one session at a time', () => {
    const stream = base()
      .teach(1000, DAY)
      .teach(1000, DAY + 59 * MINUTE, { tutor: 101 })
      .events(2 * DAY)
    const line = lineOf(stream, 'session_started', DAY + 59 * MINUTE)
    expect(said(stream)).toEqual([
      `${line} rule 3, session_id: says ${id(DAY + 59 * MINUTE, 1000)}, expected none before the end of ${id(DAY, 1000)} (stu_1000)`,
    ])
  })

  it('also where the session under way is not the latest', () => {
    const stream = base()
      .teach(1000, DAY, { minutes: 90 })
      .teach(1000, DAY + 10 * MINUTE, { tutor: 101, minutes: 20 })
      .teach(1000, DAY + 40 * MINUTE, { tutor: 102, subject: 'English' })
      .events(2 * DAY)
    const found = said(stream)
    expect(found).toHaveLength(2)
    expect(found[1]).toContain(`says ${id(DAY + 40 * MINUTE, 1000)}, expected none before the end of ${id(DAY, 1000)}`)
  })

  it('a tutor is in one session at a time', () => {
    const stream = base()
      .teach(1000, DAY)
      .teach(1001, DAY + 59 * MINUTE)
      .events(2 * DAY)
    const line = lineOf(stream, 'session_started', DAY + 59 * MINUTE)
    expect(said(stream)).toEqual([
      `${line} rule 3, session_id: says ${id(DAY + 59 * MINUTE, 1001)}, expected none before the end of ${id(DAY, 1000)} (tut_100)`,
    ])
  })

  it('but for the students of one group session: one subject, one start, of type group', () => {
    const pair = (one: Partial<Lesson>, other: Partial<Lesson>, later = 0) =>
      said(
        base()
          .available(100, 1, ['Mathematics', 'Physics'])
          .teach(1000, DAY, one)
          .teach(1001, DAY + later, other)
          .events(2 * DAY),
      )
    const group = { type: 'group' as const }
    expect(pair(group, { ...group, minutes: 40 })).toEqual([])
    expect(pair(group, {})).toHaveLength(1)
    expect(pair({}, group)).toHaveLength(1)
    expect(pair({}, {})).toHaveLength(1)
    expect(pair(group, { ...group, subject: 'Physics' })).toHaveLength(1)
    expect(pair(group, group, MINUTE)).toHaveLength(1)
    expect(pair(group, group, HOUR)).toEqual([])
  })

  it('a group session goes on until its last student has finished', () => {
    const group = { type: 'group' as const }
    const stream = base()
      .teach(1000, DAY, { ...group, minutes: 40 })
      .teach(1001, DAY, group)
      .teach(1002, DAY + 45 * MINUTE)
    expect(said(stream.events(2 * DAY))).toHaveLength(1)
  })

  it('also against a session that began before the stream', () => {
    const stream = base()
      .teach(1000, DAY)
      .teach(1000, DAY + 30 * MINUTE, { tutor: 102, subject: 'English' })
      .events(2 * DAY)
    const cut = stream.slice(lineOf(stream, 'session_started', DAY))
    expect(said(cut, false)).toEqual([
      `${cut.length - 3} rule 3, session_id: says ${id(DAY, 1000)}, expected no other between its start and its end (stu_1000)`,
    ])
    const tutors = base()
      .teach(1000, DAY)
      .teach(1001, DAY + 30 * MINUTE)
      .events(2 * DAY)
    const cutTutors = tutors.slice(lineOf(tutors, 'session_started', DAY))
    expect(said(cutTutors, false)).toEqual([expect.stringMatching(/ rule 3, .*\(tut_100\)$/)])
  })
})

describe('promise 4', () => {
  it('a tutor teaches only subjects of the latest update', () => {
    const life = new Life()
      .available(100, 0)
      .available(100, DAY, ['English', 'History'])
      .teach(1000, 2 * DAY)
    expect(said(life.events(3 * DAY))).toEqual([
      `3 rule 4, subject: says Mathematics, expected English or History (sess_${BIRTH + 2 * DAY}_1000 of tut_100)`,
    ])
  })

  it('a tutor who teaches has sent an update before, from birth on or after 30 days', () => {
    const stream = new Life()
      .teach(1000, 2 * DAY)
      .teach(1001, 3 * DAY)
      .available(100, 4 * DAY)
      .events(5 * DAY)
    const of = (start: number, student: number) => `(sess_${BIRTH + start}_${student} of tut_100)`
    expect(said(stream, true)).toEqual([
      `1 rule 4, subject: says Mathematics, expected an availability update of the tutor before ${of(2 * DAY, 1000)}`,
      `4 rule 4, subject: says Mathematics, expected an availability update of the tutor before ${of(3 * DAY, 1001)}`,
    ])
    expect(said(stream, false)).toEqual([])
    expect(
      said(
        new Life()
          .market(0)
          .teach(1000, 31 * DAY)
          .events(32 * DAY),
        false,
      ),
    ).toHaveLength(1)
  })

  it('takes instant bookings only where it says so', () => {
    const stream = new Life().available(100, 0, ['Mathematics'], false).teach(1000, DAY, { type: 'instant_book' })
    expect(said(stream.events(2 * DAY))).toEqual([
      `2 rule 4, session_type: says instant_book, expected none of a tutor with accepts_instant_book false (sess_${BIRTH + DAY}_1000 of tut_100)`,
    ])
  })

  it('and never teaches more than 40 hours in any 7 days', () => {
    const busy = (minutes: number) => {
      const life = new Life().available(100, 0)
      for (let hour = 0; hour < 40; hour++)
        life.teach(1000 + hour, 12 * HOUR + (hour % 8) * HOUR + Math.floor(hour / 8) * DAY)
      return life.teach(1050, 6 * DAY + 12 * HOUR, { minutes })
    }
    const over = busy(20).events(7 * DAY)
    expect(said(over)).toEqual([
      `${lineOf(over, 'session_completed', 6 * DAY + 12 * HOUR + 20 * MINUTE)} rule 4, minutes taught: says 2420, expected at most 2400 in 7 days (tut_100)`,
    ])
    // At 12:40 of the next Monday the first lesson has 20 minutes left in the window.
    const rolling = (start: number) =>
      said(
        busy(20)
          .teach(1060, start, { minutes: 20 })
          .events(8 * DAY),
      ).slice(1)
    expect(rolling(7 * DAY + 12 * HOUR + 19 * MINUTE)).toEqual([expect.stringContaining('minutes taught: says 2401')])
    expect(rolling(7 * DAY + 12 * HOUR + 20 * MINUTE)).toEqual([])
  })

  it('where a group session counts once, as long as its longest', () => {
    const life = new Life().available(100, 0)
    for (let hour = 0; hour < 40; hour++) {
      const start = 12 * HOUR + (hour % 8) * HOUR + Math.floor(hour / 8) * DAY
      life.teach(1000 + hour, start, { type: 'group', minutes: 50 }).teach(2000 + hour, start, { type: 'group' })
    }
    expect(said(life.events(7 * DAY))).toEqual([])
    expect(said(life.teach(1050, 6 * DAY, { minutes: 20 }).events(7 * DAY))).toHaveLength(1)
  })
})

describe('promise 5', () => {
  const late = lineOf(good, 'customer_health_update', 35 * DAY + 17 * HOUR)
  const told = (good[late - 1] as Extract<Event, { event_type: 'customer_health_update' }>).payload
  const rescored = (change: Partial<typeof told>) => {
    const {
      sessions_last_7_days: s7,
      sessions_last_30_days: s30,
      ib_calls_last_14_days: calls,
      avg_session_rating,
    } = { ...told, ...change }
    const score = healthScore(s7, s30, calls, Math.round(avg_session_rating * 100))
    return damaged(good, late, { ...change, health_score: score / 100, churn_risk: churnRisk(score) })
  }

  it.each([
    ['sessions_last_7_days', 1],
    ['sessions_last_30_days', 5],
    ['ib_calls_last_14_days', 0],
  ] as const)('%s is recomputed', (field, truth) => {
    expect(told[field]).toBe(truth)
    expect(said(rescored({ [field]: truth + 1 }))).toEqual([
      `${late} rule 5, ${field}: says ${truth + 1}, recomputed ${truth} (stu_1000)`,
    ])
  })

  it('avg_session_rating is recomputed, to two decimals', () => {
    expect(told.avg_session_rating).toBe(4.4)
    expect(said(rescored({ avg_session_rating: 4.41 }))).toEqual([
      `${late} rule 5, avg_session_rating: says 4.41, recomputed 4.4 (stu_1000)`,
    ])
  })

  it('sessions without success do not count, but their ratings do', () => {
    const life = new Life()
      .available(100, 0)
      .teach(1000, DAY)
      .teach(1000, 2 * DAY, { successful: false, rating: 2 })
    const stream = life.events(3 * DAY)
    const last = stream.at(-1) as Event
    expect(last.payload).toMatchObject({ sessions_last_7_days: 1, sessions_last_30_days: 1, avg_session_rating: 3.5 })
    expect(said(stream)).toEqual([])
    const line = lineOf(stream, 'session_completed', 2 * DAY + HOUR)
    expect(said(damaged(stream, line, { completed_successfully: true }))).toEqual([
      `${line + 1} rule 5, sessions_last_7_days: says 1, recomputed 2 (stu_1000)`,
      `${line + 1} rule 5, sessions_last_30_days: says 1, recomputed 2 (stu_1000)`,
    ])
  })

  it('the last known rating stands where there are no sessions', () => {
    const life = new Life()
      .available(100, 0)
      .teach(1000, 0, { rating: 3 })
      .teach(1000, DAY, { rating: 4 })
      .call(1000, 45 * DAY)
    const stream = life.events(50 * DAY)
    expect(stream.at(-1)?.payload).toMatchObject({ sessions_last_30_days: 0, avg_session_rating: 4 })
    expect(said(stream)).toEqual([])
    const score = healthScore(0, 0, 1, 350)
    const change = { avg_session_rating: 3.5, health_score: score / 100, churn_risk: churnRisk(score) }
    expect(said(damaged(stream, stream.length, change))).toEqual([
      `${stream.length} rule 5, avg_session_rating: says 3.5, recomputed 4 (stu_1000)`,
    ])
  })

  it('the first update comes with the first completed session, successful or not', () => {
    const life = new Life().market(0).available(100, 0).available(101, 1).teach(1000, DAY, { successful: false })
    const stream = life
      .teach(1001, 2 * DAY)
      .teach(1002, 2 * DAY, { tutor: 101 })
      .market(3 * DAY)
      .events(3 * DAY)
    expect(said(stream)).toEqual([])
    const line = lineOf(stream, 'customer_health_update', DAY + HOUR)
    expect(said(without(stream, line))).toEqual([
      `${line - 1} rule 5, customer_health_update: says none at ${iso(DAY + HOUR)}, expected the first, with the first completed session (stu_1000)`,
    ])
  })

  it('and no update before it', () => {
    const stream = new Life()
      .available(100, 0)
      .call(1000, HOUR)
      .teach(1000, DAY)
      .teach(1001, DAY + HOUR)
      .events(2 * DAY)
    const health = lineOf(stream, 'customer_health_update', DAY + HOUR)
    const score = healthScore(0, 0, 1, 500)
    const early = damaged(
      stream.slice(health - 1, health),
      1,
      {
        timestamp: iso(HOUR),
        sessions_last_7_days: 0,
        sessions_last_30_days: 0,
        health_score: score / 100,
        churn_risk: churnRisk(score),
      },
      { event_id: `stu_1000.health.${BIRTH + HOUR}`, caused_by: null } as Partial<Event>,
    )
    const call = lineOf(stream, 'ib_call_logged', HOUR)
    expect(said([...stream.slice(0, call), ...early, ...stream.slice(call)])).toEqual([
      `${call + 1} rule 5, customer_health_update: says ${iso(HOUR)}, expected none before the first completed session (stu_1000)`,
    ])
  })

  it('one comes when a session ends', () => {
    const line = lineOf(good, 'customer_health_update', 14 * DAY + 17 * HOUR + 55 * MINUTE)
    const found = said(without(good, line))
    expect(found).toEqual([
      `${line - 1} rule 5, customer_health_update: says none at ${iso(14 * DAY + 17 * HOUR + 55 * MINUTE)}, expected sessions_last_30_days 3 after 2 (stu_1001)`,
    ])
  })

  it('one comes when a call is logged', () => {
    const line = lineOf(good, 'customer_health_update', 5 * DAY)
    const found = said(without(good, line))
    expect(found).toEqual([
      `${line - 1} rule 5, customer_health_update: says none at ${iso(5 * DAY)}, expected ib_calls_last_14_days 2 after 1 (stu_1004)`,
    ])
  })

  it('one comes when something leaves its window while a session goes on', () => {
    const life = new Life()
      .available(100, 0)
      .teach(1000, DAY)
      .teach(1000, 8 * DAY + 30 * MINUTE)
      .market(10 * DAY)
    const stream = life.events(10 * DAY)
    const line = lineOf(stream, 'customer_health_update', 8 * DAY + HOUR)
    const start = lineOf(stream, 'session_started', 8 * DAY + 30 * MINUTE)
    expect(said(without(stream, line))).toEqual([
      `${start} rule 5, customer_health_update: says none at ${iso(8 * DAY + HOUR)}, expected sessions_last_7_days 0 after 1 (stu_1000)`,
    ])
  })

  it.each([
    ['a session leaves the 7 days', 7],
    ['a session leaves the 30 days', 30],
  ])('one comes when %s, or the student has churned', (_, days) => {
    const life = new Life()
      .available(100, 0)
      .teach(1000, DAY, { rating: 3 })
      .market(50 * DAY)
    const stream = life.events(60 * DAY)
    const line = lineOf(stream, 'customer_health_update', DAY + HOUR + days * DAY)
    expect(check(without(stream, line)).churned).toBe(1)
    expect(said(without(stream, line))).toHaveLength(days === 7 ? 1 : 0)
  })

  it('one comes when a call leaves the 14 days, or the student has churned', () => {
    const stream = new Life()
      .available(100, 0)
      .teach(1000, DAY)
      .call(1000, 2 * DAY)
      .market(50 * DAY)
      .events(60 * DAY)
    const line = lineOf(stream, 'customer_health_update', 16 * DAY)
    expect(check(without(stream, line)).churned).toBe(1)
  })

  it('one that comes late is found', () => {
    const life = new Life()
      .available(100, 0)
      .teach(1000, DAY)
      .market(50 * DAY)
    const stream = life.events(60 * DAY)
    const due = DAY + HOUR + 7 * DAY
    const line = lineOf(stream, 'customer_health_update', due)
    const event_id = `stu_1000.health.${BIRTH + due + 1}`
    expect(said(damaged(stream, line, { timestamp: iso(due + 1) }, { event_id }))).toEqual([
      `${line} rule 9, customer_health_update: says ${iso(due + 1)}, expected none since the one due at ${iso(due)} (stu_1000)`,
    ])
  })

  it('none comes where nothing changed', () => {
    const stream = new Life()
      .available(100, 0)
      .teach(1000, DAY)
      .market(3 * DAY)
      .events(4 * DAY)
    const health = stream[lineOf(stream, 'customer_health_update', DAY + HOUR) - 1] as Event
    const again = damaged([health], 1, { timestamp: iso(2 * DAY) }, { event_id: `stu_1000.health.${BIRTH + 2 * DAY}` })
    expect(said([...stream.slice(0, -1), ...again, ...stream.slice(-1)])).toEqual([
      `${stream.length} rule 5, customer_health_update: says ${iso(2 * DAY)}, expected none, an update without a change (stu_1000)`,
    ])
  })

  it('none comes where one leaves and one enters at one instant, and nothing changes', () => {
    const life = new Life().available(100, 0)
    for (let day = 0; day < 45; day += 5) life.teach(1000, day * DAY)
    const stream = life.events(45 * DAY)
    // Every 5 days: the 30 days lose one session as they gain one, the 7 days gain theirs two days after the loss.
    expect(said(stream)).toEqual([])
    const weekly = new Life().available(100, 0)
    for (let week = 0; week < 4; week++) weekly.teach(1000, week * 7 * DAY, { successful: week !== 3 })
    expect(said(weekly.events(40 * DAY))).toEqual([])
  })

  it('at one instant, one update tells of everything that changed', () => {
    const life = new Life()
      .available(100, 0)
      .teach(1000, DAY)
      .teach(1000, 8 * DAY)
      .call(1000, 8 * DAY + HOUR)
    const stream = life.events(9 * DAY)
    expect(said(stream)).toEqual([])
    const call = lineOf(stream, 'ib_call_logged', 8 * DAY + HOUR)
    const early = moved(stream, lineOf(stream, 'customer_health_update', 8 * DAY + HOUR), call)
    expect(said([...early, ...new Life().market(9 * DAY).events(9 * DAY)])).toEqual([
      `${call} rule 5, ib_calls_last_14_days: says 1, recomputed 0 (stu_1000)`,
      `${call + 1} rule 5, customer_health_update: says none at ${iso(8 * DAY + HOUR)}, expected ib_calls_last_14_days 1 after 0 (stu_1000)`,
    ])
  })
})

describe('promise 6', () => {
  const line = lineOf(good, 'customer_health_update', 17 * HOUR)
  const told = (good[line - 1] as Extract<Event, { event_type: 'customer_health_update' }>).payload

  it('health_score is a function of the four numbers', () => {
    const wrong = Math.round((told.health_score - 0.01) * 100) / 100
    expect(said(damaged(good, line, { health_score: wrong }))).toEqual([
      `${line} rule 6, health_score: says ${wrong}, recomputed ${told.health_score} (stu_1000)`,
    ])
  })

  it('churn_risk is a band of it', () => {
    expect(said(damaged(good, line, { churn_risk: 'high' }))).toEqual([
      `${line} rule 6, churn_risk: says high, recomputed ${told.churn_risk} (stu_1000)`,
    ])
  })
})

describe('promise 7', () => {
  it('balance_status is a band of demand_score − supply_score', () => {
    expect(said(new Life().market(0, 50, 60).market(1, 50, 65).market(2, 50, 33).events(2))).toEqual([])
    const stream = new Life().market(0, 50, 60.49).market(1, 50, 60.5).events(1)
    expect(stream.map((event) => 'balance_status' in event.payload && event.payload.balance_status)).toEqual([
      'balanced',
      'oversupplied',
    ])
    expect(said(damaged(stream, 2, { balance_status: 'balanced' }))).toEqual([
      '2 rule 7, balance_status: says balanced, recomputed oversupplied (Computer Science in west)',
    ])
  })
})

describe('promise 8', () => {
  it.each([
    ['tutor_concern', 14],
    ['technical_problem', 7],
  ] as const)('a %s call follows a session within %i days', (reason, days) => {
    const end = 20 * DAY + HOUR
    const calledAt = (instant: number) =>
      said(
        new Life()
          .available(100, 0)
          .teach(1000, 20 * DAY)
          .call(1000, instant, reason)
          .events(50 * DAY),
      )
    expect(calledAt(end + days * DAY)).toEqual([])
    expect(calledAt(end)).toEqual([])
    const instant = end + days * DAY + 1
    expect(calledAt(instant)[0]).toMatch(
      new RegExp(
        `rule 8, reason: says ${reason}, expected a session in the ${days} days before, the last ended ${iso(end)} \\(call_${BIRTH + instant}_1000\\)$`,
      ),
    )
    expect(calledAt(end - 1)[0]).toContain(
      `says ${reason}, expected a session in the ${days} days before, none was seen`,
    )
  })

  it('in mid-life only where the days before lie in the stream', () => {
    const stream = (instant: number) =>
      new Life()
        .market(0)
        .call(1000, instant, 'tutor_concern')
        .events(30 * DAY)
    expect(said(stream(14 * DAY), false)).toEqual([])
    expect(said(stream(14 * DAY), true)).toHaveLength(1)
    expect(said(stream(14 * DAY + 1), false)).toHaveLength(1)
  })
})

describe('promise 9', () => {
  const left = () =>
    new Life()
      .available(100, 0)
      .teach(1000, DAY)
      .absent(1000, 2 * DAY, 40 * DAY)
      .market(50 * DAY)

  it('who churned is silent', () => {
    expect(said(left().events(50 * DAY))).toEqual([])
    const whole = new Life()
      .available(100, 0)
      .teach(1000, DAY)
      .market(50 * DAY)
      .events(50 * DAY)
    const gone = without(whole, lineOf(whole, 'customer_health_update', 8 * DAY + HOUR))
    const later = lineOf(gone, 'customer_health_update', 31 * DAY + HOUR)
    expect(said(gone)).toEqual([
      `${later} rule 9, customer_health_update: says ${iso(31 * DAY + HOUR)}, expected none since the one due at ${iso(8 * DAY + HOUR)} (stu_1000)`,
    ])
  })

  it('until coming back with a session or a call, and then the numbers are checked again', () => {
    const session = left()
      .teach(1000, 40 * DAY, { rating: 3 })
      .events(50 * DAY)
    expect(check(session)).toMatchObject({ found: [], churned: 1, returned: 1 })
    const called = left()
      .call(1000, 40 * DAY)
      .events(60 * DAY)
    expect(check(called)).toMatchObject({ found: [], churned: 1, returned: 1 })
    const line = lineOf(called, 'customer_health_update', 40 * DAY)
    expect(said(without(called, line))).toHaveLength(1)
    const again = lineOf(session, 'customer_health_update', 40 * DAY + HOUR)
    const score = healthScore(1, 2, 0, 300)
    expect(
      said(
        damaged(session, again, { sessions_last_30_days: 2, health_score: score / 100, churn_risk: churnRisk(score) }),
      ),
    ).toEqual([`${again} rule 5, sessions_last_30_days: says 2, recomputed 1 (stu_1000)`])
  })

  it('what left a window meanwhile is forgiven, what leaves one later is told', () => {
    const life = new Life()
      .available(100, 0)
      .teach(1000, DAY)
      .absent(1000, 2 * DAY, 20 * DAY)
      .market(50 * DAY)
    const stream = life.teach(1000, 20 * DAY, { rating: 3 }).events(50 * DAY)
    expect(check(stream)).toMatchObject({ found: [], churned: 1, returned: 1 })
    expect(lineOf(stream, 'customer_health_update', 31 * DAY + HOUR)).toBeGreaterThan(0)
  })
})

describe('promise 10', () => {
  it('a session starts at the instant of its id', () => {
    const line = lineOf(good, 'session_started', 16 * HOUR)
    const id = `sess_${BIRTH + 16 * HOUR}_1000`
    expect(said(damaged(good, line, { timestamp: iso(16 * HOUR - 1) }))).toEqual([
      `${line} rule 10, timestamp: says ${iso(16 * HOUR - 1)}, recomputed ${iso(16 * HOUR)} (${id})`,
    ])
  })

  it('a call is logged at the instant of its id', () => {
    const line = lineOf(good, 'ib_call_logged', HOUR)
    expect(said(damaged(good, line, { timestamp: iso(HOUR + 1) }))).toContain(
      `${line} rule 10, timestamp: says ${iso(HOUR + 1)}, recomputed ${iso(HOUR)} (call_${BIRTH + HOUR}_1001)`,
    )
  })

  it('a completion is no earlier than its start', () => {
    const line = lineOf(good, 'session_completed', 17 * HOUR)
    const found = said(damaged(good, line, { timestamp: iso(16 * HOUR - 1) }))
    const id = `sess_${BIRTH + 16 * HOUR}_1000`
    expect(found).toContain(
      `${line} rule 10, timestamp: says ${iso(16 * HOUR - 1)}, expected no time before ${iso(16 * HOUR)} (${id})`,
    )
  })

  it('one timestamp far in the future does not carry the clock away', () => {
    const line = lineOf(good, 'supply_demand_update', 3 * DAY + 30 * MINUTE)
    const found = said(damaged(good, line, { timestamp: '2036-01-01T00:00:00.000Z' }))
    expect(found).toEqual([
      expect.stringMatching(new RegExp(`^${line} rule 1, event_id: says west.Computer-Science.market`)),
    ])
    const first = said(damaged(good, 1, { timestamp: '1999-01-01T00:00:00.000Z' }))
    expect(first).toEqual([expect.stringMatching(/^1 rule 1, event_id: says tut_100.availability/)])
  })
})

describe('a line far from its place', () => {
  it('is the one that is named, wherever it went', () => {
    const line = lineOf(good, 'supply_demand_update', 20 * DAY + 30 * MINUTE)
    const { event_id } = good[line - 1] as Event
    for (const to of [1, 2, 60]) {
      expect(said(moved(good, line, to))).toEqual([
        `${to} rule 1, timestamp: says ${iso(20 * DAY + 30 * MINUTE)}, expected ${iso(at(good[to - 1] as Event))} or earlier, as the next line (${event_id})`,
      ])
    }
    expect(said(moved(good, line, line + 40))).toEqual([
      `${line + 40} rule 1, timestamp: says ${iso(20 * DAY + 30 * MINUTE)}, expected ${iso(at(good[line + 39] as Event))} or later (${event_id})`,
    ])
  })
})

describe('birth or mid-life', () => {
  const line = lineOf(good, 'customer_health_update', 17 * HOUR)

  it('one damaged line in a small stream from birth does not make it mid-life', () => {
    const change = { sessions_last_7_days: 2, sessions_last_30_days: 2 }
    const score = healthScore(2, 2, 0, 500)
    const stream = damaged(good, line, { ...change, health_score: score / 100, churn_risk: churnRisk(score) })
    expect(check(stream).sinceBirth).toBe(true)
    expect(said(stream)).toEqual([
      `${line} rule 5, sessions_last_7_days: says 2, recomputed 1 (stu_1000)`,
      `${line} rule 5, sessions_last_30_days: says 2, recomputed 1 (stu_1000)`,
    ])
    expect(said(stream.slice(0, line + 1))).toHaveLength(2)
  })

  it('a stream from mid-life is taken for one, and what came before may explain is left open', () => {
    const cut = good.slice(lineOf(good, 'session_started', 7 * DAY + 16 * HOUR))
    expect(check(cut)).toMatchObject({ sinceBirth: false, found: [] })
    expect(check(cut).unjudged).toBeGreaterThan(5)
    expect(check(cut, true).violations).toBeGreaterThan(5)
  })

  it('in mid-life fewer than what was seen is wrong at once, more once the window lies in the stream', () => {
    const cut = good.slice(lineOf(good, 'supply_demand_update', 7 * DAY + 30 * MINUTE) - 1)
    const changed = (instant: number, change: object) => {
      const health = lineOf(cut, 'customer_health_update', instant)
      return said(damaged(cut, health, change), false).filter((text) => text.includes('rule 5'))
    }
    const second = 14 * DAY + 17 * HOUR
    expect(changed(second, { sessions_last_30_days: 1 })).toEqual([expect.stringContaining('says 1, recomputed 2')])
    expect(changed(second, { sessions_last_30_days: 9 })).toEqual([])
    expect(changed(second, { sessions_last_7_days: 9 })).toEqual([expect.stringContaining('says 9, recomputed 1')])
    expect(changed(second, { ib_calls_last_14_days: 1 })).toEqual([])
    expect(changed(second + 7 * DAY, { ib_calls_last_14_days: 1 })).toHaveLength(1)
    expect(changed(second + 21 * DAY, { avg_session_rating: 1 })).toEqual([])
    expect(changed(second + 28 * DAY, { avg_session_rating: 1 })).toHaveLength(1)
  })
})

describe('any life', () => {
  const day = fc.integer({ min: 0, max: 4 * 24 - 1 }).map((quarter) => quarter * 15 * MINUTE)
  const wish = fc.record({
    student: fc.integer({ min: 1000, max: 1004 }),
    tutor: fc.integer({ min: 100, max: 102 }),
    day: fc.integer({ min: 0, max: 70 }),
    time: day,
    weekly: fc.boolean(),
    minutes: fc.constantFrom(30, 45, 60),
    rating: fc.integer({ min: 1, max: 5 }),
    successful: fc.boolean(),
    type: fc.constantFrom('one_on_one' as const, 'instant_book' as const),
  })
  const call = fc.record({
    student: fc.integer({ min: 1000, max: 1005 }),
    day: fc.integer({ min: 0, max: 70 }),
    time: day,
  })
  const absence = fc.record({
    student: fc.integer({ min: 1000, max: 1004 }),
    from: fc.integer({ min: 0, max: 60 }),
    days: fc.integer({ min: 5, max: 60 }),
  })
  const world = fc.record({
    wishes: fc.array(wish, { maxLength: 40 }),
    calls: fc.array(call, { maxLength: 12 }),
    absences: fc.array(absence, { maxLength: 2 }),
  })

  /** Grants every wish that collides with nothing; who is absent is back by the first thing that happens after. */
  function live({ wishes, calls, absences }: typeof world extends fc.Arbitrary<infer World> ? World : never): Life {
    const life = new Life()
    for (const tutor of [100, 101, 102]) for (let day = 0; day < 110; day += 10) life.available(tutor, day * DAY)
    const away = (student: number, from: number, to: number) =>
      absences.some((gone) => gone.student === student && from < (gone.from + gone.days) * DAY && to > gone.from * DAY)
    for (const { day, time, weekly, ...rest } of wishes) {
      for (const again of weekly ? [0, 7, 14, 30] : [0]) {
        const lesson = { ...rest, start: (day + again) * DAY + time, subject: 'Mathematics' as const }
        const taken = life.lessons.some(
          (other) =>
            (other.student === lesson.student || other.tutor === lesson.tutor) &&
            other.start < endOf(lesson) &&
            lesson.start < endOf(other),
        )
        if (!taken && !away(lesson.student, lesson.start, endOf(lesson))) life.lessons.push(lesson)
      }
    }
    for (const { student, day, time } of calls) {
      const instant = day * DAY + time
      if (life.calls.some((other) => other.student === student && other.at === instant)) continue
      if (!away(student, instant, instant)) life.call(student, instant)
    }
    for (const { student, from, days } of absences) {
      const signs = [
        ...life.lessons.filter((lesson) => lesson.student === student).map((lesson) => lesson.start),
        ...life.calls.filter((other) => other.student === student).map((other) => other.at),
      ]
      const to = Math.min(...signs.filter((sign) => sign >= (from + days) * DAY))
      life.absent(student, from * DAY, to)
    }
    return life
  }

  it('has no violations from birth on', () => {
    return fc.assert(
      fc.property(world, (wishes) => {
        expect(said(live(wishes).events(110 * DAY), true)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('nor in mid-life', () => {
    return fc.assert(
      fc.property(world, fc.nat(), (wishes, cut) => {
        const stream = live(wishes).events(110 * DAY)
        expect(said(stream.slice(cut % stream.length), false)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('shows every single wrong number, from birth on', () => {
    const fields = ['sessions_last_7_days', 'sessions_last_30_days', 'ib_calls_last_14_days'] as const
    return fc.assert(
      fc.property(world, fc.nat(), fc.constantFrom(...fields), (wishes, pick, field) => {
        const stream = live(wishes).events(110 * DAY)
        const updates = stream.flatMap((event, index) =>
          event.event_type === 'customer_health_update' ? [index + 1] : [],
        )
        fc.pre(updates.length > 0)
        const line = updates[pick % updates.length] as number
        const { payload } = stream[line - 1] as Extract<Event, { event_type: 'customer_health_update' }>
        const truth = payload[field]
        expect(said(damaged(stream, line, { [field]: truth + 1 }), true)).toContainEqual(
          expect.stringContaining(`${line} rule 5, ${field}: says ${truth + 1}, recomputed ${truth} (`),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('shows every missing line but the silence of those who churned, from birth on', () => {
    return fc.assert(
      fc.property(world, fc.nat(), (wishes, pick) => {
        const stream = live(wishes).events(110 * DAY)
        const line = (pick % stream.length) + 1
        const event = stream[line - 1] as Event
        const cut = check([...without(stream, line), ...new Life().market(111 * DAY).events(111 * DAY)], true)
        if (event.event_type === 'customer_health_update' && cut.violations === 0) {
          const cause = stream.find(({ event_id }) => event_id === event.caused_by) as Event
          expect(at(cause)).toBeLessThan(at(event))
        } else if (!['tutor_availability_updated', 'ib_call_logged'].includes(event.event_type)) {
          expect(cut.violations).toBeGreaterThan(0)
        }
      }),
      { numRuns: 300 },
    )
  })
})

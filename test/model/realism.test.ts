// What the reader of streams promises: it takes anything, measures what is there, and knows made-up streams from lived ones.

import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { DAY, formatInstant, HOUR, MINUTE, WEEK } from '../../engine/index.ts'
import { createWorld } from '../../model/index.ts'
import { nth, thanksgiving, weekBeforeFinals } from '../../model/realism/dates.ts'
import {
  boundsOf,
  type Part,
  Reader,
  type Reading,
  ROWS,
  targetText,
  toleranceText,
} from '../../model/realism/index.ts'
import { Log } from '../../model/realism/log.ts'
import { areaUnderCurve, Matched, rankCorrelationOf } from '../../model/realism/statistics.ts'
import { kaplanMeier } from '../../model/realism/students.ts'

/** So that twelve weeks are over before clocks change. */
const START = Date.UTC(2025, 7, 4)

function readingOf(events: readonly unknown[]): Reading {
  const reader = new Reader()
  for (const event of events) reader.line(JSON.stringify(event))
  return reader.end()
}

function part(reading: Reading, id: string, name = ''): Part {
  const found = reading.rows.find((row) => row.id === id)?.parts.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no figure ${name} in row ${id}`)
  return found
}

describe('rows', () => {
  it('are numbered from 1 to 70, causes from 1 to 10', () => {
    const numbers = Array.from({ length: 70 }, (_, at) => String(at + 1))
    const causes = Array.from({ length: 10 }, (_, at) => `cause-${at + 1}`)
    expect(ROWS.map(({ id }) => id)).toEqual([...numbers, ...causes])
  })

  it('have targets within their bounds', () => {
    for (const row of ROWS)
      for (const name of Object.keys(row.figures)) {
        const { target, low, high } = boundsOf(row, name)
        expect(target, `${row.id} ${name}`).toBeGreaterThanOrEqual(low ?? target)
        expect(target, `${row.id} ${name}`).toBeLessThanOrEqual(high ?? target)
      }
  })

  it('are told in words', () => {
    const row = (id: string) => ROWS.find((one) => one.id === id) as (typeof ROWS)[number]
    expect([targetText(row('11')), toleranceText(row('11'))]).toEqual(['35 %', '±10 pp'])
    expect([targetText(row('43')), toleranceText(row('43'))]).toEqual(['mean at most 0.35', '–'])
    expect([targetText(row('26')), toleranceText(row('26'))]).toEqual(['100 %', 'hard'])
    expect(targetText(row('66'))).toBe('March −1 ± 0.25, November 1 ± 0.25 h')
  })
})

describe('the reader', () => {
  it('takes any lines and throws at none', () => {
    const names = ['timestamp', 'student_id', 'tutor_id', 'session_id', 'subject', 'student_rating', 'reason', 'region']
    const payload = fc.dictionary(fc.constantFrom(...names), fc.anything())
    const stamped = fc.tuple(payload, fc.date({ noInvalidDate: true })).map(([rest, date]) => ({
      ...rest,
      timestamp: date.toISOString(),
    }))
    const type = fc.constantFrom(
      'session_started',
      'session_completed',
      'ib_call_logged',
      'tutor_availability_updated',
      'customer_health_update',
      'supply_demand_update',
      'something_else',
    )
    const event = fc.record({ event_type: type, payload: fc.oneof(payload, stamped, fc.anything()) })
    const line = fc.oneof(
      event.map((value) => JSON.stringify(value) ?? ''),
      fc.json(),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const reader = new Reader()
        for (const one of lines) reader.line(one)
        const { stream, rows } = reader.end()
        expect(stream.lines).toBe(lines.length)
        expect(rows.length).toBe(ROWS.length)
      }),
      { numRuns: 150 },
    )
  })

  it('says of no lines that it has measured nothing', () => {
    const { stream, rows } = new Reader().end()
    expect(stream).toMatchObject({ events: 0, first: null, last: null })
    expect(rows.every(({ within, why }) => within === null && why !== undefined)).toBe(true)
  })

  it('counts what is no event', () => {
    const { stream } = readingOf([
      { event_type: 'session_started' },
      'text',
      null,
      { event_type: 'other', payload: {} },
    ])
    expect(stream).toMatchObject({ lines: 4, events: 0, unreadable: 4 })
  })
})

/** A session of a student, begun and completed. */
function session(
  student: number,
  tutor: number,
  start: number,
  fields: Record<string, unknown> = {},
): [number, unknown][] {
  const ids = { session_id: `sess_${start}_${student}`, student_id: `stu_${student}`, tutor_id: `tut_${tutor}` }
  const { session_type = 'one_on_one', minutes = 60, rating = 5, successful = true, subject = 'Mathematics' } = fields
  const end = start + Number(minutes) * MINUTE
  return [
    [
      start,
      {
        event_type: 'session_started',
        payload: { timestamp: formatInstant(start), ...ids, subject, session_type, scheduled_duration_minutes: 60 },
      },
    ],
    [
      end,
      {
        event_type: 'session_completed',
        payload: {
          ...{ timestamp: formatInstant(end), ...ids, subject, actual_duration_minutes: minutes },
          ...{ student_rating: rating, tutor_rating: 5, completed_successfully: successful },
        },
      },
    ],
  ]
}

const inOrder = (events: [number, unknown][]): unknown[] => events.sort(([a], [b]) => a - b).map(([, event]) => event)

describe('a reading', () => {
  it('knows a standing lesson from sessions at any hour', () => {
    const weeks = Array.from({ length: 12 }, (_, week) => week)
    const standing = (student: number): [number, unknown][] =>
      weeks.flatMap((week) => session(student, 100 + student, START + (student % 5) * DAY + 21 * HOUR + week * WEEK))
    const anywhere = (student: number): [number, unknown][] =>
      weeks.flatMap((week) =>
        session(
          student,
          100 + ((student + week * 7) % 40),
          START + week * WEEK + ((student * 31 + week * 53) % 150) * HOUR,
        ),
      )
    const students = Array.from({ length: 40 }, (_, at) => 1000 + at)
    const regular = readingOf(inOrder(students.flatMap(standing)))
    const random = readingOf(inOrder(students.flatMap(anywhere)))
    expect(part(regular, '42').measured).toBe(100)
    expect(part(regular, '54', 'median').measured).toBe(0)
    expect(part(regular, '56', 'after 5 stars').measured).toBe(1)
    expect(part(random, '42').measured).toBeLessThan(20)
    expect(part(random, '54', 'median').measured).toBeGreaterThan(3)
    expect(part(random, '56', 'after 5 stars').measured).toBeLessThan(0.2)
    expect(regular.series.gaps[168]).toBe(40 * 11)
  })

  it('finds classes, and who is there again', () => {
    const weeks = Array.from({ length: 8 }, (_, week) => week)
    const groups = Array.from({ length: 10 }, (_, group) => group)
    const events = groups.flatMap((group) =>
      weeks.flatMap((week) =>
        [0, 1, 2, 3].flatMap((seat) =>
          session(
            1000 + group * 10 + (seat === 3 && week % 2 === 0 ? 4 : seat),
            100 + group,
            START + 20 * HOUR + week * WEEK,
            {
              session_type: 'group',
            },
          ),
        ),
      ),
    )
    const reading = readingOf(inOrder(events))
    expect(reading.series.classes).toEqual([0, 0, 0, 0, 80])
    expect(part(reading, '53', 'classes').measured).toBe(100)
    expect(part(reading, '53', 'students who are there again').measured).toBe(75)
    // The students of a class take their tutor's time once, and each has their own.
    expect(part(reading, '70', 'sessions of a student one at a time').measured).toBe(100)
  })

  it('measures concerns after low ratings beyond those after good ones', () => {
    const events: [number, unknown][] = []
    for (let at = 0; at < 400; at++) {
      const start = START + at * 3 * HOUR
      events.push(...session(1000 + at, 100, start, { rating: at % 2 === 0 ? 1 : 5 }))
      if (at % 2 === 1 || at % 5 !== 0) continue
      const instant = start + 12 * HOUR
      const payload = {
        timestamp: formatInstant(instant),
        call_id: `call_${instant}_${1000 + at}`,
        student_id: `stu_${1000 + at}`,
      }
      events.push([
        instant,
        {
          event_type: 'ib_call_logged',
          payload: { ...payload, reason: 'tutor_concern', duration_seconds: 200, resolved: true, priority: 'low' },
        },
      ])
    }
    expect(part(readingOf(inOrder(events)), 'cause-1', 'after 1 or 2 stars').measured).toBeCloseTo(0.2, 2)
  })
})

describe('of a lived stream and of one with random fields', () => {
  let lived: Reading
  let random: Reading

  beforeAll(() => {
    const world = createWorld({ students: 300, seed: 'reader', start: '2025-09-01' })
    const reader = new Reader()
    for (let week = 0; week < 12; week++) for (const event of world.run('7d')) reader.event(event)
    lived = reader.end()
    random = readingOf(randomFields(12_000))
  }, 60_000)

  it('the first holds together and the second does not', () => {
    const rowOf = ({ rows }: Reading) => rows.find(({ id }) => id === '70')
    expect(rowOf(lived)?.parts.filter(({ within }) => within === false)).toEqual([])
    expect(rowOf(random)?.parts.filter(({ within }) => within === false).length).toBeGreaterThan(4)
  })

  it('more is on target of the first', () => {
    const share = ({ rows }: Reading): number => {
      const judged = rows.filter(({ within }) => within !== null)
      return judged.filter(({ within }) => within).length / judged.length
    }
    expect(share(random)).toBeLessThan(0.35)
    expect(share(lived)).toBeGreaterThan(share(random) + 0.15)
  })

  it('the first is much the same where there is room for fewer', () => {
    const world = createWorld({ students: 300, seed: 'reader', start: '2025-09-01' })
    const reader = new Reader({ recordsMax: 4_000 })
    for (let week = 0; week < 12; week++) for (const event of world.run('7d')) reader.event(event)
    const less = reader.end()
    // Half of the students or fewer are followed, and all are counted.
    expect(less.stream.eventsByType).toEqual(lived.stream.eventsByType)
    expect(part(less, '4', 'mean').samples).toBeLessThan(0.7 * part(lived, '4', 'mean').samples)
    expect(part(less, '4', 'mean').measured).toBeCloseTo(part(lived, '4', 'mean').measured as number, -1)
    expect(part(less, '1', 'mean').measured).toBeCloseTo(part(lived, '1', 'mean').measured as number, 0)
    expect(Math.abs(less.stream.students / lived.stream.students - 1)).toBeLessThan(0.25)
    expect(less.series.days).toEqual(lived.series.days)
  }, 60_000)

  it('counts add up', () => {
    const { series, stream } = lived
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)
    const started = stream.eventsByType.session_started
    expect(sum(series.days.sessions)).toBeGreaterThanOrEqual(started)
    expect(sum(series.weekHours)).toBeGreaterThanOrEqual(started)
    expect(sum(series.calls.hours)).toBe(stream.eventsByType.ib_call_logged)
    expect(sum(series.ratings.student)).toBe(stream.eventsByType.session_completed)
    expect(series.people.length).toBe(10)
  })
})

/** As somebody would write who takes every field for itself. */
function randomFields(count: number): unknown[] {
  let state = 12345
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 0x1_0000_0000) * limit)
  }
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const subjects = ['Mathematics', 'Physics', 'English', 'History']
  return Array.from({ length: count }, (_, at) => {
    const timestamp = formatInstant(START + at * 10 * MINUTE)
    const [student_id, tutor_id] = [`stu_${1000 + below(300)}`, `tut_${100 + below(60)}`]
    const session_id = `sess_${at}_${below(9999)}`
    switch (below(6)) {
      case 0:
        return {
          event_type: 'session_started',
          payload: {
            ...{ timestamp, session_id, student_id, tutor_id, subject: pick(subjects) },
            ...{
              session_type: pick(['one_on_one', 'group', 'instant_book']),
              scheduled_duration_minutes: pick([30, 60, 90]),
            },
          },
        }
      case 1:
        return {
          event_type: 'session_completed',
          payload: {
            ...{ timestamp, session_id, student_id, tutor_id, subject: pick(subjects) },
            ...{ actual_duration_minutes: 20 + below(76), student_rating: 1 + below(5), tutor_rating: 1 + below(5) },
            completed_successfully: below(10) > 0,
          },
        }
      case 2:
        return {
          event_type: 'ib_call_logged',
          payload: {
            ...{
              timestamp,
              call_id: `call_${at}_1`,
              student_id,
              reason: pick(['scheduling_issue', 'general_inquiry']),
            },
            ...{
              duration_seconds: 60 + below(541),
              resolved: below(10) > 2,
              priority: pick(['low', 'medium', 'high']),
            },
          },
        }
      case 3:
        return {
          event_type: 'tutor_availability_updated',
          payload: {
            ...{ timestamp, tutor_id, available_hours_this_week: below(41), subjects: [pick(subjects)] },
            ...{ timezone: pick(['EST', 'CST', 'MST', 'PST']), accepts_instant_book: below(2) === 0 },
          },
        }
      case 4:
        return {
          event_type: 'customer_health_update',
          payload: {
            ...{ timestamp, student_id, sessions_last_7_days: below(10), sessions_last_30_days: below(40) },
            ...{ ib_calls_last_14_days: below(5), avg_session_rating: 3 + below(200) / 100, health_score: below(101) },
            churn_risk: pick(['low', 'medium', 'high']),
          },
        }
      default:
        return {
          event_type: 'supply_demand_update',
          payload: {
            ...{
              timestamp,
              subject: pick(subjects),
              region: pick(['northeast', 'west']),
              available_tutors: below(100),
            },
            ...{ active_students: below(500), demand_score: below(101), supply_score: below(101) },
            balance_status: pick(['balanced', 'high_demand', 'oversupplied']),
          },
        }
    }
  })
}

describe('statistics', () => {
  it('follow Kaplan and Meier', () => {
    // Six people: gone after 1, 3, 3 and 6 days; two still there when last seen, after 2 and 6.
    const lives = [1, 3, 3, 6]
      .map((days) => ({ days, hasLeft: true }))
      .concat([2, 6].map((days) => ({ days, hasLeft: false })))
    const share = kaplanMeier(lives)
    expect(share(0.5)).toBe(1)
    expect(share(1)).toBeCloseTo(5 / 6)
    expect(share(3)).toBeCloseTo((5 / 6) * (3 / 4) * (2 / 3))
    expect(share(10)).toBeCloseTo((5 / 6) * (3 / 4) * (2 / 3) * (1 / 2))
  })

  it('take the area under the curve pair by pair', () => {
    const scores = fc.array(fc.nat(20), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(scores, scores, (stay, leave) => {
        const wins = stay.flatMap((high) => leave.map((low): number => (low < high ? 1 : low === high ? 0.5 : 0)))
        const expected = wins.reduce((sum, win) => sum + win, 0) / wins.length
        const counts = (of: number[]): number[] =>
          Array.from({ length: 21 }, (_, score) => of.filter((one) => one === score).length)
        expect(areaUnderCurve(counts(stay), counts(leave))).toBeCloseTo(expected, 10)
      }),
    )
  })

  it('compare only those alike', () => {
    // Twice the risk in each stratum, and strata of very different risk and make.
    const matched = new Matched()
    for (const [stratum, risk, exposed, others] of [
      ['calm', 0.01, 1000, 9000],
      ['wild', 0.2, 900, 100],
    ] as const) {
      matched.add(stratum, true, 2 * risk * exposed, exposed)
      matched.add(stratum, false, risk * others, others)
    }
    expect(matched.ratio).toBeCloseTo(2, 10)
  })

  it('rank ties alike', () => {
    expect(rankCorrelationOf([1, 2, 2, 3], [10, 20, 20, 30])).toBeCloseTo(1, 10)
    // 1, 2.5, 2.5, 4 against 4, 2.5, 2.5, 1.
    expect(rankCorrelationOf([1, 2, 2, 3], [30, 20, 20, 10])).toBeCloseTo(-1, 10)
  })

  it('know the calendar', () => {
    const dayOf = (text: string): number => Date.parse(`${text}T00:00:00Z`) / DAY
    expect(thanksgiving(2026)).toBe(dayOf('2026-11-26'))
    expect(nth(2026, 3, 6, 2)).toBe(dayOf('2026-03-08'))
    expect(weekBeforeFinals(2025)).toBe(dayOf('2025-12-08'))
  })
})

describe('a log of records', () => {
  it('keeps what it is to keep, in order, as it grows', () => {
    const log = new Log({ value: 'f64', parity: 'u8' })
    for (let value = 0; value < 10_000; value++) log.add({ value, parity: value % 2 })
    const moved = new Map<number, number>()
    log.keep(
      (at) => log.columns.parity[at] === 1,
      (from, to) => moved.set(from, to),
    )
    expect(log.length).toBe(5000)
    expect([...log.columns.value.subarray(0, 3)]).toEqual([1, 3, 5])
    expect(moved.get(9999)).toBe(4999)
  })
})

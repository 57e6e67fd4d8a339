// The generator that most projects write for themselves: every event on its own, every field drawn at random. The same
// payloads and line shape as the simulator's, about the same mix, written without needless cost: what to measure against.
//
//     node bench/plain.ts --events 1000000 --to FILE

import { randomUUID } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  BALANCES,
  CALL_REASONS,
  type Event,
  LEVELS,
  REGIONS,
  SESSION_TYPES,
  SUBJECTS,
  TIMEZONES,
} from '../model/events/index.ts'

const BUFFER_CHARACTERS = 1 << 20
const START_MS = 1_767_571_200_000 // 2026-01-05T00:00:00Z
const STUDENTS = 100_000
const TUTORS = 8_000
const GAP_MS_MEAN = 480
const DURATIONS_MINUTES = [30, 60, 90] as const

const { values } = parseArgs({ options: { events: { type: 'string' }, to: { type: 'string' } } })
const events = Number(values.events)
if (!Number.isSafeInteger(events) || events < 1 || !values.to) {
  process.stderr.write('usage: node bench/plain.ts --events N --to FILE\n')
  process.exit(2)
}

const file = openSync(values.to, 'w')
let buffer = ''
let now = START_MS
for (let i = 0; i < events; i++) {
  now += whole(0, 2 * GAP_MS_MEAN)
  buffer += `${JSON.stringify(randomEvent(now))}\n`
  if (buffer.length >= BUFFER_CHARACTERS) flush()
}
flush()
closeSync(file)

function flush(): void {
  writeSync(file, buffer)
  buffer = ''
}

/** 57% health updates, 20% sessions started, 20% completed, 1% of each other type. */
function randomEvent(instant: number): Event {
  const event_id = randomUUID()
  const caused_by = null
  const timestamp = new Date(instant).toISOString()
  const source = 'simulator'
  const student_id = `stu_${whole(1000, 999 + STUDENTS)}`
  const share = Math.random()
  if (share < 0.57) {
    return {
      event_id,
      caused_by,
      event_type: 'customer_health_update',
      payload: {
        timestamp,
        source,
        student_id,
        sessions_last_7_days: whole(0, 4),
        sessions_last_30_days: whole(0, 12),
        ib_calls_last_14_days: whole(0, 3),
        avg_session_rating: hundredths(1, 5),
        health_score: hundredths(0, 100),
        churn_risk: pick(LEVELS),
      },
    }
  }
  if (share < 0.77) {
    return {
      event_id,
      caused_by,
      event_type: 'session_started',
      payload: {
        timestamp,
        source,
        session_id: `sess_${instant}_${student_id.slice(4)}`,
        student_id,
        tutor_id: `tut_${whole(100, 99 + TUTORS)}`,
        subject: pick(SUBJECTS),
        session_type: pick(SESSION_TYPES),
        scheduled_duration_minutes: pick(DURATIONS_MINUTES),
      },
    }
  }
  if (share < 0.97) {
    return {
      event_id,
      caused_by,
      event_type: 'session_completed',
      payload: {
        timestamp,
        source,
        session_id: `sess_${instant}_${student_id.slice(4)}`,
        student_id,
        tutor_id: `tut_${whole(100, 99 + TUTORS)}`,
        subject: pick(SUBJECTS),
        actual_duration_minutes: whole(20, 95),
        student_rating: whole(1, 5),
        tutor_rating: whole(1, 5),
        completed_successfully: Math.random() < 0.9,
      },
    }
  }
  if (share < 0.98) {
    return {
      event_id,
      caused_by,
      event_type: 'ib_call_logged',
      payload: {
        timestamp,
        source,
        call_id: `call_${instant}_${student_id.slice(4)}`,
        student_id,
        reason: pick(CALL_REASONS),
        duration_seconds: whole(60, 600),
        resolved: Math.random() < 0.8,
        priority: pick(LEVELS),
      },
    }
  }
  if (share < 0.99) {
    const first = whole(0, SUBJECTS.length - 1)
    return {
      event_id,
      caused_by,
      event_type: 'tutor_availability_updated',
      payload: {
        timestamp,
        source,
        tutor_id: `tut_${whole(100, 99 + TUTORS)}`,
        available_hours_this_week: whole(0, 40),
        subjects: SUBJECTS.slice(first, first + whole(1, 3)),
        timezone: pick(TIMEZONES),
        accepts_instant_book: Math.random() < 0.5,
      },
    }
  }
  return {
    event_id,
    caused_by,
    event_type: 'supply_demand_update',
    payload: {
      timestamp,
      source,
      subject: pick(SUBJECTS),
      region: pick(REGIONS),
      available_tutors: whole(0, 200),
      active_students: whole(0, 2000),
      demand_score: hundredths(0, 100),
      supply_score: hundredths(0, 100),
      balance_status: pick(BALANCES),
    },
  }
}

function pick<Item>(list: readonly Item[]): Item {
  return list[Math.floor(Math.random() * list.length)] as Item
}

/** A whole number from min to max, both possible. */
function whole(min: number, max: number): number {
  return min + Math.floor(Math.random() * (max - min + 1))
}

/** A number from min to max in hundredths. */
function hundredths(min: number, max: number): number {
  return whole(min * 100, max * 100) / 100
}

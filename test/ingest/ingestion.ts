// Events of each type, an ingestion API to post them to, and ways to post what it should not be sent.

import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Pool } from 'undici'
import { onTestFinished } from 'vitest'
import { createIngestionApi, type IngestionOptions } from '../../ingest/api.ts'

const STAMP = { timestamp: '2026-01-05T14:30:00.000Z', source: 'simulator' }
const SESSION = { session_id: 'sess_1767623400000_1234', student_id: 'stu_1234', tutor_id: 'tut_123' }
export const COMPLETED = {
  ...STAMP,
  ...SESSION,
  subject: 'Computer Science',
  actual_duration_minutes: 58,
  student_rating: 5,
  tutor_rating: 4,
  completed_successfully: true,
}
export const EVENTS = [
  {
    event_type: 'session_started',
    payload: {
      ...STAMP,
      ...SESSION,
      subject: 'French',
      session_type: 'group',
      scheduled_duration_minutes: 60,
    },
  },
  { event_type: 'session_completed', payload: COMPLETED },
  {
    event_type: 'ib_call_logged',
    payload: {
      ...STAMP,
      call_id: 'call_1767623400000_1234',
      student_id: 'stu_1234',
      reason: 'tutor_concern',
      duration_seconds: 60,
      resolved: false,
      priority: 'high',
    },
  },
  {
    event_type: 'tutor_availability_updated',
    payload: {
      ...STAMP,
      tutor_id: 'tut_123',
      available_hours_this_week: 0,
      subjects: ['French', 'Spanish'],
      timezone: 'EST',
      accepts_instant_book: true,
    },
  },
  {
    event_type: 'customer_health_update',
    payload: {
      ...STAMP,
      student_id: 'stu_1234',
      sessions_last_7_days: 0,
      sessions_last_30_days: 3,
      ib_calls_last_14_days: 1,
      avg_session_rating: 4.33,
      health_score: 71.05,
      churn_risk: 'low',
    },
  },
  {
    event_type: 'supply_demand_update',
    payload: {
      ...STAMP,
      subject: 'Physics',
      region: 'west',
      available_tutors: 3,
      active_students: 40,
      demand_score: 61.5,
      supply_score: 12,
      balance_status: 'high_demand',
    },
  },
]
export const BODIES = EVENTS.map((event) => JSON.stringify(event))
export const BODY = BODIES[1] as string
export const NOTHING = {
  session_started: 0,
  session_completed: 0,
  ib_call_logged: 0,
  tutor_availability_updated: 0,
  customer_health_update: 0,
  supply_demand_update: 0,
}

export interface Answered {
  status: number
  headers: Record<string, unknown>
  json: Record<string, unknown>
}

/** An API on a free port and a way to post to it, both gone with the test. */
export async function start(options: IngestionOptions = {}) {
  const api = createIngestionApi(options)
  const url = await api.listen(0, '127.0.0.1')
  const pool = new Pool(url, { connections: 50 })
  onTestFinished(async () => {
    await pool.destroy()
    await api.close()
  })
  const send = async (path: string, method: string, headers = {}, body?: string | Buffer): Promise<Answered> => {
    const answer = await pool.request({ path, method: method as 'POST', headers, body: body ?? null })
    const answered = await answer.body.text()
    const json = answered === '' ? {} : JSON.parse(answered)
    return { status: answer.statusCode, headers: answer.headers, json }
  }
  const post = (body: string | Buffer, headers = {}) =>
    send('/ingest', 'POST', { 'content-type': 'application/json', ...headers }, body)
  return { api, url, send, post }
}

/** Sends bytes as they are and returns what comes back until the other side hangs up. */
export async function raw(url: string, ...parts: (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  for (const part of parts) socket.write(part)
  return text(socket)
}

/** A body with some bytes changed, dropped, doubled or swapped for something unpleasant. */
export function mangle(random: () => number, body = BODIES[Math.floor(random() * BODIES.length)] as string): Buffer {
  let bytes = Buffer.from(body)
  const pieces = [
    '"__proto__"',
    '\\ud800',
    '\u0000',
    '[[[[',
    '{"a":'.repeat(40),
    '"source":"x",',
    '{"a":',
    '1e999',
    '-0',
    'null',
    '\xff',
    '"',
    '\\',
  ]
  for (let changes = Math.floor(random() * 4); changes > 0; changes--) {
    const at = Math.floor(random() * bytes.length)
    const piece = Buffer.from(pieces[Math.floor(random() * pieces.length)] as string, 'latin1')
    const end = random() < 0.5 ? at : at + Math.floor(random() * 20)
    bytes = Buffer.concat([bytes.subarray(0, at), piece.subarray(0, random() < 0.8 ? 99 : 0), bytes.subarray(end)])
  }
  return random() < 0.01 ? Buffer.alloc(300_000, bytes) : bytes
}

export function junkHeaders(random: () => number): Record<string, string> {
  const headers: Record<string, string> = {}
  if (random() < 0.8) headers['idempotency-key'] = `k${Math.floor(random() * 500)}`
  if (random() < 0.1)
    headers['content-type'] = ['text/html', ';', 'application/json;charset', '\xe9'][Math.floor(random() * 4)] as string
  if (random() < 0.1) headers['x-junk'] = '\xff'.repeat(Math.floor(random() * 2000))
  return headers
}

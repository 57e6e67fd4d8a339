// Eight kinds of trouble, each 500 times at random and 200 times with batches, over a real socket: nothing is lost, each
// stream keeps its order, and nothing is repeated but what was in flight.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Courier, type Lines } from '../../engine/index.ts'
import { openSink, realMachine } from '../../sinks/index.ts'
import { dice } from '../flaky-endpoint.ts'
import { parcelOf, TYPES } from '../parcel.ts'

/** How many, by the size of batches. */
const SCHEDULES = { 1: 500, 4: 200 }
const AT_ONCE = 20
/** Where time-outs have to run out, most of the time nothing happens. */
const MANY_AT_ONCE = 250
const STREAMS = 5
const EVENTS = 30
const FAULT_SHARE = 0.25
const TIMEOUT_MILLISECONDS = 60
/** undici looks at short time-outs about twice a second. */
const LATE_MILLISECONDS = 5000
const PATIENT_MILLISECONDS = 10_000
const SEED = Number(process.env.FAULTS_SEED ?? Math.floor(Math.random() * 2 ** 31))

type Fault = (request: IncomingMessage, response: ServerResponse, take: () => void) => void

const ACKNOWLEDGED = '{"sequenceNumber":"1"}'
const acknowledge = (response: ServerResponse): void => {
  response.writeHead(202, { 'Content-Type': 'application/json' }).end(ACKNOWLEDGED)
}

/** One that is no acknowledgement only where a field is demanded. */
const UNRECEIPTED = 'an acknowledgement without a sequenceNumber, of the wrong content type'
/** Whether the event was taken all the same is what the sender cannot know. */
const FAULTS: Record<string, Fault> = {
  'an answer that comes too late': (_, response, take) => {
    take()
    setTimeout(() => acknowledge(response), LATE_MILLISECONDS).unref()
  },
  'a reset before the request was taken': (request) => request.socket.destroy(),
  'a reset after the request was taken': (request, _, take) => {
    take()
    request.socket.destroy()
  },
  'an answer that is cut off': (request, response, take) => {
    take()
    response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': 100 })
    response.write(ACKNOWLEDGED.slice(0, 8))
    setTimeout(() => request.socket.destroy(), 1)
  },
  'an answer that trickles': (_, response, take) => {
    take()
    response.writeHead(202, { 'Content-Type': 'application/json' })
    let sent = 0
    const timer = setInterval(() => {
      if (response.destroyed || sent === ACKNOWLEDGED.length) {
        clearInterval(timer)
        response.end()
      } else response.write(ACKNOWLEDGED[sent++])
    }, TIMEOUT_MILLISECONDS / 3)
  },
  '429 with Retry-After': (_, response) => response.writeHead(429, { 'Retry-After': '0' }).end(),
  '503': (_, response) => response.writeHead(503).end('busy'),
  [UNRECEIPTED]: (_, response, take) => {
    take()
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Welcome</p>')
  },
}

/** Those that a time-out has to tell. */
const SLOW = ['an answer that comes too late', 'an answer that trickles']

/** One schedule: its endpoint is a path of the server's. */
interface Schedule {
  fault: Fault
  /** A field that the sender demands. */
  ack: string | undefined
  random: () => number
  timeoutMilliseconds: number
  /** Events in a post at the most. */
  batch: number
  arrived: string[]
  faults: number
}

const schedules = new Map<string, Schedule>()
let server: Server

beforeAll(async () => {
  server = createServer(async (request, response) => {
    response.on('error', () => undefined)
    const schedule = schedules.get(request.url ?? '')
    let body = ''
    try {
      body = await text(request)
    } catch {
      return
    }
    if (!schedule) return void response.writeHead(404).end()
    const take = () => {
      if (schedule.batch === 1) schedule.arrived.push(String(request.headers['idempotency-key']))
      else for (const { idempotency_key: key } of JSON.parse(body)) schedule.arrived.push(key)
    }
    if (schedule.random() < FAULT_SHARE) {
      schedule.faults++
      schedule.fault(request, response, take)
    } else {
      take()
      acknowledge(response)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

function linesOf(): Lines {
  const lines = Array.from(
    { length: EVENTS },
    (_, event) => `{"event_id":"e${event}","caused_by":null,"event_type":"session_started","payload":{"n":${event}}}\n`,
  )
  return { ...parcelOf(Buffer.from(lines.join(''))).lines, partitions: Uint32Array.from(lines, (_, event) => event) }
}

async function play(path: string, schedule: Schedule): Promise<number> {
  schedules.set(path, schedule)
  const { port } = server.address() as AddressInfo
  const sink = await openSink(`http://127.0.0.1:${port}${path}`, {
    streams: STREAMS,
    types: TYPES,
    ...{ ack: schedule.ack, batch: schedule.batch },
    headersTimeoutMilliseconds: schedule.timeoutMilliseconds,
    bodyTimeoutMilliseconds: schedule.timeoutMilliseconds,
  })
  const timer = realMachine()
  const courier = new Courier({
    ...{ sink, timer, random: schedule.random, render: () => [] },
    ...{ backoffFloorMilliseconds: 1, backoffCeilingMilliseconds: 8, canaryMilliseconds: 5 },
  })
  await courier.open(0)
  await courier.take(0, [linesOf()])
  await courier.settle()
  timer.close()
  await sink.close()
  schedules.delete(path)

  const first = [...new Set(schedule.arrived)]
  expect(first.length, `${path} (seed ${SEED})`).toBe(EVENTS)
  for (let stream = 0; stream < STREAMS; stream++) {
    const order = first.map((key) => Number(key.slice(1))).filter((event) => event % STREAMS === stream)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  }
  // One request in flight a stream: each try that failed can bring one repetition, of the events that it was for.
  const repeated = schedule.arrived.length - EVENTS
  const { delivered, parked, queued, retried } = courier.progress
  const failed = schedule.fault === FAULTS[UNRECEIPTED] && schedule.ack === undefined ? 0 : schedule.faults
  expect({ delivered, parked, queued }).toEqual({ delivered: EVENTS, parked: 0, queued: 0 })
  expect(repeated).toBeLessThanOrEqual(retried * schedule.batch)
  // On a busy machine a good answer can come too late as well.
  if (schedule.timeoutMilliseconds === PATIENT_MILLISECONDS) expect(retried).toBe(failed)
  else expect(retried).toBeGreaterThanOrEqual(failed)
  return schedule.faults
}

describe.each(Object.entries(SCHEDULES))(`batches of %s: %i schedules of (seed ${SEED})`, (size, schedules) => {
  const batch = Number(size)

  it.each(Object.entries(FAULTS))('%s', async (name, fault) => {
    const kind = Object.keys(FAULTS).indexOf(name)
    let next = 0
    let faults = 0
    const worker = async (): Promise<void> => {
      while (next < schedules) {
        const number = next++
        const random = dice(SEED + kind * 100_003 + number * 7919)
        const timeoutMilliseconds = SLOW.includes(name) ? TIMEOUT_MILLISECONDS : PATIENT_MILLISECONDS
        const befallen = await play(`/${batch}/${kind}/${number}`, {
          batch,
          fault,
          ack: number % 2 === 0 ? 'sequenceNumber' : undefined,
          random,
          timeoutMilliseconds,
          arrived: [],
          faults: 0,
        })
        faults += befallen
      }
    }
    await Promise.all(Array.from({ length: SLOW.includes(name) ? MANY_AT_ONCE : AT_ONCE }, worker))
    expect(faults).toBeGreaterThan(schedules)
  })
})

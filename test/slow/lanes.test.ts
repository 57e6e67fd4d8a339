// Lanes never wait for one another: an endpoint that answers nobody until each lane that has something left has its post there
// is answered in as many rounds as the longest lane has events.

import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Courier, MINUTE } from '../../engine/index.ts'
import { createWorld } from '../../model/index.ts'
import { openSink, realMachine } from '../../sinks/index.ts'
import { eventIdOf } from '../flaky-endpoint.ts'
import { TYPES } from '../parcel.ts'

const STREAMS = 50

/** By the event's id. */
let laneOf: Map<string, number>
/** Events that are not answered for yet, by lane; and the posts of some of them, which are there and wait. */
let left: number[]
let held: Map<number, ServerResponse>
/** Everything has been given to the courier. */
let isAllTaken: boolean
let rounds: number
let server: Server
let url: string

beforeEach(async () => {
  laneOf = new Map()
  left = Array.from({ length: STREAMS }, () => 0)
  held = new Map()
  isAllTaken = false
  rounds = 0
  server = createServer((request, response) => {
    const lane = laneOf.get(eventIdOf(request)) as number
    request.resume().on('end', () => {
      expect(held.has(lane), 'one post a lane').toBe(false)
      held.set(lane, response)
      answerWhereAllAreThere()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ingest`
})
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

function answerWhereAllAreThere(): void {
  if (!isAllTaken || left.some((count, lane) => count > 0 && !held.has(lane))) return
  const answered = [...held]
  held.clear()
  if (answered.length > 0) rounds++
  for (const [lane, response] of answered) {
    left[lane] = (left[lane] as number) - 1
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"sequenceNumber":"1"}')
  }
}

it.each([1, 4])(
  `over ${STREAMS} streams what happens in so many ticks, %i, takes as many rounds as its longest lane has events`,
  async (ticks) => {
    const world = createWorld({ rate: 500, tick: '15m', warmup: '10d' })
    while (world.now % (24 * 60 * MINUTE) < 22 * 60 * MINUTE) world.advance()
    // Nobody is answered until all is taken, so an answer may be long in coming.
    const sink = await openSink(url, { streams: STREAMS, types: TYPES, headersTimeoutMilliseconds: 300_000 })
    const timer = realMachine()
    const courier = new Courier({
      sink,
      timer,
      random: Math.random,
      render: () => [],
      queueLimit: Number.POSITIVE_INFINITY,
    })
    await courier.open(0)
    let events = 0
    for (let tick = 0; tick < ticks; tick++) {
      const stream = world.advance()
      events += stream.count
      for (const lines of stream.batches()) {
        const ends = lines.ends.subarray(0, lines.count)
        for (const [line, end] of ends.entries()) {
          const text = Buffer.from(lines.bytes.subarray(line === 0 ? 0 : ends[line - 1], end)).toString()
          const lane = (lines.partitions[line] as number) % STREAMS
          laneOf.set(JSON.parse(text).event_id, lane)
          left[lane] = (left[lane] as number) + 1
        }
        await courier.take(tick, [lines])
      }
    }
    const longest = Math.max(...left)
    isAllTaken = true
    answerWhereAllAreThere()
    await courier.settle()
    timer.close()
    await sink.close()
    console.log(`${events} events of ${ticks} ticks, longest lane ${longest}: ${rounds} rounds`)
    expect(events).toBeGreaterThan(300 * ticks)
    expect(courier.progress).toMatchObject({ delivered: events, retried: 0 })
    expect(rounds).toBe(longest)
  },
)

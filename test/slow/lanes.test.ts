// Lanes never wait for one another: with an endpoint that takes its time, all that counts is the longest lane.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Courier, MINUTE } from '../../engine/index.ts'
import { createWorld } from '../../model/index.ts'
import { openSink, realMachine } from '../../sinks/index.ts'
import { TYPES } from '../parcel.ts'
import { sweep } from '../sweep.ts'

const STREAMS = 50
const ANSWER_MILLISECONDS = 100
const TICKS = sweep(60, 20)

let server: Server
let url: string

beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume()
    setTimeout(() => {
      response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"sequenceNumber":"1"}')
    }, ANSWER_MILLISECONDS)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ingest`
})
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

/** Delivers so many ticks of 500 events. */
async function deliver(ticks: number) {
  const world = createWorld({ rate: 500, tick: '15m', warmup: '10d' })
  while (world.now % (24 * 60 * MINUTE) < 22 * 60 * MINUTE) world.advance()
  const sink = await openSink(url, { streams: STREAMS, types: TYPES })
  const timer = realMachine()
  const courier = new Courier({ sink, timer, random: Math.random, render: () => [] })
  const lanes = Array.from({ length: STREAMS }, () => 0)
  await courier.open(0)
  const began = performance.now()
  let events = 0
  for (let tick = 0; tick < ticks; tick++) {
    const stream = world.advance()
    events += stream.count
    for (const lines of stream.batches()) {
      for (const partition of lines.partitions.subarray(0, lines.count))
        lanes[partition % STREAMS] = (lanes[partition % STREAMS] as number) + 1
      await courier.take(tick, [lines])
    }
  }
  await courier.settle()
  const milliseconds = performance.now() - began
  timer.close()
  await sink.close()
  expect(courier.progress.delivered).toBe(events)
  return { events, milliseconds, longest: Math.max(...lanes) }
}

describe(`with an endpoint that answers after ${ANSWER_MILLISECONDS} ms, over ${STREAMS} streams`, () => {
  it('a tick of about 500 events takes hardly more than its longest lane', async () => {
    const { events, milliseconds, longest } = await deliver(1)
    console.log(`${events} events, longest lane ${longest}: ${milliseconds.toFixed(0)} ms`)
    expect(events).toBeGreaterThan(300)
    expect(milliseconds).toBeLessThan(1.1 * longest * ANSWER_MILLISECONDS)
  })

  it(`${TICKS} such ticks at full pace keep all lanes busy`, async () => {
    const { events, milliseconds } = await deliver(TICKS)
    const ideal = (events * ANSWER_MILLISECONDS) / STREAMS
    console.log(`${events} events: ${(milliseconds / ideal).toFixed(3)} of the ideal`)
    expect(milliseconds).toBeLessThan(1.2 * ideal)
  })
})

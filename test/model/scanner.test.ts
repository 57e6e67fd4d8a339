// A line that is read from its bytes says what it says as JSON, or it is not read from its bytes.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fact, Facts } from '../../model/checker/facts.ts'
import { Checker, type Violation } from '../../model/checker/index.ts'
import { readEvent } from '../../model/checker/lines.ts'
import { EVENT_TYPES, type Event, instantByIds, naturalKey } from '../../model/events/index.ts'
import { createWorld } from '../../model/index.ts'
import { LineReader } from '../../sinks/index.ts'

const world = createWorld({ seed: 'read from bytes', students: 40, warmup: '0d' })
// Markets tell as much in a small world as in a large one.
const events = world
  .run('33d')
  .filter(({ event_type }, place) => event_type !== 'supply_demand_update' || place % 30 === 0)
const lines = events.map((event) => JSON.stringify(event))
const samples = EVENT_TYPES.flatMap((type) => {
  return lines.filter((line) => line.includes(`"event_type":"${type}"`)).filter((_, place) => place % 20 === 0)
})

const facts = new Facts()

/** What a line says by its bytes; undefined where they are not taken. */
function scanned(line: string): Fact | undefined {
  const bytes = Buffer.alloc(line.length + 1000)
  bytes.write(`${line}\n`, 'latin1')
  return facts.readBytes(bytes, 0, line.length + 1) === line.length + 1 ? facts.scanned : undefined
}

function expectSame(fact: Fact, line: string): void {
  const event = readEvent(line) as Event
  expect(JSON.stringify(event)).toBe(line)
  const { event_id, caused_by, event_type, payload } = fact.event
  expect({ event_id, caused_by, event_type }).toEqual({ ...event, payload: undefined, ...{ event_id } })
  for (const [name, value] of Object.entries(event.payload))
    expect([name, payload[name as never]]).toEqual([name, value])
  expect(fact.instant).toBe(Date.parse(event.payload.timestamp))
  expect(event.event_id).toBe(naturalKey(event, fact.instant))
  expect(instantByIds(event)).toBe(fact.instant)
}

describe('bytes', () => {
  it('of whatever the generator writes are taken, and say what the text says', () => {
    expect(samples.length).toBeGreaterThan(EVENT_TYPES.length * 3)
    for (const line of samples) {
      const fact = scanned(line)
      expect(fact, line).toBeDefined()
      if (fact !== undefined) expectSame(fact, line)
    }
  })

  it('of a line that is damaged anywhere are refused, or say what the damaged text says', () => {
    const byte = fc.oneof(fc.integer({ min: 32, max: 126 }), fc.integer({ min: 48, max: 57 }))
    let taken = 0
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.nat(), byte, (line, pick, code) => {
        const at = pick % line.length
        const damaged = `${line.slice(0, at)}${String.fromCharCode(code)}${line.slice(at + 1)}`
        const fact = scanned(damaged)
        if (fact === undefined) return
        taken++
        expectSame(fact, damaged)
      }),
      { numRuns: 20_000 },
    )
    expect(taken).toBeGreaterThan(0)
  })
})

describe('a stream', () => {
  type Change = (line: string, other: string) => string[]
  const digit: Change = (line, other) => {
    const places = [...line.matchAll(/\d/g)].map(({ index }) => index)
    const at = places[other.length % places.length] as number
    return [`${line.slice(0, at)}${other.length % 10}${line.slice(at + 1)}`]
  }
  const field: Change = (line, other) => {
    const [event, from] = [JSON.parse(line), JSON.parse(other)]
    const shared = Object.keys(event.payload).filter((name) => name in from.payload)
    const name = shared[line.length % shared.length] as string
    event.payload[name] = from.payload[name]
    return [JSON.stringify(event)]
  }
  const cause: Change = (line, other) => [
    JSON.stringify({ ...JSON.parse(line), caused_by: JSON.parse(other).event_id }),
  ]
  const padded: Change = (line) => [line.replaceAll(/sess_(\d+)/g, 'sess_0$1')]
  const changes: Change[] = [
    digit,
    field,
    cause,
    padded,
    () => [],
    (line) => [line, line],
    (line, other) => [line, other],
  ]

  it('is judged alike from text and from bytes, cut anywhere, and as JSON that the generator would not write', {
    timeout: 60_000,
  }, () => {
    const change = fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(...changes))
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 8 }),
        fc.nat(500),
        fc.integer({ min: 300, max: 30_000 }),
        (all, cut, size) => {
          const stream = lines.slice(cut)
          for (const [pick, other, apply] of all) {
            const at = pick % stream.length
            stream.splice(at, 1, ...apply(stream[at] as string, lines[other % lines.length] as string))
          }
          const byText = judged((checker) => readText(checker, stream))
          expect(judged((checker) => readText(checker, stream, ' '))).toEqual(byText)
          expect(judged((checker) => readBytes(checker, Buffer.from(`${stream.join('\n')}\n`), size))).toEqual(byText)
        },
      ),
      { numRuns: 25 },
    )
  })

  function judged(feed: (checker: Checker) => void): unknown {
    const found: Violation[] = []
    const checker = new Checker({ report: (violation) => found.push(violation) })
    feed(checker)
    return [found, checker.end()]
  }

  /** @param before what the generator would not write */
  function readText(checker: Checker, stream: readonly string[], before = ''): void {
    for (const line of stream) checker.line(before + line)
  }

  function readBytes(checker: Checker, bytes: Buffer, size: number): void {
    const reader = new LineReader(
      1_000_000,
      (line) => checker.line(line),
      (chunk, from, to) => checker.lines(chunk, from, to),
    )
    for (let at = 0; at < bytes.length; at += size) reader.feed(bytes.subarray(at, at + size))
    reader.end()
  }
})

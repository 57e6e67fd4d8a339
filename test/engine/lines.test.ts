// Lines and the columns beside them: what columns say of a line is what its text says, wherever it comes from.

import { describe, expect, it } from 'vitest'
import { copyOf } from '../../engine/delivery/lines.ts'
import {
  BEHIND_PAYLOAD,
  bodyIn,
  catalogue,
  causedByIn,
  causeIn,
  type EventType,
  eventIdIn,
  eventType,
  type Lines,
  type Parcel,
  payloadIn,
  type Row,
  StoreError,
  storedParcel,
  Table,
  TickEvents,
} from '../../engine/index.ts'
import { createWorld, model } from '../../model/index.ts'

const { types } = model.events

/** Some weeks of a world. */
const BATCHES: Lines[] = []
const WORLD = createWorld({ seed: 'lines', students: 400, tick: '1d' })
for (let day = 0; day < 40; day++) for (const lines of WORLD.advance().batches()) BATCHES.push(copyOf(lines))

function* parcelsOf(lines: Lines): Generator<Parcel> {
  for (let first = 0; first < lines.count; first++) {
    const start = first === 0 ? 0 : (lines.ends[first - 1] as number)
    yield { lines, first, count: 1, bytes: Buffer.from(lines.bytes.subarray(start, lines.ends[first])) }
  }
}
const PARCELS = BATCHES.flatMap((lines) => [...parcelsOf(lines)])
const textOf = ({ bytes }: Parcel) => bytes.toString('utf8', 0, bytes.length - 1)

describe('columns', () => {
  it('say of each event its type, its instant and whose it is', () => {
    const seen = new Set<string>()
    for (const parcel of PARCELS) {
      const { lines, first } = parcel
      const { event_type, payload } = JSON.parse(textOf(parcel))
      const type = types[lines.types[first] as number] as EventType
      expect(type.name).toBe(event_type)
      expect(new Date(lines.instants[first] as number).toISOString()).toBe(payload.timestamp)
      expect(lines.agents[first]).toBe(type.numberIn(payload))
      seen.add(event_type)
    }
    expect(seen.size).toBe(types.length)
  })

  it('order events at the same instant as the stream does, and count what comes of one action', () => {
    let [instant, rank, step] = [0, 0, 0]
    let several = 0
    for (const { lines, first } of PARCELS) {
      const isSame = lines.instants[first] === instant && lines.ranks[first] === rank
      if (lines.instants[first] === instant) expect(lines.ranks[first]).toBeGreaterThanOrEqual(rank)
      expect(lines.steps[first]).toBe(isSame ? step + 1 : 0)
      if (isSame) several++
      instant = lines.instants[first] as number
      rank = lines.ranks[first] as number
      step = lines.steps[first] as number
    }
    // A session's end and the health update that comes of it.
    expect(several).toBeGreaterThan(500)
  })

  it('are copied with the text, so that the renderer may go on', () => {
    const [batch] = BATCHES as [Lines]
    const before = structuredClone(batch)
    const copy = copyOf(batch)
    for (const column of Object.values(batch)) if (typeof column !== 'number') column.fill(0)
    expect(copy).toEqual(before)
    for (const name of Object.keys(before) as (keyof Lines)[])
      if (name !== 'count') (batch[name] as Uint32Array).set(before[name] as Uint32Array)
  })
})

describe('rows in place of lines', () => {
  it('are the same events in the same order, with the same columns but for what only text has', () => {
    const world = createWorld({ seed: 'rows', students: 400, tick: '1d' })
    const again = new TickEvents(model.events, 1)
    for (let day = 0; day < 40; day++) {
      const tick = world.advance()
      const lines = [...tick.batches()].map(copyOf)
      const rows = [...tick.rowBatches()].map(copyOf)
      // One shard, whose rows are in order already, is what the rows of all would be.
      const own = rows.flatMap(({ bytes }) => [...again.view([bytes]).batches()].map(copyOf))
      expect(Buffer.concat(own.map(({ bytes }) => bytes))).toEqual(Buffer.concat(lines.map(({ bytes }) => bytes)))
      for (const name of ['types', 'instants', 'agents', 'partitions'] as const)
        expect(rows.flatMap((batch) => [...batch[name]])).toEqual(lines.flatMap((batch) => [...batch[name]]))
      for (const { ends, bytes, count } of rows) expect([...ends].at(-1)).toBe(count === 0 ? undefined : bytes.length)
    }
  })
})

describe('the parts of a line', () => {
  it('begin where the lengths say', () => {
    let caused = 0
    for (const parcel of PARCELS) {
      const line = textOf(parcel)
      const { event_id, caused_by, event_type, payload } = JSON.parse(line)
      const type = types[parcel.lines.types[parcel.first] as number] as EventType
      expect(eventIdIn(parcel)).toBe(event_id)
      expect(causeIn(parcel)).toBe(caused_by)
      expect(`${line.slice(0, causedByIn(parcel))}}`).toBe(JSON.stringify({ event_id }))
      expect(`{${line.slice(bodyIn(parcel) + 1)}`).toBe(JSON.stringify({ event_type, payload }))
      expect(line.slice(payloadIn(parcel, type), 1 - BEHIND_PAYLOAD)).toBe(JSON.stringify(payload))
      if (caused_by !== null) caused++
    }
    expect(caused).toBeGreaterThan(500)
    expect(caused).toBeLessThan(PARCELS.length)
  })
})

describe('a stored line', () => {
  it('is read back as it was rendered, with the columns that it had', () => {
    for (const parcel of PARCELS.filter((_, place) => place % 7 === 0)) {
      const { lines, first, bytes } = parcel
      const stored = { line: textOf(parcel), rank: lines.ranks[first] as number, step: lines.steps[first] as number }
      const read = storedParcel(stored, types)
      expect(Buffer.compare(read.bytes, bytes)).toBe(0)
      const { ends, bytes: text, count, onWire: _, ...columns } = read.lines
      expect([ends[0], count, read.first, read.count]).toEqual([bytes.length, 1, 0, 1])
      expect(Buffer.compare(text, bytes)).toBe(0)
      for (const name of Object.keys(columns) as (keyof typeof columns)[])
        expect([name, columns[name][0]]).toEqual([name, lines[name][first]])
    }
  })

  it('that an older version kept is ordered by its agent', () => {
    const { lines } = storedParcel({ line: textOf(PARCELS[0] as Parcel) }, types)
    expect([lines.ranks[0], lines.steps[0]]).toEqual([lines.agents[0], 0])
  })

  const whole = textOf(PARCELS.find(({ lines, first }) => lines.types[first] === 0) as Parcel)
  it.each([
    ['no JSON', whole.slice(1)],
    ['no object', 'null'],
    ['an object of another kind', '{}'],
    ['of a type that the model has not', whole.replace('session_started', 'session_begun')],
    ['written otherwise', whole.replace('{', '{ ')],
    ['in another order', JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(whole)).toReversed()))],
    ['without an instant', whole.replace(/"timestamp":"[^"]*"/, '"timestamp":"yesterday"')],
    ['without a payload', whole.replace(/"payload":.*/, '"payload":null}')],
    ['of nobody', whole.replace(/"student_id":"[^"]*",/, '')],
    ['of somebody without a number', whole.replace(/"student_id":"[^"]*"/, '"student_id":"stu_x"')],
    ['with an id that takes more bytes than characters', whole.replace(/"event_id":"/, '"event_id":"é')],
  ])('is refused where it is none: %s', (_, line) => {
    expect(line).not.toBe(whole)
    expect(() => storedParcel({ line }, types)).toThrow(StoreError)
  })
})

describe('a line of any model', () => {
  const FIELDS = { instant: 'f64', agent: 'u32', kind: 'u8', type: 'u8' } as const
  const typed = (id: string) => ({
    ...eventType<Row<typeof FIELDS>>()({
      name: 'greeted',
      description: 'Somebody was greeted.',
      key: String,
      agentCode: 0,
      numberIn: () => 0,
      fields: { words: { kind: 'constant', value: 'Grüß Gott' } },
    }),
    id: () => id,
  })
  function rendered(id: string): { line: string; parcel: Parcel } {
    const table = new Table('events', FIELDS)
    table.add()
    const [lines] = [...new TickEvents(catalogue(FIELDS, [typed(id)]), [table]).batches()] as [Lines]
    const [parcel] = [...parcelsOf(lines)] as [Parcel]
    return { line: textOf(parcel), parcel }
  }

  it('is what JSON.stringify makes of it, in any language', () => {
    const { line, parcel } = rendered('a.1')
    const event = { event_id: 'a.1', caused_by: null, event_type: 'greeted', payload: { words: 'Grüß Gott' } }
    expect(line).toBe(JSON.stringify(event))
    expect(parcel.bytes.subarray(payloadIn(parcel, typed('')), parcel.bytes.length - BEHIND_PAYLOAD)).toEqual(
      Buffer.from(JSON.stringify(event.payload)),
    )
  })

  it.each(['ü', '"', '\\', '\n', '\x7f'])(
    'is not written under an id with %j in it, which would take more room',
    (character) => {
      expect(() => rendered(`a.${character}.1`)).toThrow(RangeError)
    },
  )
})

// Batches of a stream's events: how many go together, and what becomes of each whatever the answer.

import { describe, expect, it, onTestFinished } from 'vitest'
import {
  Courier,
  type CourierOptions,
  type EventOutcome,
  type Outcome,
  type Parcel,
  type Sink,
} from '../../engine/index.ts'
import { realMachine } from '../../sinks/index.ts'
import { openStore } from '../../stores/index.ts'
import { parcelOf } from '../parcel.ts'

const ACKNOWLEDGED: EventOutcome = { verdict: 'acknowledged' }
const REFUSED: EventOutcome = { verdict: 'park', status: 400, answer: 'no' }
const CONFLICT: EventOutcome = { verdict: 'conflict', status: 409, answer: 'known' }
const BUSY: EventOutcome = { verdict: 'retry', reason: '429' }
const LOST: EventOutcome = { verdict: 'retry', reason: '503', isInDoubt: true }

/** Answers each batch as told: it is given the ids, and how often it was asked before. */
function answering(
  batchMax: number,
  answer: (ids: readonly string[], asked: number) => Outcome,
): Sink & { tries: string[] } {
  const tries: string[] = []
  return {
    ...{ target: 'https://ingest.example.com/in', streams: 1, eventByEvent: true, batchMax, tries },
    async send(parcel: Parcel, _stream: number, more: readonly Parcel[] = []) {
      const ids = [parcel, ...more].map(({ bytes }) => JSON.parse(bytes.toString()).event_id as string)
      tries.push(ids.join(''))
      return answer(ids, tries.length - 1)
    },
    close: async () => undefined,
  }
}

const each = (outcomes: readonly EventOutcome[]): Outcome => ({ verdict: 'each', outcomes })
const LETTERS = 'abcdefghijklmnop'

async function delivered(sink: Sink, letters: string, options: Partial<CourierOptions> = {}): Promise<Courier> {
  const timer = realMachine()
  onTestFinished(() => timer.close())
  const courier = new Courier({
    ...{ sink, timer, random: () => 0, render: () => [], backoffFloorMilliseconds: 1, backoffCeilingMilliseconds: 2 },
    ...options,
  })
  await courier.open(0)
  const lines = [...letters].map((id) => `{"event_id":"${id}","caused_by":null,"event_type":"x","payload":{}}\n`)
  await courier.take(0, [parcelOf(Buffer.from(lines.join(''))).lines])
  await courier.settle()
  return courier
}

describe('a batch', () => {
  it('has what waits in its stream, in order, and no more than it may', async () => {
    const sink = answering(5, () => ACKNOWLEDGED)
    const { progress } = await delivered(sink, LETTERS)
    expect(sink.tries).toEqual(['abcde', 'fghij', 'klmno', 'p'])
    expect(progress).toMatchObject({ delivered: 16, parked: 0, queued: 0, retried: 0 })
  })

  it('is no larger than what may go in a second', async () => {
    const sink = answering(500, () => ACKNOWLEDGED)
    await delivered(sink, LETTERS.slice(0, 6), { maxRate: 4 })
    expect(sink.tries).toEqual(['abcd', 'ef'])
  })

  it('that did not get through is tried again whole', async () => {
    const sink = answering(8, (_, asked) => (asked === 0 ? LOST : ACKNOWLEDGED))
    expect((await delivered(sink, 'abcdefgh')).progress).toMatchObject({ delivered: 8, retried: 1 })
    expect(sink.tries).toEqual(['abcdefgh', 'abcdefgh'])
  })

  it('that is refused is halved until the one at fault stands alone, which is parked; the others arrive in order', async () => {
    for (const bad of ['a', 'f', 'p', 'bcd', LETTERS]) {
      const taken: string[] = []
      const sink = answering(16, (ids) => {
        if (ids.some((id) => bad.includes(id))) return REFUSED
        taken.push(...ids)
        return ACKNOWLEDGED
      })
      const log = (await openStore('memory')).world('w')
      const { progress } = await delivered(sink, LETTERS, { log })
      expect(taken.join('')).toBe([...LETTERS].filter((id) => !bad.includes(id)).join(''))
      expect((await log.parked()).map(({ eventId }) => eventId).join('')).toBe(bad)
      expect(progress).toMatchObject({ delivered: 16 - bad.length, parked: bad.length, queued: 0 })
      // Where everything is refused, each is tried alone and only once more than that.
      expect(sink.tries.length).toBeLessThanOrEqual(bad === LETTERS ? 20 : 20 * bad.length)
    }
  })

  it('that is too large is halved, and no event is lost to its size', async () => {
    const sink = answering(16, (ids) => (ids.length > 5 ? { ...REFUSED, status: 413 } : ACKNOWLEDGED))
    expect((await delivered(sink, LETTERS)).progress).toMatchObject({ delivered: 16, parked: 0 })
    expect(sink.tries).toEqual([LETTERS, 'abcdefgh', 'abcd', 'efghijkl', 'efgh', 'ijklmnop', 'ijkl', 'mnop'])
  })
})

describe('a batch whose events fare differently', () => {
  it('has each taken, parked or tried again by its own, what is tried again before what comes later', async () => {
    const log = (await openStore('memory')).world('w')
    const sink = answering(4, (ids, asked) =>
      asked === 0 ? each([ACKNOWLEDGED, BUSY, REFUSED, LOST]) : each(ids.map(() => ACKNOWLEDGED)),
    )
    const { progress } = await delivered(sink, 'abcdefg', { log })
    expect(sink.tries).toEqual(['abcd', 'bdef', 'g'])
    expect(progress).toMatchObject({ delivered: 6, parked: 1, retried: 1, queued: 0 })
    expect((await log.parked()).map(({ eventId }) => eventId)).toEqual(['c'])
  })

  it('leaves the cursor at the first that is to be tried again', async () => {
    const log = (await openStore('memory')).world('w')
    const halted: EventOutcome = { verdict: 'halt', reason: '401', status: 401 }
    const sink = answering(4, (_, asked) =>
      asked === 0 ? each([ACKNOWLEDGED, BUSY, ACKNOWLEDGED, ACKNOWLEDGED]) : halted,
    )
    await expect(delivered(sink, 'abcdefg', { log })).rejects.toMatchObject({ code: 'DELIVERY_HALTED', undelivered: 4 })
    // What has overtaken it may come again, and a target that knows it already has taken it.
    const cursor = await log.readCursor(sink.target)
    expect(cursor).toMatchObject({ ahead: { 0: [0, 1] }, inDoubt: { 0: [0, 4] } })
    const next = answering(4, (ids) => each(ids.map((id) => ('cd'.includes(id) ? CONFLICT : ACKNOWLEDGED))))
    const { progress } = await delivered(next, 'abcdefg', { log })
    expect(next.tries).toEqual(['bcde', 'fg'])
    expect(progress).toMatchObject({ delivered: 6, parked: 0 })
  })

  it('that cannot be set aside leaves in doubt what was taken with it', async () => {
    const log = (await openStore('memory')).world('w')
    const sink = answering(4, () => each([ACKNOWLEDGED, REFUSED, ACKNOWLEDGED, BUSY]))
    const park = log.park.bind(log)
    log.park = () => Promise.reject(new Error('the disk is full'))
    await expect(delivered(sink, 'abcd', { log })).rejects.toThrow('the disk is full')
    log.park = park
    const next = answering(4, (ids) =>
      each(ids.map((id) => (id === 'b' ? REFUSED : id === 'd' ? ACKNOWLEDGED : CONFLICT))),
    )
    expect((await delivered(next, 'abcd', { log })).progress).toMatchObject({ delivered: 3, parked: 1 })
    expect((await log.parked()).map(({ eventId }) => eventId)).toEqual(['b'])
  })

  it('whose conflicts nothing explains has those parked', async () => {
    const sink = answering(4, (ids) => each(ids.map((id) => (id === 'b' ? CONFLICT : ACKNOWLEDGED))))
    expect((await delivered(sink, 'abcd')).progress).toMatchObject({ delivered: 3, parked: 1 })
  })
})

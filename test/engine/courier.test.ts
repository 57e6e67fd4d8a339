// What a courier makes of a target's answers: what it takes for delivered, sets aside and tells.

import { describe, expect, it, onTestFinished } from 'vitest'
import { Courier, type Outcome, type Sink, type TickLog } from '../../engine/index.ts'
import { realMachine } from '../../sinks/index.ts'
import { openStore } from '../../stores/index.ts'
import { parcelOf } from '../parcel.ts'
import { headOf } from '../stores/given.ts'

const ACKNOWLEDGED: Outcome = { verdict: 'acknowledged' }
const CONFLICT: Outcome = { verdict: 'conflict', status: 409, answer: 'known' }
const REFUSED: Outcome = { verdict: 'park', status: 400, answer: 'no' }
const LOST: Outcome = { verdict: 'retry', reason: 'ECONNRESET', isInDoubt: true }
const BUSY: Outcome = { verdict: 'retry', reason: '429' }

const lineOf = (id: string): string =>
  `{"event_id":"${id}","caused_by":null,"event_type":"session_started","payload":{"of":"${id}"}}\n`

/** Each event is answered as told, once for each try; in the end it is taken. */
function answering(answers: Record<string, Outcome[]>): Sink & { tries: string[] } {
  const tries: string[] = []
  return {
    ...{ target: 'https://ingest.example.com/in', streams: 1, eventByEvent: true, tries },
    async send({ bytes }) {
      const id = JSON.parse(bytes.toString()).event_id
      tries.push(id)
      return answers[id]?.shift() ?? ACKNOWLEDGED
    },
    close: async () => undefined,
  }
}

function courierTo(sink: Sink, log?: TickLog, giveUpMilliseconds = 60_000): Courier {
  const timer = realMachine()
  onTestFinished(() => timer.close())
  return new Courier({
    ...{ sink, timer, random: () => 0, render: () => [], backoffFloorMilliseconds: 1, backoffCeilingMilliseconds: 2 },
    ...{ giveUpMilliseconds, ...(log ? { log } : {}) },
  })
}

/** Delivers a tick of these events. */
async function deliver(courier: Courier, tick: number, ids: readonly string[]): Promise<void> {
  await courier.take(tick, [parcelOf(Buffer.from(ids.map(lineOf).join(''))).lines])
  await courier.settle()
}

describe('a conflict', () => {
  it('with an event whose earlier try ended in doubt is the event itself: it is delivered', async () => {
    const sink = answering({ a: [LOST, CONFLICT], b: [LOST, BUSY, CONFLICT] })
    const courier = courierTo(sink)
    await courier.open(0)
    await deliver(courier, 0, ['a', 'b', 'c'])
    expect(courier.progress).toMatchObject({ delivered: 3, parked: 0, refusals: [] })
    expect(sink.tries).toEqual(['a', 'a', 'b', 'b', 'b', 'c'])
  })

  it('with any other event refuses it: it is parked', async () => {
    const courier = courierTo(answering({ a: [CONFLICT], b: [BUSY, CONFLICT], c: [LOST], d: [CONFLICT] }))
    await courier.open(0)
    await deliver(courier, 0, ['a', 'b', 'c', 'd', 'e'])
    expect(courier.progress).toMatchObject({ delivered: 2, parked: 3 })
    expect(courier.progress.refusals).toEqual([{ status: 409, answer: 'known', eventId: 'a', count: 3 }])
  })
})

describe('a conflict in a run that goes on with another', () => {
  const CLOSED: Outcome = { verdict: 'halt', reason: '401', status: 401 }
  const opened = async (sink: Sink, log: TickLog, tick: number): Promise<Courier> => {
    const courier = courierTo(sink, log)
    await courier.open(tick)
    return courier
  }
  const inMemory = async (): Promise<TickLog> => {
    const log = (await openStore('memory')).world('w')
    await log.commit(null, headOf(0, 'a'), [])
    return log
  }

  it('is the event itself where the other ended without knowing, and a refusal for what it never tried', async () => {
    const log = await inMemory()
    const first = await opened(answering({ a: [LOST, CLOSED] }), log, 0)
    await expect(deliver(first, 0, ['a', 'b'])).rejects.toThrow('401')
    const second = await opened(answering({ a: [CONFLICT], b: [CONFLICT] }), log, 1)
    await deliver(second, 0, ['a', 'b'])
    expect(second.progress).toMatchObject({ delivered: 1, parked: 1, refusals: [{ eventId: 'b' }] })
  })

  it('is a refusal where the other was told that it did not arrive', async () => {
    const log = await inMemory()
    await expect(deliver(await opened(answering({ a: [BUSY, CLOSED] }), log, 0), 0, ['a'])).rejects.toThrow('401')
    const second = await opened(answering({ a: [CONFLICT] }), log, 1)
    await deliver(second, 0, ['a'])
    expect(second.progress).toMatchObject({ delivered: 0, parked: 1 })
  })

  it('is the event itself where the other died, but for what has happened since', async () => {
    const log = await inMemory()
    await opened(answering({}), log, 0)
    const second = await opened(answering({ a: [CONFLICT], b: [CONFLICT] }), log, 1)
    await deliver(second, 0, ['a'])
    await deliver(second, 1, ['b'])
    expect(second.progress).toMatchObject({ delivered: 1, parked: 1, refusals: [{ eventId: 'b' }] })
  })

  it('is the event itself where another process delivers to the same target', async () => {
    const log = await inMemory()
    const one = await opened(answering({}), log, 0)
    const other = await opened(answering({ a: [CONFLICT] }), log, 0)
    await deliver(other, 0, ['b'])
    await deliver(one, 0, ['b'])
    // Here it finds that the cursor is not as it left it.
    await deliver(other, 1, ['c'])
    await deliver(other, 2, ['a'])
    expect(other.progress).toMatchObject({ delivered: 3, parked: 0 })
  })
})

describe('refusals', () => {
  it('are told by kind, with the first answer of each: what names an event says the same of all', async () => {
    const said = (answer: string, status = 400): Outcome[] => [{ verdict: 'park', status, answer }]
    const courier = courierTo(
      answering({
        a: said('unknown tutor tut_104'),
        b: said('unknown tutor tut_217 (sess_1767571272364_2801)'),
        c: said('unknown tutor tut_9'),
        d: said('unknown tutor tut_104', 422),
      }),
    )
    await courier.open(0)
    await deliver(courier, 0, ['a', 'b', 'c', 'd', 'e'])
    expect(courier.progress.refusals).toEqual([
      { status: 400, answer: 'unknown tutor tut_104', eventId: 'a', count: 2 },
      { status: 400, answer: 'unknown tutor tut_217 (sess_1767571272364_2801)', eventId: 'b', count: 1 },
      { status: 422, answer: 'unknown tutor tut_104', eventId: 'd', count: 1 },
    ])
  })

  it('of a thousand kinds fill no memory, and all are counted', async () => {
    const letters = (number: number): string =>
      number.toString().replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '')
    const ids = Array.from({ length: 1000 }, (_, event) => `e${event}`)
    const answers = Object.fromEntries(
      ids.map((id, event): [string, Outcome[]] => [id, [{ ...REFUSED, answer: `no ${letters(event)}` } as Outcome]]),
    )
    const courier = courierTo(answering(answers))
    await courier.open(0)
    await deliver(courier, 0, ids)
    const { refusals, parked } = courier.progress
    expect(refusals).toHaveLength(21)
    expect(refusals.reduce((sum, { count }) => sum + count, 0)).toBe(parked)
    expect(refusals.at(-1)).toEqual({ status: 400, answer: 'and for other reasons', eventId: 'e20', count: 980 })
  })
})

it('what the target calls the event that it took last is noted', async () => {
  const courier = courierTo(
    answering({ a: [{ verdict: 'acknowledged', receipt: '1' }], b: [{ verdict: 'acknowledged', receipt: '2' }] }),
  )
  await courier.open(0)
  await deliver(courier, 0, ['a', 'b', 'c'])
  expect(courier.progress.receipt).toBe('2')
})

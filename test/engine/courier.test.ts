// What a courier makes of a target's answers: what it takes for delivered, sets aside and tells.

import { describe, expect, it, onTestFinished } from 'vitest'
import { Courier, type Outcome, type Sink, type TickLog } from '../../engine/index.ts'
import { realMachine } from '../../sinks/index.ts'
import { parcelOf } from '../parcel.ts'

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

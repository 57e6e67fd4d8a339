// What a courier makes of a target's answers: what it takes for delivered, sets aside and tells.

import { describe, expect, it, onTestFinished } from 'vitest'
import { Courier, type CourierOptions, type Lines, type Outcome, type Sink, type TickLog } from '../../engine/index.ts'
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

describe('a sink that works on batches while the next are made', () => {
  /** Batches as a renderer makes them: each over the one before. */
  function* rendered(batches: number, onMade: (batch: number) => void): Generator<Lines> {
    const room = Buffer.alloc(1000)
    for (let batch = 0; batch < batches; batch++) {
      // Of different lengths, in both directions.
      const ids = Array.from({ length: 1 + ((batch * 7) % 5) }, (_, place) => `${batch}.${place}`)
      const { lines } = parcelOf(Buffer.from(ids.map(lineOf).join('')))
      room.fill(0)
      room.set(lines.bytes)
      onMade(batch)
      yield { ...lines, bytes: room }
    }
  }

  it.each([undefined, 1 << 20])(
    'has each whole and in order, and none is made over one that it has: %s',
    async (batchBytes) => {
      const story: string[] = []
      const texts: string[] = []
      const sink: Sink = {
        ...{ target: 'events.ndjson.zst', streams: 1, eventByEvent: false, ...(batchBytes ? { batchBytes } : {}) },
        async send({ bytes }) {
          const batch = /^{"event_id":"(\d+)/.exec(bytes.toString())?.[1]
          story.push(`begins ${batch}`)
          await new Promise((resolve) => setTimeout(resolve, 2))
          texts.push(bytes.toString())
          story.push(`ends ${batch}`)
          return ACKNOWLEDGED
        },
        close: async () => undefined,
      }
      const courier = courierTo(sink)
      await courier.open(0)
      await courier.take(
        0,
        rendered(6, (batch) => story.push(`made ${batch}`)),
      )
      await courier.settle()
      const whole: string[] = []
      for (const lines of rendered(6, () => undefined))
        whole.push(Buffer.from(lines.bytes.subarray(0, lines.ends[lines.count - 1])).toString())
      expect(texts).toEqual(whole)
      for (let batch = 1; batch < 6; batch++) {
        const isAhead = story.indexOf(`made ${batch}`) < story.indexOf(`ends ${batch - 1}`)
        expect(isAhead, story.join(', ')).toBe(batchBytes !== undefined)
        // Never more than one ahead.
        if (batch > 1) expect(story.indexOf(`made ${batch}`)).toBeGreaterThan(story.indexOf(`ends ${batch - 2}`))
      }
    },
  )
})

describe('patience with a target', () => {
  /** Time that passes only where somebody waits, at once. */
  class Clock {
    time = 1_767_571_200_000
    readonly #waiting: { at: number; wake: () => void }[] = []
    #isRunning = false

    now = (): number => this.time

    set(time: number): void {
      this.time = time
    }

    pause = (milliseconds: number): Promise<void> =>
      new Promise((wake) => {
        this.#waiting.push({ at: this.time + Math.max(0, milliseconds), wake })
        if (!this.#isRunning) setImmediate(() => this.#run())
        this.#isRunning = true
      })

    #run(): void {
      this.#waiting.sort((a, b) => a.at - b.at)
      const next = this.#waiting.shift()
      this.#isRunning = this.#waiting.length > 0
      if (!next) return
      this.time = Math.max(this.time, next.at)
      next.wake()
      if (this.#isRunning) setImmediate(() => this.#run())
    }
  }

  const began = 1_767_571_200_000
  interface Trial {
    answers: Outcome[]
    giveUp: number
    options?: Partial<CourierOptions>
    /** What happens to the clock, or the machine, before a try is answered. */
    meanwhile?: (clock: Clock, tries: number) => void | Promise<void>
  }

  /** @returns when the tries set out, and how the delivery of one event ended, each in milliseconds */
  async function tried({ answers, giveUp, options = {}, meanwhile }: Trial) {
    const clock = new Clock()
    const sent: number[] = []
    const sink: Sink = {
      ...{ target: 'https://ingest.example.com/in', streams: 1, eventByEvent: true },
      async send() {
        sent.push(clock.time - began)
        await meanwhile?.(clock, sent.length)
        return answers.length > 1 ? (answers.shift() as Outcome) : (answers[0] as Outcome)
      },
      close: async () => undefined,
    }
    const courier = new Courier({
      ...{ sink, timer: clock, random: () => 0.5, render: () => [], giveUpMilliseconds: giveUp },
      ...options,
    })
    await courier.open(0)
    const ended = await deliver(courier, 0, ['a']).then(
      () => 'delivered',
      (error: Error) => error.message,
    )
    return { sent, ended, after: clock.time - began }
  }
  const asked = (seconds: number): Outcome => ({ verdict: 'retry', reason: '429', afterMilliseconds: seconds * 1000 })
  const GIVEN_UP = expect.stringContaining('nothing could be delivered for')

  it('ends when it was tried for so long in vain, with a last try', async () => {
    const { sent, ended, after } = await tried({ answers: [LOST], giveUp: 5000 })
    expect(ended).toEqual(GIVEN_UP)
    expect(after).toBeGreaterThanOrEqual(4500)
    expect(after).toBeLessThan(6000)
    expect(sent.length).toBeGreaterThan(3)
  })

  it('is not tried by a rate that makes tries rare', async () => {
    expect((await tried({ answers: [BUSY, ACKNOWLEDGED], giveUp: 1000, options: { maxRate: 0.001 } })).ended).toBe(
      'delivered',
    )
    const { sent, ended } = await tried({ answers: [BUSY], giveUp: 1000, options: { maxRate: 0.5 } })
    expect(ended).toEqual(GIVEN_UP)
    expect(sent.length).toBeGreaterThan(2)
  })

  it.each([
    ['slept for', 6500],
    ['slept for a night', 8 * 3_600_000],
    ['set the clock back', -7_200_000],
  ])('does not count that the machine %s, in a wait or in a try', async (_, milliseconds) => {
    const inTry = (clock: Clock, tries: number) => clock.set(clock.time + (tries === 2 ? milliseconds : 0))
    const answers = () => [LOST, LOST, LOST, ACKNOWLEDGED]
    expect((await tried({ answers: answers(), giveUp: 5000, meanwhile: inTry })).ended).toBe('delivered')
    const inWait = (clock: Clock, tries: number) => {
      if (tries === 2) void clock.pause(50).then(() => clock.set(clock.time + milliseconds))
    }
    expect((await tried({ answers: answers(), giveUp: 5000, meanwhile: inWait })).ended).toBe('delivered')
  })

  it('keeps to what the endpoint asks for, however short it is itself', async () => {
    for (const seconds of [6, 299]) {
      const { sent, ended } = await tried({ answers: [asked(seconds), asked(seconds), ACKNOWLEDGED], giveUp: 3000 })
      expect(ended).toBe('delivered')
      for (const [place, at] of sent.entries())
        if (place > 0) expect(at - (sent[place - 1] as number)).toBeGreaterThanOrEqual(seconds * 1000)
    }
  })

  it('does not wait longer than five minutes and its own time, and then does not post too early either', async () => {
    const { sent, ended, after } = await tried({ answers: [asked(3600), ACKNOWLEDGED], giveUp: 3000 })
    expect(ended).toEqual(GIVEN_UP)
    expect(sent).toHaveLength(1)
    expect(after).toBeGreaterThanOrEqual(303_000)
    expect(after).toBeLessThan(310_000)
  })

  it('begins anew with each success', async () => {
    const answers = Array.from({ length: 40 }, (_, event) => (event % 3 === 0 ? ACKNOWLEDGED : LOST))
    const clock = new Clock()
    const sink: Sink = {
      ...{ target: 'https://ingest.example.com/in', streams: 1, eventByEvent: true },
      send: async () => answers.shift() ?? ACKNOWLEDGED,
      close: async () => undefined,
    }
    const courier = new Courier({ sink, timer: clock, random: () => 0.5, render: () => [], giveUpMilliseconds: 900 })
    await courier.open(0)
    await deliver(
      courier,
      0,
      Array.from({ length: 20 }, (_, event) => `e${event}`),
    )
    expect(clock.time - began).toBeGreaterThan(2000)
    expect(courier.progress).toMatchObject({ delivered: 20, queued: 0 })
  })
})

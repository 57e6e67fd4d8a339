// Trouble on purpose: the same for the same seed, as much as was asked for, and never more than that.

import { describe, expect, it, onTestFinished } from 'vitest'
import { OptionError } from '../../engine/index.ts'
import { Chaos, chaosModes, type Treatment } from '../../ingest/chaos.ts'
import { openHttp } from '../../sinks/http/http.ts'
import { parcelOf, TYPES } from '../parcel.ts'
import { BODY, start } from './ingestion.ts'

const chaos = (...given: string[]) => new Chaos(chaosModes(given), 'seed')
/** What becomes of so many posts, one each millisecond. */
const treatments = (of: Chaos, count: number) => Array.from({ length: count }, (_, now) => of.treat(now))
const share = (found: readonly Treatment[], rule: (treatment: Treatment) => boolean) =>
  found.filter(rule).length / found.length

describe('trouble', () => {
  it('is the same for the same seed and another for another', () => {
    const modes = chaosModes(['flaky,slow,out-of-order'])
    const [one, again, other] = ['a', 'a', 'b'].map((seed) => treatments(new Chaos(modes, seed), 200))
    expect(again).toEqual(one)
    expect(other).not.toEqual(one)
  })

  it('is none where none was asked for', () => {
    const calm = { act: 'take', takeAfterMilliseconds: 0, answerAfterMilliseconds: 0, answer: 'receipt' }
    for (const treatment of treatments(new Chaos(chaosModes([]), 'seed'), 100)) expect(treatment).toEqual(calm)
  })

  it('flaky: a tenth refused, and a twentieth each broken before, broken after and without a receipt', () => {
    const found = treatments(chaos('flaky'), 20_000)
    const taken = (answer: string) =>
      share(found, (treatment) => treatment.act === 'take' && treatment.answer === answer)
    expect(share(found, ({ act }) => act === 'refuse')).toBeCloseTo(0.1, 1)
    expect(share(found, ({ act }) => act === 'break')).toBeCloseTo(0.05, 1)
    expect(taken('break')).toBeCloseTo(0.05, 1)
    expect(taken('no receipt')).toBeCloseTo(0.05, 1)
    expect(taken('receipt')).toBeCloseTo(0.75, 1)
    for (const rule of ['break', 'no receipt']) expect(taken(rule)).toBeGreaterThan(0.03)
  })

  it('slow and out-of-order: waits, of their own kind', () => {
    const waits = (mode: string) =>
      treatments(chaos(mode), 2000).map((treatment) =>
        treatment.act === 'take' ? [treatment.takeAfterMilliseconds, treatment.answerAfterMilliseconds] : [],
      ) as [number, number][]
    for (const [take, answer] of waits('slow')) expect([take, answer >= 50 && answer <= 250]).toEqual([0, true])
    for (const [take, answer] of waits('out-of-order')) expect([answer, take >= 0 && take <= 50]).toEqual([0, true])
    expect(new Set(waits('out-of-order').map(([take]) => take)).size).toBeGreaterThan(1900)
  })

  it('down: for its time from the first post on, and not again', () => {
    const down = chaos('down:30s')
    expect(new Set(Array.from({ length: 100 }, (_, second) => down.treat(1e6 + second * 300).act))).toEqual(
      new Set(['refuse', 'break']),
    )
    for (let second = 0; second < 100; second++) expect(down.treat(1e6 + 30_000 + second * 1000).act).toBe('take')
  })

  it('throttle: so many a second, whatever comes, and says how long to wait', () => {
    const throttled = chaos('throttle:100')
    let taken = 0
    for (let now = 0; now < 10_000; now += 2) {
      const treatment = throttled.treat(now)
      if (treatment.act === 'take') taken++
      else expect(treatment).toEqual({ act: 'refuse', status: 429, retryAfterSeconds: 1 })
    }
    expect(taken).toBeGreaterThanOrEqual(1090)
    expect(taken).toBeLessThanOrEqual(1101)
    const rare = chaos('throttle:1')
    expect([rare.treat(0).act, rare.treat(1).act, rare.treat(999).act, rare.treat(1001).act]).toEqual([
      'take',
      'refuse',
      'refuse',
      'take',
    ])
  })

  it.each([
    '',
    'calm',
    'flaky,',
    'down',
    'down:',
    'down:0s',
    'down:soon',
    'throttle',
    'throttle:0',
    'throttle:-1',
    'throttle:1.5',
    'flaky:2',
    'slow:1s',
    'FLAKY',
  ])('of no known kind is refused: %j', (value) => {
    const rule = 'flaky, slow, down:30s, out-of-order, throttle:100, or several of them with commas between'
    expect(() => chaosModes(['slow', value])).toThrow(new OptionError({ option: 'chaos', rule, value }))
  })
})

describe('an endpoint in trouble', { timeout: 30_000 }, () => {
  const line = (key: string) => Buffer.from(`{"event_id":"${key}","caused_by":null,${BODY.slice(1)}\n`)

  it('gives a sender every kind of verdict that it must know, and still takes every event once', async () => {
    const { url, api } = await start({ chaos: chaos('flaky,out-of-order', 'throttle:1000') })
    const sink = openHttp(`${url}/ingest`, { streams: 20, types: TYPES, ack: 'sequenceNumber' })
    onTestFinished(() => sink.close())
    const reasons = new Set<string>()
    const stream = async (number: number) => {
      for (let event = 0; event < 15; event++) {
        for (;;) {
          const outcome = await sink.send(parcelOf(line(`${number}.${event}`)), number)
          if (outcome.verdict === 'acknowledged') break
          expect(outcome.verdict).toBe('retry')
          reasons.add((outcome as { reason: string }).reason.replace('ECONNRESET', 'UND_ERR_SOCKET'))
        }
      }
    }
    await Promise.all(Array.from({ length: 20 }, (_, number) => stream(number)))
    expect([...reasons].sort()).toEqual([
      '200 without sequenceNumber',
      '503: {"error":"down for now"}',
      'UND_ERR_SOCKET',
    ])
    expect(api.stats().distinct).toBe(300)
    expect(api.stats().repeated).toBeGreaterThan(0)
    expect(api.stats()).toMatchObject({ conflicting: 0, rejected: 0 })
  })

  it('shows who has more than one post of a student in flight', async () => {
    const { api, post } = await start({ chaos: chaos('out-of-order') })
    const at = (second: number) => BODY.replace('14:30:00', `14:30:${String(second).padStart(2, '0')}`)
    await Promise.all(
      Array.from({ length: 40 }, (_, second) => post(at(second), { 'idempotency-key': `at once ${second}` })),
    )
    const { outOfOrder } = await api.ledger()
    expect(outOfOrder).toBeGreaterThan(5)
    for (let second = 40; second < 50; second++) await post(at(second), { 'idempotency-key': `in turn ${second}` })
    expect((await api.ledger()).outOfOrder).toBe(outOfOrder)
  })

  it('says when to come back, and counts and ledger go on being read', async () => {
    const { post, send } = await start({ chaos: chaos('throttle:1') })
    expect((await post(BODY)).status).toBe(202)
    const { status, headers } = await post(BODY)
    expect([status, headers['retry-after']]).toEqual([429, '1'])
    for (const path of ['/stats', '/ledger', '/']) expect((await send(path, 'GET')).status).toBe(200)
  })

  it('still refuses what it would refuse without', async () => {
    const { post } = await start({ chaos: chaos('slow') })
    expect((await post('{')).status).toBe(400)
    expect((await post(' '.repeat(300_000))).status).toBe(413)
  })
})

// The DynamoDB store through a proxy that throttles, breaks connections and loses replies: nothing is lost, nothing is won
// twice, and nobody is told that they lost what they won.

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TickLog } from '../../engine/index.ts'
import { type DynamoDbStore, openDynamoDb } from '../../stores/index.ts'
import { clientOf, type DynamoDbLocal, dynamoDbLocal } from '../aws/dynamodb-local.ts'
import { type Faults, LATE_MILLISECONDS_MAX, startFaultyProxy } from '../aws/faulty-proxy.ts'
import { expectStoreError } from '../stores/damage.ts'
import { expectAllRight, fill } from '../stores/filled.ts'
import { cursorOf, headOf, listed, recordOf, recordsOf, text } from '../stores/given.ts'

const dynamoDb = dynamoDbLocal()
let local: DynamoDbLocal

describe.skipIf(!dynamoDb)('DynamoDB through a bad network', () => {
  beforeAll(async () => {
    local = await (dynamoDb as NonNullable<typeof dynamoDb>).start()
  })
  afterAll(() => local?.stop())

  // A third of all tries fail, so one request in ten thousand fails eight times in a row, and its caller is told so. Whoever
  // races here takes that as a runner and a courier do: it looks again.
  const FAULTS = { throttle: 0.06, fail: 0.04, reset: 0.06, lose: 0.1, late: 0.06, delay: 0.05, partial: 0.05 }
  /** For those who take an error for the end: of a million requests not one is given up. */
  const FEWER_FAULTS = { throttle: 0.03, fail: 0.02, reset: 0.03, lose: 0.05, late: 0.02, delay: 0.05, partial: 0.3 }

  test.each(['one', 'two', 'three'])('two who race for every tick; seed %s', async (seed) => {
    await withBadNetwork(seed, FAULTS, async (endpoint, happened) => {
      const direct = await open('race')
      const world = `race-${seed}`
      const stores = await Promise.all(['p', 'q'].map(() => openDynamoDb('race', { client: clientOf(endpoint) })))
      const outcomes = (
        await Promise.all(stores.map((store, n) => raceTo(150, store.world(world), `${seed}${n}`)))
      ).flat()
      const chain = await chainOf(direct.world(world))
      expect(chain.length).toBe(150)
      const winners = new Set(chain)
      for (const { attempt, outcome } of outcomes) {
        if (outcome === 'won') expect(winners).toContain(attempt)
        if (outcome === 'lost') expect(winners).not.toContain(attempt)
      }
      const unknown = outcomes.filter(({ outcome }) => outcome === 'unknown').length
      expect(unknown).toBeLessThan(outcomes.length / 5)
      expect(happened.lose + happened.late).toBeGreaterThan(50)
      for (const store of [direct, ...stores]) await store.close()
    })
  })

  test('two couriers move one cursor; it never runs back', async () => {
    await withBadNetwork('cursor', FAULTS, async (endpoint) => {
      const direct = await open('cursor')
      const stores = await Promise.all(['p', 'q'].map(() => openDynamoDb('cursor', { client: clientOf(endpoint) })))
      let done = false
      const seen: number[] = []
      const watch = async (): Promise<void> => {
        while (!done) seen.push((await direct.world('w').readCursor('-'))?.version ?? 0)
      }
      const won = Promise.all(stores.map((store, n) => moveCursor(store.world('w'), n, 200)))
      const watching = watch()
      const versions = (await won).flat()
      done = true
      await watching
      expect(seen).toEqual(seen.toSorted((a, b) => a - b))
      expect(new Set(versions).size).toBe(versions.length)
      expect((await direct.world('w').readCursor('-'))?.version).toBe(200)
      for (const store of [direct, ...stores]) await store.close()
    })
  })

  test('everything written is there, once, and goes when it is collected and deleted', async () => {
    await withBadNetwork('all', FEWER_FAULTS, async (endpoint, happened) => {
      const store = await open('all', endpoint)
      const log = store.world('w')
      await fill(log, 'w')
      await expectAllRight(log, 'w')
      const records = Array.from({ length: 200 }, (_, tick) => recordOf(1000 + tick, `tick ${tick}`))
      await log.commit('nobody', headOf(0, 'many'), records)
      expect(await recordsOf(log, 1000, 2000)).toHaveLength(200)
      expect(happened.partial).toBeGreaterThan(0)
      await sleep(LATE_MILLISECONDS_MAX)
      await log.collect(1100)
      expect((await recordsOf(log)).map(({ tick }) => tick)).toEqual(records.slice(100).map(({ tick }) => tick))
      await store.delete('w')
      expect(await listed(log)).toEqual([])
      expect(await store.worlds()).toEqual([])
      await store.close()
    })
  })

  test('a table that stays busy is told in one line', async () => {
    await withBadNetwork('busy', { throttle: 1 }, async (endpoint) => {
      const store = await openDynamoDb('all', { client: clientOf(endpoint) })
      await expect(store.world('w').readHead()).rejects.toThrow(
        /^dynamodb:all: the table is busy: ProvisionedThroughputExceededException, tried 12 times$/,
      )
      await store.close()
    })
  })
})

function open(table: string, endpoint: string = local.endpoint): Promise<DynamoDbStore> {
  return openDynamoDb(table, { createTable: true, client: clientOf(endpoint) })
}

async function withBadNetwork(
  seed: string,
  faults: Partial<Faults>,
  work: (endpoint: string, happened: Faults) => Promise<void>,
): Promise<void> {
  const proxy = await startFaultyProxy(local.endpoint, seed, faults)
  try {
    await work(proxy.endpoint, proxy.happened)
  } finally {
    await proxy.stop()
  }
}

interface Outcome {
  attempt: string
  outcome: 'won' | 'lost' | 'unknown'
}

/** Commits ticks until HEAD is there; each record names the attempt before it. */
async function raceTo(end: number, log: TickLog, name: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (let tries = 0; ; tries++) {
    const head = await patiently(() => log.readHead())
    const tick = head?.tick ?? 0
    if (tick >= end) return outcomes
    const attempt = `${name}-${tries}`
    const before = head?.attempt ?? null
    try {
      const won = await log.commit(before, headOf(tick + 1, attempt), [recordOf(tick, before ?? 'none')])
      outcomes.push({ attempt, outcome: won ? 'won' : 'lost' })
    } catch (error) {
      expectStoreError(error)
      outcomes.push({ attempt, outcome: 'unknown' })
    }
  }
}

/** Reads, and again where the store has given up: a read leaves nothing in doubt. */
async function patiently<Read>(read: () => Promise<Read>): Promise<Read> {
  for (;;)
    try {
      return await read()
    } catch (error) {
      expectStoreError(error)
    }
}

/** Attempts that were committed, from HEAD back. */
async function chainOf(log: TickLog): Promise<string[]> {
  const before = new Map(
    (await recordsOf(log)).map(({ tick, attempt, bytes }) => [`${tick} ${attempt}`, text(bytes())]),
  )
  const head = await log.readHead()
  const chain: string[] = []
  let attempt = head?.attempt ?? 'none'
  for (let tick = (head?.tick ?? 0) - 1; attempt !== 'none'; tick--) {
    chain.push(attempt)
    attempt = before.get(`${tick} ${attempt}`) ?? 'a record is missing'
    expect(attempt).not.toBe('a record is missing')
  }
  return chain
}

/** Versions that this one is sure to have written. What each writes differs, as it does where couriers deliver. */
async function moveCursor(log: TickLog, who: number, end: number): Promise<number[]> {
  const versions: number[] = []
  for (;;) {
    const version = ((await patiently(() => log.readCursor('-')))?.version ?? 0) + 1
    if (version > end) return versions
    try {
      if (await log.swapCursor('-', cursorOf(version, { mark: String(who) }))) versions.push(version)
    } catch (error) {
      expectStoreError(error)
    }
  }
}

// A world with some of everything, and a look at all of it.

import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { TickLog } from '../../engine/index.ts'
import { expectStoreError } from './damage.ts'
import { cursorOf, headOf, manifestOf, parkedOf, recordOf, recordsOf, same } from './given.ts'

const RECORDS = ['one', 'two '.repeat(100), 'three '.repeat(2000)]
const BIG = randomBytes(400_000)

export async function fill(log: TickLog, world: string): Promise<void> {
  const records = [...RECORDS.map((content, tick) => recordOf(tick, world + content)), { tick: 3, bytes: BIG }]
  await log.commit(null, headOf(4, 'a'), records)
  for (const shard of [0, 1]) await log.writeState(2, 'c', shard, BIG.subarray(shard))
  await log.publish(manifestOf(2, 'c', 1))
  for (const target of ['-', 'x.ndjson']) await log.swapCursor(target, cursorOf(1))
  for (const id of ['e1', 'e2']) await log.park(parkedOf('-', id))
}

export async function expectAllRight(log: TickLog, world: string): Promise<void> {
  expect(await readAll(log, world)).toEqual([])
}

export async function expectRightOrStoreError(log: TickLog, world: string): Promise<void> {
  for (const error of await readAll(log, world)) expectStoreError(error)
}

/** Fails where anything comes back wrong. Returns the errors met. */
async function readAll(log: TickLog, world: string): Promise<unknown[]> {
  const errors: unknown[] = []
  const check = async <Value>(read: () => Promise<Value> | Value, right: (value: Value) => void): Promise<void> => {
    let value: Value
    try {
      value = await read()
    } catch (error) {
      errors.push(error)
      return
    }
    right(value)
  }
  await check(
    () => log.readHead(),
    (head) => expect(head).toEqual(headOf(4, 'a')),
  )
  await check(
    () => log.manifests(),
    (manifests) => expect(manifests).toEqual([manifestOf(2, 'c', 1)]),
  )
  await check(
    () => log.readCursor('-'),
    (cursor) => expect(cursor).toEqual(cursorOf(1)),
  )
  await check(
    () => log.cursors(),
    (cursors) => expect([...cursors.keys()].sort()).toEqual(['-', 'x.ndjson']),
  )
  await check(
    () => log.parked(),
    (events) => expect(events).toEqual(['e1', 'e2'].map((id) => parkedOf('-', id))),
  )
  for (const shard of [0, 1])
    await check(
      () => log.readState(2, 'c', shard),
      (bytes) => expect(same(bytes, BIG.subarray(shard))).toBe(true),
    )
  const records = await recordsOf(log)
  expect(records.map(({ tick, attempt }) => `${tick} ${attempt}`)).toEqual(['0 a', '1 a', '2 a', '3 a'])
  for (const { tick, bytes } of records) {
    const given = tick === 3 ? BIG : Buffer.from(world + RECORDS[tick])
    await check(bytes, (found) => expect(same(found, given)).toBe(true))
  }
  return errors
}

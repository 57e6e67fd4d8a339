// What is brought back of a state, and memory that is given back.

import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { giveBack, HOUR, hashOf, LocalSimulation, Runner, recover } from '../../engine/index.ts'
import { model, SETTINGS } from '../../examples/epidemic/model.ts'
import { openStore } from '../../stores/index.ts'

it('a shard alone is brought back as it is among all, and the others have no rows', async () => {
  const log = (await openStore('memory')).world('towns')
  const runner = new Runner({
    ...{ log, simulation: new LocalSimulation(model), newAttempt: randomUUID, logBytesMin: 1, logFactor: 1 },
    timer: { now: () => 1e12, pause: async () => undefined },
  })
  await runner.open({ ...SETTINGS, towns: [400, 300, 200], tickMilliseconds: HOUR })
  while (!(await runner.begin()));
  for (let tick = 0; tick < 30; tick++) await runner.advance(1)
  const [all, one] = [new LocalSimulation(model), new LocalSimulation(model)]
  await recover(log, all, runner.head, 25)
  await recover(log, one, runner.head, 25, { only: 1 })
  expect(hashOf(await one.save(1))).toBe(hashOf(await all.save(1)))
  const rowsOf = ({ held }: typeof all): number[] =>
    held.shards.map(({ tables }) => tables.reduce((sum, { count }) => sum + count, 0))
  const rows = rowsOf(all)
  expect(rows.every((count) => count > 0)).toBe(true)
  expect(rowsOf(one)).toEqual([0, rows[1], 0])
  // What is loaded next is whole again.
  await recover(log, one, runner.head, 25)
  expect(rowsOf(one)).toEqual(rows)
})

it('memory is given back where it is large and nobody else has a part in it', () => {
  const large = new Uint8Array(1 << 20)
  giveBack(large.subarray(7))
  expect(large.length).toBe(0)
  // Node's buffers share a pool.
  const small = Buffer.from('what others stand beside')
  giveBack(small)
  expect(small.toString()).toBe('what others stand beside')
  const shared = new Uint8Array(new SharedArrayBuffer(1 << 20))
  giveBack(shared)
  expect(shared.length).toBe(1 << 20)
})

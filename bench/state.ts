// What keeping a world costs (`npm run bench -- state`): write and read units of a tick on DynamoDB Local, bytes of a
// checkpoint, and the way back from cold. Exit 1 when a limit is missed.

import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Courier, LocalSimulation, Outbox, Runner, type Sink, type Store, TickEvents } from '../engine/index.ts'
import { model, settingsFrom } from '../model/index.ts'
import { realMachine } from '../sinks/index.ts'
import { openDynamoDb, openSqlite } from '../stores/index.ts'
import { dynamoDbLocal } from '../test/aws/dynamodb-local.ts'
import { grouped, heading, median, row, verdict } from './report.ts'

const WRITE_UNITS_MAX = 50
const RECOVERY_SECONDS_MAX = { sqlite: 1, dynamodb: 5 }
/** Of 15 minutes, from 18:00 UTC on a Monday: a tick as the week has it on average. */
const TICKS = 40
const LARGE = 200_000
/** As much log as a checkpoint: half-way between two checkpoints and a little. */
const LARGE_TICKS = 96
const ROUNDS = 3

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-bench-'))
const dynamodb = await dynamoDbLocal()?.start()
if (!dynamodb) process.exit(1)
Object.assign(process.env, dynamodb.environment)
try {
  const verdicts = [await units()]
  for (const kind of ['sqlite', 'dynamodb'] as const) verdicts.push(await recovery(kind))
  process.exitCode = verdicts.every(Boolean) ? 0 : 1
} finally {
  await dynamodb.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** Takes everything at once. */
function nowhere(): Sink {
  return {
    target: 'nowhere',
    streams: 50,
    eventByEvent: true,
    send: async () => ({ verdict: 'acknowledged' }),
    close: async () => undefined,
  }
}

async function live(store: Store, settings: object, ticks: number, atOnce: number): Promise<number> {
  const log = store.world('bench')
  const timer = realMachine()
  let outbox: Outbox | undefined
  let events = 0
  const count = new TickEvents(model.events, model.shardSizes.length)
  const simulation = new LocalSimulation(model)
  const runner = new Runner({
    ...{ log, simulation, timer, newAttempt: randomUUID },
    onCommitted(tick, shards) {
      const rows = shards.map((shard) => shard.events)
      events += count.view(rows).count
      outbox?.add(tick, rows)
    },
  })
  await runner.open(settings)
  while (!(await runner.begin()));
  const kept = new TickEvents(model.events, model.shardSizes.length)
  const render = (rows: readonly Uint8Array[]) => kept.view(rows).batches()
  const courier = new Courier({ sink: nowhere(), timer, random: Math.random, render, log })
  outbox = new Outbox(log, runner.head.tick)
  await courier.open(runner.head.tick)
  const first = runner.head.tick
  while (runner.head.tick < first + ticks) {
    const delivered = new Outbox(log, runner.head.tick)
    outbox = delivered
    await runner.advance(atOnce)
    delivered.close()
    await courier.deliver(delivered)
  }
  return events
}

/** A run a tick, as the Lambda does: commit, deliver, cursor. */
async function units(): Promise<boolean> {
  const store = await openDynamoDb('bench-units', { createTable: true })
  const settings = settingsFrom({ rate: 500, warmup: '35d' })
  await live(store, settings, 84, 1)
  const before = { ...store.consumed }
  const events = await live(store, settings, TICKS, 1)
  const written = (store.consumed.writeUnits - before.writeUnits) / TICKS
  const read = (store.consumed.readUnits - before.readUnits) / TICKS
  heading(`Units of a tick on DynamoDB: ${grouped(settings.students)} students, ${TICKS} ticks`)
  row('events a tick', (events / TICKS).toFixed(0))
  row('read units, recovery at the start spread over the ticks', read.toFixed(1))
  const met = verdict('write units', written.toFixed(1), `<= ${WRITE_UNITS_MAX}`, written <= WRITE_UNITS_MAX)
  await store.close()
  return met
}

async function recovery(kind: 'sqlite' | 'dynamodb'): Promise<boolean> {
  const file = join(folder, 'worlds.db')
  const name = kind === 'sqlite' ? `sqlite:${file}` : 'dynamodb:bench-recovery'
  const store = kind === 'sqlite' ? await openSqlite(file) : await openDynamoDb('bench-recovery', { createTable: true })
  await live(store, settingsFrom({ students: LARGE, warmup: '35d' }), LARGE_TICKS, 8)
  const [manifest] = await store.world('bench').manifests()
  await store.close()
  const script = join(import.meta.dirname, 'recover.ts')
  const seconds = Array.from({ length: ROUNDS }, () =>
    Number(execFileSync(process.execPath, [script, name], { encoding: 'utf8' })),
  )
  heading(
    `Cold recovery of ${grouped(LARGE)} students from ${kind}: checkpoint and ${LARGE_TICKS} ticks, median of ${ROUNDS}`,
  )
  row('checkpoint, a student, uncompressed', `${((manifest?.sizeBytes ?? 0) / LARGE).toFixed(0)} B`)
  if (kind === 'sqlite') row('file, a student', `${(statSync(file).size / LARGE).toFixed(0)} B`)
  const limit = RECOVERY_SECONDS_MAX[kind]
  return verdict(
    'from opening to the next step',
    `${median(seconds).toFixed(2)} s`,
    `<= ${limit}`,
    median(seconds) <= limit,
  )
}

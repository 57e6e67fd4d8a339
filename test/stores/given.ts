// What stores are given in tests, and what is found in them.

import {
  type Cursor,
  type Head,
  type Hold,
  type Manifest,
  type ParkedEvent,
  type StoredRecord,
  StoreError,
  type TickLog,
  type TickRecord,
} from '../../engine/index.ts'

export function headOf(tick: number, attempt: string): Head {
  return { tick, attempt, hash: 'ab'.repeat(32), modelVersion: 1, settings: { seed: 's' }, inputs: [], positions: 0 }
}

export function cursorOf(version: number, rest: Partial<Cursor> = {}): Cursor {
  return { version, streams: 50, tick: version, ahead: { 3: [version + 2, 17], 10: [version, 1] }, ...rest }
}

export function manifestOf(tick: number, attempt: string, savedAt: number): Manifest {
  const digests = ['ab'.repeat(32), 'cd'.repeat(32)]
  return { tick, attempt, hash: 'ef'.repeat(32), modelVersion: 1, digests, sizeBytes: 123, savedAt }
}

export function holdOf(world: string, attempt: string, tick = 3): Hold {
  return { world, attempt, tick, since: 1_700_000_000_000 }
}

export function parkedOf(target: string, eventId: string): ParkedEvent {
  return { target, eventId, stream: 3, line: `{"id":"${eventId}"}`, status: 422, answer: 'no such student' }
}

export function recordOf(tick: number, content: string): TickRecord {
  return { tick, bytes: Buffer.from(content) }
}

export async function recordsOf(log: TickLog, from = -1e9, to = 2e9): Promise<StoredRecord[]> {
  const records: StoredRecord[] = []
  for await (const record of log.records(from, to)) records.push(record)
  return records
}

/** Records as `tick attempt content`. */
export async function listed(log: TickLog): Promise<string[]> {
  return (await recordsOf(log)).map(({ tick, attempt, bytes }) => `${tick} ${attempt} ${text(bytes())}`)
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}

/** Vitest's own comparison of megabytes takes seconds. */
export function same(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0
}

export async function ticksOf(log: TickLog, from: number, to: number): Promise<number[]> {
  return (await recordsOf(log, from, to)).map(({ tick }) => tick)
}

/** Ticks that have something, of attempt `a`. */
export async function left(log: TickLog, ticks: readonly number[]): Promise<{ records: number[]; states: number[] }> {
  const states: number[] = []
  for (const tick of ticks)
    for (const attempt of ['a', 'b'])
      await log.readState(tick, attempt, 0).then(
        () => states.push(tick),
        (error: unknown) => {
          if (!(error instanceof StoreError)) throw error
        },
      )
  const records = await ticksOf(log, -1e9, 2e9)
  return { records: [...new Set(records)], states: [...new Set(states)] }
}

/** Of a key `tick attempt shard`. */
export function namesOf(key: string): [tick: number, attempt: string, shard: number] {
  const [tick, attempt, shard] = key.split(' ')
  return [Number(tick), String(attempt), Number(shard)]
}

// The simulated store: a world's items and those of its forks, and what every process has to reach them by. A commit is not one step here: its
// parts travel one by one, then HEAD is swapped, and each of them may be lost, late or doubled by itself. Reads are strong.

import type {
  Cursor,
  Head,
  Hold,
  Manifest,
  ParkedEvent,
  Store,
  StoredRecord,
  TickLog,
  TickRecord,
} from '../../engine/index.ts'
import type { Dice } from './dice.ts'
import type { Engine } from './engine.ts'
import type { Call, Fault, Network } from './network.ts'
import type { Process } from './scheduler.ts'

interface Parts {
  parts: (Uint8Array | undefined)[]
}

/** What became of the world, in the order in which it did: what the checks go by. */
export interface Ledger {
  heads: Head[]
  /** Of each cursor that was swapped in: how much had arrived by then. */
  cursors: { target: string; cursor: Cursor; arrivals: number }[]
  /** What got to an endpoint, or was set aside. */
  arrivals: Arrival[]
  /** By the line that was refused: what was before it in its batches, and not taken. */
  overtaking: Map<string, string[]>
  /** Seen at once to be wrong. */
  violations: string[]
}

export interface Arrival {
  line: string
  stream: number
  parked: boolean
  /** HEAD's tick when it was sent. */
  headTick: number
  /** What was before it in its batch, and not taken. */
  overtook: readonly string[]
}

export class SimulatedStore {
  head: Head | undefined
  readonly records = new Map<number, Map<string, Parts>>()
  readonly states = new Map<string, Uint8Array>()
  manifests: Manifest[] = []
  readonly cursors = new Map<string, Cursor>()
  readonly parked = new Map<string, ParkedEvent>()
  readonly holds = new Map<string, Hold>()
  /** Its forks by their names. */
  readonly forks = new Map<string, SimulatedStore>()
  readonly ledger: Ledger = { heads: [], cursors: [], arrivals: [], overtaking: new Map(), violations: [] }

  swapHead(expected: string | null, head: Head): boolean {
    if ((this.head?.attempt ?? null) !== expected) return this.head?.attempt === head.attempt
    this.head = Object.freeze(head)
    this.ledger.heads.push(head)
    return true
  }

  swapCursor(target: string, cursor: Cursor): boolean {
    if ((this.cursors.get(target)?.version ?? 0) !== cursor.version - 1) return false
    this.cursors.set(target, cursor)
    this.ledger.cursors.push({ target, cursor, arrivals: this.ledger.arrivals.length })
    return true
  }

  park(event: ParkedEvent): void {
    this.parked.set(`${event.target} ${event.eventId}`, event)
    const { line, stream } = event
    const headTick = this.head?.tick ?? 0
    const overtook = this.ledger.overtaking.get(`${line}\n`) ?? []
    this.ledger.arrivals.push({ line: `${line}\n`, stream, parked: true, headTick, overtook })
  }

  fork(name: string): SimulatedStore {
    const fork = this.forks.get(name) ?? new SimulatedStore()
    this.forks.set(name, fork)
    return fork
  }

  writePart(tick: number, attempt: string, part: number, parts: number, bytes: Uint8Array): void {
    const attempts = this.records.get(tick) ?? new Map<string, Parts>()
    this.records.set(tick, attempts)
    const record = attempts.get(attempt) ?? { parts: new Array(parts).fill(undefined) }
    record.parts[part] = bytes
    attempts.set(attempt, record)
  }
}

export interface StoreSizes {
  /** Longest part of a record. */
  partBytes: number
  /** Ticks that are read at once. */
  pageTicks: number
  /** Items that one request deletes. */
  deletedAtOnce: number
}

export interface StoreClient {
  engine: Engine
  store: SimulatedStore
  network: Network
  process: Process
  dice: Dice
  sizes: StoreSizes
}

/** One process's way to the store: to the world itself, from which the ways to its forks lead. */
export function connect(client: StoreClient): TickLog {
  const world = 'tiny'
  const items = (name: string) => (name === world ? client.store : client.store.fork(name))
  const logs = new Map<string, TickLog>()
  const store: Store = {
    worlds: () =>
      client.network.request(client.process, { call: 'read', effect: () => [world, ...client.store.forks.keys()] }),
    world(name) {
      const log = logs.get(name) ?? logOf({ ...client, store: items(name) }, name, store)
      logs.set(name, log)
      return log
    },
    delete: (name) =>
      client.network.request(client.process, { call: 'write', effect: () => void client.store.forks.delete(name) }),
    close: async () => undefined,
  }
  return store.world(world)
}

function logOf({ engine, store, network, process, dice, sizes }: StoreClient, world: string, roof: Store): TickLog {
  const { partBytes, pageTicks, deletedAtOnce } = sizes
  const request = <T>(call: Call, effect: (fault?: Fault) => T) => network.request(process, { call, effect })
  const stateKey = (tick: number, attempt: string, shard: number) => `${tick} ${attempt} ${shard}`

  async function writeRecord({ tick, bytes }: TickRecord, attempt: string): Promise<void> {
    const parts = Math.max(1, Math.ceil(bytes.length / partBytes))
    for (let part = 0; part < parts; part++) {
      const piece = bytes.slice(part * partBytes, (part + 1) * partBytes)
      await request('write', () => store.writePart(tick, attempt, part, parts, piece))
    }
  }

  function stored(tick: number): StoredRecord[] {
    return [...(store.records.get(tick) ?? [])].map(([attempt, record]) => {
      const parts = [...record.parts]
      return {
        tick,
        attempt,
        bytes: () => {
          const whole = parts.flatMap((part) => (part ? [part] : []))
          if (whole.length < parts.length) throw new engine.StoreError(`record of tick ${tick}: a part is missing`)
          return Buffer.concat(whole)
        },
      }
    })
  }

  return {
    world,
    store: roof,
    readHead: () => request('read', () => store.head),
    async commit(expected, head, records) {
      for (const record of records) await writeRecord(record, head.attempt)
      return request('write', () => store.swapHead(expected, head))
    },
    async *records(from, to) {
      for (let tick = from; tick < to; tick += pageTicks) {
        const ticks = Array.from({ length: Math.min(pageTicks, to - tick) }, (_, place) => tick + place)
        yield* await request('read', () => ticks.flatMap(stored))
      }
    },
    writeState: (tick, attempt, shard, bytes) =>
      request('state', (fault) => {
        const written = bytes.slice()
        if (fault === 'damaged') written[bytes.length >> 1] = (written[bytes.length >> 1] as number) ^ 1
        store.states.set(stateKey(tick, attempt, shard), written)
      }),
    readState: (tick, attempt, shard) =>
      request('read', () => {
        const bytes = store.states.get(stateKey(tick, attempt, shard))
        if (!bytes) throw new engine.StoreError(`checkpoint of tick ${tick}: shard ${shard} is missing`)
        return bytes.slice()
      }),
    publish: (manifest) =>
      request('write', () => {
        store.manifests = store.manifests.filter((one) => one.attempt !== manifest.attempt)
        store.manifests.push(manifest)
        store.manifests.sort((a, b) => b.tick - a.tick || b.savedAt - a.savedAt)
      }),
    manifests: () => request('read', () => [...store.manifests]),
    readCursor: (target) => request('read', () => store.cursors.get(target)),
    swapCursor: (target, cursor) => request('write', () => store.swapCursor(target, cursor)),
    cursors: () => request('read', () => new Map(store.cursors)),
    forget: (target) => request('write', () => void store.cursors.delete(target)),
    park: (event) => request('write', () => store.park(event)),
    parked: () => request('read', () => [...store.parked.values()]),
    unpark: (target, eventId) => request('write', () => void store.parked.delete(`${target} ${eventId}`)),
    hold: (hold) => request('hold', () => void store.holds.set(`${hold.world} ${hold.attempt}`, hold)),
    holds: () => request('read', () => [...store.holds.values()]),
    release: ({ world, attempt }) => request('write', () => void store.holds.delete(`${world} ${attempt}`)),
    async collect(tick) {
      const deletions = await request('read', () => shuffled(deletionsBelow(store, tick), dice))
      for (let first = 0; first < deletions.length; first += deletedAtOnce)
        await request('write', () => {
          for (const remove of deletions.slice(first, first + deletedAtOnce)) remove()
        })
      return deletions.length
    },
  }
}

/** What deletes each item, seen now, that lies below a tick. In which order is the store's affair. */
function deletionsBelow(store: SimulatedStore, floor: number): (() => void)[] {
  const deletions: (() => void)[] = []
  for (const [tick, attempts] of store.records)
    if (tick < floor) for (const attempt of attempts.keys()) deletions.push(() => attempts.delete(attempt))
  for (const key of store.states.keys())
    if (Number(key.split(' ')[0]) < floor) deletions.push(() => store.states.delete(key))
  for (const manifest of store.manifests)
    if (manifest.tick < floor)
      deletions.push(() => {
        store.manifests = store.manifests.filter((one) => one !== manifest)
      })
  return deletions
}

function shuffled<T>(list: T[], dice: Dice): T[] {
  for (let place = list.length - 1; place > 0; place--) {
    const other = dice.below(place + 1)
    ;[list[place], list[other]] = [list[other] as T, list[place] as T]
  }
  return list
}

// What one thread does of a world: it lives some of the shards, and renders events of all of them. Rows and lines lie in
// memory that all threads share.

import { type Lines, Paper } from '../delivery/lines.ts'
import { TickEvents } from '../delivery/tick-events.ts'
import { freshLike } from '../kernel/memory.ts'
import type { ShardTick } from '../log/record.ts'
import type { Model } from './model.ts'
import { Shards } from './shards.ts'

/** What can be told: methods of the shards, to live on, and to render. */
export type Orders = Pick<Shards, 'bear' | 'load' | 'apply' | 'ready' | 'take' | 'standing' | 'tell' | 'save'> & {
  step(ticks: number, inputs: readonly unknown[]): ShardTick[][] | null
  /** @param tray number of the memory that the events go into: rows of an earlier span, and nobody needs them any more */
  live(until: number, tray: number, isHeard?: boolean): Lived
  /** @param events rows of all the world's shards @param sheet number of the paper that they go on, as with trays */
  render(events: readonly Uint8Array[], sheet: number): Rendered
}

// Memory is said by number, and sent only when it is another than before: handles of memory cost more than messages do.

export interface Lived {
  /** Bytes of each shard's rows. */
  lengths: number[]
  tray: Uint8Array[] | undefined
}
export interface Rendered {
  count: number
  /** Bytes of the lines. */
  length: number
  sheet: Lines | undefined
}
export type Order = { [Method in keyof Orders]: { method: Method; args: Parameters<Orders[Method]> } }[keyof Orders]

export class Work {
  readonly #shards: Shards
  readonly #tick: TickEvents
  /** By their numbers. */
  readonly #trays: Uint8Array[][] = []
  readonly #papers: Paper[] = []
  readonly #sheets: Lines[] = []

  constructor(model: Model, indexes: readonly number[], keepsChanges: boolean) {
    this.#shards = new Shards(model, indexes, keepsChanges)
    this.#tick = new TickEvents(model.events, model.shardSizes.length)
  }

  follow({ method, args }: Order): unknown {
    switch (method) {
      case 'live':
        return this.#live(...args)
      case 'render':
        return this.#render(...args)
      case 'step':
        return this.#shards.step(args[0], args[1], shared)
      default:
        return (this.#shards[method] as (...args: unknown[]) => unknown).apply(this.#shards, args)
    }
  }

  #live(until: number, number: number, isHeard?: boolean): Lived {
    const before = this.#trays[number]
    this.#shards.leave(before, SHARED)
    this.#shards.advance(until, isHeard)
    const tray = this.#shards.events()
    this.#trays[number] = tray
    const isMoved = tray.some(({ buffer }, place) => buffer !== before?.[place]?.buffer)
    return { lengths: tray.map(({ length }) => length), tray: isMoved ? tray : undefined }
  }

  #render(events: readonly Uint8Array[], number: number): Rendered {
    this.#papers[number] ??= new Paper(SHARED)
    const before = this.#sheets[number]
    const sheet = this.#tick.view(events).whole(this.#papers[number])
    this.#sheets[number] = sheet
    const isMoved = sheet.bytes.buffer !== before?.bytes.buffer || sheet.ends !== before.ends
    return { count: sheet.count, length: sheet.bytes.length, sheet: isMoved ? sheet : undefined }
  }
}

/** What an order brings along, which nobody there needs any more: a state is large, and not to be copied. */
export function handedIn({ method, args }: Order): ArrayBuffer[] {
  if (method !== 'load') return []
  // What is a part of other memory is copied all the same.
  return args[3].flatMap((state) =>
    state?.buffer instanceof ArrayBuffer && state.length === state.buffer.byteLength ? state.buffer : [],
  )
}

/** What else than in shared memory a result lies in, and can be handed over with it: nobody here needs it any more. */
export function handedOver({ method }: Order, result: unknown): ArrayBuffer[] {
  if (method === 'save') return [(result as Uint8Array<ArrayBuffer>).buffer]
  if (method !== 'step' || result === null) return []
  return (result as ShardTick[][]).flat().map(({ changes }) => changes.buffer as ArrayBuffer)
}

function shared(rows: Uint8Array): Uint8Array {
  const copy = freshLike(SHARED, rows.length)
  copy.set(rows)
  return copy
}

const SHARED = new Uint8Array(new SharedArrayBuffer(0))

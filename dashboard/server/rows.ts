// The events of committed ticks, as rows: the newest in memory, as many as fit, the others read from the log again.

import { committedTicks, type TickLog } from '../../engine/index.ts'

/** Of rows that stay in memory; 20,000 students bring some 50 MB in 30 days. */
const BYTES_MAX = 192 << 20
/** Ticks that are read from the log at once, and how many such stretches are kept. */
const STRETCH = 96
const STRETCHES_MAX = 8

/** A tick's rows of events, for each shard. */
export type TickRows = readonly Uint8Array[]

export class Rows {
  readonly #log: TickLog
  readonly #bytesMax: number
  readonly #kept = new Map<number, TickRows>()
  readonly #read = new Map<number, Promise<Map<number, TickRows>>>()
  #bytes = 0

  constructor(log: TickLog, bytesMax = BYTES_MAX) {
    this.#log = log
    this.#bytesMax = bytesMax
  }

  /** Takes a tick's rows; ticks come in order. */
  add(tick: number, rows: TickRows): void {
    this.#kept.set(tick, rows)
    this.#bytes += sizeOf(rows)
    for (const [oldest, those] of this.#kept) {
      if (this.#bytes <= this.#bytesMax) return
      this.#kept.delete(oldest)
      this.#bytes -= sizeOf(those)
    }
  }

  /** @throws StoreError where the log does not have the tick any more */
  async of(tick: number): Promise<TickRows> {
    const kept = this.#kept.get(tick)
    if (kept) return kept
    const first = Math.floor(tick / STRETCH) * STRETCH
    const known = this.#read.get(first)
    const found = (await known)?.get(tick)
    if (found) return found
    const stretch = this.#stretch(first)
    this.#read.set(first, stretch)
    for (const oldest of this.#read.keys()) if (this.#read.size > STRETCHES_MAX) this.#read.delete(oldest)
    try {
      return (await stretch).get(tick) ?? []
    } catch (error) {
      this.#read.delete(first)
      throw error
    }
  }

  async #stretch(first: number): Promise<Map<number, TickRows>> {
    const rows = new Map<number, TickRows>()
    const head = await this.#log.readHead()
    if (!head) return rows
    const oldest = (await this.#log.manifests()).at(-1)?.tick ?? 0
    for await (const { tick, shards } of committedTicks(this.#log, Math.max(first, oldest, 0), head)) {
      if (tick >= first + STRETCH) break
      rows.set(
        tick,
        shards.map(({ events }) => events.slice()),
      )
    }
    return rows
  }
}

function sizeOf(rows: TickRows): number {
  return rows.reduce((sum, { length }) => sum + length, 0)
}

// The regions of one world, simulated in this thread or spread over several. The stream is the same either way.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import {
  advanceRegions,
  bearRegions,
  type EventTable,
  eventTable,
  REGIONS,
  type Settings,
  Stream,
} from '../model/index.ts'
import type { Advanced, WorkerInput } from './region-worker.ts'

export interface Simulation {
  /** Simulates up to an instant. Returns what happened since the instant before; valid until the next call. */
  advance(until: number): Promise<Stream>
  close(): Promise<void>
}

/** Relative sizes of the regions, for an even spread. */
const SIZES = [25, 32, 26, 26, 16]
/** Below this a thread costs more than it brings. */
const STUDENTS_PER_WORKER = 2500

/** @param workers threads at most; there is no use for more than regions, nor for many in a small world */
export function startSimulation(settings: Settings, workers: number): Simulation {
  const useful = Math.min(workers, REGIONS.length, Math.floor(settings.students / STUDENTS_PER_WORKER))
  return useful > 1 ? new Threads(settings, useful) : new InThisThread(settings)
}

class InThisThread implements Simulation {
  readonly #settings: Settings
  readonly #regions
  readonly #stream: Stream

  constructor(settings: Settings) {
    this.#settings = settings
    this.#regions = bearRegions(
      settings,
      REGIONS.map((_, index) => index),
    )
    this.#stream = new Stream(this.#regions.map(({ events }) => events))
  }

  async advance(until: number): Promise<Stream> {
    advanceRegions(this.#regions, this.#settings, until)
    return this.#stream
  }

  async close(): Promise<void> {}
}

class Threads implements Simulation {
  readonly #workers: readonly Worker[]
  readonly #tables: readonly EventTable[] = REGIONS.map(() => eventTable())
  readonly #stream = new Stream(this.#tables)

  constructor(settings: Settings, workers: number) {
    this.#workers = spread(workers).map(
      (indexes) =>
        new Worker(new URL('./region-worker.ts', import.meta.url), {
          workerData: { settings, indexes } satisfies WorkerInput,
        }),
    )
  }

  async advance(until: number): Promise<Stream> {
    const advanced = await Promise.all(this.#workers.map((worker) => answer(worker, until)))
    for (const { index, count, bytes } of advanced.flat()) (this.#tables[index] as EventTable).load(bytes, count)
    return this.#stream
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}

/** A worker's answer, or why there is none. */
async function answer(worker: Worker, until: number): Promise<Advanced[]> {
  const over = new AbortController()
  const { signal } = over
  worker.postMessage(until)
  try {
    const [advanced] = await Promise.race([
      once(worker, 'message', { signal }),
      once(worker, 'exit', { signal }).then(([code]) => {
        throw new Error(`a simulation thread ended with ${code}`)
      }),
    ])
    return advanced
  } finally {
    over.abort()
  }
}

/** Indexes of the regions for each of so many workers: the largest first, each to the one with the least to do. */
function spread(workers: number): number[][] {
  const shares = Array.from({ length: workers }, () => ({ indexes: [] as number[], size: 0 }))
  const largestFirst = SIZES.map((size, index) => ({ size, index })).sort((a, b) => b.size - a.size)
  for (const { size, index } of largestFirst) {
    const least = shares.reduce((a, b) => (b.size < a.size ? b : a))
    least.indexes.push(index)
    least.size += size
  }
  return shares.map(({ indexes }) => indexes)
}

// The regions of one world, simulated in this thread or spread over several. The stream is the same either way.

import { once } from 'node:events'
import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import { CodecError, type ShardTick, type Simulation } from '../engine/index.ts'
import {
  type Input,
  KeptEvents,
  LocalSimulation,
  Marketplace,
  MODEL_VERSION,
  REGIONS,
  type Settings,
  type Stream,
} from '../model/index.ts'
import type { Answer, Orders, WorkerInput } from './region-worker.ts'

/** A world that is kept nowhere: it only lives on. */
export interface UnkeptSimulation {
  /** Simulates up to an instant. Returns what happened since the instant before; valid until the next call. */
  advance(until: number): Promise<Stream>
  close(): Promise<void>
}

/** Relative sizes of the regions, for an even spread. */
const SIZES = [25, 32, 26, 26, 16]
/** Below this a thread costs more than it brings. */
const STUDENTS_PER_WORKER = 2500
/** … and where events are posted one by one, which takes the time of ten threads that simulate. */
const POSTED_STUDENTS_PER_WORKER = 25_000

/** @param workers threads at most; there is no use for more than regions, nor for many in a small world */
export async function startUnkept(settings: Settings, workers: number): Promise<UnkeptSimulation> {
  const useful = usefulWorkers(settings.students / STUDENTS_PER_WORKER, workers)
  if (useful === 1) {
    const world = Marketplace.born(settings)
    return { advance: async (until) => world.advance(until), close: async () => undefined }
  }
  const threads = new Threads(useful, false)
  await threads.tellAll('bear', settings)
  const kept = new KeptEvents()
  return {
    advance: async (until) => kept.load(threads.inOrder(await threads.tellAll('events', until))),
    close: () => threads.close(),
  }
}

/**
 * A world for the runner.
 * @param students that it has, more or less
 * @param workers as for `startUnkept`
 * @param posts whether this thread posts events one by one: the simulation then goes to another one, if it may, so that
 *   the posts go on while it steps
 */
export function startKept(students: number, workers: number, posts: boolean): Simulation & { close(): Promise<void> } {
  const useful = usefulWorkers(students / (posts ? POSTED_STUDENTS_PER_WORKER : STUDENTS_PER_WORKER), workers)
  const isApart = useful > 1 || (posts && workers > 1 && students >= STUDENTS_PER_WORKER)
  return isApart
    ? new ThreadedSimulation(useful)
    : Object.assign(new LocalSimulation(), { close: async () => undefined })
}

/** @param busy threads that there is work for */
function usefulWorkers(busy: number, workers: number): number {
  return Math.max(1, Math.min(workers, REGIONS.length, Math.floor(busy)))
}

class ThreadedSimulation implements Simulation {
  readonly modelVersion = MODEL_VERSION
  readonly shards = REGIONS.length
  readonly #threads: Threads

  constructor(workers: number) {
    this.#threads = new Threads(workers, true)
  }

  async bear(settings: unknown): Promise<number> {
    const { warmupMilliseconds, tickMilliseconds } = settings as Settings
    await this.#threads.tellAll('bear', settings as Settings)
    return -warmupMilliseconds / tickMilliseconds
  }

  async load(settings: unknown, tick: number, modelVersion: number, states: readonly Uint8Array[]): Promise<void> {
    await this.#threads.tellEach('load', (own) => [settings as Settings, tick, modelVersion, own(states)])
  }

  async apply(changes: readonly Uint8Array[]): Promise<void> {
    await this.#threads.tellEach('apply', (own) => [own(changes)])
  }

  async ready(): Promise<void> {
    await this.#threads.tellAll('ready')
  }

  async step(ticks: number, inputs: readonly unknown[]): Promise<ShardTick[][] | null> {
    const answers = await this.#threads.tellAll('step', ticks, inputs as readonly Input[])
    if (answers[0] === null) return null
    return Array.from({ length: ticks }, (_, place) =>
      this.#threads.inOrder(answers.map((answer) => (answer as ShardTick[][])[place] as ShardTick[])),
    )
  }

  save(shard: number): Promise<Uint8Array> {
    return this.#threads.tellOwner('save', shard)
  }

  close(): Promise<void> {
    return this.#threads.close()
  }
}

type Told<Method extends keyof Orders> = Parameters<Orders[Method]>
type Answered<Method extends keyof Orders> = ReturnType<Orders[Method]>

interface Thread {
  worker: Worker
  /** Of the regions it holds. */
  indexes: number[]
}

/** Threads that each hold some regions. */
class Threads {
  readonly #threads: readonly Thread[]

  constructor(workers: number, keepsChanges: boolean) {
    this.#threads = spread(workers).map((indexes) => ({
      indexes,
      worker: new Worker(new URL('./region-worker.ts', import.meta.url), {
        workerData: { indexes, keepsChanges } satisfies WorkerInput,
        // A thread has the process's cache of compiled code only if told so: without it, it starts in twice the time.
        env: { ...process.env, NODE_COMPILE_CACHE: getCompileCacheDir() },
      }),
    }))
  }

  /** The answers of all, in their own order. */
  tellAll<Method extends keyof Orders>(method: Method, ...args: Told<Method>): Promise<Answered<Method>[]> {
    return this.tellEach(method, () => args)
  }

  /** @param argsFor what to tell a thread; it is given a way to pick its own regions' parts out of a list of all */
  tellEach<Method extends keyof Orders>(
    method: Method,
    argsFor: (own: <Part>(all: readonly Part[]) => Part[]) => Told<Method>,
  ): Promise<Answered<Method>[]> {
    return Promise.all(
      this.#threads.map(({ worker, indexes }) =>
        ask<Answered<Method>>(worker, {
          method,
          args: argsFor((all) => indexes.flatMap((index) => all.slice(index, index + 1))),
        }),
      ),
    )
  }

  /** @param index of the region whose thread is told */
  tellOwner(method: 'save', index: number): Promise<Uint8Array> {
    const owner = this.#threads.find(({ indexes }) => indexes.includes(index)) as Thread
    return ask(owner.worker, { method, args: [owner.indexes.indexOf(index)] })
  }

  /** The regions' parts, in the order of the regions. @param parts of each thread */
  inOrder<Part>(parts: readonly (readonly Part[])[]): Part[] {
    const ordered: Part[] = []
    for (const [place, { indexes }] of this.#threads.entries())
      for (const [own, index] of indexes.entries()) ordered[index] = parts[place]?.[own] as Part
    return ordered
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }
}

/** A worker's answer, or why there is none. */
async function ask<Result>(worker: Worker, order: object): Promise<Result> {
  const over = new AbortController()
  const { signal } = over
  worker.postMessage(order)
  try {
    const [answer] = (await Promise.race([
      once(worker, 'message', { signal }),
      once(worker, 'exit', { signal }).then(([code]) => {
        throw new Error(`a simulation thread ended with ${code}`)
      }),
    ])) as [Answer]
    if ('result' in answer) return answer.result as Result
    const { name, message } = answer.error
    throw name === 'CodecError' ? new CodecError(message) : new Error(message)
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

// A world whose shards are spread over threads. The stream is the same as in one.

import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import { CodecError } from '../kernel/codec.ts'
import type { ShardTick } from '../log/record.ts'
import { instantOf, type Model, shapeOf, type WorldSettings } from './model.ts'
import type { LiveSimulation } from './shards.ts'
import type { Answer, Orders, WorkerInput } from './worker.ts'

/** Of this file: TypeScript in a clone, JavaScript in the built package. */
const ENDING = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

type Told<Method extends keyof Orders> = Parameters<Orders[Method]>
type Answered<Method extends keyof Orders> = ReturnType<Orders[Method]>

interface Thread {
  worker: Worker
  /** The shards that live there. */
  indexes: number[]
}

export class ThreadedSimulation implements LiveSimulation {
  readonly modelVersion: number
  readonly goesOnFrom: number
  readonly shards: number
  readonly #threads: readonly Thread[]

  /** @param workers threads, at most as many as the model has shards @param keepsChanges false: `step` is never called */
  constructor(
    { version, goesOnFrom = 1, module, shardSizes }: Pick<Model, 'version' | 'goesOnFrom' | 'module' | 'shardSizes'>,
    workers: number,
    keepsChanges: boolean,
  ) {
    this.modelVersion = version
    this.goesOnFrom = goesOnFrom
    this.shards = shardSizes.length
    const compileCache = getCompileCacheDir()
    this.#threads = spread(shardSizes, workers).map((indexes) => ({
      indexes,
      worker: new Worker(new URL(`./worker${ENDING}`, import.meta.url), {
        workerData: { module, indexes, keepsChanges, compileCache } satisfies WorkerInput,
      }),
    }))
  }

  shapeOf(settings: unknown): unknown {
    return shapeOf(settings as WorldSettings)
  }

  instantOf(settings: unknown, tick: number): number {
    return instantOf(settings as WorldSettings, tick)
  }

  async bear(settings: unknown): Promise<number> {
    const { warmupMilliseconds, tickMilliseconds } = settings as WorldSettings
    await this.#tellAll('bear', settings as WorldSettings)
    return -warmupMilliseconds / tickMilliseconds
  }

  async load(settings: unknown, tick: number, modelVersion: number, states: readonly Uint8Array[]): Promise<void> {
    await this.#tellEach('load', (own) => [settings as WorldSettings, tick, modelVersion, own(states)])
  }

  async apply(changes: readonly Uint8Array[]): Promise<void> {
    await this.#tellEach('apply', (own) => [own(changes)])
  }

  async ready(): Promise<void> {
    await this.#tellAll('ready')
  }

  async step(ticks: number, inputs: readonly unknown[]): Promise<ShardTick[][] | null> {
    const answers = await this.#tellAll('step', ticks, inputs)
    if (answers[0] === null) return null
    return Array.from({ length: ticks }, (_, place) =>
      this.#inOrder(answers.map((answer) => (answer as ShardTick[][])[place] as ShardTick[])),
    )
  }

  async advance(until: number): Promise<Uint8Array[]> {
    return this.#inOrder(await this.#tellAll('live', until))
  }

  async standing(): Promise<Uint8Array[]> {
    return this.#inOrder(await this.#tellAll('standing'))
  }

  async take(input: unknown): Promise<void> {
    await this.#tellAll('take', input)
  }

  save(shard: number): Promise<Uint8Array> {
    const { worker, indexes } = this.#threads.find((thread) => thread.indexes.includes(shard)) as Thread
    return ask(worker, { method: 'save', args: [indexes.indexOf(shard)] })
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  /** The answers of all, in their own order. */
  #tellAll<Method extends keyof Orders>(method: Method, ...args: Told<Method>): Promise<Answered<Method>[]> {
    return this.#tellEach(method, () => args)
  }

  /** @param argsFor what to tell a thread; it is given a way to pick its own shards' parts out of a list of all */
  #tellEach<Method extends keyof Orders>(
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

  /** The shards' parts, in the order of the shards. @param parts of each thread */
  #inOrder<Part>(parts: readonly (readonly Part[])[]): Part[] {
    const ordered: Part[] = []
    for (const [place, { indexes }] of this.#threads.entries())
      for (const [own, index] of indexes.entries()) ordered[index] = parts[place]?.[own] as Part
    return ordered
  }
}

/** A thread's answer. */
async function ask<Result>(worker: Worker, order: object): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const ended = (code: number): void => reject(new Error(`a simulation thread ended with ${code}`))
  worker.once('message', resolve).once('error', reject).once('exit', ended)
  worker.postMessage(order)
  try {
    const answer = await promise
    if ('result' in answer) return answer.result as Result
    const error = answer.error as Error
    throw answer.isCodecError ? new CodecError(error.message, { cause: error }) : error
  } finally {
    worker.off('message', resolve).off('error', reject).off('exit', ended)
  }
}

/** Indexes of the shards for each of so many threads: the largest first, each to the thread with the least to do. */
function spread(sizes: readonly number[], workers: number): number[][] {
  const shares = Array.from({ length: workers }, () => ({ indexes: [] as number[], size: 0 }))
  const largestFirst = sizes.map((size, index) => ({ size, index })).sort((a, b) => b.size - a.size)
  for (const { size, index } of largestFirst) {
    const least = shares.reduce((a, b) => (b.size < a.size ? b : a))
    least.indexes.push(index)
    least.size += size
  }
  return shares.map(({ indexes }) => indexes)
}

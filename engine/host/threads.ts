// A world whose shards are spread over threads, this one among them. The stream is the same as in one.
//
//     thread 1   live, live, live …  ──► rows ──┐                 ┌──► lines ──┐
//     thread 2   live, live, live …  ──► rows ──┴─► whoever has ──┴──► lines ──┴─► in order to the couriers, which write
//                                                   least to do
//
// A shard stays where it is; what evens out that some have more to do is that any thread can render a span of all shards. Each
// has some spans before it, so that none waits for another.

import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Lines } from '../delivery/lines.ts'
import { CodecError } from '../kernel/codec.ts'
import type { ShardTick } from '../log/record.ts'
import type { State } from '../log/simulation.ts'
import { instantOf, type Model, shapeOf, type WorldSettings } from './model.ts'
import type { LiveSimulation } from './shards.ts'
import { handedIn, type Order, type Orders, Work } from './work.ts'
import type { Answer, WorkerInput } from './worker.ts'

/** TypeScript in a clone, JavaScript in the built package, as this file. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
/**
 * A thread does not have the process's compiled code by itself, and what it begins with is compiled anew whatever it says: so
 * it begins with this, which needs no compiler of TypeScript.
 */
const START = `
  const { compileCache, program } = require('node:worker_threads').workerData
  if (compileCache !== undefined) require('node:module').enableCompileCache(compileCache)
  import(program)`
/** Its state is in typed arrays, so that a small heap is enough. */
const YOUNG_GENERATION_MB = 12

type Told<Method extends keyof Orders> = Parameters<Orders[Method]>
type Answered<Method extends keyof Orders> = ReturnType<Orders[Method]>

/** Spans that a thread has before it, so that it need not wait for this one. */
const SPANS_AHEAD = 2
/** Of rows: to render less than so much costs no more than to have it rendered. */
const RENDERED_APART_BYTES = 16 << 10
/** What this thread has to do besides, as a share of the world's simulation: to write, and where the world is kept, to commit. */
const WRITING = 0.12
const COMMITTING = 0.4

export interface Spread {
  /** Threads, at most as many as the model has shards. */
  workers: number
  /** False: `step` is never called. */
  keepsChanges: boolean
  /** This thread takes part; what lets it do something else, once. */
  turn?: (() => Promise<void>) | undefined
}

export class ThreadedSimulation implements LiveSimulation {
  readonly modelVersion: number
  readonly goesOnFrom: number
  readonly shards: number
  readonly spansAhead = SPANS_AHEAD
  readonly #threads: readonly Hand[]
  /** Memory for the rows of a span, by its number and the shard; and the numbers of what can be written over. */
  readonly #trays: Uint8Array[][] = []
  readonly #emptyTrays: number[] = []
  /** What to do with rows and lines that nobody needs any more. */
  readonly #lent = new WeakMap<object, () => void>()

  constructor(model: Model, { workers, keepsChanges, turn }: Spread) {
    const { version, goesOnFrom = 1, module, shardSizes } = model
    this.modelVersion = version
    this.goesOnFrom = goesOnFrom
    this.shards = shardSizes.length
    const besides = sum(shardSizes) * (keepsChanges ? COMMITTING : WRITING)
    const others = Array.from({ length: turn ? workers - 1 : workers }, () => 0)
    const shares = spread(shardSizes, turn ? [...others, besides] : others)
    const compileCache = getCompileCacheDir()
    this.#threads = shares.map((indexes, place) =>
      turn && place === others.length
        ? new Here(new Work(model, indexes, keepsChanges), indexes, turn)
        : new Thread({ program: PROGRAM.href, module, indexes, keepsChanges, compileCache }),
    )
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

  async load(settings: unknown, tick: number, modelVersion: number, states: readonly State[]): Promise<void> {
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

  async advance(until: number, isHeard?: boolean): Promise<Uint8Array[]> {
    const number = this.#emptyTrays.pop() ?? this.#trays.push([]) - 1
    const rows = this.#inOrder(
      (await this.#tellAll('live', until, number, isHeard)).map(({ lengths, tray }, thread) => {
        const { indexes } = this.#threads[thread] as Hand
        return indexes.map((index, own) => {
          const memory = this.#trays[number] as Uint8Array[]
          if (tray) memory[index] = new Uint8Array((tray[own] as Uint8Array).buffer)
          return (memory[index] as Uint8Array).subarray(0, lengths[own])
        })
      }),
    )
    this.#lent.set(rows[0] as Uint8Array, () => this.#emptyTrays.push(number))
    return rows
  }

  /** In the thread with the least to do, which evens out what the threads' shards differ in. */
  render(events: readonly Uint8Array[]): Promise<Lines> | undefined {
    return sum(events.map(({ length }) => length)) < RENDERED_APART_BYTES ? undefined : this.#render(events)
  }

  async #render(events: readonly Uint8Array[]): Promise<Lines> {
    const thread = this.#threads.reduce((a, b) => (b.waiting < a.waiting ? b : a))
    const number = thread.blankSheets.pop() ?? thread.sheets.push(undefined) - 1
    const { count, length, sheet = thread.sheets[number] as Lines } = await thread.tell('render', events, number)
    thread.sheets[number] = sheet
    const lines = { ...sheet, bytes: new Uint8Array(sheet.bytes.buffer, 0, length), count }
    this.#lent.set(lines, () => thread.blankSheets.push(number))
    return lines
  }

  reuse(events: readonly Uint8Array[] | undefined, lines?: Lines): void {
    for (const lent of [events?.[0], lines]) if (lent) this.#lent.get(lent)?.()
  }

  async standing(): Promise<Uint8Array[]> {
    return this.#inOrder(await this.#tellAll('standing'))
  }

  async take(input: unknown): Promise<void> {
    await this.#tellAll('take', input)
  }

  tell(shard: number): Promise<unknown> {
    const thread = this.#threadOf(shard)
    return thread.tell('tell', thread.indexes.indexOf(shard))
  }

  save(shard: number): Promise<Uint8Array> {
    const thread = this.#threadOf(shard)
    return thread.tell('save', thread.indexes.indexOf(shard))
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }

  #threadOf(shard: number): Hand {
    return this.#threads.find(({ indexes }) => indexes.includes(shard)) as Hand
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
      this.#threads.map((thread) =>
        thread.tell(method, ...argsFor((all) => thread.indexes.flatMap((index) => all.slice(index, index + 1)))),
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

/** Does what it is told, one after the other, and answers in that order. */
abstract class Hand {
  /** The shards that live there. */
  readonly indexes: readonly number[]
  /** Memory that it renders lines in, by number, and the numbers of what can be written over. */
  readonly sheets: (Lines | undefined)[] = []
  readonly blankSheets: number[] = []

  constructor(indexes: readonly number[]) {
    this.indexes = indexes
  }

  /** Orders without an answer. */
  abstract readonly waiting: number
  abstract tell<Method extends keyof Orders>(method: Method, ...args: Told<Method>): Promise<Answered<Method>>
  abstract end(): Promise<void>
}

/** This thread: between any two orders it does what else it has to do. */
class Here extends Hand {
  waiting = 0
  readonly #work: Work
  readonly #turn: () => Promise<void>
  #last: Promise<unknown> = Promise.resolve()

  constructor(work: Work, indexes: readonly number[], turn: () => Promise<void>) {
    super(indexes)
    this.#work = work
    this.#turn = turn
  }

  tell<Method extends keyof Orders>(method: Method, ...args: Told<Method>): Promise<Answered<Method>> {
    this.waiting++
    const answer = this.#last.then(async () => {
      await this.#turn()
      this.waiting--
      return this.#work.follow({ method, args } as Order)
    })
    this.#last = answer.catch(() => undefined)
    return answer as Promise<Answered<Method>>
  }

  async end(): Promise<void> {
    await this.#last
  }
}

class Thread extends Hand {
  readonly #worker: Worker
  readonly #answers: PromiseWithResolvers<unknown>[] = []
  #failure: Error | undefined

  constructor(workerData: WorkerInput) {
    super(workerData.indexes)
    this.#worker = new Worker(START, {
      ...{ eval: true, workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } },
    })
      .on('message', (answer: Answer) => this.#answered(answer))
      .on('error', (error) => this.#failed(error))
      .on('exit', (code) => this.#failed(new Error(`a simulation thread ended with ${code}`)))
  }

  get waiting(): number {
    return this.#answers.length
  }

  tell<Method extends keyof Orders>(method: Method, ...args: Told<Method>): Promise<Answered<Method>> {
    const answer = Promise.withResolvers<unknown>()
    // What was asked for beforehand may fail before anybody waits for it.
    answer.promise.catch(() => undefined)
    this.#answers.push(answer)
    if (this.#failure) this.#failed(this.#failure)
    else this.#worker.postMessage({ method, args }, handedIn({ method, args } as Order))
    return answer.promise as Promise<Answered<Method>>
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #answered(answer: Answer): void {
    const { resolve, reject } = this.#answers.shift() as PromiseWithResolvers<unknown>
    if ('result' in answer) resolve(answer.result)
    else {
      const error = answer.error as Error
      reject(answer.isCodecError ? new CodecError(error.message, { cause: error }) : error)
    }
  }

  #failed(error: Error): void {
    this.#failure = error
    for (const { reject } of this.#answers.splice(0)) reject(error)
  }
}

/** Indexes of the shards for each thread: the largest first, each to the thread with the least to do. @param besides what each has to do besides */
function spread(sizes: readonly number[], besides: readonly number[]): number[][] {
  const shares = besides.map((size) => ({ indexes: [] as number[], size }))
  const largestFirst = sizes.map((size, index) => ({ size, index })).sort((a, b) => b.size - a.size)
  for (const { size, index } of largestFirst) {
    const least = shares.reduce((a, b) => (b.size < a.size ? b : a))
    least.indexes.push(index)
    least.size += size
  }
  return shares.map(({ indexes }) => indexes)
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all + size, 0)
}

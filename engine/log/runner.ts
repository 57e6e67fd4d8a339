// Advances a world that is kept in a log: load, step, commit, and over again.
//
//     HEAD ──► load: newest good checkpoint + the rows that changed since ──► step ──► commit (compare-and-swap) ──► HEAD
//               ▲                                                                 │ another was first, or nobody knows
//               └─────────────────────────────────────────────────────────────────┘
//
// A step counts only once HEAD has moved past it; until then nothing outside sees it. The loser of a swap discards its
// state and loads again, so no second copy of the state is needed. Recovery applies logged rows and runs no rule, so a
// newer model changes nothing that was committed.

import { sha256 } from '#sha256'
import { hexOf } from '../kernel/hex.ts'
import { giveBack } from '../kernel/memory.ts'
import { committedTicks } from './history.ts'
import { announce } from './holds.ts'
import { identityOf } from './identity.ts'
import { encodeTick, hashOf, type ShardTick } from './record.ts'
import { recover } from './recovery.ts'
import { restOf, saveState } from './saving.ts'
import type { Simulation } from './simulation.ts'
import {
  type Head,
  type Manifest,
  neededFrom,
  type PendingInput,
  pastWorld,
  type TickLog,
  type TickRecord,
  WorldError,
} from './ticklog.ts'
import type { Timer } from './timer.ts'

export interface RunnerOptions {
  log: TickLog
  simulation: Simulation
  timer: Timer
  /** A name that no attempt has had before. */
  newAttempt(): string
  /** Told of each tick that was committed, in order. */
  onCommitted?(tick: number, shards: readonly ShardTick[]): void
  /** Gets a line about each problem that did no harm. */
  onTrouble?(trouble: string): void
  /** Called with the tick that a warm-up has reached, its first one included. Returns whether to stop there for now. */
  onWarmUp?(tick: number): boolean | Promise<boolean>
  /** A warm-up that takes longer than this is saved on the way; a minute. */
  warmUpSaveMilliseconds?: number
  /** Nothing younger than this is collected; nothing at all where it is infinite, as it is by default. */
  keepMilliseconds?: number
  /** A checkpoint is due when the records since the last one are this many times its size; 4. */
  logFactor?: number
  /** And at least this many bytes; 1 MiB. */
  logBytesMin?: number
}

/** Ticks of a warm-up that are stepped at once. */
const WARM_UP_STEPS = 24
const MINUTE_MILLISECONDS = 60_000
const KEEP_MILLISECONDS = Number.POSITIVE_INFINITY
const LOG_FACTOR = 4
/** A small world's checkpoint costs less than looking whether it is due. */
const LOG_BYTES_MIN = 1 << 20
/** … and when a run ends, so that the next one begins soon. Less than so many bytes are read in no time. */
const REST_FACTOR = 0.5
const REST_BYTES_MIN = 16 << 20

export class Runner {
  /** Commits that lost the swap to another runner. */
  conflicts = 0
  #head: Head | undefined
  /** The attempt whose state the simulation holds; undefined where it holds none that counts. */
  #warm: string | undefined
  /** Ticks that are stepped already, beyond what the attempt that they follow has committed. */
  #ahead: { follows: string; ticks: number; stepped: Promise<ShardTick[][]> } | undefined
  /** Bytes of the newest checkpoint, and of the records since. */
  #checkpointBytes = 0
  #logBytes = 0
  readonly #options: RunnerOptions
  readonly #log: TickLog
  readonly #simulation: Simulation

  constructor(options: RunnerOptions) {
    this.#options = options
    this.#log = options.log
    this.#simulation = options.simulation
  }

  get hasOpened(): boolean {
    return this.#head !== undefined
  }

  /** As it was read or swapped last. */
  get head(): Head {
    if (!this.#head) throw new Error('the world is not open')
    return this.#head
  }

  /** Whether the simulation holds the state that HEAD stands for. */
  get isWarm(): boolean {
    return this.#head !== undefined && this.#warm === this.#head.attempt
  }

  /** Bytes of the records since the newest checkpoint. */
  get logBytes(): number {
    return this.#logBytes
  }

  /**
   * Reads HEAD; every run begins with it.
   * @param settings for a world that is not there yet; it is born with the first `advance`
   * @throws WorldError
   */
  async open(settings?: unknown): Promise<void> {
    const head = await this.#log.readHead()
    if (!head && settings === undefined)
      throw this.#head
        ? new WorldError('it was deleted meanwhile', { code: 'WORLD_DELETED' })
        : new WorldError('there is no such world', { code: 'WORLD_MISSING' })
    const { modelVersion } = this.#simulation
    if (head && head.modelVersion > modelVersion)
      throw new WorldError(`written by model ${head.modelVersion}, and this is model ${modelVersion}`, {
        code: 'WORLD_TOO_NEW',
      })
    if (head?.attempt !== this.#head?.attempt || !head) this.#warm = undefined
    this.#head = head ?? this.#unborn(settings)
  }

  /** Whether these rules cannot go on with the world: what it has committed is all that there will be of it. */
  get isPast(): boolean {
    return this.head.modelVersion < this.#simulation.goesOnFrom
  }

  /** Why a world that is past is not gone on with. */
  get past(): WorldError {
    return pastWorld(this.head.modelVersion, this.#simulation.modelVersion)
  }

  /**
   * Brings a world to its start: it is born if it is not there yet, and warms up. A long warm-up takes several calls,
   * which other processes may make.
   * @returns whether it is there
   */
  async begin(): Promise<boolean> {
    if (this.isPast && this.head.tick >= 0) return true
    await this.#beWarm()
    await this.#beNamed()
    if (this.head.tick < 0) await this.#warmUp()
    return this.head.tick >= 0
  }

  /**
   * Commits the next ticks at once; the world has begun.
   * @param ticks 1 or more
   * @param ahead so many will be next, without another input: they are stepped while these are committed
   * @returns how many were committed; 0 where another runner won the swap, whose HEAD is then read
   */
  async advance(ticks: number, ahead = 0): Promise<number> {
    const { stepped, head } = await this.#step(ticks)
    const attempt = this.#options.newAttempt()
    const logBytes = this.#logBytes + sizeOf(stepped)
    const isDue = this.#isCheckpointDue(logBytes)
    // A checkpoint is of the state that HEAD stands for.
    if (ahead > 0 && !isDue) this.#ahead = { follows: attempt, ticks: ahead, stepped: this.#stepOn(ahead, []) }
    const { records, hash } = this.#chain(stepped)
    const { modelVersion } = this.#simulation
    const { rest: _, ...before } = head
    const next = { ...before, tick: head.tick + ticks, attempt, hash, modelVersion, inputs: [] }
    if (!(await this.#swap(head.attempt, next, records, this.#ahead === undefined))) return 0
    this.#logBytes = logBytes
    for (const [place, shards] of stepped.entries()) this.#options.onCommitted?.(head.tick + place, shards)
    if (isDue) await this.#saveAndCollect()
    return ticks
  }

  /** What the ticks after HEAD do, if they are committed. */
  async #step(ticks: number): Promise<{ stepped: ShardTick[][]; head: Head }> {
    const ahead = this.#ahead
    this.#ahead = undefined
    // An input that came meanwhile has moved HEAD: what was stepped without it is nothing.
    const isThis = ahead?.follows === this.head.attempt && ahead.ticks === ticks
    if (!isThis) await this.#beWarm()
    const { head } = this
    this.#warm = undefined
    const inputs = head.inputs.map(({ input }) => input)
    return { stepped: await (isThis ? ahead.stepped : this.#stepOn(ticks, inputs)), head }
  }

  #stepOn(ticks: number, inputs: readonly unknown[]): Promise<ShardTick[][]> {
    const stepped = this.#simulation.step(ticks, inputs) as Promise<ShardTick[][]>
    // Ahead of its time nobody waits for it yet.
    stepped.catch(() => undefined)
    return stepped
  }

  /**
   * Takes an input: it gets its position, and the tick that HEAD has come to, before anything steps on it.
   * @throws WorldError
   */
  async take(input: unknown): Promise<{ position: number; tick: number }> {
    const id = this.#options.newAttempt()
    for (let from = Number.POSITIVE_INFINITY; ; ) {
      await this.open()
      if (this.isPast) throw this.past
      const { head } = this
      const known = await this.#find(id, from)
      if (known) return known
      if (head.attempt === UNBORN || head.tick < 0)
        throw new WorldError('still warming up; inputs are taken from tick 0 on', { code: 'WORLD_WARMING_UP' })
      from = Math.min(from, head.tick)
      const position = head.positions + 1
      const inputs = [...head.inputs, { position, id, input }]
      const next = { ...head, attempt: this.#options.newAttempt(), inputs, positions: position }
      if (await this.#swap(head.attempt, next, [], this.#warm === head.attempt)) return { position, tick: head.tick }
    }
  }

  /**
   * Notes in HEAD what is to be told of the world without reading its state: nobody steps it for now. Where there are many
   * records since the last checkpoint, another one is saved, so that whoever looks or goes on has none of them to read.
   */
  async rest(): Promise<void> {
    const { head } = this
    if (!this.isWarm || head.tick < 0 || head.rest?.hash === head.hash) return
    if (this.#logBytes >= Math.max(REST_BYTES_MIN, REST_FACTOR * this.#checkpointBytes)) await this.#saveAndCollect()
    const rest = await restOf(this.#simulation, head.hash)
    await this.#swap(head.attempt, { ...head, attempt: this.#options.newAttempt(), rest }, [])
  }

  /** Saves the state as a checkpoint, verified by reading it back. */
  async checkpoint(): Promise<Manifest> {
    await this.#beWarm()
    return this.#save(this.head.tick, this.head.hash)
  }

  #unborn(settings: unknown): Head {
    const { modelVersion } = this.#simulation
    const head = { tick: 0, attempt: UNBORN, hash: '', modelVersion, settings, inputs: [], positions: 0 }
    return { ...head, identity: identityOf(this.#log.world, this.#simulation, head) }
  }

  /** What the simulation holds is the state that HEAD stands for. */
  async #beWarm(): Promise<void> {
    const { head } = this
    if (this.isPast) throw this.past
    if (this.#warm === head.attempt) return
    this.#ahead = undefined
    if (head.attempt === UNBORN) {
      this.#head = { ...head, tick: await this.#simulation.bear(head.settings) }
      if (this.head.tick === 0) await this.#commitBase(0)
    } else await this.#load()
    this.#warm = this.head.attempt
  }

  /** A world that an older version has begun gets its id before anything else happens, for what it has yet to commit. */
  async #beNamed(): Promise<void> {
    while (!this.head.identity) {
      const { head } = this
      const identity = identityOf(this.#log.world, this.#simulation, head)
      const next = { ...head, identity, attempt: this.#options.newAttempt() }
      await this.#swap(head.attempt, next, [], this.#warm === head.attempt)
    }
  }

  async #load(): Promise<void> {
    const { head } = this
    const { onTrouble } = this.#options
    const { manifest, logBytes } = await recover(this.#log, this.#simulation, head, head.tick, { onTrouble })
    this.#logBytes = logBytes
    this.#checkpointBytes = manifest.sizeBytes
    // Records of an older model apply to rows of that model only, so this model's records have to follow a checkpoint.
    if (manifest.modelVersion < this.#simulation.modelVersion) await this.#save(head.tick, head.hash)
  }

  /** Steps up to tick 0, without events. A long warm-up is saved on the way, so that another process can go on with it. */
  async #warmUp(): Promise<void> {
    const { timer, warmUpSaveMilliseconds = MINUTE_MILLISECONDS } = this.#options
    const began = timer.now()
    let { tick } = this.head
    // To be born takes a while: others have their turn before the first step, which is made whatever they say.
    await this.#options.onWarmUp?.(tick)
    let isOver = false
    while (tick < 0 && !isOver && timer.now() - began < warmUpSaveMilliseconds) {
      const ticks = Math.min(WARM_UP_STEPS, -tick)
      this.#warm = undefined
      await this.#simulation.step(ticks, [])
      tick += ticks
      isOver = (await this.#options.onWarmUp?.(tick)) ?? false
    }
    await this.#commitBase(tick)
  }

  /** Commits a state that no records lead to: a checkpoint, and HEAD at its tick. */
  async #commitBase(tick: number): Promise<void> {
    const before = this.head
    const manifest = await this.#save(tick)
    const { modelVersion } = this.#simulation
    const next = { ...before, tick, attempt: this.#options.newAttempt(), hash: manifest.hash, modelVersion }
    if (!(await this.#swap(before.attempt === UNBORN ? null : before.attempt, next, []))) await this.#beWarm()
  }

  #chain(stepped: readonly ShardTick[][]): { records: TickRecord[]; hash: string } {
    const { tick: first, inputs } = this.head
    const { modelVersion } = this.#simulation
    let { hash } = this.head
    const records = stepped.map((shards, place) => {
      const tick = first + place
      const bytes = encodeTick({ tick, modelVersion, previousHash: hash, inputs: place === 0 ? inputs : [], shards })
      hash = hashOf(bytes)
      return { tick, bytes }
    })
    return { records, hash }
  }

  /**
   * Swaps HEAD. Where the outcome is unknown, HEAD is read to find out.
   * @param holdsIt whether the simulation holds the state that `next` stands for
   */
  async #swap(expected: string | null, next: Head, records: readonly TickRecord[], holdsIt = true): Promise<boolean> {
    let swapped: boolean
    try {
      swapped = await this.#log.commit(expected, next, records)
      for (const { bytes } of records) giveBack(bytes)
    } catch (error) {
      this.#warm = undefined
      const now = await this.#log.readHead()
      swapped = now?.attempt === next.attempt
      if (!swapped) {
        if (now) this.#head = now
        throw error
      }
    }
    if (swapped) {
      this.#head = next
      this.#warm = holdsIt ? next.attempt : undefined
    } else {
      this.conflicts++
      this.#warm = undefined
      // A world that was deleted meanwhile is not born again: the deletion was meant.
      await this.open(expected === null ? next.settings : undefined)
    }
    return swapped
  }

  /** Position and tick of the input with this id, if a swap that seemed to fail took it. */
  async #find(id: string, from: number): Promise<{ position: number; tick: number } | undefined> {
    const { head } = this
    const among = (inputs: readonly PendingInput[], tick: number) => {
      const input = inputs.find((one) => one.id === id)
      return input && { position: input.position, tick }
    }
    const waiting = among(head.inputs, head.tick)
    if (waiting || from >= head.tick) return waiting
    for await (const { tick, inputs } of committedTicks(this.#log, from, head)) {
      const taken = among(inputs, tick)
      if (taken) return taken
    }
    return undefined
  }

  #isCheckpointDue(logBytes: number): boolean {
    const { logFactor = LOG_FACTOR, logBytesMin = LOG_BYTES_MIN } = this.#options
    return logBytes >= Math.max(logBytesMin, logFactor * this.#checkpointBytes)
  }

  async #saveAndCollect(): Promise<void> {
    try {
      await this.#save(this.head.tick, this.head.hash)
      await this.#collect()
    } catch (error) {
      // The tick is committed without a checkpoint; the next tick tries again.
      this.#options.onTrouble?.(`no checkpoint at tick ${this.head.tick}: ${(error as Error).message}`)
    }
  }

  /** @param hash end of the chain there; a chain begins with the checkpoint's own */
  async #save(tick: number, hash?: string): Promise<Manifest> {
    const { newAttempt, timer } = this.#options
    const saved = await saveState(this.#log, this.#simulation, tick, newAttempt())
    const chain = hash ?? hexOf(sha256(new TextEncoder().encode(saved.digests.join())))
    const manifest = { ...saved, hash: chain, savedAt: timer.now() }
    await this.#log.publish(manifest)
    this.#checkpointBytes = saved.sizeBytes
    this.#logBytes = 0
    return manifest
  }

  /** Deletes what neither recovery nor delivery needs any more. */
  async #collect(): Promise<void> {
    const { newAttempt, timer, keepMilliseconds = KEEP_MILLISECONDS } = this.#options
    const manifests = await this.#log.manifests()
    const base = manifests.slice(1).find(({ savedAt }) => savedAt <= timer.now() - keepMilliseconds)
    if (!base) return
    // Whoever is still told what stood before a tick needs the way back to that state.
    const owed = [...(await this.#log.cursors()).values()].map((cursor) =>
      cursor.opening ? (manifests.find(({ tick }) => tick <= cursor.tick)?.tick ?? cursor.tick) : neededFrom(cursor),
    )
    const floor = Math.min(base.tick, ...owed)
    await this.#log.collect(await announce(this.#log, floor, newAttempt(), timer.now()))
  }
}

/** Bytes that records will have, but for their heads. */
function sizeOf(stepped: readonly ShardTick[][]): number {
  return stepped.flat().reduce((sum, { changes, events }) => sum + changes.length + events.length, 0)
}

/** Attempt of a HEAD that is not there yet. */
const UNBORN = ''

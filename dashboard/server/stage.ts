// The world that is on show, as everything here sees it: where it is, how it goes, and who wants to hear of a change.

import { type Machine, StoreError, WorldError } from '../../engine/index.ts'
import type { Chronicle } from './chronicle.ts'
import { Clock } from './clock.ts'
import { Feed } from './feed.ts'
import { Names } from './names.ts'
import { Past } from './past.ts'
import type { Sources } from './person.ts'
import type { Phase } from './shapes.ts'

/** What has changed: the world's own facts, how time goes, or what is known. */
export type Change = 'world' | 'clock' | 'tick' | 'twins'

export class Stage {
  readonly name: string
  readonly machine: Machine
  phase: Phase = 'starting'
  /** A sentence about the phase, for people. */
  line: string | null = null
  /** While the world is brought up to the present. */
  progress: { from: number; to: number; at: number } | null = null
  #sources: Sources | undefined
  #clock: Clock | undefined
  readonly #listeners = new Set<(change: Change) => void>()

  constructor(name: string, machine: Machine) {
    this.name = name
    this.machine = machine
  }

  /** Undefined until a first state is there. */
  get sources(): Sources | undefined {
    return this.#sources
  }

  get clock(): Clock | undefined {
    return this.#clock
  }

  /** There is something to show. */
  begin(chronicle: Chronicle): void {
    this.#sources = sourcesOf(chronicle)
    this.#clock = new Clock(this.machine, chronicle.end, () => chronicle.end)
    this.#clock.follow()
    this.tell('world')
  }

  enter(phase: Phase, line: string | null = null): void {
    if (phase === this.phase && line === this.line) return
    this.phase = phase
    this.line = line
    if (phase !== 'catching_up' && phase !== 'starting') this.progress = null
    this.tell('world')
  }

  /** The world cannot be gone on with. @throws what is a fault of ours */
  fail(error: unknown): void {
    if (error instanceof WorldError && (error.code === 'WORLD_DELETED' || error.code === 'WORLD_MISSING'))
      this.enter('deleted', `World ${this.name} was deleted; tutorsim demo makes a new one`)
    else if (error instanceof WorldError) this.enter('ended', `World ${this.name}: ${error.message}`)
    else if (error instanceof StoreError)
      this.enter('store_gone', `The store of world ${this.name} cannot be read: ${error.message}`)
    else throw error
  }

  on(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}

export function sourcesOf(chronicle: Chronicle): Sources {
  return {
    chronicle,
    feed: new Feed(chronicle),
    past: new Past(chronicle),
    names: new Names(chronicle.settings.seed),
  }
}

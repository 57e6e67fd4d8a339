// What-ifs: forks of the world on show. Each has the same past and the same chance, so whatever differs from where they part
// is an effect of the one input that differs. A twin lives up to where its original is, then keeps step with it.

import { randomUUID } from 'node:crypto'
import { fork, Host, LocalSimulation, OperationalError, type Store } from '../../engine/index.ts'
import { type Input, type Intervention, model, resolve } from '../../model/index.ts'
import { Chronicle } from './chronicle.ts'
import type { Sources } from './person.ts'
import type { Twin as TwinView } from './shapes.ts'
import { type Stage, sourcesOf } from './stage.ts'
import { inWords, type Tale } from './story.ts'

/** Each costs as much as the world itself. */
const TWINS_MAX = 4

export interface Asked {
  at: number
  /** What is changed, in this order; nothing: what the world took from there on is left out. */
  inputs: readonly unknown[]
  name?: string | undefined
  /** The scenario that it tells. */
  tale?: Tale
}

/** What was asked for cannot be had. */
class WhatIfError extends OperationalError {
  override name = 'WhatIfError'
}

interface Parting {
  name: string
  tick: number
  inputs: readonly unknown[]
  tale: Tale | undefined
}

export class Twin {
  readonly name: string
  readonly inputs: readonly unknown[]
  readonly tick: number
  readonly tale: Tale | undefined
  readonly #stage: Stage
  readonly #store: Store
  readonly #over = new AbortController()
  phase: TwinView['phase'] = 'living_up'
  line: string | null = null
  sources: Sources | undefined
  /** Settles when it lives no more. */
  ended: Promise<void> = Promise.resolve()

  constructor(stage: Stage, store: Store, { name, tick, inputs, tale }: Parting) {
    this.#stage = stage
    this.#store = store
    this.name = name
    this.tick = tick
    this.inputs = inputs
    this.tale = tale
  }

  view(): TwinView {
    const origin = (this.#stage.sources as Sources).chronicle
    const at = origin.instantOf(this.tick)
    return {
      ...{ name: this.name, of: this.#stage.name, tick: this.tick, at, input: asInput(this.inputs[0]) },
      sentence: this.tale
        ? `${this.tale.scenario.name}: ${this.tale.scenario.sentence.replace(/\.$/, '')}`
        : sentenceOf(this.inputs),
      ...{ to: this.sources?.chronicle.end ?? at, phase: this.phase, line: this.line },
    }
  }

  /** Makes the fork. @throws WorldError, StoreError */
  async part(): Promise<void> {
    const origin = (this.#stage.sources as Sources).chronicle
    const log = this.#store.world(this.name)
    const simulation = new LocalSimulation(model)
    await fork(
      origin.logAt(this.tick),
      this.tick,
      log,
      simulation,
      randomUUID(),
      this.#stage.machine.now(),
      this.inputs,
    )
  }

  live(): void {
    this.ended = this.#live().catch((error: Error) => {
      this.phase = 'failed'
      this.line = error.message
      this.#stage.tell('twins')
    })
  }

  async stop(): Promise<void> {
    this.#over.abort()
    await this.ended
  }

  async #live(): Promise<void> {
    const origin = (this.#stage.sources as Sources).chronicle
    const log = this.#store.world(this.name)
    const chronicle = await Chronicle.forked(log, { chronicle: origin, tick: this.tick })
    this.sources = sourcesOf(chronicle)
    const { machine } = this.#stage
    const observe = ({ tick, shards }: { tick: number; shards: readonly { events: Uint8Array }[] }): void => {
      chronicle.add(
        tick,
        shards.map(({ events }) => events.slice()),
      )
    }
    const host = await Host.open({ model, log, machine, observers: [{ observe }] })
    try {
      const { signal } = this.#over
      while (!signal.aborted) {
        if (origin.next > host.tick)
          await host.live({ until: origin.next, signal, onAdvanced: () => this.#stage.tell('twins') })
        const head = await log.readHead()
        if (head) await chronicle.catchUp(head)
        if (this.phase !== 'level') {
          this.phase = 'level'
          this.#stage.tell('twins')
        }
        this.#stage.tell('tick')
        if (origin.next <= host.tick) await this.#nextTick(signal)
      }
    } finally {
      await host.close()
    }
  }

  /** Settles when the original goes on. */
  #nextTick(signal: AbortSignal): Promise<void> {
    const origin = (this.#stage.sources as Sources).chronicle
    const at = origin.next
    return new Promise((resolve) => {
      const done = (): void => {
        off()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const off = this.#stage.on(() => {
        if (origin.next > at) done()
      })
      signal.addEventListener('abort', done)
    })
  }
}

export class Twins {
  readonly #stage: Stage
  readonly #store: Store
  readonly #all = new Map<string, Twin>()

  /** @param store where forks are kept */
  constructor(stage: Stage, store: Store) {
    this.#stage = stage
    this.#store = store
  }

  get views(): TwinView[] {
    return [...this.#all.values()].map((twin) => twin.view())
  }

  get all(): readonly Twin[] {
    return [...this.#all.values()]
  }

  get(name: string): Twin | undefined {
    return this.#all.get(name)
  }

  /** @throws WhatIfError, SettingsError, WorldError, StoreError */
  async ask({ at, inputs, name, tale }: Asked): Promise<Twin> {
    const chronicle = (this.#stage.sources as Sources).chronicle
    if (this.#all.size >= TWINS_MAX)
      throw new WhatIfError(`there are ${TWINS_MAX} what-ifs already: let go of one first`, { code: 'TOO_MANY' })
    if (!(at >= chronicle.start && at <= chronicle.end))
      throw new WhatIfError('at: no instant of the history', { code: 'BAD_REQUEST' })
    const tick = chronicle.tickAt(at)
    const { settings } = chronicle
    for (const input of inputs) model.checkInput(input as Input, settings, chronicle.instantOf(tick))
    const taken = new Set([...(await this.#store.worlds()), ...this.#all.keys(), this.#stage.name])
    if (name !== undefined && taken.has(name))
      throw new WhatIfError(`there is a world ${name} already`, { code: 'WORLD_EXISTS' })
    const twin = new Twin(this.#stage, this.#store, { name: name ?? freeName(taken), tick, inputs, tale })
    this.#all.set(twin.name, twin)
    try {
      await twin.part()
    } catch (error) {
      this.#all.delete(twin.name)
      throw error
    }
    twin.live()
    this.#stage.tell('twins')
    return twin
  }

  /** Lets go of a twin, and of its world. @returns whether there was one */
  async forget(name: string): Promise<boolean> {
    const twin = this.#all.get(name)
    if (!twin) return false
    this.#all.delete(name)
    await twin.stop()
    await this.#store.delete(name)
    this.#stage.tell('twins')
    return true
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map((twin) => twin.stop()))
  }
}

function freeName(taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) if (!taken.has(`what-if-${number}`)) return `what-if-${number}`
}

/** Null: nothing is put in. */
function asInput(input: unknown): TwinView['input'] {
  return (input as TwinView['input'] | undefined) ?? null
}

/** Inputs as a person would say them. */
function sentenceOf(inputs: readonly unknown[]): string {
  if (inputs.length === 0) return 'Without what was changed'
  return inputs.map((input) => inputInWords(input as object)).join('; ')
}

function inputInWords(input: object): string {
  const { intervene, settings } = input as { intervene?: Intervention; settings?: object }
  // As it was asked for: what narrows it down may be one name or several.
  if (intervene) return inWords(resolve(intervene, 0, 0))
  const said = Object.entries(settings ?? input).map(([name, value]) => {
    const [, region] = /^students(?:\.(\w+))?$/.exec(name) ?? []
    if (region) return `${value} students in the ${region}`
    if (name === 'students') return `${value} students`
    if (name === 'rate') return `${value} events a tick`
    return `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`
  })
  return said.join(', ')
}

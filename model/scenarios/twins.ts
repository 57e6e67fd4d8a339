// A world's twins: the same world on the same chance without any intervention, and where there are several interventions one
// that leaves each of them out. They are advanced beside the world, and what they do otherwise becomes labels.

import { allShards, Shards } from '../../engine/index.ts'
import type { Intervention } from '../interventions/intervention.ts'
import { model, type RegionShard } from '../model.ts'
import type { Input } from '../rules/inputs.ts'
import type { Settings } from '../state/settings.ts'
import { type Labelled, Labels, named } from './labels.ts'

/** A world before anybody has intervened in it. */
export interface Beginning {
  readonly settings: Settings
  readonly tick: number
  readonly modelVersion: number
  /** Of each region, as a checkpoint has it. */
  readonly states: readonly Uint8Array[]
}

export class Twins {
  readonly #worlds: readonly Shards<Settings, Input, RegionShard>[]
  readonly #labels: Labels
  /** How many of the interventions the world has taken. */
  #taken = 0

  /**
   * @param interventions all that the world takes on its way, in that order
   * @param write takes each line of an effect or an event, without its end
   */
  constructor(beginning: Beginning, interventions: readonly Intervention[], write: (line: string) => void) {
    const { settings, tick, modelVersion, states } = beginning
    const instant = settings.start + tick * settings.tickMilliseconds
    this.#labels = new Labels(named(interventions), instant, write)
    this.#worlds = Array.from({ length: this.#labels.twins }, () => {
      const world = new Shards(model, allShards(model), false)
      world.load(settings, tick, modelVersion, states)
      world.ready()
      return world
    })
  }

  /** Takes an input of the world, to hold from its next tick on: an intervention is left out by the twin, and by its own. */
  take(input: Input): void {
    const place = 'intervene' in input ? this.#taken++ : undefined
    for (const [at, world] of this.#worlds.entries()) {
      const isLeftOut = place !== undefined && (at === 0 || at === place + 1)
      if (!isLeftOut) world.take(input)
    }
  }

  /** Brings the twins to an instant, and tells what the world has done otherwise. @param rows of its events, of each region */
  advance(until: number, rows: readonly Uint8Array[]): void {
    const twins = this.#worlds.map((world) => {
      world.advance(until)
      return world.events()
    })
    this.#labels.add(until, rows, twins)
  }

  end(): Labelled {
    return this.#labels.end()
  }
}

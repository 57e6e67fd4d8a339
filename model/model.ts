// The marketplace as the engine's host takes it: five regions that never meet, each a shard.

import type { EventCatalogue, Model, ModelShard, Table, World } from '../engine/index.ts'
import { worldKey } from '../engine/index.ts'
import { events } from './events/catalogue.ts'
import { REGIONS } from './events/index.ts'
import { type Intervention, resolve } from './interventions/intervention.ts'
import { wireOf } from './interventions/wire.ts'
import { actionsOf } from './rules/actions.ts'
import { genesis } from './rules/genesis.ts'
import {
  askedBy,
  changeFigures,
  checkInput,
  type Input,
  isIntervention,
  isOfSettings,
  resize,
  sharesOf,
} from './rules/inputs.ts'
import { hasTaken, intervene } from './rules/interventions.ts'
import { standing } from './rules/standing.ts'
import type { GivenFigures } from './settings/catalogue.ts'
import { census } from './state/census.ts'
import { figuresInForce } from './state/changes.ts'
import { olderTables } from './state/migrations.ts'
import { REGION_SIZES } from './state/numbering.ts'
import { RegionState } from './state/region.ts'
import { calendarOf, type Settings } from './state/settings.ts'

/** Of the rules and the rows' meaning; goes up with whatever changes the stream of a seed. */
export const MODEL_VERSION = 5

/** Events of a student in an hour, and of all markets, as measured over a week of the default world. */
const EVENTS_PER_STUDENT_HOUR = 0.045
const EVENTS_OF_MARKETS_HOURLY = 16

/** What a region tells where worlds are listed. */
export interface Told {
  students: number
  tutors: number
  /** Students that each region should have, in the order of REGIONS. */
  targets: readonly number[]
  /** Settings in force that are not as by default. */
  figures?: GivenFigures
}

/** A region, with the rules that it lives by. */
export class RegionShard implements ModelShard<Input> {
  readonly region: RegionState
  readonly #settings: Settings

  /** @param index into REGIONS */
  constructor(index: number, settings: Settings) {
    this.region = new RegionState(index, worldKey(settings.seed), {
      calendar: calendarOf(settings),
      shocks: settings.shocks,
      figures: settings.figures,
    })
    this.#settings = settings
  }

  get tables(): readonly Table[] {
    return this.region.tables
  }

  get events(): Table {
    return this.region.events as unknown as Table
  }

  get world(): World {
    return this.region.world
  }

  get silent(): boolean {
    return this.region.silent
  }

  set silent(silent: boolean) {
    this.region.silent = silent
  }

  bear(now: number): void {
    const { students } = this.#settings
    this.start(now)
    genesis(this.region, sharesOf(students, this.#settings), now)
  }

  start(now: number): void {
    this.region.start(actionsOf(this.region), now)
  }

  take(input: Input, now: number): void {
    if (isOfSettings(input)) changeFigures(this.region, input, now)
    else if (isIntervention(input)) intervene(this.region, resolve(input.intervene, this.#settings.start, now), now)
    else resize(this.region, askedBy(input, now, this.#settings), this.#settings, now)
  }

  standing(now: number): Table {
    return standing(this.region, now) as unknown as Table
  }

  tell(): Told {
    const { targets, figures } = this
    return { ...census(this.region), targets, ...(figures ? { figures } : {}) }
  }

  /** Whether it has taken an intervention, as far as that concerns it. */
  hasTaken(intervention: Intervention): boolean {
    return hasTaken(this.region, intervention)
  }

  /** Students that the whole world should have: as many as its settings or its latest input say. */
  get worldTarget(): number {
    return this.targets.reduce((sum, target) => sum + target, 0)
  }

  /** Settings in force that are not as by default. */
  get figures(): GivenFigures | undefined {
    const figures = figuresInForce(this.region)
    return figures && Object.keys(figures).length > 0 ? figures : undefined
  }

  /** Students that each region should have, in the order of REGIONS. */
  get targets(): number[] {
    const figures = this.region.figures.at(0)
    return REGIONS.map((name) => figures[name])
  }
}

export const model: Model<Settings, Input, RegionShard> = {
  version: MODEL_VERSION,
  goesOnFrom: 5,
  module: import.meta.url,
  shardSizes: REGION_SIZES,
  events: events as unknown as EventCatalogue,
  shard: (index, settings) => new RegionShard(index, settings),
  older(version) {
    const { tables, convert } = olderTables(version)
    return { tables, convert: ({ region }) => convert(region) }
  },
  eventsPerHour: ({ students }) => EVENTS_OF_MARKETS_HOURLY + students * EVENTS_PER_STUDENT_HOUR,
  checkInput(input, settings, now) {
    checkInput(input, now, settings)
  },
  wireOf: (told) => wireOf(told as readonly Intervention[]),
}

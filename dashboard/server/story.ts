// The story on show: the scenario of the world, or of the what-if that tells one, and what else was changed and when.

import {
  type Intervention,
  type InterventionInput,
  instantOf,
  KINDS,
  type KindOfIntervention,
  resolve,
  type Scenario,
  type Shock,
} from '../../model/index.ts'
import type { Story as StoryTold } from './shapes.ts'
import type { Stage } from './stage.ts'
import type { Twin, Twins } from './twins.ts'

/** A scenario, and what a world takes of it. */
export interface Tale {
  scenario: Scenario
  inputs: readonly unknown[]
}

type StoryView = Omit<StoryTold, 'shocks'>
type InterventionView = StoryTold['interventions'][number]

/** The kinds of intervention that a what-if can have, by name. */
const KINDS_OF_WORLD = Object.fromEntries(
  Object.entries<KindOfIntervention>(KINDS)
    .filter(([, { on }]) => on === 'world')
    .map(([name, kind]) => [name, { ...kind, where: [...kind.where], people: [...kind.people] }]),
)

export class Story {
  readonly #stage: Stage
  readonly #own: Tale | undefined
  readonly #tales: readonly Tale[]

  /** @param tales that can be told @param own of the world itself, from its birth */
  constructor(stage: Stage, tales: readonly Tale[] = [], own?: Tale) {
    this.#stage = stage
    this.#tales = tales
    this.#own = own
  }

  /** @param twins that there are: the latest that tells a tale is the one on show, unless the world has its own */
  view(twins: readonly Twin[]): StoryView {
    const told = this.#own ?? twins.findLast(({ tale }) => tale)?.tale
    const start = this.#start
    const ofTwins = twins.flatMap(({ name, inputs, tick }) =>
      inputs.flatMap((input) => interventionIn(input, start, this.#instantOf(tick), name)),
    )
    const born = this.#own?.inputs.map((input) => ({ tick: 0, input })) ?? []
    const taken = this.#stage.sources?.chronicle.inputs ?? []
    // What the world took at its birth, and what the log tells that it took since.
    const own = [...born, ...taken.filter(({ tick }) => tick > 0 || born.length === 0)].flatMap(({ tick, input }) =>
      interventionIn(input, start, this.#instantOf(tick), `tick ${tick}`),
    )
    return {
      scenario: told ? named(told) : null,
      scenarios: this.#tales.map(named),
      kinds: KINDS_OF_WORLD,
      interventions: [...own, ...ofTwins],
      moments: told?.scenario.moments.map(({ at, sentence }) => ({ at: instantOf(at, start), sentence })) ?? [],
    }
  }

  /** Undefined where there is no scenario of that name. */
  tale(name: string): Tale | undefined {
    return this.#tales.find(({ scenario }) => scenario.name === name)
  }

  /**
   * Makes a what-if of a scenario: as if it had come upon the world from its start. What the world took at its birth is not in
   * a fork from there, so it is put in again.
   */
  tell(tale: Tale, twins: Twins): Promise<Twin> {
    const inputs = [...(this.#own?.inputs ?? []), ...tale.inputs]
    return twins.ask({ at: this.#stage.sources?.chronicle.start ?? this.#start, inputs, tale })
  }

  get #start(): number {
    return this.#stage.sources?.chronicle.settings.start ?? 0
  }

  #instantOf(tick: number): number {
    return this.#stage.sources?.chronicle.instantOf(tick) ?? this.#start
  }
}

function named({ scenario: { name, sentence } }: Tale): { name: string; sentence: string } {
  return { name, sentence }
}

function interventionIn(input: unknown, start: number, now: number, id: string): InterventionView[] {
  const { intervene } = (input ?? {}) as { intervene?: InterventionInput }
  if (!intervene) return []
  const resolved = resolve(intervene, start, now)
  const { kind, from, until = null, size, where } = resolved
  return [
    { id: resolved.id ?? `${id}.${kind}`, kind, sentence: inWords(resolved), from, until, size, where: { ...where } },
  ]
}

/** `demand ×1.8 in Physics, west`. */
export function inWords({
  kind,
  size,
  where,
  reason,
}: Pick<Intervention, 'kind' | 'size' | 'where' | 'reason'>): string {
  const { neutral, most } = (KINDS[kind] as KindOfIntervention).size
  const much = neutral === 1 ? `×${size}` : most === 1 ? `${Math.round(100 * size)} %` : String(size)
  const { subject, region, share, ids } = where
  const places = [...(subject ?? []), ...(region ?? [])]
  const whom = [
    ...(places.length > 0 ? [`in ${places.join(', ')}`] : []),
    ...(share === undefined ? [] : [`for ${Math.round(100 * share)} % of them`]),
    ...(ids === undefined ? [] : [`for ${ids.length === 1 ? ids[0] : `${ids.length} people`}`]),
  ]
  const what = reason ? `${kind}: ${reason.join(', ')}` : kind
  return [what.replaceAll('_', ' '), much, ...whom].join(' ')
}

/** What has hit many, as a person would say it: `snow in the west`. */
export function shockInWords({ name, place }: Shock): string {
  return place === 'platform' ? name : `${name} in the ${place}`
}

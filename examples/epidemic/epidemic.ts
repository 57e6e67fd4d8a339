// An epidemic in a few towns, on the kernel alone: the smallest whole model, to copy when you write one of your own.
//
//     susceptible ── a contact with someone infected ──► infected ── recovery ──► recovered
//
// Only the infected have anything due: their next contact and their recovery. People meet within their town, so each
// town is a shard, a world of its own, and the stream is the merged events of all towns.

import {
  type Action,
  below,
  chance,
  DAY,
  decodeCheckpoint,
  encodeCheckpoint,
  exp,
  type Fields,
  Merge,
  Quantiles,
  Random,
  Table,
  World,
  worldKey,
} from '../../engine/index.ts'

export interface Settings {
  /** Any text. */
  seed: string
  /** Milliseconds since 1970. */
  start: number
  /** People in each town, at most 2^21. */
  towns: readonly number[]
  /** People in each town who are infected at the start. */
  infectedAtStart: number
  contactsPerDay: number
  /** Chance that a contact of someone infected with someone susceptible infects them. */
  infectionChance: number
  /** Mean time from infection to recovery. */
  illnessDays: number
}

export interface Census {
  susceptible: number
  infected: number
  recovered: number
}

/** People are numbered through all towns. */
export type Happening =
  | { type: 'infection'; person: number; by: number }
  | { type: 'recovery'; person: number }
  | ({ type: 'report' } & Census)

/** The rank is kind and agent of the action as one number: it orders what happens at the same instant. */
export type Event = { instant: number; rank: number; town: number } & Happening

/** Goes up with whatever changes the events of a seed or the meaning of a field. */
const MODEL_VERSION = 1

const PERSON = { contactDue: 'f64', recoveryDue: 'f64', health: 'u8' } as const satisfies Fields
const TOWN = { reportDue: 'f64', susceptible: 'u32', infected: 'u32', recovered: 'u32' } as const satisfies Fields
const Health = { susceptible: 0, infected: 1, recovered: 2 } as const

/** Kinds of action, in the order in which they go ahead of one another at the same instant. */
const Kind = { report: 0, recovery: 1, contact: 2 } as const

/** What a draw decides. Its address is (purpose, person, instant), so nothing else in the world can change it. */
const Purpose = { illness: 0, contact: 1 } as const

/** Time between contacts and length of an illness, as multiples of their means. */
const WAIT = Quantiles.fromDensity((x) => exp(-x), 0, 12)
const ILLNESS = Quantiles.fromDensity((x) => x * x * x * exp(-4 * x), 0, 4)

const TWO_32 = 0x1_0000_0000

/** People whom one infects while nearly all are susceptible: above 1 an epidemic spreads, below 1 it dies out. */
export function reproductionNumber({ contactsPerDay, infectionChance, illnessDays }: Settings): number {
  return contactsPerDay * infectionChance * illnessDays
}

/** Does in all towns what is due before `until`. Returns what happened, in order, however the towns are listed. */
export function step(towns: readonly Town[], until: number): Event[] {
  for (const town of towns) town.step(until)
  const event = (town: Town, index: number) => town.events[index] as Event
  const shards = towns.map((town) => ({
    count: town.events.length,
    instant: (index: number) => event(town, index).instant,
    rank: (index: number) => event(town, index).rank,
  }))
  const events: Event[] = []
  const merge = new Merge(shards)
  while (merge.next()) events.push(event(towns[merge.shard] as Town, merge.index))
  return events
}

export class Town {
  /** What the latest step did. */
  events: Event[] = []
  // All state is in these two tables. An accessor stands on one row: `at` to read it, `edit` to change it.
  readonly #people = new Table('people', PERSON)
  readonly #figures = new Table('figures', TOWN)
  readonly #tables = [this.#people, this.#figures]
  readonly #person = this.#people.accessor()
  readonly #tally = this.#figures.accessor()
  readonly #settings: Settings
  readonly #number: number
  /** Number of the person in row 0. */
  readonly #first: number
  readonly #random: Random
  readonly #world: World

  /** @param number index among the towns @param checkpoint to go on from; none: the town as it is at the start */
  constructor(settings: Settings, number: number, checkpoint?: Uint8Array) {
    this.#settings = settings
    this.#number = number
    this.#first = settings.towns.slice(0, number).reduce((sum, people) => sum + people, 0)
    this.#random = new Random(worldKey(settings.seed))
    const now = checkpoint ? decodeCheckpoint(checkpoint, this.#tables, MODEL_VERSION) : settings.start
    // In the order of Kind.
    const actions: Action[] = [
      { table: this.#figures, due: 'reportDue', act: (_, instant) => this.#report(instant) },
      { table: this.#people, due: 'recoveryDue', act: (row, instant) => this.#recover(row, instant) },
      { table: this.#people, due: 'contactDue', act: (row, instant) => this.#meet(row, instant) },
    ]
    this.#world = new World(this.#tables, actions, now)
    if (!checkpoint) this.#begin()
  }

  step(until: number): void {
    this.events = []
    this.#world.run(until)
  }

  checkpoint(): Uint8Array {
    return encodeCheckpoint(this.#tables, MODEL_VERSION, this.#world.now)
  }

  /** Counts the people one by one: fit for who looks at a town, too slow for what happens in it. */
  census(): Census {
    const counts: [number, number, number] = [0, 0, 0]
    for (let row = 0; row < this.#people.count; row++) counts[this.#person.at(row).health as 0 | 1 | 2]++
    const [susceptible, infected, recovered] = counts
    return { susceptible, infected, recovered }
  }

  #begin(): void {
    const { start, towns, infectedAtStart } = this.#settings
    this.#world.schedule(Kind.report, this.#figures.add(), start)
    this.#tally.edit(0).susceptible = towns[this.#number] as number
    for (let row = 0; row < this.#tally.susceptible; row++) this.#people.add()
    for (let row = 0; row < infectedAtStart; row++) this.#infect(row, start)
  }

  #infect(row: number, instant: number): void {
    const [wait, length] = this.#random.draw(Purpose.illness, this.#first + row, instant)
    this.#person.edit(row).health = Health.infected
    this.#tally.edit(0).susceptible--
    this.#tally.infected++
    this.#awaitContact(row, instant, wait)
    this.#world.schedule(Kind.recovery, row, later(instant, this.#settings.illnessDays * ILLNESS.at(length)))
  }

  #awaitContact(row: number, instant: number, word: number): void {
    this.#world.schedule(Kind.contact, row, later(instant, WAIT.at(word) / this.#settings.contactsPerDay))
  }

  #meet(row: number, instant: number): void {
    const by = this.#first + row
    const [wait, whom, luck] = this.#random.draw(Purpose.contact, by, instant)
    this.#awaitContact(row, instant, wait)
    const met = below(whom, this.#people.count)
    if (this.#person.at(met).health !== Health.susceptible || !chance(luck, this.#settings.infectionChance)) return
    this.#infect(met, instant)
    this.#tell(Kind.contact, by, instant, { type: 'infection', person: this.#first + met, by })
  }

  #recover(row: number, instant: number): void {
    this.#person.edit(row).health = Health.recovered
    this.#tally.edit(0).infected--
    this.#tally.recovered++
    this.#world.cancel(Kind.contact, row)
    this.#tell(Kind.recovery, this.#first + row, instant, { type: 'recovery', person: this.#first + row })
  }

  #report(instant: number): void {
    const { susceptible, infected, recovered } = this.#tally.at(0)
    this.#world.schedule(Kind.report, 0, instant + DAY)
    this.#tell(Kind.report, this.#number, instant, { type: 'report', susceptible, infected, recovered })
  }

  #tell(kind: number, agent: number, instant: number, happening: Happening): void {
    this.events.push({ instant, rank: kind * TWO_32 + agent, town: this.#number, ...happening })
  }
}

/** A whole millisecond, and never the same instant again: its draws would be the same. */
function later(instant: number, days: number): number {
  return instant + 1 + Math.floor(days * DAY)
}

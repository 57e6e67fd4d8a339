// An epidemic in a few towns: a small whole model on the engine, to copy when you write one of your own.
//
//     susceptible ── a contact with someone infected ──► infected ── recovery ──► recovered
//
// Only the infected have anything due: their next contact and their recovery. People meet within their town, so each
// town is a shard, a world of its own, and the stream is the merged events of all towns.

import {
  type Action,
  below,
  catalogue,
  chance,
  DAY,
  eventType,
  exp,
  type Fields,
  type Model,
  type ModelShard,
  Quantiles,
  Random,
  type Row,
  Table,
  World,
  type WorldSettings,
  worldKey,
} from '../../engine/index.ts'

export interface Settings extends WorldSettings {
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

/** A world of the example; `towns` has as many as the model has shards. */
export const SETTINGS: Settings = {
  seed: 'demo',
  start: Date.UTC(2026, 0, 5),
  tickMilliseconds: DAY / 24,
  warmupMilliseconds: 0,
  towns: [20_000, 10_000, 5000],
  infectedAtStart: 5,
  contactsPerDay: 8,
  infectionChance: 0.05,
  illnessDays: 6,
}

/** People whom one infects while nearly all are susceptible: above 1 an epidemic spreads, below 1 it dies out. */
export function reproductionNumber({ contactsPerDay, infectionChance, illnessDays }: Settings): number {
  return contactsPerDay * infectionChance * illnessDays
}

// State: every piece of it is a field of a row. ----------------------------------------------------------------------

const PERSON = { contactDue: 'f64', recoveryDue: 'f64', contacts: 'u16', health: 'u8' } as const satisfies Fields
const TOWN = { reportDue: 'f64', susceptible: 'u32', infected: 'u32', recovered: 'u32' } as const satisfies Fields
const Health = { susceptible: 0, infected: 1, recovered: 2 } as const

// Events: the rows that they are kept as, and the types that say what a row means. -----------------------------------

/** `instant`, `agent`, `kind` and `type` are the engine's. */
const EVENT = {
  instant: 'f64',
  agent: 'u32',
  kind: 'u8',
  type: 'u8',
  by: 'u32',
  susceptible: 'u32',
  infected: 'u32',
  recovered: 'u32',
} as const satisfies Fields
type EventRow = Row<typeof EVENT>

const Type = { infection: 0, recovery: 1, report: 2 } as const
const describe = eventType<EventRow>()
const WHEN = { kind: 'instant', read: (row: EventRow) => row.instant } as const
const COUNT = { kind: 'whole', min: 0, max: 2 ** 21 } as const
const person = (number: number): string => `person_${number}`
const town = (number: number): string => `town_${number}`
const PERSON_ID = { kind: 'id', pattern: '^person_\\d+$' } as const
/** Events of one person keep their order, and those of one town. */
const OF_PERSON = { key: person, agentCode: 0, numberIn: ({ person }: { person?: unknown }) => digits(person) }
const OF_TOWN = { key: town, agentCode: 1, numberIn: ({ town }: { town?: unknown }) => digits(town) }

const infection = {
  ...describe({
    ...OF_PERSON,
    name: 'infection',
    description: 'Someone is infected by a contact.',
    fields: {
      timestamp: WHEN,
      person: { ...PERSON_ID, read: ({ agent }) => person(agent) },
      by: { ...PERSON_ID, read: ({ by }) => person(by) },
    },
  }),
  id: ({ agent, instant }: EventRow) => `${person(agent)}.infection.${instant}`,
}
const recovery = {
  ...describe({
    ...OF_PERSON,
    name: 'recovery',
    description: 'Someone is well again.',
    fields: { timestamp: WHEN, person: { ...PERSON_ID, read: ({ agent }) => person(agent) } },
  }),
  id: ({ agent, instant }: EventRow) => `${person(agent)}.recovery.${instant}`,
}
const report = {
  ...describe({
    ...OF_TOWN,
    name: 'report',
    description: 'A town counts its people, once a day.',
    fields: {
      timestamp: WHEN,
      town: { kind: 'id', pattern: '^town_\\d+$', read: ({ agent }) => town(agent) },
      susceptible: { ...COUNT, read: (row) => row.susceptible },
      infected: { ...COUNT, read: (row) => row.infected },
      recovered: { ...COUNT, read: (row) => row.recovered },
    },
  }),
  id: ({ agent, instant }: EventRow) => `${town(agent)}.report.${instant}`,
}

function digits(id: unknown): number {
  return Number(String(id).slice(String(id).indexOf('_') + 1))
}

// Rules: what is due, and what it does. -------------------------------------------------------------------------------

/** Kinds of action, in the order in which they go ahead of one another at the same instant. */
const Kind = { report: 0, recovery: 1, contact: 2 } as const

/** What a draw decides. Its address is (purpose, person, instant), so nothing else in the world can change it. */
const Purpose = { illness: 0, contact: 1 } as const

/** Time between contacts and length of an illness, as multiples of their means. */
const WAIT = Quantiles.fromDensity((x) => exp(-x), 0, 12)
const ILLNESS = Quantiles.fromDensity((x) => x * x * x * exp(-4 * x), 0, 4)

/** How many of a town's people from now on meet others so many times a day. */
export interface Input {
  contactsPerDay: number
}

class Town implements ModelShard<Input> {
  readonly events = new Table('events', EVENT)
  silent = false
  // All state is in these two tables. An accessor stands on one row: `at` to read it, `edit` to change it.
  readonly #people = new Table('people', PERSON)
  readonly #figures = new Table('figures', { ...TOWN, contactsPerDay: 'f64' } as const satisfies Fields)
  readonly tables = [this.#people, this.#figures]
  readonly #person = this.#people.accessor()
  readonly #tally = this.#figures.accessor()
  readonly #event = this.events.accessor()
  readonly #settings: Settings
  readonly #number: number
  /** Number of the person in row 0: people are numbered through all towns. */
  readonly #first: number
  readonly #random: Random
  #world: World | undefined

  constructor(settings: Settings, number: number) {
    this.#settings = settings
    this.#number = number
    this.#first = settings.towns.slice(0, number).reduce((sum, people) => sum + people, 0)
    this.#random = new Random(worldKey(settings.seed))
  }

  get world(): World {
    return this.#world as World
  }

  start(now: number): void {
    // In the order of Kind.
    const actions: Action[] = [
      { table: this.#figures, due: 'reportDue', act: (_, instant) => this.#report(instant) },
      { table: this.#people, due: 'recoveryDue', act: (row, instant) => this.#recover(row, instant) },
      { table: this.#people, due: 'contactDue', act: (row, instant) => this.#meet(row, instant) },
    ]
    this.#world = new World(this.tables, actions, now)
  }

  bear(now: number): void {
    this.start(now)
    const { towns, infectedAtStart, contactsPerDay } = this.#settings
    this.world.schedule(Kind.report, this.#figures.add(), now)
    this.#tally.edit(0).susceptible = towns[this.#number] as number
    this.#tally.contactsPerDay = contactsPerDay
    for (let row = 0; row < this.#tally.susceptible; row++) this.#people.add()
    for (let row = 0; row < infectedAtStart; row++) this.#infect(row, now)
  }

  take({ contactsPerDay }: Input): void {
    this.#tally.edit(0).contactsPerDay = contactsPerDay
  }

  #infect(row: number, instant: number): void {
    const [wait, length] = this.#random.draw(Purpose.illness, this.#first + row, 0)
    this.#person.edit(row).health = Health.infected
    this.#tally.edit(0).susceptible--
    this.#tally.infected++
    this.#awaitContact(row, instant, wait as number)
    const lasts = this.#settings.illnessDays * ILLNESS.at(length as number)
    this.world.schedule(Kind.recovery, row, later(instant, lasts))
  }

  #awaitContact(row: number, instant: number, word: number): void {
    this.world.schedule(Kind.contact, row, later(instant, WAIT.at(word) / this.#tally.at(0).contactsPerDay))
  }

  #meet(row: number, instant: number): void {
    const by = this.#first + row
    // Their n-th contact, whenever it is: chance belongs to whom it happens to.
    const [wait, whom, luck] = this.#random.draw(Purpose.contact, by, this.#person.edit(row).contacts++)
    this.#awaitContact(row, instant, wait as number)
    const met = below(whom as number, this.#people.count)
    const { health } = this.#person.at(met)
    if (health !== Health.susceptible || !chance(luck as number, this.#settings.infectionChance)) return
    this.#infect(met, instant)
    this.#tell(Type.infection, Kind.contact, this.#first + met, instant).by = by
  }

  #recover(row: number, instant: number): void {
    this.#person.edit(row).health = Health.recovered
    this.#tally.edit(0).infected--
    this.#tally.recovered++
    this.world.cancel(Kind.contact, row)
    this.#tell(Type.recovery, Kind.recovery, this.#first + row, instant)
  }

  #report(instant: number): void {
    const { susceptible, infected, recovered } = this.#tally.at(0)
    this.world.schedule(Kind.report, 0, instant + DAY)
    Object.assign(this.#tell(Type.report, Kind.report, this.#number, instant), { susceptible, infected, recovered })
  }

  /** Adds an event; the caller fills in the rest. */
  #tell(type: number, kind: number, agent: number, instant: number): EventRow {
    return Object.assign(this.#event.at(this.events.add()), { type, kind, agent, instant })
  }
}

/** A whole millisecond, and never the same instant again. */
function later(instant: number, days: number): number {
  return instant + 1 + Math.floor(days * DAY)
}

export const model: Model<Settings, Input> = {
  version: 1,
  module: import.meta.url,
  shardSizes: [4, 2, 1],
  events: catalogue(EVENT, [infection, recovery, report]),
  shard: (index, settings) => new Town(settings, index),
  eventsPerHour: ({ towns, illnessDays }) => towns.reduce((sum, people) => sum + people, 0) / (illnessDays * 24),
  checkInput(input) {
    const { contactsPerDay } = input as Partial<Input>
    if (!(typeof contactsPerDay === 'number' && contactsPerDay > 0))
      throw new RangeError(`contactsPerDay ${contactsPerDay}: a number above 0`)
  },
}

// The queues of a few shops: who comes waits for a clerk, is served, or loses patience and leaves. Another small model on
// the engine, in which rows come and go: a customer has one only while in the shop.
//
//     arrived ──► queue, first come first served ──► served by a clerk ──► left
//                        └── patience over ──────────────────────────────► left, not served

import {
  type Action,
  catalogue,
  DAY,
  eventType,
  exp,
  type Fields,
  HOUR,
  MINUTE,
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
  /** Customers who come to each shop in an hour while it is open. */
  arrivalsPerHour: readonly number[]
  clerks: number
  serviceMinutes: number
  patienceMinutes: number
}

/** A world of the example; `arrivalsPerHour` has as many as the model has shards. */
export const SETTINGS: Settings = {
  seed: 'demo',
  start: Date.UTC(2026, 0, 5),
  tickMilliseconds: 15 * MINUTE,
  warmupMilliseconds: DAY,
  arrivalsPerHour: [60, 40],
  clerks: 3,
  serviceMinutes: 3.5,
  patienceMinutes: 8,
}

/** Shops are open from 8 to 20 o'clock, in UTC. */
const [OPENS, CLOSES] = [8 * HOUR, 20 * HOUR]

// State ---------------------------------------------------------------------------------------------------------------

const CUSTOMER = {
  /** When patience is over, or, once a clerk has time, when they are served. */
  leavesDue: 'f64',
  arrived: 'f64',
  number: 'u32',
  /** Row of who comes next in the queue, plus one; 0 for none. */
  next: 'u32',
  served: 'u8',
} as const satisfies Fields
const SHOP = {
  arrivalDue: 'f64',
  /** Customers so far: their numbers. */
  customers: 'u32',
  /** Rows of who has waited longest and shortest, plus one. */
  first: 'u32',
  last: 'u32',
  waiting: 'u32',
  freeClerks: 'u32',
} as const satisfies Fields

// Events --------------------------------------------------------------------------------------------------------------

const EVENT = {
  instant: 'f64',
  agent: 'u32',
  kind: 'u8',
  type: 'u8',
  served: 'u8',
  seconds: 'u32',
} as const satisfies Fields
type EventRow = Row<typeof EVENT>

const Type = { arrived: 0, served: 1, left: 2 } as const
/** Numbers tell shops apart: the first shop's customers are 0, 2, 4, …, the second's 1, 3, 5, … */
const SHOPS = 2
const customer = (number: number): string => `customer_${number}`
const shop = (number: number): string => `shop_${number % SHOPS}`
const describe = eventType<EventRow>()
const OF_CUSTOMER = {
  key: customer,
  agentCode: 0,
  numberIn: ({ customer }: { customer?: unknown }) => Number(String(customer).slice('customer_'.length)),
}
const FIELDS = {
  timestamp: { kind: 'instant', read: (row: EventRow) => row.instant },
  shop: { kind: 'id', pattern: '^shop_\\d+$', read: ({ agent }: EventRow) => shop(agent) },
  customer: { kind: 'id', pattern: '^customer_\\d+$', read: ({ agent }: EventRow) => customer(agent) },
} as const
const SECONDS = {
  kind: 'whole',
  min: 0,
  max: DAY / 1000,
  unit: 'seconds',
  read: (row: EventRow) => row.seconds,
} as const

const arrived = {
  ...describe({ ...OF_CUSTOMER, name: 'arrived', description: 'A customer comes in.', fields: FIELDS }),
  id: ({ agent }: EventRow) => `${customer(agent)}.arrived`,
}
const served = {
  ...describe({
    ...OF_CUSTOMER,
    name: 'served',
    description: 'A clerk turns to a customer.',
    fields: { ...FIELDS, waited_seconds: SECONDS },
  }),
  id: ({ agent }: EventRow) => `${customer(agent)}.served`,
  cause: ({ agent }: EventRow) => `${customer(agent)}.arrived`,
}
const left = {
  ...describe({
    ...OF_CUSTOMER,
    name: 'left',
    description: 'A customer leaves.',
    fields: { ...FIELDS, was_served: { kind: 'flag', read: (row) => row.served }, stayed_seconds: SECONDS },
  }),
  id: ({ agent }: EventRow) => `${customer(agent)}.left`,
  cause: ({ agent, served }: EventRow) => `${customer(agent)}.${served === 1 ? 'served' : 'arrived'}`,
}

// Rules ---------------------------------------------------------------------------------------------------------------

/** Kinds of action, in the order in which they go ahead of one another at the same instant. */
const Kind = { leaving: 0, arrival: 1 } as const
const Purpose = { arrival: 0, patience: 1, service: 2 } as const
/** As multiples of the mean. */
const EXPONENTIAL = Quantiles.fromDensity((x) => exp(-x), 0, 12)

class Shop implements ModelShard<never> {
  readonly events = new Table('events', EVENT)
  silent = false
  readonly #customers = new Table('customers', CUSTOMER)
  readonly #shops = new Table('shop', SHOP)
  readonly tables = [this.#customers, this.#shops]
  readonly #customer = this.#customers.accessor()
  readonly #shop = this.#shops.accessor()
  readonly #event = this.events.accessor()
  readonly #settings: Settings
  readonly #index: number
  readonly #random: Random
  #world: World | undefined

  constructor(settings: Settings, index: number) {
    this.#settings = settings
    this.#index = index
    this.#random = new Random(worldKey(settings.seed))
  }

  get world(): World {
    return this.#world as World
  }

  start(now: number): void {
    // In the order of Kind.
    const actions: Action[] = [
      { table: this.#customers, due: 'leavesDue', act: (row, instant) => this.#leave(row, instant) },
      { table: this.#shops, due: 'arrivalDue', act: (_, instant) => this.#arrive(instant) },
    ]
    this.#world = new World(this.tables, actions, now)
  }

  bear(now: number): void {
    this.start(now)
    this.#shop.edit(this.#shops.add()).freeClerks = this.#settings.clerks
    this.#awaitArrival(now)
  }

  take(): void {}

  #awaitArrival(now: number): void {
    const { customers } = this.#shop.at(0)
    const [word] = this.#random.draw(Purpose.arrival, customers * SHOPS + this.#index, 0)
    const gap = (EXPONENTIAL.at(word as number) * HOUR) / (this.#settings.arrivalsPerHour[this.#index] as number)
    this.world.schedule(Kind.arrival, 0, whileOpen(now + 1 + Math.floor(gap)))
  }

  #arrive(instant: number): void {
    const shop = this.#shop.edit(0)
    const number = shop.customers++ * SHOPS + this.#index
    const row = this.#customers.take()
    Object.assign(this.#customer.edit(row), { number, arrived: instant })
    this.#tell(Type.arrived, Kind.arrival, number, instant)
    if (shop.freeClerks > 0) {
      shop.freeClerks--
      this.#serve(row, instant)
    } else {
      if (shop.last === 0) shop.first = row + 1
      else this.#customer.edit(shop.last - 1).next = row + 1
      shop.last = row + 1
      shop.waiting++
      this.world.schedule(
        Kind.leaving,
        row,
        instant + this.#minutes(Purpose.patience, number, this.#settings.patienceMinutes),
      )
    }
    this.#awaitArrival(instant)
  }

  #serve(row: number, instant: number): void {
    const { number, arrived } = Object.assign(this.#customer.edit(row), { served: 1, next: 0 })
    this.#tell(Type.served, Kind.leaving, number, instant).seconds = Math.floor((instant - arrived) / 1000)
    this.world.schedule(
      Kind.leaving,
      row,
      instant + this.#minutes(Purpose.service, number, this.#settings.serviceMinutes),
    )
  }

  /** Served, or out of patience. */
  #leave(row: number, instant: number): void {
    const { number, arrived, served } = this.#customer.at(row)
    const event = this.#tell(Type.left, Kind.leaving, number, instant)
    event.served = served
    event.seconds = Math.floor((instant - arrived) / 1000)
    if (served === 0) this.#leaveQueue(row)
    this.#customers.give(row)
    if (served === 0) return
    const shop = this.#shop.edit(0)
    const next = shop.first - 1
    if (next < 0) shop.freeClerks++
    else {
      this.#leaveQueue(next)
      this.#serve(next, instant)
    }
  }

  /** Takes someone out of the queue, wherever they stand in it. */
  #leaveQueue(row: number): void {
    const shop = this.#shop.edit(0)
    const { next } = this.#customer.at(row)
    shop.waiting--
    if (shop.first === row + 1) {
      shop.first = next
      if (next === 0) shop.last = 0
      return
    }
    let before = shop.first
    while (this.#customer.at(before - 1).next !== row + 1) before = this.#customer.next
    this.#customer.edit(before - 1).next = next
    if (next === 0) shop.last = before
  }

  #minutes(purpose: number, number: number, mean: number): number {
    const [word] = this.#random.draw(purpose, number, 0)
    return 1 + Math.floor(EXPONENTIAL.at(word as number) * mean * MINUTE)
  }

  /** Adds an event; the caller fills in the rest. */
  #tell(type: number, kind: number, agent: number, instant: number): EventRow {
    return Object.assign(this.#event.at(this.events.add()), { type, kind, agent, instant })
  }
}

/** The next instant at which the shop is open. */
function whileOpen(instant: number): number {
  const midnight = Math.floor(instant / DAY) * DAY
  const time = instant - midnight
  if (time < OPENS) return midnight + OPENS + (time % HOUR)
  return time < CLOSES ? instant : midnight + DAY + OPENS + (time % HOUR)
}

export const model: Model<Settings, never> = {
  version: 1,
  module: import.meta.url,
  shardSizes: [3, 2],
  events: catalogue(EVENT, [arrived, served, left]),
  shard: (index, settings) => new Shop(settings, index),
  eventsPerHour: ({ arrivalsPerHour }) => (3 * arrivalsPerHour.reduce((sum, customers) => sum + customers, 0)) / 2,
  checkInput() {
    throw new RangeError('a shop takes no inputs')
  },
}

// `--map`: fits events to an API that wants others. A map's expressions are tried on examples of each type before anything
// is posted, and then make the bodies of posts, in a process of their own.

import {
  type EventType,
  type ExampleEvent,
  exampleEvents,
  keyOf,
  OptionError,
  type Parcels,
} from '../../engine/index.ts'
import { type Expressions, readMap } from './mapfile.ts'
import { ALL, BATCH } from './mapnames.ts'
import type { Answer, NamedFault, Order } from './mapper.ts'
import { MapProcess } from './mapprocess.ts'
import { batchKeyOf, JSON_TYPE, type Post } from './post.ts'

export interface MapOptions {
  /** Of the file. */
  text: string
  types: readonly EventType[]
  /** Whether events are posted in batches. */
  inBatches: boolean
}

/** What became of one post's events. */
export interface Mapped {
  /** Undefined where there is nothing to post. */
  post: Post | undefined
  /** Places of events that were mapped to nothing. */
  nothing: readonly number[]
  /** Why an event could not be mapped, in one line, by its place; `batch` where that is true of the post. */
  faults: ReadonlyMap<number | typeof BATCH, string>
}

/** On a busy machine an honest expression may be late once. */
const TRIES = 3
const EXAMPLE_WORLD = '0123456789ab'

export class EventMap {
  readonly #text: string
  readonly #expressions: Expressions
  readonly #process: MapProcess
  readonly #types: readonly EventType[]
  readonly #inBatches: boolean

  private constructor({ text, types, inBatches }: MapOptions) {
    this.#types = types
    this.#inBatches = inBatches
    this.#text = text.replace(/^\uFEFF/, '')
    this.#expressions = readMap(this.#text, types)
    this.#process = new MapProcess({
      expressions: Object.fromEntries(Object.entries(this.#expressions).map(([name, { text }]) => [name, text])),
      fields: fieldsFor(this.#expressions, types),
    })
  }

  /**
   * Reads a map and tries it on examples of each type.
   * @throws OptionError of one line that names type, place and field
   */
  static async open(options: MapOptions): Promise<EventMap> {
    const map = new EventMap(options)
    try {
      await map.#check(options.types)
    } catch (error) {
      map.close()
      throw error
    }
    return map
  }

  /** Values of the variables that the expressions have asked for: nobody is to see them. */
  get secrets(): ReadonlySet<string> {
    return this.#process.secrets
  }

  /** @throws OperationalError where no process can be started */
  async render(events: Parcels): Promise<Mapped> {
    const [{ worldId: world, lines: first, first: place }] = events
    const name = this.#types[first.types[place] as number]?.name
    const keys = events.map(keyOf)
    const lines = events.map(({ bytes }) => bytes.toString('utf8', 0, bytes.length - 1))
    // Who says how the whole of a post looks means one event's too: it may be sent once more alone.
    const isBatch = this.#inBatches || BATCH in this.#expressions
    const head = JSON.stringify({ world, keys, isBatch } satisfies Omit<Order, 'events'>)
    // What the lines say is not said anew: they are JSON.
    const order = `${head.slice(0, -1)},"events":[${lines.join(',')}]}`
    for (let tries = 1; ; tries++) {
      const { answer, body } = await this.#ask(order, events.length, name)
      const { nothing = [], faults = {} } = answer
      const found = Object.entries(faults)
      // Of a batch that is late as a whole, those that are not to blame are told by halving it.
      const isLate = found.some(([place, fault]) => fault.isLate && (place !== BATCH || events.length === 1))
      if (isLate && tries < TRIES) continue
      const inWords = found.map(
        ([place, fault]) => [place === BATCH ? BATCH : Number(place), this.#inWords(fault)] as const,
      )
      const key = this.#inBatches ? batchKeyOf(events) : keyOf(events[0])
      const post = body === '' ? undefined : { key, contentType: JSON_TYPE, body: Buffer.from(body) }
      return { post, nothing, faults: new Map(inWords) }
    }
  }

  close(): void {
    this.#process.close()
  }

  async #check(types: readonly EventType[]): Promise<void> {
    this.#judge(await this.#process.open())
    const examples = types.flatMap(exampleEvents)
    for (const event of examples) await this.#try([event], false)
    if (BATCH in this.#expressions) await this.#try(examples, true)
  }

  /** @throws OptionError */
  async #try(events: readonly ExampleEvent[], isBatch: boolean): Promise<void> {
    const keys = events.map(({ event_id }) => `${EXAMPLE_WORLD}/${event_id}`)
    const order = { ...{ world: EXAMPLE_WORLD, keys, events, isBatch }, isExample: true } satisfies Order
    this.#judge((await this.#ask(JSON.stringify(order), events.length, events[0]?.event_type)).answer)
  }

  /** @throws OptionError */
  #judge({ faults = {} }: Answer): void {
    for (const fault of Object.values(faults)) throw new OptionError({ option: 'map', rule: this.#inWords(fault) })
  }

  async #ask(order: string, events: number, type = ALL): Promise<{ answer: Answer; body: string }> {
    const reply = await this.#process.ask(order)
    if ('ended' in reply) {
      const place = events === 1 ? 0 : BATCH
      return { answer: { faults: { [place]: { name: type, message: reply.ended, isLate: true } } }, body: '' }
    }
    return reply
  }

  #inWords({ name, message, position, field }: NamedFault): string {
    const expression = this.#expressions[name] ?? this.#expressions[ALL]
    const what = [name === ALL ? 'every type' : name]
    if (expression && position !== undefined)
      what.push(
        placeIn(expression.start === undefined ? expression.text : this.#text, (expression.start ?? 0) + position),
      )
    if (field !== undefined) what.push(`field ${field}`)
    return `${what.join(', ')}: ${message}`
  }
}

/** Of a type: what its events have, and for the expression of many, what any of theirs has. */
function fieldsFor(expressions: Expressions, types: readonly EventType[]): Record<string, string[]> {
  const own = types.filter(({ name }) => name in expressions)
  const others = types.filter((type) => !own.includes(type))
  const shared = [...new Set(others.flatMap(({ fields }) => Object.keys(fields)))]
  return Object.fromEntries(types.map((type) => [type.name, own.includes(type) ? Object.keys(type.fields) : shared]))
}

function placeIn(text: string, position: number): string {
  const lines = text.slice(0, position).split('\n')
  return `line ${lines.length} column ${(lines.at(-1)?.length ?? 0) + 1}`
}

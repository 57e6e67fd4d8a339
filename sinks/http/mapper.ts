// A process of its own that maps events: map.ts starts it and ends it. Whatever an expression does to its process, it does
// to this one alone. A line in is an order, a line out its answer: in JSON what there is to say, a tab, and the body.

import { CHARACTERS_MAX, Expression, type Fault, jsonOf, type Known, MapFault } from './expression.ts'
import { ALL, BATCH } from './mapnames.ts'
import { Secrets } from './secrets.ts'

/** The first order: what there is to be done. */
export interface Opening {
  /** Expressions by the type they are for, `*` for all others, and `batch`. */
  expressions: Readonly<Record<string, string>>
  /** Fields of the payload that an expression may ask for, by the type. */
  fields: Readonly<Record<string, readonly string[]>>
}

/** Any other order: the events of one post. */
export interface Order {
  world?: string | undefined
  /** Of each event: its idempotency key. */
  keys: readonly string[]
  events: readonly { event_type: string; payload: object }[]
  /** Whether the body is that of a batch. */
  isBatch: boolean
  isExample?: boolean
}

/** @property name of the type whose expression it is, or of the expression */
export type NamedFault = Fault & { name: string }

export interface Answer {
  /** By the place of the event in its order, or by the name of the expression. */
  faults?: Readonly<Record<string, NamedFault>>
  /** Places of events that were mapped to nothing. */
  nothing?: readonly number[]
  /** Variables of the environment that were asked for, since the last answer. */
  secrets?: readonly string[]
}

const MESSAGE_CHARACTERS = 300
const FIELD_CHARACTERS = 100
/** What is answered is written when it is so much, or is so old, or when there is no order left. */
const WRITTEN_CHARACTERS = 65_536
const WRITTEN_MILLISECONDS = 20
/** In the midst of a batch that takes its time, an empty line says that it is getting on. */
const ALIVE_MILLISECONDS = 500
const BATCH_CHARACTERS_MAX = 10 * CHARACTERS_MAX

const known = new Set<string>()
const secrets = new Secrets()
/** Their variables, since the last answer. */
let asked: string[] = []

function secret(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`the environment has no variable ${name.slice(0, 64)}`)
  if (!known.has(value)) asked.push(name)
  known.add(value)
  secrets.add(value)
  return value
}

class Mapper {
  readonly #expressions = new Map<string, Expression>()
  readonly #fields: Opening['fields']
  readonly faults: Record<string, NamedFault> = {}

  constructor({ expressions, fields }: Opening) {
    this.#fields = fields
    for (const [name, text] of Object.entries(expressions))
      try {
        this.#expressions.set(name, new Expression(text, secret))
      } catch (error) {
        this.faults[name] = faultOf(name, error)
      }
  }

  async map({ world, keys, events, isBatch, isExample = false }: Order): Promise<{ answer: Answer; body: string }> {
    const faults: Record<string, NamedFault> = {}
    const [values, bodies]: [unknown[], string[]] = [[], []]
    const nothing: number[] = []
    for (const [place, event] of events.entries())
      try {
        if (performance.now() - written > ALIVE_MILLISECONDS) sayAlive()
        const value = await this.#mapped(event, { world, key: keys[place] }, isExample)
        const body = jsonOf(value, CHARACTERS_MAX)
        if (body === undefined) nothing.push(place)
        else {
          values.push(value)
          bodies.push(body)
        }
      } catch (error) {
        faults[place] = faultOf(event.event_type, error)
      }
    let body = bodies[0] ?? ''
    if (isBatch && bodies.length > 0)
      try {
        body = await this.#batch(values, bodies, { world })
      } catch (error) {
        faults[BATCH] = faultOf(BATCH, error)
      }
    return {
      answer: { ...(Object.keys(faults).length > 0 ? { faults } : {}), ...(nothing.length > 0 ? { nothing } : {}) },
      body,
    }
  }

  async #mapped(event: Order['events'][number], variables: object, isExample: boolean): Promise<unknown> {
    const { event_type: type, payload } = event
    const own = this.#expressions.get(type)
    const expression = own ?? this.#expressions.get(ALL)
    if (!isExample) return expression?.of(event, { ...variables })
    const names = this.#fields[type] ?? []
    const known: Known = new Map([
      [event, { names: Object.keys(event), lacking: 'an event has no' }],
      [payload, { names, lacking: own ? 'the payload has no' : 'no type of event has' }],
    ])
    return expression?.ofExample(event, { ...variables }, known)
  }

  async #batch(values: unknown[], bodies: readonly string[], variables: object): Promise<string> {
    const expression = this.#expressions.get(BATCH)
    if (!expression) return `[${bodies.join(',')}]`
    const body = jsonOf(await expression.of(values, { ...variables }), BATCH_CHARACTERS_MAX)
    if (body === undefined) throw new MapFault({ message: 'it makes nothing of events' })
    return body
  }
}

/** Without a secret in it, whoever put it there. */
function faultOf(name: string, error: unknown): NamedFault {
  const fault = error instanceof MapFault ? error.fault : { message: String((error as Error).message ?? error) }
  const { message, field } = fault
  return {
    ...{ ...fault, name, message: secrets.hideIn(message).slice(0, MESSAGE_CHARACTERS) },
    ...(field === undefined ? {} : { field: secrets.hideIn(field).slice(0, FIELD_CHARACTERS) }),
  }
}

/** Orders that have come, and answers that have not been written: to wake another process takes longer than to map. */
const orders: string[] = []
let incomplete = ''
let answers = ''
let written = 0
let mapper: Mapper | undefined
let isBusy = false

async function work(): Promise<void> {
  isBusy = true
  for (let order = orders.shift(); order !== undefined; order = orders.shift()) {
    if (mapper) {
      const { answer, body } = await mapper.map(JSON.parse(order))
      say(answer, body)
    } else {
      mapper = new Mapper(JSON.parse(order))
      say({ faults: mapper.faults }, '')
    }
    if (answers.length > WRITTEN_CHARACTERS || performance.now() - written > WRITTEN_MILLISECONDS) write()
  }
  write()
  isBusy = false
}

function say(answer: Answer, body: string): void {
  const told: Answer = asked.length > 0 ? { ...answer, secrets: asked } : answer
  asked = []
  answers += `${JSON.stringify(told)}\t${body}\n`
}

function sayAlive(): void {
  answers += '\n'
  write()
}

function write(): void {
  process.stdout.write(answers)
  answers = ''
  written = performance.now()
}

// Ctrl-C on a terminal reaches this process too, and whoever started it still delivers what is under way.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

process.stdin.setEncoding('utf8').on('data', (text: string) => {
  const lines = (incomplete + text).split('\n')
  incomplete = lines.pop() as string
  orders.push(...lines)
  if (!isBusy) void work()
})

// Delivery over HTTP (contract, section 6): a post an event, or a batch of them. When a post is tried again is for the courier
// to say.

import { type Dispatcher, Pool } from 'undici'
import {
  type EventType,
  type Outcome,
  type Parcel,
  type Parcels,
  type Sink,
  withoutCredentials,
} from '../../engine/index.ts'
import { guardedLookup, type Lookup, type Reach } from './address.ts'
import { outcomeOf, shownOf } from './answer.ts'
import { Attempt, type Limits } from './attempt.ts'
import { type ApiKey, type Header, PostHeaders } from './headers.ts'
import type { EventMap } from './map.ts'
import { outcomeOfMapped } from './mapped.ts'
import { type Post, type Rendering, renderingOf } from './post.ts'
import { Secrets } from './secrets.ts'
import type { Signer } from './sign.ts'
import { parseTarget } from './url.ts'

export interface HttpOptions {
  /** Of the events, by the index that lines name them by. */
  types: readonly EventType[]
  /** Says what posts the events; without it, nothing does. */
  userAgent?: string | undefined
  /** Lanes, and connections at most. */
  streams: number
  /** `plain`: the body of contract section 2. `cloudevents`: CloudEvents 1.0, structured mode. */
  format?: 'plain' | 'cloudevents' | undefined
  /** The CloudEvents `source` of events that carry no world's id; `/worlds/default`. Others have `/worlds/<world id>`. */
  worldUri?: string | undefined
  /** Sent as `x-api-key`; all but a text is asked anew for each post, so that a key can change. */
  apiKey?: string | (() => string) | ApiKey | undefined
  /** Events of one stream in a post, 1 to 500; 1, which is posted as no batch. */
  batch?: number | undefined
  /** A field that the JSON of an acknowledgement has to have; without one any 2xx acknowledges. */
  ack?: string | undefined
  /** Headers that the target wants besides. */
  headers?: readonly Header[] | undefined
  /** What nobody may read in an answer besides: parts of header values, variables of a map. */
  secrets?: readonly string[] | undefined
  /** A map of events to bodies of another shape, as text; docs/recipes.md has its form. */
  map?: string | undefined
  /** Signs each post. */
  signer?: Signer | undefined
  /** Refuses private, link-local and metadata addresses, by name or by number. */
  publicOnly?: boolean | undefined
  /** How connections are opened; at once, to the target itself. */
  connections?: OpenConnections | undefined
  /** How host names are resolved; as the system does. */
  lookup?: Lookup | undefined
  /** Each 10,000. */
  connectTimeoutMilliseconds?: number
  headersTimeoutMilliseconds?: number
  bodyTimeoutMilliseconds?: number
}

/** What connections are like, and how far they may go. */
export interface Connections extends Pool.Options {
  connect: { timeout: number; lookup: Lookup }
  reach: Reach
}

/** Opens connections, to a target or to what is before it. */
export interface OpenConnections {
  readonly secrets: readonly string[]
  open(origin: string, connections: Connections): Dispatcher
}

const DIRECT: OpenConnections = {
  secrets: [],
  open: (origin, { reach: _, ...connections }) => new Pool(origin, connections),
}

type Halt = Extract<Outcome, { verdict: 'halt' }>

const TIMEOUT_MILLISECONDS = 10_000
const HEADER_BYTES_MAX = 131_072
const ANSWER_BYTES = 64_000
/** … and of it, what is said of each event. */
const RESULT_BYTES = 2000
/** Of a key that is not taken: API Gateway answers 403, others 401. */
const KEY_REFUSED = new Set([401, 403])
/** Longer values in a query are taken for secrets, whatever they are called. */
const LIKELY_CHARACTERS = 8

/**
 * Opens no connection yet: the first event does.
 *
 * @param url https, or http to loopback
 * @param map that makes the bodies of the options' map, and is the sink's from now on
 * @throws TargetError of one line for any other URL
 */
export function openHttp(url: string, options: HttpOptions, map?: EventMap): Sink {
  return new HttpSink(url, options, map)
}

class HttpSink implements Sink {
  readonly target: string
  readonly streams: number
  readonly eventByEvent = true
  readonly batchMax: number
  readonly #origin: string
  readonly #pool: Dispatcher
  readonly #path: string
  readonly #limits: Limits
  readonly #render: Rendering
  readonly #headers: PostHeaders
  readonly #secrets = new Secrets()
  readonly #ack: string | undefined
  readonly #map: EventMap | undefined

  constructor(url: string, options: HttpOptions, map?: EventMap) {
    const { origin, path, shown, keys, reach } = parseTarget(url, options)
    const { format = 'plain', worldUri = '/worlds/default', headers = [], batch = 1 } = options
    const { apiKey, signer, userAgent } = options
    this.target = shown
    this.streams = options.streams
    this.batchMax = batch
    this.#path = path
    this.#origin = origin
    this.#limits = {
      headersMilliseconds: options.headersTimeoutMilliseconds ?? TIMEOUT_MILLISECONDS,
      bodyMilliseconds: options.bodyTimeoutMilliseconds ?? TIMEOUT_MILLISECONDS,
      answerBytes: ANSWER_BYTES + batch * RESULT_BYTES,
    }
    this.#render = renderingOf({ types: options.types, format, worldUri, inBatches: batch > 1 })
    this.#headers = new PostHeaders({ apiKey, headers, secrets: this.#secrets, signer, userAgent })
    for (const [name, value] of new URL(path, origin).searchParams) if (isSecret(name, value)) this.#secrets.add(value)
    for (const secret of [...keys, ...(options.secrets ?? [])]) this.#secrets.add(secret)
    this.#map = map
    this.#ack = options.ack
    const connections: Connections = {
      connections: options.streams,
      pipelining: 1,
      // One request in flight a stream: multiplexing would put all streams behind one connection's losses.
      allowH2: false,
      connect: {
        timeout: options.connectTimeoutMilliseconds ?? TIMEOUT_MILLISECONDS,
        lookup: guardedLookup(reach, options.lookup),
      },
      headersTimeout: this.#limits.headersMilliseconds,
      bodyTimeout: this.#limits.bodyMilliseconds,
      // Node's own limit is less than endpoints behind some gateways send.
      maxHeaderSize: HEADER_BYTES_MAX,
      reach,
    }
    for (const secret of options.connections?.secrets ?? []) this.#secrets.add(secret)
    this.#pool = (options.connections ?? DIRECT).open(origin, connections)
  }

  send(parcel: Parcel, _stream: number, more: readonly Parcel[] = []): Promise<Outcome> {
    const events: Parcels = [parcel, ...more]
    return this.#map ? this.#sendMapped(this.#map, events) : this.#post(() => this.#render(events), events.length)
  }

  async close(): Promise<void> {
    this.#map?.close()
    await this.#pool.destroy()
  }

  async #sendMapped(map: EventMap, events: Parcels): Promise<Outcome> {
    try {
      const mapped = await map.render(events)
      return await outcomeOfMapped(mapped, events.length, (post, posted) => this.#post(() => post, posted))
    } catch (error) {
      return { verdict: 'retry', reason: (error as Error).message }
    }
  }

  /** @param events how many the post has */
  #post(render: () => Post, events: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const secrets = this.#secrets
      try {
        const post = render()
        const apiKey = this.#headers.apiKey()
        const headers = this.#headers.of(post, apiKey)
        const done = new Attempt(this.#limits, (answer) => {
          for (const secret of this.#map?.secrets ?? []) secrets.add(secret)
          const rules = { ack: this.#ack, now: Date.now(), secrets, ...(this.batchMax > 1 ? { events } : {}) }
          const outcome = outcomeOf(answer, rules)
          resolve(outcome.verdict === 'halt' ? this.#unlessRotated(outcome, apiKey) : outcome)
        })
        this.#pool.dispatch({ origin: this.#origin, path: this.#path, method: 'POST', headers, body: post.body }, done)
      } catch (error) {
        resolve({ verdict: 'halt', reason: shownOf((error as Error).message, secrets) })
      }
    })
  }

  /** A key that is refused may have been rotated: with the new one the event can be posted again. */
  async #unlessRotated(outcome: Halt, apiKey: string | undefined): Promise<Outcome> {
    const { reason, status = 0 } = outcome
    if (!KEY_REFUSED.has(status) || !(await this.#headers.renewApiKey(apiKey))) return outcome
    return { verdict: 'retry', reason }
  }
}

/** A parameter of a query, by its name or by its length. */
function isSecret(name: string, value: string): boolean {
  const parameter = `&${name}=${value}`
  return value.length >= LIKELY_CHARACTERS || withoutCredentials(parameter) !== parameter
}

// Delivery over HTTP, contract section 6: one post an event. When a post is tried again is for the courier to say.
//
// With a key for signing, each post carries `x-signature-timestamp`, the milliseconds since 1970 at which it was sent,
// and `x-signature`, an HMAC over `<timestamp>.<body>`. Who takes posts verifies them like this, before parsing:
//
//     const sent = request.headers['x-signature-timestamp']
//     const mac = createHmac('sha256', key).update(`${sent}.`).update(body).digest('hex')
//     const said = Buffer.from(String(request.headers['x-signature']).padEnd(67).slice(0, 67))
//     const genuine = timingSafeEqual(said, Buffer.from(`v1=${mac}`))
//     const fresh = Math.abs(Date.now() - Number(sent)) < 300_000

import { createHmac } from 'node:crypto'
import { Pool } from 'undici'
import type { EventType, Outcome, Parcel, Sink } from '../../engine/index.ts'
import { guardedLookup, type Lookup } from './address.ts'
import { outcomeOf } from './answer.ts'
import { Attempt, type Timeouts } from './attempt.ts'
import type { EventMap } from './map.ts'
import { type Post, type Posted, type Rendering, renderingOf } from './post.ts'
import { secretFree } from './secrets.ts'
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
  /** Sent as `x-api-key`; a function is asked anew for each post, so that a key can change. */
  apiKey?: string | (() => string) | undefined
  /** A field that the JSON of an acknowledgement has to have; without one any 2xx acknowledges. */
  ack?: string | undefined
  /** A map of events to bodies of another shape, as text; docs/recipes.md has its form. */
  map?: string | undefined
  /** Signs each post. */
  signKey?: string | Uint8Array | undefined
  /** Refuses private, link-local and metadata addresses, by name or by number. */
  publicOnly?: boolean | undefined
  /** How host names are resolved; as the system does. */
  lookup?: Lookup | undefined
  /** Each 10,000. */
  connectTimeoutMilliseconds?: number
  headersTimeoutMilliseconds?: number
  bodyTimeoutMilliseconds?: number
}

const TIMEOUT_MILLISECONDS = 10_000

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
  readonly #pool: Pool
  readonly #path: string
  readonly #timeouts: Timeouts
  readonly #render: Rendering
  readonly #headers: string[]
  readonly #apiKey: () => string | undefined
  readonly #signKey: string | Uint8Array | undefined
  readonly #ack: string | undefined
  readonly #map: EventMap | undefined

  constructor(url: string, options: HttpOptions, map?: EventMap) {
    const { origin, path, shown, reach } = parseTarget(url, options)
    const { format = 'plain', worldUri = '/worlds/default', apiKey } = options
    this.target = shown
    this.streams = options.streams
    this.#path = path
    this.#timeouts = {
      headersMilliseconds: options.headersTimeoutMilliseconds ?? TIMEOUT_MILLISECONDS,
      bodyMilliseconds: options.bodyTimeoutMilliseconds ?? TIMEOUT_MILLISECONDS,
    }
    this.#render = renderingOf({ types: options.types, format, worldUri, inBatches: false })
    this.#headers = options.userAgent === undefined ? [] : ['user-agent', options.userAgent]
    this.#apiKey = typeof apiKey === 'function' ? apiKey : () => apiKey
    this.#signKey = options.signKey
    this.#ack = options.ack
    this.#map = map
    this.#pool = new Pool(origin, {
      connections: options.streams,
      pipelining: 1,
      // One request in flight a stream: multiplexing would put all streams behind one connection's losses.
      allowH2: false,
      connect: {
        timeout: options.connectTimeoutMilliseconds ?? TIMEOUT_MILLISECONDS,
        lookup: guardedLookup(reach, options.lookup),
      },
      headersTimeout: this.#timeouts.headersMilliseconds,
      bodyTimeout: this.#timeouts.bodyMilliseconds,
    })
  }

  send(parcel: Parcel): Promise<Outcome> {
    return this.#map ? this.#sendMapped(this.#map, [parcel]) : this.#post(() => this.#render([parcel]))
  }

  async close(): Promise<void> {
    this.#map?.close()
    await this.#pool.destroy()
  }

  async #sendMapped(map: EventMap, events: Posted): Promise<Outcome> {
    try {
      const { post, faults } = await map.render(events)
      const [fault] = faults.values()
      if (fault !== undefined) return { verdict: 'park', status: 0, answer: `--map: ${fault}` }
      return post ? this.#post(() => post) : { verdict: 'acknowledged', omitted: 1 }
    } catch (error) {
      return { verdict: 'retry', reason: (error as Error).message }
    }
  }

  #post(render: () => Post): Promise<Outcome> {
    return new Promise((resolve) => {
      try {
        const post = render()
        const headers = this.#headersOf(post)
        const done = new Attempt(this.#timeouts, (answer) => {
          const told = this.#map ? secretFree(answer, this.#map.secrets) : answer
          resolve(outcomeOf(told, { ack: this.#ack, now: Date.now() }))
        })
        this.#pool.dispatch({ path: this.#path, method: 'POST', headers, body: post.body }, done)
      } catch (error) {
        resolve({ verdict: 'halt', reason: (error as Error).message })
      }
    })
  }

  #headersOf({ key, contentType, body }: Post): string[] {
    const headers = ['content-type', contentType, ...this.#headers, 'idempotency-key', key]
    const apiKey = this.#apiKey()
    if (apiKey !== undefined) headers.push('x-api-key', apiKey)
    if (this.#signKey !== undefined) {
      const sent = String(Date.now())
      const mac = createHmac('sha256', this.#signKey).update(`${sent}.`).update(body).digest('hex')
      headers.push('x-signature-timestamp', sent, 'x-signature', `v1=${mac}`)
    }
    return headers
  }
}

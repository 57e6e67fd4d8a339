// Trouble on purpose, for senders to be tried against. The same seed brings the same trouble for the same sequence of
// posts.
//
//     flaky         some posts get 503, some a broken connection before or after their event was taken, and some an
//                   answer without a sequenceNumber
//     slow          every answer takes 50 to 250 ms
//     down:30s      nothing is taken for so long from the first post on: 503, or a broken connection
//     out-of-order  an event is taken 0 to 50 ms after it came: a sender with more than one post in flight a stream
//                   sees its events taken in another order, and so does the ledger
//     throttle:100  so many events a second are taken; the others get 429 with Retry-After

import seedrandom from 'seedrandom'
import { OptionError, parseDuration } from '../engine/index.ts'

/** What is to be done about a post. */
export type Treatment =
  | { act: 'refuse'; status: 429 | 503; retryAfterSeconds?: number }
  /** The connection is broken, and the event not taken. */
  | { act: 'break' }
  | {
      act: 'take'
      /** To wait before the event is taken, and between that and the answer. */
      takeAfterMilliseconds: number
      answerAfterMilliseconds: number
      /** Whether the answer is the receipt, or none comes, or one that is no receipt. */
      answer: 'receipt' | 'break' | 'no receipt'
    }

const FLAKY = { refused: 0.1, brokenBefore: 0.05, brokenAfter: 0.05, noReceipt: 0.05 }
const SLOW_MILLISECONDS = { least: 50, most: 250 }
const DISORDER_MILLISECONDS = 50
const RULE = 'flaky, slow, down:30s, out-of-order, throttle:100, or several of them with commas between'

/** Which trouble there is to be. */
export interface Modes {
  flaky: boolean
  slow: boolean
  outOfOrder: boolean
  downMilliseconds: number
  /** Events a second. */
  throttle: number
}

/**
 * @param given values of `chaos`, each with one mode or several
 * @throws OptionError
 */
export function chaosModes(given: readonly string[]): Modes {
  const modes = {
    flaky: false,
    slow: false,
    outOfOrder: false,
    downMilliseconds: 0,
    throttle: Number.POSITIVE_INFINITY,
  }
  for (const value of given) for (const mode of value.split(',')) addMode(modes, mode, value)
  return modes
}

function addMode(modes: Modes, mode: string, value: string): void {
  const [name, argument] = mode.trim().split(':', 2) as [string, string | undefined]
  const duration = name === 'down' ? parseDuration(argument ?? '') : undefined
  const rate = name === 'throttle' && /^\d{1,7}$/.test(argument ?? '') ? Number(argument) : 0
  if (mode.trim() === 'flaky') modes.flaky = true
  else if (mode.trim() === 'slow') modes.slow = true
  else if (mode.trim() === 'out-of-order') modes.outOfOrder = true
  else if (duration !== undefined && duration > 0) modes.downMilliseconds = duration
  else if (rate > 0) modes.throttle = rate
  else throw new OptionError({ option: 'chaos', rule: RULE, value })
}

/** Decides about one post after the other. */
export class Chaos {
  readonly #modes: Modes
  readonly #random: () => number
  #downUntil: number | undefined
  /** Events that may be taken at once, and when that was so. */
  #tokens: number
  #countedAt = 0

  /** @param seed any text, composed or not */
  constructor(modes: Modes, seed: string) {
    this.#modes = modes
    this.#random = seedrandom(seed.normalize('NFC'))
    this.#tokens = modes.throttle
  }

  /** @param now milliseconds of a clock that never goes back */
  treat(now: number): Treatment {
    const { flaky, slow, outOfOrder, downMilliseconds } = this.#modes
    this.#downUntil ??= now + downMilliseconds
    if (now < this.#downUntil) return this.#random() < 0.5 ? { act: 'refuse', status: 503 } : { act: 'break' }
    const wait = this.#throttled(now)
    if (wait > 0) return { act: 'refuse', status: 429, retryAfterSeconds: Math.ceil(wait / 1000) }
    let chance = flaky ? this.#random() : 1
    chance -= FLAKY.refused
    if (chance < 0) return { act: 'refuse', status: 503 }
    chance -= FLAKY.brokenBefore
    if (chance < 0) return { act: 'break' }
    const { least, most } = SLOW_MILLISECONDS
    return {
      act: 'take',
      takeAfterMilliseconds: outOfOrder ? this.#random() * DISORDER_MILLISECONDS : 0,
      answerAfterMilliseconds: slow ? least + this.#random() * (most - least) : 0,
      answer:
        chance < FLAKY.brokenAfter ? 'break' : chance < FLAKY.brokenAfter + FLAKY.noReceipt ? 'no receipt' : 'receipt',
    }
  }

  /** Milliseconds until another event may be taken; 0 where this one may. */
  #throttled(now: number): number {
    const { throttle } = this.#modes
    if (throttle === Number.POSITIVE_INFINITY) return 0
    this.#tokens = Math.min(throttle, this.#tokens + ((now - this.#countedAt) * throttle) / 1000)
    this.#countedAt = now
    if (this.#tokens < 1) return ((1 - this.#tokens) / throttle) * 1000
    this.#tokens -= 1
    return 0
  }
}

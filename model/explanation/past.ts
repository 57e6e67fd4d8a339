// What a world has to know to live its time once more: how it began, and what it has taken since. And how an explanation is made
// of that.

import { DAY, formatInstant, OperationalError, OptionError, Shards } from '../../engine/index.ts'
import { readCheckpoint } from '../checkpoint.ts'
import { model } from '../model.ts'
import type { Input } from '../rules/inputs.ts'
import type { Settings } from '../state/settings.ts'
import { BEFORE, Chain } from './chain.ts'
import type { Explanation } from './explanation.ts'
import { type OneRegion, type Recording, record, type Who } from './listener.ts'
import { targetOf } from './target.ts'

export interface Recorded {
  recording: Recording
  /** Nothing before it is known. */
  isAll: boolean
  /** … as there is nothing: it begins with the world. */
  isFromBirth: boolean
}

/** A stretch of a region's time that is to be recorded, and whose. */
export interface Stretch {
  who: Who
  from: number
  until: number
}

/**
 * Asks for recordings until the chain is whole, or there is nothing before.
 * @param now everything before it has happened
 * @throws OptionError where it is no event's id, or one to come @throws OperationalError where there is no such event
 */
export function* explaining(eventId: string, now: number): Generator<Stretch, Explanation, Recorded> {
  const { who, from, until } = targetOf(eventId)
  if (from >= now)
    throw new OptionError({ option: 'event_id', rule: `the world is at ${formatInstant(now)}`, value: eventId })
  for (let begin = from - (who.kind === 'student' ? BEFORE : DAY); ; ) {
    const { recording, isAll, isFromBirth } = yield { who, from: begin, until: Math.min(until, now) }
    const chain = new Chain(recording, eventId, isFromBirth)
    const { explanation, needs } = chain
    if (!explanation) throw new OperationalError(`${eventId}: the world has no such event`, { code: 'NOT_FOUND' })
    if (needs === undefined || isAll || needs >= recording.begin) return explanation
    begin = needs
  }
}

/** Of a world that nobody keeps. */
export class Past {
  readonly #origin: Settings | Uint8Array
  readonly #inputs: { input: Input; at: number }[]

  /** @param origin what it was born with, or the checkpoint that it was restored from */
  constructor(origin: Settings | Uint8Array, inputs: readonly { input: Input; at: number }[] = []) {
    this.#origin = origin
    this.#inputs = [...inputs]
  }

  /** The world takes an input. */
  note(input: Input, at: number): void {
    this.#inputs.push({ input: structuredClone(input), at })
  }

  /** Of a world that has the same past and another future. */
  branch(): Past {
    return new Past(this.#origin, this.#inputs)
  }

  explain(eventId: string, now: number): Explanation {
    const steps = explaining(eventId, now)
    for (let next = steps.next(); ; ) {
      if (next.done) return next.value
      const { who, until } = next.value
      next = steps.next({
        recording: record(this.#begin(who.region), who, until, this.#inputs),
        isAll: true,
        isFromBirth: !ArrayBuffer.isView(this.#origin),
      })
    }
  }

  #begin(region: number): OneRegion {
    const shards: OneRegion = new Shards(model, [region], false)
    if (!ArrayBuffer.isView(this.#origin)) {
      shards.bear(this.#origin)
      return shards
    }
    const { settings, now, modelVersion, states } = readCheckpoint(this.#origin)
    const tick = (now - settings.start) / settings.tickMilliseconds
    shards.load(settings, tick, modelVersion, [states[region] as Uint8Array])
    shards.ready()
    return shards
  }
}

// By which clocks people live: those of their zones, or all of them so many hours off.

import { HOUR } from '../../engine/index.ts'
import { instantAt, localAt } from '../events/localtime.ts'
import { figure, type Values } from './definition.ts'

export const clock = {
  shift_hours: figure({
    ...{ default: 0, minimum: -12, maximum: 12, unit: 'hours' },
    atBirth: 'weeks of lessons are counted by these clocks',
  }),
}

/** The clocks that people go by; those that events tell of stay right. */
export class PeopleClock {
  readonly #shift: number

  /** @param shift milliseconds by which people are late */
  constructor(shift: number) {
    this.#shift = shift
  }

  /** Local time of people of a zone at an instant, in milliseconds. @param zone of Zone */
  localAt(zone: number, instant: number): number {
    return localAt(zone, instant - this.#shift)
  }

  /** The instant at which it is so late for people of a zone. */
  instantAt(zone: number, local: number): number {
    return instantAt(zone, local) + this.#shift
  }
}

export function peopleClock({ shift_hours }: Values<typeof clock>): PeopleClock {
  return new PeopleClock(Math.round(shift_hours * HOUR))
}

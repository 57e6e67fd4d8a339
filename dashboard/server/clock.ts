// Where the present of a world is: it plays at a speed, or stands still. It never comes past what was committed.

import type { Machine } from '../../engine/index.ts'
import type { Clock as ClockView } from './shapes.ts'

export const SPEEDS = [1, 10, 60, 300, 900, 3600] as const
export const SPEED_MAX = 3600

export class Clock {
  readonly #machine: Pick<Machine, 'now' | 'elapsed'>
  readonly #end: () => number
  #at: number
  #since: number
  #isPlaying = false
  #speed = 1
  #mode: 'played' | 'real' | 'followed' = 'played'

  /** @param end what happens before it is known */
  constructor(machine: Pick<Machine, 'now' | 'elapsed'>, at: number, end: () => number) {
    this.#machine = machine
    this.#end = end
    this.#at = at
    this.#since = machine.elapsed()
  }

  get present(): number {
    const end = this.#end()
    if (this.#mode === 'followed') return end
    if (this.#mode === 'real') return Math.min(end, this.#machine.now())
    if (!this.#isPlaying) return Math.min(this.#at, end)
    return Math.min(end, this.#at + (this.#machine.elapsed() - this.#since) * this.#speed)
  }

  get speed(): number {
    return this.#speed
  }

  get isPlaying(): boolean {
    return this.#isPlaying
  }

  play(speed = this.#speed): void {
    this.set(this.present)
    this.#speed = speed
    this.#isPlaying = true
  }

  pause(): void {
    this.set(this.present)
    this.#isPlaying = false
  }

  /** Goes on from an instant. */
  set(instant: number): void {
    this.#at = instant
    this.#since = this.#machine.elapsed()
  }

  /** The present is the machine's date. */
  keepReal(): void {
    this.#mode = 'real'
    this.#speed = 1
    this.#isPlaying = true
  }

  /** The present is what others have committed. */
  follow(): void {
    this.#mode = 'followed'
    this.#isPlaying = true
  }

  /** Others have let go of the world, or it has none who drives it. */
  rest(): void {
    this.#at = this.present
    this.#mode = 'played'
    this.#isPlaying = false
  }

  /** As pages are told. */
  view(): ClockView {
    return {
      at: Math.floor(this.present),
      speed: this.#mode === 'followed' ? null : this.#speed,
      playing: this.#isPlaying,
      real_at: this.#machine.now(),
      until: this.#end(),
    }
  }
}

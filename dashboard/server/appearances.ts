// Who appears when: for each student and tutor the ticks whose events name them. So what happened to somebody is looked for in
// some hundred ticks, and not in all of a history.

import { Table } from '../../engine/index.ts'
import { events } from '../../model/index.ts'
import type { TickRows } from './rows.ts'

const COLUMNS = new Table('events', events.fields)
const WORDS = COLUMNS.rowBytes >>> 2
const [AGENT_AT, TUTOR_AT] = [COLUMNS.offsets.agent >>> 2, COLUMNS.offsets.tutor >>> 2]
/** Numbers below are those of markets, or of nobody. */
const FIRST_PERSON = 100

export class Appearances {
  /** Ticks in order, by number: a student and a tutor of one number share them. */
  readonly #ticks = new Map<number, number[]>()

  /** @param tick after all that were added before */
  add(tick: number, rows: TickRows): void {
    for (const bytes of rows) {
      const words = wordsOf(bytes)
      for (let row = 0; row < words.length; row += WORDS) {
        this.#note(words[row + AGENT_AT] as number, tick)
        this.#note(words[row + TUTOR_AT] as number, tick)
      }
    }
  }

  /** Of ticks up to one, it included, the latest first. */
  *of(number: number, upTo: number): Generator<number> {
    const ticks = this.#ticks.get(number) ?? []
    for (let place = ticks.length - 1; place >= 0; place--) {
      const tick = ticks[place] as number
      if (tick <= upTo) yield tick
    }
  }

  #note(number: number, tick: number): void {
    if (number < FIRST_PERSON) return
    const known = this.#ticks.get(number)
    if (known === undefined) this.#ticks.set(number, [tick])
    else if (known.at(-1) !== tick) known.push(tick)
  }
}

/** Whether any of these rows has a number as its agent's or its tutor's. */
export function names(bytes: Uint8Array, number: number): boolean {
  const words = wordsOf(bytes)
  for (let row = 0; row < words.length; row += WORDS)
    if (words[row + AGENT_AT] === number || words[row + TUTOR_AT] === number) return true
  return false
}

/** Rows that were read from a log may lie anywhere. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >>> 2)
}

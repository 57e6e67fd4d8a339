// What has been measured, and how it becomes the rows of a reading.

import type { Part, RowReading } from './reading.ts'
import { boundsOf, type CalibrationRow, unitOf } from './row.ts'

/** Fewer observations tell nothing. */
const SAMPLES_MIN = 20

export class Figures {
  readonly #rows: ReadonlyMap<string, CalibrationRow>
  readonly #measured = new Map<string, { value: number; samples: number }>()

  constructor(rows: readonly CalibrationRow[]) {
    this.#rows = new Map(rows.map((row) => [row.id, row]))
  }

  has(row: string, figure: string): boolean {
    return this.#rows.get(row)?.figures[figure] !== undefined
  }

  /** @param samples observations behind the value */
  put(row: string, figure: string, value: number, samples: number): void {
    if (!this.has(row, figure)) throw new Error(`row ${row} has no figure '${figure}'`)
    this.#measured.set(`${row}/${figure}`, { value, samples })
  }

  /** A share in percent. */
  putShare(row: string, figure: string, part: number, all: number): void {
    this.put(row, figure, (100 * part) / all, all)
  }

  get readings(): RowReading[] {
    return [...this.#rows.values()].map((row) => this.#reading(row))
  }

  #reading(row: CalibrationRow): RowReading {
    const { id, topic, quantity, basis, unjudged } = row
    const parts = Object.keys(row.figures).map((name) => this.#part(row, name))
    if (unjudged !== undefined)
      return {
        ...{ id, topic, quantity, basis, within: null, unjudged },
        parts: parts.map((part) => ({ ...part, within: null })),
      }
    const judged = parts.filter(({ within }) => within !== null)
    if (judged.length > 0) {
      return { id, topic, quantity, basis, parts, within: judged.every(({ within }) => within) }
    }
    const why = row.from === 'tables' ? 'no event tells it' : 'the stream is too short or too small to show it'
    return { id, topic, quantity, basis, parts, within: null, why }
  }

  #part(row: CalibrationRow, name: string): Part {
    const { target, low, high } = boundsOf(row, name)
    const { value, samples } = this.#measured.get(`${row.id}/${name}`) ?? { value: Number.NaN, samples: 0 }
    const measured = Number.isFinite(value) && samples >= SAMPLES_MIN ? value : null
    const within =
      measured === null ? null : measured >= (low ?? measured) - SLACK && measured <= (high ?? measured) + SLACK
    return { name, unit: unitOf(row, name), target, low, high, measured, samples, within }
  }
}

/** What arithmetic may be off by. */
const SLACK = 1e-9

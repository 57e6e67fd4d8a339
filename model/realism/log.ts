// Records in columns that grow: what a reader keeps of events, at a few bytes a field.

const ARRAYS = { f64: Float64Array, u32: Uint32Array, u16: Uint16Array, u8: Uint8Array } as const
type Kind = keyof typeof ARRAYS
type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array
export type Layout = Readonly<Record<string, Kind>>

const FIRST_CAPACITY = 4096

export class Log<L extends Layout> {
  length = 0
  /** Each has room for more than `length`. */
  readonly columns: { [Name in keyof L]: Column }
  readonly #layout: L
  #capacity = FIRST_CAPACITY

  constructor(layout: L) {
    this.#layout = layout
    const empty = Object.entries(layout).map(([name, kind]) => [name, new ARRAYS[kind](FIRST_CAPACITY)])
    this.columns = Object.fromEntries(empty) as { [Name in keyof L]: Column }
  }

  /** Number of the new record. */
  add(record: { [Name in keyof L]: number }): number {
    if (this.length === this.#capacity) this.#grow()
    for (const name in record) (this.columns[name] as Column)[this.length] = record[name]
    return this.length++
  }

  /** Drops the records that are not to be kept; the others move up. @param moved is told where each kept one went */
  keep(isKept: (record: number) => boolean, moved?: (from: number, to: number) => void): void {
    let to = 0
    for (let from = 0; from < this.length; from++) {
      if (!isKept(from)) continue
      if (from !== to) for (const name in this.columns) this.columns[name][to] = this.columns[name][from] as number
      moved?.(from, to)
      to++
    }
    this.length = to
  }

  #grow(): void {
    this.#capacity *= 2
    for (const name in this.columns) {
      const larger = new ARRAYS[this.#layout[name] as Kind](this.#capacity)
      larger.set(this.columns[name])
      this.columns[name] = larger
    }
  }
}

/** Records by whose they are, in the order of their instants. */
export class Grouped {
  readonly #of = new Map<number, Uint32Array>()

  /** @param of whose each record is; null of nobody's who counts */
  constructor(length: number, of: (record: number) => number | null, instant: (record: number) => number) {
    const counts = new Map<number, number>()
    for (let record = 0; record < length; record++) {
      const whose = of(record)
      if (whose !== null) counts.set(whose, (counts.get(whose) ?? 0) + 1)
    }
    const filled = new Map<number, number>()
    for (const [whose, count] of counts) this.#of.set(whose, new Uint32Array(count))
    for (let record = 0; record < length; record++) {
      const whose = of(record)
      if (whose === null) continue
      const at = filled.get(whose) ?? 0
      ;(this.#of.get(whose) as Uint32Array)[at] = record
      filled.set(whose, at + 1)
    }
    for (const records of this.#of.values()) {
      const isSorted = records.every((record, at) => at === 0 || instant(records[at - 1] as number) <= instant(record))
      if (!isSorted) records.sort((a, b) => instant(a) - instant(b) || a - b)
    }
  }

  get ids(): number[] {
    return [...this.#of.keys()]
  }

  of(id: number): Uint32Array {
    return this.#of.get(id) ?? NONE
  }
}

const NONE = new Uint32Array(0)

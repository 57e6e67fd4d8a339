// A world: tables, and an agenda over the due instants in their rows. It advances from one due action to the next, and
// whatever happens in it happens because an action was due.

import { Agenda, KINDS_MAX, ROWS_MAX, TURN_MILLISECONDS } from './agenda.ts'
import { TIME_END } from './clock.ts'
import type { Table } from './table.ts'

/** What a kind of action does, and where its due instant is kept. Its number is its place in the list of actions. */
export interface Action {
  /** The table whose rows this kind of action comes due on. */
  table: Table
  /** The f64 field that holds the instant at which it is due; 0 for never. */
  due: string
  /** Rows of other tables that it looks at: u32 fields that hold the number of such a row plus one, 0 for none. */
  reads?: Readonly<Record<string, Table>>
  /** Does it. The due instant has been set to 0 before. */
  act(row: number, instant: number): void
}

export class World {
  readonly tables: readonly Table[]
  /** Everything due before this instant has been done. */
  now: number
  readonly #actions: readonly KnownAction[]
  readonly #agenda: Agenda
  /** Where `#fetch` stores what it reads, so that the read is not optimised away. */
  readonly #fetched = new Float64Array(1)

  /**
   * @param tables all state there is; they may already hold rows, whose due instants are taken up
   * @param actions in the order in which they go ahead of one another at the same instant
   * @param now no row may be due before it
   */
  constructor(tables: readonly Table[], actions: readonly Action[], now: number) {
    if (actions.length > KINDS_MAX) throw new RangeError(`a world has at most ${KINDS_MAX} kinds of action`)
    this.tables = tables
    this.now = now
    this.#actions = actions.map((action) => new KnownAction(action))
    this.#agenda = new Agenda(now, (kind, row) => this.#fetch(kind, row))
    this.reserve(actions.reduce((sum, { table }) => sum + table.count, 0))
    for (const [kind, action] of this.#actions.entries())
      for (let row = 0; row < action.table.count; row++) {
        const instant = action.table.f64[action.place(row)] as number
        // The link that a free row holds reads as a tiny fraction of a millisecond.
        if (instant >= 1) this.#push(kind, row, instant)
      }
  }

  /** Makes room for so many pending actions, stale ones included. */
  reserve(actions: number): void {
    this.#agenda.reserve(actions)
  }

  /** Does what is due before `until`, in the order (instant, kind, row). @param until `TIME_END` at the latest */
  run(until: number): void {
    if (!(until >= this.now)) throw new RangeError(`until ${until}: the world is at ${this.now}`)
    if (until > TIME_END) throw new RangeError(`until ${until}: simulated time ends at ${TIME_END}`)
    const agenda = this.#agenda
    while (agenda.next(until)) {
      const { instant, kind, row } = agenda
      const action = this.#actions[kind] as KnownAction
      const { table } = action
      const place = action.place(row)
      const due = table.f64[place] as number
      if (due !== instant) {
        if (due > instant && (due - instant) % TURN_MILLISECONDS === 0) agenda.push(due, kind, row)
        continue
      }
      this.now = instant
      table.touch(row)
      table.f64[place] = 0
      action.act(row, instant)
    }
    this.now = until
  }

  /** Makes an action due; it takes the place of the one of its kind that the row was due for. */
  schedule(kind: number, row: number, instant: number): void {
    this.#push(kind, row, instant)
    const action = this.#actions[kind] as KnownAction
    action.table.touch(row)
    action.table.f64[action.place(row)] = instant
  }

  /** Calls off what the row was due for. */
  cancel(kind: number, row: number): void {
    const action = this.#actions[kind] as KnownAction
    action.table.touch(row)
    action.table.f64[action.place(row)] = 0
  }

  /**
   * Reads a row that is due soon, and those that it leads to, to have them in the cache. Reads that do not depend on one another
   * overlap, so the rows of a bucket come out of memory together. One at a time, when each is due, would cost several times
   * as much.
   */
  #fetch(kind: number, row: number): void {
    const { table, rowWords, reads } = this.#actions[kind] as KnownAction
    const first = row * rowWords
    let read = (table.f64[first] as number) + (table.f64[first + rowWords - 1] as number)
    for (let place = 0; place < reads.length; place++) {
      const { at, to, toWords } = reads[place] as KnownRead
      const link = table.u32[2 * first + at] as number
      if (link !== 0) read += to.u32[(link - 1) * toWords] as number
    }
    this.#fetched[0] = read
  }

  #push(kind: number, row: number, instant: number): void {
    if (!(instant >= this.now)) throw new RangeError(`action ${kind} of row ${row}: ${instant} is past`)
    if (!Number.isSafeInteger(instant) || row >= ROWS_MAX)
      throw new RangeError(`action ${kind} of row ${row}: ${instant} is no whole millisecond, or the row too high`)
    this.#agenda.push(instant, kind, row)
  }
}

/** An action with the place of its due instants worked out. */
class KnownAction {
  readonly table: Table
  readonly act: Action['act']
  readonly rowWords: number
  readonly reads: readonly KnownRead[]
  readonly #offsetWords: number

  constructor({ table, due, reads = {}, act }: Action) {
    if (!(due in table.offsets)) throw new RangeError(`table ${table.name} has no field ${due}`)
    this.table = table
    this.act = act
    this.rowWords = table.rowBytes >>> 3
    this.#offsetWords = (table.offsets[due] as number) >>> 3
    this.reads = Object.entries(reads).map(([field, to]) => {
      if (!(field in table.offsets)) throw new RangeError(`table ${table.name} has no field ${field}`)
      return { at: (table.offsets[field] as number) >>> 2, to, toWords: to.rowBytes >>> 2 }
    })
  }

  /** Index of a row's due instant among the table's f64. */
  place(row: number): number {
    return row * this.rowWords + this.#offsetWords
  }
}

/** A field that leads to a row of another table, and how many words of 32 bits each of these has. */
interface KnownRead {
  readonly at: number
  readonly to: Table
  readonly toWords: number
}

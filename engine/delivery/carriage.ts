// How a target's lines are carried over wires that are not clean, tick by tick. What is late is held until its time:
//
//     a tick's lines ──► whole, twice, damaged ───────────────────► those that leave in the tick, by when they leave
//                   └──► late: held, also over ticks to come ──┘
//
// So what leaves in a tick is a function of its lines and of those of the ticks shortly before, and whoever goes on from a
// cursor looks at those first. Places in a tick are counted among what leaves. So each tick keeps the wire that it was first
// carried over: the cursor knows since when which was in force, and what another one has held still comes when it is due.

import type { Cursor } from '../log/ticklog.ts'
import type { Lines } from './lines.ts'
import { type Passed, passing, type Wire, woven } from './wire.ts'

/** How wires are had, and what this run was told of one. */
export interface WireOptions {
  /** Plain JSON; missing: the wire is clean. */
  readonly told?: unknown
  wireOf(told: unknown): Wire
  readonly tickMilliseconds: number
  /** Instant at which what a tick brings is over. */
  endOf(tick: number): number
  /** What still holds events, where no cursor says so. */
  readonly goesOn?: Carriage | undefined
}

/** Which wire is in force from a tick on; none where it is clean. */
interface Section {
  readonly from: number
  readonly told: unknown
  readonly wire: Wire | undefined
  /** Ticks by which an event can be late. */
  readonly reachTicks: number
}

export class Carriage {
  readonly #options: WireOptions
  readonly #sections: readonly Section[]
  /** What is dropped goes on, marked. */
  readonly #keepsBack: boolean
  /** By when they leave, and in their order. */
  #held: Passed[] = []

  private constructor(options: WireOptions, sections: readonly Section[], keepsBack: boolean) {
    this.#options = options
    this.#sections = sections
    this.#keepsBack = keepsBack
  }

  /**
   * @param cursor of the target, if it has one
   * @param tick the first that a new target is owed
   * @returns undefined where the wire is clean, and nothing is held of another
   */
  static from(
    options: WireOptions,
    cursor: Cursor | undefined,
    tick: number,
    keepsBack: boolean,
  ): Carriage | undefined {
    if (options.goesOn) return options.goesOn
    const told = options.told ?? null
    const before = cursor?.wire?.sections ?? []
    const isSame = JSON.stringify(before.at(-1)?.told ?? null) === JSON.stringify(told)
    const all = isSame ? before : [...before, { from: cursor ? untouchedFrom(cursor) : tick, told }]
    const sections = all.map((one) => sectionOf(options, one))
    const begin = cursor?.tick ?? tick
    while (sections[1] && sections[1].from + (sections[0] as Section).reachTicks <= begin) sections.shift()
    return sections.some(({ wire }) => wire) ? new Carriage(options, sections, keepsBack) : undefined
  }

  /** The same, that holds nothing yet. */
  anew(): Carriage {
    return new Carriage(this.#options, this.#sections, this.#keepsBack)
  }

  /** Ticks by which an event can be late. */
  get reachTicks(): number {
    return Math.max(...this.#sections.map(({ reachTicks }) => reachTicks))
  }

  /** The first tick that it has to see to know what leaves in another. */
  since(tick: number): number {
    const { from } = this.#sections[0] as Section
    return Math.min(tick, Math.max(from, tick - this.reachTicks))
  }

  /** What a cursor has to say. */
  at(tick: number): NonNullable<Cursor['wire']> {
    return {
      since: this.since(tick),
      keepsBack: this.#keepsBack,
      sections: this.#sections.map(({ from, told }) => ({ from, told })),
    }
  }

  /** Whether somebody who has written a cursor meanwhile counts places as this does. */
  agreesWith({ wire }: Cursor): boolean {
    const { from, told } = this.#sections.at(-1) as Section
    return JSON.stringify(wire?.sections.at(-1)) === JSON.stringify({ from, told })
  }

  /** What leaves in a tick; each batch is valid until the next. @param batches of the tick's lines, in order */
  *carry(tick: number, batches: Iterable<Lines>): Generator<Lines> {
    const wire = this.#sections.findLast(({ from }) => from <= tick)?.wire
    for (const lines of batches) yield wire || this.#held.length > 0 ? this.#carried(lines, wire) : lines
    const last = this.#dueBefore(this.#options.endOf(tick))
    if (last.length > 0) yield woven(last)
  }

  #carried(lines: Lines, wire: Wire | undefined): Lines {
    const passed: Passed[] = []
    let isTouched = false
    for (let line = 0; line < lines.count; line++) {
      const instant = lines.instants[line] as number
      const due = this.#dueBefore(instant)
      passed.push(...due)
      const one: Passed = wire ? passing(lines, line, wire) : { lines, line, leaves: instant, fate: 'whole' }
      if (one.fate === 'delayed') this.#hold(one)
      else if (one.fate !== 'dropped' || this.#keepsBack) passed.push(one)
      if (one.fate === 'duplicated') passed.push(one)
      if (due.length > 0 || one.fate !== 'whole') isTouched = true
    }
    if (!isTouched) return lines
    const result = woven(passed)
    // The lines' own memory is written over.
    const fresh = this.#held.filter((held) => held.lines === lines)
    const own = woven(fresh)
    for (const [line, held] of fresh.entries()) Object.assign(held, { lines: own, line })
    return result
  }

  #hold(one: Passed): void {
    const place = this.#held.findLastIndex(({ leaves }) => leaves <= one.leaves)
    this.#held.splice(place + 1, 0, one)
  }

  /** What leaves at an instant comes behind what happens then. */
  #dueBefore(instant: number): Passed[] {
    let due = 0
    while (due < this.#held.length && (this.#held[due] as Passed).leaves < instant) due++
    return due === 0 ? NONE : this.#held.splice(0, due)
  }
}

const NONE: Passed[] = []

function sectionOf(
  { wireOf, tickMilliseconds }: WireOptions,
  { from, told }: { from: number; told: unknown },
): Section {
  const wire = told === null ? undefined : wireOf(told)
  return { from, told, wire, reachTicks: wire ? Math.ceil(wire.lateMillisecondsMax / tickMilliseconds) + 1 : 0 }
}

/** The first tick of which no stream has anything. */
function untouchedFrom({ tick, ahead }: Cursor): number {
  return Object.values(ahead).reduce((first, [at, events]) => Math.max(first, events > 0 ? at + 1 : at), tick)
}

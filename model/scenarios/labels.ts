// True labels: what a world did that its twin, the same world without any intervention on the same chance, did not. Both come
// stretch by stretch; what is held is the hour under way, and the last days of what differs. The lines do not depend on how
// the stretches were cut.

import { formatInstant, HOUR, parseTimestamp } from '../../engine/index.ts'
import { Comparison, type Difference } from '../comparison.ts'
import { eventOf } from '../events/encode.ts'
import { type Event, REGIONS } from '../events/index.ts'
import type { EventRow } from '../events/row.ts'
import type { Intervention } from '../interventions/intervention.ts'
import type { Stretch } from '../scoring/hours.ts'
import { WindowFinder } from '../scoring/windows.ts'
import { SERIES } from './metrics.ts'
import { SideBySide } from './side-by-side.ts'

/** An intervention with the id that labels call it by. */
export type Named = Intervention & { readonly id: string }

/** What there is to be said of a world at its end. */
export interface Labelled {
  /** A line for each intervention. */
  readonly interventions: readonly string[]
  /** In which hours each series differs visibly. */
  readonly windows: ReadonlyMap<string, readonly Stretch[]>
}

/** Hours between two settlements of what differs. */
const SETTLING_HOURS = 24
/** What left one world out differs from the twin for so long that no event of it can come to be asked for. */
const ASKED_FOR_HOURS = 6 * 24

/** Kind and agent of an action as one number: the order of events of one instant. */
const rankOf = ({ kind, agent }: EventRow): number => kind * 0x1_0000_0000 + agent

/** Gives each intervention an id of its own: the one that it has, or its kind. */
export function named(interventions: readonly Intervention[]): Named[] {
  const taken = new Set<string>()
  return interventions.map((one) => {
    const wanted = one.id ?? one.kind
    let id = wanted
    for (let number = 2; taken.has(id); number++) id = `${wanted} ${number}`
    taken.add(id)
    return { ...one, id }
  })
}

/** What one intervention did: the world beside the one that leaves it out alone. */
class Share {
  readonly finders: (WindowFinder | undefined)[] = SERIES.map(() => undefined)
  /** By id: events that the world without it has otherwise than the twin; none where it is the twin. */
  readonly differing = new Map<string, { instant: number; text: string }>()

  /** Either of the two has this event where the other has another, or none. */
  note(row: EventRow): void {
    const event = eventOf(row)
    const text = JSON.stringify(event)
    // The other has it too, behind one that is missing.
    if (this.differing.get(event.event_id)?.text === text) this.differing.delete(event.event_id)
    else this.differing.set(event.event_id, { instant: row.instant, text })
  }
}

export class Labels {
  readonly #interventions: readonly Named[]
  readonly #write: (line: string) => void
  readonly #comparison = new Comparison()
  readonly #ranks = new WeakMap<Event, number>()
  /** The world beside its twin, and beside each world that leaves one intervention out (where there are several). */
  readonly #whole: SideBySide
  readonly #without: readonly SideBySide[]
  /** The twin beside those. */
  readonly #twins: readonly SideBySide[]
  readonly #shares: readonly Share[]
  readonly #finders: (WindowFinder | undefined)[] = SERIES.map(() => undefined)
  #was: Event[] = []
  #is: Event[] = []
  /** Begin of the hour under way. */
  #hour: number

  /**
   * @param from instant of the first stretch
   * @param write takes each line of an effect or an event, without its end
   */
  constructor(interventions: readonly Named[], from: number, write: (line: string) => void) {
    this.#interventions = interventions
    this.#write = write
    this.#hour = Math.floor(from / HOUR) * HOUR
    this.#shares = interventions.map(() => new Share())
    const several = interventions.length > 1 ? this.#shares : []
    const ignored = (): void => undefined
    const noted =
      (list: () => Event[]) =>
      (row: EventRow): void => {
        const event = eventOf(row)
        this.#ranks.set(event, rankOf(row))
        list().push(event)
      }
    this.#whole = new SideBySide(
      REGIONS.length,
      noted(() => this.#is),
      noted(() => this.#was),
    )
    this.#without = several.map(() => new SideBySide(REGIONS.length, ignored, ignored))
    this.#twins = several.map((share) => {
      const note = (row: EventRow): void => share.note(row)
      return new SideBySide(REGIONS.length, note, note)
    })
  }

  /** How many twins it takes: the one without any, and where there are several one without each. */
  get twins(): number {
    return 1 + this.#without.length
  }

  /**
   * Takes the next stretch, up to an instant.
   * @param world rows of the world's events, of each region
   * @param twins of the world without any intervention, then of those that leave each one out, if there are several
   */
  add(until: number, world: readonly Uint8Array[], [twin = [], ...others]: readonly (readonly Uint8Array[])[]): void {
    this.#whole.take(world, twin)
    for (const [place, other] of others.entries()) {
      this.#without[place]?.take(world, other)
      this.#twins[place]?.take(twin, other)
    }
    const pairs = [this.#whole, ...this.#without, ...this.#twins]
    while (this.#hour + HOUR <= until) {
      for (const pair of pairs) pair.until(this.#hour + HOUR)
      this.#endHour()
    }
    for (const pair of pairs) pair.until(until)
    this.#compare()
  }

  /** Ends the labels where the world ends for now. @returns the lines of the interventions, and the windows of each series */
  end(): Labelled {
    this.#effects()
    this.#events(this.#comparison.differences())
    const windows = SERIES.map(({ name }, place) => [name, this.#finders[place]?.windows ?? []] as const)
    return {
      interventions: this.#interventions.map((one, place) => this.#intervention(one, place)),
      windows: new Map(windows.filter(([, list]) => list.length > 0)),
    }
  }

  #endHour(): void {
    this.#compare()
    this.#effects()
    for (const pair of [this.#whole, ...this.#without, ...this.#twins]) pair.clear()
    this.#hour += HOUR
    if ((this.#hour / HOUR) % SETTLING_HOURS !== 0) return
    this.#events(this.#comparison.settle(this.#hour))
    for (const { differing } of this.#shares)
      for (const [id, { instant }] of differing) if (instant < this.#hour - ASKED_FOR_HOURS * HOUR) differing.delete(id)
  }

  #compare(): void {
    if (this.#was.length > 0 || this.#is.length > 0) this.#comparison.add(this.#was, this.#is)
    this.#was = []
    this.#is = []
  }

  #effects(): void {
    const at = formatInstant(this.#hour)
    eachEffect(this.#whole, (place, withIt, without) => {
      const { name: series } = SERIES[place] as (typeof SERIES)[number]
      this.#write(JSON.stringify({ label: 'effect', series, at, with: withIt, without }))
      found(this.#finders, place, { at: this.#hour, with: withIt, without })
    })
    for (const [share, pair] of this.#without.entries())
      eachEffect(pair, (place, withIt, without) =>
        found((this.#shares[share] as Share).finders, place, { at: this.#hour, with: withIt, without }),
      )
  }

  #events(differences: readonly Difference[]): void {
    const lines = differences
      .flatMap(linesOf)
      .map((line) => ({ ...line, instant: parseTimestamp(line.event.payload.timestamp) }))
    const rank = ({ event }: Line): number => this.#ranks.get(event) as number
    lines.sort((a, b) => a.instant - b.instant || rank(a) - rank(b))
    for (const { change, was, is, event, movedTo } of lines)
      this.#write(
        JSON.stringify({
          ...{ label: 'event', change, event_id: event.event_id, was: was ?? null, is: is ?? null },
          ...(movedTo === undefined ? {} : { moved_to: movedTo }),
          by: this.#causes(event.event_id),
        }),
      )
  }

  /** Those without which alone the event would be as in the twin. */
  #causes(eventId: string): string[] {
    return this.#interventions
      .filter((_, place) => this.#without.length === 0 || !this.#shares[place]?.differing.has(eventId))
      .map(({ id }) => id)
  }

  #intervention(one: Named, place: number): string {
    const finders = this.#without.length === 0 ? this.#finders : (this.#shares[place] as Share).finders
    return interventionLine(
      one,
      finders.flatMap((finder) => finder?.windows ?? []),
    )
  }
}

/** The label of an intervention. @param windows in which it can be seen */
export function interventionLine({ id, kind, where, from, until }: Named, windows: readonly Stretch[]): string {
  const hours = (hour: number): string | null => (windows.length === 0 ? null : formatInstant(hour * HOUR))
  return JSON.stringify({
    ...{ label: 'intervention', id, kind, where: plain(where) },
    ...{ begin: formatInstant(from), end: until === undefined ? null : formatInstant(until) },
    effect_begin: hours(windows.reduce((least, one) => Math.min(least, one.from), Number.POSITIVE_INFINITY)),
    effect_end: hours(windows.reduce((most, one) => Math.max(most, one.to), Number.NEGATIVE_INFINITY)),
  })
}

/** What is said of one event. */
interface Line {
  readonly change: 'added' | 'removed' | 'changed'
  readonly was: Event | undefined
  readonly is: Event | undefined
  readonly event: Event
  readonly movedTo?: string
}

/** What has moved is one that is gone and one that has come, each of which names the other. */
function linesOf({ change, was, is }: Difference): Line[] {
  if (change !== 'moved') return [{ change, was, is, event: (was ?? is) as Event }]
  const [from, to] = [was as Event, is as Event]
  return [
    { change: 'removed', was: from, is: undefined, event: from, movedTo: to.event_id },
    { change: 'added', was: undefined, is: to, event: to, movedTo: from.event_id },
  ]
}

/** One name alone where there is only one, as people write it. */
function plain(where: Intervention['where']): object {
  return Object.fromEntries(
    Object.entries(where).map(([place, value]) => [
      place,
      Array.isArray(value) && value.length === 1 ? value[0] : value,
    ]),
  )
}

function found(finders: (WindowFinder | undefined)[], place: number, effect: Parameters<WindowFinder['add']>[0]): void {
  let finder = finders[place]
  if (!finder) {
    finder = new WindowFinder()
    finders[place] = finder
  }
  finder.add(effect)
}

/** Each series that differs in the hour. */
function eachEffect(
  { differs, common, onlyFirst, onlyOther }: SideBySide,
  take: (place: number, withIt: number, without: number) => void,
): void {
  if (!differs) return
  for (const [place, { cells }] of SERIES.entries()) {
    let [both, first, other] = [0, 0, 0]
    for (const cell of cells) {
      both += common[cell] as number
      first += onlyFirst[cell] as number
      other += onlyOther[cell] as number
    }
    if (first !== other) take(place, both + first, both + other)
  }
}

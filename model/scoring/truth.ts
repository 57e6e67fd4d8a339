// What `score` reads: the labels of a run, and what a detector says. Lines of NDJSON, as the contract's section 10 has them.

import { HOUR, OptionError, parseInstant } from '../../engine/index.ts'
import { hoursOf, type Stretch } from './hours.ts'
import { type Effect, windowsOf } from './windows.ts'

/** An intervention, as its label has it. */
export interface LabelledIntervention {
  readonly id: string
  readonly kind: string
  readonly region: string | undefined
  readonly begin: number
  /** Hours from its begin on to the end of its effect; undefined where nothing could be seen of it. */
  readonly hours: Stretch | undefined
}

/** The true windows, read line by line. */
export class Truth {
  readonly interventions: LabelledIntervention[] = []
  readonly #effects = new Map<string, Effect[]>()
  #lines = 0

  /** @throws OptionError where the line is none of labels */
  line(text: string): void {
    this.#lines++
    // By far the most lines, and a detector finds no single events.
    if (text.startsWith('{"label":"event"') || text.startsWith('{"label":"wire"') || text.trim() === '') return
    const place = { option: 'labels', line: this.#lines }
    const read = objectOf(text, place)
    if (read.label === 'intervention') this.interventions.push(interventionOf(read, place))
    else if (read.label === 'effect') this.#effect(read, place)
    else if (read.label !== 'event' && read.label !== 'wire')
      throw wrong(place, 'label: intervention, effect, event or wire', read.label)
  }

  /** Of each series that differs visibly; the series of the country, of regions and of subjects alike. */
  windows(): Map<string, Stretch[]> {
    const bySeries = [...this.#effects].map(
      ([series, effects]) => [series, windowsOf(effects.sort((a, b) => a.at - b.at))] as const,
    )
    return new Map(bySeries.filter(([, windows]) => windows.length > 0))
  }

  #effect(read: Record<string, unknown>, place: LinePlace): void {
    const series = textOf(read, 'series', place)
    const one = {
      at: instantOf(read, 'at', place),
      with: numberOf(read, 'with', place),
      without: numberOf(read, 'without', place),
    }
    if (one.at % HOUR !== 0) throw wrong(place, 'at: the begin of an hour', read.at)
    const effects = this.#effects.get(series)
    if (effects) effects.push(one)
    else this.#effects.set(series, [one])
  }
}

/** What a detector has to say of a series. */
export interface Detection {
  readonly series: string
  /** Undefined where it only says that it watches the series. */
  readonly hours: Stretch | undefined
  readonly score: number | undefined
}

/** Ten years. */
const DETECTION_HOURS_MAX = 87_600

/** @param line its number in the file @throws OptionError */
export function detectionOf(text: string, line: number): Detection {
  const place = { option: 'detections', line }
  const read = objectOf(text, place)
  const series = textOf(read, 'series', place)
  const score = read.score === undefined ? undefined : numberOf(read, 'score', place)
  if (read.at === undefined && read.begin === undefined && read.end === undefined)
    return { series, hours: undefined, score }
  if (read.at !== undefined) {
    if (read.begin !== undefined || read.end !== undefined)
      throw wrong(place, 'at, or begin and end', { begin: read.begin, end: read.end })
    const at = instantOf(read, 'at', place)
    return { series, hours: hoursOf(at, at), score }
  }
  const [begin, end] = [instantOf(read, 'begin', place), instantOf(read, 'end', place)]
  if (end <= begin) throw wrong(place, 'end: after begin', read.end)
  const hours = hoursOf(begin, end)
  if (hours.to - hours.from > DETECTION_HOURS_MAX)
    throw wrong(place, `end: within ${DETECTION_HOURS_MAX} hours of begin`, read.end)
  return { series, hours, score }
}

interface LinePlace {
  readonly option: string
  readonly line: number
}

function interventionOf(read: Record<string, unknown>, place: LinePlace): LabelledIntervention {
  const begin = instantOf(read, 'begin', place)
  const isSeen = read.effect_begin !== null && read.effect_begin !== undefined
  const where = read.where as { region?: unknown } | null | undefined
  return {
    ...{ id: textOf(read, 'id', place), kind: textOf(read, 'kind', place), begin },
    region: typeof where?.region === 'string' ? where.region : undefined,
    hours: isSeen ? hoursOf(begin, instantOf(read, 'effect_end', place)) : undefined,
  }
}

function objectOf(text: string, place: LinePlace): Record<string, unknown> {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (cause) {
    throw wrong(place, 'a line of JSON', shortened(text), cause)
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw wrong(place, 'an object of JSON', shortened(text))
  return read as Record<string, unknown>
}

function textOf(read: Record<string, unknown>, key: string, place: LinePlace): string {
  const value = read[key]
  if (typeof value !== 'string' || value === '') throw wrong(place, `${key}: a text that is not empty`, value)
  return value
}

function numberOf(read: Record<string, unknown>, key: string, place: LinePlace): number {
  const value = read[key]
  if (typeof value !== 'number') throw wrong(place, `${key}: a number`, value)
  return value
}

function instantOf(read: Record<string, unknown>, key: string, place: LinePlace): number {
  const value = read[key]
  const instant = typeof value === 'string' ? parseInstant(value) : undefined
  if (instant === undefined) throw wrong(place, `${key}: an instant such as 2026-01-05T00:00:00Z`, value)
  return instant
}

function wrong({ option, line }: LinePlace, rule: string, value: unknown, cause?: unknown): OptionError {
  return new OptionError({ option, rule: `line ${line}: ${rule}`, value: value ?? 'nothing' }, { cause })
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

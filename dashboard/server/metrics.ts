// What the dashboard counts: the places of its figures in one row of whole numbers, and the names by which a series is asked
// for. Counts only ever grow, so what lies between two instants is a difference; values are as they stand.

import {
  BALANCES,
  CALL_REASONS,
  type CallReason,
  EVENT_TYPES,
  type EventType,
  LEVELS,
  REGIONS,
  type Region,
  SUBJECTS,
  type Subject,
} from '../../model/index.ts'

export const MARKETS = REGIONS.length * SUBJECTS.length
const REASONS = CALL_REASONS.length

let places = 0
/** So many places in a row, one behind another. */
function room(count: number): number {
  places += count
  return places - count
}

/** First place of each figure; by market, by region and reason, by type and so on where there are several. */
export const Place = {
  started: room(MARKETS),
  completed: room(MARKETS),
  brokenOff: room(MARKETS),
  calls: room(REGIONS.length * REASONS),
  unresolved: room(REGIONS.length),
  events: room(EVENT_TYPES.length),
  underWay: room(1),
  teaching: room(1),
  open: room(1),
  onDuty: room(1),
  risk: room(LEVELS.length),
  balance: room(BALANCES.length),
  /** Scores are kept in hundredths. */
  demand: room(MARKETS),
  supply: room(MARKETS),
  tutors: room(MARKETS),
  students: room(MARKETS),
  /** Index into BALANCES plus one; 0 for a market that nobody has heard of yet. */
  marketBalance: room(MARKETS),
} as const

/** Places in a row. */
export const ROW_LENGTH = places

/** Index of a market. @param region index into REGIONS @param subject index into SUBJECTS */
export function marketAt(region: number, subject: number): number {
  return region * SUBJECTS.length + subject
}

export interface Metric {
  readonly name: string
  /** Whether it counts what happens in a step, or is what stands at the step's end. */
  readonly kind: 'count' | 'value'
  readonly unit: string
  readonly sentence: string
  /** @param row of ROW_LENGTH numbers */
  read(row: Int32Array): number
}

function sumOf(row: Int32Array, from: number, count: number): number {
  let sum = 0
  for (let at = from; at < from + count; at++) sum += row[at] as number
  return sum
}

const plain = (
  name: string,
  kind: Metric['kind'],
  unit: string,
  sentence: string,
  place: number,
  count = 1,
): Metric => ({ name, kind, unit, sentence, read: (row) => sumOf(row, place, count) })

const SESSIONS = [
  ['sessions_started', 'started', 'Sessions that began'],
  ['sessions_completed', 'completed', 'Sessions that ended'],
  ['sessions_broken_off', 'brokenOff', 'Sessions that ended without success'],
] as const

const BALANCE_NAMES = { high_demand: 'short', oversupplied: 'over', balanced: 'balanced' } as const

/** Metrics of the whole world. */
export const METRICS: readonly Metric[] = [
  plain('events', 'count', 'events', 'Events of all types', Place.events, EVENT_TYPES.length),
  ...EVENT_TYPES.map((type: EventType, index) =>
    plain(`events/${type}`, 'count', 'events', `Events of type ${type}`, Place.events + index),
  ),
  ...SESSIONS.map(([name, place, sentence]) => plain(name, 'count', 'sessions', sentence, Place[place], MARKETS)),
  plain('calls', 'count', 'calls', 'Calls that were logged', Place.calls, REGIONS.length * REASONS),
  plain('calls_unresolved', 'count', 'calls', 'Calls that left something open', Place.unresolved, REGIONS.length),
  ...CALL_REASONS.map((reason: CallReason, index) => ({
    ...plain(`calls/${reason}`, 'count', 'calls', `Calls for ${reason}`, 0),
    read: (row: Int32Array) =>
      REGIONS.reduce((sum, _, region) => sum + (row[Place.calls + region * REASONS + index] as number), 0),
  })),
  plain('sessions_under_way', 'value', 'sessions', 'Sessions under way', Place.underWay),
  plain('tutors_teaching', 'value', 'tutors', 'Tutors in a session', Place.teaching),
  plain(
    'open_complaints',
    'value',
    'students',
    'Students whose latest call of 14 days left something open',
    Place.open,
  ),
  plain('tutors_on_duty', 'value', 'tutors', 'Tutors whose last word offers hours', Place.onDuty),
  ...LEVELS.map((level, index) =>
    plain(
      `students/${level}`,
      'value',
      'students',
      `Students at ${level} risk by their last health update of 30 days`,
      Place.risk + index,
    ),
  ),
  ...BALANCES.map((balance, index) =>
    plain(
      `markets/${BALANCE_NAMES[balance]}`,
      'value',
      'markets',
      `Markets last told ${balance}`,
      Place.balance + index,
    ),
  ),
]

const BY_NAME = new Map(METRICS.map((metric) => [metric.name, metric]))

/** A metric by its name, of the whole world or of a place: `sessions_started/Mathematics/west`; undefined where there is none. */
export function metricNamed(name: string): Metric | undefined {
  return BY_NAME.get(name) ?? placed(name)
}

function placed(name: string): Metric | undefined {
  const parts = name.split('/')
  const [region, subject] = [parts.pop(), parts.pop()]
  const base = parts.join('/')
  const regions = indexes(REGIONS, region as Region)
  const subjects = indexes(SUBJECTS, subject as Subject)
  if (!regions || !subjects) return undefined
  if (base === 'demand' || base === 'supply') {
    if (regions.length > 1 || subjects.length > 1) return undefined
    const place = Place[base] + marketAt(regions[0] as number, subjects[0] as number)
    const sentence = `Score of ${base} in ${subject}, ${region}`
    return { name, kind: 'value', unit: 'points', sentence, read: (row) => (row[place] as number) / 100 }
  }
  const where = `${subject === '*' ? 'all subjects' : subject}, ${region === '*' ? 'all regions' : region}`
  const of = BY_NAME.get(base)
  const session = SESSIONS.find(([one]) => one === base)
  if (session) {
    const cells = regions.flatMap((r) => subjects.map((s) => Place[session[1]] + marketAt(r, s)))
    return sumOfCells(of as Metric, name, where, cells)
  }
  // A call has no subject.
  if (of && base.split('/')[0] === 'calls' && subjects.length > 1) {
    const reason = CALL_REASONS.indexOf(base.slice('calls/'.length) as CallReason)
    const reasons = reason < 0 ? [...CALL_REASONS.keys()] : [reason]
    const cells = regions.flatMap((r) => reasons.map((one) => Place.calls + r * REASONS + one))
    return sumOfCells(of, name, where, cells)
  }
  return undefined
}

function sumOfCells(of: Metric, name: string, where: string, cells: readonly number[]): Metric {
  const sentence = `${of.sentence}; ${where}`
  return { ...of, name, sentence, read: (row) => cells.reduce((sum, cell) => sum + (row[cell] as number), 0) }
}

/** Indexes that a name stands for, `*` for all. */
function indexes<Name extends string>(names: readonly Name[], name: Name | undefined): number[] | undefined {
  if (name === ('*' as Name)) return [...names.keys()]
  const index = name === undefined ? -1 : names.indexOf(name)
  return index < 0 ? undefined : [index]
}

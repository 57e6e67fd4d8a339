// An intervention: what is changed in a world, where, when and how much. As a person writes it, with the check of its form;
// and as a world takes it, with its times resolved. It is an input, so it has a position in the log before anything steps on it.

import {
  type BrokenRule,
  DAY,
  formatInstant,
  nearest,
  OptionError,
  parseDuration,
  parseInstant,
  TIME_END,
} from '../../engine/index.ts'
import {
  CALL_REASONS,
  type CallReason,
  entityNamed,
  REGIONS,
  type Region,
  SUBJECTS,
  type Subject,
} from '../events/index.ts'
import { KIND_NAMES, KINDS, type Kind, type KindOfIntervention, PLACES, SHAPE_NAMES, type Shape } from './kinds.ts'

/** ISO 8601 in UTC, milliseconds since 1970, a Date, or an offset from the world's start such as `+12d` or `-6h`. */
export type When = string | number | { getTime(): number }

/** What is concerned: all of it that is not narrowed down. */
export interface Where {
  readonly region?: Region | readonly Region[]
  readonly subject?: Subject | readonly Subject[]
  /** Of the people, this share: those whose own mark is below it. So the first 10 % of one intervention are among the 20 % of another. */
  readonly share?: number
  /** These people alone: `stu_1042`, `tut_117`. */
  readonly ids?: readonly string[]
}

/** As a person writes it. */
export interface InterventionInput {
  readonly kind: Kind
  readonly where?: Where
  /** Default: as soon as it is taken. */
  readonly from?: When
  /** Default: for good. It is not in force any more at that instant. */
  readonly until?: When
  /** Default `step`. */
  readonly shape?: Shape
  /** In the unit of its kind. */
  readonly size: number
  /** Of `calls` and `call_resolution`: these reasons alone. */
  readonly reason?: CallReason | readonly CallReason[]
  /** Of `delays`: how late an event can come, such as `90s` or `2h`, up to a day; an hour. */
  readonly late?: string
  /** What labels call it; by default its kind. */
  readonly id?: string
  /** The scenario that it is of. */
  readonly scenario?: string
}

/** As a world takes it: plain JSON, one form for one meaning. */
export interface Intervention {
  readonly kind: Kind
  readonly where: {
    /** In the order of REGIONS; all where it is missing. */
    readonly region?: readonly Region[]
    readonly subject?: readonly Subject[]
    readonly share?: number
    readonly ids?: readonly string[]
  }
  /** Milliseconds since 1970. */
  readonly from: number
  readonly until?: number
  readonly shape: Shape
  readonly size: number
  readonly reason?: readonly CallReason[]
  readonly late?: string
  readonly id?: string
  readonly scenario?: string
}

const NAMES = [
  ...['kind', 'where', 'from', 'until', 'shape', 'size', 'reason', 'late', 'id', 'scenario'],
] as readonly (keyof InterventionInput)[]
export const LATE_DEFAULT = '1h'
const IDS_MAX = 1000
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} _.:-]{0,63}$/u
const INSTANT_RULE = 'an instant in UTC such as 2026-01-17T09:00:00Z, or an offset from the start such as +12d'

/**
 * Checks the form of what a person has written; times are held against a world by `resolve`.
 * @param option what it is called in messages: `interventions[2]` leads to `interventions[2].where.share`
 * @throws OptionError with the dotted name of the field, its rule and the value
 */
export function interventionFrom(value: unknown, option = 'intervention'): InterventionInput {
  const refuse = (name: string, rule: string, given: unknown): never => {
    throw new OptionError({ option: name ? `${option}.${name}` : option, rule, value: given })
  }
  const given = object<InterventionInput>(value, '', NAMES, refuse)
  const { kind, where = {}, from, until, shape = 'step', size, reason, late, id, scenario } = given
  oneOf(kind, 'kind', KIND_NAMES, refuse)
  const rules: KindOfIntervention = KINDS[kind]
  checkWhere(where, kind, rules, refuse)
  const { unit, least, most } = rules.size
  if (typeof size !== 'number' || !(size >= least && size <= most))
    refuse('size', `${unit}: a number from ${least} to ${most}`, size)
  oneOf(shape, 'shape', SHAPE_NAMES, refuse)
  for (const [name, when] of [
    ['from', from],
    ['until', until],
  ] as const)
    if (when !== undefined && Number.isNaN(instantOf(when, 0))) refuse(name, INSTANT_RULE, when)
  if (until === undefined && shape !== 'step') refuse('shape', 'needs until, as it is over then', shape)
  if (reason !== undefined) {
    if (!rules.reasons) refuse('reason', `${kind} knows none; calls and call_resolution do`, reason)
    list(reason, 'reason', CALL_REASONS, refuse)
  }
  if (late !== undefined) {
    if (!rules.late) refuse('late', `${kind} knows none; delays does`, late)
    const milliseconds = typeof late === 'string' ? parseDuration(late) : undefined
    if (milliseconds === undefined || milliseconds < 1 || milliseconds > DAY)
      refuse('late', 'a duration such as 90s or 2h, up to a day', late)
  }
  for (const [name, text] of [
    ['id', id],
    ['scenario', scenario],
  ] as const)
    if (text !== undefined && !(typeof text === 'string' && NAME.test(text)))
      refuse(name, 'a name of up to 64 letters, digits, spaces, dots, dashes', text)
  return given
}

/**
 * Whether an intervention may be taken. One that was taken is not asked again: a world may have gone on meanwhile.
 * @param start of the world @param now from when on it would hold
 * @throws OptionError
 */
export function checkIntervention(value: unknown, start: number, now: number, option = 'intervention'): void {
  const { from } = resolve(value, start, now, option)
  if (from < now)
    throw new OptionError({
      option: `${option}.from`,
      rule: `before ${formatInstant(now)}, from when on it can be taken`,
      value: (value as InterventionInput).from,
    })
  const { kind } = value as InterventionInput
  if ((KINDS[kind] as KindOfIntervention).on === 'wire')
    throw new OptionError({ option: `${option}.kind`, rule: 'is on the wire and changes no world', value: kind })
}

/**
 * What a world takes: instants in the place of offsets, one form for one meaning.
 * @param start of the world @param now from when on it holds that does not say from when
 * @throws OptionError
 */
export function resolve(value: unknown, start: number, now: number, option = 'intervention'): Intervention {
  const {
    kind,
    where = {},
    shape = 'step',
    size,
    reason,
    late,
    id,
    scenario,
    ...times
  } = interventionFrom(value, option)
  const from = times.from === undefined ? now : instantOf(times.from, start)
  const until = times.until === undefined ? undefined : instantOf(times.until, start)
  const refuse = (name: string, rule: string, given: unknown): never => {
    throw new OptionError({ option: `${option}.${name}`, rule, value: given })
  }
  if (from >= TIME_END) refuse('from', `simulated time ends at ${formatInstant(TIME_END)}`, times.from)
  if (until !== undefined && !(until > from))
    refuse('until', `after from, which is ${formatInstant(from)}`, times.until)
  if (until !== undefined && until > TIME_END)
    refuse('until', `simulated time ends at ${formatInstant(TIME_END)}`, times.until)
  const { region, subject, share, ids } = where
  return {
    kind,
    where: {
      ...(region === undefined ? {} : { region: inOrder(region, REGIONS) }),
      ...(subject === undefined ? {} : { subject: inOrder(subject, SUBJECTS) }),
      ...(share === undefined ? {} : { share }),
      ...(ids === undefined ? {} : { ids: [...new Set(ids)] }),
    },
    from,
    ...(until === undefined ? {} : { until }),
    shape,
    size,
    ...(reason === undefined ? {} : { reason: inOrder(reason, CALL_REASONS) }),
    ...(late === undefined ? {} : { late }),
    ...(id === undefined ? {} : { id }),
    ...(scenario === undefined ? {} : { scenario }),
  }
}

/** Milliseconds since 1970 of a time as a person writes it; NaN where it is none. @param start of the world */
export function instantOf(when: When, start: number): number {
  if (typeof when === 'number') return Number.isSafeInteger(when) && when >= 0 ? when : Number.NaN
  if (typeof when === 'string') {
    const offset = /^[+-]/.test(when) ? parseDuration(when.slice(1)) : undefined
    if (offset !== undefined) return when.startsWith('-') ? start - offset : start + offset
    return parseInstant(when) ?? Number.NaN
  }
  const { getTime } = Object(when) as { getTime?: unknown }
  return typeof getTime === 'function' ? Number(getTime.call(when)) : Number.NaN
}

type Refuse = (name: string, rule: string, given: unknown) => never

function checkWhere(where: Where, kind: Kind, rules: KindOfIntervention, refuse: Refuse): void {
  const { region, subject, share, ids } = object<Where>(where, 'where', PLACES, refuse)
  for (const place of PLACES)
    if (where[place] !== undefined && !rules.where.includes(place))
      refuse(`where.${place}`, `${kind} is narrowed down by ${rules.where.join(', ')}`, where[place])
  if (region !== undefined) list(region, 'where.region', REGIONS, refuse)
  if (subject !== undefined) list(subject, 'where.subject', SUBJECTS, refuse)
  if (share !== undefined && !(typeof share === 'number' && share > 0 && share <= 1))
    refuse('where.share', 'a share of the people, above 0 and at most 1', share)
  if (ids === undefined) return
  if (share !== undefined) refuse('where.share', 'where.ids says who, give one', share)
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > IDS_MAX)
    refuse('where.ids', `a list of 1 to ${IDS_MAX} ids`, Array.isArray(ids) ? ids.length : ids)
  const forms = rules.people.map((person) => (person === 'student' ? 'stu_1042' : 'tut_117')).join(' or ')
  for (const [at, one] of (ids as readonly unknown[]).entries()) {
    const named = typeof one === 'string' ? entityNamed(one) : undefined
    if (!named || !(rules.people as readonly string[]).includes(named.kind))
      refuse(`where.ids[${at}]`, `for ${kind} an id such as ${forms}`, one)
  }
}

/** An object of these names alone. */
function object<Named>(value: unknown, name: string, names: readonly string[], refuse: Refuse): Named {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(name, `an object with any of ${names.join(', ')}`, value)
  for (const [key, given] of Object.entries(value))
    if (!names.includes(key)) refuse([name, key].filter(Boolean).join('.'), noSuch(key, names), given)
  return value as Named
}

/** One or several of these names, none twice. */
function list(value: unknown, name: string, names: readonly string[], refuse: Refuse): void {
  if (!Array.isArray(value)) return oneOf(value, name, names, refuse)
  if (value.length === 0) refuse(name, `one or several of ${names.join(', ')}`, value)
  for (const [at, one] of value.entries()) oneOf(one, `${name}[${at}]`, names, refuse)
}

function oneOf(value: unknown, name: string, names: readonly string[], refuse: Refuse): void {
  if (!names.includes(value as string)) refuse(name, noSuch(value, names), value)
}

function noSuch(value: unknown, names: readonly string[]): BrokenRule['rule'] {
  const meant = typeof value === 'string' ? nearest(value, names) : undefined
  return meant ? `there is none; is ${meant} meant?` : `one of ${names.join(', ')}`
}

function inOrder<Name extends string>(given: Name | readonly Name[], names: readonly Name[]): readonly Name[] {
  return names.filter((name) => [given].flat().includes(name))
}

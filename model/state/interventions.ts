// The interventions of a region: what each does to whom at an instant. Rules multiply what is asked for here onto one cause each.
// Of an intervention nothing is felt before it begins, not even by who plans ahead: so the time before it is that of a world
// without it. Whom a share of the people means is each one's own chance, alike for all interventions. An index over the rows,
// which is rebuilt on load.

import { chance, DAY, Random, type Row, type WorldKey } from '../../engine/index.ts'
import { placesOf } from '../events/entities.ts'
import { CALL_REASONS, entityNamed, FIRST_STUDENT, FIRST_TUTOR, REGIONS, SUBJECTS } from '../events/index.ts'
import type { Intervention } from '../interventions/intervention.ts'
import { KIND_NAMES, KINDS, type Kind, SHAPE_NAMES, type Shape } from '../interventions/kinds.ts'
import { Purpose } from './draws.ts'
import { studentNumbers, tutorNumbers } from './numbering.ts'
import { type INTERVENTION, Person } from './tables.ts'

export type InterventionRow = Row<typeof INTERVENTION>
type Fields = Record<keyof typeof INTERVENTION, number>

/** Whom of a region an intervention means: of Person, and the number of the one; 0 for all, or a share of them. */
interface Whom {
  readonly person: number
  readonly number: number
}

const ALL_SUBJECTS = (1 << SUBJECTS.length) - 1
const ALL_REASONS = (1 << CALL_REASONS.length) - 1
const NONE: readonly Force[] = []

/** One that is or will be in force, as it is asked for. */
export interface Force {
  readonly row: number
  readonly kind: Kind
  readonly shape: Shape
  readonly from: number
  /** Infinite where it is for good. */
  readonly until: number
  readonly size: number
  /** Bits by the order of SUBJECTS and of CALL_REASONS. */
  readonly subjects: number
  readonly reasons: number
  readonly share: number
  /** Of Person, and the number of the one who is meant; 0 for whoever the share means. */
  readonly person: number
  readonly number: number
  /** Tells its draws from those of others of its kind: of what it is, not of when it was put in. */
  readonly mark: number
}

export class Interventions {
  /** Of its own: whoever asks may have words of another draw in hand. */
  readonly #random: Random
  readonly #region: number
  readonly #ofKind = new Map<Kind, Force[]>()
  /** Whether there are any: where there are none, nothing is asked. */
  areAny = false

  /** @param region index into REGIONS */
  constructor(region: number, key: WorldKey) {
    this.#random = new Random(key)
    this.#region = region
  }

  /** Reads the rows anew. */
  rebuild(row: InterventionRow, count: number): void {
    this.#ofKind.clear()
    this.areAny = count > 0
    for (let at = 0; at < count; at++) {
      const force = forceOf(row.at(at))
      this.#ofKind.set(force.kind, [...(this.#ofKind.get(force.kind) ?? NONE), force])
    }
  }

  /** Whether an intervention concerns the region, and whom of it: a row for each person who is named, or one for all. */
  concerned({ where: { region, ids } }: Intervention): Whom[] {
    if (region && !region.includes(REGIONS[this.#region] as (typeof REGIONS)[number])) return []
    if (!ids) return [{ person: Person.student, number: 0 }]
    return ids
      .map((id) => entityNamed(id) as { kind: string; number: number })
      .map(({ kind, number }) => ({ person: kind === 'tutor' ? Person.tutor : Person.student, number }))
      .filter(({ person, number }) => this.#isHere(person, number))
  }

  #isHere(person: number, number: number): boolean {
    if (person === Person.student) return studentNumbers.locate(number - FIRST_STUDENT).group === this.#region
    return placesOf(tutorNumbers.locate(number - FIRST_TUTOR).group).region === this.#region
  }

  /** Those of a kind, whenever they are in force. */
  of(kind: Kind): readonly Force[] {
    return this.#ofKind.get(kind) ?? NONE
  }

  /**
   * What is made of a cause of a student: a factor on it, or what is added, as its kind has it.
   * @param subject index into SUBJECTS @param at the instant that is asked about, where that is not now
   */
  onStudent(kind: Kind, subject: number, number: number, now: number, at = now): number {
    return this.areAny ? this.#on(kind, Person.student, 1 << subject, number, now, at) : KINDS[kind].size.neutral
  }

  /** … of a cause of a tutor. @param subjects bits by the order of SUBJECTS: one that they share is enough */
  onTutor(kind: Kind, subjects: number, number: number, now: number): number {
    return this.areAny ? this.#on(kind, Person.tutor, subjects, number, now, now) : KINDS[kind].size.neutral
  }

  /** Factor on a cause of calls for a reason. @param reason index into CALL_REASONS */
  onCall(kind: 'calls' | 'call_resolution', reason: number, subject: number, number: number, now: number): number {
    if (!this.areAny) return 1
    let factor = 1
    for (const force of this.of(kind))
      if ((force.reasons >> reason) & 1 && this.#means(force, Person.student, 1 << subject, number))
        factor *= sizeAt(force, now, now)
    return factor
  }

  /** Factor on a cause of the whole region. */
  onRegion(kind: Kind, now: number): number {
    let factor = 1
    for (const force of this.of(kind)) factor *= sizeAt(force, now, now)
    return factor
  }

  /** The most that a factor on somebody may be: whoever is beyond it need not be asked about. */
  most(kind: Kind, now: number): number {
    let most = 1
    for (const force of this.of(kind)) most *= Math.max(1, sizeAt(force, now, now))
    return most
  }

  /** Whether one means a person. @param subjects of what they do there */
  means(force: Force, person: number, subjects: number, number: number): boolean {
    return this.#means(force, person, subjects, number)
  }

  /** Words of a person's own that say when in the time of an intervention they do what they do; valid until the next draw. */
  words(person: number, number: number): Uint32Array {
    return this.#random.draw(person === Person.tutor ? Purpose.tutorMark : Purpose.studentMark, number, 0)
  }

  /** Words of somebody's day of an intervention; valid until the next draw. @param day since it began */
  wordsOfDay(purpose: number, who: number, day: number, { mark }: Force): Uint32Array {
    return this.#random.draw(purpose, who, day, mark)
  }

  /** A word of a call that somebody is about to make. @param which what led to it @param repeats calls before it in a row */
  wordOfCall(number: number, which: number, repeats: number): number {
    return this.#random.draw(Purpose.keptFromCalling, number, which, repeats)[0] as number
  }

  #on(kind: Kind, person: number, subjects: number, number: number, now: number, at: number): number {
    const { neutral } = KINDS[kind].size
    let made: number = neutral
    for (const force of this.of(kind)) {
      const size = sizeAt(force, now, at)
      if (size === neutral || !this.#means(force, person, subjects, number)) continue
      made = neutral === 1 ? made * size : made + size
    }
    return made
  }

  #means(force: Force, person: number, subjects: number, number: number): boolean {
    if ((force.subjects & subjects) === 0) return false
    if (force.number !== 0) return force.person === person && force.number === number
    return force.share >= 1 || chance(this.words(person, number)[0] as number, force.share)
  }
}

/** Of how much there is at an instant: from the neutral size at the level 0 to all of it at 1. Nothing is known before it begins. */
export function sizeAt({ kind, from, until, shape, size }: Force, now: number, at: number): number {
  const { neutral } = KINDS[kind].size
  if (now < from || at < from || at >= until) return neutral
  return neutral + (size - neutral) * level(shape, (at - from) / (until - from))
}

/** How much of it there is when a share of its time is over. */
function level(shape: Shape, over: number): number {
  return shape === 'step' ? 1 : shape === 'ramp' ? over : 1 - Math.abs(2 * over - 1)
}

/** Which share of all that it does it has done by an instant: what happens at once happens in its first day. */
export function doneBy({ from, until, shape }: Force, at: number): number {
  const over =
    until === Number.POSITIVE_INFINITY ? (at > from ? 1 : 0) : Math.min(1, Math.max(0, (at - from) / (until - from)))
  if (shape === 'step') return over
  if (shape === 'ramp') return over * over
  return over < 0.5 ? 2 * over * over : 1 - 2 * (1 - over) * (1 - over)
}

/** The how manieth day of it begins at an instant, from 0. */
export function dayOf({ from }: Force, now: number): number {
  return Math.floor((now - from) / DAY)
}

/** What a row says of an intervention and whom it means. */
function fieldsOf(
  { kind, where, from, until = 0, shape, size, reason }: Intervention,
  { person, number }: Whom,
): Omit<Fields, 'due'> {
  const fields = {
    ...{ from, until, size, number, person, share: where.share ?? 1 },
    kind: KIND_NAMES.indexOf(kind) + 1,
    shape: SHAPE_NAMES.indexOf(shape),
    subjects: bitsOf(where.subject, SUBJECTS) || ALL_SUBJECTS,
    reasons: bitsOf(reason, CALL_REASONS) || ALL_REASONS,
  }
  return { ...fields, mark: markOf(fields) }
}

/** Fills in a new row. @param now from when on it holds */
export function note(row: InterventionRow, intervention: Intervention, whom: Whom, now: number): void {
  Object.assign(row, fieldsOf(intervention, whom))
  if (DOES.has(intervention.kind)) row.due = Math.max(intervention.from, now)
}

/** Whether one of the first rows says this. */
export function isNoted(row: InterventionRow, count: number, intervention: Intervention, whom: Whom): boolean {
  const fields = Object.entries(fieldsOf(intervention, whom)) as [keyof Fields, number][]
  for (let at = 0; at < count; at++) {
    row.at(at)
    if (fields.every(([name, value]) => row[name] === value)) return true
  }
  return false
}

/** Of these kinds something is done at their begin, and on days of them. */
const DOES: ReadonlySet<Kind> = new Set<Kind>(['sign_ups', 'tutors_leave', 'tutors_join', 'tutor_hours', 'calls'])

/** The intervention of a row. */
export function forceOf(row: InterventionRow): Force {
  const { kind, shape, from, until, size, subjects, reasons, share, person, number, mark } = row
  return {
    ...{ row: row.row, from, size, subjects, reasons, share, person, number, mark },
    until: until === 0 ? Number.POSITIVE_INFINITY : until,
    kind: KIND_NAMES[kind - 1] as Kind,
    shape: SHAPE_NAMES[shape] as Shape,
  }
}

function bitsOf<Name>(given: readonly Name[] | undefined, names: readonly Name[]): number {
  return (given ?? []).reduce((bits, name) => bits | (1 << names.indexOf(name)), 0)
}

/** 16 bits by what it is and whom it concerns: FNV-1a, folded. */
function markOf({ kind, size, share, number, person, subjects, reasons }: Omit<Fields, 'due' | 'mark'>): number {
  let hash = 0x811c_9dc5
  for (const part of [kind, Math.round(size * 1000), Math.round(share * 1000), number, person, subjects, reasons])
    hash = Math.imul(hash ^ part, 0x0100_0193)
  return (hash ^ (hash >>> 16)) & 0xffff
}

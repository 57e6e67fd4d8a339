// What events are of: agents, in whose order they come, and what agents do. Each has ids of one form, which are the
// first part of its events' ids:
//
//     student   stu_1042                            session   sess_<start in ms>_<student number>
//     tutor     tut_117                             call      call_<time in ms>_<student number>
//     market    west.Computer-Science
//
// and where that names no instant, the event's own is the last part: stu_1042.health.1767607200000. Of what stands when a
// delivery begins, the event is called stu_1042.opening.1767607200000.

import { type ByteWriter, literal, wholeNumberIn } from '../../engine/index.ts'
import { REGIONS, type Region, SUBJECTS, type Subject } from './vocabulary.ts'

/** Numbers start here in every world: `stu_1000`, `tut_100`. */
export const FIRST_STUDENT = 1000
export const FIRST_TUTOR = 100

/** A number, or blanks in the place of its digits. */
export type Digits = number | string

/** Whose events keep their order. */
export interface Agent<Payload = never> {
  readonly name: 'student' | 'tutor' | 'market'
  /** Tells agents of the same number apart where partitions are hashed: 0 to 3. */
  readonly code: number
  /** Whether its ids are made of its number's digits. */
  readonly isNumbered: boolean
  /** Text of the partition key, from the agent's number … */
  key(number: Digits): string
  /** … and from the payload of one of its events. */
  keyIn(payload: Payload): string
  /** Its number, from such a payload. */
  numberIn(payload: Payload): number
}

/** An agent or something that one does, as far as ids go. */
export interface Entity<Payload = never> {
  readonly agent: Agent<Payload>
  /** Of an id as a whole. */
  readonly form: RegExp
  /** Whether an id tells an instant. */
  readonly isDated: boolean
  /** @param agent number of the agent @param instant in milliseconds, where ids tell one */
  id(agent: Digits, instant: Digits): string
  idIn(payload: Payload): string
}

type OfStudent = { student_id: string }
type OfTutor = { tutor_id: string }
type OfMarket = { subject: Subject; region: Region }

const student: Agent<OfStudent> = {
  name: 'student',
  code: 0,
  isNumbered: true,
  key: (number) => `stu_${number}`,
  keyIn: ({ student_id }) => student_id,
  numberIn: ({ student_id }) => Number(digitsIn(student_id)),
}
const tutor: Agent<OfTutor> = {
  name: 'tutor',
  code: 1,
  isNumbered: true,
  key: (number) => `tut_${number}`,
  keyIn: ({ tutor_id }) => tutor_id,
  numberIn: ({ tutor_id }) => Number(digitsIn(tutor_id)),
}
const market: Agent<OfMarket> = {
  name: 'market',
  code: 2,
  isNumbered: false,
  key: (number) => market.keyIn(marketOf(number)),
  keyIn: ({ subject, region }) => `${subject}|${region}`,
  numberIn: ({ subject, region }) => marketNumber(REGIONS.indexOf(region), SUBJECTS.indexOf(subject)),
}

export const STUDENT: Entity<OfStudent> = {
  agent: student,
  form: /^stu_[1-9]\d{2,9}$/,
  isDated: false,
  id: student.key,
  idIn: student.keyIn,
}

export const TUTOR: Entity<OfTutor> = {
  agent: tutor,
  form: /^tut_[1-9]\d{2,9}$/,
  isDated: false,
  id: tutor.key,
  idIn: tutor.keyIn,
}

export const MARKET: Entity<OfMarket> = {
  agent: market,
  form: new RegExp(`^(${REGIONS.join('|')})\\.(${SUBJECTS.join('|').replaceAll(' ', '-')})$`),
  isDated: false,
  id: (number) => MARKET.idIn(marketOf(number)),
  idIn: ({ subject, region }) => `${region}.${subject.replace(' ', '-')}`,
}

/** A session belongs to its student; in a group each student has one of their own. */
export const SESSION: Entity<OfStudent & { session_id: string }> = {
  agent: student,
  form: /^sess_\d{1,15}_[1-9]\d{3,9}$/,
  isDated: true,
  id: (number, start) => `sess_${start}_${number}`,
  idIn: ({ session_id }) => session_id,
}

export const CALL: Entity<OfStudent & { call_id: string }> = {
  agent: student,
  form: /^call_\d{1,15}_[1-9]\d{3,9}$/,
  isDated: true,
  id: (number, instant) => `call_${instant}_${number}`,
  idIn: ({ call_id }) => call_id,
}

/** The `event_id` of what happened to an entity. @param id the entity's */
export function eventIdOf({ isDated }: Pick<Entity, 'isDated'>, id: string, what: string, instant: Digits): string {
  return isDated ? `${id}.${what}` : `${id}.${what}.${instant}`
}

/** Stand for the digits of a number while an id is taken apart. */
const AGENT = 'A'
const INSTANT = 'I'
const ID_BYTES_MAX = 64

/** What appends ids of an entity of numbered agents, faster than by way of strings. */
export function idWriter({ id, isDated }: Entity): (out: ByteWriter, agent: number, instant: number) => void {
  const [opening = '', middle = ''] = id(AGENT, INSTANT).split(isDated ? INSTANT : AGENT)
  const [first, between] = [literal(opening), literal(middle.replace(AGENT, ''))]
  return (out, agent, instant) => {
    out.reserve(ID_BYTES_MAX)
    out.literal(first)
    if (isDated) {
      out.whole(instant)
      out.literal(between)
    }
    out.whole(agent)
  }
}

const UNDERSCORE = 95

/** The instant that a session's, a call's or an event's id tells; NaN where it tells none. */
export function instantIn(id: string): number {
  // The names of dated entities have four letters.
  if (id.charCodeAt(4) === UNDERSCORE) return wholeNumberIn(id, 5, id.indexOf('_', 5))
  return wholeNumberIn(id, id.lastIndexOf('.') + 1, id.length)
}

/** The digits of the agent's number in an id of anything but a market. */
export function digitsIn(id: string): string {
  return id.slice(id.lastIndexOf('_') + 1)
}

const NAMED = { student: STUDENT, tutor: TUTOR, session: SESSION, call: CALL } as const
type Kind = keyof typeof NAMED

/** What an id names: a student or a tutor, or a session or a call and whose it is; undefined where it is no such id. */
export function entityNamed(id: string): { kind: Kind; agentId: string; number: number } | undefined {
  const kind = (Object.keys(NAMED) as Kind[]).find((name) => NAMED[name].form.test(id))
  if (kind === undefined) return undefined
  const number = Number(digitsIn(id))
  return { kind, agentId: NAMED[kind].agent.key(number), number }
}

/** Number of a market in the world. @param region index into REGIONS @param subject index into SUBJECTS */
export function marketNumber(region: number, subject: number): number {
  return region * SUBJECTS.length + subject
}

/** Indexes of a market's subject and region. */
export function placesOf(market: number): { subject: number; region: number } {
  return { subject: market % SUBJECTS.length, region: Math.floor(market / SUBJECTS.length) }
}

function marketOf(number: Digits): OfMarket {
  const { subject, region } = placesOf(Number(number))
  return { subject: SUBJECTS[subject] as Subject, region: REGIONS[region] as Region }
}

// What several types of events have in common: fields, each read from the row in one way, and pieces of their lines.

import { type ByteWriter, EXAMPLE_AGENT, EXAMPLE_INSTANT } from '../../engine/index.ts'
import { type Digits, idWriter, SESSION, STUDENT, TUTOR } from './entities.ts'
import type { EventRow } from './row.ts'
import { SUBJECTS } from './vocabulary.ts'

/** What every payload begins with. */
export const STAMP = {
  timestamp: { kind: 'instant', description: 'When it happened.', read: (row: EventRow) => row.instant },
  source: { kind: 'constant', value: 'simulator', description: 'Who says so.' },
} as const

const writeStudent = idWriter(STUDENT)
const writeTutor = idWriter(TUTOR)

/** The student whose event it is. */
export const STUDENT_ID = {
  kind: 'id',
  pattern: STUDENT.form.source,
  example: STUDENT.id(EXAMPLE_AGENT, EXAMPLE_INSTANT),
  description: 'The student.',
  read: (row: EventRow) => STUDENT.id(row.agent, row.instant),
  write: (out: ByteWriter, row: EventRow) => writeStudent(out, row.agent, row.instant),
} as const

/** The tutor of a session, whose events are the student's. */
export const TEACHING_TUTOR_ID = {
  kind: 'id',
  pattern: TUTOR.form.source,
  example: TUTOR.id(EXAMPLE_AGENT, EXAMPLE_INSTANT),
  description: 'The tutor of the session.',
  read: (row: EventRow) => TUTOR.id(row.tutor, row.instant),
  write: (out: ByteWriter, row: EventRow) => writeTutor(out, row.tutor, row.instant),
} as const

export const SUBJECT = {
  kind: 'choice',
  values: SUBJECTS,
  description: 'What is taught.',
  read: (row: EventRow) => row.subject,
} as const

/** As large as 32 bits hold. */
export const COUNT = { kind: 'whole', min: 0, max: 2_147_483_647 } as const

export const SCORE = { kind: 'decimal', min: 0, max: 100, decimals: 2 } as const

export const FLAGS = [false, true]

/** How the payload of a session's event begins, up to the digits of the tutor's number. */
export function sessionOpening(student: Digits, start: Digits): string {
  const [session, pupil] = [SESSION.id(student, start), STUDENT.id(student, start)]
  return `"session_id":"${session}","student_id":"${pupil}","tutor_id":"${TUTOR.id('', start)}`
}

/** A piece for each whole number from 0 to `max`. */
export function counted<Piece>(max: number, piece: (value: number) => Piece): Piece[] {
  return Array.from({ length: max + 1 }, (_, value) => piece(value))
}

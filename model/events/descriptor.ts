// What the description of a type of event says in this marketplace, besides its name and fields: what it is of, what can
// have led to it, and how many there are.

import type { PayloadOf, RowEventType, RowFields } from '../../engine/index.ts'
import { type Entity, STUDENT, TUTOR } from './entities.ts'
import type { Cause, EventRow } from './row.ts'
import { SUBJECTS } from './vocabulary.ts'

type CauseCode = (typeof Cause)[keyof typeof Cause]

interface Details<Payload> {
  /**
   * What it is of, whose id begins the event's. The agent behind it is the one of the row; events of one agent keep their
   * order.
   */
  readonly entity: Entity<Payload>
  /** What follows in the event's id: `started`. */
  readonly what: string
  /** How long before the event lies the instant that the entity's id tells, in milliseconds; 0 where it is not said. */
  readonly lasting?: (payload: Payload) => number
  /** What can have led to it, as rows say it. */
  readonly causes: readonly CauseCode[]
  /** How rows say that it led to another; missing where it leads to none. */
  readonly asCause?: CauseCode
  /**
   * Percent of the events of the default world (2,000 students, seed `demo`) in the week after its warm-up, as measured.
   * There are 45 markets in a world of any size, so the larger it is the fewer of its events are theirs: 0.9 % at 300,000
   * students, and 55.6 % are health updates then.
   */
  readonly expectedPercent: number
}

/** A type of event of the marketplace. */
type Described<Name extends string, Fields extends RowFields<EventRow>> = RowEventType<EventRow, Name, Fields> &
  Details<PayloadOf<Fields>>

/** … whichever. */
export interface MarketplaceEventType extends RowEventType<EventRow>, Details<never> {}

/** Takes a description; the partition key follows from the entity. */
export function describe<const Name extends string, const Fields extends RowFields<EventRow>>(
  type: { name: Name; description: string; fields: Fields } & Details<PayloadOf<Fields>>,
): Described<Name, Fields> {
  const { key, numberIn, code: agentCode } = type.entity.agent
  return { ...type, key, agentCode, numberIn: numberIn as RowEventType<EventRow>['numberIn'] }
}

/** What every payload begins with. */
export const STAMP = {
  timestamp: { kind: 'instant', description: 'When it happened.', read: (row: EventRow) => row.instant },
  source: { kind: 'constant', value: 'simulator', description: 'Who says so.' },
} as const

/** The student whose event it is. */
export const STUDENT_ID = {
  kind: 'id',
  pattern: STUDENT.pattern,
  read: (row: EventRow) => STUDENT.id(row.agent, 0),
} as const

/** The tutor of a session, whose event is the student's. */
export const TEACHING_TUTOR_ID = {
  kind: 'id',
  pattern: TUTOR.pattern,
  read: (row: EventRow) => TUTOR.id(row.tutor, 0),
} as const

export const SUBJECT = { kind: 'choice', values: SUBJECTS, read: (row: EventRow) => row.subject } as const

/** Counts are as large as 32 bits hold. */
export const COUNT_MAX = 2_147_483_647

/** Of a score: 0 to 100, 2 decimals. */
export const SCORE = { kind: 'decimal', min: 0, max: 100, decimals: 2 } as const

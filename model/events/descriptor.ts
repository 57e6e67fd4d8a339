// What the description of a type of event says in this marketplace, besides its name and fields: what it is of, what can
// have led to it, and how many there are.

import {
  type ByteWriter,
  EXAMPLE_AGENT,
  EXAMPLE_INSTANT,
  type PayloadOf,
  type RowEventType,
  type RowFields,
} from '../../engine/index.ts'
import { type Digits, type Entity, eventIdOf } from './entities.ts'
import type { Cause, EventRow } from './row.ts'

type CauseCode = (typeof Cause)[keyof typeof Cause]

/**
 * A way to write a payload that is faster than to make its object first, where that was measured to pay. It says what the
 * fields say a second time: test/model/lines.test.ts proves that they agree.
 */
export interface FastLine {
  /** Where the row keeps the instant that the entity's id tells; `instant` where it is not said. */
  readonly idInstant?: 'causeInstant'
  /**
   * The payload behind its stamp, up to the first value that differs in more than the digits of the agent's number and of
   * the instant that the entity's id tells.
   */
  opening(agent: Digits, instant: Digits): string
  /** Appends what follows, to the end of the line. Room is reserved. */
  rest(out: ByteWriter, row: EventRow): void
}

export interface Details<Payload> {
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
   * There are 45 markets in a world of any size, so the larger it is the fewer of its events are theirs: 0.1 % at 300,000
   * students, and 53.7 % are health updates then.
   */
  readonly expectedPercent: number
  readonly line?: FastLine
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
  const { entity, what } = type
  const { key, numberIn, code: agentCode, isNumbered } = entity.agent
  const id = entity.id(isNumbered ? EXAMPLE_AGENT : 0, EXAMPLE_INSTANT)
  return {
    ...type,
    key,
    agentCode,
    exampleId: eventIdOf(entity, id, what, EXAMPLE_INSTANT),
    numberIn: numberIn as RowEventType<EventRow>['numberIn'],
  }
}

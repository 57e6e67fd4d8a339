// What a type of event is, said once. A model describes each of its types; names, types, schemas, objects, columns, keys
// and checks all follow from that, so that whoever carries or judges events needs to know no domain.

import type { ByteWriter } from './bytewriter.ts'

/** What a value on the wire is. */
export type FieldKind =
  /** ISO 8601, UTC, milliseconds, `Z`. */
  | { readonly kind: 'instant' }
  | { readonly kind: 'constant'; readonly value: string }
  /**
   * Text of one form, such as an agent's id.
   * @property pattern a regular expression for the whole of it, with `^` and `$`
   * @property example one; a partition key where none is given
   */
  | { readonly kind: 'id'; readonly pattern: string; readonly example?: string }
  /** One of a vocabulary. */
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  /** Several of a vocabulary, without repeats. */
  | { readonly kind: 'choices'; readonly values: readonly string[]; readonly min: number; readonly max: number }
  | { readonly kind: 'whole'; readonly min: number; readonly max: number }
  /** One of a few whole numbers. */
  | { readonly kind: 'number'; readonly values: readonly number[] }
  | { readonly kind: 'decimal'; readonly min: number; readonly max: number; readonly decimals: number }
  | { readonly kind: 'flag' }

export type Field = FieldKind & {
  /** Of a quantity: `minutes`, `seconds`, `hours`. */
  readonly unit?: string
  /** A sentence for people. */
  readonly description?: string
}

/** What a sink or a view needs to know of a type of event. */
export interface EventType {
  readonly name: string
  readonly description: string
  /** The payload's fields, in the order of the wire. */
  readonly fields: Readonly<Record<string, Field>>
  /** Text of the partition key: whose event it is. @param agent number of the row's agent */
  key(agent: number): string
  /** Number of that agent, from the payload of one of its events. */
  numberIn(payload: Record<string, unknown>): number
  /** An id as its events have it, for examples. */
  readonly exampleId?: string
  /** Tells agents of the same number and another kind apart where partition keys are hashed: 0 to 3. */
  readonly agentCode: number
}

/** How a row keeps a value of each kind: what a field's `read` returns. */
interface Kept {
  /** Milliseconds since 1970. */
  instant: number
  id: string
  /** Place in the vocabulary. */
  choice: number
  choices: readonly number[]
  whole: number
  number: number
  /** In units of the last decimal: 7420 with 2 decimals is 74.2. */
  decimal: number
  /** 0 or 1. */
  flag: number
}

/** A field whose value is read from a row of the model. */
export type RowField<Row> =
  | Extract<Field, { kind: 'constant' }>
  | {
      [Kind in keyof Kept]: Extract<Field, { kind: Kind }> & { read(row: Row): Kept[Kind] } & (Kind extends 'id'
          ? WrittenField<Row>
          : unknown)
    }[keyof Kept]

interface WrittenField<Row> {
  /** Appends what `read` returns, faster than by way of a string; ASCII. */
  write?(out: ByteWriter, row: Row): void
}

export type RowFields<Row> = Readonly<Record<string, RowField<Row>>>

/** A type of event whose payload is read from rows. */
export interface RowEventType<Row, Name extends string = string, Fields extends RowFields<Row> = RowFields<Row>>
  extends EventType {
  readonly name: Name
  readonly fields: Fields
}

/** The type of a field's value on the wire. */
export type ValueOf<Of extends FieldKind> = Of extends { kind: 'constant'; value: infer Value }
  ? Value
  : Of extends { kind: 'choice' | 'number'; values: readonly (infer Value)[] }
    ? Value
    : Of extends { kind: 'choices'; values: readonly (infer Value)[] }
      ? Value[]
      : Of extends { kind: 'whole' | 'decimal' }
        ? number
        : Of extends { kind: 'flag' }
          ? boolean
          : string

/** The type of a payload with these fields. */
export type PayloadOf<Fields> = {
  -readonly [Name in keyof Fields]: Fields[Name] extends FieldKind ? ValueOf<Fields[Name]> : never
}

/** The type of a type's events. */
export type EventOf<Type> = Type extends { name: infer Name; fields: infer Fields }
  ? { event_id: string; caused_by: string | null; event_type: Name; payload: PayloadOf<Fields> }
  : never

/**
 * Takes a description of a type of event and keeps its names and values as types, from which `EventOf` and `PayloadOf`
 * make those of its events: `const describe = eventType<MyRow>()`, then `const infected = describe({ name: 'infected', … })`.
 */
export function eventType<Row>() {
  return <const Name extends string, const Fields extends RowFields<Row>>(
    type: RowEventType<Row, Name, Fields>,
  ): RowEventType<Row, Name, Fields> => type
}

// What a type of event is, said once. A model describes each of its types; names, types, schemas, objects, columns, keys
// and checks all follow from that, so that whoever carries or judges events needs to know no domain.

/** What a value on the wire is. */
export type FieldKind =
  /** ISO 8601, UTC, milliseconds, `Z`. */
  | { readonly kind: 'instant' }
  | { readonly kind: 'constant'; readonly value: string }
  /** Text of one form, such as an agent's id. @property pattern a regular expression for the whole of it */
  | { readonly kind: 'id'; readonly pattern: string }
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
}

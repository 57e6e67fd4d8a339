// The columns of a type of event, in the order of the wire, as the schema of a Parquet file has them.

import type { Field } from '../../../engine/index.ts'
import type { Bytes } from './bytes.ts'
import { writeStruct } from './thrift.ts'

/** Physical types, as the format counts them. */
export const Physical = { flag: 0, int32: 1, int64: 2, double: 5, bytes: 6 } as const
export type Physical = (typeof Physical)[keyof typeof Physical]

/** Repetition, likewise. */
const REQUIRED = 0
const OPTIONAL = 1
const REPEATED = 2

/** What a value means besides its physical type: `converted_type` for older readers, and the field of `logicalType`. */
const TEXT = { converted: 0, logical: 1 }
const LIST = { converted: 3, logical: 3 }
/** Said to be in UTC, or readers take it for the time on the wall wherever they are. */
const UTC_MILLISECONDS = { converted: 9, logical: 8 }

/** One level of a schema. */
interface SchemaElement {
  name: string
  type?: Physical
  repetition?: number
  children?: number
  meaning?: { converted: number; logical: number }
}

/** The column of an event's id or of its cause's. */
export function textElement(name: string, isOptional = false): SchemaElement {
  return { name, type: Physical.bytes, repetition: isOptional ? OPTIONAL : REQUIRED, meaning: TEXT }
}

/** The levels of a field's column; the last is that of its values. */
export function elementsOf(name: string, kind: Field['kind']): SchemaElement[] {
  const one = { name, repetition: REQUIRED }
  switch (kind) {
    case 'id':
    case 'constant':
    case 'choice':
      return [textElement(name)]
    case 'choices':
      // A list as the format's specification lays it out, in three levels.
      return [
        { ...one, children: 1, meaning: LIST },
        { name: 'list', repetition: REPEATED, children: 1 },
        textElement('element'),
      ]
    case 'whole':
    case 'number':
      return [{ ...one, type: Physical.int32 }]
    case 'decimal':
      return [{ ...one, type: Physical.double }]
    case 'flag':
      return [{ ...one, type: Physical.flag }]
    case 'instant':
      return [{ ...one, type: Physical.int64, meaning: UTC_MILLISECONDS }]
  }
}

export function rootElement(columns: number): SchemaElement {
  return { name: 'root', children: columns }
}

export function writeElement(out: Bytes, { name, type, repetition, children, meaning }: SchemaElement): void {
  writeStruct(out, (element) => {
    if (type !== undefined) element.int32(1, type)
    if (repetition !== undefined) element.int32(3, repetition)
    element.text(4, name)
    if (children !== undefined) element.int32(5, children)
    if (meaning === undefined) return
    element.int32(6, meaning.converted)
    element.struct(10, (logical) =>
      logical.struct(meaning.logical, (details) => {
        if (meaning === UTC_MILLISECONDS) details.flag(1, true).struct(2, (unit) => unit.struct(1, () => undefined))
      }),
    )
  })
}

export type { SchemaElement }

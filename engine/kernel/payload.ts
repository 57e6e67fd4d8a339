// What follows from the fields of a type of event: how a row becomes its payload, and which values are one.
//
// Both are functions whose source is put together for each type: a payload that grows key by key takes a third longer than
// one that is written down whole, and to judge one by a list of names takes three quarters longer.

import { formatInstant, parseTimestamp } from './clock.ts'
import type { Field, RowField, RowFields } from './eventtype.ts'

/** What makes payloads of rows. */
export function payloadReader<Row>(fields: RowFields<Row>): (row: Row) => Record<string, unknown> {
  return compiled(fields, valueReader, (calls) => {
    const properties = calls.map(({ name, call }) => `${name}: ${call}(row)`)
    return `(row) => ({ ${properties.join(', ')} })`
  })
}

/** What tells payloads: objects with exactly these fields, each with a value of its kind. */
export function payloadTest(fields: Readonly<Record<string, Field>>): (payload: object) => boolean {
  return compiled(fields, valueTest, (calls) => {
    const tests = calls.map(({ name, call }) => `${call}(payload.${name})`)
    return `(payload) => Object.keys(payload).length === ${calls.length} && ${tests.join(' && ')}`
  })
}

/** @param write what to put together of a call for each field */
function compiled<Of, Part, Result>(
  fields: Readonly<Record<string, Of>>,
  part: (field: Of) => Part,
  write: (calls: readonly { name: string; call: string }[]) => string,
): Result {
  const names = Object.keys(fields)
  const wrong = names.find((name) => !/^[a-z]\w*$/i.test(name))
  if (wrong !== undefined) throw new RangeError(`not a field name: ${wrong}`)
  const calls = names.map((name, index) => ({ name, call: `call${index}` }))
  return new Function(...calls.map(({ call }) => call), `return ${write(calls)}`)(...Object.values(fields).map(part))
}

function valueReader<Row>(field: RowField<Row>): (row: Row) => unknown {
  switch (field.kind) {
    case 'instant':
      return (row) => formatInstant(field.read(row))
    case 'constant':
      return () => field.value
    case 'choice':
      return (row) => field.values[field.read(row)]
    case 'choices':
      return (row) => field.read(row).map((place) => field.values[place])
    case 'decimal': {
      const one = POWERS_OF_10[field.decimals] as number
      return (row) => field.read(row) / one
    }
    case 'flag':
      return (row) => field.read(row) === 1
    case 'id':
    case 'whole':
    case 'number':
      return (row) => field.read(row)
  }
}

function valueTest(field: Field): (value: unknown) => boolean {
  switch (field.kind) {
    case 'instant':
      return (value) => typeof value === 'string' && !Number.isNaN(parseTimestamp(value))
    case 'constant':
      return (value) => value === field.value
    case 'id': {
      const pattern = new RegExp(field.pattern)
      return (value) => typeof value === 'string' && pattern.test(value)
    }
    case 'choice': {
      const values = new Set<unknown>(field.values)
      return (value) => values.has(value)
    }
    case 'choices': {
      const values = new Set<unknown>(field.values)
      const { min, max } = field
      return (value) =>
        Array.isArray(value) &&
        value.length >= min &&
        value.length <= max &&
        value.every((one, place) => values.has(one) && value.indexOf(one) === place)
    }
    case 'whole': {
      const { min, max } = field
      return (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
    }
    case 'number': {
      const values = new Set<unknown>(field.values)
      return (value) => values.has(value)
    }
    case 'decimal': {
      const { min, max, decimals } = field
      return (value) => typeof value === 'number' && value >= min && value <= max && hasDecimals(value, decimals)
    }
    case 'flag':
      return (value) => typeof value === 'boolean'
  }
}

/** Whether a number has no more decimals. */
export function hasDecimals(value: number, decimals: number): boolean {
  const one = POWERS_OF_10[decimals] as number
  return Math.round(value * one) / one === value
}

const POWERS_OF_10 = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]

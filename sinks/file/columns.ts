// A type of event as a table: its columns, in the order of the wire, and their Parquet types.

import type { ColumnSource } from 'hyparquet-writer'
import type { EventType, Field } from '../../engine/index.ts'

/** One level of a Parquet schema, as hyparquet-writer takes it. */
type SchemaElement = Extract<Parameters<typeof import('hyparquet-writer').parquetWrite>[0]['schema'], object>[number]

/** An event's line as it was rendered. */
interface Event {
  event_id: string
  caused_by: string | null
  event_type: string
  payload: Record<string, unknown>
}

/** Rows of one type of event on their way into a file. */
export class EventTable {
  readonly schema: SchemaElement[]
  readonly #columns: readonly (readonly [name: string, field: Field])[]
  #data: unknown[][]

  constructor({ fields }: EventType) {
    this.#columns = Object.entries(fields)
    const columns = this.#columns.flatMap(([name, { kind }]) => elementsOf(name, kind))
    this.schema = [
      { name: 'root', num_children: this.#columns.length + 2 },
      { name: 'event_id', ...TEXT, repetition_type: 'REQUIRED' },
      { name: 'caused_by', ...TEXT, repetition_type: 'OPTIONAL' },
      ...columns,
    ]
    this.#data = this.#empty()
  }

  get rows(): number {
    return (this.#data[0] as unknown[]).length
  }

  add({ event_id, caused_by, payload }: Event): void {
    const [ids, causes] = this.#data as [unknown[], unknown[]]
    ids.push(event_id)
    causes.push(caused_by)
    for (let index = 0; index < this.#columns.length; index++) {
      const [name, { kind }] = this.#columns[index] as readonly [string, Field]
      const value = payload[name]
      this.#data[index + 2]?.push(kind === 'instant' ? new Date(value as string) : value)
    }
  }

  /** The rows so far, column by column; they are forgotten here. */
  take(): ColumnSource[] {
    const names = ['event_id', 'caused_by', ...this.#columns.map(([name]) => name)]
    const data = this.#data
    this.#data = this.#empty()
    return names.map((name, index) => ({ name, data: data[index] as unknown[] }))
  }

  #empty(): unknown[][] {
    return Array.from({ length: this.#columns.length + 2 }, () => [])
  }
}

/** Said to be in UTC, or readers take it for the time on the wall wherever they are. */
const UTC_INSTANT = {
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
} as const
const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const

function elementsOf(name: string, kind: Field['kind']): SchemaElement[] {
  const repetition_type = 'REQUIRED'
  switch (kind) {
    case 'id':
    case 'constant':
    case 'choice':
      return [{ name, ...TEXT, repetition_type }]
    case 'choices':
      // A list as the format's specification lays it out, in three levels.
      return [
        { name, repetition_type, converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', ...TEXT, repetition_type },
      ]
    case 'whole':
    case 'number':
      return [{ name, type: 'INT32', repetition_type }]
    case 'decimal':
      return [{ name, type: 'DOUBLE', repetition_type }]
    case 'flag':
      return [{ name, type: 'BOOLEAN', repetition_type }]
    case 'instant':
      return [{ name, type: 'INT64', ...UTC_INSTANT, repetition_type }]
  }
}

// The six events as tables: the columns of each, in the order of contract section 2, and their Parquet types.

import type { ColumnSource } from 'hyparquet-writer'

type Kind = 'text' | 'texts' | 'whole' | 'decimal' | 'yes or no' | 'instant'
/** One level of a Parquet schema, as hyparquet-writer takes it. */
type SchemaElement = Extract<Parameters<typeof import('hyparquet-writer').parquetWrite>[0]['schema'], object>[number]

interface Column {
  name: string
  kind: Kind
}

const SESSION = { session_id: 'text', student_id: 'text', tutor_id: 'text', subject: 'text' } as const

const PAYLOADS: Record<string, Record<string, Kind>> = {
  session_started: { ...SESSION, session_type: 'text', scheduled_duration_minutes: 'whole' },
  session_completed: {
    ...SESSION,
    actual_duration_minutes: 'whole',
    student_rating: 'whole',
    tutor_rating: 'whole',
    completed_successfully: 'yes or no',
  },
  ib_call_logged: {
    call_id: 'text',
    student_id: 'text',
    reason: 'text',
    duration_seconds: 'whole',
    resolved: 'yes or no',
    priority: 'text',
  },
  tutor_availability_updated: {
    tutor_id: 'text',
    available_hours_this_week: 'whole',
    subjects: 'texts',
    timezone: 'text',
    accepts_instant_book: 'yes or no',
  },
  customer_health_update: {
    student_id: 'text',
    sessions_last_7_days: 'whole',
    sessions_last_30_days: 'whole',
    ib_calls_last_14_days: 'whole',
    avg_session_rating: 'decimal',
    health_score: 'decimal',
    churn_risk: 'text',
  },
  supply_demand_update: {
    subject: 'text',
    region: 'text',
    available_tutors: 'whole',
    active_students: 'whole',
    demand_score: 'decimal',
    supply_score: 'decimal',
    balance_status: 'text',
  },
}

export const TABLES = Object.keys(PAYLOADS)

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
  readonly #columns: readonly Column[]
  #data: unknown[][]

  /** @param eventType one of TABLES */
  constructor(eventType: string) {
    const payload = { timestamp: 'instant', source: 'text', ...PAYLOADS[eventType] } as Record<string, Kind>
    this.#columns = Object.entries(payload).map(([name, kind]) => ({ name, kind }))
    const columns = this.#columns.flatMap(({ name, kind }) => elementsOf(name, kind))
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
      const { name, kind } = this.#columns[index] as Column
      const value = payload[name]
      this.#data[index + 2]?.push(kind === 'instant' ? new Date(value as string) : value)
    }
  }

  /** The rows so far, column by column; they are forgotten here. */
  take(): ColumnSource[] {
    const names = ['event_id', 'caused_by', ...this.#columns.map(({ name }) => name)]
    const data = this.#data
    this.#data = this.#empty()
    return names.map((name, index) => ({ name, data: data[index] as unknown[] }))
  }

  #empty(): unknown[][] {
    return Array.from({ length: this.#columns.length + 2 }, () => [])
  }
}

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const

function elementsOf(name: string, kind: Kind): SchemaElement[] {
  const repetition_type = 'REQUIRED'
  switch (kind) {
    case 'text':
      return [{ name, ...TEXT, repetition_type }]
    case 'texts':
      // A list as the format's specification lays it out, in three levels.
      return [
        { name, repetition_type, converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', ...TEXT, repetition_type },
      ]
    case 'whole':
      return [{ name, type: 'INT32', repetition_type }]
    case 'decimal':
      return [{ name, type: 'DOUBLE', repetition_type }]
    case 'yes or no':
      return [{ name, type: 'BOOLEAN', repetition_type }]
    case 'instant':
      return [{ name, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type }]
  }
}

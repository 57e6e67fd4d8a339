// A new type of event is a file of its own, a place in the list of types, a case of the checker, and what is to be explained
// of it. Objects, lines, schemas, keys and checks follow, and a place that was left out does not compile. Proven on a copy of
// the model.

import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { jsonSchemaOf } from '../../engine/index.ts'
import { EVENT_TYPES } from '../../model/index.ts'
import type { Posted } from '../../model/posted/index.ts'
import { EventColumns } from '../../sinks/file/parquet/columns.ts'
import { renderingOf } from '../../sinks/http/post.ts'

const root = join(import.meta.dirname, '../..')
const NAME = 'tutor_week_closed'

const DESCRIPTION = `import { describe } from './descriptor.ts'
import { TUTOR } from './entities.ts'
import { SCORE, STAMP } from './fields.ts'
import { Cause } from './row.ts'
import { TIMEZONES } from './vocabulary.ts'

export const tutorWeekClosed = describe({
  name: '${NAME}',
  description: 'A tutor’s week is over.',
  entity: TUTOR,
  what: 'week-closed',
  causes: [Cause.none],
  expectedPercent: 0,
  fields: {
    ...STAMP,
    tutor_id: { kind: 'id', pattern: TUTOR.form.source, read: ({ agent, instant }) => TUTOR.id(agent, instant) },
    taught_hours: { kind: 'whole', min: 0, max: 40, unit: 'hours', read: (row) => row.hours },
    timezone: { kind: 'choice', values: TIMEZONES, read: (row) => row.zone },
    used_share: { ...SCORE, read: (row) => row.score },
    is_last: { kind: 'flag', read: (row) => row.yes },
  },
})
`

/** Where the new type has to be said, and what is put before which text there; the first file is new. */
const PLACES = {
  description: { file: 'model/events/tutor-week-closed.ts', insertions: [['', DESCRIPTION]] },
  list: {
    file: 'model/events/index.ts',
    insertions: [
      ['import { tutorAvailabilityUpdated }', "import { tutorWeekClosed } from './tutor-week-closed.ts'\n"],
      ['] as const\n', '  tutorWeekClosed,\n'],
    ],
  },
  checker: {
    file: 'model/checker/index.ts',
    insertions: [["      case 'supply_demand_update':", `      case '${NAME}':\n        return\n`]],
  },
  explanation: {
    file: 'model/explanation/chain.ts',
    insertions: [['    supply_demand_update: (step, at) => {', `    ${NAME}: () => undefined,\n`]],
  },
} as const
type Place = keyof typeof PLACES

mkdirSync(join(root, '.tutorsim'), { recursive: true })
const copies: string[] = []
afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true })
})

/** A copy of the model that knows the new type, but for a place that was forgotten. */
function copyOf(forgotten?: Place): string {
  const copy = mkdtempSync(join(root, '.tutorsim/new-type-'))
  copies.push(copy)
  for (const folder of ['engine', 'model']) cpSync(join(root, folder), join(copy, folder), { recursive: true })
  // Of its own, as names such as #threads stand for files beside it.
  cpSync(join(root, 'package.json'), join(copy, 'package.json'))
  const files = ['model/index.ts', 'model/posted/index.ts', 'model/checker/index.ts']
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ extends: join(root, 'tsconfig.json'), files }))
  for (const [place, { file, insertions }] of Object.entries(PLACES)) {
    if (place === forgotten) continue
    const path = join(copy, file)
    let source = existsSync(path) ? readFileSync(path, 'utf8') : ''
    for (const [before, text] of insertions) {
      if (!source.includes(before)) throw new Error(`${file} has no ${before}`)
      source = source.replace(before, () => text + before)
    }
    writeFileSync(path, source)
  }
  return copy
}

/** What the compiler finds. */
function compile(copy: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(join(root, 'node_modules/.bin/tsc'), ['-p', copy], (error, stdout) => resolve(error ? stdout : ''))
  })
}

const copy = copyOf()
const load = <Module>(path: string): Promise<Module> => import(join(copy, path))
const engine = await load<typeof import('../../engine/index.ts')>('engine/index.ts')
const model = await load<typeof import('../../model/index.ts')>('model/index.ts')
const posted = await load<typeof import('../../model/posted/index.ts')>('model/posted/index.ts')
const checker = await load<typeof import('../../model/checker/index.ts')>('model/checker/index.ts')
const { EVENT } = await load<typeof import('../../model/events/row.ts')>('model/events/row.ts')

const INSTANT = Date.UTC(2026, 0, 11, 18)
const [AVAILABILITY, WEEK_CLOSED] = [3, 6]

/** A tutor says their hours, and their week is over. */
function stream() {
  const table = new engine.Table('events', EVENT)
  const row = table.accessor()
  for (const [type, instant] of [
    [AVAILABILITY, INSTANT - engine.DAY],
    [WEEK_CLOSED, INSTANT],
  ] as const) {
    row.at(table.add())
    Object.assign(row, { type, instant, agent: 117, hours: 12, subject1: 1, zone: 2, score: 3050, yes: 1 })
  }
  return new engine.TickEvents(model.events, [table])
}

const EXPECTED = {
  event_id: `tut_117.week-closed.${INSTANT}`,
  caused_by: null,
  event_type: NAME,
  payload: {
    timestamp: '2026-01-11T18:00:00.000Z',
    source: 'simulator',
    tutor_id: 'tut_117',
    taught_hours: 12,
    timezone: 'MST',
    used_share: 30.5,
    is_last: true,
  },
}

/** Lines of the stream. */
function lines(): string[] {
  return [...stream().batches()].flatMap(({ bytes, count, ends }) =>
    Buffer.from(bytes.subarray(0, ends[count - 1]))
      .toString()
      .trimEnd()
      .split('\n'),
  )
}

describe('a seventh type of event', () => {
  it('is said in four files', () => {
    expect(Object.keys(PLACES).length).toBeLessThanOrEqual(4)
    expect(model.EVENT_TYPES).toEqual([...EVENT_TYPES, NAME])
  })

  it('is an object and a line', () => {
    expect(model.eventsIn(stream())[1]).toEqual(EXPECTED)
    expect(lines()[1]).toBe(JSON.stringify(EXPECTED))
  })

  it('belongs with the other events of its agent', () => {
    const [{ partitions } = { partitions: [] }] = [...stream().batches()]
    expect(partitions[0]).toBe(partitions[1])
    expect(model.eventTypes[WEEK_CLOSED]?.key(117)).toBe('tut_117')
    expect(model.eventsIn(stream(), { tutor: 117 })).toHaveLength(2)
    expect(model.eventsIn(stream(), { student: 117 })).toEqual([])
  })

  it('is a table of Parquet, and a CloudEvent', () => {
    const type = model.eventTypes[WEEK_CLOSED] as (typeof model.eventTypes)[number]
    const { names } = new EventColumns(type as never, model.events.encoder() as never)
    expect(names).toEqual(['event_id', 'caused_by', ...Object.keys(EXPECTED.payload)])
    const [lines] = stream().batches()
    if (!lines) throw new Error('no lines')
    const bytes = Buffer.from(lines.bytes.subarray(lines.ends[0], lines.ends[1]))
    const render = renderingOf({
      ...{ types: model.eventTypes, format: 'cloudevents', worldUri: '/worlds/new', inBatches: false },
    })
    const { key, body } = render([{ lines, first: 1, count: 1, bytes }])
    expect(key).toBe(EXPECTED.event_id)
    expect(JSON.parse(body.toString())).toMatchObject({ type: NAME, subject: 'tut_117', data: EXPECTED.payload })
  })

  it('has a JSON Schema', () => {
    const schema = z.fromJSONSchema(jsonSchemaOf(model.eventTypes[WEEK_CLOSED] as (typeof model.eventTypes)[number]))
    expect(schema.safeParse(EXPECTED).success).toBe(true)
    expect(schema.safeParse({ ...EXPECTED, payload: { ...EXPECTED.payload, taught_hours: 41 } }).success).toBe(false)
  })

  it('is taken by an ingestion API, and refused with the field at fault', () => {
    const { event_type, payload } = EXPECTED
    const read = (body: object) =>
      posted.postedIn({ 'content-type': 'application/json' }, Buffer.from(JSON.stringify(body))) as Posted
    expect(posted.partitionKeyOf(read({ event_type, payload }).event())).toBe('tut_117')
    const wrong = read({ event_type, payload: { ...payload, timezone: 'UTC' } })
    expect(() => wrong.event()).toThrow(/^payload.timezone: /)
  })

  it('is checked', () => {
    const found: string[] = []
    const judge = new checker.Checker({ report: ({ rule, message }) => found.push(`${rule} ${message}`) })
    const [known, line] = lines() as [string, string]
    for (const text of [known, line, line.replace('"taught_hours":12', '"taught_hours":41'), line]) judge.line(text)
    expect(judge.end()).toMatchObject({ events: 3, eventsByType: { [NAME]: 2 }, tutors: 1 })
    expect(found).toEqual([
      expect.stringMatching(/^format payload.taught_hours: says 41, /),
      `1 event_id: says ${EXPECTED.event_id}, expected an id that was not there before (${NAME})`,
    ])
  })

  it('compiles, and does not where a place was forgotten', { timeout: 120_000 }, async () => {
    const forgotten = Object.keys(PLACES) as Place[]
    const [whole, ...found] = await Promise.all([copy, ...forgotten.map(copyOf)].map(compile))
    expect(whole).toBe('')
    expect(Object.fromEntries(forgotten.map((place, index) => [place, found[index]]))).toEqual({
      description: expect.stringMatching(/model\/events\/index.ts.*Cannot find module/),
      list: expect.stringMatching(/model\/checker\/index.ts.*"tutor_week_closed"/),
      checker: expect.stringMatching(/model\/checker\/index.ts.*does not satisfy the expected type 'never'/),
      explanation: expect.stringMatching(/model\/explanation\/chain.ts.*'tutor_week_closed' is missing/),
    })
  })
})

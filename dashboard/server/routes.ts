// The interface: each path with what it may be asked and who answers. OpenAPI's description is made of the same table.

import * as z from 'zod'
import type { Answers } from './answers.ts'
import * as asked from './asked.ts'
import * as shapes from './shapes.ts'

/** What a request brings, checked. */
interface Given<Query, Body> {
  query: Query
  body: Body
  /** Of the path's part in braces. */
  name: string
  /** Path and query as they were asked. */
  url: string
}

export interface Route {
  method: 'GET' | 'POST' | 'DELETE'
  /** With at most one part in braces. */
  path: string
  summary: string
  query: z.ZodType
  body?: z.ZodType
  status: number
  /** Undefined where nothing is told but the status. */
  told?: z.ZodType
  /** An object is sent as JSON, a text as CSV, undefined as nothing. */
  answer(answers: Answers, given: Given<unknown, unknown>): unknown
}

interface Described<Query, Told, Body> {
  query: Query
  told?: Told
  body?: Body
  status?: number
}

type Answer<Told> = Told | string | Promise<Told>

function route<Query extends z.ZodType, Told extends z.ZodType = z.ZodVoid, Body extends z.ZodType = z.ZodUndefined>(
  name: `${Route['method']} ${string}`,
  summary: string,
  { query, told, body, status = 200 }: Described<Query, Told, Body>,
  answer: (answers: Answers, given: Given<z.infer<Query>, z.infer<Body>>) => Answer<z.infer<Told>>,
): Route {
  const [method, path] = name.split(' ') as [Route['method'], string]
  const given = { ...(told ? { told } : {}), ...(body ? { body } : {}) }
  return { method, path, summary, query, status, answer: answer as Route['answer'], ...given }
}

const { nothing, placed, spanned, fed, shown, searched } = asked

const ROUTES: readonly Route[] = [
  route('GET /api/world', 'What world this is, and how it goes', { query: nothing, told: shapes.AnyWorld }, (answers) =>
    answers.world(),
  ),
  route(
    'GET /api/view',
    'All that the panels show at an instant',
    { query: placed, told: shapes.View },
    (answers, { query }) => answers.view(query),
  ),
  route(
    'GET /api/state',
    'Figures and markets at an instant',
    { query: placed, told: shapes.State },
    (answers, { query }) => answers.state(query),
  ),
  route(
    'GET /api/metrics',
    'The names by which series are asked for',
    { query: nothing, told: shapes.Metrics },
    (answers) => answers.metrics(),
  ),
  route(
    'GET /api/series',
    'Figures by hour or day, as JSON or CSV',
    { query: spanned, told: shapes.Series },
    (answers, { query, url }) => answers.series(query, url),
  ),
  route(
    'GET /api/track',
    'Events by hour over the whole history, with flags',
    { query: nothing, told: shapes.Track },
    (answers) => answers.track(),
  ),
  route(
    'GET /api/feed',
    'Events, newest first, page by page',
    { query: fed, told: shapes.Feed },
    (answers, { query }) => answers.feed(query),
  ),
  route(
    'GET /api/person/{id}',
    'A student or tutor at an instant',
    { query: shown, told: shapes.Person },
    (answers, { name, query }) => answers.person(name, query),
  ),
  route(
    'GET /api/explain/{event_id}',
    'An event, what led to it, and the rules that decided it',
    { query: shown, told: shapes.Explained },
    (answers, { name, query }) => answers.explain(name, query),
  ),
  route(
    'GET /api/search',
    'Students and tutors heard of lately, by id or name',
    { query: searched, told: shapes.Found },
    (answers, { query }) => answers.search(query),
  ),
  route(
    'GET /api/story',
    'The scenario, its interventions and moments, and what has hit many',
    { query: nothing, told: shapes.Story },
    (answers) => answers.story(),
  ),
  route(
    'POST /api/control',
    'Play, pause, speed, step, jump',
    { query: nothing, told: shapes.Clock, body: asked.control },
    (answers, { body }) => answers.control(body),
  ),
  route(
    'POST /api/story',
    'A what-if that tells a scenario',
    { query: nothing, told: shapes.Twin, body: asked.tale, status: 202 },
    (answers, { body }) => answers.tell(body),
  ),
  route('GET /api/what-if', 'The what-ifs that there are', { query: nothing, told: shapes.Twins }, (answers) => ({
    twins: answers.twins(),
  })),
  route(
    'POST /api/what-if',
    'A fork with an input',
    { query: nothing, told: shapes.Twin, body: asked.whatIf, status: 202 },
    (answers, { body }) => answers.ask(body),
  ),
  route('DELETE /api/what-if/{name}', 'Lets go of a what-if', { query: nothing, status: 204 }, (answers, { name }) =>
    answers.forget(name),
  ),
  route(
    'GET /api/what-if/{name}/difference',
    'Series with a what-if and without it',
    { query: spanned, told: shapes.Difference },
    (answers, { name, query, url }) => answers.difference(name, query, url),
  ),
]

/** The route of a path, and the part in its braces. */
export function routeOf(path: string): { routes: readonly Route[]; name: string } {
  const found = ROUTES.flatMap((one) => {
    const [before = '', after] = one.path.split(/\{\w+\}/)
    if (after === undefined) return path === before ? [{ one, name: '' }] : []
    const name = path.slice(before.length, path.length - after.length)
    const fits = path.startsWith(before) && path.endsWith(after) && name !== '' && !name.includes('/')
    return fits ? [{ one, name }] : []
  })
  return { routes: found.map(({ one }) => one), name: decodeURIComponent(found[0]?.name ?? '') }
}

const LIVE = {
  get: {
    summary: 'Server-sent events: world, clock, view, events, twin, missed; goes on after Last-Event-ID',
    parameters: parametersOf(asked.streamed),
    responses: { 200: { description: 'a stream that ends with its connection', content: { 'text/event-stream': {} } } },
  },
}

const ERROR = {
  description: 'why not, in one line',
  content: {
    'application/json': {
      schema: z.toJSONSchema(z.object({ error: z.object({ code: z.string(), line: z.string() }) })),
    },
  },
}

/** The interface as OpenAPI 3.1 describes one. */
export function openApi(): object {
  const paths: Record<string, Record<string, object>> = { '/api/live': LIVE }
  for (const { method, path, summary, query, body, status, told } of ROUTES) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
      return { name, in: 'path', required: true, schema: { type: 'string' } }
    })
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: {
        summary,
        parameters: [...named, ...parametersOf(query)],
        ...(body
          ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } }
          : {}),
        responses: {
          [status]: { description: summary, ...(told ? { content: contentOf(told, query === spanned) } : {}) },
          '4XX': ERROR,
          '5XX': ERROR,
        },
      },
    }
  }
  const info = { title: 'tutorsim dashboard', version: '1', description: 'A simulated marketplace, at any instant.' }
  return { openapi: '3.1.0', info, paths, components: { schemas: SCHEMAS } }
}

const NAMED = z.registry<{ id: string }>()
for (const [id, shape] of Object.entries(shapes.SHAPES)) NAMED.add(shape, { id })

const placeOf = (id: string): string => `#/components/schemas/${id}`

/** Each shape once; where it is part of another, that refers to it. */
const SCHEMAS = Object.fromEntries(
  Object.entries(z.toJSONSchema(NAMED, { uri: placeOf }).schemas).map(([id, { $id, $schema, ...schema }]) => [
    id,
    schema,
  ]),
)

function contentOf(told: z.ZodType, isCsvToo: boolean): object {
  const { id } = NAMED.get(told) as { id: string }
  return {
    'application/json': { schema: { $ref: placeOf(id) } },
    ...(isCsvToo ? { 'text/csv': { schema: { type: 'string' } } } : {}),
  }
}

function schemaOf(schema: z.ZodType) {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}

function parametersOf(query: z.ZodType): object[] {
  const { properties = {}, required = [] } = schemaOf(query)
  return Object.entries(properties).map(([name, schema]) => {
    return { name, in: 'query', required: required.includes(name), schema }
  })
}

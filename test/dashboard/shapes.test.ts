// What the server answers is what it says it answers: real answers of a world on show, held against the schemas that the
// description of the interface and the page's types are made of.

import { afterAll, beforeAll, expect, it } from 'vitest'
import type * as z from 'zod'
import * as shapes from '../../dashboard/server/shapes.ts'
import { DAY } from '../../engine/index.ts'
import { scenarioFrom } from '../../model/index.ts'
import { type Json, listen, type Shown, START, show } from './shown.ts'

const DAYS = 9
let shown: Shown
let twin: string
let events: Json[]
let description: Json

beforeAll(async () => {
  const scenario = scenarioFrom({
    name: 'rush',
    sentence: 'Everybody wants Mathematics.',
    interventions: [{ kind: 'demand', where: { subject: 'Mathematics' }, from: '+2d', until: '+6d', size: 2 }],
    moments: [{ at: '+2d', sentence: 'It begins.' }],
  })
  const inputs = scenario.interventions.map((intervene) => ({ intervene }))
  shown = await show({ days: DAYS, tales: [{ scenario, inputs }] })
  const asked = await shown.post('/api/story', { scenario: 'rush' })
  twin = holds(shapes.Twin, await asked.json()).name
  while ((await shown.get('/api/what-if')).twins[0].phase === 'living_up');
  ;({ events } = await shown.get('/api/feed?limit=500'))
  description = await shown.get('/api/openapi.json')
}, 60_000)
afterAll(() => shown?.close())

/** What is told, if it is of the shape that is said. */
function holds(shape: z.ZodType, told: unknown): Json {
  const { error } = shape.safeParse(told)
  expect(error?.issues ?? []).toEqual([])
  return told
}

/** The schema that the description gives of what a path answers. */
function saidOf(path: string, method = 'get', status = 200): z.ZodType {
  const { $ref } = description.paths[path][method].responses[status].content['application/json'].schema
  const name = $ref.replace('#/components/schemas/', '') as keyof typeof shapes.SHAPES
  expect(Object.keys(description.components.schemas)).toContain(name)
  return shapes.SHAPES[name]
}

it('answers each path as it is described', async () => {
  const student = events.find(({ event_type }) => event_type === 'session_completed').payload
  const called = events.find(({ event_type }) => event_type === 'ib_call_logged')
  const asked: [path: string, urls: string[]][] = [
    ['/api/world', ['/api/world']],
    ['/api/view', ['/api/view', `/api/view?at=${START}&lines=0&feed=0`, `/api/view?world=${twin}&zone=pacific`]],
    ['/api/state', ['/api/state', `/api/state?at=${START + DAY}&lines=0`]],
    ['/api/metrics', ['/api/metrics']],
    ['/api/series', ['/api/series?metrics=events,calls/*/west&step=day']],
    ['/api/track', ['/api/track']],
    ['/api/feed', ['/api/feed?limit=500', '/api/feed?type=supply_demand_update&region=west']],
    ['/api/person/{id}', [student.student_id, student.tutor_id].map((id) => `/api/person/${id}`)],
    ['/api/explain/{event_id}', [called ?? events[0], events.at(-1)].map((event) => `/api/explain/${event.event_id}`)],
    ['/api/search', ['/api/search?q=a']],
    ['/api/story', ['/api/story']],
    ['/api/what-if', ['/api/what-if']],
    ['/api/what-if/{name}/difference', [`/api/what-if/${twin}/difference?metrics=events,students/high`]],
  ]
  const described = Object.keys(description.paths).filter((path) => description.paths[path].get)
  expect(asked.map(([path]) => path).toSorted()).toEqual(described.filter((path) => path !== '/api/live').toSorted())
  for (const [path, urls] of asked) for (const url of urls) holds(saidOf(path), await shown.get(url))
})

it('answers what changes something as it is described', async () => {
  const clock = await shown.post('/api/control', { action: 'pause' })
  holds(saidOf('/api/control', 'post'), await clock.json())
  const asked = await shown.post('/api/what-if', { at: START + DAY, input: { students: 60 } })
  const { name } = holds(saidOf('/api/what-if', 'post', 202), await asked.json())
  expect((await fetch(`${shown.url}/api/what-if/${name}`, { method: 'DELETE' })).status).toBe(204)
  expect(description.paths['/api/what-if/{name}'].delete.responses[204].content).toBeUndefined()
})

it('streams what it answers', async () => {
  const messages = await listen(shown.url, (heard) => heard.some(({ event }) => event === 'view'))
  const streamed = { world: shapes.World, clock: shapes.Clock, view: shapes.View, twin: shapes.Twin }
  for (const { event, data } of messages) holds(streamed[event as keyof typeof streamed], data)
  expect(new Set(messages.map(({ event }) => event))).toEqual(new Set(Object.keys(streamed)))
})

it('describes shapes that refer to one another, and to nothing else', () => {
  const names = Object.keys(description.components.schemas)
  const referred = [...JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g)].map(([, place]) => place)
  expect(referred.length).toBeGreaterThan(20)
  expect(
    [...new Set(referred)].filter((place) => !names.includes(`${place}`.replace('#/components/schemas/', ''))),
  ).toEqual([])
})

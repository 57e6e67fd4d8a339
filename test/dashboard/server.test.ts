// The dashboard's server, over real sockets: what it streams, what it lets a page do, what it refuses, and what it says of a
// world that is gone or driven elsewhere.

import { connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { committedTicks, DAY, type Head, HOUR, Host, TickEvents } from '../../engine/index.ts'
import { events as catalogue, type Event, eventsIn, model, scenarioFrom } from '../../model/index.ts'
import { realMachine } from '../../sinks/index.ts'
import { openMemory } from '../../stores/index.ts'
import { sweep } from '../sweep.ts'
import { type Json, listen, type Message, type Shown, START, show } from './shown.ts'

const DAYS = 9
const END = START + DAYS * DAY
let shown: Shown
afterEach(() => shown?.close())

const last = (messages: readonly Message[], event: string): Json =>
  messages.findLast((one) => one.event === event)?.data

it('a page that connects hears at once what world this is, where it is, and all that its panels show', async () => {
  shown = await show({ days: DAYS })
  const messages = await listen(shown.url, (heard) => last(heard, 'view') !== undefined)
  expect(last(messages, 'world')).toMatchObject({
    name: 'shown',
    seed: 'shown',
    simulated: true,
    phase: 'living',
    may_control: true,
  })
  expect(last(messages, 'clock')).toMatchObject({ playing: false, until: END })
  const { at, ...view } = last(messages, 'view')
  expect({ at, ...view }).toEqual(await shown.get(`/api/view?at=${at}`))
})

it('what is played comes to the page with its events, each once and in order', async () => {
  shown = await show({ days: DAYS })
  const listening = listen(shown.url, (heard) => (last(heard, 'view')?.at ?? 0) > END + 3 * HOUR)
  await shown.post('/api/control', { action: 'speed', speed: 3600 })
  const messages = await listening
  const heard = messages
    .filter(({ event }) => event === 'events')
    .flatMap(({ data }) => data.events as (Event & { at: number })[])
  expect(new Set(heard.map(({ event_id }) => event_id)).size).toBe(heard.length)
  expect(heard.map(({ at }) => at)).toEqual(heard.map(({ at }) => at).toSorted((a, b) => a - b))
  const { at } = last(messages, 'view')
  await shown.post('/api/control', { action: 'pause' })
  // What it was told while it played is what is told of that instant afterwards.
  const { end: _, phase: _phase, ...told } = last(messages, 'view')
  const { end: _end, phase: _p, ...now } = await shown.get(`/api/view?at=${at}`)
  expect(told).toEqual(now)
})

it('a page that comes back is told what it has missed, and how things stand', async () => {
  shown = await show({ days: DAYS })
  const before = await listen(shown.url, (heard) => heard.some(({ id }) => id !== undefined))
  const { id, data } = before.find((one) => one.id !== undefined) as Message
  await shown.post('/api/control', { action: 'jump', at: data.at + HOUR })
  await shown.until(() => (shown.stage.clock?.present ?? 0) >= data.at + HOUR)
  const headers = { 'last-event-id': id as string }
  const after = await listen(shown.url, (heard) => last(heard, 'view') !== undefined, headers)
  const { events, skipped } = last(after, 'events')
  const missed = await shown.get(`/api/feed?before=${data.at + HOUR}&limit=500`)
  const since = missed.events.filter((event: { at: number }) => event.at > data.at)
  expect(events.length + skipped).toBe(since.length)
  expect(events.at(-1)).toEqual(since[0])
  expect(last(after, 'view').at).toBe(data.at + HOUR)
})

it('a page that comes back while the world plays hears each event once', async () => {
  shown = await show({ days: DAYS })
  await shown.post('/api/control', { action: 'speed', speed: 3600 })
  const before = await listen(shown.url, (heard) => heard.filter(({ event }) => event === 'events').length >= 2)
  const { id } = before.findLast((one) => one.id !== undefined) as Message
  const after = await listen(shown.url, (heard) => heard.filter(({ event }) => event === 'events').length >= 3, {
    'last-event-id': id as string,
  })
  const heard = [...before, ...after]
    .filter(({ event }) => event === 'events')
    .flatMap(({ data }) => data.events as Event[])
  expect(heard.length).toBeGreaterThan(0)
  expect(new Set(heard.map(({ event_id }) => event_id)).size).toBe(heard.length)
})

it('plays, stands still, steps and jumps, and no instant beyond what is committed is shown', async () => {
  shown = await show({ days: DAYS })
  const clock = async (body: object): Promise<Json> => (await shown.post('/api/control', body)).json()
  expect(await clock({ action: 'step', ticks: 3 })).toMatchObject({ playing: false })
  await shown.until(() => shown.stage.clock?.present === END - HOUR + 3 * HOUR)
  expect(await clock({ action: 'speed', speed: 60 })).toMatchObject({ playing: true, speed: 60 })
  expect(await clock({ action: 'pause' })).toMatchObject({ playing: false, speed: 60 })
  await clock({ action: 'jump', at: END + DAY })
  await shown.until(() => shown.stage.clock?.present === END + DAY)
  expect((await shown.get(`/api/state?at=${END + 9 * DAY}`)).at).toBe(END + DAY)
  expect((await shown.get(`/api/state?at=${START - DAY}`)).at).toBe(START)
  expect((await shown.post('/api/control', { action: 'jump', at: START })).status).toBe(400)
  expect((await shown.post('/api/control', { action: 'speed', speed: 0 })).status).toBe(400)
  expect((await shown.post('/api/control', { action: 'fly' })).status).toBe(400)
})

it('a what-if shares its past with the world, and differs from it by what two such worlds differ by', async () => {
  shown = await show({ days: DAYS })
  const at = START + 4 * DAY
  const asked = await shown.post('/api/what-if', { at, input: { 'students.west': 60 } })
  expect(asked.status).toBe(202)
  const { name, tick } = (await asked.json()) as Json
  await shown.until(() => shown.stage.phase === 'living')
  let twin: Json
  do [twin] = (await shown.get('/api/what-if')).twins
  while (twin.phase === 'living_up')
  expect(twin).toMatchObject({ phase: 'level', to: END, sentence: '60 students in the west' })
  for (const instant of [START + DAY, at - 1]) {
    const [one, other] = [
      await shown.get(`/api/view?at=${instant}`),
      await shown.get(`/api/view?at=${instant}&world=${name}`),
    ]
    expect({ ...other, world: one.world, end: one.end }).toEqual(one)
  }
  // As `diff` counts what two worlds have committed since they parted.
  const [mine, theirs] = [await eventsOf(shown, 'shown', tick), await eventsOf(shown, name, tick)]
  const count = (list: Event[]): number => list.filter((event) => event.event_type === 'session_started').length
  const { series } = await shown.get(`/api/what-if/${name}/difference?metrics=sessions_started&from=${at}&to=${END}`)
  const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0)
  expect(sum(series.sessions_started.with)).toBe(count(theirs))
  expect(sum(series.sessions_started.without)).toBe(count(mine))
  expect(count(theirs)).not.toBe(count(mine))
  expect((await fetch(`${shown.url}/api/what-if/${name}`, { method: 'DELETE' })).status).toBe(204)
  expect((await shown.get('/api/what-if')).twins).toEqual([])
  expect(await shown.store.worlds()).toEqual(['shown'])
})

async function eventsOf({ store }: Shown, world: string, from: number): Promise<Event[]> {
  const log = store.world(world)
  const kept = new TickEvents(catalogue, model.shardSizes.length)
  const events: Event[] = []
  for await (const { shards } of committedTicks(log, from, (await log.readHead()) as Head))
    events.push(...eventsIn(kept.view(shards.map((shard) => shard.events))))
  return events
}

it('without what was changed: a what-if of nothing is the world as it was', async () => {
  shown = await show({ days: DAYS })
  const asked = await shown.post('/api/what-if', { at: START + 4 * DAY, input: null })
  const { name } = (await asked.json()) as Json
  while ((await shown.get('/api/what-if')).twins[0].phase === 'living_up');
  const { series } = await shown.get(
    `/api/what-if/${name}/difference?metrics=events,calls,students/high&from=${START}&step=day`,
  )
  for (const { with: having, without } of Object.values<Json>(series)) expect(having).toEqual(without)
})

it('a scenario is told as a what-if from the start of the world, with its moments and what it changes', async () => {
  const scenario = scenarioFrom({
    name: 'lull',
    sentence: 'Hardly anybody wants Mathematics.',
    interventions: [
      { kind: 'demand', where: { subject: 'Mathematics' }, from: '+2d', until: '+6d', size: 0.2 },
      { kind: 'tutors_leave', where: { region: 'west' }, from: '+3d', size: 0.5 },
    ],
    moments: [{ at: '+2d', sentence: 'It begins.' }],
  })
  const inputs = scenario.interventions.map((intervene) => ({ intervene }))
  shown = await show({ days: DAYS, tales: [{ scenario, inputs }] })
  expect((await shown.get('/api/story')).scenarios).toEqual([
    { name: 'lull', sentence: 'Hardly anybody wants Mathematics.' },
  ])
  expect((await shown.post('/api/story', { scenario: 'another' })).status).toBe(404)
  const { name } = (await (await shown.post('/api/story', { scenario: 'lull' })).json()) as Json
  while ((await shown.get('/api/what-if')).twins[0].phase === 'living_up');
  const story = await shown.get('/api/story')
  expect(story).toMatchObject({
    scenario: { name: 'lull' },
    moments: [{ at: START + 2 * DAY, sentence: 'It begins.' }],
  })
  expect(story.interventions).toMatchObject([
    { sentence: 'demand ×0.2 in Mathematics', from: START + 2 * DAY, until: START + 6 * DAY },
    { sentence: 'tutors leave 50 % in west', from: START + 3 * DAY, until: null },
  ])
  const { series } = await shown.get(
    `/api/what-if/${name}/difference?metrics=events,sessions_started/Mathematics/*&from=${START}&step=hour`,
  )
  // Nothing differs before the first of it; then it is what was asked for.
  const before = series.events.with.slice(0, 48)
  expect(before).toEqual(series.events.without.slice(0, 48))
  const sum = (numbers: number[]): number => numbers.slice(48, 144).reduce((a, b) => a + b, 0)
  const lessons = series['sessions_started/Mathematics/*']
  expect(sum(lessons.with)).toBeLessThan(sum(lessons.without))
  expect((await shown.get('/api/track')).flags.map(({ kind }: Json) => kind)).toEqual([
    'moment',
    'intervention',
    'intervention',
    'fork',
  ])
})

it('refuses what is no input, no instant, no name, and more than a few at once', async () => {
  shown = await show({ days: DAYS })
  const refused = async (body: unknown): Promise<[number, string]> => {
    const response = await shown.post('/api/what-if', body)
    return [response.status, ((await response.json()) as Json).error.line]
  }
  expect(await refused({ at: START, input: { 'students.moon': 3 } })).toEqual([
    400,
    expect.stringContaining('students.moon'),
  ])
  expect(await refused({ at: START, input: { students: 'many' } })).toEqual([400, expect.stringContaining('students')])
  expect(await refused({ at: START - DAY, input: null })).toEqual([400, expect.stringContaining('at')])
  expect(await refused({ at: START, input: null, name: '<b>' })).toEqual([400, expect.stringContaining('name')])
  expect(await refused({ at: START, input: null, name: 'shown' })).toEqual([409, expect.stringContaining('shown')])
  for (let index = 0; index < 4; index++)
    expect((await shown.post('/api/what-if', { at: END, input: null })).status).toBe(202)
  expect(await refused({ at: START, input: null })).toEqual([409, expect.stringContaining('let go of one')])
})

it('answers pages of its own origin only, and nobody by another name', async () => {
  shown = await show({ days: DAYS })
  const { port } = new URL(shown.url)
  const status = async (headers: Record<string, string>, body: unknown = { action: 'pause' }): Promise<number> =>
    (await shown.post('/api/control', body, headers)).status
  expect(await status({})).toBe(200)
  expect(await status({ origin: shown.url })).toBe(200)
  expect(await status({ origin: 'http://evil.example' })).toBe(403)
  expect(await status({ origin: 'null' })).toBe(403)
  expect(await status({ origin: `http://evil.example:${port}` })).toBe(403)
  expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await status({ 'content-type': 'text/plain' })).toBe(415)
  // As a name of a foreign page's own that leads to loopback.
  expect(await raw(port, 'GET /api/world HTTP/1.1\r\nHost: evil.example')).toMatch(/^HTTP\/1.1 403 /)
  expect(await raw(port, `GET /api/world HTTP/1.1\r\nHost: localhost:${port}`)).toMatch(/^HTTP\/1.1 200 /)
  for (const path of [
    '/../../etc/passwd',
    '/assets/../../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '//etc/passwd.txt',
    '/api/person/..%2f..%2fx',
  ])
    expect(await raw(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}`)).toMatch(/^HTTP\/1.1 404 /)
  expect(await raw(port, `GET /%zz HTTP/1.1\r\nHost: 127.0.0.1:${port}`)).toMatch(/^HTTP\/1.1 404 /)
  expect(await raw(port, `GET /api/person/%zz HTTP/1.1\r\nHost: 127.0.0.1:${port}`)).toMatch(/^HTTP\/1.1 400 /)
  expect(await raw(port, 'nonsense')).toBe('')
  const markup = await fetch(`${shown.url}/api/person/${encodeURIComponent('<img src=x onerror=alert(1)>')}`)
  expect([markup.status, markup.headers.get('content-type')]).toEqual([404, 'application/json'])
  expect(markup.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect((await shown.post('/api/control', 'x'.repeat(70_000))).status).toBe(413)
  expect((await fetch(`${shown.url}/api/series?metrics=${'x'.repeat(9000)}`)).status).toBe(414)
  expect((await fetch(`${shown.url}/api/series?metrics=no/such`)).status).toBe(400)
  expect((await fetch(`${shown.url}/api/state?at=tomorrow`)).status).toBe(400)
  expect((await fetch(`${shown.url}/api/state`, { method: 'PUT' })).status).toBe(405)
  expect((await shown.get('/api/world')).phase).toBe('living')
})

/** What is answered to bytes that no client would send. */
function raw(port: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(`${request}\r\nConnection: close\r\n\r\n`))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', reject).on('close', () => resolve(text))
  })
}

it('where it has a token it answers whoever brings it, and lets a page keep it where no script reads it', async () => {
  shown = await show({ days: DAYS, token: 'a secret' })
  expect((await fetch(`${shown.url}/api/world`)).status).toBe(401)
  expect((await fetch(`${shown.url}/api/live`)).status).toBe(401)
  expect((await shown.get('/api/world')).name).toBe('shown')
  expect((await shown.post('/api/token', { token: 'a guess' })).status).toBe(401)
  const given = await shown.post('/api/token', { token: 'a secret' })
  const cookie = given.headers.get('set-cookie') as string
  expect([given.status, cookie]).toEqual([204, expect.stringMatching(/HttpOnly; SameSite=Strict/)])
  expect((await fetch(`${shown.url}/api/world`, { headers: { cookie: cookie.split(';')[0] as string } })).status).toBe(
    200,
  )
})

const STREAMS = sweep(10_000, 1500)
const AT_ONCE = 500

it(`${STREAMS} streams: those beyond a thousand are told to come back, and the world goes on`, async () => {
  shown = await show({ days: DAYS })
  const { port } = new URL(shown.url)
  const sockets: Socket[] = []
  const statuses: string[] = []
  const open = async (): Promise<void> => {
    const socket = connect(Number(port), '127.0.0.1')
    sockets.push(socket)
    const answer = new Promise<string>((resolve, reject) => {
      socket.once('data', (chunk) => resolve(String(chunk).slice(9, 12))).once('error', reject)
    })
    socket.write(`GET /api/live?view=0 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    statuses.push(await answer)
  }
  while (sockets.length < STREAMS) await Promise.all(Array.from({ length: AT_ONCE }, open))
  expect(statuses.filter((status) => status === '200').length).toBe(1000)
  expect(statuses.filter((status) => status === '503').length).toBe(STREAMS - 1000)
  await shown.post('/api/control', { action: 'step', ticks: 1 })
  await shown.until(() => shown.stage.clock?.present === END)
  for (const socket of sockets) socket.destroy()
  // Whoever was told to come back finds room.
  const messages = await listen(shown.url, (heard) => last(heard, 'world') !== undefined).catch(() => [])
  expect(last(messages, 'world')?.phase).toBe('living')
})

it('a page that does not read is left out, told so when it reads again, and how things stand; others hear all', async () => {
  shown = await show({ days: DAYS })
  const { port } = new URL(shown.url)
  const slow = connect(Number(port), '127.0.0.1')
  slow.write(`GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
  await new Promise((resolve) => slow.once('data', resolve))
  slow.pause()
  // More than what sockets of this machine hold between them.
  const TOLD = 80_000
  for (let told = 0; told < TOLD; told += 1) shown.stage.tell('clock')
  const hears = listen(shown.url, (heard) => (last(heard, 'view')?.at ?? 0) >= END + HOUR)
  await shown.post('/api/control', { action: 'jump', at: END + HOUR })
  await hears
  let text = ''
  slow.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  slow.resume()
  await shown.until(() => /event: missed\n[\s\S]*event: view\ndata: .*\n\n/.test(text.slice(-200_000)))
  slow.destroy()
  const [before = '', after = ''] = text.split('event: missed\n')
  // It was left out, and nothing of the jump was kept for it.
  expect(before.split('event: clock').length).toBeLessThan(TOLD)
  const dataOf = (event: string): Json =>
    JSON.parse(new RegExp(`event: ${event}\\ndata: (.*)\\n\\n`).exec(after)?.[1] ?? 'null')
  expect(JSON.parse(/^data: (.*)/.exec(after)?.[1] ?? 'null')).toEqual({ to: END + HOUR })
  expect([dataOf('clock').at, dataOf('view').at]).toEqual([END + HOUR, END + HOUR])
})

it('of a world that another process deletes it says so, and shows what was known', async () => {
  shown = await show({ days: DAYS })
  await shown.store.delete('shown')
  const messages = await listen(shown.url, (heard) => last(heard, 'world')?.phase === 'deleted')
  expect(last(messages, 'world')).toMatchObject({
    phase: 'deleted',
    may_control: false,
    line: expect.stringContaining('was deleted'),
  })
  expect((await shown.get('/api/state')).at).toBe(END - 1)
  expect((await shown.post('/api/control', { action: 'play' })).status).toBe(403)
})

it('what another process puts into the world is on the track, and the page goes on driving it', async () => {
  shown = await show({ days: DAYS })
  const machine = realMachine()
  const other = await Host.open({ model, log: shown.store.world('shown'), machine })
  await other.take({ intervene: { kind: 'demand', where: { region: 'west' }, size: 1.5 } })
  await shown.post('/api/control', { action: 'jump', at: END + 3 * HOUR })
  await shown.until(() => shown.stage.clock?.present === END + 3 * HOUR)
  await shown.until(() => shown.stage.sources?.chronicle.inputs.length === 1)
  expect((await shown.get('/api/story')).interventions).toMatchObject([{ sentence: 'demand ×1.5 in west', from: END }])
  expect((await shown.get('/api/world')).may_control).toBe(true)
  await other.close()
  machine.close()
})

it('of a world that another process drives it lets go, and shows what is committed there', async () => {
  shown = await show({ days: DAYS })
  const machine = realMachine()
  const other = await Host.open({ model, log: shown.store.world('shown'), machine })
  const { tick } = other
  await other.live({ until: tick + 4 })
  await shown.post('/api/control', { action: 'speed', speed: 3600 })
  await shown.until(() => shown.stage.phase === 'driven_elsewhere')
  await other.reopen()
  await other.live({ until: other.tick + 24 })
  const end = other.now
  await shown.until(() => (shown.stage.clock?.present ?? 0) >= end)
  expect((await shown.post('/api/control', { action: 'pause' })).status).toBe(403)
  const { figures } = await shown.get(`/api/state?at=${end}`)
  const events = await eventsOf(shown, 'shown', 0)
  const completed = events.filter(({ event_type }) => event_type === 'session_completed').length
  const started = events.filter(({ event_type }) => event_type === 'session_started').length
  expect(Math.abs(figures.sessions_under_way - (started - completed))).toBeLessThan(10)
  const { series } = await shown.get(`/api/series?metrics=events&from=${START}&to=${end}`)
  expect(series.events.reduce((a: number, b: number) => a + b)).toBe(events.length)
  await other.close()
  machine.close()
})

it('of a store that is gone it says so, and comes back with it', async () => {
  let isThere = true
  shown = await show({ days: DAYS, store: openMemory(), isThere: () => isThere })
  isThere = false
  await shown.until(() => shown.stage.phase === 'store_gone')
  expect(await shown.get('/api/world')).toMatchObject({
    phase: 'store_gone',
    line: expect.stringContaining('its file is gone'),
  })
  expect((await shown.get('/api/state')).at).toBe(END - 1)
  isThere = true
  await shown.until(() => shown.stage.phase === 'read_only')
})

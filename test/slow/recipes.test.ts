// docs/recipes.md does what it says: its blocks run as they stand, each against a small endpoint of the shape that it is for,
// which takes nothing of another shape.

import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { expect, it, onTestFinished } from 'vitest'
import { EVENT_TYPES, type Event } from '../../model/events/index.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/recipes.md'), 'utf8')
const API_KEY = 'k3y-of-ours'
const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of a webhook').toString('base64')}`

interface Request {
  headers: IncomingHttpHeaders
  body: string
}

/** An endpoint says why it does not take a request, or nothing. */
type Endpoint = (request: Request) => string | undefined

interface Ended {
  code: number
  stdout: string
  stderr: string
  requests: Request[]
  folder: string
}

/** Blocks of a section, in order. @param language after the backquotes */
function blocks(heading: string, language: string): string[] {
  const section = PAGE.split(/^## /m).find((one) => one.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`no section ${heading}`)
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  )
}

/** An empty folder with the files of a section, and `tutorsim` in the path. */
function folderFor(heading: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-recipes-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'bin'))
  const bin = join(folder, 'bin/tutorsim')
  writeFileSync(bin, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'cli/tutorsim.js')}' "$@"\n`)
  chmodSync(bin, 0o755)
  writeFileSync(join(folder, 'key.txt'), `${API_KEY}\n`)
  writeFileSync(join(folder, 'webhook.txt'), `${WEBHOOK_SECRET}\n`)
  // Their first line is their name.
  for (const map of blocks(heading, 'yaml')) writeFileSync(join(folder, /^# (\S+)\n/.exec(map)?.[1] ?? ''), map)
  return folder
}

function faultOf(endpoint: Endpoint, request: Request): string | undefined {
  try {
    return endpoint(request)
  } catch (error) {
    return String(error)
  }
}

/** Runs commands as a shell does, with an endpoint beside them. */
async function run(
  commands: string,
  folder: string,
  endpoint: Endpoint = () => undefined,
  variables = {},
): Promise<Ended> {
  const requests: Request[] = []
  const server = createServer(async (request, response) => {
    const taken = { headers: request.headers, body: await text(request) }
    requests.push(taken)
    const fault = faultOf(endpoint, taken)
    response.writeHead(fault === undefined ? 200 : 400).end(JSON.stringify(fault === undefined ? {} : { error: fault }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const env = {
    PATH: [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
    ...{ INGEST_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, TUTORSIM_STUDENTS: '100' },
    ...variables,
  }
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['--norc', '-euo', 'pipefail', '-c', commands],
      { cwd: folder, env, maxBuffer: 1e8 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr, requests, folder }),
    )
  })
}

/** The blocks of a section, run against its endpoint. */
async function recipe(heading: string, endpoint: Endpoint, variables = {}): Promise<Ended> {
  const ended = await run(blocks(heading, 'sh').join('\n'), folderFor(heading), endpoint, variables)
  expect(ended.stderr).not.toMatch(/refused|not sent/)
  expect(ended.code, ended.stderr).toBe(0)
  return ended
}

const isJson = ({ headers }: Request): boolean => headers['content-type'] === 'application/json'
const keysOf = ({ requests }: Ended): unknown[] => requests.map(({ headers }) => headers['idempotency-key'])
const typesOf = (events: readonly Pick<Event, 'event_type'>[]): string[] => [
  ...new Set(events.map(({ event_type }) => event_type)),
]

it('an endpoint of your own gets every event once, with its key', async () => {
  const wants = ({ headers }: Request): boolean =>
    headers['x-api-key'] === API_KEY || headers.authorization === `Bearer ${API_KEY}`
  const ended = await recipe(
    'An endpoint of your own',
    (request) => (isJson(request) && wants(request) ? undefined : 'not for us'),
    { INGEST_TOKEN: API_KEY },
  )
  const events = ended.requests.map(({ body }) => JSON.parse(body))
  expect(typesOf(events).sort()).toEqual([...EVENT_TYPES].sort())
  expect(new Set(keysOf(ended)).size).toBe(ended.requests.length)
})

it('a map posts what it makes, leaves out what it does not name, and tells how much that was', async () => {
  const wanted = ['kind', 'lesson', 'learner', 'at', 'stars']
  const ended = await recipe('An API with other names: maps', (request) => {
    const lesson = JSON.parse(request.body)
    const names = lesson.kind === 'lesson.begun' ? wanted.slice(0, -1) : wanted
    return Object.keys(lesson).join() === names.join() && Number.isInteger(lesson.at) ? undefined : 'no lesson'
  })
  expect(ended.requests.length).toBeGreaterThan(10)
  const [, events, omitted] = /^(\d+) events of [\s\S]*?(\d+) events were mapped to nothing\n/m.exec(ended.stderr) ?? []
  expect(Number(events) - Number(omitted)).toBe(ended.requests.length)
})

it('a map with a slip posts nothing, and is told in the line that the page shows', async () => {
  const heading = 'An API with other names: maps'
  const folder = folderFor(heading)
  const map = join(folder, 'sessions.yaml')
  writeFileSync(map, readFileSync(map, 'utf8').replace('payload.student_id', 'payload.studnet_id'))
  const { code, stderr, requests } = await run(blocks(heading, 'sh').join('\n'), folder)
  const [shown = ''] = /^tutorsim: --map: .*$/m.exec(PAGE) ?? []
  expect([code, requests.length, stderr.slice(0, shown.length - 1)]).toEqual([2, 0, shown.slice(0, -1)])
})

it('one envelope for all entities takes all six types', async () => {
  const entities = new Set<string>()
  await recipe('One envelope for all entities', ({ body }) => {
    const { entity_type, entity_id, timestamp, metric, dimensions, value, ...others } = JSON.parse(body)
    entities.add(entity_type)
    const named = [entity_type, entity_id, metric].every((name) => typeof name === 'string' && name !== '')
    const isWhole =
      named && typeof dimensions === 'object' && typeof value === 'number' && Object.keys(others).length === 0
    return isWhole && new Date(timestamp).toISOString() === timestamp ? undefined : 'no metric'
  })
  expect([...entities].sort()).toEqual(['call', 'market', 'session', 'student', 'tutor'])
})

it.each([
  ["A capture API like Segment's", { SEGMENT_WRITE_KEY: API_KEY }],
  ["A capture API like PostHog's", { POSTHOG_API_KEY: API_KEY }],
])('%s takes batches, and each event once', async (heading, variables) => {
  const ids = new Set<string>()
  let events = 0
  const { requests } = await recipe(
    heading,
    ({ body }) => {
      const { writeKey, api_key, batch } = JSON.parse(body)
      if ((writeKey ?? api_key) !== API_KEY || !Array.isArray(batch) || batch.length === 0) return 'no batch'
      events += batch.length
      for (const { messageId, userId, properties, traits, timestamp } of batch) {
        const { $insert_id = messageId, distinct_id = userId } = properties ?? traits
        ids.add($insert_id)
        if (!/^(stu|tut)_\d+$/.test(distinct_id) || new Date(timestamp).toISOString() !== timestamp) return 'no event'
      }
      return
    },
    variables,
  )
  expect(events).toBeGreaterThan(requests.length)
  expect(ids.size).toBe(events)
})

it('a webhook verifies what is posted by the library of the scheme', async () => {
  const webhook = new Webhook(WEBHOOK_SECRET)
  const ended = await recipe('A webhook with standard signatures', ({ headers, body }) => {
    webhook.verify(body, headers as Record<string, string>)
    return headers['webhook-id'] === headers['idempotency-key'] ? undefined : 'another id'
  })
  expect(ended.requests.length).toBeGreaterThan(50)
})

it('a CloudEvents broker takes what is posted', async () => {
  const ids = new Set<string>()
  const ended = await recipe('A CloudEvents broker', ({ headers, body }) => {
    const { specversion, id, source, type, data } = JSON.parse(body)
    ids.add(`${source} ${id}`)
    const isEvent =
      specversion === '1.0' && /^\/worlds\/[0-9a-f]{12}$/.test(source) && (EVENT_TYPES as string[]).includes(type)
    return headers['content-type'] === 'application/cloudevents+json' && isEvent && data ? undefined : 'no CloudEvent'
  })
  expect(ids.size).toBe(ended.requests.length)
})

it('files and pipes have the events', async () => {
  const { stdout, folder } = await recipe('Files, streams and pipes', () => undefined)
  const lines = (file: string): string[] => file.trimEnd().split('\n')
  expect(lines(readFileSync(join(folder, 'events.ndjson'), 'utf8')).length).toBeGreaterThan(500)
  expect(readFileSync(join(folder, 'events.parquet/session_started/000.parquet')).subarray(0, 4).toString()).toBe(
    'PAR1',
  )
  const calls = lines(stdout).map((line) => JSON.parse(line))
  expect(calls.length).toBeGreaterThan(0)
  for (const call of calls) expect(call).toHaveProperty('call_id')
})

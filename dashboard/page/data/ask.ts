// Questions to the server, or to the snapshot where the page is a file. An error has the server's own line.

import type { Feed, FeedEvent, Person, PersonSession, Snapshot, State } from './api.ts'

export class Refused extends Error {
  readonly code: string
  constructor(code: string, line: string) {
    super(line)
    this.code = code
  }
}

const element = document.getElementById('tutorsim-snapshot')
export const snapshot: Snapshot | null = element === null ? null : JSON.parse(element.textContent ?? '')

/** Where a token is wanted, the link that the command printed has it behind the `#`, and it is kept for this tab alone. */
const TOKEN = 'tutorsim-token'
const given = /^#token=(.+)$/.exec(location.hash)?.[1]
if (given !== undefined) {
  sessionStorage.setItem(TOKEN, decodeURIComponent(given))
  history.replaceState(null, '', location.pathname + location.search)
}
const token = snapshot === null ? sessionStorage.getItem(TOKEN) : null

export async function ask<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  if (snapshot !== null) return answerOf(snapshot, path) as Answer
  return await answered<Answer>(path, signal === undefined ? {} : { signal })
}

/** Asks for a change; `DELETE` has no body. */
export async function tell<Answer>(path: string, body?: unknown): Promise<Answer> {
  if (snapshot !== null) throw new Refused('FORBIDDEN', 'This page is a file: it can be looked at, not changed.')
  const init: RequestInit =
    body === undefined
      ? { method: 'DELETE' }
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  return await answered<Answer>(path, init)
}

async function answered<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const headers = new Headers(init.headers)
  if (token !== null) headers.set('authorization', `Bearer ${token}`)
  const response = await fetch(path, { ...init, headers })
  if (response.status === 204) return undefined as Answer
  const answer = await response.json()
  if (response.ok) return answer
  throw new Refused(answer?.error?.code ?? 'FAILED', answer?.error?.line ?? `The server answered ${response.status}.`)
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** What the server would have answered, from what the file holds. */
function answerOf(held: Snapshot, path: string): unknown {
  const { pathname, searchParams } = new URL(path, 'http://page')
  const at = Number(searchParams.get('at') ?? held.world.end)
  if (pathname === '/api/world') return held.world
  if (pathname === '/api/story') return held.story
  if (pathname === '/api/state') return stateAt(held, at)
  if (pathname === '/api/series') return held.series[searchParams.get('step') === 'day' ? 'day' : 'hour']
  if (pathname === '/api/feed') return feedOf(held, searchParams)
  if (pathname.startsWith('/api/person/')) return personOf(held, pathname.slice('/api/person/'.length), at)
  if (pathname.startsWith('/api/explain/'))
    return chainOf(held, decodeURIComponent(pathname.slice('/api/explain/'.length)))
  if (pathname === '/api/search') return peopleOf(held, (searchParams.get('q') ?? '').toLowerCase())
  throw new Refused('NOT_FOUND', 'This page is a file and does not hold that.')
}

function stateAt(held: Snapshot, at: number): State {
  const near = (instant: number): State | undefined => held.states.findLast((state) => state.at <= instant)
  const state = near(at) ?? held.states[0]
  if (state === undefined) throw new Refused('NOT_FOUND', 'This page is a file without a state in it.')
  const days = Array.from({ length: 31 }, (_, place) => state.at - (30 - place) * DAY).filter(
    (instant) => instant >= held.world.start,
  )
  const lines = { at: days } as NonNullable<State['lines']>
  for (const figure of Object.keys(state.figures) as (keyof State['figures'])[])
    lines[figure] = days.map((instant) => near(instant)?.figures[figure] ?? null)
  return { ...state, lines }
}

const isOf = (event: FeedEvent, person: string): boolean =>
  event.payload.student_id === person || event.payload.tutor_id === person

function feedOf(held: Snapshot, wanted: URLSearchParams): Feed {
  const before = Number(wanted.get('before') ?? Number.POSITIVE_INFINITY)
  const types = wanted.get('type')?.split(',')
  const [person, subject, region] = ['person', 'subject', 'region'].map((name) => wanted.get(name))
  const events = held.feed.filter(
    (event) =>
      event.at <= before &&
      (!types || types.includes(event.event_type)) &&
      (!person || isOf(event, person)) &&
      (!subject || event.payload.subject === subject) &&
      (!region || event.region === region),
  )
  return { events: events.slice(0, Number(wanted.get('limit') ?? 50)), next: null, names: held.names }
}

/** A person as far as the last events of the file tell of them. */
function personOf(held: Snapshot, id: string, at: number): Person {
  const timeline = held.feed.filter((event) => isOf(event, id) && event.at <= at)
  const name = held.names[id]
  if (name === undefined || timeline.length === 0)
    throw new Refused('NOT_FOUND', `This page is a file, and its last ${held.feed.length} events do not tell of ${id}.`)
  const oldestFirst = timeline.toReversed()
  return {
    id,
    kind: id.startsWith('tut') ? 'tutor' : 'student',
    name,
    email: '',
    phone: '',
    at,
    tick: 0,
    state: {},
    heard_since: oldestFirst[0]?.at ?? null,
    timeline,
    timeline_count: timeline.length,
    names: held.names,
    health: oldestFirst
      .filter((event) => event.event_type === 'customer_health_update')
      .map(({ at, payload }) => ({ at, score: Number(payload.health_score), risk: String(payload.churn_risk) })),
    sessions: oldestFirst.filter((event) => event.event_type === 'session_completed').map(sessionOf),
    calls: oldestFirst
      .filter((event) => event.event_type === 'ib_call_logged')
      .map(({ at, payload }) => ({
        at,
        reason: String(payload.reason),
        resolved: payload.resolved === true,
        priority: String(payload.priority),
        call_id: String(payload.call_id),
      })),
    planned: [],
    week: [],
  }
}

function sessionOf({ at, payload }: FeedEvent): PersonSession {
  const minutes = Number(payload.actual_duration_minutes)
  return {
    at: at - minutes * 60_000,
    until: at,
    subject: String(payload.subject),
    type: '',
    minutes,
    rating: Number(payload.student_rating),
    ok: payload.completed_successfully === true,
    session_id: String(payload.session_id),
    tutor_id: String(payload.tutor_id),
    student_id: String(payload.student_id),
  }
}

function chainOf(held: Snapshot, id: string): unknown {
  const chain: FeedEvent[] = []
  for (let next: string | null = id; next !== null; ) {
    const event: FeedEvent | undefined = held.feed.find(({ event_id }) => event_id === next)
    if (event !== undefined) chain.push(event)
    next = event?.caused_by ?? null
  }
  return { chain, names: held.names }
}

function peopleOf(held: Snapshot, text: string): unknown {
  const found = Object.entries(held.names).filter(([id, name]) => `${id} ${name}`.toLowerCase().includes(text))
  return {
    people: found
      .slice(0, 20)
      .map(([id, name]) => ({ id, name, kind: id.startsWith('tut') ? 'tutor' : 'student', region: '' })),
  }
}

// Questions to the server, or to the snapshot where the page is a file. An error has the server's own line.

import type { Feed, FeedEvent, Person, PersonSession, Snapshot, View } from './api.ts'

export class Refused extends Error {
  readonly code: string
  constructor(code: string, line: string) {
    super(line)
    this.code = code
  }
}

const element = document.getElementById('snapshot')
export const snapshot: Snapshot | null = element === null ? null : JSON.parse(element.textContent ?? '')

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
  const response = await fetch(path, init)
  if (response.status === 204) return undefined as Answer
  const answer = await response.json()
  if (response.ok) return answer
  throw new Refused(answer?.error?.code ?? 'FAILED', answer?.error?.line ?? `The server answered ${response.status}.`)
}

const DAY = 86_400_000

/** What the server would have answered, from what the file holds. */
function answerOf(held: Snapshot, path: string): unknown {
  const { pathname, searchParams } = new URL(path, 'http://page')
  const at = Number(searchParams.get('at') ?? held['/api/world'].end)
  const rest = (before: string): string => decodeURIComponent(pathname.slice(before.length))
  if (pathname === '/api/view') return viewAt(held, at)
  if (pathname === '/api/feed') return feedOf(held, searchParams)
  if (pathname.startsWith('/api/person/')) return personOf(held, rest('/api/person/'), at)
  if (pathname.startsWith('/api/explain/')) return chainOf(held, rest('/api/explain/'))
  if (pathname === '/api/search') return peopleOf(held, (searchParams.get('q') ?? '').toLowerCase())
  if (pathname in held) return held[pathname as keyof Snapshot]
  throw new Refused('NOT_FOUND', 'This page is a file and does not hold that.')
}

/** The view of the hour that began last before an instant, with its lines and feed as far as the file tells of them. */
function viewAt(held: Snapshot, at: number): View {
  const last = held['/api/view']
  if (at >= last.at) return last
  const near = (instant: number): View | undefined => held.views.findLast((view) => view.at <= instant)
  const view = near(at) ?? held.views[0] ?? last
  const days = Array.from({ length: 31 }, (_, place) => view.at - (30 - place) * DAY).filter(
    (instant) => instant >= held['/api/world'].start,
  )
  const lines = { at: days } as NonNullable<View['lines']>
  for (const figure of Object.keys(view.figures) as (keyof View['figures'])[])
    lines[figure] = days.map((instant) => near(instant)?.figures[figure] ?? null)
  const { events, names } = held['/api/feed']
  return { ...view, lines, feed: { events: events.filter((event) => event.at <= view.at).slice(0, 60), names } }
}

const isOf = (event: FeedEvent, person: string): boolean =>
  event.payload.student_id === person || event.payload.tutor_id === person

function feedOf(held: Snapshot, wanted: URLSearchParams): Feed {
  const before = Number(wanted.get('before') ?? Number.POSITIVE_INFINITY)
  const types = wanted.get('type')?.split(',')
  const [person, subject, region] = ['person', 'subject', 'region'].map((name) => wanted.get(name))
  const events = held['/api/feed'].events.filter(
    (event) =>
      event.at < before &&
      (!types || types.includes(event.event_type)) &&
      (!person || isOf(event, person)) &&
      (!subject || event.payload.subject === subject) &&
      (!region || event.region === region),
  )
  return { events: events.slice(0, Number(wanted.get('limit') ?? 50)), next: null, names: held['/api/feed'].names }
}

type Call = Person['calls'][number]

/** A person as far as the last events of the file tell of them. */
function personOf(held: Snapshot, id: string, at: number): Person {
  const timeline = held['/api/feed'].events.filter((event) => isOf(event, id) && event.at <= at)
  const name = held['/api/feed'].names[id]
  if (name === undefined || timeline.length === 0)
    throw new Refused(
      'NOT_FOUND',
      `This page is a file, and its last ${held['/api/feed'].events.length} events do not tell of ${id}.`,
    )
  const oldestFirst = timeline.toReversed()
  return {
    id,
    kind: id.startsWith('tut') ? 'tutor' : 'student',
    name,
    email: '',
    phone: '',
    simulated: true,
    at,
    tick: 0,
    state: {},
    heard_since: oldestFirst[0]?.at ?? null,
    timeline,
    timeline_count: timeline.length,
    names: held['/api/feed'].names,
    health: oldestFirst
      .filter((event) => event.event_type === 'customer_health_update')
      .map(({ at, payload }) => ({
        at,
        score: Number(payload.health_score),
        risk: payload.churn_risk as Person['health'][number]['risk'],
      })),
    sessions: oldestFirst.filter((event) => event.event_type === 'session_completed').map(sessionOf),
    calls: oldestFirst
      .filter((event) => event.event_type === 'ib_call_logged')
      .map(({ at, payload }) => ({
        at,
        reason: payload.reason as Call['reason'],
        resolved: payload.resolved === true,
        priority: payload.priority as Call['priority'],
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
    subject: payload.subject as PersonSession['subject'],
    type: null,
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
    const event: FeedEvent | undefined = held['/api/feed'].events.find(({ event_id }) => event_id === next)
    if (event !== undefined) chain.push(event)
    next = event?.caused_by ?? null
  }
  return { chain, names: held['/api/feed'].names }
}

function peopleOf(held: Snapshot, text: string): unknown {
  const found = Object.entries(held['/api/feed'].names).filter(([id, name]) =>
    `${id} ${name}`.toLowerCase().includes(text),
  )
  return {
    people: found
      .slice(0, 20)
      .map(([id, name]) => ({ id, name, kind: id.startsWith('tut') ? 'tutor' : 'student', region: '' })),
  }
}

// What the server answers, as types. Instants are milliseconds since 1970, in UTC.

export interface World {
  name: string
  id: string
  seed: string
  simulated: boolean
  model_version: number
  tick_milliseconds: number
  students: number
  /** The true beginning. */
  start: number
  /** The latest instant that can be shown. */
  end: number
  wall_at_birth: number
  zone: string
  zone_name: string
  subjects: string[]
  regions: string[]
  reasons: string[]
  event_types: string[]
  may_control: boolean
  may_ask: boolean
  speeds: number[]
  phase: Phase
  line: string | null
  progress: { from: number; to: number; at: number } | null
  clock: Clock
  twins: Twin[]
  default_what_ifs: WhatIf[]
  ingest_url: string | null
}

export type Phase =
  | 'starting'
  | 'catching_up'
  | 'living'
  | 'read_only'
  | 'ended'
  | 'driven_elsewhere'
  | 'deleted'
  | 'store_gone'

export interface Clock {
  at: number
  speed: number | null
  playing: boolean
  real_at: number
  until: number
}

export interface WhatIf {
  label: string
  sentence: string
  input: Input
}

export type Input = Record<string, unknown>

export interface Twin {
  name: string
  of: string
  tick: number
  at: number
  /** Null: without what was changed since. */
  input: Input | null
  sentence: string
  to: number
  phase: 'living_up' | 'level' | 'failed'
  line: string | null
  /** Missing: it is. */
  shown?: boolean
}

export interface Figures {
  sessions_under_way: number
  tutors_teaching: number
  sessions_started_today: number
  sessions_completed_today: number
  sessions_broken_off_today: number
  success_percent_today: number | null
  calls_today: number
  open_complaints: number
  students_low: number
  students_medium: number
  students_high: number
  students_scored: number
  tutors_on_duty: number
  markets_short: number
  markets_over: number
  markets_balanced: number
  events_today: number
}

export type Balance = 'high_demand' | 'balanced' | 'oversupplied'

/** Of each market, region by region and within it subject by subject. */
export interface Markets {
  demand: (number | null)[]
  supply: (number | null)[]
  balance: (Balance | null)[]
  tutors: (number | null)[]
  students: (number | null)[]
}

export type Lines = { at: number[] } & { [figure in keyof Figures]?: (number | null)[] }

/** All that the panels show at an instant. */
export interface View {
  world: string
  at: number
  tick: number
  /** The midnight that "today" began at. */
  day_at: number
  figures: Figures
  week_before: Figures | null
  lines?: Lines
  markets: Markets
  calls_by_reason_today: number[]
  week: Week
  days: Days
  feed?: { events: FeedEvent[]; names: Names }
}

/** Hours up to the one that the instant lies in, which is not over. */
export interface Week {
  from: number
  step: number
  started: number[]
  completed: number[]
  broken: number[]
}

/** Days up to today: students by risk at their ends, and their calls by reason. */
export interface Days {
  at: number[]
  low: number[]
  medium: number[]
  high: number[]
  calls: Record<string, number[]>
}

/** Events of each hour since the beginning. */
export interface Track {
  from: number
  step: number
  events: number[]
}

export interface FeedEvent {
  event_id: string
  caused_by: string | null
  event_type: EventType
  payload: Record<string, unknown>
  at: number
  region: string | null
}

export type EventType =
  | 'session_started'
  | 'session_completed'
  | 'ib_call_logged'
  | 'tutor_availability_updated'
  | 'customer_health_update'
  | 'supply_demand_update'

export type Names = Record<string, string>

export interface Feed {
  events: FeedEvent[]
  next: string | null
  names: Names
}

export interface Person {
  id: string
  kind: 'student' | 'tutor'
  name: string
  email: string
  phone: string
  at: number
  tick: number
  state: Record<string, unknown>
  heard_since: number | null
  timeline: FeedEvent[]
  timeline_count: number
  names: Names
  health: { at: number; score: number; risk: string }[]
  sessions: PersonSession[]
  calls: { at: number; reason: string; resolved: boolean; priority: string; call_id: string }[]
  planned: { at: number; subject: string; session_type: string }[]
  week: { at: number; until: number; student_id: string | null; what: 'session' | 'reserved' }[]
}

export interface PersonSession {
  at: number
  until: number | null
  subject: string
  type: string
  minutes: number | null
  rating: number | null
  ok: boolean | null
  session_id: string
  tutor_id: string
  student_id: string
}

export interface Explained {
  chain: FeedEvent[]
  names: Names
  reasons?: { sentence: string }[]
}

export interface Found {
  people: { id: string; name: string; kind: string; region: string }[]
}

export interface Story {
  scenario: { name: string; sentence: string } | null
  scenarios: { name: string; sentence: string }[]
  interventions: {
    id: string
    kind: string
    sentence: string
    from: number
    until: number | null
    size: number
    where: Record<string, unknown>
  }[]
  moments: Moment[]
  /** What an intervention can change, by name. */
  kinds?: Record<string, Kind>
  /** What moves the world beside that: tests, weather, a release that went wrong. */
  shocks: { id: string; at: number; until: number; kind: string; sentence: string }[]
}

export interface Kind {
  sentence: string
  size: { unit: string; least: number; most: number; neutral: number }
  where: string[]
  reasons?: boolean
  atOnce?: boolean
}

export interface Moment {
  at: number
  sentence: string
}

/** The page as a file, without a server: answers by path, and the view of each hour. */
export interface Snapshot {
  '/api/world': World
  '/api/story': Story
  '/api/track': Track
  '/api/view': View
  '/api/feed': Feed
  views: View[]
}

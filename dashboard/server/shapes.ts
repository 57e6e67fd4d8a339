// What the server answers, as schemas: the description of the interface is made of them, the server's answers have their
// types, and so has what the page reads. The page takes the types alone: nothing of this file is in its script.
// Instants are milliseconds since 1970, in UTC.

import * as z from 'zod'
import { BALANCES, CALL_REASONS, LEVELS, REGIONS, SESSION_TYPES, SUBJECTS } from '../../model/events/vocabulary.ts'

const instant = z.number().describe('milliseconds since 1970')
const count = z.int().min(0)
const words = z.array(z.string())
const numbers = z.array(z.number())
/** In another's place: as it is written on the wire, or as `tutorsim show --json` has it. */
const open = z.record(z.string(), z.unknown())

export const Phase = z
  .enum(['starting', 'catching_up', 'living', 'read_only', 'ended', 'driven_elsewhere', 'deleted', 'store_gone'])
  .describe('how the world goes')

export const Clock = z.strictObject({
  at: instant.describe('the present'),
  speed: z.number().nullable().describe('simulated time over real time; null where another process sets the pace'),
  playing: z.boolean(),
  real_at: z.number().describe("when this was said, by the server's date"),
  until: instant.describe('no instant after this is known yet'),
})

export const Twin = z.strictObject({
  name: z.string(),
  of: z.string(),
  tick: z.int(),
  at: instant.describe('where it parts from its original'),
  input: open.nullable().describe('null: without what was changed since'),
  sentence: z.string(),
  to: instant.describe('how far it has come'),
  phase: z.enum(['living_up', 'level', 'failed']),
  line: z.string().nullable().describe('why it failed'),
})
export const Twins = z.strictObject({ twins: z.array(Twin) })

const WhatIf = z.strictObject({ label: z.string(), sentence: z.string(), input: open })

const ofAnyWorld = {
  name: z.string(),
  simulated: z.literal(true),
  model_version: z.int(),
  wall_at_birth: z.number().describe('real time when the show began: what comes after it is the simulated future'),
  zone: z.string(),
  zone_name: z.string(),
  zones: words,
  subjects: z.array(z.enum(SUBJECTS)),
  regions: z.array(z.enum(REGIONS)),
  reasons: z.array(z.enum(CALL_REASONS)),
  event_types: words,
  may_control: z.boolean(),
  may_ask: z.boolean(),
  speeds: numbers,
  phase: Phase,
  line: z.string().nullable().describe('a sentence about the phase, for people'),
  progress: z.strictObject({ from: instant, to: instant, at: instant }).nullable(),
  twins: z.array(Twin),
  default_what_ifs: z.array(WhatIf),
  ingest_url: z.string().nullable(),
}

export const World = z.strictObject({
  ...ofAnyWorld,
  id: z.string().nullable(),
  seed: z.string(),
  tick_milliseconds: z.int(),
  students: count,
  start: instant.describe('the true beginning'),
  end: instant.describe('the latest instant that can be shown'),
  clock: Clock,
})

/** A world of which there is nothing to show yet. */
export const Unborn = z.strictObject({
  ...ofAnyWorld,
  ...{ id: z.null(), seed: z.null(), tick_milliseconds: z.null(), students: z.null() },
  ...{ start: z.null(), end: z.null(), clock: z.null() },
})
export const AnyWorld = z.union([World, Unborn])

/** Since midnight where it says today. */
export const Figures = z.strictObject({
  sessions_under_way: count,
  tutors_teaching: count,
  sessions_started_today: count,
  sessions_completed_today: count,
  sessions_broken_off_today: count,
  success_percent_today: z.number().nullable().describe('null: no session has ended yet'),
  calls_today: count,
  open_complaints: count,
  students_low: count,
  students_medium: count,
  students_high: count,
  students_scored: count,
  tutors_on_duty: count,
  markets_short: count,
  markets_over: count,
  markets_balanced: count,
  events_today: count,
})

const line = z.array(z.number().nullable())
export const Lines = z
  .strictObject({
    at: z.array(instant),
    ...(Object.fromEntries(Object.keys(Figures.shape).map((name) => [name, line])) as Record<
      keyof typeof Figures.shape,
      typeof line
    >),
  })
  .describe('each figure at this time of the thirty days before, and at the instant')

export const Markets = z
  .strictObject({
    demand: numbers,
    supply: numbers,
    balance: z.array(z.enum(BALANCES).nullable()).describe('null: nobody has heard of it yet'),
    tutors: z.array(count),
    students: z.array(count),
  })
  .describe('of each market, region by region and within it subject by subject')

const ofAnInstant = {
  at: instant,
  day_at: instant.describe('the midnight that today began at'),
  figures: Figures,
  week_before: Figures.nullable().describe('at this weekday and hour, a week ago'),
  markets: Markets,
  calls_by_reason_today: z.array(count),
}
const ofAState = { world: z.string(), tick: z.int(), zone: z.string(), ...ofAnInstant, lines: Lines.optional() }

export const State = z.strictObject(ofAState)

export const FeedEvent = z.strictObject({
  event_id: z.string(),
  caused_by: z.string().nullable(),
  event_type: z.string(),
  payload: open,
  at: instant,
  region: z.enum(REGIONS),
})
export const Names = z.record(z.string(), z.string()).describe('invented names by id')

export const Week = z
  .strictObject({ from: instant, step: z.number(), started: numbers, completed: numbers, broken: numbers })
  .describe('hours up to the one that the instant lies in, which is not over')
export const Days = z
  .strictObject({
    at: z.array(instant),
    ...{ low: numbers, medium: numbers, high: numbers },
    calls: z.record(z.enum(CALL_REASONS), numbers),
  })
  .describe('days up to today: students by risk at their ends, and their calls by reason')

export const View = z.strictObject({
  ...ofAState,
  end: instant.describe('the present'),
  phase: Phase,
  week: Week,
  days: Days,
  feed: z.strictObject({ events: z.array(FeedEvent), names: Names }).optional(),
})

export const Feed = z.strictObject({
  events: z.array(FeedEvent),
  next: z.string().nullable().describe('the next page, as `before`'),
  names: Names,
})

export const Track = z.strictObject({
  from: instant,
  step: z.number(),
  events: z.array(count).describe('of each hour since the beginning'),
  flags: z.array(
    z.strictObject({
      at: instant,
      kind: z.enum(['moment', 'intervention', 'fork']),
      name: z.string(),
      sentence: z.string(),
      until: instant.nullable(),
    }),
  ),
})

export const Metrics = z.strictObject({
  metrics: z.array(
    z.strictObject({ name: z.string(), kind: z.enum(['count', 'value']), unit: z.string(), sentence: z.string() }),
  ),
})

const ofSeries = {
  ...{ world: z.string(), from: instant, to: instant, step: z.enum(['hour', 'day']), at: z.array(instant) },
  curl: z.string(),
}
export const Series = z.strictObject({ ...ofSeries, series: z.record(z.string(), numbers) })
export const Difference = z.strictObject({
  ...ofSeries,
  of: z.string(),
  series: z.record(z.string(), z.strictObject({ with: numbers, without: numbers })),
})

export const PersonSession = z.strictObject({
  ...{ session_id: z.string(), student_id: z.string(), tutor_id: z.string() },
  subject: z.enum(SUBJECTS),
  at: instant,
  until: instant.nullable(),
  type: z.enum(SESSION_TYPES).nullable(),
  minutes: z.number().nullable(),
  rating: z.number().nullable(),
  ok: z.boolean().nullable(),
})

export const Person = z.strictObject({
  id: z.string(),
  kind: z.enum(['student', 'tutor']),
  ...{ name: z.string(), email: z.string(), phone: z.string(), simulated: z.literal(true) },
  at: instant,
  tick: z.int(),
  state: open.describe('as `tutorsim show --json` has it'),
  heard_since: instant.nullable(),
  timeline: z.array(FeedEvent).describe('newest first'),
  timeline_count: count,
  names: Names,
  sessions: z.array(PersonSession).describe('oldest first'),
  health: z.array(z.strictObject({ at: instant, score: z.number(), risk: z.enum(LEVELS) })),
  calls: z.array(
    z.strictObject({
      at: instant,
      call_id: z.string(),
      reason: z.enum(CALL_REASONS),
      resolved: z.boolean(),
      priority: z.enum(LEVELS),
    }),
  ),
  planned: z.array(
    z.strictObject({
      at: instant,
      starts: z.string(),
      subject: z.enum(SUBJECTS),
      session_type: z.enum(SESSION_TYPES),
    }),
  ),
  week: z
    .array(
      z.strictObject({
        at: instant,
        until: instant,
        student_id: z.string().nullable(),
        what: z.enum(['session', 'reserved']),
      }),
    )
    .describe('of a tutor, from Monday on their own clock'),
})

export const Explained = z.strictObject({
  chain: z.array(FeedEvent).describe('the event, what led to it, and so on'),
  names: Names,
  reasons: z.array(z.strictObject({ sentence: z.string() })).describe('what decided the event itself'),
  steps: z.array(open).describe('as `tutorsim explain --json` has them'),
  complete: z.boolean(),
  line: z.string().nullable().describe('why the rules cannot be told'),
})

export const Found = z.strictObject({
  people: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      kind: z.enum(['student', 'tutor']),
      region: z.enum(REGIONS),
    }),
  ),
})

const named = { name: z.string(), sentence: z.string() }
export const Moment = z.strictObject({ at: instant, sentence: z.string() })
export const Kind = z
  .strictObject({
    sentence: z.string(),
    on: z.enum(['world', 'wire']),
    size: z.strictObject({ unit: z.string(), least: z.number(), most: z.number(), neutral: z.number() }),
    where: words,
    people: words,
    reasons: z.literal(true).optional(),
    atOnce: z.literal(true).optional(),
  })
  .describe('what an intervention can change')

export const Story = z.strictObject({
  scenario: z.strictObject(named).nullable(),
  scenarios: z.array(z.strictObject(named)),
  kinds: z.record(z.string(), Kind),
  interventions: z.array(
    z.strictObject({
      ...{ id: z.string(), kind: z.string(), sentence: z.string() },
      ...{ from: instant, until: instant.nullable(), size: z.number(), where: open },
    }),
  ),
  moments: z.array(Moment),
  shocks: z
    .array(
      z.strictObject({
        ...{ at: instant, until: instant, id: z.string(), kind: z.string(), place: z.string() },
        ...{ size: z.number(), sentence: z.string() },
      }),
    )
    .describe('what has hit many: tests, weather, a release that went wrong'),
})

/** What is described by name. */
export const SHAPES = {
  ...{
    AnyWorld,
    World,
    Unborn,
    Clock,
    Twin,
    Twins,
    Figures,
    Markets,
    State,
    View,
    Lines,
    Week,
    Days,
    Feed,
    FeedEvent,
    Track,
  },
  ...{ Metrics, Series, Difference, Person, Explained, Found, Story, Kind },
}

export type Phase = z.infer<typeof Phase>
export type Clock = z.infer<typeof Clock>
export type Twin = z.infer<typeof Twin>
export type World = z.infer<typeof World>
export type Unborn = z.infer<typeof Unborn>
export type Figures = z.infer<typeof Figures>
export type Lines = z.infer<typeof Lines>
export type Markets = z.infer<typeof Markets>
export type State = z.infer<typeof State>
export type View = z.infer<typeof View>
export type Week = z.infer<typeof Week>
export type Days = z.infer<typeof Days>
export type FeedEvent = z.infer<typeof FeedEvent>
export type Names = z.infer<typeof Names>
export type Feed = z.infer<typeof Feed>
export type Track = z.infer<typeof Track>
export type Person = z.infer<typeof Person>
export type PersonSession = z.infer<typeof PersonSession>
export type Explained = z.infer<typeof Explained>
export type Found = z.infer<typeof Found>
export type Story = z.infer<typeof Story>
export type Moment = z.infer<typeof Moment>
export type Kind = z.infer<typeof Kind>
export type Input = World['default_what_ifs'][number]['input']
export type Balance = Exclude<Markets['balance'][number], null>

/** The page as a file, without a server: answers by path, and the view of each hour. */
export interface Snapshot {
  '/api/world': World
  '/api/metrics': z.infer<typeof Metrics>
  '/api/story': Story
  '/api/track': Track
  '/api/what-if': z.infer<typeof Twins>
  '/api/view': View
  '/api/feed': Feed
  views: View[]
}

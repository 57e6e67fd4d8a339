// What an intervention can change: each kind moves one cause of the world and nothing else directly, or what is on the wire.
// Commands, docs, schema and dashboard all read this table.

/** What an intervention can be narrowed down by. */
export const PLACES = ['region', 'subject', 'share', 'ids'] as const
export type Place = (typeof PLACES)[number]

/** One kind of intervention. */
export interface KindOfIntervention {
  /** The cause that it moves, for people. */
  readonly sentence: string
  /** `wire`: the world and its log stay as they are, only what is delivered changes. */
  readonly on: 'world' | 'wire'
  readonly size: {
    /** What a size is, for people. */
    readonly unit: string
    readonly least: number
    readonly most: number
    /** The size at which nothing changes. */
    readonly neutral: number
  }
  /** What `where` may say. */
  readonly where: readonly Place[]
  /** Whom `share` and `ids` choose among. */
  readonly people: readonly ('student' | 'tutor')[]
  /** Whether it may be narrowed down to reasons of calls. */
  readonly reasons?: true
  /** Whether it says how late. */
  readonly late?: true
  /** It is over at once, unless `until` spreads it over a time. */
  readonly atOnce?: true
}

const factor = (unit: string, most: number) => ({ unit, least: 0, most, neutral: 1 })
const share = (unit: string) => ({ unit, least: 0, most: 1, neutral: 0 })

export const KINDS = {
  demand: {
    sentence: 'Students wish for more or fewer lessons.',
    on: 'world',
    size: factor('lessons wished for, against the usual', 2),
    where: PLACES,
    people: ['student'],
  },
  sign_ups: {
    sentence: 'More or fewer people sign up.',
    on: 'world',
    size: factor('sign-ups, against the usual', 50),
    where: ['region'],
    people: [],
  },
  churn: {
    sentence: 'Students are likelier, or less likely, to leave.',
    on: 'world',
    size: factor('chance of leaving, against the usual', 50),
    where: PLACES,
    people: ['student'],
  },
  tutors_leave: {
    sentence: 'Tutors leave, without notice.',
    on: 'world',
    size: share('share of the tutors who are there'),
    where: PLACES,
    people: ['tutor'],
    atOnce: true,
  },
  tutors_join: {
    sentence: 'New tutors join, beside those who are taken on where they are missing.',
    on: 'world',
    size: { unit: 'new tutors, against those who are there', least: 0, most: 5, neutral: 0 },
    where: ['region', 'subject'],
    people: [],
    atOnce: true,
  },
  tutor_hours: {
    sentence: 'Tutors offer more or fewer hours; at 0 they teach nobody.',
    on: 'world',
    size: factor('hours on offer, against the usual', 3),
    where: PLACES,
    people: ['tutor'],
  },
  tutor_quality: {
    sentence: 'Tutors teach better or worse than they did.',
    on: 'world',
    size: { unit: 'standard deviations of quality among tutors', least: -10, most: 10, neutral: 0 },
    where: PLACES,
    people: ['tutor'],
  },
  no_shows: {
    sentence: 'Students and tutors miss sessions more or less often.',
    on: 'world',
    size: factor('missed sessions, against the usual', 20),
    where: PLACES,
    people: ['student', 'tutor'],
  },
  platform_outage: {
    sentence: 'The platform is down: sessions that begin meanwhile break off.',
    on: 'world',
    size: share('share of sessions that break off'),
    where: ['region', 'share', 'ids'],
    people: ['student'],
  },
  calls: {
    sentence: 'Students call support more or less often, for all reasons or for some.',
    on: 'world',
    size: factor('calls, against the usual', 100),
    where: PLACES,
    people: ['student'],
    reasons: true,
  },
  call_resolution: {
    sentence: 'Support solves more or fewer of the calls that come.',
    on: 'world',
    size: factor('calls resolved, against the usual', 2),
    where: PLACES,
    people: ['student'],
    reasons: true,
  },
  cancellations: {
    sentence: 'Students call sessions off at the last minute more or less often.',
    on: 'world',
    size: factor('late cancellations, against the usual', 30),
    where: PLACES,
    people: ['student'],
  },
  duplicates: {
    sentence: 'Events come twice.',
    on: 'wire',
    size: share('share of events'),
    where: [],
    people: [],
  },
  drops: {
    sentence: 'Events do not come.',
    on: 'wire',
    size: share('share of events'),
    where: [],
    people: [],
  },
  malformed: {
    sentence: 'Events come damaged: they are no JSON.',
    on: 'wire',
    size: share('share of events'),
    where: [],
    people: [],
  },
  delays: {
    sentence: 'Events come late: each by a chance of its own, at the most as late as `late` says.',
    on: 'wire',
    size: share('share of events'),
    where: [],
    people: [],
    late: true,
  },
} as const satisfies Readonly<Record<string, KindOfIntervention>>

export type Kind = keyof typeof KINDS
/** Those that change a world. */
export type WorldKind = { [K in Kind]: (typeof KINDS)[K]['on'] extends 'world' ? K : never }[Kind]
export const KIND_NAMES = Object.keys(KINDS) as readonly Kind[]

/** How an intervention comes over the world in the course of its time; nothing of it is left at `until`. */
export const SHAPES = {
  step: 'all of it, from begin to end',
  ramp: 'grows evenly from nothing at the begin to all of it at the end',
  pulse: 'grows evenly from nothing to all of it in the middle, and declines as evenly',
} as const
export type Shape = keyof typeof SHAPES
export const SHAPE_NAMES = Object.keys(SHAPES) as readonly Shape[]

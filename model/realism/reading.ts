// What a reader has found in a stream: each row and cause of the calibration beside its target, and the series that plots
// are drawn of. Plain data, all of it: JSON carries it without loss.

import type { EventType } from '../events/index.ts'

/** The parts of a marketplace's life, in the order in which a report shows them. */
export const TOPICS = {
  volume: 'How much',
  week: 'The week',
  slots: 'Standing lessons',
  year: 'The year',
  sessions: 'Sessions and ratings',
  people: 'People differ',
  students: 'Coming and going',
  tutors: 'Tutors',
  health: 'Health',
  calls: 'Calls',
  markets: 'Markets',
  causes: 'Causes',
} as const
export type Topic = keyof typeof TOPICS

export type Unit = '' | '%' | 'pp' | 'h' | 'min' | 's' | 'days' | '×'

/** One figure of a row, beside its target. */
export interface Part {
  /** What tells it from the row's other figures, such as `5 stars`; empty where there is one. */
  name: string
  unit: Unit
  target: number
  /** What counts as on target, both ends included; null where that side is open. */
  low: number | null
  high: number | null
  /** Null where the stream has too little of it. */
  measured: number | null
  /** How many observations it rests on. */
  samples: number
  within: boolean | null
}

export interface RowReading {
  /** A row of the calibration by its number, or `cause-4`. */
  id: string
  topic: Topic
  quantity: string
  basis: string
  parts: Part[]
  /** Whether all parts lie within tolerance; null where the stream cannot show it, or nobody can say. */
  within: boolean | null
  /** Why the stream cannot. */
  why?: string
  /** Why nobody can say: settings of the world move the row. Targets are then those of the default world. */
  unjudged?: string
}

/** One session as somebody lived it. */
export interface Lived {
  /** Begin by the wall clock of the place, `YYYY-MM-DDTHH:MM`. */
  at: string
  minutes: number
  subject: string
  tutor: string
  type: string
  completed: boolean
  rating: number
}

/** Counts by name; names as the events have them. */
export type Counted = Record<string, number>

/** Plain numbers, in arrays that are empty where nothing was seen. */
export interface Series {
  /** A number a day from `first` (`YYYY-MM-DD`, Eastern) on. */
  days: { first: string; sessions: number[]; failures: number[]; calls: number[]; named: Record<string, string> }
  /** Session starts by local hour of the week, 168 from Monday 0:00 on. */
  weekHours: number[]
  /** Pairs of sessions of one student that were not booked at once, by whole hours between them, 0 to 504. */
  gaps: number[]
  /** Twelve weeks of students of ordinary activity, up to ten. */
  people: { student: string; sessions: Lived[] }[]
  /** Share still there so many days after their first session, by Kaplan and Meier. */
  survival: { days: number[]; share: number[]; students: number }
  /** By stars, 1 to 5. */
  ratings: { student: number[]; tutor: number[]; first: number[]; failed: number[] }
  /** By actual minutes, 0 to 120. */
  minutes: { completed: number[]; failed: number[] }
  /** Share of sessions of the busiest 0, 5, … 100 % last: Lorenz curves, 21 points. */
  load: { tutors: number[]; students: number[] }
  /** Weeks of tutors by hours on offer, 0 to 40. */
  offered: number[]
  health: {
    /** Updates by score, in bins of 5. */
    scores: number[]
    /** Students looked at once a week, by score in bins of 10, and how many of them were not heard of after 30 days. */
    seen: number[]
    left: number[]
    auc: number | null
    risk: Counted
  }
  markets: {
    /** Means by local hour of day, 24. */
    available: number[]
    demand: number[]
    supply: number[]
    /** Updates by demand less supply in bins of 5 from −100 on, 41, by status. */
    differences: Record<string, number[]>
    /** Mean of demand less supply, subjects by regions. */
    subjects: string[]
    regions: string[]
    difference: (number | null)[][]
  }
  calls: {
    /** By hour of day, Eastern by the clock on the wall. */
    hours: number[]
    reasons: Counted
    /** By seconds, in bins of 30 from 0 on. */
    seconds: number[]
    /** By whole hours since the student's last completed session, 0 to 72. */
    delays: number[]
  }
  /** By calendar month, January first; `days` is how many days of each the stream covers. */
  months: { days: number[]; sessions: number[]; newcomers: number[]; departures: number[] }
  /** Whole weeks from `first` on. */
  weeks: { first: string; sessions: number[]; failures: number[] }
  subjects: Counted
  types: Counted
  /** Classes by how many students were in them, from 0 on. */
  classes: number[]
}

export interface Reading {
  stream: {
    lines: number
    events: number
    /** Lines that are no event. */
    unreadable: number
    eventsByType: Record<EventType, number>
    /** ISO 8601; null without any event. */
    first: string | null
    last: string | null
    days: number
    students: number
    tutors: number
  }
  rows: RowReading[]
  series: Series
}

// What the panels show at an instant: figures, the markets, and how both were at the same hour of earlier days.

import { DAY, WEEK } from '../../engine/index.ts'
import { BALANCES, CALL_REASONS, EVENT_TYPES, LEVELS, REGIONS } from '../../model/index.ts'
import { midnightBefore, type ZoneName } from './days.ts'
import { MARKETS, Place } from './metrics.ts'
import { balanceAt } from './region-counts.ts'
import { Figures, type Lines, type State } from './shapes.ts'
import type { Tally } from './tally.ts'

/** Days of a line. */
const LINE_DAYS = 30
const REASONS = CALL_REASONS.length

const FIGURES = Object.keys(Figures.shape) as (keyof Figures)[]

/** What is known of an instant. */
type AtAnInstant = Omit<State, 'world' | 'tick' | 'zone' | 'lines'>

const sum = (row: Int32Array, place: number, count: number): number => {
  let total = 0
  for (let at = place; at < place + count; at++) total += row[at] as number
  return total
}
const level = (name: (typeof LEVELS)[number]): number => Place.risk + LEVELS.indexOf(name)
const balance = (name: (typeof BALANCES)[number]): number => Place.balance + BALANCES.indexOf(name)

/** The row with what has happened before an instant, but not in it. */
function before(tally: Tally, instant: number): Int32Array {
  return tally.at(instant - 1)
}

function figuresFrom(row: Int32Array, morning: Int32Array): Figures {
  const since = (place: number, count: number): number => sum(row, place, count) - sum(morning, place, count)
  const completed = since(Place.completed, MARKETS)
  const brokenOff = since(Place.brokenOff, MARKETS)
  const one = (place: number): number => row[place] as number
  return {
    sessions_under_way: one(Place.underWay),
    tutors_teaching: one(Place.teaching),
    sessions_started_today: since(Place.started, MARKETS),
    sessions_completed_today: completed,
    sessions_broken_off_today: brokenOff,
    success_percent_today: completed === 0 ? null : Math.round((1000 * (completed - brokenOff)) / completed) / 10,
    calls_today: since(Place.calls, REGIONS.length * REASONS),
    open_complaints: one(Place.open),
    students_low: one(level('low')),
    students_medium: one(level('medium')),
    students_high: one(level('high')),
    students_scored: sum(row, Place.risk, LEVELS.length),
    tutors_on_duty: one(Place.onDuty),
    markets_short: one(balance('high_demand')),
    markets_over: one(balance('oversupplied')),
    markets_balanced: one(balance('balanced')),
    events_today: since(Place.events, EVENT_TYPES.length),
  }
}

function figuresAt(tally: Tally, instant: number, zone: ZoneName): Figures {
  return figuresFrom(tally.at(instant), before(tally, midnightBefore(zone, instant)))
}

/** @param start of the history */
export function stateAt(tally: Tally, start: number, instant: number, zone: ZoneName): AtAnInstant {
  const row = tally.at(instant)
  const day_at = midnightBefore(zone, instant)
  const morning = before(tally, day_at)
  const column = (place: number): number[] => Array.from(row.subarray(place, place + MARKETS))
  return {
    at: instant,
    day_at,
    figures: figuresFrom(row, morning),
    week_before: instant - WEEK < start ? null : figuresAt(tally, instant - WEEK, zone),
    markets: {
      demand: column(Place.demand).map((score) => score / 100),
      supply: column(Place.supply).map((score) => score / 100),
      balance: Array.from({ length: MARKETS }, (_, market) => balanceAt(row, market)),
      tutors: column(Place.tutors),
      students: column(Place.students),
    },
    calls_by_reason_today: CALL_REASONS.map((_, reason) =>
      REGIONS.reduce((total, _region, region) => {
        const place = Place.calls + region * REASONS + reason
        return total + (row[place] as number) - (morning[place] as number)
      }, 0),
    ),
  }
}

/** The figures at the same time of each of the 30 days before, and at the instant. */
export function linesAt(tally: Tally, start: number, instant: number, zone: ZoneName): Lines {
  const at = Array.from({ length: LINE_DAYS + 1 }, (_, day) => instant - (LINE_DAYS - day) * DAY)
  const known = at.filter((one) => one >= start || one === instant)
  const days = known.map((one) => figuresAt(tally, one, zone))
  const columns = FIGURES.map((name) => [name, days.map((figures) => figures[name])])
  return { at: known, ...Object.fromEntries(columns) } as Lines
}

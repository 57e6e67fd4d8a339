// Puts what a stream does beside the calibration table. Reads NDJSON on standard input, prints a Markdown table:
//
//     npx tutorsim run --students 9000 --start 2025-09-01 --for 273d | node bench/calibration.ts

import { createInterface } from 'node:readline'
import { mean, median, quantileSorted } from 'simple-statistics'
import { DAY, HOUR, parseInstant, WEEK, weekday } from '../engine/index.ts'
import type { CustomerHealthUpdate, Event } from '../model/index.ts'

/** Counts by name. */
class Counts extends Map<string | number, number> {
  add(name: string | number, by = 1): void {
    this.set(name, (this.get(name) ?? 0) + by)
  }
  get total(): number {
    return [...this.values()].reduce((sum, count) => sum + count, 0)
  }
  /** Percent of the total, for each of the names. */
  percent(...names: (string | number)[]): string {
    return names.map((name) => ((100 * (this.get(name) ?? 0)) / this.total).toFixed(1)).join(' / ')
  }
}

const types = new Counts()
const subjects = new Counts()
const sessionTypes = new Counts()
const scheduled = new Counts()
const scheduledInstant = new Counts()
const outcomes = new Counts()
const ratings = new Counts()
const firstRatings: number[] = []
const tutorRatings = new Counts()
const overrun: number[] = []
const instantMinutes: number[] = []
const weekdays = new Counts()
const reasons = new Counts()
const priorities = new Counts()
const resolved = new Counts()
const callSeconds: number[] = []
const hours: number[] = []
const hourChanges = new Counts()
const subjectsTaught = new Counts()
const acceptsInstant = new Counts()
const balances = new Counts()
const scores: number[] = []
const risks = new Counts()
const sessions30: number[] = []
const sessions7 = new Counts()
const calls14 = new Counts()
let taughtMinutes = 0
let offeredHours = 0
let repeats = 0

const running = new Map<string, Event & { event_type: 'session_started' }>()
const health = new Map<string, { instant: number; update: CustomerHealthUpdate }>()
const latestHours = new Map<string, number>()
const heardOf = new Set<string>()
let first = Number.NaN
let last = Number.NaN
/** Students are looked at once a week, from when their windows are full. */
let nextLook = Number.POSITIVE_INFINITY

function see(event: Event): void {
  const instant = parseInstant(event.payload.timestamp) as number
  if (Number.isNaN(first)) {
    first = instant
    nextLook = instant + 30 * DAY
  }
  last = instant
  types.add(event.event_type)
  switch (event.event_type) {
    case 'session_started': {
      const { session_id, session_type, subject, scheduled_duration_minutes } = event.payload
      running.set(session_id, event)
      sessionTypes.add(session_type)
      subjects.add(subject)
      ;(session_type === 'instant_book' ? scheduledInstant : scheduled).add(scheduled_duration_minutes)
      // Local time of the middle of the country.
      weekdays.add(weekday(Math.floor((instant - 5.6 * HOUR) / DAY)))
      break
    }
    case 'session_completed': {
      const { session_id, student_id, student_rating, tutor_rating, completed_successfully } = event.payload
      const minutes = event.payload.actual_duration_minutes
      outcomes.add(String(completed_successfully))
      ratings.add(student_rating)
      tutorRatings.add(tutor_rating >= 4 ? tutor_rating : 3)
      taughtMinutes += minutes
      if (!heardOf.has(student_id) && instant - first > 60 * DAY) firstRatings.push(student_rating)
      heardOf.add(student_id)
      const start = running.get(session_id)?.payload
      running.delete(session_id)
      if (!start || !completed_successfully) break
      if (start.session_type === 'instant_book') instantMinutes.push(minutes)
      else overrun.push(minutes - start.scheduled_duration_minutes)
      break
    }
    case 'ib_call_logged':
      reasons.add(event.payload.reason)
      priorities.add(event.payload.priority)
      resolved.add(String(event.payload.resolved))
      callSeconds.push(event.payload.duration_seconds)
      if (event.caused_by?.startsWith('call_')) repeats++
      break
    case 'tutor_availability_updated': {
      const { tutor_id, available_hours_this_week: offered } = event.payload
      const before = latestHours.get(tutor_id)
      if (before) hourChanges.add(String(Math.abs(offered / before - 1) > 0.25))
      latestHours.set(tutor_id, offered)
      hours.push(offered)
      offeredHours += offered
      subjectsTaught.add(event.payload.subjects.length)
      acceptsInstant.add(String(event.payload.accepts_instant_book))
      break
    }
    case 'customer_health_update':
      health.set(event.payload.student_id, { instant, update: event.payload })
      break
    case 'supply_demand_update':
      balances.add(event.payload.balance_status)
  }
  if (instant >= nextLook) look(instant)
}

/** At all students who have been heard of lately. */
function look(instant: number): void {
  nextLook += WEEK
  for (const [id, { instant: since, update }] of health) {
    // Whose numbers should have changed since has left; who had no session for a month is not active.
    const changesWithin = update.sessions_last_7_days > 0 ? WEEK : 30 * DAY
    if (instant - since > changesWithin) {
      health.delete(id)
      continue
    }
    scores.push(update.health_score)
    risks.add(update.churn_risk)
    sessions30.push(update.sessions_last_30_days)
    sessions7.add(Math.min(4, update.sessions_last_7_days))
    calls14.add(Math.min(3, update.ib_calls_last_14_days))
  }
}

for await (const line of createInterface({ input: process.stdin })) see(JSON.parse(line))

const weeks = (last - first) / WEEK
const completed = outcomes.total
const offering = hours.filter((offered) => offered > 0)
const quantile = (values: number[], share: number): number => quantileSorted(values, share)
const active = scores.length / Math.floor((last - first - 30 * DAY) / WEEK + 1)
sessions30.sort((a, b) => a - b)
scores.sort((a, b) => a - b)

const rows: [row: string, quantity: string, target: string, measured: string][] = [
  ['1', 'sessions per active student, a week', '1.23 ± 0.15', (completed / weeks / active).toFixed(2)],
  ['3', 'in 7 days: none / 4 and more, %', '20 / 3 ± 4', sessions7.percent(0, 4)],
  [
    '4',
    'in 30 days: mean, median, p90, p99',
    '5.3, 4, 10, 20 ± 10 %',
    `${mean(sessions30).toFixed(1)}, ${[0.5, 0.9, 0.99].map((share) => quantile(sessions30, share)).join(', ')}`,
  ],
  ['5', 'students per active tutor', '4', (active / latestActive()).toFixed(1)],
  [
    '6',
    'hours this week: zero %, mean of the rest',
    '8, 13 ± 2',
    `${(100 - (100 * offering.length) / hours.length).toFixed(1)}, ${mean(offering).toFixed(1)}`,
  ],
  ['7', 'hours changed by more than a quarter, %', '20 ± 7', hourChanges.percent('true')],
  ['8', 'utilisation', '0.40 ± 0.08', (taughtMinutes / 60 / offeredHours).toFixed(2)],
  ['10', 'subjects per tutor: 1 / 2 / 3, %', '40 / 40 / 20 ± 5', subjectsTaught.percent(1, 2, 3)],
  ['11', 'accepting instant booking, %', '35 ± 10', acceptsInstant.percent('true')],
  [
    '12',
    'one_on_one / group / instant_book, %',
    '80 / 8 / 12 ± 4',
    sessionTypes.percent('one_on_one', 'group', 'instant_book'),
  ],
  ['13', 'scheduled 30 / 60 / 90, %', '15 / 75 / 10 ± 5', scheduled.percent(30, 60, 90)],
  ['13', 'instant 30 / 60 / 90, %', '80 / 18 / 2 ± 5', scheduledInstant.percent(30, 60, 90)],
  [
    '14',
    'actual − scheduled; instant minutes',
    '−1, 27 ± 3',
    `${mean(overrun).toFixed(1)}, ${mean(instantMinutes).toFixed(1)}`,
  ],
  ['15', 'completed_successfully, %', '90 ± 1', outcomes.percent('true')],
  ['18', 'student_rating 5 / 4 / 3 / 2 / 1, %', '82 / 9 / 5 / 2 / 2', ratings.percent(5, 4, 3, 2, 1)],
  [
    '18',
    'mean; of first sessions',
    '4.67, 4.5 ± 0.06',
    `${meanOf(ratings).toFixed(2)}, ${mean(firstRatings).toFixed(2)}`,
  ],
  ['19', 'tutor_rating 5 / 4 / less, %', '88 / 9 / 3 ± 4', tutorRatings.percent(5, 4, 3)],
  [
    '20',
    'Math., English, Chem., Physics, Biology, CS, Spanish, History, French, %',
    '41, 18, 9, 7, 7, 6, 6, 3.5, 2.5 ± 2',
    subjects.percent(
      'Mathematics',
      'English',
      'Chemistry',
      'Physics',
      'Biology',
      'Computer Science',
      'Spanish',
      'History',
      'French',
    ),
  ],
  ['21', 'weekday, Monday first, %', '17, 18, 18, 16, 8, 8, 15 ± 2', weekdays.percent(0, 1, 2, 3, 4, 5, 6)],
  ['25', 'calls per 100 sessions', '5 ± 1.5', ((100 * reasons.total) / completed).toFixed(1)],
  [
    '27',
    'scheduling / billing / tutor / technical / general, %',
    '34 / 22 / 16 / 14 / 14 ± 4',
    reasons.percent('scheduling_issue', 'billing_question', 'tutor_concern', 'technical_problem', 'general_inquiry'),
  ],
  ['28', 'call seconds, median', '270 ± 15', median(callSeconds).toFixed(0)],
  ['29', 'resolved, %', '70 ± 2', resolved.percent('true')],
  ['30', 'priority low / medium / high, %', '50 / 35 / 15 ± 5', priorities.percent('low', 'medium', 'high')],
  ['31', 'another call after an unresolved one', '0.45 ± 0.1', (repeats / (resolved.get('false') ?? 1)).toFixed(2)],
  [
    '32',
    'calls in 14 days: two and more / three and more, %',
    '2.7 / 0.7 ± 25 %',
    `${(Number(calls14.percent(2)) + Number(calls14.percent(3))).toFixed(1)} / ${calls14.percent(3)}`,
  ],
  [
    '40',
    'balanced / high_demand / oversupplied, %',
    '65 / 20 / 15 ± 7',
    balances.percent('balanced', 'high_demand', 'oversupplied'),
  ],
  [
    '41',
    'health score: mean, p5, median',
    '80, 44, 85 ± 5',
    `${mean(scores).toFixed(0)}, ${quantile(scores, 0.05).toFixed(0)}, ${quantile(scores, 0.5).toFixed(0)}`,
  ],
  ['41', 'risk low / medium / high, %', '79 / 15 / 6 ± 5', risks.percent('low', 'medium', 'high')],
]

console.log('| row | quantity | target | measured |\n| --- | --- | --- | --- |')
for (const row of rows) console.log(`| ${row.join(' | ')} |`)

/** Tutors who have said their hours within the last two weeks or so: those who have not left. */
function latestActive(): number {
  return hours.length / weeks
}

function meanOf(counts: Counts): number {
  return [...counts].reduce((sum, [value, count]) => sum + Number(value) * count, 0) / counts.total
}

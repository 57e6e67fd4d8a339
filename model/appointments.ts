// What stands in people's weeks, in the contract's words: a student's slots and what is planned, the hours that a tutor keeps.

import { formatInstant } from '../engine/index.ts'
import { TUTOR } from './events/entities.ts'
import { SESSION_TYPES, type SessionType, SUBJECTS, type Subject } from './events/index.ts'
import type { RegionState } from './state/region.ts'
import { localMinute, MINUTES_A_WEEK } from './state/reservations.ts'
import { Rhythm, SessionPhase } from './state/tables.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const MINUTES_A_DAY = 1440
const HALF_HOUR = 30

export type Weekday = (typeof WEEKDAYS)[number]

/** A standing appointment of a student, on the clocks of their zone. */
export interface SlotView {
  weekday: Weekday
  /** As `16:30`. */
  time: string
  scheduled_duration_minutes: number
  subject: Subject
  /** `flexible` where another time is agreed on most weeks. */
  rhythm: 'weekly' | 'every_other_week' | 'flexible'
  session_type: SessionType
  /** Null where they look for one. */
  tutor_id: string | null
}

/** The next session of a student. */
export interface PlannedView {
  starts: string
  subject: Subject
  session_type: SessionType
}

/** A time of the week that a tutor keeps for their students, on the clocks of the tutor's zone, in whole half hours. */
export interface ReservedView {
  weekday: Weekday
  from: string
  to: string
}

/** @param row of the student, who is here */
export function slotsOf(region: RegionState, row: number): SlotView[] {
  const { slot, groupClass } = region
  const views: SlotView[] = []
  for (let link = region.student.at(row).slots; link !== 0; link = slot.next) {
    const { rhythm, holder, generation, minute, minutes, subject } = slot.at(link - 1)
    const inClass = rhythm === Rhythm.ofClass && holder !== 0
    const tutor = inClass ? groupClass.at(holder - 1).tutor : holder
    const met = inClass ? groupClass.generation : generation
    views.push({
      ...timeOf(minute),
      scheduled_duration_minutes: minutes,
      subject: SUBJECTS[subject] as Subject,
      rhythm: rhythm === Rhythm.flexible ? 'flexible' : isEveryOther(rhythm) ? 'every_other_week' : 'weekly',
      session_type: inClass ? 'group' : 'one_on_one',
      tutor_id: tutor !== 0 && region.isThere(tutor - 1, met) ? TUTOR.agent.key(region.tutor.number) : null,
    })
  }
  return views
}

/** None, or one. @param row of the student */
export function plannedOf(region: RegionState, row: number): PlannedView[] {
  const { phase, sessionDue, sessionSubject, sessionType } = region.student.at(row)
  if (phase === SessionPhase.none || phase === SessionPhase.underWay) return []
  const session_type = SESSION_TYPES[sessionType] as SessionType
  return [{ starts: formatInstant(sessionDue), subject: SUBJECTS[sessionSubject] as Subject, session_type }]
}

/** @param row of the tutor */
export function reservedOf(region: RegionState, row: number): ReservedView[] {
  const { zone } = region.tutor.at(row)
  const isReserved = (cell: number): boolean => !region.reservations.isFree(row, cell * HALF_HOUR, HALF_HOUR)
  const minutes: number[] = []
  for (let cell = 0; cell < MINUTES_A_WEEK / HALF_HOUR; cell++)
    if (isReserved(cell)) minutes.push(localMinute(zone, cell * HALF_HOUR))
  minutes.sort((a, b) => a - b)
  const spans: { from: number; to: number }[] = []
  for (const from of minutes) {
    const last = spans.at(-1)
    if (last?.to === from && from % MINUTES_A_DAY !== 0) last.to += HALF_HOUR
    else spans.push({ from, to: from + HALF_HOUR })
  }
  return spans.map(({ from, to }) => {
    const { weekday, time } = timeOf(from)
    return { weekday, from: time, to: timeOf(to).time }
  })
}

function isEveryOther(rhythm: number): boolean {
  return rhythm === Rhythm.evenWeeks || rhythm === Rhythm.oddWeeks
}

/** @param minute of the week */
function timeOf(minute: number): { weekday: Weekday; time: string } {
  const ofDay = minute % MINUTES_A_DAY
  const digits = (value: number): string => String(value).padStart(2, '0')
  return {
    weekday: WEEKDAYS[Math.floor(minute / MINUTES_A_DAY) % WEEKDAYS.length] as Weekday,
    time: `${digits(Math.floor(ofDay / 60))}:${digits(ofDay % 60)}`,
  }
}

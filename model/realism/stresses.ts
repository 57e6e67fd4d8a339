// What tires tutors, and what becomes of their students as they go: cause 9.

import { DAY, MINUTE, WEEK } from '../../engine/index.ts'
import { alike } from './causes.ts'
import type { TutorLife } from './lives.ts'
import { type Look, looks } from './looks.ts'
import type { Measuring } from './measures.ts'
import { Matched, Mean } from './statistics.ts'
import { hoursByWeek } from './tutors.ts'

const HEAVY_MINUTES = 25 * 60
const HEAVY_WEEKS = 3
/** Weeks within this of one another are as full. */
const FULLNESS_MINUTES = 300
const NEW_SESSIONS = 10
/** Sessions from which a tutor is new no more, with some between. */
const SEASONED_FROM = 15
const NOTICE_WEEKS = 3
/** A tutor who taught so many of so many sessions is a student's regular one; and how long they miss one. */
const [MOST, LATEST] = [3, 5]
const AFTERWARDS = 30 * DAY
const [USUAL_FROM, USUAL_TO] = [-15, -5]

export function measureStresses(measuring: Measuring): void {
  tired(measuring)
  newTutors(measuring)
  leaving(measuring)
}

/** Weeks of a tutor with the sessions in them; the students of one class take the tutor's time once. */
function weeksOf({ seen }: Measuring, { sessions, first }: TutorLife): { minutes: number; sessions: number[] }[] {
  const { columns } = seen.sessions
  const weeks: { minutes: number; sessions: number[] }[] = []
  let latest = Number.NaN
  for (const at of sessions) {
    const start = columns.start[at] as number
    const week = Math.max(0, Math.floor((start - first) / WEEK))
    while (weeks.length <= week) weeks.push({ minutes: 0, sessions: [] })
    const current = weeks[week] as { minutes: number; sessions: number[] }
    if (columns.end[at] !== 0) current.sessions.push(at)
    if (!(Math.abs(start - latest) < MINUTE)) current.minutes += columns.minutes[at] as number
    latest = start
  }
  return weeks
}

function tired(measuring: Measuring): void {
  const { seen, lives, figures } = measuring
  const { columns } = seen.sessions
  const [failures, ratings] = [new Matched(), new Matched()]
  const tiredWeeks = new Mean()
  for (const tutor of lives.tutors) {
    const weeks = weeksOf(measuring, tutor)
    for (const [week, { minutes: taught, sessions }] of weeks.entries()) {
      if (week < HEAVY_WEEKS) continue
      const isTired = weeks.slice(week - HEAVY_WEEKS, week).every(({ minutes }) => minutes > HEAVY_MINUTES)
      tiredWeeks.add(isTired ? 1 : 0)
      // Weeks of the same tutor, and as full.
      const alike = `${tutor.id}/${Math.floor(taught / FULLNESS_MINUTES)}`
      for (const at of sessions) {
        failures.add(alike, isTired, columns.successful[at] === 1 ? 0 : 1, 1)
        ratings.add(alike, isTired, columns.rating[at] as number, 1)
      }
    }
  }
  figures.put('cause-9', 'weeks after three of more than 25 h taught', 100 * tiredWeeks.value, tiredWeeks.count)
  figures.put('cause-9', 'tired: failures', failures.ratio, failures.exposedCases)
  figures.put('cause-9', 'tired: rating', ratings.difference, ratings.exposedCount)
}

function newTutors({ seen, lives, figures }: Measuring): void {
  const { columns } = seen.sessions
  const ratings = new Matched()
  for (const { id, first, sessions } of lives.tutors) {
    if (first < seen.first + 60 * DAY) continue
    const ended = [...sessions].filter((at) => columns.end[at] !== 0)
    for (const [place, at] of ended.entries()) {
      if (place >= NEW_SESSIONS && place < SEASONED_FROM) continue
      ratings.add(id, place < NEW_SESSIONS, columns.rating[at] as number, 1)
    }
  }
  figures.put('cause-9', 'in their first ten sessions: rating', ratings.difference, ratings.exposedCount)
}

function leaving(measuring: Measuring): void {
  const { seen, lives, figures } = measuring
  let [before, usual, tutors] = [0, 0, 0]
  const left = new Map<number, number>()
  for (const tutor of lives.tutors) {
    if (!tutor.hasLeft) continue
    left.set(tutor.id, tutor.last)
    const hours = hoursByWeek(measuring, tutor)
    const [late, early] = [hours.slice(-NOTICE_WEEKS), hours.slice(USUAL_FROM, USUAL_TO)]
    if (early.length < 5) continue
    tutors++
    before += late.reduce((sum, value) => sum + value, 0) / late.length
    usual += early.reduce((sum, value) => sum + value, 0) / early.length
  }
  figures.put('cause-9', 'hours in the weeks before they leave', before / usual, tutors)

  const bereaved = new Matched()
  for (const look of looks(seen, lives)) {
    if (look.leaves === null || look.health < 0) continue
    const hasLost = hasLostTutor(look, measuring, left)
    if (!hasLost && regularTutor(look, look.sessions, measuring) === undefined) continue
    const same = alike(look, measuring, seen.health.columns.sessions30[look.health] as number)
    bereaved.add(same, hasLost, look.leaves ? 1 : 0, 1)
  }
  figures.put('cause-9', 'hazard of their students in the 30 days after', bereaved.ratio, bereaved.exposedCases)
}

/** Who taught most of the five sessions before a student's session of that place; undefined where nobody did. */
function regularTutor({ life }: Look, place: number, { seen }: Measuring): number | undefined {
  if (place < LATEST) return undefined
  const tutors = [...life.sessions.subarray(place - LATEST, place)].map(
    (at) => seen.sessions.columns.tutor[at] as number,
  )
  return tutors.find((tutor) => tutors.filter((other) => other === tutor).length >= MOST)
}

/**
 * Whether the tutor who was a student's regular one went in the days before a look. It does not matter whom they have had since:
 * whoever finds another at once has lost theirs too. @param left when tutors went
 */
function hasLostTutor(look: Look, measuring: Measuring, left: ReadonlyMap<number, number>): boolean {
  const { life, sessions, instant } = look
  const { columns } = measuring.seen.sessions
  let until = Number.POSITIVE_INFINITY
  for (let place = sessions; place >= LATEST && until > instant - AFTERWARDS; place--) {
    const tutor = regularTutor(look, place, measuring)
    const gone = tutor === undefined ? undefined : left.get(tutor)
    const latest = columns.start[life.sessions[place - 1] as number] as number
    if (gone !== undefined && gone >= latest && gone < until && gone <= instant && gone > instant - AFTERWARDS)
      return true
    until = latest
  }
  return false
}

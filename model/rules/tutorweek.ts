// The weeks of a tutor. Once a week they look at the week to come: most weeks are as the one before, some are fuller or emptier,
// and slowly habits change and demand is followed. They are ill or on holiday for days and rest for weeks. They tell what they
// offer when it changes, and now and then when it does not.

import { chance, DAY, dayNumber, HOUR, MINUTE, WEEK, weekday } from '../../engine/index.ts'
import { EVENT_TYPES } from '../events/index.ts'
import { timezoneOf } from '../events/localtime.ts'
import { Cause, type EventRow } from '../events/row.ts'
import { HOURS_MAX, MONTH } from '../settings/plans.ts'
import type { Absence } from '../state/absences.ts'
import { Purpose } from '../state/draws.ts'
import { Kind, type RegionState, subjectBits, subjectsOf } from '../state/region.ts'
import { type TutorRow, TutorState } from '../state/tables.ts'
import { between, halves, rest } from '../state/words.ts'
import { usualRatio } from './markets.ts'
import { addSubject, leave } from './tutors.ts'

const UPDATE = EVENT_TYPES.indexOf('tutor_availability_updated')
const SUNDAY = 6
const JUNE = 6
const DAYS_A_WEEK = 7
/** A tutor who is there offers at least what their standing lessons take, so many times, and so many hours more; A. */
export const RESERVED_SLACK = { factor: 1.15, hours: 1 } as const
/** Days of a week on which a tutor is away and whose hours they offer on its other days, if there are any; A. */
const MADE_UP_DAYS = 3
/** When in the day a tutor who falls ill says so: before anybody's window opens; A. */
const SICK_NOTE = { from: 7 * HOUR, within: 50 } as const
/** How exactly a tutor keeps to their hour for telling what they offer; A. */
const POSTING = { jitter: 90 * MINUTE, dayBefore: 0.35, soonest: 3 * DAY } as const

/** A tutor looks at the week to come, or falls ill, goes on holiday or comes back in the midst of it. */
export function tutorWeek(region: RegionState, row: number, now: number): void {
  const { tutor } = region
  tutor.edit(row)
  if (tutor.state !== TutorState.newcomer && now < tutor.weekEnds) comeOrGo(region, now)
  else beginWeek(region, now)
}

function beginWeek(region: RegionState, now: number): void {
  const { tutor, random, given } = region
  const { tired, leavesMonthly, noticeWeeks, newSubjectWeekly, tellsUnchanged } = given.tutors
  const { number } = tutor
  const words = random.draw(Purpose.tutorWeek, number, ++tutor.weeks)
  const oddWord = words[0] as number
  const restWord = words[1] as number
  const leaveWord = words[2] as number
  const subjectWord = words[3] as number
  const isNew = tutor.state === TutorState.newcomer
  if (!isNew) region.countOffer(-1)
  const before = tutor.hours
  tutor.heavyWeeks = tutor.minutesThisWeek > tired.minutes ? Math.min(255, tutor.heavyWeeks + 1) : 0
  tutor.minutesThisWeek = 0
  if (tutor.state === TutorState.leaving) tutor.weeksToGo--
  else if (!isNew && region.decides('week.leaves', leaveWord, (leavesMonthly * WEEK) / MONTH)) {
    tutor.state = TutorState.leaving
    tutor.weeksToGo = noticeWeeks
  }
  if (tutor.state === TutorState.leaving && tutor.weeksToGo === 0) {
    leave(region, now)
    return say(region, now)
  }
  // After the first days of a newcomer comes their first whole week.
  let hasNews = tutor.weeks <= 2
  if (isNew) {
    tutor.state = TutorState.active
    for (const subject of subjectsOf(tutor)) region.enlist(subject)
  } else if (region.decides('week.newSubject', subjectWord, newSubjectWeekly))
    hasNews = addSubject(region, rest(subjectWord))
  keepHabits(region, isNew, now)
  takeRest(region, restWord, now)
  tutor.plannedHours = hoursOfWeek(region, oddWord, now)
  tutor.weekEnds = nextLook(region, number, halves(leaveWord, subjectWord), now)
  const away = absencesOfWeek(region)
  offer(region, away, now)
  hasNews ||= tutor.hours !== before
  hasNews ||= region.decides('week.toldUnchanged', halves(oddWord, restWord), tellsUnchanged.weekly)
  if (hasNews || ++tutor.untoldWeeks >= tellsUnchanged.latestWeeks) say(region, now)
  awaitTurn(region, away, now)
}

/** A tutor who falls ill says so; a holiday was known when the week began. Whoever is away takes no sessions. */
function comeOrGo(region: RegionState, now: number): void {
  const { tutor } = region
  const before = tutor.hours
  const away = absencesOfWeek(region)
  region.countOffer(-1)
  offer(region, away, now)
  if (tutor.hours !== before) say(region, now)
  awaitTurn(region, away, now)
}

/** Absences in the week of the tutor at hand. */
function absencesOfWeek({ tutor, shocks, given }: RegionState): Absence[] {
  if (tutor.plannedHours === 0) return []
  const last = dayNumber(given.clock.localAt(tutor.zone, tutor.weekEnds))
  return shocks.absences(given.tutors, tutor.number, last - DAYS_A_WEEK, last)
}

/** What the tutor at hand offers this week: fewer hours where they are known to be away for more than some days of it. */
function offer(region: RegionState, away: readonly Absence[], now: number): void {
  const { tutor, given } = region
  const today = dayNumber(given.clock.localAt(tutor.zone, now))
  const last = dayNumber(given.clock.localAt(tutor.zone, tutor.weekEnds))
  const known = away.length === 0 ? away : away.filter(({ kind, from }) => kind === 'holiday' || from <= today)
  let days = 0
  for (let day = last - DAYS_A_WEEK + 1; day <= last; day++) if (!covers(known, day)) days++
  const share = days === 0 ? 0 : Math.min(1, (days + MADE_UP_DAYS) / DAYS_A_WEEK)
  tutor.hours = Math.min(HOURS_MAX, Math.round(tutor.plannedHours * share * hoursForced(region, now)))
  tutor.away = covers(known, today) ? 1 : 0
  tutor.minutesLeft = tutor.away === 1 ? 0 : Math.max(0, tutor.hours * 60 - tutor.minutesThisWeek)
  region.countOffer(1)
}

/** Factor of interventions on the hours of the tutor at hand. */
function hoursForced({ tutor, interventions }: RegionState, now: number): number {
  return interventions.areAny ? interventions.onTutor('tutor_hours', subjectBits(tutor), tutor.number, now) : 1
}

function covers(absences: readonly Absence[], day: number): boolean {
  return absences.length > 0 && absences.some(({ from, to }) => from <= day && day <= to)
}

/** The end of the week, or before it the first morning on which the tutor at hand is away or back. */
function awaitTurn(region: RegionState, away: readonly Absence[], now: number): void {
  const { tutor } = region
  const { zone, number } = tutor
  const minute = SICK_NOTE.from + (number % SICK_NOTE.within) * MINUTE
  let due = tutor.weekEnds
  for (const { from, to } of away)
    for (const day of [from, to + 1]) {
      const turn = region.given.clock.instantAt(zone, day * DAY + minute)
      if (turn > now && turn < due) due = turn
    }
  region.world.schedule(Kind.tutorWeek, tutor.row, due)
}

/** Their habit changes now and then, and demand is followed once it has moved so far that it is noticed. */
function keepHabits(region: RegionState, isNew: boolean, now: number): void {
  const { tutor, random } = region
  const { habit } = region.given.tutors
  const words = random.draw(Purpose.tutorWeek, tutor.number, tutor.weeks, 1)
  const whether = words[0] as number
  const level = words[1] as number
  if (isNew || region.decides('week.newHabit', whether, habit.changesWeekly))
    tutor.habit = Math.round(100 * habit.level.at(level))
  const usual = region.weighs('usual', tutor.usualHours / 100)
  const wished = usual * region.weighs('habit', tutor.habit / 100) * region.weighs('demand', pull(region, now))
  region.trace?.did('week.standing')
  const noticed = Math.max(habit.noticed.hours, habit.noticed.share * tutor.standingHours)
  if (isNew || Math.abs(wished - tutor.standingHours) > noticed)
    tutor.standingHours = Math.min(HOURS_MAX, Math.max(1, Math.round(wished)))
}

/** Some tutors do not teach for weeks or months, and come back. */
function takeRest(region: RegionState, word: number, now: number): void {
  const { tutor } = region
  const { weekly, juneFactor, shortestWeeks, longestWeeks } = region.given.tutors.rest
  const summer = region.month(now) === JUNE ? juneFactor : 1
  if (tutor.restWeeks > 0) tutor.restWeeks--
  else if (tutor.state === TutorState.active && region.decides('week.rests', word, weekly * summer))
    tutor.restWeeks = between(rest(word), shortestWeeks, longestWeeks)
}

function hoursOfWeek(region: RegionState, word: number, now: number): number {
  const { tutor } = region
  if (tutor.restWeeks > 0) return 0
  const { oddWeek, afterOddWeek, noticeHours } = region.given.tutors
  const odd = region.decides('week.unusual', word, oddWeek.share) ? oddWeek.factor.at(rest(word)) : 1
  const beyond = lessonsAround(region, now) - 1
  const followed = Math.abs(beyond) >= afterOddWeek.from ? 1 + afterOddWeek.followed * beyond : 1
  const notice = tutor.state === TutorState.leaving ? noticeHours : 1
  const hours = Math.max(hoursReserved(region), Math.round(tutor.standingHours * odd * followed))
  region.trace?.because({
    ...{ standing: tutor.standingHours, unusualWeek: odd, calendar: followed, reserved: hoursReserved(region), notice },
  })
  region.trace?.did('week.hours')
  return Math.min(HOURS_MAX, Math.max(1, Math.round(hours * notice)))
}

/** What the standing lessons of the tutor at hand take, and a little more: some run over, and some bookings come between. */
function hoursReserved({ tutor, reservations }: RegionState): number {
  return Math.ceil((reservations.minutes(tutor.row) / 60) * RESERVED_SLACK.factor) + RESERVED_SLACK.hours
}

/** Lessons of the seven days until tomorrow against ordinary ones, as the calendar has them. */
function lessonsAround(region: RegionState, now: number): number {
  const today = dayNumber(region.given.clock.localAt(region.tutor.zone, now))
  let lessons = 0
  for (let day = today + 2 - DAYS_A_WEEK; day < today + 2; day++) lessons += region.calendar.lessons(region.index, day)
  return lessons / DAYS_A_WEEK
}

/** How demand moves the hours of the tutor at hand: elasticity times how far it exceeds the usual; cause 7. Some do other things. */
function pull(region: RegionState, now: number): number {
  const { tutor, market, given } = region
  const { usualSupply, demandFollowed } = given.tutors
  const subjects = subjectsOf(tutor)
  const today = dayNumber(given.clock.localAt(tutor.zone, now))
  let excess = 0
  let left = 0
  for (const subject of subjects) {
    excess += (usualSupply[subject] as number) / usualRatio(region, market.at(subject), now) - 1
    left += region.shocks.tutorHours(subject, today)
  }
  const { elasticity, least, most } = demandFollowed
  const followed = Math.min(most, Math.max(least, 1 + (elasticity * excess) / subjects.length))
  return (followed * left) / subjects.length
}

function say(region: RegionState, now: number): void {
  const { tutor } = region
  tutor.untoldWeeks = 0
  region.trace?.did('week.told')
  tellOffer(region.emit(UPDATE, Kind.tutorWeek, tutor.number, now, Cause.none, 0), tutor)
}

/** Fills in an event with what a tutor offers. */
export function tellOffer(event: EventRow, tutor: TutorRow): void {
  event.hours = tutor.hours
  event.subject1 = tutor.subject1
  event.subject2 = tutor.subject2
  event.subject3 = tutor.subject3
  event.zone = timezoneOf(tutor.zone)
  event.yes = tutor.acceptsInstantBook
}

/** Each tutor has an hour of the week for it, most of them on Sunday, and keeps to it within an hour or two, or does it the day before. */
function nextLook(region: RegionState, number: number, word: number, now: number): number {
  const { zone } = region.tutor
  const { tutors, clock } = region.given
  const { onSunday, earliest, latest } = tutors.posting
  const words = region.random.draw(Purpose.posting, number, 0)
  const dayWord = words[0] as number
  const timeWord = words[1] as number
  const day = chance(dayWord, onSunday) ? SUNDAY : between(rest(dayWord), 0, SUNDAY)
  const habit = day * DAY + between(timeWord, earliest, latest)
  const today = dayNumber(clock.localAt(zone, now))
  const hour = clock.instantAt(zone, (today - weekday(today)) * DAY + habit)
  const early = chance(word, POSTING.dayBefore) ? DAY : 0
  let next = hour - early + between(rest(word), -POSTING.jitter, POSTING.jitter)
  while (next < now + POSTING.soonest) next += WEEK
  return next
}

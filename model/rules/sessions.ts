// Sessions: due, matched, started, completed. One action a student: its phase says what is due.

import { dayNumber, MINUTE } from '../../engine/index.ts'
import { EVENT_TYPES, SESSION_TYPES } from '../events/index.ts'
import { Cause } from '../events/row.ts'
import { NORMAL } from '../settings/densities.ts'
import { MINUTES } from '../settings/plans.ts'
import { Purpose } from '../state/draws.ts'
import { TUTOR_RUNS_LATE } from '../state/lessons.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { standardMinute } from '../state/reservations.ts'
import { Outcome, Rhythm, SessionPhase, StudentState } from '../state/tables.ts'
import { halves, rest } from '../state/words.ts'
import { callAfterNoMatch, callsAfterSession } from './calls.ts'
import { classWords, keepClassTutor, othersCome } from './classes.ts'
import { wavers } from './decline.ts'
import { asked } from './markets.ts'
import { canTeach, findTutor, isFreeForOwn, type Wanted, wanted } from './matching.ts'
import { actualMinutes, minutesOf, outcomeOf, studentRating, tutorRating } from './outcomes.ts'
import { plan, planAgain } from './planning.ts'
import { atSlot, leaveTutor, PLACES, takeTutor, tutorOfSlot, tutorOfSubject } from './slots.ts'
import { leaveSoon } from './students.ts'
import { engage } from './tutors.ts'
import { sessionEnds } from './windows.ts'

const STARTED = EVENT_TYPES.indexOf('session_started')
const COMPLETED = EVENT_TYPES.indexOf('session_completed')
const ONE_ON_ONE = SESSION_TYPES.indexOf('one_on_one')
const GROUP = SESSION_TYPES.indexOf('group')
const INSTANT = SESSION_TYPES.indexOf('instant_book')
/** Who teaches a lesson, where that is nobody: it waits for its tutor, it is put off or called off, or nobody is free. */
const WAITS = -2
const CALLED_OFF = -3
const NOBODY = -1
const BUSY = -4

/** What is due of a student's session: the request, the start or the end; or to look for the next. */
export function session(region: RegionState, row: number, now: number): void {
  const { student } = region
  student.edit(row)
  if (student.phase === SessionPhase.underWay) complete(region, now)
  else if (student.phase === SessionPhase.requested) request(region, now)
  else if (student.phase === SessionPhase.none) plan(region, now)
  else begin(region, now)
}

/** A student wants a tutor at once and waits for one, up to the patience of students. */
function request(region: RegionState, now: number): void {
  const { student, random, world } = region
  const words = random.draw(Purpose.request, student.number, student.lesson)
  const waits = isShort(region, student.sessionSubject) ? region.given.markets.shortage.waits : 1
  const { wait, patience, refusals } = region.given.sessions
  const waitMinutes = wait.at(words[0] as number) * waits
  if (waitMinutes > patience || region.decides('booking.unanswered', words[1] as number, refusals))
    return unmatched(region, now)
  student.phase = SessionPhase.planned
  world.schedule(Kind.session, student.row, now + Math.ceil(waitMinutes * MINUTE))
}

/** The session starts, if there is a tutor. */
function begin(region: RegionState, now: number): void {
  const { student } = region
  if (student.sessionType === INSTANT) beginAtOnce(region, now)
  else if (student.sessionType === GROUP) beginInClass(region, now)
  else beginLesson(region, now)
}

/** An instant booking: with a tutor whom the student knows, if that one is free. */
function beginAtOnce(region: RegionState, now: number): void {
  const { student, random } = region
  const { number, lesson, sessionSubject: subject, zone } = student
  const words = random.draw(Purpose.start, number, lesson)
  const lengthWord = words[0] as number
  const driftWord = words[1] as number
  const fate = words[2] as number
  const scheduled = MINUTES[region.given.sessions.instantLength.pick(lengthWord)] as number
  const want = wanted(region, zone, scheduled, true, now)
  const known = tutorOfSubject(region, subject)
  const tutor =
    known >= 0 && isFreeForOwn(region, known, want)
      ? known
      : findTutor(region, subject, want, random.draw(Purpose.match, number, lesson))
  if (tutor < 0) return unmatched(region, now)
  startAlone(region, tutor, scheduled, driftWord, fate, now)
}

/** A lesson of a slot, with its tutor; or with a substitute. */
function beginLesson(region: RegionState, now: number): void {
  const { student, slot, random } = region
  const { number, lesson, zone } = student
  atSlot(region)
  const { minutes: scheduled } = slot
  const { shortage } = region.given.slots
  const words = random.draw(Purpose.start, number, lesson)
  const otherWord = words[0] as number
  const driftWord = words[1] as number
  const fate = words[2] as number
  const shortWord = words[3] as number
  if (
    isShort(region, student.sessionSubject, now - shortage.borne) &&
    region.calendar.lessons(region.index, dayNumber(region.given.clock.localAt(zone, now))) < shortage.longerDays &&
    region.decides('lesson.calledOffInShortage', shortWord, shortage.calledOff)
  )
    return calledOff(region, shortage.calls * region.given.calls.often, now)
  const tutor = teacherOf(region, wanted(region, zone, scheduled, false, now), otherWord)
  if (tutor === WAITS) return
  if (tutor === BUSY) return putOff(region, driftWord, now)
  if (tutor === CALLED_OFF) return calledOff(region, region.given.calls.unmatched, now)
  if (tutor < 0) return unmatched(region, now)
  startAlone(region, tutor, scheduled, driftWord, fate, now)
}

/** Row of who teaches the lesson of the slot at hand; or WAITS, BUSY, CALLED_OFF, NOBODY. */
function teacherOf(region: RegionState, want: Wanted, word: number): number {
  const { student, slot, random, tutor, world } = region
  const { number, lesson, phase } = student
  const own = tutorOfSlot(region)
  if (own >= 0) {
    if (isOwnHour(region, want) ? canTeach(region, own, want) : isFreeForOwn(region, own, want)) return own
    const { busyUntil } = tutor.at(own)
    if (busyUntil >= want.now && busyUntil - want.now <= TUTOR_RUNS_LATE) {
      world.schedule(Kind.session, student.row, busyUntil + MINUTE)
      return WAITS
    }
    if (tutor.hours > 0 && tutor.away === 0 && phase === SessionPhase.planned) return BUSY
    if (region.decides('tutor.givenUp', rest(word), region.given.slots.givesUpTutor)) leaveTutor(region, own)
    if (!region.decides('tutor.substitute', word, region.given.slots.substitute)) return CALLED_OFF
    want.forGood = false
  } else {
    const at = slot.row
    const known = tutorOfSubject(region, slot.subject)
    slot.at(at)
    if (known >= 0 && isFreeForOwn(region, known, want)) return known
  }
  const again = phase === SessionPhase.again ? 1 : 0
  const words = random.draw(Purpose.match, number, lesson, again)
  return findTutor(region, student.sessionSubject, want, words)
}

/** Whether the lesson at hand is in the hour that its tutor keeps for it. */
function isOwnHour({ student, slot }: RegionState, { standard }: Wanted): boolean {
  return slot.rhythm !== Rhythm.flexible && standardMinute(student.zone, slot.minute) === standard
}

function startAlone(
  region: RegionState,
  tutor: number,
  scheduled: number,
  driftWord: number,
  fate: number,
  now: number,
): void {
  region.tutor.edit(tutor)
  const outcome = outcomeOf(region, fate, now)
  const actual = actualMinutes(region, region.student.sessionType, scheduled, driftWord)
  const minutes = minutesOf(region, outcome, scheduled, actual, fate)
  engage(region, minutes, now)
  start(region, tutor, scheduled, minutes, outcome, now)
}

/** How long a class takes, and who teaches it, is the class's chance; how it goes for a student, each one's own. */
function beginInClass(region: RegionState, now: number): void {
  const { student, slot, random, groupClass } = region
  const { number, lesson, row, zone } = student
  atSlot(region)
  const week = Math.floor(lesson / PLACES)
  groupClass.at(slot.holder - 1)
  const { minutes: scheduled } = groupClass
  const actual = actualMinutes(region, GROUP, scheduled, classWords(region, week)[1] as number)
  if (groupClass.week !== week) {
    if (!othersCome(region, now)) {
      student.sessionType = ONE_ON_ONE
      return beginLesson(region, now)
    }
    const tutor = teacherOfClass(region, wanted(region, zone, scheduled, false, now), week)
    if (tutor === WAITS) return region.world.schedule(Kind.session, row, region.tutor.busyUntil + MINUTE)
    groupClass.edit(groupClass.row).week = week
    groupClass.taughtBy = tutor + 1
    if (tutor >= 0) {
      region.tutor.edit(tutor)
      engage(region, actual, now)
    }
  }
  const tutor = groupClass.taughtBy - 1
  if (tutor < 0) return calledOff(region, region.given.calls.unmatched, now)
  region.tutor.edit(tutor)
  const fate = random.draw(Purpose.start, number, lesson)[2] as number
  start(region, tutor, scheduled, actual, outcomeOf(region, fate, now), now)
}

/** Row of who teaches the class at hand this week; WAITS for its tutor, stood on, or NOBODY. */
function teacherOfClass(region: RegionState, want: Wanted, week: number): number {
  const { groupClass } = region
  const words = classWords(region, week, 1)
  const { tutor, generation } = groupClass
  if (tutor !== 0 && region.isThere(tutor - 1, generation)) {
    if (canTeach(region, tutor - 1, want)) return tutor - 1
    const { busyUntil } = region.tutor
    if (busyUntil >= want.now && busyUntil - want.now <= TUTOR_RUNS_LATE) return WAITS
    return region.decides('tutor.substitute', words[0] as number, region.given.slots.substitute)
      ? findTutor(region, groupClass.subject, want, words)
      : NOBODY
  }
  const found = findTutor(region, groupClass.subject, want, words)
  if (found >= 0) keepClassTutor(region, found)
  return found
}

function start(
  region: RegionState,
  tutor: number,
  scheduled: number,
  minutes: number,
  outcome: number,
  now: number,
): void {
  const { student, world } = region
  countRequest(region)
  student.phase = SessionPhase.underWay
  student.tutor = tutor
  student.minutes = minutes
  student.outcome = outcome
  region.trace?.did('session.begins', student.lesson)
  const event = region.emit(STARTED, Kind.session, student.number, now, Cause.none, 0)
  event.tutor = region.tutor.at(tutor).number
  event.subject = student.sessionSubject
  event.sessionType = student.sessionType
  event.minutes = scheduled
  world.schedule(Kind.session, student.row, now + minutes * MINUTE)
}

/** A session is asked for; a second try asks for nothing new. */
function countRequest(region: RegionState): void {
  const { student } = region
  if (student.phase !== SessionPhase.again) asked(region, student.sessionSubject)
}

/** The tutor is taken at this hour: they agree on another. */
function putOff(region: RegionState, word: number, now: number): void {
  countRequest(region)
  planAgain(region, word, now)
}

/** The tutor cannot come: no lesson this week. @param calls chance of a call */
function calledOff(region: RegionState, calls: number, now: number): void {
  const { student, random } = region
  countRequest(region)
  const callWord = random.draw(Purpose.noMatch, student.number, student.lesson, 1)[0] as number
  callAfterNoMatch(region, callWord, calls, isShort(region, student.sessionSubject), now)
  plan(region, now)
}

/** No tutor is free: a lesson is tried once more, an instant booking is given up. */
function unmatched(region: RegionState, now: number): void {
  const { student, random } = region
  const again = student.phase === SessionPhase.again
  countRequest(region)
  const words = random.draw(Purpose.noMatch, student.number, student.lesson, again ? 3 : 0)
  const callWord = words[0] as number
  const retryWord = words[1] as number
  student.satisfaction -= Math.min(student.satisfaction, 10)
  callAfterNoMatch(region, callWord, region.given.calls.unmatched, isShort(region, student.sessionSubject), now)
  if (student.sessionType === INSTANT || again) plan(region, now)
  else planAgain(region, retryWord, now)
}

/** The session ends: ratings, what they bring, and the next one. */
function complete(region: RegionState, now: number): void {
  const { student, random } = region
  const { number, outcome, tutor: taughtBy } = student
  const tutor = region.tutor.edit(taughtBy)
  const first = student.sessions === 0
  const words = random.draw(Purpose.complete, number, student.lesson)
  const studentWord = words[0] as number
  const tutorWord = words[1] as number
  const lossWord = words[2] as number
  const callWord = words[3] as number
  const whenWord = halves(tutorWord, lossWord)
  const rating = studentRating(region, NORMAL.at(studentWord), first, now)
  const successful = outcome === Outcome.success

  const start = now - student.minutes * MINUTE
  const event = region.emit(COMPLETED, Kind.session, number, now, Cause.started, start)
  event.tutor = tutor.number
  event.subject = student.sessionSubject
  event.minutes = student.minutes
  event.studentRating = rating
  event.tutorRating = tutorRating(region, outcome, NORMAL.at(tutorWord))
  event.yes = successful ? 1 : 0

  if (tutor.sessions < 65_535) tutor.sessions++
  if (student.sessions < 65_535) student.sessions++
  student.phase = SessionPhase.none
  student.quietSinceDay = dayNumber(now)
  student.satisfaction += Math.round((50 * rating - student.satisfaction) / 4)
  const { stays, staysAfterFailure } = region.given.slots
  keepOrLeaveTutor(region, taughtBy, rest(studentWord), (successful ? stays : staysAfterFailure)[rating] as number)
  sessionEnds(region, rating, successful, now)
  callsAfterSession(region, rating, outcome, callWord, whenWord, now)
  if (student.state !== StudentState.active) return
  if (
    first &&
    region.decides('stay.afterFirstSession', lossWord, region.given.growth.firstSessionLoss[rating] as number)
  )
    leaveSoon(region, rest(lossWord), now)
  else plan(region, now)
}

/** A pleased student stays with a tutor, or makes a new one theirs; another one looks for somebody else. @param taughtBy row of the tutor */
function keepOrLeaveTutor(region: RegionState, taughtBy: number, word: number, stays: number): void {
  const { student, slot } = region
  const isLesson = atSlot(region)
  const own = isLesson ? tutorOfSlot(region) : tutorOfSubject(region, student.sessionSubject)
  student.loyalty = ((student.loyalty << 1) & 31) | (own === taughtBy ? 1 : 0)
  if (student.state !== StudentState.active || !isLesson || slot.rhythm === Rhythm.ofClass) return
  if (own === taughtBy) {
    // Who is of two minds whether to stay at all looks for somebody else half as often.
    if (!region.decides('tutor.kept', word, wavers(student) ? (1 + stays) / 2 : stays)) leaveTutor(region, taughtBy)
  } else if (own < 0 && region.decides('tutor.kept', word, stays)) takeTutor(region, taughtBy)
}

/** @param since instant by which the shortage has begun */
function isShort(region: RegionState, subject: number, since = Number.POSITIVE_INFINITY): boolean {
  const { shortageSince } = region.market.at(subject)
  return shortageSince !== 0 && shortageSince <= since
}

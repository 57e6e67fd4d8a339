// When a student's next session is: the earlier of the next lesson of their slots that takes place and the next instant booking.
// Each week of a student is a draw of its own, so a lesson that is skipped or moved moves no other.

import { chance, DAY, dayNumber, HOUR, MINUTE } from '../../engine/index.ts'
import { SESSION_TYPES } from '../events/index.ts'
import { PLANS } from '../settings/plans.ts'
import { Purpose } from '../state/draws.ts'
import { worksAt } from '../state/duty.ts'
import { WEEKS_AHEAD } from '../state/lessons.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { standardMinute } from '../state/reservations.ts'
import { Rhythm, SessionPhase } from '../state/tables.ts'
import { between, rest } from '../state/words.ts'
import { callAfterCancelling } from './calls.ts'
import { joinClass, startOfClass } from './classes.ts'
import { attendance } from './decline.ts'
import { expectSession } from './markets.ts'
import { around, DOUBLES, habitualHour, PLACES, tutorOfSlot, WISH } from './slots.ts'
import { dayAt, isQuiet, isSchoolTime, lateness, minuteAt, mondayOf, weekOf } from './weekclock.ts'

const ONE_ON_ONE = SESSION_TYPES.indexOf('one_on_one')
const GROUP = SESSION_TYPES.indexOf('group')
const INSTANT = SESSION_TYPES.indexOf('instant_book')
const TWO_16 = 0x1_0000
const TWO_32 = 0x1_0000_0000
const MINUTES_A_DAY = 1440
/** Words of a draw, and how many slots there are words for in the first of a week. */
const WORDS = 4
const SLOTS_OF_A_DRAW = WORDS - 1
/** Of the week that is looked at: one for the instant booking, then one for each slot. */
const weekWords = new Uint32Array(2 * WORDS)
/** Doubled lessons are told apart for so many slots. */
const DOUBLED_SLOTS = WISH - DOUBLES
/** Times looked at for a lesson that is moved. */
const TRIES = 4
const DOUBLED_TRIES = 8
/** A lesson is moved to no earlier and no later than these minutes of the day. */
const DAY_BEGINS = 8 * 60
const DAY_ENDS = 23 * 60 - 15
const DAYS_A_WEEK = 7
/** A lesson is doubled by one so many days before or after, at the most. */
const DOUBLED_WITHIN_DAYS = 3
/** No more than this share of lessons is ever doubled, and no season is higher. */
const DOUBLED_PEAK = 0.8
const SEASON_PEAK = 1.5
/** Lessons begin at most so much before or after their time. */
const AROUND = 15 * MINUTE
/** No day has more instant bookings against an ordinary one. */
const WISHES_PEAK = 1.5

/**
 * What `plan` has found so far: the earliest session, and a lesson before it that is called off. The lesson that was at hand
 * does not come again, wherever it might be moved to now.
 */
const next = { done: 0, start: 0, lesson: 0, type: ONE_ON_ONE, subject: 0, calledOff: 0, calledOffLesson: 0 }

/** Plans the next session of the student at hand. @param from instant after which it begins */
export function plan(region: RegionState, from: number): void {
  const { student, world } = region
  const week = weekOf(region.given.clock.localAt(student.zone, from))
  next.done = student.lesson
  next.start = 0
  next.calledOff = 0
  let at = week
  for (; next.start === 0 && at < week + WEEKS_AHEAD; at++) lookAtWeek(region, at, from)
  if (next.calledOff !== 0 && (next.start === 0 || next.calledOff < next.start)) callOff(region, from)
  if (next.start === 0) {
    student.phase = SessionPhase.none
    return world.schedule(Kind.session, student.row, region.given.clock.instantAt(student.zone, mondayOf(at)))
  }
  student.lesson = next.lesson
  student.sessionType = next.type
  student.sessionSubject = next.subject
  student.phase = next.type === INSTANT ? SessionPhase.requested : SessionPhase.planned
  region.trace?.did('session.planned', next.lesson)
  expectSession(region, next.start)
  world.schedule(Kind.session, student.row, next.start)
}

/** Another try at the lesson at hand, which found no tutor; unless another lesson comes first. */
export function planAgain(region: RegionState, word: number, now: number): void {
  const { student, world } = region
  const { lesson, sessionSubject: subject } = student
  plan(region, now)
  const again = now + between(word, region.given.slots.retry.earliest, region.given.slots.retry.latest)
  const local = region.given.clock.localAt(student.zone, again)
  const ofDay = Math.floor((local - dayNumber(local) * DAY) / MINUTE)
  if (ofDay < DAY_BEGINS || ofDay > DAY_ENDS || student.sessionDue < again + 2 * region.given.slots.notice) return
  student.lesson = lesson
  student.sessionType = ONE_ON_ONE
  student.sessionSubject = subject
  student.phase = SessionPhase.again
  region.trace?.did('lesson.triedAgain', lesson)
  world.schedule(Kind.session, student.row, again)
}

/** Looks for sessions of a student's week that begin after an instant. */
function lookAtWeek(region: RegionState, week: number, from: number): void {
  const { student, slot, random } = region
  const { number } = student
  keepWords(random.draw(Purpose.week, number, week), 0)
  if ((PLANS[student.plan] as number) > SLOTS_OF_A_DRAW) keepWords(random.draw(Purpose.week, number, week, 1), WORDS)
  let place = 0
  for (let link = student.slots; link !== 0; place++) {
    const { next: following } = slot.at(link - 1)
    lookAtSlot(region, place, weekWords[1 + place] as number, week, from)
    link = following
  }
  lookForWish(region, weekWords[0] as number, week, from)
}

/** Other draws overwrite the words of this one. Faster than `set`, for so few. */
function keepWords(words: Uint32Array, from: number): void {
  for (let at = 0; at < WORDS; at++) weekWords[from + at] = words[at] as number
}

/** The lesson of the slot at hand in a week, and a second one where lessons are doubled. */
function lookAtSlot(region: RegionState, place: number, word: number, week: number, from: number): void {
  const { student, slot } = region
  const { kept, keptMost, doubled, moved: movedShares, calledOff } = region.given.slots
  const { rhythm } = slot
  if (rhythm === Rhythm.evenWeeks ? week % 2 !== 0 : rhythm === Rhythm.oddWeeks && week % 2 === 0) return
  if (rhythm === Rhythm.ofClass && slot.holder === 0 && !joinClass(region)) slot.edit(slot.row).rhythm = Rhythm.weekly
  const local = mondayOf(week) + slot.minute * MINUTE
  const start = region.given.clock.instantAt(student.zone, local)
  const fate = (word >>> 16) / TWO_16
  const movedShare = slot.rhythm === Rhythm.flexible ? movedShares.flexible : movedShares.usually
  const mayDouble = place < DOUBLED_SLOTS && slot.rhythm !== Rhythm.ofClass && chance(rest(word), DOUBLED_PEAK)
  // One that is over, or comes after what was found, need not be looked at closely.
  const isOut = start < from - AROUND || (next.start !== 0 && start > next.start + AROUND)
  if (isOut && fate >= movedShare && !mayDouble) return
  const lesson = week * PLACES + place
  const likely = kept * attendance(region) * demand(region, slot.subject, local, start)
  if (mayDouble && region.decides('lesson.doubled', rest(word), doubled * (likely - keptMost), lesson + DOUBLES))
    double(region, lesson, from)
  if (isOut && fate >= movedShare) return
  if (region.trace) tellLesson(region, fate, Math.min(likely, keptMost), lesson, local, start)
  if (fate >= Math.min(likely, keptMost)) {
    if (fate >= 1 - calledOff.share && start > from + calledOff.earliest) noteCalledOff(start, lesson)
    return
  }
  if (slot.rhythm === Rhythm.ofClass) {
    region.groupClass.at(slot.holder - 1)
    return take(startOfClass(region, week), lesson, GROUP, slot.subject, from)
  }
  region.trace?.decided('lesson.moved', fate, movedShare, lesson)
  const begins = fate < movedShare ? moved(region, lesson, local) : start
  if (begins !== 0) take(begins + lateness(region.given, rest(word)), lesson, ONE_ON_ONE, slot.subject, from)
}

/** Why the lesson of the slot at hand takes place, or does not, for who listens. @param likely chance of it */
function tellLesson(
  region: RegionState,
  fate: number,
  likely: number,
  lesson: number,
  local: number,
  start: number,
): void {
  const { trace, slot } = region
  const day = dayNumber(local)
  trace?.because({
    ...{ usual: region.given.slots.kept, wavering: attendance(region) },
    ...{ season: region.wishedLessons(day), tests: region.shocks.tests(slot.subject, day) },
    intervention: forced(region, slot.subject, start),
  })
  trace?.decided('lesson.takesPlace', fate, likely, lesson)
}

/** Whether a session that begins between two instants may be the next one: others need not be looked at closely. */
function mayBeNext(earliest: number, latest: number, from: number): boolean {
  return latest > from && (next.start === 0 || earliest < next.start)
}

/** A session is the next one, if it is the first after an instant so far. */
function take(start: number, lesson: number, type: number, subject: number, from: number): void {
  if (start <= from || lesson === next.done || (next.start !== 0 && start >= next.start)) return
  next.start = start
  next.lesson = lesson
  next.type = type
  next.subject = subject
}

/** Lessons in a subject that the student at hand wishes for at a local time, against the mean of the year and an ordinary day. */
function demand(region: RegionState, subject: number, local: number, instant: number): number {
  const day = dayNumber(local)
  return region.wishedLessons(day) * region.shocks.tests(subject, day) * forced(region, subject, instant)
}

/** Factor of interventions on lessons that the student at hand wishes for. */
function forced({ student, interventions, world }: RegionState, subject: number, instant: number): number {
  return interventions.areAny ? interventions.onStudent('demand', subject, student.number, world.now, instant) : 1
}

/** When the lesson at hand takes place that is moved within its week: its tutor has time, and it is no holiday. 0 for nowhen. */
function moved(region: RegionState, lesson: number, local: number): number {
  const { student, slot, random } = region
  const tutor = tutorOfSlot(region)
  if (lesson === next.done) return 0
  const monday = mondayOf(Math.floor(lesson / PLACES))
  const usual = region.lessons(dayNumber(local))
  const { movedTo } = region.given.slots
  for (let n = 0; n < TRIES; n++) {
    const words = random.draw(Purpose.move, student.number, lesson, n)
    const dayWord = words[0] as number
    const hourWord = words[1] as number
    const toWord = words[2] as number
    const keptWord = words[3] as number
    const hours = between(hourWord, -movedTo.hours, movedTo.hours + 1)
    const ofDay = (slot.minute % MINUTES_A_DAY) + hours * 60
    const day = chance(dayWord, movedTo.sameDay)
      ? Math.floor(slot.minute / MINUTES_A_DAY)
      : dayAt(region.given.people.week, toWord / TWO_32)
    const time = monday + day * DAY + ofDay * MINUTE
    const minute = day * MINUTES_A_DAY + ofDay
    if (ofDay < DAY_BEGINS || ofDay > DAY_ENDS || time === local) continue
    if (isSchoolTime(minute) && !isSchoolTime(slot.minute)) continue
    // Into a break or onto a holiday no more lessons are moved than there are.
    if (!chance(keptWord, region.lessons(dayNumber(time)) / usual)) continue
    const start = region.given.clock.instantAt(student.zone, time)
    if (tutor < 0) return start
    if (hasTime(region, tutor, minute, start)) return start
  }
  return 0
}

/** Before exams some lessons have a second one, some days before or after, when the tutor has time. */
function double(region: RegionState, lesson: number, from: number): void {
  const { student, slot, random } = region
  const farthestHours = region.given.slots.movedTo.hours
  const doubled = lesson + DOUBLES
  const monday = mondayOf(Math.floor(lesson / PLACES))
  const slotDay = Math.floor(slot.minute / MINUTES_A_DAY)
  const tutor = tutorOfSlot(region)
  const around = region.given.clock.instantAt(student.zone, monday + slotDay * DAY)
  const farthest = (DOUBLED_WITHIN_DAYS + 1) * DAY
  if (doubled === next.done || !mayBeNext(around - farthest, around + farthest, from)) return
  for (let n = 0; n < DOUBLED_TRIES; n++) {
    const words = random.draw(Purpose.double, student.number, doubled, n)
    const dayWord = words[0] as number
    const hourWord = words[1] as number
    const lateWord = words[2] as number
    const by = between(rest(dayWord), 1, DOUBLED_WITHIN_DAYS + 1)
    const day = chance(dayWord, 0.5) ? slotDay + by : slotDay - by
    const ofDay = (slot.minute % MINUTES_A_DAY) + between(hourWord, -farthestHours, farthestHours + 1) * 60
    if (day < 0 || day >= DAYS_A_WEEK || ofDay < DAY_BEGINS || ofDay > DAY_ENDS) continue
    const minute = day * MINUTES_A_DAY + ofDay
    if (isSchoolTime(minute) && !isSchoolTime(slot.minute)) continue
    if (isQuiet(minute) && !isQuiet(slot.minute)) continue
    const time = monday + minute * MINUTE
    // What is left out on a holiday is not made up for by a second lesson.
    if (!chance(rest(hourWord), region.lessons(dayNumber(time)))) continue
    const start = region.given.clock.instantAt(student.zone, time)
    if (tutor >= 0 && !hasTime(region, tutor, minute, start)) continue
    return take(start + lateness(region.given, lateWord), doubled, ONE_ON_ONE, slot.subject, from)
  }
}

/** Whether the tutor of the slot at hand could take its lesson at another minute of the student's week. */
function hasTime(region: RegionState, tutor: number, minute: number, start: number): boolean {
  const standard = standardMinute(region.student.zone, minute)
  return (
    worksAt(region.tutor.at(tutor), region.given.clock, start) &&
    region.reservations.isFree(tutor, standard, region.slot.minutes)
  )
}

/** An instant booking of the week. The next lesson must be far enough off. */
function lookForWish(region: RegionState, word: number, week: number, from: number): void {
  const { student, random } = region
  const fate = (word >>> 16) / TWO_16
  const { wishes } = region.given.sessions
  const atMost = (PLANS[student.plan] as number) * wishes * WISHES_PEAK * forced(region, student.subject, from)
  if (fate >= atMost * SEASON_PEAK || fate >= atMost * attendance(region) * region.seasonOfOthers(from)) return
  if (region.trace) tellWish(region, fate, atMost, week, from)
  const words = random.draw(Purpose.wish, student.number, week)
  const dayWord = words[0] as number
  const hourWord = words[1] as number
  const secondWord = words[2] as number
  const keptWord = words[3] as number
  const day = dayAt(region.given.people.week, dayWord / TWO_32)
  const dayBegins = region.given.clock.instantAt(student.zone, mondayOf(week) + day * DAY)
  if (!mayBeNext(dayBegins - HOUR, dayBegins + DAY + HOUR, from)) return
  const hour = around(habitualHour(region), hourWord, region.given.slots.wishSpread)
  const local =
    mondayOf(week) +
    (day * MINUTES_A_DAY + minuteAt(region.given.people.week, day, hour)) * MINUTE +
    between(secondWord, 0, MINUTE)
  const start = region.given.clock.instantAt(student.zone, local)
  const { notice } = region.given.slots
  if (start < from + notice || !chance(keptWord, region.lessons(dayNumber(local)) / WISHES_PEAK)) return
  const { otherSubject } = student
  const isOther = otherSubject > 0 && chance(rest(dayWord), region.given.slots.otherSubjectWishes)
  const subject = isOther ? otherSubject - 1 : student.subject
  const isNearLesson = next.start !== 0 && Math.abs(next.start - start) < 3 * notice
  if (!isNearLesson) take(start, week * PLACES + WISH, INSTANT, subject, from)
}

/** Why the student at hand books a session at once, for who listens. @param atMost chance of it as the plan has it */
function tellWish(region: RegionState, fate: number, atMost: number, week: number, from: number): void {
  const [wavering, season] = [attendance(region), region.seasonOfOthers(from)]
  region.trace?.because({ plan: atMost, wavering, season })
  region.trace?.decided('booking.wished', fate, atMost * wavering * season, week * PLACES + WISH)
}

function noteCalledOff(start: number, lesson: number): void {
  if (next.calledOff !== 0 && start >= next.calledOff) return
  next.calledOff = start
  next.calledOffLesson = lesson
}

/** Somebody calls the lesson off by telephone, some time before it. */
function callOff(region: RegionState, from: number): void {
  const { calledOff, calledOffLesson } = next
  const word = region.random.draw(Purpose.noMatch, region.student.number, calledOffLesson, 2)[0] as number
  const instant = calledOff - between(word, region.given.slots.calledOff.latest, region.given.slots.calledOff.earliest)
  region.trace?.did('lesson.calledOff', calledOffLesson)
  callAfterCancelling(region, calledOffLesson, Math.max(from, instant))
}

// What interventions do by themselves. Most of them only change what a rule asks for; of these kinds something is done at the
// begin, on each day of their time, or at the end.

import { chance, DAY, HOUR, MINUTE } from '../../engine/index.ts'
import { FOLLOWS_SESSION_WITHIN } from '../events/ib-call-logged.ts'
import { CALL_REASONS, type CallReason, SUBJECTS } from '../events/index.ts'
import type { Intervention } from '../interventions/intervention.ts'
import { Purpose } from '../state/draws.ts'
import { dayOf, doneBy, type Force, forceOf, isNoted, note, sizeAt } from '../state/interventions.ts'
import { Kind, type RegionState, subjectBits } from '../state/region.ts'
import { CallOrigin, Person, StudentState, TutorState } from '../state/tables.ts'
import { between, halves } from '../state/words.ts'
import { callOutOfTheBlue, maySpeak, readiness, whileOpen } from './calls.ts'
import { openGuestSeat, signUpsDaily } from './seats.ts'
import { addTutor } from './tutors.ts'
import { latestSessionEnd } from './windows.ts'

/** Tutors hear of a change of their hours within so long. */
const HEARD_WITHIN = 6 * HOUR
/**
 * First calls of a student and day where calls are as often as by default: 0.85 of all calls of the default world over a quarter
 * (8,000 students), as an unresolved call brings others.
 */
const CALLS_DAILY: Readonly<Record<CallReason, number>> = {
  scheduling_issue: 0.0033,
  technical_problem: 0.00125,
  tutor_concern: 0.00185,
  billing_question: 0.002,
  general_inquiry: 0.0013,
}
const DAILY = CALL_REASONS.map((name) => CALLS_DAILY[name])
/** Within so long before such a call there has to be a session; contract, section 3.8. */
const FOLLOWS_WITHIN = CALL_REASONS.map((name) => (FOLLOWS_SESSION_WITHIN as Partial<Record<CallReason, number>>)[name])

/** Puts an intervention into the region, if it concerns it. @param now from when on it holds */
export function intervene(region: RegionState, intervention: Intervention, now: number): void {
  const { interventions, interventionRows, intervention: row } = region
  for (const whom of interventions.concerned(intervention)) {
    row.edit(interventionRows.add())
    note(row, intervention, whom, now)
    if (row.due !== 0) region.world.schedule(Kind.intervention, row.row, row.due)
  }
  interventions.rebuild(row, interventionRows.count)
}

/** Whether an intervention has been put into the region, as far as it concerns it. */
export function hasTaken(
  { interventions, interventionRows, intervention: row }: RegionState,
  one: Intervention,
): boolean {
  return interventions.concerned(one).every((whom) => isNoted(row, interventionRows.count, one, whom))
}

/** Something is to be done of an intervention: its begin, a day of it, or its end. */
export function act(region: RegionState, row: number, now: number): void {
  const force = forceOf(region.intervention.edit(row))
  const { kind, from, until } = force
  const end = Math.min(until, from + (dayOf(force, now) + 1) * DAY)
  if (kind === 'tutor_hours') {
    if (force.size !== 1) tellTutors(region, force, now)
    if (now < until && until !== Number.POSITIVE_INFINITY) region.world.schedule(Kind.intervention, row, until)
    return
  }
  if (now >= until) return
  if (kind === 'calls') makeCall(region, force, now, end)
  else if (kind === 'sign_ups') attract(region, force, now, end)
  else if (kind === 'tutors_leave') makeLeave(region, force, now, end)
  else if (kind === 'tutors_join') makeJoin(region, force, now, end)
  const isOver =
    end >= until || (until === Number.POSITIVE_INFINITY && (kind === 'tutors_leave' || kind === 'tutors_join'))
  if (!isOver) region.world.schedule(Kind.intervention, row, end)
}

/** The tutors who are meant look at their week again: what they offer is something else from now on. */
function tellTutors(region: RegionState, force: Force, now: number): void {
  const { tutor, tutors, interventions, world } = region
  for (let row = 0; row < tutors.count; row++) {
    const { state, number, weekDue } = tutor.at(row)
    if (state !== TutorState.active && state !== TutorState.leaving) continue
    if (!interventions.means(force, Person.tutor, subjectBits(tutor), number)) continue
    const heard = now + between(interventions.words(Person.tutor, number)[3] as number, MINUTE, HEARD_WITHIN)
    if (heard < weekDue) world.schedule(Kind.tutorWeek, row, heard)
  }
}

/** Calls of a day that would not be made without it. Calls that would are kept from being made where they are to be fewer. */
function makeCall(region: RegionState, force: Force, now: number, end: number): void {
  const { student, students, interventions, given } = region
  const more = sizeAt(force, now, (now + end) / 2) - 1
  if (more <= 0) return
  const day = dayOf(force, now)
  const often = (given.calls.often * more * (end - now)) / DAY
  const rates = DAILY.map((rate, reason) => ((force.reasons >> reason) & 1 ? rate * often : 0))
  const rate = rates.reduce((sum, one) => sum + one, 0)
  for (let row = 0; row < students.count; row++) {
    const { state, number, subject } = student.at(row)
    if (state !== StudentState.active || !maySpeak(region)) continue
    if (!interventions.means(force, Person.student, 1 << subject, number)) continue
    const words = interventions.wordsOfDay(Purpose.interventionCall, number, day, force)
    const [whether, which, when] = words as unknown as [number, number, number]
    if (!region.decides('call.byIntervention', whether, rate * readiness(student))) continue
    const reason = reasonBy(rates, (which / 0x1_0000_0000) * rate)
    const instant = whileOpen(given.calls.hours, now, end, when)
    const within = FOLLOWS_WITHIN[reason]
    if (within !== undefined && instant - latestSessionEnd(region, now) >= within) continue
    student.edit(row)
    callOutOfTheBlue(region, instant, reason, CallOrigin.intervention, (day + force.mark) & 0xffff)
  }
}

function reasonBy(rates: readonly number[], share: number): number {
  let left = share
  let latest = 0
  for (const [reason, rate] of rates.entries()) {
    if (rate === 0) continue
    if (left < rate) return reason
    left -= rate
    latest = reason
  }
  return latest
}

/** More sign up on a day than seats come free: for them there are seats that nobody follows on. */
function attract(region: RegionState, force: Force, now: number, end: number): void {
  const more = sizeAt(force, now, (now + end) / 2) - 1
  if (more <= 0) return
  const day = dayOf(force, now)
  const word = region.interventions.wordsOfDay(Purpose.moreSignUps, region.index, day, force)[0] as number
  const expected = signUpsDaily(region, now) * more * ((end - now) / DAY)
  for (let left = randomly(expected, word); left > 0; left--) openGuestSeat(region, now, end)
}

/** Tutors leave whose own mark lies in the share of all that leave by the end of the day. */
function makeLeave(region: RegionState, force: Force, now: number, end: number): void {
  const { tutor, tutors, interventions, world } = region
  const [before, after] = partOf(force, now, end).map((done) => done * force.size) as [number, number]
  const last = Math.min(end, now + DAY)
  for (let row = 0; row < tutors.count; row++) {
    const { state, number } = tutor.at(row)
    if (state !== TutorState.active && state !== TutorState.leaving) continue
    if (!interventions.means(force, Person.tutor, subjectBits(tutor), number)) continue
    const words = interventions.words(Person.tutor, number)
    const place = (words[1] as number) / 0x1_0000_0000
    if (place < before || place >= after) continue
    tutor.edit(row)
    tutor.state = TutorState.leaving
    tutor.weeksToGo = 1
    tutor.weekEnds = between(words[2] as number, now + 1, last)
    world.schedule(Kind.tutorWeek, row, tutor.weekEnds)
  }
}

/** New tutors come in the course of a day, so many against those of each market. */
function makeJoin(region: RegionState, force: Force, now: number, end: number): void {
  const [before, after] = partOf(force, now, end) as [number, number]
  const last = Math.min(end, now + DAY)
  for (let subject = 0; subject < SUBJECTS.length; subject++) {
    if ((force.subjects & (1 << subject)) === 0) continue
    const who = region.marketNumber(subject)
    const words = region.interventions.wordsOfDay(Purpose.joining, who, dayOf(force, now), force)
    const [word, first, other] = words as unknown as [number, number, number]
    const joining = randomly(tutorsOf(region, subject) * force.size * (after - before), word)
    for (let tutor = 0; tutor < joining; tutor++) {
      // Spread over the day by multiples of the golden ratio, from a place that is the market's chance.
      const place = (halves(first, other) + Math.imul(tutor, 0x9e37_79b9)) >>> 0
      addTutor(region, subject, between(place, now + 1, last), now)
    }
  }
}

/** Tutors who teach a subject first. */
function tutorsOf(region: RegionState, subject: number): number {
  const { tutor, tutors } = region
  let count = 0
  for (let row = 0; row < tutors.count; row++) {
    const { state, subject1 } = tutor.at(row)
    if (state !== TutorState.gone && subject1 === subject + 1) count++
  }
  return count
}

/** Which share of all is done by the begin and by the end of a day. What is for good is done at once. */
function partOf(force: Force, now: number, end: number): readonly number[] {
  return force.until === Number.POSITIVE_INFINITY ? [0, 1] : [doneBy(force, now), doneBy(force, end)]
}

/** A whole number with this mean. */
function randomly(mean: number, word: number): number {
  const whole = Math.floor(mean)
  return whole + (chance(word, mean - whole) ? 1 : 0)
}

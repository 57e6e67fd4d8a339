// Tutors join where they are wanted, teach and leave. Each sits on a seat of the market of their first subject.

import { chance, DAY, dayNumber, MINUTE } from '../../engine/index.ts'
import { FIRST_TUTOR, placesOf } from '../events/entities.ts'
import { SUBJECTS } from '../events/index.ts'
import { NORMAL } from '../settings/densities.ts'
import { PROFESSIONAL_DUTY } from '../settings/duty.ts'
import { Purpose } from '../state/draws.ts'
import { RELIABILITY_ONE } from '../state/lessons.ts'
import { tutorNumbers } from '../state/numbering.ts'
import { Kind, type RegionState, SHORTEST_SESSION_MINUTES, subjectsOf } from '../state/region.ts'
import { type TutorRow, TutorState } from '../state/tables.ts'
import { rest } from '../state/words.ts'
import { seatsGrown } from './seats.ts'

/** Of 2 to the power of 32. */
const GOLDEN_RATIO = 0x9e37_79b9
/** Days before a day on which what somebody taught is kept. */
const EARLIER_DAYS = 7

/** Takes the tutor at hand into a session from now on. */
export function engage(region: RegionState, minutes: number, now: number): void {
  const { tutor } = region
  const day = dayNumber(now)
  tutor.busyUntil = now + minutes * MINUTE
  if (tutor.today !== day) beginDay(tutor, day)
  tutor.minutesToday += minutes
  tutor.minutesThisWeek += minutes
  const couldTeach = tutor.minutesLeft >= SHORTEST_SESSION_MINUTES
  tutor.minutesLeft -= Math.min(tutor.minutesLeft, minutes)
  if (couldTeach && tutor.minutesLeft < SHORTEST_SESSION_MINUTES)
    for (const subject of subjectsOf(tutor)) region.offers.available(subject, tutor.zone, tutor.duty, -1)
}

/** Minutes that a tutor has taught on a UTC day and the seven before; more where the last of them was some days ago. */
export function minutesInEightDays({ today, minutesToday, minutesBefore, before7 }: TutorRow, day: number): number {
  const days = day - today
  if (days === 0) return minutesToday + minutesBefore
  return days > EARLIER_DAYS ? 0 : minutesToday + minutesBefore - before7
}

/** The first session of a UTC day: the days before move on. */
function beginDay(tutor: TutorRow, day: number): void {
  for (let days = Math.min(EARLIER_DAYS + 1, day - tutor.today); days > 0; days--) {
    tutor.before7 = tutor.before6
    tutor.before6 = tutor.before5
    tutor.before5 = tutor.before4
    tutor.before4 = tutor.before3
    tutor.before3 = tutor.before2
    tutor.before2 = tutor.before1
    tutor.before1 = tutor.minutesToday
    tutor.minutesToday = 0
  }
  const { before1, before2, before3, before4, before5, before6, before7 } = tutor
  tutor.minutesBefore = before1 + before2 + before3 + before4 + before5 + before6 + before7
  tutor.today = day
}

/** Supply follows demand: each day part of the missing usual hours of tutors is made good; cause 7. */
export function takeOnTutors(region: RegionState, subject: number, now: number): void {
  const market = region.market.at(subject)
  if (market.students === 0) return
  const [word] = region.random.draw(Purpose.recruit, region.marketNumber(subject), dayNumber(now))
  const { tutors, markets } = region.given
  const { utilisation, offeredShare, usualSupply, recruiting } = tutors
  const usual =
    ((market.usualAsked * markets.tutorMinutes) / (utilisation * offeredShare)) * (usualSupply[subject] as number)
  const missing = usual - market.usualMinutes
  const wanted = market.usualMinutes === 0 ? 1 : Math.max(0, (missing / recruiting.minutesATutor) * recruiting.partADay)
  const whole = Math.max(Math.floor(wanted), tutorsForGrowth(region, subject, now))
  for (let tutor = 0; tutor < whole + (chance(word as number, wanted - whole) ? 1 : 0); tutor++)
    addTutor(region, subject, now + (tutor + 1) * MINUTE, now)
}

/** A day's tutors for students who are to come: they are taken on at the pace of these, and not once somebody finds none. */
function tutorsForGrowth(region: RegionState, subject: number, now: number): number {
  const { growth, tutors } = region.given
  const aSeat = (tutors.firstSubjectShares[subject] as number) / (growth.seatsAStudent * tutors.studentsATutor)
  return Math.round(aSeat * seatsGrown(region, now + DAY)) - Math.round(aSeat * seatsGrown(region, now))
}

/** A new tutor of a subject, who tells their hours at `first`; on the first seat of its market that is free. */
export function addTutor(region: RegionState, subject: number, first: number, now: number): void {
  const { tutor } = region
  if (!takeSeat(region, subject, now)) return
  drawTraits(region)
  for (const taught of subjectsOf(tutor)) region.market.edit(taught).usualMinutes += usualMinutes(tutor)
  region.world.schedule(Kind.tutorWeek, tutor.row, first)
}

/** What chance gives the tutor at hand, of whom only the number is known. */
export function drawTraits(region: RegionState): void {
  const { tutor, random, given } = region
  const { number } = tutor
  const { people, tutors } = given
  tutor.zone = (people.zones[region.index] as (typeof people.zones)[number]).pick(zoneWord(region))
  const words = random.draw(Purpose.tutorBirth, number, 0)
  tutor.usualHours = Math.round(100 * tutors.usualHours.at(words[0] as number))
  tutor.quality = Math.min(255, Math.round(128 + 32 * NORMAL.at(words[1] as number)))
  tutor.acceptsInstantBook = chance(rest(words[2] as number), tutors.acceptsInstant) ? 1 : 0
  tutor.subject1 = 1 + placesOf(tutorNumbers.locate(number - FIRST_TUTOR).group).subject
  const subjects = 1 + tutors.moreSubjects.pick(rest(words[3] as number))
  const [dutyWord, reliabilityWord] = random.draw(Purpose.tutorBirth, number, 0, 2) as unknown as [number, number]
  tutor.duty = (tutor.usualHours >= tutors.professionalFrom ? PROFESSIONAL_DUTY : tutors.duty).pick(dutyWord)
  tutor.reliability = Math.round(region.given.sessions.reliability.tutor.at(reliabilityWord) * RELIABILITY_ONE)
  // One that is drawn twice counts once.
  for (const word of random.draw(Purpose.tutorBirth, number, 0, 1))
    if (subjectsOf(tutor).length < subjects) addSubject(region, word)
}

/**
 * A word for the zone of the tutor at hand. A region has too few tutors for its zones' shares to come out by chance alone, so
 * the words of its seats are spread evenly: multiples of the golden ratio, from a place that is the region's chance.
 */
function zoneWord({ index, random, tutor }: RegionState): number {
  const { group, seat, generation } = tutorNumbers.locate(tutor.number - FIRST_TUTOR)
  const place = (seat * SUBJECTS.length + placesOf(group).subject) * tutorNumbers.generations + generation
  const [first] = random.draw(Purpose.tutorZones, index, 0) as unknown as [number]
  return (first + Math.imul(place, GOLDEN_RATIO)) >>> 0
}

/** Stands on a seat for a newcomer to a market. False where the seat has seen as many as it can. */
function takeSeat(region: RegionState, subject: number, now: number): boolean {
  const { tutor, tutors, tutorSeats, freeTutorSeats } = region
  const market = region.marketNumber(subject)
  const rows = tutorSeats[subject] as number[]
  const free = freeTutorSeats[subject] as number[]
  // Nobody takes a seat whose last session may still be under way.
  const place = free.findIndex((seat) => now - tutor.at(rows[seat] as number).left >= DAY)
  if (place < 0) {
    const row = tutors.add()
    tutor.edit(row).number = FIRST_TUTOR + tutorNumbers.numberOf(market, rows.length, 0)
    rows.push(row)
    return true
  }
  const [seat] = free.splice(place, 1) as [number]
  const { row, number, left } = tutor.at(rows[seat] as number)
  const generation = tutorNumbers.locate(number - FIRST_TUTOR).generation + 1
  if (generation >= tutorNumbers.generations) return false
  tutors.reset(row)
  tutor.edit(row).left = left
  tutor.generation = generation & 0xff
  tutor.number = FIRST_TUTOR + tutorNumbers.numberOf(market, seat, generation)
  return true
}

/** Gone after three weeks of fewer hours; cause 9. */
export function leave(region: RegionState, now: number): void {
  const { tutor } = region
  for (const subject of subjectsOf(tutor)) region.market.edit(subject).usualMinutes -= usualMinutes(tutor)
  tutor.state = TutorState.gone
  tutor.left = now
  tutor.hours = 0
  tutor.minutesLeft = 0
  tutor.acceptsInstantBook = 0
  region.reservations.clear(tutor.row)
  for (const subject of subjectsOf(tutor)) region.delist(subject)
  region.freeSeat()
}

/** Usual minutes a week for each of a tutor's subjects, whole so that what is added can be taken away. */
function usualMinutes(tutor: TutorRow): number {
  return Math.round((tutor.usualHours * 0.6) / subjectsOf(tutor).length)
}

/** Another subject for the tutor at hand. Returns whether they have room for it and do not teach it yet. */
export function addSubject(region: RegionState, word: number): boolean {
  const { tutor, market } = region
  const subject = region.given.tutors.taughtSubject.pick(word) + 1
  if (tutor.subject3 > 0 || tutor.subject1 === subject || tutor.subject2 === subject) return false
  const listed = tutor.state !== TutorState.newcomer
  if (listed) for (const taught of subjectsOf(tutor)) market.edit(taught).usualMinutes -= usualMinutes(tutor)
  if (tutor.subject2 === 0) tutor.subject2 = subject
  else tutor.subject3 = subject
  if (!listed) return true
  for (const taught of subjectsOf(tutor)) market.edit(taught).usualMinutes += usualMinutes(tutor)
  region.enlist(subject - 1)
  return true
}

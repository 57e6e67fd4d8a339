// How rows were laid out that model versions 4 and 3 wrote, and what of version 3 older ones had. Layouts of the past never
// change: they do not follow the tables of today.

import type { Fields } from '../../engine/index.ts'

const STUDENT_4 = {
  ...all('f64', 'sessionDue reviewDue healthDue'),
  ...all('u32', 'number tutor slots oldestOf30 oldestOf7 newestSession oldestCall callsToCome'),
  ...all('u16', 'sessions lesson reviews joinedDay quietSinceDay unresolvedUntilDay activeUntilDay ratings30 hazard'),
  ...all('u8', 'sessions7 sessions30 rated30 calls14 latestRating state phase weeksToGo plan zone subject'),
  ...all('u8', 'otherSubject complains satisfaction loyalty bereavedWeeks reliability sessionSubject sessionType'),
  ...all('u8', 'minutes outcome'),
}

const SLOT_4 = {
  ...all('u32', 'next holder'),
  ...all('u16', 'minute'),
  ...all('u8', 'generation subject minutes rhythm'),
}

const CALL_4 = {
  ...all('f64', 'due'),
  ...all('u32', 'student next causeLow'),
  ...all('u16', 'ordinal'),
  ...all('u8', 'reason cause origin repeats priority'),
}

const TUTOR_4 = {
  ...all('f64', 'weekDue weekEnds busyUntil left'),
  ...all('u32', 'number today'),
  ...all('u16', 'sessions minutesToday before1 before2 before3 before4 before5 before6 before7 minutesBefore'),
  ...all('u16', 'minutesThisWeek minutesLeft weeks usualHours'),
  ...all('u8', 'state hours zone subject1 subject2 subject3 acceptsInstantBook quality reliability heavyWeeks'),
  ...all('u8', 'generation weeksToGo duty standingHours habit restWeeks away plannedHours untoldWeeks'),
}

const MARKET_4 = {
  ...all('f64', 'hourDue dayDue shortageSince wantedMinutes usualMinutes usualAsked'),
  ...all('u32', 'students askedNow asked24 asked168 offered24 offered168'),
  ...all('u8', 'toldBalance'),
}

const CLASS_4 = {
  ...all('u32', 'tutor taughtBy'),
  ...all('u16', 'week place minute'),
  ...all('u8', 'generation subject zone minutes seats'),
}

const REGION_4 = {
  ...all('u32', 'seats seatsBefore northeast southeast midwest west southwest'),
  ...all('u16', 'changedDay'),
}

const MARKET_HOUR_4 = {
  ...all('u32', 'asked offered'),
}

const CHANGE_4 = {
  ...all('f64', 'since value'),
  ...all('u32', 'setting'),
}

const INTERVENTION_4 = {
  ...all('f64', 'due from until size share'),
  ...all('u32', 'number'),
  ...all('u16', 'subjects mark'),
  ...all('u8', 'kind shape person reasons'),
}

const STUDENT_3 = {
  ...all('f64', 'sessionDue reviewDue healthDue callDue'),
  ...all('u32', 'number wishedMinute callCauseLow tutor regularTutor oldestOf30 oldestOf7 newestSession oldestCall'),
  ...all(
    'u16',
    'sessions plans reviews callOrdinal closesDay joinedDay quietSinceDay unresolvedUntilDay ratings30 hazard',
  ),
  ...all('u8', 'sessions7 sessions30 rated30 calls14 latestRating state phase plan zone subject otherSubject'),
  ...all('u8', 'satisfaction loyalty regularGeneration sessionSubject sessionType minutes outcome attempts'),
  ...all('u8', 'callReason callCause callOrigin callRepeats callPriority'),
}

const HISTORY_3 = {
  ...all('u32', 'instantLow next'),
  ...all('u8', 'minutes rating successful'),
}

const TUTOR_3 = {
  ...all('f64', 'weekDue busyUntil left'),
  ...all('u32', 'number today'),
  ...all('u16', 'sessions minutesToday minutesThisWeek minutesLeft weeks usualHours'),
  ...all(
    'u8',
    'state hours zone subject1 subject2 subject3 acceptsInstantBook quality heavyWeeks generation weeksToGo',
  ),
}

const MARKET_3 = {
  ...all('f64', 'reportDue dayDue shortageSince wantedMinutes offeredMinutes usualMinutes'),
  ...all('u32', 'students tutors reportedStudents reportedTutors'),
  ...all('u32', 'requestsToday requests1 requests2 requests3 requests4 requests5 requests6 daysSeen'),
  ...all('u16', 'demandScore'),
  ...all('u8', 'reportedBalance'),
}

const CLASS_3 = {
  ...all('f64', 'start'),
  ...all('u32', 'tutor'),
  ...all('u16', 'day place'),
  ...all('u8', 'subject seatsTaken begun'),
}

const REGION_3 = {
  ...all('u32', 'seats northeast southeast midwest west southwest'),
}

const STUDENT_2 = without(
  STUDENT_3,
  'number wishedMinute plans reviews callOrdinal closesDay callOrigin regularGeneration',
)
const TUTOR_2 = without(TUTOR_3, 'number weeks generation')
/** With one open class a market, and one that began last. */
const MARKET_2 = {
  ...all('f64', 'reportDue dayDue openClass startedClass shortageSince wantedMinutes offeredMinutes usualMinutes'),
  ...all('u32', 'openSeatsTaken startedSeatsTaken startedTutor startedMinutes'),
  ...without(MARKET_3, 'reportDue dayDue shortageSince wantedMinutes offeredMinutes usualMinutes'),
}
const REGION_1 = { ...all('f64', 'signUpDue'), ...all('u32', 'target members') }

/** Layouts of a region's tables by version, in the order in which it kept them. */
export const OLDER_LAYOUTS: Record<number, readonly Fields[]> = {
  1: [STUDENT_2, HISTORY_3, TUTOR_2, MARKET_2, REGION_1],
  2: [STUDENT_2, HISTORY_3, TUTOR_2, MARKET_2, { ...REGION_1, worldTarget: 'u32' }],
  3: [STUDENT_3, HISTORY_3, TUTOR_3, MARKET_3, CLASS_3, REGION_3],
  4: [
    ...[STUDENT_4, SLOT_4, HISTORY_3, CALL_4, TUTOR_4, MARKET_4, CLASS_4, REGION_4, MARKET_HOUR_4],
    ...[CHANGE_4, INTERVENTION_4],
  ],
}

/** Version 4 left the last ones out where they were empty. */
export const OLDER_OPTIONAL: readonly Fields[] = [CHANGE_4, INTERVENTION_4]

/** Fields of one type, by their names in the order of the row. */
function all(type: Fields[string], names: string): Record<string, Fields[string]> {
  return Object.fromEntries(names.split(' ').map((name) => [name, type]))
}

function without(fields: Fields, names: string): Fields {
  const left = new Set(names.split(' '))
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !left.has(name)))
}

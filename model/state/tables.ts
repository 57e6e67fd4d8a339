// The state of one region: what is kept of each student, tutor and market. An instant of 0 means never or none; the
// number of another row is kept plus one, 0 for none.

import type { Fields, Row } from '../../engine/index.ts'
import type { Region } from '../events/index.ts'

/**
 * What a student is up to. Those who pause for some weeks, or rest while there is little to learn, are still customers, and
 * those who are away come back as the same student. A seat whose student is gone for good waits for somebody new.
 */
export const StudentState = { gone: 0, active: 1, paused: 2, leaving: 3, away: 4, resting: 5 } as const

/** Where a student's next session stands; `again` where no tutor was found for it and it is tried once more. */
export const SessionPhase = { none: 0, planned: 1, requested: 2, underWay: 3, again: 4 } as const

/** How often a slot has a lesson. A flexible one has another time each week; one of a class its time. */
export const Rhythm = { weekly: 0, evenWeeks: 1, oddWeeks: 2, flexible: 3, ofClass: 4 } as const

/** A newcomer has not told their hours yet. */
export const TutorState = { newcomer: 0, active: 1, leaving: 2, gone: 3 } as const

/** Why a session goes as it does; kept hidden from the stream. */
export const Outcome = {
  success: 0,
  studentNoShow: 1,
  lateCancel: 2,
  technical: 3,
  tutorNoShow: 4,
  partial: 5,
} as const

/** A row is a seat, and tells of whoever sits there. */
export const STUDENT = {
  /** The planned session's start, or the end of the one under way; where none was found, when to look again. */
  sessionDue: 'f64',
  /** When they next think about staying; when those who are paused or away come back; when a free seat is taken. */
  reviewDue: 'f64',
  /** When the first session or call leaves a window of the health numbers. */
  healthDue: 'f64',
  /** Their number in the world, or that of the one before, where the seat is free; 0 where nobody has ever sat there. */
  number: 'u32',
  /** Row of the tutor of the session under way. */
  tutor: 'u32',
  /** Row of `slots`: the first of their standing appointments. */
  slots: 'u32',
  /** Rows of `history`, oldest to newest: sessions of 30 days, where those of 7 days begin; calls of 14 days. */
  oldestOf30: 'u32',
  oldestOf7: 'u32',
  newestSession: 'u32',
  oldestCall: 'u32',
  /** Row of `calls`: the first of the calls to come. */
  callsToCome: 'u32',
  /** Completed sessions, all their life; stops at 65,535. */
  sessions: 'u16',
  /** Which lesson or instant booking is at hand: its week since 1970 times 8, plus its place among those of a week. */
  lesson: 'u16',
  /** How often they have thought about staying. */
  reviews: 'u16',
  /** Days since 1970. */
  joinedDay: 'u16',
  /** Last session's end, or the start of being a student. */
  quietSinceDay: 'u16',
  unresolvedUntilDay: 'u16',
  /** The last day on which they count as active: 14 days after a session. */
  activeUntilDay: 'u16',
  /** The four health numbers: successful sessions; and all sessions of 30 days with the sum of their ratings. */
  sessions7: 'u8',
  sessions30: 'u8',
  rated30: 'u8',
  ratings30: 'u16',
  /** Chance of leaving in a month before anything happens to them, in 65,536ths. */
  hazard: 'u16',
  calls14: 'u8',
  latestRating: 'u8',
  state: 'u8',
  phase: 'u8',
  /** Of a pause, or of the time in which an active student is of two minds whether to stay; 0 for none. */
  weeksToGo: 'u8',
  /** Index into PLANS. */
  plan: 'u8',
  zone: 'u8',
  subject: 'u8',
  /** Second subject plus one. */
  otherSubject: 'u8',
  /** How readily they call when there is a reason to: 64 is average. */
  complains: 'u8',
  /** 0 to 250: 50 times a moving mean of their ratings. */
  satisfaction: 'u8',
  /** One bit for each of the latest five sessions: with the tutor of its slot. */
  loyalty: 'u8',
  /** Reviews for which they still miss a tutor who has left. */
  bereavedWeeks: 'u8',
  /** How often they miss or cancel, in 64ths of the mean. */
  reliability: 'u8',
  /** The session at hand. */
  sessionSubject: 'u8',
  sessionType: 'u8',
  minutes: 'u8',
  outcome: 'u8',
} as const satisfies Fields

/**
 * A standing appointment of a student. Its hour is reserved in the tutor's week while the student is active. A student keeps
 * the slots that they were given with their seat, so the place of one in their list is its name.
 */
export const SLOT = {
  /** The student's next one. */
  next: 'u32',
  /** Row of the tutor whose hour it is, or of the class, plus one; 0 where it has none yet. */
  holder: 'u32',
  /** Minute of the student's local week, from Monday 00:00. */
  minute: 'u16',
  /** Which of the tutors of that seat. */
  generation: 'u8',
  subject: 'u8',
  /** Scheduled. */
  minutes: 'u8',
  rhythm: 'u8',
} as const satisfies Fields

/** What leads to a call. */
export const CallOrigin = { session: 0, noMatch: 1, calledOff: 3, review: 4, goodbye: 5, intervention: 6 } as const

/** A call to come; most students have none. Given back when it is placed. */
export const CALL = {
  due: 'f64',
  /** Row of the student who calls. */
  student: 'u32',
  /** The student's next one, in no particular order. */
  next: 'u32',
  /** Instant in the key of the event that it is due to, its lower 32 bits. */
  causeLow: 'u32',
  /** Which of their sessions or reviews it is due to. */
  ordinal: 'u16',
  reason: 'u8',
  /** The type of that event: Cause. */
  cause: 'u8',
  /** What kind of thing it is due to: CallOrigin. */
  origin: 'u8',
  /** 0 for a first call, then the number of unresolved calls before it. */
  repeats: 'u8',
  priority: 'u8',
} as const satisfies Fields

/** Many rows, so small ones: all of it lies within the 49.7 days that the low word of an instant can tell apart. */
export const HISTORY = {
  /** When the session ended or the call was logged, its lower 32 bits. */
  instantLow: 'u32',
  next: 'u32',
  /** Sessions: minutes taken, 0 for a call. */
  minutes: 'u8',
  rating: 'u8',
  successful: 'u8',
} as const satisfies Fields

/** A row is a seat, as a student's. */
export const TUTOR = {
  /** When they look at the week to come, or when they fall ill, go on holiday or come back, whatever is first. */
  weekDue: 'f64',
  /** When the week is over that they looked at last. */
  weekEnds: 'f64',
  /** The end of the latest session; free after it. */
  busyUntil: 'f64',
  /** When the latest tutor of the seat left. */
  left: 'f64',
  /** As of a student. */
  number: 'u32',
  /** The day that `minutesToday` belongs to. */
  today: 'u32',
  sessions: 'u16',
  minutesToday: 'u16',
  /** Minutes taught on each of the seven days before that day, and on all of them. */
  before1: 'u16',
  before2: 'u16',
  before3: 'u16',
  before4: 'u16',
  before5: 'u16',
  before6: 'u16',
  before7: 'u16',
  minutesBefore: 'u16',
  minutesThisWeek: 'u16',
  minutesLeft: 'u16',
  /** How many weeks they have been there. */
  weeks: 'u16',
  /** Hours that they offer in a normal week, in hundredths. */
  usualHours: 'u16',
  state: 'u8',
  hours: 'u8',
  zone: 'u8',
  /** Subjects plus one; 0 for none. */
  subject1: 'u8',
  subject2: 'u8',
  subject3: 'u8',
  acceptsInstantBook: 'u8',
  /** 128 is average; 32 are one deviation. */
  quality: 'u8',
  /** How often they are missed or break off, in 64ths of the mean. */
  reliability: 'u8',
  /** Weeks of more than 25 hours in a row. */
  heavyWeeks: 'u8',
  /** The how manieth tutor of the seat they are; stands again at 0 after 255. */
  generation: 'u8',
  weeksToGo: 'u8',
  /** When in the week they teach: index into DUTIES. */
  duty: 'u8',
  /** Hours of their standing week, and the habit behind it, in hundredths of their usual one. */
  standingHours: 'u8',
  habit: 'u8',
  /** Weeks of rest that are left. */
  restWeeks: 'u8',
  /** 1 while they are ill or on holiday. */
  away: 'u8',
  /** Hours of this week, illness and holidays apart. */
  plannedHours: 'u8',
  /** Weeks since they last told what they offer. */
  untoldWeeks: 'u8',
} as const satisfies Fields

/** One row for each subject of the region. */
export const MARKET = {
  hourDue: 'f64',
  dayDue: 'f64',
  shortageSince: 'f64',
  /** Minutes a week that active students want, out of season. */
  wantedMinutes: 'f64',
  /** Minutes that tutors offer in a usual week. */
  usualMinutes: 'f64',
  /** Sessions asked for in a usual week, out of season. */
  usualAsked: 'f64',
  /** Students who are enrolled. */
  students: 'u32',
  /** Sessions asked for in the hour under way, and in the 24 and the 168 whole hours before it. */
  askedNow: 'u32',
  asked24: 'u32',
  asked168: 'u32',
  /** Minutes that tutors had on offer in those hours. */
  offered24: 'u32',
  offered168: 'u32',
  /** The balance that was told last, plus one. */
  toldBalance: 'u8',
} as const satisfies Fields

/** 168 rows a market, one after another: the latest week, hour by hour, each hour since 1970 at its remainder. */
export const MARKET_HOUR = {
  /** Sessions asked for, and minutes on offer. */
  asked: 'u32',
  offered: 'u32',
} as const satisfies Fields

/** A class that somebody goes to: its students are those whose slots it holds. */
export const CLASS = {
  /** Row of its tutor, plus one; 0 where it has none yet. */
  tutor: 'u32',
  /** Row of who teaches it this week, plus one; 0 where nobody was found. */
  taughtBy: 'u32',
  /** Week since 1970 in which it was held last. */
  week: 'u16',
  /** Which of its market's classes. */
  place: 'u16',
  /** Minute of its zone's local week, from Monday 00:00. */
  minute: 'u16',
  generation: 'u8',
  subject: 'u8',
  zone: 'u8',
  /** Scheduled. */
  minutes: 'u8',
  seats: 'u8',
} as const satisfies Fields

/** One row. */
export const REGION = {
  /** Seats for students: a few of them are free at any time. */
  seats: 'u32',
  /** Those before the latest change of size, and the day on which that change is over. Days since 1970. */
  seatsBefore: 'u32',
  changedDay: 'u16',
  /** Students that each region of the world should have: regions never meet, and each knows the world's size. */
  northeast: 'u32',
  southeast: 'u32',
  midwest: 'u32',
  west: 'u32',
  southwest: 'u32',
} as const satisfies Fields & Record<Region, 'u32'>

/** A row for each setting that has been changed since the world's birth. */
export const CHANGE = {
  /** When it was changed last. */
  since: 'f64',
  value: 'f64',
  /** Its number in the catalogue of settings. */
  setting: 'u32',
} as const satisfies Fields

/** Whom an intervention may mean. */
export const Person = { student: 0, tutor: 1 } as const

/** An intervention, as far as it concerns the region; where it names people, a row for each. Never given back. */
export const INTERVENTION = {
  /** When there is something to do of it by itself: its begin, its end, or a day of it. */
  due: 'f64',
  from: 'f64',
  /** 0 where it is for good. */
  until: 'f64',
  size: 'f64',
  /** Of the people, above 0 to 1. */
  share: 'f64',
  /** Of the one person who is meant; 0 for whoever the share means. */
  number: 'u32',
  /** Bits by the order of SUBJECTS. */
  subjects: 'u16',
  /** Tells its draws apart. */
  mark: 'u16',
  /** Index into KIND_NAMES plus one, so that no row is all zeros; index into SHAPE_NAMES. */
  kind: 'u8',
  shape: 'u8',
  person: 'u8',
  /** Bits by the order of CALL_REASONS. */
  reasons: 'u8',
} as const satisfies Fields

export type StudentRow = Row<typeof STUDENT>
export type TutorRow = Row<typeof TUTOR>
export type MarketRow = Row<typeof MARKET>
export type SlotRow = Row<typeof SLOT>
export type ClassRow = Row<typeof CLASS>
export type CallRow = Row<typeof CALL>

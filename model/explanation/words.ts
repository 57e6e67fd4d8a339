// What each rule and each reason is called where an event is explained, and which of the numbered causes of docs/calibration.md
// it is.

import type { Kind } from '../interventions/kinds.ts'
import type { Shock } from '../state/shock.ts'
import type { Reason, Rule } from '../state/trace.ts'
import type { Hidden } from './hidden.ts'

export interface RuleWords {
  /** Whose decision it is. */
  about: 'student' | 'tutor' | 'market'
  says: string
  /** Of docs/calibration.md. */
  cause?: number
  /** Whether its reasons are added up, in place of multiplied. */
  isSum?: boolean
  /** The hidden state that matters to it. */
  state?: readonly Hidden[]
  /** What hits many at once and matters to it. */
  shocks?: readonly Shock['kind'][]
  /** Kinds of intervention that move it. */
  interventions?: readonly Kind[]
}

const COMPLAINT = ['readiness_to_call'] as const
const LESSONS = ['weather', 'winter_illness', 'report_cards', 'tests'] as const
const TECHNOLOGY = ['outage', 'release', 'weather'] as const
const STAYING = [
  'weeks_since_joined',
  'calls_in_14_days',
  'days_since_session',
  'own_tutor_in_last_5',
  'satisfaction_stars',
  'weeks_of_two_minds_left',
] as const

export const RULES: Record<Rule, RuleWords> = {
  'lesson.takesPlace': {
    interventions: ['demand'],
    ...{ about: 'student', says: 'a lesson of a standing appointment takes place' },
    ...{ state: ['sessions_a_week', 'weeks_of_two_minds_left'], shocks: LESSONS },
  },
  'lesson.moved': { about: 'student', says: 'it is moved to another time of its week' },
  'lesson.doubled': {
    interventions: ['demand'],
    ...{ about: 'student', says: 'a second lesson, where more are wanted than appointments give' },
    ...{ state: ['sessions_a_week'], shocks: LESSONS },
  },
  'lesson.calledOff': { about: 'student', says: 'a lesson is called off by telephone' },
  'lesson.triedAgain': { about: 'student', says: 'a lesson that found no tutor is tried once more' },
  'lesson.calledOffInShortage': {
    ...{ about: 'student', cause: 7, says: 'the lesson falls out, as tutors are short' },
    ...{ state: ['short_since'] },
  },
  'booking.wished': {
    interventions: ['demand'],
    ...{ about: 'student', says: 'the student wants a session at once' },
    ...{ state: ['sessions_a_week', 'weeks_of_two_minds_left'] },
  },
  'booking.unanswered': { about: 'student', says: 'no tutor answers an instant booking' },
  'session.planned': { about: 'student', says: 'the next session is planned' },
  'tutor.givenUp': { about: 'student', says: 'the student gives up the tutor, who could not come' },
  'tutor.substitute': { about: 'student', says: 'a substitute is looked for' },
  'session.begins': {
    ...{ about: 'student', says: 'a tutor is there and the session begins' },
    ...{ state: ['appointment', 'with_own_tutor', 'short_since'] },
  },
  'session.outcome': {
    interventions: ['no_shows', 'cancellations', 'platform_outage'],
    ...{ about: 'student', says: 'how the session goes' },
    ...{ state: ['outcome', 'first_session', 'student_misses', 'tutor_misses', 'tutor_heavy_weeks'] },
    shocks: ['outage', 'release', 'weather', 'winter_illness'],
  },
  'session.rated': {
    interventions: ['tutor_quality', 'platform_outage'],
    ...{ about: 'student', isSum: true, says: 'how the student rates it, from points of liking' },
    ...{ state: ['stars', 'went', 'tutor_quality', 'tutor_heavy_weeks', 'tutor_sessions'], shocks: ['outage'] },
  },
  'tutor.kept': { about: 'student', says: 'the student keeps the tutor, or makes them theirs' },
  'stay.afterFirstSession': { about: 'student', cause: 5, says: 'the student leaves after the first session' },
  'call.tutorNoShow': { about: 'student', cause: 2, says: 'a call as the tutor did not come', state: COMPLAINT },
  'call.technical': {
    interventions: ['platform_outage'],
    ...{ about: 'student', cause: 2, says: 'a call as technology broke the session off' },
    ...{ state: COMPLAINT, shocks: TECHNOLOGY },
  },
  'call.missedSession': {
    ...{ about: 'student', cause: 2, says: 'a call about the bill of a session that the student missed' },
    ...{ state: COMPLAINT },
  },
  'call.concern': {
    about: 'student',
    cause: 1,
    says: 'a call of concern about the tutor, by the stars',
    state: ['stars', ...COMPLAINT],
  },
  'call.glitch': {
    interventions: ['platform_outage'],
    ...{ about: 'student', says: 'a call about technology after a session that went well' },
    ...{ state: COMPLAINT, shocks: TECHNOLOGY },
  },
  'call.noTutor': {
    ...{ about: 'student', says: 'a call as no tutor was found, or theirs could not come' },
    ...{ state: ['readiness_to_call', 'short_since'] },
  },
  'call.callsOff': { about: 'student', says: 'a call to call the lesson off' },
  'call.question': {
    ...{ about: 'student', says: 'a call that no session led to' },
    ...{ state: ['readiness_to_call', 'weeks_of_two_minds_left'] },
  },
  'call.bill': {
    ...{ about: 'student', says: 'a call about the bill as the plan renews, or as prices have changed' },
    ...{ shocks: ['price_change'] },
  },
  'call.goodbye': { about: 'student', says: 'a call to say goodbye', state: COMPLAINT },
  'call.byIntervention': {
    ...{ about: 'student', says: 'a call that an intervention brings' },
    ...{ state: COMPLAINT, interventions: ['calls'] },
  },
  'call.planned': { about: 'student', says: 'the call is made within the hours of the line' },
  'call.placed': { about: 'student', says: 'the call is placed' },
  'call.resolved': { interventions: ['call_resolution'], about: 'student', says: 'the call is resolved' },
  'call.repeated': { about: 'student', cause: 3, says: 'as it was not resolved, another call, one priority higher' },
  'stay.signsUp': {
    interventions: ['sign_ups'],
    about: 'student',
    says: 'the student signs up on a seat that was free',
  },
  'stay.comesBack': { about: 'student', says: 'the student takes lessons again' },
  'stay.thinksOfLeaving': {
    interventions: ['churn'],
    ...{ about: 'student', says: 'the student thinks of leaving' },
    ...{ state: STAYING, shocks: ['price_change'] },
  },
  'stay.leavesAtOnce': { about: 'student', says: 'the student leaves at once, and is not of two minds first' },
  'stay.leavesAfterAll': { about: 'student', says: 'having been of two minds, the student leaves' },
  'stay.pauses': { about: 'student', says: 'the student pauses for some weeks' },
  'stay.rests': { about: 'student', says: 'the student takes no lessons in the summer' },
  'health.moves': { about: 'student', says: 'one of the four numbers of health changes' },
  'week.newSubject': { about: 'tutor', says: 'the tutor takes on another subject' },
  'week.leaves': {
    ...{ about: 'tutor', cause: 9, says: 'the tutor gives notice' },
    ...{ state: ['weeks_of_notice_left'] },
  },
  'week.newHabit': { about: 'tutor', says: 'the tutor changes how much they usually offer' },
  'week.standing': {
    ...{ about: 'tutor', says: 'hours that the tutor would offer as a rule' },
    ...{ state: ['standing_hours', 'tutor_heavy_weeks'], shocks: ['tutors_drawn_away'] },
  },
  'week.rests': { about: 'tutor', says: 'the tutor does not teach for some weeks', state: ['weeks_of_rest_left'] },
  'week.unusual': { about: 'tutor', says: 'the week is fuller or emptier than others' },
  'week.hours': {
    interventions: ['tutor_hours'],
    ...{ about: 'tutor', says: 'hours that the tutor offers this week: no fewer than their students need' },
    ...{ state: ['reserved_hours', 'weeks_of_notice_left', 'weeks_of_rest_left'] },
  },
  'week.toldUnchanged': { about: 'tutor', says: 'the tutor tells hours that have not changed' },
  'week.told': {
    interventions: ['tutors_leave', 'tutors_join'],
    about: 'tutor',
    says: 'the tutor tells what they offer',
    state: ['away', 'weeks_of_notice_left'],
  },
  'market.told': {
    ...{
      about: 'market',
      cause: 8,
      says: 'a market tells how it stands: every three hours, and when its balance changes',
    },
    ...{
      state: ['asked_in_24_hours', 'offered_hours_in_24', 'usual_asked_a_week', 'season', 'week_ratio', 'short_since'],
    },
    shocks: [...LESSONS, 'tutors_drawn_away'],
  },
}

export const REASONS: Record<Reason, { says: string; cause?: number }> = {
  usual: { says: 'as usual' },
  plan: { says: 'by the plan' },
  born: { says: 'born with it, a month' },
  manyCalls: { says: 'two or more calls in 14 days', cause: 4 },
  unresolvedCall: { says: 'an unresolved call in 30 days', cause: 4 },
  silence: { says: 'no session for more than 21 days', cause: 6 },
  sameTutor: { says: 'the same tutor in four of five sessions', cause: 6 },
  dissatisfied: { says: 'dissatisfied with the latest sessions' },
  june: { says: 'it is June', cause: 10 },
  prices: { says: 'prices have changed' },
  newcomer: { says: 'in the first weeks' },
  shortage: { says: 'tutors are short', cause: 7 },
  tutorLeft: { says: 'their tutor has left', cause: 9 },
  wavering: { says: 'of two minds whether to stay', cause: 6 },
  season: { says: 'season and calendar' },
  tests: { says: 'tests in the subject' },
  outage: { says: 'the platform is down', cause: 10 },
  shocks: { says: 'what hits many at once', cause: 10 },
  renewal: { says: 'the plan renews', cause: 10 },
  firstSession: { says: 'the first session' },
  studentReliability: { says: 'how often the student misses' },
  tutorReliability: { says: 'how often the tutor is missed or breaks off' },
  tiredTutor: { says: 'the tutor is tired: three weeks of more than 25 hours', cause: 9 },
  newTutor: { says: 'the tutor is new', cause: 9 },
  quality: { says: 'how good the tutor is' },
  fit: { says: 'how the two suit each other' },
  noise: { says: 'the day' },
  outcome: { says: 'what went wrong' },
  habit: { says: 'habit' },
  standing: { says: 'hours as a rule' },
  demand: { says: 'demand, and what draws tutors away', cause: 7 },
  unusualWeek: { says: 'an unusual week' },
  calendar: { says: 'the calendar' },
  notice: { says: 'about to leave', cause: 9 },
  reserved: { says: 'hours that their students have' },
  intervention: { says: 'an intervention' },
}

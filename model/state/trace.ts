// What the rules tell whoever listens while they decide: which rule, what chance there was and what was drawn, and what made the
// chance. Nobody listens but where an event is explained, by living its time once more; what is told changes nothing.

/** What a rule decides, or does. Each begins with what it is about. */
export type Rule =
  // A student's lessons and instant bookings, before they begin …
  | 'lesson.takesPlace'
  | 'lesson.moved'
  | 'lesson.doubled'
  | 'lesson.calledOff'
  | 'lesson.triedAgain'
  | 'lesson.calledOffInShortage'
  | 'booking.wished'
  | 'booking.unanswered'
  | 'session.planned'
  // … when they begin …
  | 'tutor.givenUp'
  | 'tutor.substitute'
  | 'session.begins'
  | 'session.outcome'
  // … and when they end.
  | 'session.rated'
  | 'tutor.kept'
  | 'stay.afterFirstSession'
  // Calls: what leads to one, and how it goes.
  | 'call.tutorNoShow'
  | 'call.technical'
  | 'call.missedSession'
  | 'call.concern'
  | 'call.glitch'
  | 'call.noTutor'
  | 'call.callsOff'
  | 'call.question'
  | 'call.bill'
  | 'call.goodbye'
  | 'call.byIntervention'
  | 'call.planned'
  | 'call.placed'
  | 'call.resolved'
  | 'call.repeated'
  // Whether a student stays.
  | 'stay.signsUp'
  | 'stay.comesBack'
  | 'stay.thinksOfLeaving'
  | 'stay.leavesAtOnce'
  | 'stay.leavesAfterAll'
  | 'stay.pauses'
  | 'stay.rests'
  // A student's numbers move.
  | 'health.moves'
  // Tutors' weeks.
  | 'week.newSubject'
  | 'week.leaves'
  | 'week.newHabit'
  | 'week.standing'
  | 'week.rests'
  | 'week.unusual'
  | 'week.hours'
  | 'week.toldUnchanged'
  | 'week.told'
  // Markets.
  | 'market.told'

/** What makes a chance, a sum of points, or a number of hours. */
export type Reason =
  | 'usual'
  | 'plan'
  | 'born'
  | 'manyCalls'
  | 'unresolvedCall'
  | 'silence'
  | 'sameTutor'
  | 'dissatisfied'
  | 'june'
  | 'prices'
  | 'newcomer'
  | 'shortage'
  | 'tutorLeft'
  | 'wavering'
  | 'season'
  | 'tests'
  | 'outage'
  | 'shocks'
  | 'renewal'
  | 'firstSession'
  | 'studentReliability'
  | 'tutorReliability'
  | 'tiredTutor'
  | 'newTutor'
  | 'quality'
  | 'fit'
  | 'noise'
  | 'outcome'
  | 'habit'
  | 'standing'
  | 'demand'
  | 'unusualWeek'
  | 'calendar'
  | 'notice'
  | 'reserved'
  | 'intervention'

/** Who listens. The student, tutor or market that it is about is at hand. */
export interface Trace {
  /** Parts of what is decided next: factors of its chance, points, hours. */
  because(parts: Partial<Record<Reason, number>>): void
  /** It happens where what was drawn, from 0 to 1, is below the chance. @param which lesson, call, outcome, … */
  decided(rule: Rule, drawn: number, chance: number, which?: number): void
  /** What happens without chance. */
  did(rule: Rule, which?: number): void
}

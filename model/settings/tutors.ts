// Tutors: how many there are, what they teach and when, how their weeks differ, and how they come and go.

import { Choice, HOUR, Quantiles } from '../../engine/index.ts'
import { SUBJECTS, type Subject } from '../events/index.ts'
import { choiceOf, figure, percent, shareOf, type Values, weights } from './definition.ts'
import { gammaDensity, lognormalDensity } from './densities.ts'
import { dutyChoice, sharesOfWeek } from './duty.ts'
import { type PeopleFigures, people } from './people.ts'

const STUDENTS_A_TUTOR = 4.5
const UTILISATION_PERCENT = 40
const HOURS_MEAN = 13
/** Share of usual hours that are offered, beside rests, illness and holidays; measured over a year of the default world. */
const OFFERED_SHARE = 0.92
/** Usual minutes of a tutor in one of their subjects. */
const MINUTES_A_TUTOR = 430

const WEEKDAY_SHARES = {
  ...{ from_8_to_16: 6, from_8_to_20: 10, from_9_to_22: 14, from_12_to_21: 12 },
  ...{ from_14_to_22: 14, from_15_to_22: 15, from_16_to_23: 16, from_17_to_24: 13 },
}
const WEEKEND_SHARES = { neither: 20, saturday: 8, sunday: 32, both: 40 }

function supply(usual: number) {
  return figure({ default: usual, minimum: 0.2, maximum: 3, unit: 'times' })
}

/** By month. */
function away(usual: readonly number[]) {
  const [january, february, march, april, may, june, july, august, september, october, november, december] = usual.map(
    (share) => percent({ default: share, maximum: 80 }),
  ) as [D, D, D, D, D, D, D, D, D, D, D, D]
  return { january, february, march, april, may, june, july, august, september, october, november, december }
}
type D = ReturnType<typeof percent>

function days(usual: number) {
  return figure({ default: usual, minimum: 1, maximum: 14, unit: 'days', integer: true })
}

export const tutors = {
  students_a_tutor: figure({ default: STUDENTS_A_TUTOR, minimum: 1.5, maximum: 14, unit: 'students' }),
  utilisation_percent: percent({
    ...{ default: UTILISATION_PERCENT, minimum: 15, maximum: 75 },
    atBirth: 'every market measures its balance by it, and has learnt what is usual',
  }),
  supply: {
    ...{ Mathematics: supply(1.02), Physics: supply(0.95), Chemistry: supply(0.96), Biology: supply(1.02) },
    ...{ English: supply(1.07), History: supply(1.1), 'Computer Science': supply(0.95), Spanish: supply(1.0) },
    French: supply(0.99),
  } satisfies Record<Subject, unknown>,
  hours_mean: figure({
    ...{ default: HOURS_MEAN, minimum: 4, maximum: 30, unit: 'hours' },
    atBirth: 'tutors who are there have their hours',
  }),
  hours_evenness: figure({
    ...{ default: 1.65, minimum: 0.8, maximum: 12, unit: 'shape' },
    atBirth: 'tutors who are there have their hours',
  }),
  more_subjects: weights({ none: 43, one: 35, two: 22 }, { atBirth: 'tutors who are there teach what they teach' }),
  new_subject_percent_weekly: percent({ default: 0.2, maximum: 10 }),
  instant_percent: percent({ default: 43 }),
  leaving_percent_monthly: percent({ default: 3.3, maximum: 25 }),
  notice_weeks: figure({ default: 3, minimum: 0, maximum: 12, unit: 'weeks', integer: true }),
  notice_hours_percent: percent({ default: 60 }),
  bereaved_weeks: figure({ default: 4, minimum: 0, maximum: 26, unit: 'weeks', integer: true }),
  tired: {
    hours: figure({ default: 25, minimum: 5, maximum: 40, unit: 'hours' }),
    weeks: figure({ default: 3, minimum: 1, maximum: 12, unit: 'weeks', integer: true }),
    no_shows: figure({ default: 1.5, minimum: 1, maximum: 6, unit: 'times' }),
  },
  weekdays: weights(WEEKDAY_SHARES),
  weekends: weights(WEEKEND_SHARES),
  follow_hours: figure({ default: 0.75, minimum: 0, maximum: 1.5, unit: 'power' }),
  professional_from_hours: figure({ default: 28, minimum: 10, maximum: 44, unit: 'hours' }),
  sought: {
    quality: figure({ default: 0.6, minimum: 0, maximum: 2, unit: 'times a deviation' }),
    professional: figure({ default: 4.2, minimum: 1, maximum: 6, unit: 'times' }),
  },
  recruiting_percent_daily: percent({ default: 10, maximum: 60 }),
  follow_demand: figure({ default: 0.9, minimum: 0, maximum: 2, unit: 'elasticity' }),
  follow_demand_least_percent: figure({ default: 55, minimum: 10, maximum: 99, unit: 'percent' }),
  follow_demand_most_percent: figure({ default: 150, minimum: 101, maximum: 400, unit: 'percent' }),
  habits: {
    every_weeks: figure({ default: 13, minimum: 1, maximum: 104, unit: 'weeks' }),
    spread: figure({ default: 0.08, minimum: 0.01, maximum: 0.6, unit: 'sigma' }),
  },
  odd_weeks: {
    percent: percent({ default: 6 }),
    spread: figure({ default: 0.3, minimum: 0.05, maximum: 0.9, unit: 'sigma' }),
  },
  rests: {
    percent_weekly: percent({ default: 0.9, maximum: 15 }),
    june_factor: figure({ default: 2.5, minimum: 0, maximum: 8, unit: 'times' }),
    weeks_from: figure({ default: 4, minimum: 1, maximum: 20, unit: 'weeks', integer: true }),
    weeks_more: figure({ default: 10, minimum: 1, maximum: 40, unit: 'weeks', integer: true }),
  },
  illness_percent: away([17, 17, 14, 10, 8, 6, 5, 6, 9, 11, 12, 15]),
  illness_days_from: days(2),
  illness_days_more: days(7),
  holiday_percent: away([6, 6, 10, 10, 6, 22, 30, 26, 8, 6, 8, 26]),
  holiday_days_from: days(4),
  holiday_days_more: days(10),
  telling: {
    unchanged_percent_weekly: percent({ default: 20 }),
    latest_weeks: figure({ default: 4, minimum: 1, maximum: 26, unit: 'weeks', integer: true }),
    on_sunday_percent: percent({ default: 60, atBirth: 'tutors keep to their hour of the week' }),
  },
}

/** What tutors teach. Second and third subjects favour the small ones, which the root makes up for. */
function taughtShares(wanted: readonly number[], supplied: readonly number[]): number[] {
  return wanted.map((share, subject) => share * Math.sqrt(Math.sqrt(share)) * (supplied[subject] as number))
}

const TAUGHT_BY_DEFAULT = taughtShares(
  SUBJECTS.map((subject) => people.subjects.weights[subject].default),
  SUBJECTS.map((subject) => tutors.supply[subject].default),
)

/** Figures of tutors as the rules read them. */
export type TutorFigures = ReturnType<typeof tutorFigures>

/** @param subjects in which students want to learn @param week when */
export function tutorFigures(values: Values<typeof tutors>, { subjectShares, week }: PeopleFigures) {
  const { habits, odd_weeks: odd, rests, telling, tired, sought } = values
  const scarcity = values.students_a_tutor / STUDENTS_A_TUTOR
  const usualSupply = SUBJECTS.map((subject) => values.supply[subject] / scarcity)
  const taught = taughtShares(
    subjectShares,
    SUBJECTS.map((subject) => values.supply[subject]),
  )
  const allTaught = taught.reduce((sum, share) => sum + share, 0)
  const ofHours = HOURS_MEAN / values.hours_mean
  return {
    /** Students for each tutor when the world is born. */
    studentsATutor: values.students_a_tutor / ofHours / (UTILISATION_PERCENT / values.utilisation_percent),
    utilisation: shareOf(values.utilisation_percent),
    offeredShare: OFFERED_SHARE,
    /** R that each subject settles at, in the order of SUBJECTS. */
    usualSupply,
    /** What a tutor teaches, and the share of tutors who teach a subject first; in the order of SUBJECTS. */
    taughtSubject: new Choice(taught, TAUGHT_BY_DEFAULT),
    firstSubjectShares: taught.map((share) => share / allTaught),
    usualHours: Quantiles.fromDensity(
      gammaDensity(values.hours_evenness, values.hours_mean / values.hours_evenness),
      0.5,
      44,
    ),
    moreSubjects: choiceOf(tutors.more_subjects, values.more_subjects),
    newSubjectWeekly: shareOf(values.new_subject_percent_weekly),
    acceptsInstant: shareOf(values.instant_percent),
    leavesMonthly: shareOf(values.leaving_percent_monthly),
    noticeWeeks: values.notice_weeks,
    noticeHours: shareOf(values.notice_hours_percent),
    bereavedWeeks: values.bereaved_weeks,
    tired: { minutes: tired.hours * 60, weeks: tired.weeks, noShows: tired.no_shows },
    duty: dutyChoice([values.weekdays, values.weekends], [WEEKDAY_SHARES, WEEKEND_SHARES]),
    /** By kind of week and hour: see sharesOfWeek. */
    sharesOfWeek: sharesOfWeek(week.hours, values.follow_hours),
    /** Usual hours, in hundredths. */
    professionalFrom: 100 * values.professional_from_hours,
    /** How often a tutor is asked against their hours. */
    sought: { perDeviation: sought.quality, least: 0.2, professional: sought.professional },
    recruiting: { partADay: shareOf(values.recruiting_percent_daily), minutesATutor: MINUTES_A_TUTOR / ofHours },
    demandFollowed: {
      elasticity: values.follow_demand,
      least: shareOf(values.follow_demand_least_percent),
      most: shareOf(values.follow_demand_most_percent),
    },
    /** A tutor's habit is a factor on their usual hours; what they offer changes once so much more or less is called for. */
    habit: {
      changesWeekly: 1 / habits.every_weeks,
      level: Quantiles.fromDensity(lognormalDensity(0.997, habits.spread), 0.5, 2),
      noticed: { hours: 0.75, share: 0.08 },
    },
    oddWeek: {
      share: shareOf(odd.percent),
      factor: Quantiles.fromDensity(lognormalDensity(0.95, odd.spread), 0.3, 2.5),
    },
    /** In and after a week with so many fewer or more lessons than an ordinary one tutors offer less or more, by this part of it; A. */
    afterOddWeek: { from: 0.15, followed: 0.25 },
    rest: {
      weekly: shareOf(rests.percent_weekly),
      juneFactor: rests.june_factor,
      shortestWeeks: rests.weeks_from,
      longestWeeks: rests.weeks_from + rests.weeks_more,
    },
    absences: {
      illness: absencesOf(values.illness_percent, values.illness_days_from, values.illness_days_more),
      holiday: absencesOf(values.holiday_percent, values.holiday_days_from, values.holiday_days_more),
      /** In no month is either of them likelier than that. */
      chanceMax: shareOf(Math.max(...Object.values(values.illness_percent), ...Object.values(values.holiday_percent))),
    },
    tellsUnchanged: { weekly: shareOf(telling.unchanged_percent_weekly), latestWeeks: telling.latest_weeks },
    posting: { onSunday: shareOf(telling.on_sunday_percent), earliest: 9 * HOUR, latest: 22 * HOUR },
  }
}

/** Chances in four weeks by month, January first, and how many days it takes. */
function absencesOf(ofMonths: Readonly<Record<string, number>>, from: number, more: number) {
  return { chances: Object.values(ofMonths).map(shareOf), days: [from, from + more] as readonly [number, number] }
}

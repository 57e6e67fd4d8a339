// By row of the calibration: what settings ask for, where they alone decide it, and which settings move a row about which that
// cannot be said. Beside these, a setting moves the rows that it names as its source.

import { type GivenFigures, valueIn } from '../settings/catalogue.ts'
import { NEWCOMERS, sessionsAsked, sharesIn } from '../settings/volume.ts'
import * as calls from './expected-calls.ts'
import { hoursAsked } from './expected-hours.ts'
import * as ratings from './expected-ratings.ts'
import type { CalibrationRow, Goal } from './row.ts'

/** Goals of a row's figures by their names; those that are left out stay. */
type Aims = Readonly<Record<string, number | undefined>>

interface Formula {
  /** Beginnings of the settings that it accounts for. */
  readonly of: readonly string[]
  aims(given: GivenFigures, row: CalibrationRow): Aims
}

export const FORMULAS: Readonly<Record<string, Formula>> = {
  '1': {
    of: ['people.plans.', 'people.plans_of_newcomers.', 'sessions.instant_percent', 'slots.kept_'],
    aims: (given, row) => scaled(row, sessionsAsked(given, NEWCOMERS) / sessionsAsked({}, NEWCOMERS)),
  },
  '2': {
    of: ['people.plans.'],
    aims: (given, row) => inOrder(row, sharesIn(given, 'people.plans')),
  },
  '5': {
    of: ['tutors.students_a_tutor'],
    aims: (given, row) => scaled(row, ratio(given, 'tutors.students_a_tutor')),
  },
  '6': {
    of: ['tutors.hours_mean'],
    aims: (given, row) => ({
      'mean of the rest': goalOf(row, 'mean of the rest') * ratio(given, 'tutors.hours_mean'),
    }),
  },
  '8': {
    of: ['tutors.utilisation_percent'],
    aims: (given, row) => scaled(row, ratio(given, 'tutors.utilisation_percent')),
  },
  '9': itself('tutors.leaving_percent_monthly'),
  '10': {
    of: ['tutors.more_subjects.'],
    aims: (given, row) => shifted(row, given, (of) => inOrder(row, sharesIn(of, 'tutors.more_subjects'))),
  },
  '11': {
    of: ['tutors.instant_percent'],
    aims: (given, row) => scaled(row, ratio(given, 'tutors.instant_percent')),
  },
  '12': {
    of: ['sessions.group_percent', 'sessions.instant_percent'],
    aims(given) {
      const [group, instant] = [valueIn(given, 'sessions.group_percent'), valueIn(given, 'sessions.instant_percent')]
      return { one_on_one: 100 - group - instant, group, instant_book: instant }
    },
  },
  '13': {
    of: ['sessions.length.', 'sessions.instant_length.'],
    aims: (given, row) =>
      inOrder(row, [...sharesIn(given, 'sessions.length'), ...sharesIn(given, 'sessions.instant_length')]),
  },
  '14': {
    of: ['sessions.over_', 'sessions.instant_actual_percent', 'sessions.instant_length.'],
    aims: (given, row) => ({
      'over the schedule': valueIn(given, 'sessions.over_minutes'),
      'deviation of that': valueIn(given, 'sessions.over_deviation_minutes'),
      ...shifted(row, given, (of) => ({ 'instant mean': instantMinutes(of) })),
    }),
  },
  '15': {
    of: ['sessions.failed_percent'],
    aims: (given) => ({ '': 100 - valueIn(given, 'sessions.failed_percent') }),
  },
  '16': {
    of: ['sessions.failed_percent', 'sessions.failures.'],
    aims(given, row) {
      const failed = ratio(given, 'sessions.failed_percent')
      const [own, usual] = [sharesIn(given, 'sessions.failures'), sharesIn({}, 'sessions.failures')]
      const aims = Object.keys(row.figures).map((name, at) => [
        name,
        (goalOf(row, name) * failed * (own[at] as number)) / (usual[at] as number),
      ])
      return Object.fromEntries(aims)
    },
  },
  '17': {
    of: ['sessions.failed_percent', 'sessions.first_failed_times'],
    aims: (given, row) =>
      scaled(row, ratio(given, 'sessions.failed_percent') * ratio(given, 'sessions.first_failed_times')),
  },
  '18': { of: ratings.OF_STUDENTS, aims: (given, row) => shifted(row, given, ratings.studentRatingsAsked) },
  '19': { of: ratings.OF_TUTORS, aims: (given, row) => shifted(row, given, ratings.tutorRatingsAsked) },
  '20': {
    of: ['people.subjects.'],
    aims: (given, row) => byName(row, given, 'people.subjects'),
  },
  '21': {
    of: ['people.weekdays.'],
    aims: (given, row) => inOrder(row, sharesIn(given, 'people.weekdays')),
  },
  '22': {
    of: ['people.weekday_hours.'],
    aims: (given, row) => shifted(row, given, (of) => inOrder(row, hoursAsked(of))),
  },
  '25': { of: calls.ACCOUNTED_FOR, aims: (given) => ({ '': calls.sumOf(calls.callsAsked(given)) }) },
  '27': { of: calls.ACCOUNTED_FOR, aims: calls.reasonsAsked },
  '28': {
    of: ['calls.seconds_median'],
    aims: (given, row) => ({ median: goalOf(row, 'median') * ratio(given, 'calls.seconds_median') }),
  },
  '29': itself('calls.resolved_percent'),
  '30': {
    of: ['calls.priority.', ...calls.ACCOUNTED_FOR],
    aims: (given, row) => shifted(row, given, calls.prioritiesAsked),
  },
  '31': {
    of: ['calls.repeat_'],
    aims: (given, row) => ({
      chance: goalOf(row, 'chance') * ratio(given, 'calls.repeat_percent'),
      'median later': goalOf(row, 'median later') * ratio(given, 'calls.repeat_days_median'),
      'for the same reason': valueIn(given, 'calls.repeat_same_reason_percent') / 100,
    }),
  },
  '33': itself('growth.leaving_percent_monthly'),
  '36': {
    of: ['people.regions.'],
    aims: (given, row) => byName(row, given, 'people.regions'),
  },
}

const HOW_MUCH = ['people.plans', 'sessions.instant_percent', 'slots.kept_']
const EXAMS = ['slots.doubled_times', 'shocks.tests.']
const LEAVING = ['growth.leaving_', 'growth.first_session_loss_percent.', 'growth.wavering.']
const CALLING = ['calls.per_100_sessions', 'calls.repeat_percent', 'calls.spontaneous_', 'sessions.failed_percent']
const SCARCE = ['tutors.students_a_tutor', 'tutors.recruiting_']
const CLOCKS = ['clock.shift_hours']

/** Beginnings of settings that move a row, by what no formula here accounts for. */
export const MOVED_BY: Readonly<Record<string, readonly string[]>> = {
  '1': EXAMS,
  '3': HOW_MUCH,
  '4': HOW_MUCH,
  '5': ['people.plans', 'tutors.hours_mean', 'tutors.utilisation_percent'],
  '21': CLOCKS,
  '22': CLOCKS,
  '25': calls.NOT_ACCOUNTED_FOR,
  '26': [...CLOCKS, 'calls.opens_hour', 'calls.closes_hour'],
  '27': calls.NOT_ACCOUNTED_FOR,
  '30': calls.NOT_ACCOUNTED_FOR,
  '32': [...CALLING, ...HOW_MUCH],
  '33': LEAVING,
  '34': LEAVING,
  '35': LEAVING,
  '40': SCARCE,
  '41': [...CALLING, ...HOW_MUCH],
  '42': ['slots.', 'sessions.group_percent', 'sessions.instant_percent'],
  '43': HOW_MUCH,
  '44': HOW_MUCH,
  '47': ['tutors.habits.'],
  '49': CLOCKS,
  '50': SCARCE,
  '51': CLOCKS,
  '57': HOW_MUCH,
  '59': [...LEAVING, ...CALLING],
  '60': [...CLOCKS, 'calls.opens_hour', 'calls.closes_hour'],
  'cause-7': SCARCE,
}

/** A row of one figure that is a setting. */
function itself(name: string): Formula {
  return { of: [name], aims: (given) => ({ '': valueIn(given, name) }) }
}

/** Against the default. */
function ratio(given: GivenFigures, name: string): number {
  return valueIn(given, name) / valueIn({}, name)
}

function scaled(row: CalibrationRow, factor: number): Aims {
  return Object.fromEntries(Object.keys(row.figures).map((name) => [name, goalOf(row, name) * factor]))
}

/** Goals, moved by as much as what is expected differs from what it is by default. */
function shifted(row: CalibrationRow, given: GivenFigures, expected: (given: GivenFigures) => Aims): Aims {
  const [own, usual] = [expected(given), expected({})]
  const aims = Object.keys(row.figures)
    .filter((name) => own[name] !== undefined)
    .map((name) => [name, goalOf(row, name) + (own[name] as number) - (usual[name] as number)])
  return Object.fromEntries(aims)
}

/** Each figure of a row by the share of its place. */
function inOrder(row: CalibrationRow, shares: readonly number[]): Aims {
  return Object.fromEntries(Object.keys(row.figures).map((name, at) => [name, shares[at]]))
}

/** Each figure of a row by the share of its own name. */
function byName(row: CalibrationRow, given: GivenFigures, whole: string): Aims {
  const own = Object.keys(row.figures).map((name) => valueIn(given, `${whole}.${name}`))
  const sum = own.reduce((total, share) => total + share, 0)
  return Object.fromEntries(Object.keys(row.figures).map((name, at) => [name, (100 * (own[at] as number)) / sum]))
}

function instantMinutes(given: GivenFigures): number {
  const [half = 0, one = 0, more = 0] = sharesIn(given, 'sessions.instant_length')
  const scheduled = (half * 30 + one * 60 + more * 90) / 100
  return (valueIn(given, 'sessions.instant_actual_percent') / 100) * scheduled
}

function goalOf(row: CalibrationRow, name: string): number {
  const goal = row.figures[name] as Goal
  if (typeof goal === 'number') return goal
  return 'about' in goal ? goal.about : 'atLeast' in goal ? goal.atLeast : 'atMost' in goal ? goal.atMost : Number.NaN
}

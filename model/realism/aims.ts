// What the rows of the calibration call for in a world with settings of its own. A row that no setting decides alone is
// judged as it is by default.

import { SETTINGS, settingByName } from '../settings/catalogue.ts'
import { ROWS } from './measures.ts'
import type { CalibrationRow, Goal } from './row.ts'

/** Values of settings by their full names, where they are not as by default. */
type Given = Readonly<Record<string, number>>

/** Goals of a row's figures by their names; those that are left out stay. */
type Aims = Readonly<Record<string, number>>

/** By the ids of rows. */
const AIMS: Readonly<Record<string, (given: Asked, row: CalibrationRow) => Aims>> = {
  '2': ({ shares }) => {
    const [half, one, two, three, five] = shares('people.plans')
    return { 'half a session': half, one, two, three, five } as Aims
  },
  '5': ({ ratio }, row) => scaled(row, ratio('tutors.students_a_tutor')),
  '9': ({ value }) => ({ '': value('tutors.leaving_percent_monthly') }),
  '11': ({ ratio }, row) => scaled(row, ratio('tutors.instant_percent')),
  '12': ({ value }) => {
    const [group, instant] = [value('sessions.group_percent'), value('sessions.instant_percent')]
    return { one_on_one: 100 - group - instant, group, instant_book: instant }
  },
  '13': ({ shares }) => {
    const [thirty, sixty, ninety] = shares('sessions.length') as [number, number, number]
    const [at30, at60, at90] = shares('sessions.instant_length') as [number, number, number]
    return {
      ...{ '30 minutes': thirty, '60 minutes': sixty, '90 minutes': ninety },
      ...{ 'instant, 30 minutes': at30, 'instant, 60 minutes': at60, 'instant, 90 minutes': at90 },
    }
  },
  '14': ({ value, shares, isSet }, row) => {
    const lengths = shares('sessions.instant_length') as [number, number, number]
    const mean = (lengths[0] * 30 + lengths[1] * 60 + lengths[2] * 90) / 100
    const instant = (value('sessions.instant_actual_percent') / 100) * mean + 3
    return {
      'over the schedule': value('sessions.over_minutes'),
      'deviation of that': value('sessions.over_deviation_minutes'),
      ...(isSet('sessions.instant_') ? { 'instant mean': instant } : { 'instant mean': goalOf(row, 'instant mean') }),
    }
  },
  '15': ({ value }) => ({ '': 100 - value('sessions.failed_percent') }),
  '16': ({ value, shares, standard }, row) => {
    const names = ['student no-show', 'late cancel', 'technical', 'tutor no-show', 'partial']
    const failed = value('sessions.failed_percent') / standard('sessions.failed_percent')
    const [own, usual] = [shares('sessions.failures'), shares('sessions.failures', true)]
    return Object.fromEntries(
      names.map((name, at) => [name, (goalOf(row, name) * failed * (own[at] as number)) / (usual[at] as number)]),
    )
  },
  '17': ({ ratio }, row) => scaled(row, ratio('sessions.failed_percent') * ratio('sessions.first_failed_times')),
  '20': ({ shares }, row) => byName(row, 'people.subjects.', shares('people.subjects')),
  '21': ({ shares }, row) => {
    const days = shares('people.weekdays')
    return Object.fromEntries(Object.keys(row.figures).map((name, at) => [name, days[at] as number]))
  },
  '25': ({ ratio }, row) => scaled(row, ratio('calls.per_100_sessions')),
  '28': ({ ratio }, row) => ({ median: goalOf(row, 'median') * ratio('calls.seconds_median') }),
  '29': ({ value }) => ({ '': value('calls.resolved_percent') }),
  '31': ({ ratio, value }, row) => ({
    chance: goalOf(row, 'chance') * ratio('calls.repeat_percent'),
    'median later': goalOf(row, 'median later') * ratio('calls.repeat_days_median'),
    'for the same reason': value('calls.repeat_same_reason_percent') / 100,
  }),
  '33': ({ value }) => ({ '': value('growth.leaving_percent_monthly') }),
  '36': ({ shares, isSet }, row) =>
    isSet('people.regions') ? byName(row, 'people.regions.', shares('people.regions')) : {},
}

/** Beginnings of the settings that decide a row. */
const DECIDED_BY: Readonly<Record<string, readonly string[]>> = {
  '2': ['people.plans.'],
  '5': ['tutors.students_a_tutor'],
  '9': ['tutors.leaving_percent_monthly'],
  '11': ['tutors.instant_percent'],
  '12': ['sessions.group_percent', 'sessions.instant_percent'],
  '13': ['sessions.length.', 'sessions.instant_length.'],
  '14': ['sessions.over_', 'sessions.instant_actual_percent', 'sessions.instant_length.'],
  '15': ['sessions.failed_percent'],
  '16': ['sessions.failed_percent', 'sessions.failures.'],
  '17': ['sessions.failed_percent', 'sessions.first_failed_times'],
  '20': ['people.subjects.'],
  '21': ['people.weekdays.'],
  '25': ['calls.per_100_sessions'],
  '28': ['calls.seconds_median'],
  '29': ['calls.resolved_percent'],
  '31': ['calls.repeat_'],
  '33': ['growth.leaving_percent_monthly'],
  '36': ['people.regions.'],
}

/** Rows by which a stream is judged that was made with these settings. */
export function rowsFor(given: Given = {}): readonly CalibrationRow[] {
  return ROWS.map((row) => {
    if (!isDecided(row.id, given)) return row
    const aims = AIMS[row.id]?.(asked(given), row) ?? {}
    const figures = Object.fromEntries(
      Object.entries(row.figures).map(([name, goal]) => [name, moved(goal, aims[name])]),
    )
    return { ...row, figures }
  })
}

/** Whether settings that are not as by default decide what a row calls for. */
export function isDecided(row: string, given: Given): boolean {
  const names = Object.keys(given)
  return (DECIDED_BY[row] ?? []).some((beginning) => names.some((name) => name.startsWith(beginning)))
}

/** The same goal about another figure, as far off as before. */
function moved(goal: Goal, aim: number | undefined): Goal {
  if (aim === undefined) return goal
  const to = Number(aim.toPrecision(4))
  if (typeof goal === 'number') return to
  return 'about' in goal ? { ...goal, about: to } : goal
}

interface Asked {
  value(name: string): number
  standard(name: string): number
  /** Against the default. */
  ratio(name: string): number
  /** Of a whole, in percent, in the order of the catalogue. */
  shares(whole: string, usual?: boolean): number[]
  isSet(beginning: string): boolean
}

function asked(given: Given): Asked {
  const standard = (name: string): number => settingByName.get(name)?.default as number
  const value = (name: string): number => given[name] ?? standard(name)
  return {
    value,
    standard,
    ratio: (name) => value(name) / standard(name),
    shares(whole, usual = false) {
      const parts = SETTINGS.filter(({ wholeOf }) => wholeOf === whole).map(({ name }) =>
        usual ? standard(name) : value(name),
      )
      const sum = parts.reduce((total, part) => total + part, 0)
      return parts.map((part) => (100 * part) / sum)
    },
    isSet: (beginning) => Object.keys(given).some((name) => name.startsWith(beginning)),
  }
}

/** Each figure of a row by the share of its own name. */
function byName(row: CalibrationRow, beginning: string, shares: readonly number[]): Aims {
  const names = SETTINGS.filter(({ name }) => name.startsWith(beginning)).map(({ name }) =>
    name.slice(beginning.length),
  )
  return Object.fromEntries(Object.keys(row.figures).map((name) => [name, shares[names.indexOf(name)] as number]))
}

function scaled(row: CalibrationRow, factor: number): Aims {
  return Object.fromEntries(Object.keys(row.figures).map((name) => [name, goalOf(row, name) * factor]))
}

function goalOf(row: CalibrationRow, name: string): number {
  const goal = row.figures[name] as Goal
  return typeof goal === 'number' ? goal : 'about' in goal ? goal.about : Number.NaN
}

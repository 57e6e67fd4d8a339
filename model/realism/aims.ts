// What the rows of the calibration call for in a world with settings of its own. Where a formula says what they ask for, a row is
// judged by that; where settings move a row and no formula says by how much, it is not judged.

import type { GivenFigures } from '../settings/catalogue.ts'
import { toldByName } from '../settings/told.ts'
import { FORMULAS, MOVED_BY } from './formulas.ts'
import { ROWS } from './measures.ts'
import type { CalibrationRow, Goal, Tolerance } from './row.ts'

/** What a world was born with, as far as rows depend on it. */
interface Born {
  readonly figures?: GivenFigures
  readonly shocks?: 'off'
  readonly calendar?: object
}

/** What an own calendar, and no shocks, do to rows that are about the year and its accidents. */
const MOVED_BY_CALENDAR = ['23', '24', '48', '64']
const MOVED_BY_SHOCKS = ['61', '62', '63', 'cause-7', 'cause-10']

/** Rows by which a stream is judged that was made with these settings. */
export function rowsFor({ figures = {}, shocks, calendar }: Born = {}): readonly CalibrationRow[] {
  return ROWS.map((row) => {
    if (calendar && MOVED_BY_CALENDAR.includes(row.id)) return { ...row, unjudged: unjudged(['calendar']) }
    if (shocks && MOVED_BY_SHOCKS.includes(row.id)) return { ...row, unjudged: unjudged(['shocks']) }
    return rowFor(row, figures)
  })
}

/** Whether settings that are not as by default decide what a row calls for. */
export function isDecided(id: string, figures: GivenFigures): boolean {
  return moversOf(id, figures).length > 0
}

function rowFor(row: CalibrationRow, given: GivenFigures): CalibrationRow {
  const formula = FORMULAS[row.id]
  const movers = moversOf(row.id, given)
  if (movers.length === 0) return row
  const unknown = movers.filter((name) => !isAmong(name, formula?.of))
  if (!formula || unknown.length > 0) return { ...row, unjudged: unjudged(unknown) }
  const aims = formula.aims(given, row)
  const figures = Object.entries(row.figures).map(([name, goal]) => [name, moved(goal, aims[name], row)])
  return { ...row, figures: Object.fromEntries(figures) }
}

/** Settings that are not as by default and move a row: those that name it as their source, too. */
function moversOf(id: string, given: GivenFigures): string[] {
  return Object.keys(given).filter(
    (name) => isAmong(name, FORMULAS[id]?.of) || isAmong(name, MOVED_BY[id]) || sourcesOf(name).includes(id),
  )
}

function isAmong(name: string, beginnings: readonly string[] = []): boolean {
  return beginnings.some((beginning) => name.startsWith(beginning))
}

/** Ids of the rows and causes that a setting says it follows: `A, fits rows 1, 3 and 4`, `cause 7`. */
function sourcesOf(name: string): string[] {
  const source = toldByName.get(name)?.source ?? ''
  return [...source.matchAll(/\b(row|cause)s? (\d+(?:(?:, | and )\d+)*)/g)].flatMap(([, kind, numbers = '']) =>
    numbers.split(/, | and /).map((number) => (kind === 'cause' ? `cause-${number}` : number)),
  )
}

const NAMES_TOLD = 3

function unjudged(names: readonly string[]): string {
  const more = names.length - NAMES_TOLD
  const told = names.slice(0, NAMES_TOLD).join(', ')
  return `${told}${more > 0 ? ` and ${more} more` : ''} ${names.length > 1 ? 'move' : 'moves'} it, and no formula says how far`
}

/** The same goal about another figure, as far off as before; of a quantity that is larger, in proportion. */
function moved(goal: Goal, aim: number | undefined, { unit, tolerance }: CalibrationRow): Goal {
  if (aim === undefined) return goal
  const to = Number(aim.toPrecision(4))
  if (typeof goal === 'number') {
    if (unit === '%' || !byItself(tolerance) || goal === 0) return to
    return { about: to, by: tolerance.by * Math.max(1, Math.abs(to / goal)) }
  }
  if ('atLeast' in goal) return { ...goal, atLeast: to }
  if ('atMost' in goal) return { ...goal, atMost: to }
  return 'about' in goal ? { ...goal, about: to } : goal
}

function byItself(tolerance: Tolerance | undefined): tolerance is { readonly by: number } {
  return tolerance !== undefined && 'by' in tolerance
}

// A row of the calibration as data: what is measured, what it should be, how far off it may be, and where that comes from.
// The table of docs/calibration.md is written from the same rows that streams are judged by.

import type { Topic, Unit } from './reading.ts'

/** What a figure should be. A bare number is the target itself, within the tolerance of its row. */
export type Goal =
  | number
  | { readonly about: number; readonly by: number; readonly unit?: Unit }
  | { readonly atMost: number; readonly unit?: Unit }
  | { readonly atLeast: number; readonly unit?: Unit }
  | { readonly from: number; readonly to: number; readonly unit?: Unit }

/** How far a figure may be off its target: by so much in its own unit, or by a share of the target. */
export type Tolerance = { readonly by: number } | { readonly percent: number }

export interface CalibrationRow {
  /** `1` and on; a numbered cause is `cause-1` and on. */
  readonly id: string
  readonly topic: Topic
  readonly quantity: string
  /** By name, which is empty where a row has one figure only. */
  readonly figures: Readonly<Record<string, Goal>>
  /** Of figures that do not say another one. Tolerances of percentages are percentage points. */
  readonly unit?: Unit
  readonly tolerance?: Tolerance
  /**
   * M measured or published elsewhere, C claimed publicly without data, G given together with the six events, R rule of thumb,
   * I inferred from those, A assumed; and the source.
   */
  readonly basis: string
  /** What can show it: the stream alone, or only the tables of the world. */
  readonly from: 'stream' | 'tables'
  /** What is measured or left out, as a clause. */
  readonly note?: string
  /** Why a stream is not judged by it, where its world has settings of its own. */
  readonly unjudged?: string
}

export interface Bounds {
  target: number
  /** Null where there is no bound; both are included. */
  low: number | null
  high: number | null
}

/** What a figure of a row should be, and between what it has to lie. */
export function boundsOf({ id, figures, tolerance }: CalibrationRow, figure: string): Bounds {
  const goal = figures[figure]
  if (goal === undefined) throw new Error(`row ${id} has no figure '${figure}'`)
  if (typeof goal === 'number') {
    if (tolerance === undefined) return around(goal, 0)
    return around(goal, 'by' in tolerance ? tolerance.by : Math.abs(goal * tolerance.percent) / 100)
  }
  if ('atMost' in goal) return { target: goal.atMost, low: null, high: goal.atMost }
  if ('atLeast' in goal) return { target: goal.atLeast, low: goal.atLeast, high: null }
  if ('about' in goal) return around(goal.about, goal.by)
  return { target: (goal.from + goal.to) / 2, low: goal.from, high: goal.to }
}

function around(target: number, by: number): Bounds {
  return { target, low: target - by, high: target + by }
}

export function unitOf(row: CalibrationRow, figure: string): Unit {
  const goal = row.figures[figure]
  return (typeof goal === 'object' ? goal.unit : undefined) ?? row.unit ?? ''
}

/** `5 stars 82, 4 stars 9 %`, `at most 0.35`. */
export function targetText(row: CalibrationRow): string {
  return together(row, (name) => goalText(row.figures[name] as Goal))
}

/** Figures of a row, each with its name; a unit that they share is said once. @param text what is said of a figure */
export function together(row: CalibrationRow, text: (figure: string) => string): string {
  const names = Object.keys(row.figures)
  const units = new Set(names.map((name) => unitOf(row, name)))
  const said = (name: string): string => [name, text(name)].filter((part) => part !== '').join(' ')
  if (units.size === 1) return withUnit(names.map(said).join(', '), row.unit ?? [...units][0])
  return names.map((name) => withUnit(said(name), unitOf(row, name))).join(', ')
}

function goalText(goal: Goal): string {
  if (typeof goal === 'number') return signed(goal)
  if ('atMost' in goal) return `at most ${signed(goal.atMost)}`
  if ('atLeast' in goal) return `at least ${signed(goal.atLeast)}`
  if ('about' in goal) return `${signed(goal.about)} ± ${goal.by}`
  return `${signed(goal.from)} to ${signed(goal.to)}`
}

/** `±4 pp`; a dash where the target says how far. */
export function toleranceText({ tolerance, unit, figures }: CalibrationRow): string {
  if (tolerance === undefined) return Object.values(figures).some((goal) => typeof goal === 'number') ? 'hard' : '–'
  if ('percent' in tolerance) return `±${tolerance.percent} %`
  return withUnit(`±${tolerance.by}`, unit === '%' ? 'pp' : unit)
}

function withUnit(text: string, unit = ''): string {
  return unit === '' ? text : `${text} ${unit}`
}

/** With the sign that print has for what is less than nothing. */
export function signed(value: number | string): string {
  return String(value).replace('-', '−')
}

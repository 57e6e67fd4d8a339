// The rows of the calibration as tables of Markdown, with what was measured beside each target.

import { type CalibrationRow, signed, targetText, together, toleranceText, unitOf } from './row.ts'

/** What was measured of a row's figures, by their names; null where it could not be. */
export type Measured = Readonly<Record<string, number | null>>

const COLUMNS = ['#', 'quantity', 'target', 'tolerance', 'basis', 'measured']

/** @param measuredOf of a row, by its id; undefined where nothing was measured */
export function tableOf(rows: readonly CalibrationRow[], measuredOf: (id: string) => Measured | undefined): string {
  const lines = rows.map((row) => {
    const quantity = row.note === undefined ? row.quantity : `${row.quantity} (${row.note})`
    return [
      numberOf(row),
      quantity,
      targetText(row),
      toleranceText(row),
      row.basis,
      measuredText(row, measuredOf(row.id)),
    ]
  })
  return [COLUMNS, COLUMNS.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** As it is cited: `42`, `cause 4`. */
function numberOf({ id }: CalibrationRow): string {
  return id.replace('-', ' ')
}

/** A dash stands for what was not measured. */
function measuredText(row: CalibrationRow, measured: Measured | undefined): string {
  const isThere = (name: string): boolean => typeof measured?.[name] === 'number'
  if (measured === undefined || !Object.keys(row.figures).some(isThere)) return '–'
  return together(row, (name) => figureText(measured[name] ?? null, unitOf(row, name)))
}

/** With as many digits as tell it from its neighbours. */
export function figureText(value: number | null, unit: string): string {
  if (value === null) return '–'
  const size = Math.abs(value)
  const digits = unit === '%' || unit === 'pp' ? (size < 10 ? 2 : 1) : size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0
  return signed(String(Number(value.toFixed(digits))))
}

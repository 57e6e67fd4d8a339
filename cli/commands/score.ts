// `tutorsim score --labels L --detections D`: how good a detector is beside the truth. The result is data and goes to standard
// output: a table, or with --json the figures alone.

import { formatInstant, HOUR, OptionError, parseInstant } from '../../engine/index.ts'
import { type Detection, detectionOf, type Figures, type Score, scoreOf, Truth } from '../../model/scoring/index.ts'
import { eachLine } from '../../sinks/index.ts'

const LINE_CHARACTERS_MAX = 1 << 20

export interface ScoreOptions {
  labels: string
  detections: string
  from?: string
  until?: string
  json?: boolean
}

/** @returns the exit code @throws OptionError, or OperationalError where a file cannot be read */
export async function score({ labels, detections: file, from, until, json }: ScoreOptions): Promise<number> {
  const watched = { ...hourOf('from', from), ...hourOf('until', until) }
  if (watched.from !== undefined && watched.to !== undefined && watched.to <= watched.from)
    throw new OptionError({ option: 'until', rule: 'after --from', value: until })
  const truth = new Truth()
  await eachLine(labels, LINE_CHARACTERS_MAX, (line) => truth.line(line))
  const detections: Detection[] = []
  let lines = 0
  await eachLine(file, LINE_CHARACTERS_MAX, (line) => {
    lines++
    if (line.trim() !== '') detections.push(detectionOf(line, lines))
  })
  const result = scoreOf(truth, detections, watched)
  process.stdout.write(json ? `${JSON.stringify(figures(result))}\n` : table(result))
  return 0
}

/** The hours that the detector has watched, as far as an option says so. */
function hourOf(option: 'from' | 'until', text: string | undefined): { from?: number; to?: number } {
  if (text === undefined) return {}
  const instant = parseInstant(text)
  if (instant === undefined) throw new OptionError({ option, rule: 'an instant such as 2026-01-05', value: text })
  return option === 'from' ? { from: Math.floor(instant / HOUR) } : { to: Math.ceil(instant / HOUR) }
}

function figures({ from, until, ...rest }: Score): object {
  return { from: formatInstant(from), until: formatInstant(until), ...rest }
}

const COLUMNS: readonly (readonly [heading: string, value: (figures: Figures) => string])[] = [
  ['found', ({ found, windows }) => `${found} of ${windows}`],
  ['precision', ({ point }) => twoDecimals(point.precision)],
  ['recall', ({ point }) => twoDecimals(point.recall)],
  ['F1', ({ point }) => twoDecimals(point.f1)],
  ['by range: precision', ({ range }) => twoDecimals(range.precision)],
  ['recall', ({ range }) => twoDecimals(range.recall)],
  ['F1', ({ range }) => twoDecimals(range.f1)],
  ['delay', (one) => (one.delay_hours === null ? '-' : `${Math.round(one.delay_hours)} h`)],
  ['false alarms a week', (one) => twoDecimals(one.false_alarms_a_week)],
  ['NAB', (one) => (one.nab === null ? '-' : twoDecimals(one.nab))],
]

function twoDecimals(value: number): string {
  return value.toFixed(2)
}

function table({ from, until, all, best, interventions }: Score): string {
  const rows = [
    ['', ...COLUMNS.map(([heading]) => heading)],
    ...interventions.map((one) => [one.id, ...COLUMNS.map(([, value]) => value(one))]),
    ['in all', ...COLUMNS.map(([, value]) => value(all))],
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length))) ?? []
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
      )
      .join('  ')
      .trimEnd(),
  )
  const threshold = best ? [`NAB is best at a threshold of ${best.threshold}: ${twoDecimals(best.nab)}`] : []
  return [
    `${all.series} series from ${formatInstant(from)} to ${formatInstant(until)}`,
    ...lines,
    ...threshold,
    '',
  ].join('\n')
}

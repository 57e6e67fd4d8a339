// Puts what a stream does beside the calibration. Reads NDJSON on standard input and prints a table of Markdown; what is off
// says so:
//
//     npx tutorsim run --students 9000 --start 2025-09-01 --for 273d | node bench/calibration.ts

import { createInterface } from 'node:readline'
import { Reader, type Reading, type RowReading } from '../model/realism/index.ts'
import { figureText } from '../model/realism/table.ts'

const reader = new Reader()
for await (const line of createInterface({ input: process.stdin })) reader.line(line)
const reading = reader.end()
if (process.argv.includes('--json')) console.log(JSON.stringify(reading))
else print(reading)

function print({ stream, rows }: Reading): void {
  const { events, unreadable, students, tutors, first, last } = stream
  console.error(
    `${events} events, ${unreadable} lines that are none, ${students} students, ${tutors} tutors, ${first} to ${last}`,
  )
  console.log('| row | quantity | figure | target | measured | n | |\n| --- | --- | --- | --- | --- | --- | --- |')
  for (const row of rows) for (const cells of linesOf(row)) console.log(`| ${cells.join(' | ')} |`)
  const judged = rows.filter(({ within }) => within !== null)
  const off = judged.filter(({ within }) => !within)
  console.error(
    `${judged.length - off.length} of ${judged.length} rows within tolerance; off: ${off.map(({ id }) => id).join(', ')}`,
  )
}

function linesOf({ id, quantity, parts }: RowReading): string[][] {
  return parts.map(({ name, unit, low, high, measured, samples, within }) => {
    const range =
      low === null ? `≤ ${round(high)}` : high === null ? `≥ ${round(low)}` : `${round(low)} to ${round(high)}`
    const verdict = within === null ? '?' : within ? '' : 'OFF'
    return [
      id,
      quantity,
      name,
      `${range} ${unit}`.trim(),
      figureText(measured, unit),
      String(Math.round(samples)),
      verdict,
    ]
  })
}

function round(value: number | null): number {
  return Number((value ?? 0).toFixed(4))
}

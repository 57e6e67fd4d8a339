// Puts what a stream or worlds do beside the calibration, as a table of Markdown.
//
//     npx tutorsim run --students 9000 --start 2025-09-01 --for 273d | node bench/calibration.ts
//     node bench/calibration.ts --seeds 1,2,3,4,5        worlds of these seeds, read with their tables
//        --students 9000 --start 2025-09-01 --days 273 --shocks off
//        --write                                         puts their medians into docs/calibration.md
//     --settings ours.yaml                               what the stream was made with, and worlds are: rows are judged by it
//     --json prints readings instead

import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { type SettingsInput, settingsFrom } from '../model/index.ts'
import {
  figureText,
  type Measured,
  Reader,
  type Reading,
  ROWS,
  type RowReading,
  rowsFor,
} from '../model/realism/index.ts'
import { keepMeasurements, writeCalibrationPage } from './calibration-page.ts'
import { readWorld } from './calibration-world.ts'

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string' },
    students: { type: 'string', default: '9000' },
    start: { type: 'string', default: '2025-09-01' },
    days: { type: 'string', default: '273' },
    shocks: { type: 'string', default: 'on' },
    write: { type: 'boolean', default: false },
    settings: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const { seeds } = options
/** As a file has them, and the rows that they call for. */
const own: SettingsInput = options.settings === undefined ? {} : parse(readFileSync(options.settings, 'utf8'))
const rows = rowsFor(settingsFrom({ ...own, tick: '1d' }))
const readings = seeds === undefined ? [await readStream()] : seeds.split(',').map(readSeed)
if (options.json) console.log(JSON.stringify(seeds === undefined ? readings[0] : readings))
else print(readings)
if (seeds !== undefined && options.write && options.settings === undefined) write(seeds, readings)

async function readStream(): Promise<Reading> {
  const reader = new Reader({ rows })
  for await (const line of createInterface({ input: process.stdin })) reader.line(line)
  return reader.end()
}

function readSeed(seed: string): Reading {
  const { students, start, days, shocks } = options
  const reading = readWorld(
    { ...own, seed, students: Number(students), start, ...(shocks === 'off' ? { shocks: 'off' as const } : {}) },
    Number(days),
    rows,
  )
  console.error(`seed ${seed}: ${verdictOf(reading.rows)}`)
  return reading
}

function verdictOf(rows: RowReading[]): string {
  const judged = rows.filter(({ within }) => within !== null)
  const off = judged.filter(({ within }) => !within)
  return `${judged.length - off.length} of ${judged.length} rows within tolerance; off: ${off.map(({ id }) => id).join(', ')}`
}

function print(all: Reading[]): void {
  for (const { stream, rows } of all) {
    const { events, unreadable, students, tutors, first, last } = stream
    console.error(
      `${events} events, ${unreadable} lines that are none, ${students} students, ${tutors} tutors, ${first} to ${last}`,
    )
    if (all.length === 1) console.error(verdictOf(rows))
  }
  console.log('| row | quantity | figure | target | measured | n | |\n| --- | --- | --- | --- | --- | --- | --- |')
  for (const place of ROWS.keys()) for (const cells of linesOf(all, place)) console.log(`| ${cells.join(' | ')} |`)
  const judged = all.flatMap(({ rows }) => rows.filter(({ within }) => within !== null))
  const held = judged.filter(({ within }) => within)
  if (all.length > 1)
    console.error(
      `${held.length} of ${judged.length} (${((100 * held.length) / judged.length).toFixed(1)} %) over seeds`,
    )
}

/** A line for each figure of a row: over several readings, all values. */
function linesOf(all: Reading[], place: number): string[][] {
  const [first] = all as [Reading]
  const { id, quantity, parts } = first.rows[place] as RowReading
  return parts.map(({ name, unit, low, high }, at) => {
    const range =
      low === null ? `≤ ${round(high)}` : high === null ? `≥ ${round(low)}` : `${round(low)} to ${round(high)}`
    const own = all.map(({ rows }) => rows[place]?.parts[at]).filter((part) => part !== undefined)
    const off = own.filter(({ within }) => within === false).length
    const isMeasured = own.some(({ within }) => within !== null)
    const verdict = isMeasured ? (off === 0 ? '' : all.length === 1 ? 'OFF' : `OFF ${off}`) : '?'
    const measured = own.map((part) => figureText(part.measured, unit)).join(' ')
    return [id, quantity, name, `${range} ${unit}`.trim(), measured, String(Math.round(own[0]?.samples ?? 0)), verdict]
  })
}

function round(value: number | null): number {
  return Number((value ?? 0).toFixed(4))
}

/** Medians over the seeds go to the page. */
function write(seeds: string, all: Reading[]): void {
  const rows = ROWS.map(({ id }, place): [string, Measured] => {
    const parts = all[0]?.rows[place]?.parts ?? []
    const medians = parts.map(({ name }, at): [string, number | null] => {
      const values = all
        .map(({ rows: own }) => own[place]?.parts[at]?.measured)
        .filter((value) => typeof value === 'number')
      const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
      return [name, middle === undefined ? null : Number(middle.toPrecision(6))]
    })
    return [id, Object.fromEntries(medians)]
  })
  const { students, start, days, shocks } = options
  const how = `node bench/calibration.ts --seeds ${seeds} --students ${students} --start ${start} --days ${days}`
  keepMeasurements({ how: shocks === 'off' ? `${how} --shocks off` : how, rows: Object.fromEntries(rows) })
  writeCalibrationPage()
}

// `tutorsim report FILE`: how real an event stream looks. A page of HTML with each target of the calibration beside what was
// measured, and with --against beside another stream. The verdict is data and goes to standard output, or with --json the
// figures alone.

import { existsSync, openSync, readSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { OperationalError, plural } from '../../engine/index.ts'
import { Checker, LINE_CHARACTERS_MAX } from '../../model/checker/index.ts'
import { partsOf, settingsFrom } from '../../model/index.ts'
import { type CalibrationRow, Reader, rowsFor } from '../../model/realism/index.ts'
import { chunksOf, LineReader, unreadable } from '../../sinks/index.ts'
import { figuresOf } from '../report/figures.ts'
import { GENERATOR, pageOf } from '../report/page.ts'
import { differencesOf, type Shown, verdictOf } from '../report/verdict.ts'
import { checkFile, figuresOnly } from '../terminal/plan.ts'
import { bar, openMeter } from '../terminal/progress.ts'
import { readSettings } from '../terminal/settingsfile.ts'
import { UsageError } from '../terminal/usage.ts'

const DIFFERENCES_MAX = 7
/** How far into a file a report says that it is one. */
const HEAD_BYTES = 400

export interface ReportOptions {
  /** A file of settings that the stream was made with, or preset:NAME; those of the default world. */
  settings?: string | undefined
  /** Another stream, to be held beside the first. */
  against?: string | undefined
  /** Where the page goes; `-` for standard output. */
  out?: string | undefined
  /** Figures as JSON on standard output; a page only where one is asked for. */
  json?: boolean | undefined
}

/**
 * @param file NDJSON, which may end in .zst, or `-` for standard input
 * @returns the exit code: 1 where a stream has no event
 * @throws UsageError, or OperationalError where a file cannot be read or written
 */
export async function report(file: string, { against, out, json, settings }: ReportOptions): Promise<number> {
  if (file === '-' && against === '-') throw new UsageError('--against -: standard input is read once')
  if (json && out === '-') throw new UsageError('--out -: with --json, the figures go to standard output')
  const page = out ?? (json ? undefined : `${file === '-' ? 'standard-input' : basename(file)}.html`)
  if (page !== undefined && page !== '-') refuseOthers(page)
  const rows = settings === undefined ? undefined : await rowsBy(settings)
  const shown = [await read(file, rows)]
  if (against !== undefined) shown.push(await read(against, rows))
  if (page === '-') process.stdout.write(pageOf(shown))
  else if (page !== undefined) write(page, pageOf(shown))
  const said = [...summary(shown), ...(page === undefined || page === '-' ? [] : [`the whole report: ${page}`])]
  const people = json || page === '-' ? process.stderr : process.stdout
  people.write(`${said.join('\n')}\n`)
  if (json) process.stdout.write(`${JSON.stringify(figuresOf(shown, DIFFERENCES_MAX))}\n`)
  return shown.every(({ reading }) => reading.stream.events > 0) ? 0 : 1
}

/** What a stream calls for that was made with the settings of a file. @throws OptionError */
async function rowsBy(settings: string): Promise<readonly CalibrationRow[]> {
  const { input } = await readSettings(settings, checkFile)
  const { calendar, shocks } = partsOf(input).others
  return rowsFor(
    settingsFrom({ ...figuresOnly(input), ...(calendar ? { calendar } : {}), ...(shocks ? { shocks } : {}) }),
  )
}

async function read(file: string, rows: readonly CalibrationRow[] | undefined): Promise<Shown> {
  const reader = new Reader({ rows })
  const checker = new Checker({ report: () => undefined })
  const meter = openMeter()
  const name = file === '-' ? 'standard input' : basename(file)
  let done = 0
  const lines = new LineReader(LINE_CHARACTERS_MAX, (line) => {
    reader.line(line)
    checker.line(line)
  })
  try {
    const onShare = (share: number): void => {
      done = share
    }
    for await (const chunk of chunksOf(file, onShare)) {
      lines.feed(chunk)
      meter.draw(() => `${bar(done)}  ${name}`)
    }
  } catch (error) {
    throw unreadable(file, error)
  } finally {
    meter.clear()
  }
  lines.end()
  return { name, reading: reader.end(), checked: checker.end() }
}

/** The verdict on each stream, and what differs the most. */
function summary(shown: readonly Shown[]): string[] {
  const verdicts = shown.map((each) => {
    const { words, within, judged } = verdictOf(each)
    return `${each.name}: ${words.toLowerCase()}, ${within} of ${judged} ${plural(judged, 'row')} on target`
  })
  const [first, against] = shown
  const told = first ? differencesOf(first, against, DIFFERENCES_MAX) : []
  return [...verdicts, ...told.map(({ subject, said }) => `  ${subject}: ${said}`)].map((line) =>
    line.replaceAll('\u00a0', ' '),
  )
}

/** A file that is there and no report stays as it is. @throws UsageError */
function refuseOthers(page: string): void {
  if (!existsSync(page)) return
  const head = Buffer.alloc(HEAD_BYTES)
  let length = 0
  try {
    length = readSync(openSync(page, 'r'), head, 0, HEAD_BYTES, 0)
  } catch (error) {
    throw unreadable(page, error)
  }
  if (length > 0 && !head.toString('utf8', 0, length).includes(GENERATOR))
    throw new UsageError(`--out ${page} is there and no report: name another file`)
}

function write(page: string, html: string): void {
  try {
    writeFileSync(page, html)
  } catch (error) {
    throw new OperationalError(`${page}: ${(error as Error).message}`, { code: 'FILE_NOT_WRITTEN', cause: error })
  }
}

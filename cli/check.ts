// `tutorsim check FILE`: verifies what an event stream promises (contract, section 3) on any NDJSON file, or on
// standard input. Violations and the summary go to standard error, figures to standard output.

import { isAscii } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createZstdDecompress } from 'node:zlib'
import { Checker, LINE_CHARACTERS_MAX, type Totals, type Violation } from '../model/checker/index.ts'

const CHUNK_BYTES = 1 << 20
const LINE_FEED = 10
const DAY_MILLISECONDS = 86_400_000
const PROGRESS_MILLISECONDS = 500

export interface CheckOptions {
  /** Figures as JSON on standard output. */
  json?: boolean | undefined
  /** Whether the stream begins at its world's birth; found out where undefined. */
  sinceBirth?: boolean | undefined
  /** How many violations to print. */
  max?: number | undefined
}

/**
 * Checks a file (`-` for standard input; `.zst` is decompressed on the way).
 * @returns the exit code: 0 without violations, 1 with any
 * @throws an Error with one line for people where the file cannot be read
 */
export async function check(file: string, { json, sinceBirth, max = 20 }: CheckOptions): Promise<number> {
  const progress = new Progress()
  let printed = 0
  const report = (violation: Violation): void => {
    if (printed++ < max) progress.print(inWords(violation))
  }
  const checker = new Checker({ report, sinceBirth })
  const lines = new Lines((line) => checker.line(line))
  try {
    for await (const chunk of chunksOf(file)) {
      lines.feed(chunk)
      progress.show(chunk.length, checker)
    }
  } catch (error) {
    progress.clear()
    throw new Error(`cannot read ${file}: ${reason(error as NodeJS.ErrnoException)}`, { cause: error })
  }
  lines.end()
  const totals = checker.end()
  const more = totals.violations - Math.min(max, printed)
  if (more > 0 && max > 0) progress.print(`and ${grouped(more)} more`)
  for (const line of summary(totals)) progress.print(line)
  if (json) process.stdout.write(`${JSON.stringify(figures(totals))}\n`)
  return totals.violations === 0 ? 0 : 1
}

/** Cuts bytes into lines of text. Splitting whole chunks by hand is several times as fast as node:readline. */
class Lines {
  readonly #onLine: (line: string) => void
  /** The beginning of a line whose end has not come yet: no more of it than shows that it is too long. */
  #rest: Buffer[] = []
  #restBytes = 0
  #first = true

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  feed(chunk: Buffer): void {
    const end = chunk.lastIndexOf(LINE_FEED)
    if (end === -1) {
      this.#keep(chunk)
      return
    }
    // A line feed is never part of another character in UTF-8, so whole lines can be decoded alone.
    const begun = chunk.indexOf(LINE_FEED)
    this.#keep(chunk.subarray(0, begun))
    this.#emit(text(Buffer.concat(this.#rest)))
    this.#rest = []
    this.#restBytes = 0
    if (end > begun) this.#split(text(chunk.subarray(begun + 1, end)))
    this.#keep(chunk.subarray(end + 1))
  }

  /** The last line may lack its line feed. */
  end(): void {
    if (this.#restBytes > 0) this.#emit(text(Buffer.concat(this.#rest)))
  }

  #split(lines: string): void {
    let from = 0
    for (let to = lines.indexOf('\n'); to !== -1; to = lines.indexOf('\n', from)) {
      this.#emit(lines.slice(from, to))
      from = to + 1
    }
    this.#emit(lines.slice(from))
  }

  #emit(line: string): void {
    // JSON takes a carriage return at the end for the space that it is, but a byte order mark for an error.
    this.#onLine(this.#first && line.startsWith('\uFEFF') ? line.slice(1) : line)
    this.#first = false
  }

  #keep(bytes: Buffer): void {
    const room = 4 * LINE_CHARACTERS_MAX + 4 - this.#restBytes
    if (bytes.length === 0 || room <= 0) return
    // Copied: the reader may fill the chunk again.
    this.#rest.push(Buffer.from(bytes.subarray(0, room)))
    this.#restBytes += Math.min(bytes.length, room)
  }
}

/** How far it is, on a terminal only. */
class Progress {
  #bytes = 0
  #shownAt = performance.now()
  #shown = false

  show(bytes: number, checker: Checker): void {
    this.#bytes += bytes
    const now = performance.now()
    if (!process.stderr.isTTY || now - this.#shownAt < PROGRESS_MILLISECONDS) return
    this.#shownAt = now
    this.#shown = true
    const { lines, violations } = checker.totals
    const read = `${grouped(lines)} lines, ${grouped(Math.round(this.#bytes / 1e6))} MB`
    process.stderr.write(`\r\u001b[2K${read}, ${counted(violations, 'violation')}`)
  }

  print(line: string): void {
    this.clear()
    process.stderr.write(`${line}\n`)
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[2K')
    this.#shown = false
  }
}

function chunksOf(file: string): AsyncIterable<Buffer> {
  if (file === '-') return process.stdin
  return file.endsWith('.zst') ? decompressed(file) : createReadStream(file, { highWaterMark: CHUNK_BYTES })
}

/** A file that was written in several goes consists of several frames, and Node's decompressor ends with the first. */
async function* decompressed(file: string): AsyncGenerator<Buffer> {
  const { size } = await stat(file)
  let start = 0
  do {
    const frame = createZstdDecompress({ chunkSize: CHUNK_BYTES })
    // Errors of either come out of the loop that reads.
    yield* pipeline(createReadStream(file, { start }), frame, () => {})
    start += frame.bytesWritten
  } while (start < size)
}

function text(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8')
}

function inWords({ line, rule, message }: Violation): string {
  return `line ${line}: ${rule === 'format' ? 'format' : `rule ${rule}`}, ${message}`
}

function summary(totals: Totals): string[] {
  const { events, first, last, sinceBirth, unjudged, violations } = totals
  const span = events === 0 ? '' : ` over ${((last - first) / DAY_MILLISECONDS).toFixed(1)} days`
  const lines = [`${counted(events, 'event')}${span}: ${counted(violations, 'violation')}`]
  if (!sinceBirth && unjudged > 0) {
    lines.push(`begins in mid-life: ${counted(unjudged, 'claim')} about the time before it cannot be judged`)
  }
  return lines
}

function figures(totals: Totals): object {
  const { first, last } = totals
  const known = !Number.isNaN(first)
  return {
    lines: totals.lines,
    events: totals.events,
    events_by_type: totals.eventsByType,
    first: known ? new Date(first).toISOString() : null,
    last: known ? new Date(last).toISOString() : null,
    simulated_days: known ? (last - first) / DAY_MILLISECONDS : 0,
    students: totals.students,
    tutors: totals.tutors,
    churned: totals.churned,
    returned: totals.returned,
    since_birth: totals.sinceBirth,
    violations: totals.violations,
    violations_by_rule: totals.violationsByRule,
    left_open: totals.unjudged,
  }
}

function reason(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'no such file'
  if (error.code === 'EISDIR') return 'it is a directory'
  if (error.code === 'EACCES') return 'permission denied'
  return error.message
}

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Thousands set apart, whatever the machine's locale. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

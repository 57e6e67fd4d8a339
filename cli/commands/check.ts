// `tutorsim check FILE`: verifies what an event stream promises (contract, section 3) on any NDJSON file, or on
// standard input. The result is data and goes to standard output: violations and a summary, or with --json the figures
// alone, and the text for people to standard error.

import { grouped, OptionError, plural } from '../../engine/index.ts'
import { Checker, LINE_CHARACTERS_MAX, type Totals, type Violation } from '../../model/checker/index.ts'
import { chunksOf, LineReader, unreadable } from '../../sinks/index.ts'
import { bar, openMeter } from '../terminal/progress.ts'
import { spanInWords } from '../terminal/spans.ts'
import { readWireLabels } from '../terminal/wirelabels.ts'

const DAY_MILLISECONDS = 86_400_000

export interface CheckOptions {
  /** Figures as JSON on standard output, which is then nothing else. */
  json?: boolean | undefined
  /** Whether the stream begins at its world's birth; found out where undefined. */
  sinceBirth?: boolean | undefined
  /** How many violations to print. */
  max?: number | undefined
  /** File of labels of the run: a violation that the wire has brought is named by it. */
  labels?: string | undefined
}

/**
 * Checks a file (`-` for standard input; `.zst` is decompressed on the way).
 * @returns the exit code: 0 without violations, 1 with any
 * @throws OptionError, or OperationalError where the file cannot be read
 */
export async function check(file: string, { json, sinceBirth, max = 20, labels }: CheckOptions): Promise<number> {
  if (!(Number.isInteger(max) && max >= 0))
    throw new OptionError({ option: 'max', rule: 'a whole number from 0 on', value: max })
  const progress = new Progress(json ? process.stderr : process.stdout)
  let [printed, labelled] = [0, 0]
  const known = labels === undefined ? undefined : await readWireLabels(labels)
  const report = (violation: Violation): void => {
    const label = known?.of(violation)
    if (label !== undefined) labelled++
    if (printed++ < max) progress.print(inWords(violation) + (label === undefined ? '' : `; ${label}`))
  }
  const checker = new Checker({ report, sinceBirth })
  const lines = known
    ? new LineReader(LINE_CHARACTERS_MAX, (line) => {
        known.take(line)
        checker.line(line)
      })
    : new LineReader(
        LINE_CHARACTERS_MAX,
        (line) => checker.line(line),
        (bytes, from, to) => checker.lines(bytes, from, to),
      )
  try {
    const onShare = (share: number): void => {
      progress.share = share
    }
    for await (const chunk of chunksOf(file, onShare)) {
      lines.feed(chunk)
      progress.show(checker)
    }
  } catch (error) {
    progress.clear()
    throw unreadable(file, error)
  }
  lines.end()
  const totals = checker.end()
  const more = totals.violations - Math.min(max, printed)
  if (more > 0 && max > 0) progress.print(`and ${grouped(more)} more`)
  for (const line of summary(totals)) progress.print(line)
  if (known) progress.print(`${grouped(labelled)} of them ${labelled === 1 ? 'is' : 'are'} labelled`)
  const ofLabels = known ? { violations_labelled: labelled } : {}
  if (json) process.stdout.write(`${JSON.stringify({ ...figures(totals), ...ofLabels })}\n`)
  return totals.violations === 0 ? 0 : 1
}

/** How far it is, on a terminal only, and the lines of the result between. */
class Progress {
  /** Of the file that is read; undefined of standard input. */
  share: number | undefined
  readonly #out: NodeJS.WritableStream
  readonly #meter = openMeter()

  constructor(out: NodeJS.WritableStream) {
    this.#out = out
  }

  show({ totals: { lines, violations } }: Checker): void {
    const share = this.share === undefined ? '' : `${bar(this.share)}  `
    this.#meter.draw(() => `${share}${counted(lines, 'line')}, ${counted(violations, 'violation')}`)
  }

  print(line: string): void {
    this.clear()
    this.#out.write(`${line}\n`)
  }

  clear(): void {
    this.#meter.clear()
  }
}

function inWords({ line, rule, message }: Violation): string {
  return `line ${line}: ${rule === 'format' ? 'format' : `rule ${rule}`}, ${message}`
}

function summary(totals: Totals): string[] {
  const { events, first, last, sinceBirth, unjudged, violations } = totals
  const span = events === 0 ? '' : ` over ${spanInWords(last - first, 2)}`
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

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${plural(count, noun)}`
}

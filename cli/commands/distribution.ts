// `tutorsim distribution TARGET`: how many events of each type there are, on a Kinesis stream or in a file, and how that
// compares with the default world. The result is data and goes to standard output: a table, or with --json the figures
// alone, and the table to standard error.

import { counted } from '../../engine/index.ts'
import { eventTypes } from '../../model/index.ts'
import { eachLine, readKinesis } from '../../sinks/index.ts'
import { UsageError } from '../terminal/usage.ts'

const LINE_CHARACTERS_MAX = 1 << 20
/** Percent of each type in the default world. */
const EXPECTED = new Map<string, number>(eventTypes.map(({ name, expectedPercent }) => [name, expectedPercent]))

export interface DistributionOptions {
  json?: boolean
}

/**
 * @param target `kinesis:NAME`, or a file of NDJSON, which may end in .zst; `-` for standard input
 * @returns the exit code: 1 where there are no events
 * @throws UsageError, or OperationalError where it cannot be read
 */
export async function distribution(target: string, { json }: DistributionOptions): Promise<number> {
  const counts = new Map<string, number>(eventTypes.map(({ name }) => [name, 0]))
  let other = 0
  await read(target, (text) => {
    const type = typeOf(text)
    const count = counts.get(type)
    if (count === undefined) other += 1
    else counts.set(type, count + 1)
  })
  const events = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const out = json ? process.stderr : process.stdout
  out.write(table(counts, events, other))
  if (json) process.stdout.write(`${JSON.stringify(figures(target, counts, events, other))}\n`)
  return events === 0 ? 1 : 0
}

async function read(target: string, onRecord: (text: string) => void): Promise<void> {
  if (/^https?:/i.test(target)) throw new UsageError(`${target}: not kinesis:NAME, nor a file`)
  if (!target.startsWith('kinesis:')) return eachLine(target, LINE_CHARACTERS_MAX, onRecord)
  const name = target.slice('kinesis:'.length)
  if (!/^[\w.-]{1,128}$/.test(name))
    throw new UsageError(`${target}: a stream's name has 1 to 128 letters, digits, dots, dashes and underscores`)
  await readKinesis(name, onRecord)
}

function typeOf(text: string): string {
  try {
    return String(JSON.parse(text)?.event_type)
  } catch {
    return ''
  }
}

/** Types by their number of events. */
function table(counts: ReadonlyMap<string, number>, events: number, other: number): string {
  const row = (name: string, count: number | string, share: string, expected: string) =>
    `${name.padEnd(28)}${String(count).padStart(12)}${share.padStart(10)}${expected.padStart(10)}\n`
  const rows = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([type, count]) => row(type, count, percent(count, events), `${EXPECTED.get(type)?.toFixed(1)} %`))
  const rest = other === 0 ? '' : `${counted(other, 'record is', 'records are')} no event\n`
  return `${row('event type', 'events', 'share', 'expected')}${rows.join('')}${row('in all', events, '', '')}${rest}`
}

function percent(count: number, events: number): string {
  return events === 0 ? '-' : `${((100 * count) / events).toFixed(1)} %`
}

function figures(target: string, counts: ReadonlyMap<string, number>, events: number, other: number): object {
  const share = (count: number) => (events === 0 ? null : count / events)
  return {
    target,
    events,
    no_events: other,
    events_by_type: Object.fromEntries(counts),
    shares: Object.fromEntries([...counts].map(([type, count]) => [type, share(count)])),
    expected_shares: Object.fromEntries([...EXPECTED].map(([type, value]) => [type, Number((value / 100).toFixed(4))])),
  }
}

// Every setting at both ends of its range and twice in between, on a small world: whether the stream is coherent, and what the
// figure that the setting says it moves comes to.
//
//     node bench/settings.ts [--only calls.] [--ends] [--write]
//
// `--ends` looks at the ends alone. `--write` writes the table into docs/settings-measured.md.

import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DAY } from '../engine/index.ts'
import { Checker } from '../model/checker/index.ts'
import { createWorld, type Event, type SettingsInput } from '../model/index.ts'
import { SETTINGS, type Setting } from '../model/settings/catalogue.ts'
import { movedBy, READERS } from './settings-readers.ts'
import { Stream } from './settings-stream.ts'

const PAGE = new URL('../docs/settings-measured.md', import.meta.url)
const SEED = 'settings'
const HEAD = '| setting | figure of the stream | lowest | | | highest |\n| --- | --- | --- | --- | --- | --- |'
const MONTHS = 'january february march april may june july august september october november december'.split(' ')

/** A world in which the setting has something to move. */
interface Stage {
  students: number
  start: string
  days: number
  /** Of other settings, where the figure would be too rare otherwise. */
  with?: SettingsInput
}

const USUAL: Stage = { students: 400, start: '2026-02-02', days: 63 }
const LONG: Stage = { ...USUAL, days: 112 }

/** By the beginning of a setting's name; the first that fits. */
const STAGES: readonly [string, Stage][] = [
  ['people.zones.northeast.eastern', { ...USUAL, with: { 'people.zones.northeast.central': 50 } }],
  [
    'sessions.ratings.tired_tutor',
    { ...USUAL, with: { 'tutors.students_a_tutor': 9, 'tutors.tired.hours': 6, 'tutors.tired.weeks': 1 } },
  ],
  [
    'sessions.reliability_evenness.tutors',
    { ...USUAL, with: { 'sessions.failures.tutor_no_show': 1000, 'sessions.failed_percent': 30 } },
  ],
  ['growth.summer_rest.leaving', { students: 400, start: '2026-05-01', days: 170 }],
  ['growth.summer_rest', { students: 400, start: '2026-05-01', days: 92 }],
  ['growth.leaving_factors.june', { students: 400, start: '2026-05-01', days: 92 }],
  ['growth.leaving_factors.joined_in_june', { students: 500, start: '2026-05-25', days: 130 }],
  [
    'growth.returns.percent',
    { students: 400, start: '2025-09-01', days: 240, with: { 'growth.pauses.percent_weekly': 0 } },
  ],
  [
    'growth.returns',
    {
      ...{ students: 400, start: '2025-09-01', days: 260 },
      with: { 'growth.pauses.percent_weekly': 0, 'growth.returns.percent': 100, 'growth.returns.days_more': 10 },
    },
  ],
  [
    'growth.first_session_loss',
    { students: 800, start: '2026-02-02', days: 112, with: { 'growth.leaving_percent_monthly': 20 } },
  ],
  ['growth', LONG],
  ['tutors.rests.june', { students: 400, start: '2026-05-25', days: 50 }],
  ['tutors.leaving', LONG],
  ['tutors.notice', LONG],
  ['tutors.bereaved', { ...LONG, with: { 'tutors.leaving_percent_monthly': 20 } }],
  ['tutors.tired.hours', { ...USUAL, with: { 'tutors.students_a_tutor': 9 } }],
  ['tutors.tired', { ...USUAL, with: { 'tutors.students_a_tutor': 9, 'tutors.tired.hours': 8 } }],
  ['people.plans_of_newcomers', LONG],
  ['markets.shortage.long_term', { ...LONG, with: { 'tutors.students_a_tutor': 10 } }],
  ['markets.shortage.over_at', { ...LONG, with: { 'tutors.students_a_tutor': 5.5 } }],
  ['markets.shortage', { ...USUAL, with: { 'tutors.students_a_tutor': 8 } }],
  ['slots.shortage', { ...USUAL, with: { 'tutors.students_a_tutor': 9 } }],
  ['shocks.winter_illness', { students: 400, start: '2025-11-15', days: 135 }],
  ['shocks.weather', { students: 400, start: '2025-12-01', days: 90 }],
  ['shocks.report_cards', { students: 400, start: '2025-10-01', days: 63 }],
  [
    'shocks.price_changes',
    { ...USUAL, start: '2025-12-15', days: 240, with: { 'shocks.price_changes.percent_quarterly': 100 } },
  ],
  ['shocks.outages', { ...USUAL, with: { 'shocks.outages.every_days': 3 } }],
  ['shocks.releases', { ...LONG, with: { 'shocks.releases.bad_percent': 60 } }],
  ['shocks.tutors_drawn_away', { ...LONG, with: { 'shocks.tutors_drawn_away.percent': 60 } }],
]

function stageOf({ name }: Setting): Stage {
  const month = MONTHS.findIndex((one) => name.includes(`.${one}`))
  if (month >= 0 && /sign_ups|illness_percent|holiday_percent/.test(name)) {
    const start = new Date(Date.UTC(2026, month, name.includes('sign_ups') ? -20 : -5))
    return { students: 400, start: start.toISOString().slice(0, 10), days: name.includes('sign_ups') ? 80 : 42 }
  }
  const [, stage = USUAL] = STAGES.find(([begins]) => name.startsWith(begins)) ?? []
  return stage
}

/** Both ends of the range, and two values in between that differ as much from one another as their kind can. */
export function valuesOf({ minimum, maximum, integer, default: usual }: Setting, endsOnly = false): number[] {
  if (endsOnly) return [minimum, maximum]
  const isWide = minimum > 0 && maximum / minimum > 30
  const at = (share: number): number => {
    const value = isWide ? minimum * (maximum / minimum) ** share : minimum + (maximum - minimum) * share
    return integer ? Math.round(value) : Number(value.toPrecision(3))
  }
  // Most of the range of a weight or a rare thing lies far above what is usual.
  const inner =
    usual > minimum && usual < minimum + (maximum - minimum) / 10 ? [usual, at(0.4)] : [at(1 / 3), at(2 / 3)]
  return [...new Set([minimum, ...inner, maximum])].sort((a, b) => a - b)
}

export interface Measured {
  value: number
  figure: number
  violations: string[]
}

/** What a world with a setting at a value comes to. */
export function measure(setting: Setting, value: number): Measured {
  const { students, start, days, with: others } = stageOf(setting)
  const world = createWorld({ ...others, seed: SEED, students, start, warmup: '0d', tick: '1d', [setting.name]: value })
  const events: Event[] = world.run(`${days}d`)
  const violations: string[] = []
  const report = ({ line, rule, message }: { line: number; rule: number | string; message: string }): void => {
    violations.push(`${line} rule ${rule}: ${message}`)
  }
  const checker = new Checker({ sinceBirth: true, report })
  for (const event of events) checker.line(JSON.stringify(event))
  if (events.length > 0) checker.end()
  const { figure } = movedBy(setting)
  const from = Date.parse(start)
  const stream = new Stream(events, from, from + days * DAY)
  return { value, figure: READERS[figure]?.(stream, setting) ?? Number.NaN, violations }
}

/** What is wrong with how a setting moved its figure; undefined where all is well. */
export function faultOf(setting: Setting, measured: readonly Measured[]): string | undefined {
  const broken = measured.find(({ violations }) => violations.length > 0)
  if (broken) return `at ${broken.value} ${broken.violations.length} violations: ${broken.violations[0]}`
  const odd = measured.find(({ figure }) => !Number.isFinite(figure))
  if (odd) return `at ${odd.value} the figure is ${odd.figure}`
  const { direction } = movedBy(setting)
  const moved = (measured.at(-1) as Measured).figure - (measured[0] as Measured).figure
  if (direction === 'any' ? moved !== 0 : direction === 'up' ? moved > 0 : moved < 0) return undefined
  return `moved by ${moved} instead of ${direction}`
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function main(): void {
  const { values: options } = parseArgs({
    options: { only: { type: 'string' }, ends: { type: 'boolean' }, write: { type: 'boolean' } },
  })
  const { only = '', ends = false, write = false } = options
  const rows = new Map<string, string>()
  let faults = 0
  for (const setting of SETTINGS) {
    if (!setting.name.startsWith(only)) continue
    const measured = valuesOf(setting, ends).map((value) => measure(setting, value))
    const { figure, direction } = movedBy(setting)
    const fault = faultOf(setting, measured)
    if (fault) faults++
    const cells = measured.map(({ value, figure: came }) => `${shown(value)}: ${shown(came)}`)
    console.log(
      `${fault ? 'FAULT ' : ''}${setting.name} ${figure} ${direction} ${cells.join('  ')}${fault ? ` — ${fault}` : ''}`,
    )
    while (cells.length < 4) cells.splice(1, 0, '')
    rows.set(setting.name, `| \`${setting.name}\` | ${figure.replaceAll('_', ' ')} | ${cells.join(' | ')} |`)
  }
  console.log(`${rows.size} settings, ${faults} faults`)
  if (write) writeTable(rows)
  process.exitCode = faults > 0 ? 1 : 0
}

/** Puts rows into the page; those of settings that were not looked at stay. */
function writeTable(rows: ReadonlyMap<string, string>): void {
  const page = readFileSync(PAGE, 'utf8')
  const known = new Map([...page.matchAll(/^\| `(.+?)` \| .*$/gm)].map(([row, name = '']) => [name, row]))
  const all = SETTINGS.flatMap(({ name }) => rows.get(name) ?? known.get(name) ?? [])
  const text = page.slice(0, page.indexOf('| setting |'))
  writeFileSync(PAGE, `${text}${HEAD}\n${all.join('\n')}\n`)
}

if (process.argv[1] === import.meta.filename) main()

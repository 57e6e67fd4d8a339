// Every setting at both ends of its range and twice in between, on a small world: whether the stream is coherent, and what the
// figure that the setting says it moves comes to.
//
//     node bench/settings.ts [--only calls.] [--ends] [--write]
//
// `--ends` looks at the ends alone. `--write` writes each row into docs/settings-measured.md as soon as it is measured. Cells are of
// one world each. The direction is judged by as many pairs of worlds as it takes for it to be no matter of the seed.

import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DAY } from '../engine/index.ts'
import { Checker } from '../model/checker/index.ts'
import { createWorld, type Event, SETTINGS, type Setting, type SettingsInput } from '../model/index.ts'
import { movedBy, READERS } from './settings-readers.ts'
import { deviation, mean, Stream } from './settings-stream.ts'

const PAGE = new URL('../docs/settings-measured.md', import.meta.url)
const SEED = 'settings'
/** Pairs of worlds, one with the setting at its lowest and one at its highest: so many at least, and no more than that. */
const [PAIRS_LEAST, PAIRS_MOST] = [4, 24]
/** Standard errors by which a mean move has to differ from none. */
const ERRORS_LEAST = 5
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
/** So many leave that what they leave for, and how, is seen. */
const LEAVING: Stage = { ...LONG, with: { 'growth.leaving_percent_monthly': 20 } }
/** Of whom all come back who leave, once. */
const RETURNING: SettingsInput = {
  ...{ 'growth.leaving_percent_monthly': 20, 'growth.pauses.percent_weekly': 0 },
  ...{ 'growth.returns.percent': 100, 'growth.returns.days_more': 10 },
}
const CLASSES: SettingsInput = { 'sessions.group_percent': 40, 'sessions.class_students': 8 }

/** Many lessons find no tutor, and nothing else moves any. */
const RETRIED: SettingsInput = {
  ...{ 'tutors.students_a_tutor': 9, 'slots.shortage.called_off_percent': 0 },
  ...{ 'slots.moved_percent': 0, 'slots.flexible_percent': 0, 'slots.hour_spread_percent': 0 },
}

const RATINGS = [1, 2, 3, 4, 5]

/** Nearly all ratings are this one. @param limits of those who do not fail, or who do */
function rated(limits: 'student_limits' | 'failed_limits', rating: number): SettingsInput {
  const all = RATINGS.slice(1).map((above) => [`sessions.ratings.${limits}.rating_${above}`, above > rating ? 4 : -4])
  return Object.fromEntries(all) as SettingsInput
}

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
  [
    'growth.leaving_factors.joined_in_june',
    {
      ...{ students: 400, start: '2026-05-15', days: 110 },
      with: {
        ...{ 'growth.sign_ups.june_1': 10, 'growth.sign_ups.june_2': 10, 'growth.percent_monthly': 25 },
        ...{ 'growth.summer_rest.percent': 0, 'growth.pauses.percent_weekly': 0 },
      },
    },
  ],
  [
    'growth.returns.percent',
    { students: 400, start: '2025-09-01', days: 240, with: { 'growth.pauses.percent_weekly': 0 } },
  ],
  ['growth.returns', { students: 200, start: '2025-09-01', days: 480, with: RETURNING }],
  ['growth.leaving_factors.shortage', { ...LONG, with: { 'tutors.students_a_tutor': 9 } }],
  ['growth.leaving_factors.tutor_left', { ...LONG, with: { 'tutors.leaving_percent_monthly': 20 } }],
  ['growth.dissatisfied', { ...LONG, with: { 'growth.leaving_factors.dissatisfied': 12 } }],
  ['growth.wavering', LEAVING],
  ['growth.farewell', LEAVING],
  ['growth.sign_ups', { ...USUAL, with: { 'growth.leaving_percent_monthly': 20, 'growth.percent_monthly': 15 } }],
  [
    'growth.first_session_loss',
    { students: 800, start: '2026-02-02', days: 112, with: { 'growth.leaving_percent_monthly': 20 } },
  ],
  ['growth', LONG],
  ['tutors.rests.june', { students: 400, start: '2026-05-25', days: 50 }],
  ['tutors.leaving', LONG],
  ['tutors.notice', { ...LONG, with: { 'tutors.leaving_percent_monthly': 20 } }],
  ['tutors.rests.weeks', { ...USUAL, with: { 'tutors.rests.percent_weekly': 5 } }],
  ['tutors.sought.quality', { ...USUAL, with: { 'sessions.ratings.quality': 2 } }],
  [
    'tutors.bereaved',
    { ...LONG, with: { 'tutors.leaving_percent_monthly': 20, 'growth.leaving_factors.tutor_left': 12 } },
  ],
  [
    'tutors.tired',
    {
      ...USUAL,
      with: {
        ...{ 'tutors.students_a_tutor': 9, 'sessions.failures.tutor_no_show': 20 },
        ...{ 'tutors.tired.hours': 6, 'tutors.tired.weeks': 1, 'tutors.tired.no_shows': 6 },
      },
    },
  ],
  ['people.plans_of_newcomers', LONG],
  [
    'markets.shortage.long_term',
    { ...LONG, with: { 'tutors.students_a_tutor': 10, 'growth.leaving_factors.shortage_of_a_month': 12 } },
  ],
  ['markets.shortage.over_at', { ...LONG, with: { 'tutors.students_a_tutor': 5.5 } }],
  ['markets.shortage', { ...USUAL, with: { 'tutors.students_a_tutor': 8 } }],
  [
    'slots.called_off_hours_before_least',
    { ...USUAL, with: { 'slots.called_off_percent': 2, 'slots.called_off_hours_before': 6 } },
  ],
  ['slots.called_off_hours_before', { ...USUAL, with: { 'slots.called_off_percent': 2 } }],
  ['slots.retry_hours_least', { ...USUAL, with: { ...RETRIED, 'slots.retry_hours_most': 7 } }],
  ['slots.retry_hours_most', { ...USUAL, with: RETRIED }],
  [
    'slots.gives_up_tutor',
    {
      ...USUAL,
      with: {
        ...{ 'tutors.illness_percent.february': 80, 'tutors.illness_percent.march': 80 },
        ...{ 'tutors.illness_percent.april': 80, 'slots.substitute_percent': 0 },
      },
    },
  ],
  ['slots.shortage', { ...USUAL, with: { 'tutors.students_a_tutor': 9 } }],
  ...RATINGS.flatMap((rating): [string, Stage][] => [
    [`slots.stays_percent.rating_${rating}`, { ...USUAL, with: rated('student_limits', rating) }],
    [
      `slots.stays_after_failure_percent.rating_${rating}`,
      { ...USUAL, with: { 'sessions.failed_percent': 40, ...rated('failed_limits', rating) } },
    ],
  ]),
  ['sessions.class_', { ...USUAL, with: CLASSES }],
  [
    'calls.repeat_other_reasons',
    { ...USUAL, with: { 'calls.repeat_same_reason_percent': 0, 'calls.repeat_percent': 90 } },
  ],
  [
    'calls.unresolved_weighs',
    {
      ...LONG,
      with: {
        ...{ 'growth.leaving_factors.unresolved_call': 12, 'calls.resolved_percent': 0 },
        ...{ 'calls.per_100_sessions': 20, 'calls.repeat_percent': 0 },
      },
    },
  ],
  ['shocks.tests.more', { ...USUAL, with: { 'shocks.tests.percent_weekly': 100 } }],
  [
    'shocks.winter_illness.peak',
    {
      ...{ students: 400, start: '2025-11-15', days: 135 },
      with: { 'shocks.winter_illness.lost_percent_least': 30, 'shocks.winter_illness.lost_percent_most': 60 },
    },
  ],
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
  const [, stage = USUAL] = STAGES.find(([begins]) => name.startsWith(begins)) ?? []
  if (month < 0 || !/sign_ups|illness_percent|holiday_percent/.test(name)) return stage
  const start = new Date(Date.UTC(2026, month, name.includes('sign_ups') ? -20 : -5))
  return { ...stage, start: start.toISOString().slice(0, 10), days: name.includes('sign_ups') ? 80 : 42 }
}

/** Both ends of the range, and two values in between: the usual one, and one that is halfway to the farther end. */
export function valuesOf({ minimum, maximum, integer, default: usual }: Setting, endsOnly = false): number[] {
  if (endsOnly) return [minimum, maximum]
  const between = (from: number, to: number, share: number): number => {
    const isWide = from > 0 && to / from > 30
    const value = isWide ? from * (to / from) ** share : from + (to - from) * share
    return integer ? Math.round(value) : Number(value.toPrecision(3))
  }
  const isUsualInside = usual > minimum && usual < maximum
  const farther = usual - minimum > maximum - usual ? minimum : maximum
  const inner = isUsualInside
    ? [usual, farther === maximum ? between(usual, maximum, 1 / 2) : between(minimum, usual, 1 / 2)]
    : [between(minimum, maximum, 1 / 3), between(minimum, maximum, 2 / 3)]
  return [...new Set([minimum, ...inner, maximum])].sort((a, b) => a - b)
}

export interface Measured {
  value: number
  figure: number
  violations: string[]
}

/** What a world with a setting at a value comes to. */
export function measure(setting: Setting, value: number): Measured {
  const stage = stageOf(setting)
  const isUsual = value === setting.default && !(setting.name in (stage.with ?? {}))
  const { stream, violations } = isUsual ? usualIn(stage) : lived(stage, { [setting.name]: value })
  return { value, figure: figureOf(stream, setting), violations }
}

function figureOf(stream: Stream, setting: Setting): number {
  return READERS[movedBy(setting).figure]?.(stream, setting) ?? Number.NaN
}

/** How far a setting moves its figure from end to end. */
export interface Move {
  mean: number
  /** Standard errors by which that differs from none. */
  errors: number
  pairs: number
}

/** @param measured at the ends and in between, of the first pair */
export function moveOf(setting: Setting, measured: readonly Measured[]): Move {
  const stage = stageOf(setting)
  const at = (value: number, pair: number): number =>
    figureOf(streamOf(stage, { [setting.name]: value }, `${SEED} ${pair}`).stream, setting)
  const moves = [(measured.at(-1) as Measured).figure - (measured[0] as Measured).figure]
  for (;;) {
    const error = deviation(moves) / Math.sqrt(moves.length - 1)
    const move = { mean: mean(moves), errors: Math.abs(mean(moves)) / error, pairs: moves.length }
    if (move.pairs >= PAIRS_MOST || (move.pairs >= PAIRS_LEAST && move.errors > ERRORS_LEAST)) return move
    moves.push(at(setting.maximum, moves.length) - at(setting.minimum, moves.length))
  }
}

interface Lived {
  stream: Stream
  violations: string[]
}

/** Of the stages that neighbouring settings share, the worlds in which no setting of theirs is moved. */
const usual = new Map<Stage, Lived>()
const USUAL_MAX = 2

function usualIn(stage: Stage): Lived {
  const found = usual.get(stage) ?? lived(stage, {})
  usual.delete(stage)
  usual.set(stage, found)
  const [oldest] = usual.keys()
  if (usual.size > USUAL_MAX && oldest) usual.delete(oldest)
  return found
}

function lived(stage: Stage, own: Readonly<Record<string, number>>): Lived {
  const { events, stream } = streamOf(stage, own, SEED)
  const violations: string[] = []
  const report = ({ line, rule, message }: { line: number; rule: number | string; message: string }): void => {
    violations.push(`${line} rule ${rule}: ${message}`)
  }
  const checker = new Checker({ sinceBirth: true, report })
  for (const event of events) checker.line(JSON.stringify(event))
  if (events.length > 0) checker.end()
  return { stream, violations }
}

function streamOf({ students, start, days, with: others }: Stage, own: Readonly<Record<string, number>>, seed: string) {
  const world = createWorld({ ...others, ...own, seed, students, start, warmup: '0d', tick: '1d' })
  const events: Event[] = world.run(`${days}d`)
  const from = Date.parse(start)
  return { events, stream: new Stream(events, from, from + days * DAY) }
}

/** What is wrong with how a setting moved its figure; undefined where all is well. */
export function faultOf(setting: Setting, measured: readonly Measured[], move: Move): string | undefined {
  const broken = measured.find(({ violations }) => violations.length > 0)
  if (broken) return `at ${broken.value} ${broken.violations.length} violations: ${broken.violations[0]}`
  const odd = measured.find(({ figure }) => !Number.isFinite(figure))
  if (odd) return `at ${odd.value} the figure is ${odd.figure}`
  const { direction } = movedBy(setting)
  if ((direction === 'up') === move.mean > 0 && move.errors > ERRORS_LEAST) return undefined
  return `moved by ${told(move)} instead of ${direction}`
}

function told({ mean, errors, pairs }: Move): string {
  return `${shown(mean)}, which is ${shown(errors)} standard errors of ${pairs} pairs,`
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
    const move = moveOf(setting, measured)
    const fault = faultOf(setting, measured, move)
    if (fault) faults++
    const cells = measured.map(({ value, figure: came }) => `${shown(value)}: ${shown(came)}`)
    console.log(
      `${fault ? 'FAULT ' : ''}${setting.name} ${figure} ${direction} ${cells.join('  ')} — ${fault ?? `moved by ${told(move)} ${direction}`}`,
    )
    const between = cells.slice(1, -1)
    while (between.length < 2) between.push('')
    const row = [
      `\`${setting.name}\``,
      `${figure.replaceAll('_', ' ')} ${direction}`,
      cells[0],
      ...between,
      cells.at(-1),
    ]
    rows.set(setting.name, `| ${row.join(' | ')} |`)
    if (write) writeTable(rows)
  }
  console.log(`${rows.size} settings, ${faults} faults`)
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

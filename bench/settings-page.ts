// docs/settings.md: every setting from the table, and the presets with what worlds of theirs were measured to be like.
//
//     node bench/settings-page.ts --measure
//
// lives them and writes both; without it only the page is written anew from the table and the measurements there are.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import {
  createWorld,
  type ListedSetting,
  listed,
  listedSettings,
  SETTINGS,
  type SettingsInput,
} from '../model/index.ts'
import { figureText, Reader } from '../model/realism/index.ts'

const root = join(import.meta.dirname, '..')
const PAGE = join(root, 'docs/settings.md')
const MEASURED = join(root, 'docs/presets-measured.json')
const PRESETS = join(root, 'presets')
const WORLD = { seed: 'presets', students: 2000, start: '2026-01-05', tick: '1d' } as const
const DAYS = 84

type Figures = Record<string, number>

/** What is told of a preset: rows of the calibration, and what only these worlds differ in. */
const COLUMNS: readonly (readonly [heading: string, figure: string, unit: string])[] = [
  ['sessions a student and week', 'sessions', ''],
  ['in classes', 'group', '%'],
  ['at once', 'instant', '%'],
  ['successful', 'successful', '%'],
  ['calls per 100 sessions', 'calls', ''],
  ['high demand', 'short', '%'],
  ['students after twelve weeks', 'growth', '%'],
]

function measure(input: SettingsInput): Figures {
  const reader = new Reader()
  const world = createWorld({ ...input, ...WORLD })
  const before = world.census.students
  let [reports, short] = [0, 0]
  for (let day = 0; day < DAYS; day++)
    for (const event of world.step()) {
      reader.event(event)
      if (event.event_type !== 'supply_demand_update') continue
      reports++
      if (event.payload.balance_status === 'high_demand') short++
    }
  const { rows } = reader.end()
  const part = (row: string, name: string): number =>
    rows.find(({ id }) => id === row)?.parts.find((one) => one.name === name)?.measured ?? Number.NaN
  return {
    sessions: part('1', 'mean'),
    group: part('12', 'group'),
    instant: part('12', 'instant_book'),
    successful: part('15', ''),
    calls: part('25', ''),
    short: (100 * short) / reports,
    growth: 100 * (world.census.students / before - 1),
  }
}

/** Sessions of a world, in percent, that have no session of the same start with the same tutor in another one. */
export function sessionsMoved(one: SettingsInput, other: SettingsInput, days = 80): number {
  const tutors = (input: SettingsInput): Map<string, string> => {
    const found = new Map<string, string>()
    const world = createWorld({ ...WORLD, seed: 'twins', warmup: '0d', ...input })
    for (const { event_type, payload } of world.run(`${days}d`))
      if (event_type === 'session_started') found.set(payload.session_id, payload.tutor_id)
    return found
  }
  const [before, after] = [tutors(one), tutors(other)]
  return (100 * [...before].filter(([session, tutor]) => after.get(session) !== tutor).length) / before.size
}

/** Calls are doubled; and the same where calls make nobody leave. */
export const CALLS_DOUBLED = { 'calls.per_100_sessions': 12 } satisfies SettingsInput
export const CALLS_WITHOUT_WEIGHT = {
  'growth.leaving_factors.many_calls': 1,
  'growth.leaving_factors.unresolved_call': 1,
} satisfies SettingsInput

function twinsText(): string {
  const { moved, movedWithoutWeight } =
    (JSON.parse(readFileSync(MEASURED, 'utf8')) as Record<string, Figures>).twins ?? {}
  return (
    `What a setting does not cause, it does not alter. Of the sessions of 2,000 students in 80 days, ${figureText(moved ?? null, '%')} % have another start ` +
    'or tutor where `calls.per_100_sessions` is doubled from the birth on: students leave whose calls were not resolved, and their tutors have time for others. ' +
    `Where calls make nobody leave (\`growth.leaving_factors.many_calls\` and \`unresolved_call\` at 1), it is ${figureText(movedWithoutWeight ?? null, '%')} %.`
  )
}

function presetsTable(): string {
  const measured = JSON.parse(readFileSync(MEASURED, 'utf8')) as Record<string, Figures>
  const rows = ['default', ...names()].map((name) => {
    const figures = measured[name] ?? {}
    const cells = COLUMNS.map(([, figure, unit]) => `${figureText(figures[figure] ?? null, unit)} ${unit}`.trim())
    return `| ${name === 'default' ? 'the default world' : `\`${name}\``} | ${cells.join(' | ')} |`
  })
  const head = ['preset', ...COLUMNS.map(([heading]) => heading)]
  return [`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`, ...rows].join('\n')
}

/** The whole page. */
export function settingsPage(): string {
  const groups = [...new Set(SETTINGS.map(({ name }) => name.split('.')[0] as string))]
  const basics = listedSettings().filter(({ name }) => !SETTINGS.some((one) => one.name === name))
  return `${[
    '# Settings',
    HEAD,
    '## Presets',
    'Each is a file in [presets/](../presets), to be used as it is (`--settings preset:calm`) or copied and changed.',
    names()
      .map((name) => `- \`${name}\`: ${sentenceOf(name)}`)
      .join('\n'),
    `Measured in worlds of ${WORLD.students} students over ${DAYS / 7} weeks from January on (\`node bench/settings-page.ts --measure\`); high demand is the share of reports of markets that say so:`,
    presetsTable(),
    '## What a change moves',
    twinsText(),
    '## The world',
    tableOf(basics),
    ...groups.flatMap((group) => [
      `## ${group}`,
      tableOf(SETTINGS.filter(({ name }) => name.startsWith(`${group}.`)).map(listed)),
    ]),
  ].join('\n\n')}\n`
}

const HEAD = `This page is written from the table of settings by \`node bench/settings-page.ts\`; \`tutorsim settings\` prints the same.

A world is born with its settings. They are given to the command line as a file of YAML or JSON, by groups, by names with dots, or both; to the
library as an object of the same form:

\`\`\`yaml
students: 5000
calls:
  per_100_sessions: 8
sessions.failed_percent: 15
people:
  subjects: { English: 60 }
\`\`\`

\`\`\`ts
const world = createWorld({ students: 5000, calls: { per_100_sessions: 8 }, 'sessions.failed_percent': 15 })
\`\`\`

- \`tutorsim run --settings ours.yaml …\`: a world with these. An option says more than its variable in the environment, that more than
  the file, and the file more than a scenario. Afterwards the world has them: to give the same again is fine, to give others is refused.
- \`tutorsim settings check ours.yaml\`: what is wrong with a file, or what in it is not as by default, and what a trial of 500
  students over 28 days came to beside what was asked for.
- \`tutorsim set WORLD calls.per_100_sessions=8\`: changes it from the next tick on. What can be set at birth only says so below.
- \`tutorsim report events.ndjson --settings ours.yaml\`: judges the stream by what these settings ask for.
- \`npx cdk deploy -c settings=ours.yaml\`: the scheduled world has them.

Weights are shares of one whole, in the proportion of their numbers; they need not add up to 100. A source such as "row 16" or "cause 4" is one of
[the calibration](calibration.md), and A marks what is assumed. [JSON Schema of a file](../schemas/settings.schema.json).`

function tableOf(settings: readonly ListedSetting[]): string {
  const rows = settings.map(({ name, default: usual, minimum, maximum, unit, source, description }) => {
    const range = minimum === undefined ? '' : maximum === undefined ? `from ${minimum}` : `${minimum} to ${maximum}`
    const value = usual === null ? '' : String(usual)
    return `| \`${name}\` | ${value} | ${range} | ${unit} | ${source} | ${description} |`
  })
  return ['| setting | default | range | unit | source | |', '| --- | --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

function names(): string[] {
  return readdirSync(PRESETS)
    .map((name) => name.replace(/\.yaml$/, ''))
    .sort()
}

function sentenceOf(name: string): string {
  return (textOf(name).split('\n')[0] as string).replace(/^# /, '')
}

function textOf(name: string): string {
  return readFileSync(join(PRESETS, `${name}.yaml`), 'utf8')
}

function measureAll(): void {
  const inputs: [string, SettingsInput][] = [
    ['default', {}],
    ...names().map((name): [string, SettingsInput] => [name, parse(textOf(name))]),
  ]
  const measured = inputs.map(([name, input]) => {
    const figures = measure(input)
    console.log(name, JSON.stringify(figures))
    return [
      name,
      Object.fromEntries(Object.entries(figures).map(([one, value]) => [one, Number(value.toPrecision(4))])),
    ]
  })
  const twins = {
    moved: sessionsMoved({}, CALLS_DOUBLED),
    movedWithoutWeight: sessionsMoved(CALLS_WITHOUT_WEIGHT, { ...CALLS_WITHOUT_WEIGHT, ...CALLS_DOUBLED }),
  }
  measured.push(['twins', twins])
  writeFileSync(MEASURED, `${JSON.stringify(Object.fromEntries(measured), null, 2)}\n`)
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--measure')) measureAll()
  writeFileSync(PAGE, settingsPage())
}

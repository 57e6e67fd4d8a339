// How far a change reaches: forks of a world that differ in one input, and how many events of those who were there before
// differ, ten days by ten days. An event differs if the other world has no identical line.
//
//     npm run bench -- isolation            measures ten seeds, against the limits
//     npm run isolation                     … and writes docs/isolation.json and draws docs/isolation.svg

import { readFileSync, writeFileSync } from 'node:fs'
import { createWorld, type Event, type Input, type Marketplace, REGIONS } from '../model/index.ts'
import { heading, median, row, verdict } from './report.ts'

const SEEDS = 10
const STUDENTS = 2000
const FORK_DAY = 10
const DAYS = 80
const STEP_DAYS = 10
/** Percent of the events of the last ten days that differ, at most. */
const MEDIAN_MAX = 3
const NINE_OF_TEN_MAX = 6
const MORE_MEDIAN_MAX = 8

/** Percent of the events that differ, in each ten days. */
type Curve = number[]

interface Figures {
  /** What was changed, and a curve for each seed. */
  [change: string]: Curve[]
}

const DATA = new URL('../docs/isolation.json', import.meta.url)

/** Forks a world, changes the fork, and compares. Undefined where nobody is in one world only, after all. */
function reach(seed: string, input: Input): Curve | undefined {
  const world = createWorld({ seed, students: STUDENTS, tick: '1h' })
  const known = new Set<string>()
  for (const event of world.run(`${FORK_DAY}d`)) if ('student_id' in event.payload) known.add(event.payload.student_id)
  const fork = world.fork()
  fork.apply(input)
  const curve = Array.from({ length: DAYS / STEP_DAYS }, () => {
    const [lines, others] = [linesOf(world, known), linesOf(fork, known)]
    let differ = 0
    for (const line of lines) if (!others.has(line)) differ++
    for (const line of others) if (!lines.has(line)) differ++
    return (100 * differ) / (lines.size + others.size)
  })
  const present = (of: Marketplace): Set<string> => new Set([...of.students()].map(({ student_id }) => student_id))
  const [here, there] = [present(world), present(fork)]
  return [...there].some((id) => !here.has(id)) ? curve : undefined
}

function linesOf(world: Marketplace, known: ReadonlySet<string>): Set<string> {
  const isKnown = ({ payload }: Event): boolean => 'student_id' in payload && known.has(payload.student_id)
  return new Set(
    world
      .run(`${STEP_DAYS}d`)
      .filter(isKnown)
      .map((event) => JSON.stringify(event)),
  )
}

function curvesOf(input: Input): Curve[] {
  const curves: Curve[] = []
  for (let seed = 0; curves.length < SEEDS; seed++) {
    const curve = reach(`isolation ${seed}`, input)
    if (curve) curves.push(curve)
  }
  return curves
}

/** Regions whose events are not the same, byte for byte, where one region was changed. */
function regionsReached(): string[] {
  const world = createWorld({ seed: 'isolation', students: STUDENTS, tick: '1h' })
  const fork = world.fork()
  fork.apply({ 'students.west': 600 })
  const regionOf = regionsBy(world, fork)
  const [first, other] = [world.run(`${DAYS}d`), fork.run(`${DAYS}d`)].map((events) => {
    const byRegion = new Map<string, string[]>(REGIONS.map((region) => [region, []]))
    for (const event of events) byRegion.get(regionOf(event))?.push(JSON.stringify(event))
    return byRegion
  })
  return REGIONS.filter((region) => String(first?.get(region)) !== String(other?.get(region)))
}

function regionsBy(...worlds: Marketplace[]): (event: Event) => string {
  const find = (id: string): string => {
    for (const world of worlds) {
      const agent = id.startsWith('stu_') ? world.student(id) : world.tutor(id)
      if (agent) return agent.region
    }
    throw new Error(`${id} is nowhere`)
  }
  return ({ payload }) =>
    'region' in payload ? payload.region : find('student_id' in payload ? payload.student_id : payload.tutor_id)
}

const lastOf = (curves: readonly Curve[]): number[] =>
  curves.map((curve) => curve.at(-1) as number).sort((a, b) => a - b)
const percent = (value: number): string => `${value.toFixed(2)} %`

heading(
  `Events of a world of ${STUDENTS} that a change ${FORK_DAY} days in reaches, of those who were there, ${SEEDS} seeds`,
)
const one = curvesOf({ students: STUDENTS + 1 })
const more = curvesOf({ students: STUDENTS + STUDENTS / 200 })
for (const [name, curves] of [
  ['one student more', one],
  ['0.5 % more', more],
] as const)
  for (const step of (curves[0] as Curve).keys())
    row(
      `${name}, days ${step * STEP_DAYS + 1} to ${(step + 1) * STEP_DAYS}, median`,
      percent(median(curves.map((curve) => curve[step] as number))),
    )
const last = lastOf(one)
const met = [
  verdict(
    'one more, last ten days, median',
    percent(median(last)),
    `at most ${MEDIAN_MAX} %`,
    median(last) <= MEDIAN_MAX,
  ),
  verdict(
    'one more, last ten days, nine of ten',
    percent(last[SEEDS - 2] as number),
    `at most ${NINE_OF_TEN_MAX} %`,
    (last[SEEDS - 2] as number) <= NINE_OF_TEN_MAX,
  ),
  verdict(
    '0.5 % more, last ten days, median',
    percent(median(lastOf(more))),
    `at most ${MORE_MEDIAN_MAX} %`,
    median(lastOf(more)) <= MORE_MEDIAN_MAX,
  ),
]
const reached = regionsReached()
met.push(verdict('regions reached by a change in the west', reached.join(', '), 'west', String(reached) === 'west'))
if (met.includes(false)) process.exitCode = 1

if (process.argv.includes('--write')) {
  const before = (JSON.parse(readFileSync(DATA, 'utf8')) as { before: Figures }).before
  const after = { 'one student more': one, '0.5 % more': more }
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(3)) : value)
  writeFileSync(DATA, `${JSON.stringify({ before, after }, rounded)}\n`)
  writeFileSync(new URL('../docs/isolation.svg', import.meta.url), drawn(before, after))
}

/** The curves of one student more, before and after, as a picture. */
function drawn(before: Figures, after: Figures): string {
  const [width, height, left, top, bottom] = [720, 360, 56, 40, 48]
  const [right, base] = [width - 24, height - bottom]
  const steps = DAYS / STEP_DAYS
  const x = (step: number): number => left + ((step + 0.5) / steps) * (right - left)
  const y = (value: number): number => Math.round(base - (value / 100) * (base - top))
  const line = (curve: Curve, style: string): string =>
    `<polyline fill="none" ${style} points="${curve.map((value, step) => `${x(step).toFixed(1)},${y(value)}`).join(' ')}"/>`
  const medians = (curves: readonly Curve[]): Curve =>
    Array.from({ length: steps }, (_, step) => median(curves.map((curve) => curve[step] as number)))
  const lines = (figures: Figures, colour: string): string[] => {
    const curves = figures['one student more'] as Curve[]
    return [
      ...curves.map((curve) => line(curve, `stroke="${colour}" stroke-opacity="0.25"`)),
      line(medians(curves), `stroke="${colour}" stroke-width="2.5"`),
    ]
  }
  const text = (at: [number, number], what: string, style = ''): string =>
    `<text x="${at[0]}" y="${at[1]}" ${style}>${what}</text>`
  const grid = [0, 25, 50, 75, 100].flatMap((value) => [
    `<line x1="${left}" x2="${right}" y1="${y(value)}" y2="${y(value)}" stroke="#8884"/>`,
    text([left - 8, y(value) + 4], `${value} %`, 'text-anchor="end"'),
  ])
  const days = Array.from({ length: steps }, (_, step) =>
    text([x(step), base + 20], `${(step + 1) * STEP_DAYS}`, 'text-anchor="middle"'),
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#777">`,
    '<title>Events that differ after one student more of 2,000, by days since the change: most with model 2, hardly any with model 5</title>',
    text([left, 20], 'Events that differ after one student more of 2,000, by days since the change', 'font-size="14"'),
    ...grid,
    ...days,
    ...lines(before, '#c2703d'),
    ...lines(after, '#2a7f9e'),
    text(
      [right, y(medians(before['one student more'] as Curve[]).at(-1) as number) - 8],
      'model 2',
      'text-anchor="end" fill="#c2703d"',
    ),
    text(
      [right, y(medians(after['one student more'] as Curve[]).at(-1) as number) - 10],
      'model 5',
      'text-anchor="end" fill="#2a7f9e"',
    ),
    '</svg>',
    '',
  ].join('\n')
}

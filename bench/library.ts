// What a world costs in a test: 50 students, made and stepped through a week, right after the library was imported.

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { heading, median, row, verdict } from './report.ts'

const ROUNDS = 15
const MILLISECONDS_MAX = 150
const library = fileURLToPath(new URL('../model/index.ts', import.meta.url))
const program = `
  const began = performance.now()
  const { createWorld } = await import(${JSON.stringify(library)})
  const imported = performance.now()
  const made = createWorld({ seed: 'x', students: 50 })
  const born = performance.now()
  made.run('7d')
  console.log(JSON.stringify([imported - began, born - imported, performance.now() - born]))`

const times = Array.from({ length: ROUNDS }, () =>
  JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })),
) as [number, number, number][]
const part = (index: 0 | 1 | 2): number => median(times.map((time) => time[index]))
const all = median(times.map(([, made, stepped]) => made + stepped))

heading('A world of 50 students in a test, medians of a process each')
row('import', `${part(0).toFixed(0)} ms`)
row('made, with 35 days of warm-up', `${part(1).toFixed(0)} ms`)
row('a week stepped', `${part(2).toFixed(0)} ms`)
const met = verdict(
  'made and stepped',
  `${all.toFixed(0)} ms`,
  `at most ${MILLISECONDS_MAX} ms`,
  all <= MILLISECONDS_MAX,
)
if (!met) process.exitCode = 1

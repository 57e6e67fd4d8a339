// Measures how fast `check` reads beside a bare loop of JSON.parse over the same file (`npm run bench -- check`), in CPU time with
// start-up: whole processes, each pinned to one core, in pairs that take turns in who is first. Both kinds of stream are judged:
// from a world's birth on, and from the midst of its life. Exit 1 when a limit is missed.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { binArguments, grouped, heading, median, row, verdict } from './report.ts'

const RATIO_MIN = 0.65
const PAIRS = 7
const STUDENTS = 20_000
/** Start-up and compilation count, but do not decide. */
const DURATION = '120d'

interface Usage {
  cpuSeconds: number
  maxResidentBytes: number
}

const root = fileURLToPath(new URL('..', import.meta.url))
const pin = spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : []
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-bench-'))
try {
  const met = [measure('from birth on', '0d'), measure('from mid-life', '35d')]
  process.exitCode = met.every(Boolean) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function measure(name: string, warmup: string): boolean {
  const file = join(folder, 'events.ndjson')
  const world = ['--students', String(STUDENTS), '--for', DURATION, '--warmup', warmup]
  run([...binArguments(), 'run', '--store', 'memory', ...world, '--to', file])
  const lines = Number(run(['bench/bare-parse.ts', file]).output)
  const checked: Usage[] = []
  const parsed: Usage[] = []
  const check = () => checked.push(run([...binArguments(), 'check', file]).usage)
  const parse = () => parsed.push(run(['bench/bare-parse.ts', file]).usage)
  for (let pair = 0; pair < PAIRS; pair++) for (const one of pair % 2 === 0 ? [check, parse] : [parse, check]) one()
  rmSync(file)

  const ratios = checked.map(({ cpuSeconds }, pair) => (parsed[pair] as Usage).cpuSeconds / cpuSeconds)
  heading(`check ${name}: ${grouped(STUDENTS)} students for ${DURATION}, ${grouped(lines)} lines, ${PAIRS} pairs`)
  row('check', `${grouped(lines / median(checked.map(({ cpuSeconds }) => cpuSeconds)))} lines/s of CPU`)
  row('JSON.parse', `${grouped(lines / median(parsed.map(({ cpuSeconds }) => cpuSeconds)))} lines/s of CPU`)
  row('check, resident', `${Math.round(Math.max(...checked.map((one) => one.maxResidentBytes)) / 1e6)} MB`)
  row('ratio, least and most', `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`)
  const ratio = median(ratios)
  return verdict('ratio, median', ratio.toFixed(2), `>= ${RATIO_MIN}`, ratio >= RATIO_MIN)
}

function run(args: string[]): { output: string; usage: Usage } {
  const [command = '', ...rest] = [...pin, process.execPath, '--import', './bench/print-usage.ts', ...args]
  const { status, stdout, stderr } = spawnSync(command, rest, { cwd: root, encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.slice(-2000)}${stdout.slice(-2000)}`)
  return { output: stdout, usage: JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as Usage }
}

// How fast a kept world is delivered (`npm run bench -- delivery`): a run that commits each tick to SQLite before it sends
// it, to a bare endpoint in another process, beside a bare loop of the same client and, where it is installed, wrk. In
// turns, so that all see the machine alike. Exit 1 when a limit is missed.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binArguments, grouped, heading, median, row, verdict } from './report.ts'

const RATIO_MIN = 0.8
const CPU_MICROSECONDS_MAX = 60
const ROUNDS = 5
const EVENTS = 480_000
/** About as many events, of a world in full swing. */
const WORLD = ['--students', '20000', '--tick', '15m']
const DURATION = '24d'

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-bench-'))
const here = (file: string): string => join(import.meta.dirname, file)
const store = `sqlite:${join(folder, 'worlds.db')}`

const { endpoint, port } = await startEndpoint()
try {
  const url = `http://127.0.0.1:${port}/ingest`
  execFileSync(process.execPath, [...binArguments(), 'run', '--store', store, ...WORLD, '--ticks', '1', '--to', url])
  const durable: number[] = []
  const bare: number[] = []
  const wrk: number[] = []
  const cpu: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(
      Number(execFileSync(process.execPath, [here('bare-loop.ts'), port, String(EVENTS)], { encoding: 'utf8' })),
    )
    const { eventsPerSecond, cpuMicroseconds } = run(url)
    durable.push(eventsPerSecond)
    cpu.push(cpuMicroseconds)
    const answered = wrkRate(url)
    if (answered !== undefined) wrk.push(answered)
  }
  heading(`Delivery: ${DURATION} of a kept world to a bare endpoint, 50 streams, median of ${ROUNDS} rounds`)
  row('tutorsim run, start-up and recovery included', `${grouped(median(durable))} events/s`)
  row('bare undici loop, 50 connections', `${grouped(median(bare))} events/s`)
  row('wrk, 50 connections', wrk.length > 0 ? `${grouped(median(wrk))} requests/s` : 'not installed')
  // Of runs next to each other: a machine that is shared is not as fast in one minute as in the next.
  const ratio = median(durable.map((rate, round) => rate / (bare[round] as number)))
  const fast = verdict('against the bare loop', ratio.toFixed(2), `>= ${RATIO_MIN}`, ratio >= RATIO_MIN)
  const each = median(cpu)
  const cheap = verdict(
    'CPU an event',
    `${each.toFixed(1)} µs`,
    `<= ${CPU_MICROSECONDS_MAX}`,
    each <= CPU_MICROSECONDS_MAX,
  )
  process.exitCode = fast && cheap ? 0 : 1
} finally {
  endpoint.kill()
  rmSync(folder, { recursive: true, force: true })
}

function startEndpoint(): Promise<{ endpoint: ChildProcess; port: string }> {
  const endpoint = spawn(process.execPath, [here('endpoint.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    endpoint.once('error', reject)
    endpoint.stdout?.once('data', (text) => resolve({ endpoint, port: String(text).trim() }))
  })
}

function run(url: string): { eventsPerSecond: number; cpuMicroseconds: number } {
  const began = performance.now()
  const { stderr, status } = spawnSync(
    process.execPath,
    [...binArguments(), 'run', '--store', store, '--for', DURATION, '--to', url],
    { encoding: 'utf8', env: { ...process.env, TUTORSIM_USAGE: '1' } },
  )
  if (status !== 0) throw new Error(stderr)
  const seconds = (performance.now() - began) / 1000
  const { events, cpuSeconds } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')
  return { eventsPerSecond: events / seconds, cpuMicroseconds: (cpuSeconds * 1e6) / events }
}

function wrkRate(url: string): number | undefined {
  const script = join(folder, 'post.lua')
  writeFileSync(script, `wrk.method = 'POST'\nwrk.body = '{}'\nwrk.headers['Content-Type'] = 'application/json'\n`)
  const { stdout, status } = spawnSync('wrk', ['-t1', '-c50', '-d5s', '-s', script, url], { encoding: 'utf8' })
  return status === 0 ? Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]) : undefined
}

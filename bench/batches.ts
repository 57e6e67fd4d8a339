// What batches are worth (`npm run bench -- batches`): events that a world has committed, delivered from SQLite one by one
// and in batches of 100, to a bare endpoint in another process that parses what it is sent. In turns, so that both see the
// machine alike; start-up, as a run with nothing to deliver shows it, does not count. Exit 1 when the limit is missed.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binArguments, grouped, heading, median, row, verdict } from './report.ts'

const RATIO_MIN = 8
const BATCH = 100
const ROUNDS = Number(process.env.ROUNDS ?? 3)
const STUDENTS = '20000'
const DURATION = process.env.DURATION ?? '24d'

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-bench-'))
const store = ['--store', `sqlite:${join(folder, 'worlds.db')}`]
const { endpoint, port } = await startEndpoint()
try {
  // Each delivery is owed everything since its target was first named.
  const target = (name: string): string[] => ['--to', `http://127.0.0.1:${port}/ingest?${name}`]
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round)
  run([
    '--students',
    STUDENTS,
    '--ticks',
    '1',
    ...rounds.flatMap((round) => [...target(`one-${round}`), ...target(`batch-${round}`)]),
  ])
  const events = run(['--for', DURATION, '--to', join(folder, 'events.ndjson')]).events
  const [single, batched, ratios, cpu]: number[][] = [[], [], [], []]
  for (const round of rounds) {
    const idle = run(['--ticks', '1', '--to', join(folder, 'events.ndjson')])
    const one = run(['--ticks', '1', ...target(`one-${round}`)])
    const many = run(['--ticks', '1', ...target(`batch-${round}`), '--batch', String(BATCH)])
    const took = [one, many].map(({ seconds }) => seconds - idle.seconds) as [number, number]
    single.push(events / took[0])
    batched.push(events / took[1])
    ratios.push(took[0] / took[1])
    cpu.push(((many.cpuSeconds - idle.cpuSeconds) * 1e6) / events)
  }
  heading(`Batches: ${DURATION} of a kept world of ${STUDENTS} students, 50 streams, median of ${ROUNDS} rounds`)
  row('one by one', `${grouped(median(single))} events/s`)
  row(`in batches of ${BATCH}`, `${grouped(median(batched))} events/s`)
  row('CPU an event in batches', `${median(cpu).toFixed(1)} µs`)
  const ratio = median(ratios)
  process.exitCode = verdict('against one by one', ratio.toFixed(1), `>= ${RATIO_MIN}`, ratio >= RATIO_MIN) ? 0 : 1
} finally {
  endpoint.kill()
  rmSync(folder, { recursive: true, force: true })
}

function startEndpoint(): Promise<{ endpoint: ChildProcess; port: string }> {
  const file = join(import.meta.dirname, 'endpoint.ts')
  const endpoint = spawn(process.execPath, [file, 'parse'], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    endpoint.once('error', reject)
    endpoint.stdout?.once('data', (text) => resolve({ endpoint, port: String(text).trim() }))
  })
}

function run(words: readonly string[]): { seconds: number; events: number; cpuSeconds: number } {
  const began = performance.now()
  const { stderr, status } = spawnSync(process.execPath, [...binArguments(), 'run', ...store, ...words], {
    ...{ encoding: 'utf8', env: { ...process.env, TUTORSIM_USAGE: '1' } },
  })
  if (status !== 0) throw new Error(stderr)
  return { seconds: (performance.now() - began) / 1000, ...JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') }
}

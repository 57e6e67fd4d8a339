// What a run of the deployed bundle takes (`npm run bench -- lambda`): under AWS's own runtime client, on DynamoDB Local,
// to a bare endpoint in another process. The function has one core, and Node's options are those that Lambda gives it.
//
//     init      from the process's start to its first question for an event
//     load      HEAD; cold, the newest checkpoint and the rows since too
//     simulate  steps and commits, with deliveries under way beside them
//     deliver   what is left of them, and the cursor
//
// The endpoint's own time is what a bare loop of the same HTTP client takes to post as many events to it; a run's own is
// what is left. Exit 1 when a limit is missed.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulatorMemoryMebibytes } from '../infra/capacity.ts'
import type { RunReport } from '../lambda/report.ts'
import { openDynamoDb } from '../stores/index.ts'
import { dynamoDbLocal } from '../test/aws/dynamodb-local.ts'
import { bundleSimulator } from '../test/lambda/bundle.ts'
import { ExecutionEnvironment } from '../test/lambda/runtime-api.ts'
import { grouped, heading, median, row, verdict } from './report.ts'

const WARM_MILLISECONDS_MAX = 150
/** Of what the function has, so that neither a busy day nor a new release of Node ends in its limit. */
const MEMORY_SHARE_MAX = 0.85
const COLD_STARTS = 5
const WARM_RUNS = 30
/** For an event that the bare loop is timed by. */
const BARE_EVENTS = 60_000
/** A Monday afternoon, so that runs bring what they do on average or more. */
const FIRST = Date.parse('2026-01-05T18:00:00Z')
const MINUTE = 60_000
/** Sizes, and ticks that bring about 500 events each. */
const WORLDS = [
  { students: 9000, tick: '2h' },
  { students: 200_000, tick: '6m' },
]
/** The default deployment: 500 events a minute of the world. */
const LARGE = { students: 700_000, tick: '1m' }

const MEMORY_MEBIBYTES = simulatorMemoryMebibytes(LARGE.students)

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-bench-'))
const dynamodb = await dynamoDbLocal()?.start()
if (!dynamodb) process.exit(1)
const { endpoint, url } = await startEndpoint()
const bundle = bundleSimulator(folder)
const nodeOptions = [
  `--max-semi-space-size=${Math.floor(MEMORY_MEBIBYTES * 0.05)}`,
  `--max-old-space-size=${Math.floor(MEMORY_MEBIBYTES * 0.9)}`,
]
try {
  const microseconds = bareMicroseconds()
  const verdicts: boolean[] = []
  for (const world of WORLDS) verdicts.push(await times(world, microseconds))
  verdicts.push(await memory())
  process.exitCode = verdicts.every(Boolean) ? 0 : 1
} finally {
  endpoint.kill()
  await dynamodb.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function start({ students, tick }: { students: number; tick: string }): Promise<ExecutionEnvironment> {
  const table = `bench-${students}`
  const own = { WORLD_TABLE: table, STUDENTS: String(students), TICK: tick, INGEST_API_URL: url }
  const environment = { ...bundle.environment, ...dynamodb?.environment, ...own }
  const started = await ExecutionEnvironment.start({ folder: bundle.folder, environment, nodeOptions, core: 0 })
  await started.ready()
  return started
}

async function invoke(environment: ExecutionEnvironment, minute: number): Promise<RunReport> {
  const outcome = await environment.invoke({ time: new Date(FIRST + minute * MINUTE).toISOString() })
  if (outcome.kind !== 'response') throw new Error(`minute ${minute}: ${JSON.stringify(outcome)}`)
  const report = outcome.value as RunReport & { ok: boolean }
  if (!report.ok) throw new Error(`minute ${minute}: ${report.problem}`)
  return { ...report, durationMilliseconds: outcome.milliseconds }
}

/** Runs until the world has begun. Returns how many that took, and the last one's minute. */
async function birth(environment: ExecutionEnvironment): Promise<{ reports: RunReport[] }> {
  const reports = [await invoke(environment, 0)]
  while (reports.at(-1)?.warmingUp) reports.push(await invoke(environment, reports.length))
  return { reports }
}

async function times(world: (typeof WORLDS)[number], microseconds: number): Promise<boolean> {
  const store = await openDynamoDb(`bench-${world.students}`, { createTable: true, client: dynamodb?.client ?? {} })
  let environment = await start(world)
  const { reports } = await birth(environment)
  let minute = reports.length
  const cold: (RunReport & { initMilliseconds: number })[] = []
  for (let round = 0; round < COLD_STARTS; round++) {
    await environment.kill()
    environment = await start(world)
    cold.push({ ...(await invoke(environment, minute++)), initMilliseconds: environment.initMilliseconds })
  }
  await invoke(environment, minute++)
  const warm: RunReport[] = []
  for (let run = 0; run < WARM_RUNS; run++) warm.push(await invoke(environment, minute++))
  await environment.kill()
  await store.close()

  heading(`A run of ${grouped(world.students)} students, ticks of ${world.tick}`)
  row('birth', `${reports.length} runs, ${seconds(reports)} s`)
  row(`cold, median of ${COLD_STARTS}: init`, `${median(cold.map((one) => one.initMilliseconds)).toFixed(0)} ms`)
  parts(cold)
  row(`warm, median of ${WARM_RUNS}: events`, median(warm.map((one) => one.eventsSent)).toFixed(0))
  parts(warm)
  row('write units', median(warm.map((one) => one.writeUnits)).toFixed(0))
  row('read units', median(warm.map((one) => one.readUnits)).toFixed(1))
  const endpointMilliseconds = median(warm.map((one) => (one.eventsSent * microseconds) / 1000))
  row('the endpoint’s own time', `${endpointMilliseconds.toFixed(0)} ms`)
  const own = median(warm.map((one) => one.durationMilliseconds - (one.eventsSent * microseconds) / 1000))
  const limit = `<= ${WARM_MILLISECONDS_MAX} ms`
  return verdict('a warm run’s own time', `${own.toFixed(0)} ms`, limit, own <= WARM_MILLISECONDS_MAX)
}

function parts(reports: readonly RunReport[]): void {
  const of = (name: 'loadMilliseconds' | 'simulateMilliseconds' | 'deliverMilliseconds' | 'durationMilliseconds') =>
    median(reports.map((report) => report[name])).toFixed(0)
  row('  load', `${of('loadMilliseconds')} ms`)
  row('  simulate and commit', `${of('simulateMilliseconds')} ms`)
  row('  deliver', `${of('deliverMilliseconds')} ms`)
  row('  all of it, as the Runtime API sees it', `${of('durationMilliseconds')} ms`)
}

/** What the largest world holds: while it is born and saved, and when it is loaded and runs. */
async function memory(): Promise<boolean> {
  const store = await openDynamoDb(`bench-${LARGE.students}`, { createTable: true, client: dynamodb?.client ?? {} })
  const born = await start(LARGE)
  const { reports } = await birth(born)
  const birthBytes = born.peakResidentBytes
  await born.kill()
  const loaded = await start(LARGE)
  const runs: RunReport[] = []
  for (let run = 0; run < 10; run++) runs.push(await invoke(loaded, reports.length + run))
  const loadedBytes = loaded.peakResidentBytes
  await loaded.kill()
  await store.close()
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`
  heading(`Memory with ${grouped(LARGE.students)} students, ticks of ${LARGE.tick}`)
  row('birth', `${reports.length} runs, ${seconds(reports)} s`)
  row('write units of the birth', grouped(reports.reduce((sum, { writeUnits }) => sum + writeUnits, 0)))
  row('cold load', `${((runs[0]?.loadMilliseconds ?? 0) / 1000).toFixed(1)} s`)
  parts(runs.slice(1))
  row('peak of a birth', mebibytes(birthBytes))
  row('peak of a cold load and ten runs', mebibytes(loadedBytes))
  const share = Math.max(birthBytes, loadedBytes) / (MEMORY_MEBIBYTES * 2 ** 20)
  const limit = `<= ${MEMORY_SHARE_MAX}`
  return verdict(`of the function’s ${MEMORY_MEBIBYTES} MiB`, share.toFixed(2), limit, share <= MEMORY_SHARE_MAX)
}

function seconds(reports: readonly RunReport[]): string {
  return (reports.reduce((sum, { durationMilliseconds }) => sum + durationMilliseconds, 0) / 1000).toFixed(1)
}

/** Of an event that is posted with nothing else to do. */
function bareMicroseconds(): number {
  const { port } = new URL(url)
  const words = [join(import.meta.dirname, 'bare-loop.ts'), port, String(BARE_EVENTS)]
  return 1e6 / Number(execFileSync('taskset', ['-c', '0', process.execPath, ...words], { encoding: 'utf8' }))
}

async function startEndpoint(): Promise<{ endpoint: ChildProcess; url: string }> {
  const script = join(import.meta.dirname, 'endpoint.ts')
  const endpoint = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<string>((resolve) =>
    endpoint.stdout.once('data', (chunk) => resolve(String(chunk).trim())),
  )
  return { endpoint, url: `http://127.0.0.1:${port}/ingest` }
}

// The main job on real input: a world simulated, every event delivered over HTTP to a real endpoint, none lost, the same
// as in a file, and every promise of the stream kept. For many seeds and for small and large worlds.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { killed } from '../killed.ts'
import { sweep } from '../sweep.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const tutorsim = (...words: string[]) => promisify(execFile)(process.execPath, [CLI, ...words])

let folder: string
let api: ChildProcess
let url: string
let arrived: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  arrived = join(folder, 'arrived.ndjson')
  api = spawn(process.execPath, [CLI, 'ingest', '--port', '0', '--out', arrived], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  url = await new Promise((resolve, reject) => {
    api.once('error', reject)
    api.stderr?.on('data', (text) => {
      const match = /http:\S+\/ingest/.exec(String(text))
      if (match) resolve(match[0])
    })
  })
})

afterEach(async () => {
  await killed(api)
  rmSync(folder, { recursive: true, force: true })
})

/** Runs the same world to the endpoint and to a file, and compares what came of it. */
async function mainJob(...world: string[]): Promise<void> {
  const file = join(folder, 'events.ndjson')
  await tutorsim('run', '--store', 'memory', ...world, '--to', url)
  await tutorsim('run', '--store', 'memory', ...world, '--to', file)

  const sent = readFileSync(file, 'utf8').trimEnd().split('\n')
  const got = new Map(
    readFileSync(arrived, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => [JSON.parse(line).event_id as string, line]),
  )
  const { world: id } = JSON.parse([...got.values()][0] as string)
  expect(id).toMatch(/^[0-9a-f]{12}$/)
  // The cause is not on the wire.
  for (const line of sent) {
    const { event_id, event_type, payload } = JSON.parse(line)
    expect(got.get(event_id)).toBe(JSON.stringify({ event_id, event_type, payload, world: id }))
  }
  expect(got.size).toBe(sent.length)
  const { stdout } = await tutorsim('check', file)
  expect(stdout).toContain(': 0 violations')
}

describe('30 days of 2,000 students', () => {
  for (let seed = 1; seed <= sweep(20, 4); seed++) {
    // From birth every claim can be judged; with the warm-up the world is in full swing.
    const warmup = seed % 2 === 0 ? '0d' : '35d'
    it(`seed ${seed}, warm-up ${warmup}`, () =>
      mainJob('--students', '2000', '--for', '30d', '--seed', `s${seed}`, '--warmup', warmup))
  }
})

describe('other sizes', () => {
  for (const [students, days] of [
    [10, 90],
    [500, 60],
    [20_000, sweep(30, 8)],
  ])
    it(`${students} students`, () =>
      mainJob('--students', `${students}`, '--for', `${days}d`, '--seed', 'size', '--warmup', '0d'))
})

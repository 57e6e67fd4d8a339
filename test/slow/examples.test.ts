// The examples as processes: kept on SQLite, in threads, delivered over HTTP to an endpoint that fails, and killed at random.
// What arrived is what one run that nothing disturbed writes; a fork goes its own way.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, fork, LocalSimulation, Runner, type WorldSettings } from '../../engine/index.ts'
import { model as epidemic } from '../../examples/epidemic/model.ts'
import { realMachine } from '../../sinks/index.ts'
import { openStore } from '../../stores/index.ts'
import { dice, FlakyEndpoint } from '../flaky-endpoint.ts'
import { killed } from '../killed.ts'

const PROGRAM = join(import.meta.dirname, '../../examples/run.ts')
const KILLS = 20
/** All lives together are far from its end. */
const POSTS_A_LIFE_MAX = 200
const START_MILLISECONDS = 300
const SEED = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 31))
const random = dice(SEED)

let folder: string
let endpoint: FlakyEndpoint
let child: ChildProcess | undefined

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-examples-'))
  endpoint = new FlakyEndpoint(random)
  await endpoint.open()
})
afterEach(async () => {
  await killed(child)
  endpoint.close()
  rmSync(folder, { recursive: true, force: true })
})

const run = (...words: string[]) => promisify(execFile)(process.execPath, [PROGRAM, ...words], { cwd: folder })

describe.each([
  ['epidemic', '35'],
  ['shop', '20'],
])('%s', (name, days) => {
  it(`delivers over ${KILLS} kills what it delivers undisturbed (seed ${SEED})`, async () => {
    await run(name, '--days', days, '--store', 'memory', '--to', 'expected.ndjson')
    const words = [name, '--days', days, '--store', 'sqlite:worlds.db', '--to', endpoint.url, '--workers', '2']
    for (let kills = 0; kills < KILLS; kills++) {
      child = spawn(process.execPath, [PROGRAM, ...words], { stdio: 'ignore', cwd: folder })
      const over = new Promise((resolve) => child?.on('close', resolve))
      // Some before they have opened the store, the others in the midst of their posts: however fast the machine is.
      if (random() < 0.25) await sleep(START_MILLISECONDS * random())
      else await endpoint.morePosts(Math.ceil(POSTS_A_LIFE_MAX * random()))
      child.kill('SIGKILL')
      expect(await over, 'was killed before it had ended').toBe(null)
    }
    await run(...words)
    const streams = new Map<string, string[]>()
    const lines = readFileSync(join(folder, 'expected.ndjson'), 'utf8').trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(5000)
    expect(endpoint.conflicts).toEqual([])
    for (const line of lines) {
      const { event_id, event_type, payload } = JSON.parse(line)
      expect(endpoint.taken.get(event_id), event_id).toBe(JSON.stringify({ event_type, payload }))
      const key = payload.person ?? payload.customer ?? payload.town
      streams.set(key, [...(streams.get(key) ?? []), event_id])
    }
    expect(endpoint.taken.size).toBe(lines.length)
    const arrived = [...endpoint.taken.keys()]
    const place = new Map(arrived.map((id, index) => [id, index]))
    for (const ids of streams.values())
      expect(ids.map((id) => place.get(id) as number)).toEqual(
        ids.map((id) => place.get(id) as number).sort((a, b) => a - b),
      )
  })
})

it('a fork of an epidemic with fewer contacts has fewer infected, and the world that it left has as many as before', async () => {
  await run('epidemic', '--days', '20', '--store', 'sqlite:worlds.db', '--to', 'before.ndjson')
  const store = await openStore(`sqlite:${join(folder, 'worlds.db')}`)
  const machine = realMachine()
  try {
    const log = store.world('epidemic')
    const head = await log.readHead()
    if (!head) throw new Error('no world')
    const { tickMilliseconds } = head.settings as WorldSettings
    const tick = (10 * DAY) / tickMilliseconds
    await fork(log, tick, store.world('careful'), new LocalSimulation(epidemic), machine.newAttempt(), machine.now())
    const options = { log: store.world('careful'), simulation: new LocalSimulation(epidemic), timer: machine }
    await new Runner({ ...options, newAttempt: machine.newAttempt }).take({ contactsPerDay: 2 })
    expect((await log.readHead())?.attempt).toBe(head.attempt)
  } finally {
    machine.close()
    await store.close()
  }
  await run('epidemic', '--world', 'careful', '--days', '60', '--store', 'sqlite:worlds.db', '--to', 'careful.ndjson')
  await run('epidemic', '--days', '60', '--store', 'sqlite:worlds.db', '--to', 'before.ndjson')
  const infections = (file: string) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"infection"')).length
  expect(infections('careful.ndjson')).toBeLessThan(infections('before.ndjson') / 2)
})

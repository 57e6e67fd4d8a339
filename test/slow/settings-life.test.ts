// A kept world with settings of its own, of which one is changed in its life: killed again and again, it is the world that nobody
// killed; it verifies, and forks of it go on with what it had.

import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-settings-life-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const settings = join(folder, 'ours.yaml')
writeFileSync(
  settings,
  'seed: life\nstudents: 300\nsessions.failed_percent: 25\nclock.shift_hours: -6\nshocks.outages.every_days: 3\n',
)
const KILLS = 20
const [CHANGED_AT, END] = [192, 384]
const SEED = Number(process.env.SETTINGS_SEED ?? Math.floor(Math.random() * 2 ** 31))

const told = (...words: string[]): string =>
  execFileSync(process.execPath, [CLI, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

interface Kept {
  store: string
  to: string
}
const kept = (name: string): Kept => ({
  store: `sqlite:${join(folder, `${name}.db`)}`,
  to: join(folder, `${name}.ndjson`),
})

const view = ({ store }: Kept): { tick: number; digest: string; verified: boolean; settings: object } =>
  JSON.parse(told('worlds', '--world', 'default', '--store', store, '--verify', '--json')).worlds[0]

/** Runs on for so many ticks; killed after a while, where one is given. */
function run({ store, to }: Kept, ticks: number, killAfterMilliseconds?: number): Promise<void> {
  const words = ['run', '--store', store, '--settings', settings, '--ticks', String(ticks), '--to', to]
  const child = spawn(process.execPath, [CLI, ...words], { stdio: 'ignore' })
  const timer =
    killAfterMilliseconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMilliseconds)
  return new Promise((resolve) =>
    child.on('close', () => {
      clearTimeout(timer)
      resolve()
    }),
  )
}

it(`is the same world after ${KILLS} kills (seed ${SEED})`, async () => {
  const [quiet, hunted] = [kept('quiet'), kept('hunted')]
  await run(quiet, CHANGED_AT)
  told('set', 'default', 'sessions.failed_percent=5', 'calls.per_100_sessions=15', '--store', quiet.store)
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('25', '5'))
  await run(quiet, END - CHANGED_AT)

  writeFileSync(settings, readFileSync(settings, 'utf8').replace('failed_percent: 5', 'failed_percent: 25'))
  let dice = SEED
  let kills = 0
  for (const until of [CHANGED_AT, END]) {
    for (let tick = until - CHANGED_AT; tick < until; ) {
      dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0
      const share = dice / 2 ** 32
      const isKilled = kills < (until === END ? KILLS : KILLS / 2)
      await run(hunted, until - tick, isKilled ? 300 + share * 2500 : undefined)
      if (isKilled) kills++
      try {
        tick = view(hunted).tick
      } catch {
        // Killed before there was a world.
        tick = 0
      }
    }
    if (until === END) continue
    told('set', 'default', 'sessions.failed_percent=5', 'calls.per_100_sessions=15', '--store', hunted.store)
    writeFileSync(settings, readFileSync(settings, 'utf8').replace('failed_percent: 25', 'failed_percent: 5'))
  }
  const digestOf = ({ to }: Kept): string => createHash('sha256').update(readFileSync(to)).digest('hex')
  expect(digestOf(hunted)).toBe(digestOf(quiet))
  expect(view(hunted)).toMatchObject({ tick: END, digest: view(quiet).digest, verified: true })
  expect(view(hunted).settings).toMatchObject({
    'sessions.failed_percent': 5,
    'calls.per_100_sessions': 15,
    'clock.shift_hours': -6,
  })

  told('fork', `default@${CHANGED_AT - 8}`, '--as', 'before', '--store', hunted.store)
  told('fork', `default@${END - 8}`, '--as', 'after', '--set', 'calls.per_100_sessions=15', '--store', hunted.store)
  for (const world of ['before', 'after'])
    told('run', '--store', hunted.store, '--world', world, '--ticks', '8', '--to', join(folder, `${world}.ndjson`))
  const worlds = JSON.parse(told('worlds', '--store', hunted.store, '--verify', '--json')).worlds as {
    world: string
    digest: string
    verified: boolean
    settings: Record<string, number>
  }[]
  const [before, after] = ['before', 'after'].map((name) => worlds.find(({ world }) => world === name))
  // A change to what is so already changes nothing.
  expect(after).toMatchObject({ verified: true, digest: view(hunted).digest })
  expect(before).toMatchObject({ verified: true, settings: { 'sessions.failed_percent': 25 } })
}, 600_000)

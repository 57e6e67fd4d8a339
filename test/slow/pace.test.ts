// Real processes at a pace, measured at an endpoint that notes when each post arrives: nothing early, next to nothing late,
// and a live world that is killed and started again goes on without a gap.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { arrivalsOf } from '../../bench/punctuality.ts'
import { DAY, HOUR, Host, TIME_END } from '../../engine/index.ts'
import { model, settingsFrom } from '../../model/index.ts'
import { realMachine } from '../../sinks/index.ts'
import { openStore } from '../../stores/index.ts'
import { eventIdOf } from '../flaky-endpoint.ts'
import { killed } from '../killed.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
/** Enough to have something to tell each minute of their evening, and that is what it is for them now: */
const STUDENTS = '20000'
const EVENING_UTC = 24
const HOUR_NOW = (Date.now() % DAY) / HOUR
const SHIFT_HOURS = ((Math.round(HOUR_NOW) - EVENING_UTC + 36) % 24) - 12
const LATE_MILLISECONDS_MAX = 250

// They wait most of the time, and do so together.
describe.concurrent('at a pace an event arrives when its timestamp comes', () => {
  // The whole, at 1x too and over more time: npm run bench -- pace.
  it.each([
    { factor: 60, tick: '10s', seconds: 15 },
    { factor: 60, tick: '15m', seconds: 15 },
    { factor: 300, tick: '1m', seconds: 10 },
    { factor: 300, tick: '15m', seconds: 10 },
  ])('$factor x in ticks of $tick', async (trial) => {
    const lates = (await arrivalsOf(trial)).map(({ late }) => late)
    expect(lates.length).toBeGreaterThan(20)
    expect(lates.filter((late) => late < 0)).toEqual([])
    const inTime = lates.filter((late) => late <= LATE_MILLISECONDS_MAX).length
    console.log(
      `${trial.factor}x, ${trial.tick}: ${lates.length} events, ${inTime} within 250 ms, latest ${Math.max(...lates)}`,
    )
    // Of a machine that is busy with something else nothing is said here.
    expect(inTime).toBeGreaterThan(lates.length / 2)
  })

  it('what is behind is sent at once, and the rest in its time', async () => {
    const trial = { factor: 300, tick: '15m', seconds: 14, behindSeconds: 6 }
    const arrivals = await arrivalsOf(trial)
    const behind = arrivals.filter(({ late, since }) => since - late < 0)
    expect(behind.length).toBeGreaterThan(20)
    expect(Math.max(...behind.map(({ since }) => since))).toBeLessThan(5000)
    expect(arrivals.filter(({ late }) => late < 0)).toEqual([])
    expect(arrivals.length).toBeGreaterThan(behind.length + 20)
  })
})

/** A run that has anything to catch up with says so by then. */
const NOTHING_LATE_SECONDS = 12

describe('live', () => {
  let folder: string
  let server: Server
  let url: string
  let children: ChildProcess[] = []
  /** By id: when the event had its time, when it arrived first, and how often. */
  const arrived = new Map<string, { instant: number; at: number; times: number }>()

  beforeEach(async () => {
    arrived.clear()
    folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
    writeFileSync(join(folder, 'evening.yaml'), `clock: { shift_hours: ${SHIFT_HOURS} }\n`)
    server = createServer(async (request, response) => {
      const at = Date.now()
      const { payload } = JSON.parse(await text(request))
      const before = arrived.get(eventIdOf(request))
      if (before) before.times++
      else arrived.set(eventIdOf(request), { instant: Date.parse(payload.timestamp), at, times: 1 })
      response.writeHead(200).end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ingest`
  })
  afterEach(async () => {
    await Promise.all(children.map(killed))
    children = []
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Starts a run, and settles when it says that it has caught up; where nothing was late, as at night, it says nothing. */
  async function caughtUp(words: readonly string[]) {
    const child = spawn(process.execPath, [CLI, ...words], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    children.push(child)
    let said = ''
    child.stderr.on('data', (chunk) => {
      said += chunk
    })
    const ended = once(child, 'close')
    const began = performance.now()
    const seconds = () => (performance.now() - began) / 1000
    while (!/^caught up at /m.test(said) && child.exitCode === null && seconds() < NOTHING_LATE_SECONDS) await sleep(50)
    return { child, ended, said: () => said, seconds: seconds() }
  }

  /** Settles when some events have arrived that had their time since an instant, or after a minute: a night has few. */
  async function someSince(instant: number): Promise<void> {
    const some = () => [...arrived.values()].filter((one) => one.instant >= instant).length
    while (some() < 5 && Date.now() - instant < 60_000) await sleep(100)
  }

  it('killed and started again it catches up first: no gap and nothing early at the seams, the stream of a run at once', async () => {
    const world = ['--students', STUDENTS, '--warmup', '1d', '--settings', 'evening.yaml']
    const words = ['run', '--store', 'sqlite:live.db', ...world, '--start', 'now-15m', '--live', '--to', url]
    const first = await caughtUp(words)
    const [, start = ''] = /^world default begins at (\S+), 1\d minutes/.exec(first.said()) ?? []
    await someSince(Date.now())
    first.child.kill('SIGKILL')
    await first.ended
    const killed = Date.now()
    await sleep(8000)
    // The very same command: a start by the clock holds at the birth.
    const second = await caughtUp(words)
    expect(second.seconds).toBeLessThan(15)
    await someSince(Date.now())
    second.child.kill('SIGINT')
    expect(await second.ended).toEqual([0, null])
    const last = second.said().trimEnd().split('\n').at(-1) as string
    expect(last).toMatch(/^stopped at \S+; goes on from there: tutorsim run .*--live.* --to http:\S+$/)

    for (const { instant, at } of arrived.values()) expect(at).toBeGreaterThanOrEqual(instant)
    const repeated = [...arrived.values()].filter(({ times }) => times > 1).length
    expect(repeated).toBeLessThan(100)
    const span = ['--start', start, '--for', '1h', '--to', 'at-once.ndjson']
    await promisify(execFile)(process.execPath, [CLI, 'run', '--store', 'memory', ...world, ...span], { cwd: folder })
    const stopped = Math.max(...[...arrived.values()].map(({ instant }) => instant))
    const lines = readFileSync(join(folder, 'at-once.ndjson'), 'utf8').trimEnd().split('\n')
    const due = lines.map((line) => JSON.parse(line)).filter(({ payload }) => Date.parse(payload.timestamp) <= stopped)
    expect([...arrived.keys()].sort()).toEqual(due.map(({ event_id }) => event_id).sort())
    const seam = [...arrived.values()].filter(({ instant }) => instant > killed + 1000).length
    console.log(
      `${arrived.size} events, ${seam} behind the kill, ${repeated} repeated, caught up in ${second.seconds.toFixed(1)} s`,
    )
  })

  it('a line of a file is there when it happens, for whoever reads its tail', async () => {
    const world = ['--students', STUDENTS, '--warmup', '1d', '--settings', 'evening.yaml']
    const words = ['run', '--store', 'memory', ...world, '--start', 'now-10m']
    const live = await caughtUp([...words, '--tick', '1h', '--live', '--to', 'tail.ndjson'])
    const grown = new Set<number>()
    for (let look = 0; look < 300 && grown.size < 4; look++) {
      const lines = readFileSync(join(folder, 'tail.ndjson'), 'utf8').trimEnd().split('\n')
      grown.add(lines.length)
      const { payload } = JSON.parse(lines.at(-1) as string)
      expect(Date.parse(payload.timestamp)).toBeLessThanOrEqual(Date.now())
      await sleep(100)
    }
    expect(grown.size).toBeGreaterThan(0)
    live.child.kill('SIGINT')
    await live.ended
  })
})

it('simulated time has an end: a run says so, and stops there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const at = `sqlite:${join(folder, 'worlds.db')}`
  // Nobody may begin one as late as that, or would wait for it.
  const store = await openStore(at)
  const machine = realMachine()
  const settings = {
    ...settingsFrom({ students: 1, warmup: '0d', tick: '1d' }),
    start: TIME_END - (TIME_END % DAY) - 9 * DAY,
  }
  const host = await Host.open({ model, machine, log: store.world('default'), settings })
  while (!(await host.begin()));
  await host.close()
  machine.close()
  await store.close()
  const words = ['run', '--store', at, '--to', '/dev/null']
  const { stderr } = await promisify(execFile)(process.execPath, [CLI, ...words])
  expect(stderr).toContain('simulated time ends at 2286-11-20T17:46:40Z: world default has come to its end\n')
})

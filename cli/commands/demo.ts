// `tutorsim demo`: a world, the reference ingestion API and the dashboard on one port. Without `--world` a world of its own,
// whose 30 days end at the present; it goes on from there at 300 times real time.

import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { DashboardServer, Driver, follow, isLoopback, type Show, Stage, Twins } from '../../dashboard/server/index.ts'
import { keptFrom, OptionError } from '../../engine/index.ts'
import { createIngestionApi, INGESTION_PATHS } from '../../ingest/index.ts'
import { model, type Scenario, type Settings } from '../../model/index.ts'
import { onWire } from '../../model/scenarios/index.ts'
import { openSink, realMachine } from '../../sinks/index.ts'
import { openMemory } from '../../stores/index.ts'
import { worldName } from '../terminal/plan.ts'
import { scenariosNamed, takeScenarios } from '../terminal/scenarios.ts'
import { type Stop, stopSignal } from '../terminal/stop.ts'
import { UsageError } from '../terminal/usage.ts'
import { snapshot } from './demo-snapshot.ts'
import { type DemoOptions, keptWorld, type Life, ownWorld, settingsFor, showOf } from './demo-world.ts'

const PORT = 4173
const PORTS_TRIED = 50
const SPEED = 300
const NAME = 'demo'
/** Delivery lanes, and events of a post: at 300 times real time many come at once, and the page is to be answered meanwhile. */
const STREAMS = 50
const BATCH = 50

/** @returns the exit code @throws OptionError, UsageError, OperationalError */
export async function demo(options: DemoOptions): Promise<number> {
  check(options)
  const stop = stopSignal()
  const machine = realMachine()
  const stage = new Stage(options.world ?? NAME, machine)
  try {
    const scenarios = options.scenario === undefined ? [] : await scenariosNamed([options.scenario])
    checkSeen(scenarios)
    return await (options.snapshot === undefined
      ? serve(stage, scenarios, options, stop)
      : snapshot(stage, scenarios, options, options.snapshot, stop))
  } finally {
    stop.ask()
    machine.close()
  }
}

function check({ host, port, token, world, live, control, snapshot: file, ...born }: DemoOptions): void {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new OptionError({ option: 'port', rule: 'not within 0 to 65535', value: port })
  if (!isLoopback(host) && !token)
    throw new OptionError({ option: 'host', rule: 'can be reached from elsewhere: give a --token too', value: host })
  if (world === undefined) {
    if (control) throw new UsageError('--control: only with --world; a world of its own can always be controlled')
    return
  }
  worldName(world)
  const ofBirth = live
    ? 'live'
    : (['seed', 'students', 'settings', 'scenario'] as const).find((name) => born[name] !== undefined)
  if (ofBirth) throw new UsageError(`--${ofBirth}: not with --world, which is what it is`)
  if (control && file !== undefined) throw new UsageError('--control: not with --snapshot, which nobody can control')
}

/** A page shows a world, and what befalls events on their way is none of it. @throws OptionError */
function checkSeen(scenarios: readonly Scenario[]): void {
  for (const { name, interventions } of scenarios)
    if (onWire(interventions).length > 0)
      throw new OptionError({
        option: 'scenario',
        rule: 'is on the wire, which a page does not show; run takes it',
        value: name,
      })
}

async function serve(stage: Stage, scenarios: readonly Scenario[], options: DemoOptions, stop: Stop): Promise<number> {
  const { host, token, port, open } = options
  const kept = options.world === undefined ? undefined : await keptWorld(options.store, options.world, options.control)
  const settings = kept ? undefined : await settingsFor(options, scenarios, stage.machine)
  const api = createIngestionApi()
  const show = showOf(stage, scenarios, options)
  const ingest = { paths: INGESTION_PATHS, handle: api.handle }
  const server = new DashboardServer(show, { host, token, ingest })
  let life = kept
  try {
    const url = await listen(server, host, port)
    life ??= await ownWorld(new URL(url).port)
    show.twins = new Twins(stage, kept && !options.control ? openMemory() : life.store)
    // Posts go to loopback only, and bring no token: where the page is reached from elsewhere they have a door of their own.
    const ingestOrigin = isLoopback(host) ? url : await api.listen(0, '127.0.0.1')
    const running = run(show, life, { ...options, settings, scenarios, ingestUrl: `${ingestOrigin}/ingest` }, stop)
    say(`tutorsim demo: ${url}${port === undefined && !url.endsWith(`:${PORT}`) ? ` (${PORT} is taken)` : ''}`)
    const from = kept ? await keptFrom(kept.store.world(stage.name)) : 0
    if (from > 0) say(`world ${stage.name} is kept from tick ${from} on: what was before cannot be looked at`)
    if (!server.hasPage) say('the page is not built, the interface is there: npm run page')
    if (open) openInBrowser(url)
    // Ends with the first signal, or with a fault of ours; a world that is gone is told on the page.
    await Promise.all([running, stopped(stop)])
  } finally {
    stop.ask()
    await show.twins?.close()
    await server.close()
    await api.close()
    await life?.store.close()
    // Of any free port nobody knows the file's name.
    if (port === 0) life?.remove?.()
  }
  return 0
}

interface Run {
  /** Of a world of its own. */
  settings: Settings | undefined
  scenarios: readonly Scenario[]
  live?: boolean
  control?: boolean
  ingestUrl: string
}

/** Drives the world, or looks at it, until the end. */
async function run(
  show: Show,
  { store, isThere }: Life,
  { settings, scenarios, live, control, ingestUrl }: Run,
  stop: Stop,
) {
  const { stage } = show
  const { signal } = stop
  const log = store.world(stage.name)
  if (!settings && !control) {
    const line = `World ${stage.name} is only looked at; with --control the page drives it`
    return await follow(stage, { log, signal, isThere, phase: 'read_only', line })
  }
  const workers = availableParallelism()
  const driven = { log, isThere, signal, speed: SPEED, workers }
  const driver = new Driver(
    stage,
    settings
      ? {
          ...{ ...driven, settings },
          onBegun: (host) => takeScenarios(host, scenarios, log),
          catchUpTo: () => stage.machine.now(),
          isReal: live ?? false,
          isPlaying: true,
          openSinks: async () => [
            await openSink(ingestUrl, {
              streams: STREAMS,
              batch: BATCH,
              types: model.events.types,
              userAgent: 'tutorsim',
            }),
          ],
        }
      : { ...driven, isPlaying: false },
  )
  show.driver = driver
  await driver.run()
}

/** @throws OptionError where the port that was asked for is taken */
async function listen(server: DashboardServer, host: string, port: number | undefined): Promise<string> {
  const last = port ?? PORT + PORTS_TRIED
  for (let tried = port ?? PORT; ; tried++)
    try {
      return await server.listen(tried)
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      const isTaken = code === 'EADDRINUSE' || code === 'EACCES'
      if (isTaken && tried < last) continue
      const rule = code === 'EADDRINUSE' ? `in use already on ${host}` : 'this user may not listen on it'
      const broken = isTaken
        ? { option: 'port', rule, value: tried }
        : { option: 'host', rule: `no address of this machine (${code ?? message})`, value: host }
      throw new OptionError(broken, { code: 'LISTEN_FAILED', cause })
    }
}

function stopped({ signal }: Stop): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
}

function openInBrowser(url: string): void {
  const [command, ...words] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start'] : ['xdg-open']
  const opened = spawn(command as string, [...words, url], { stdio: 'ignore', detached: true })
  opened.on('error', () => say(`--open: no browser was found; open ${url}`))
  opened.unref()
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

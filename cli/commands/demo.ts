// `tutorsim demo`: a world, the reference ingestion API and the dashboard on one port. Without `--world` a world of its own,
// whose 30 days end at the present; it goes on from there at 300 times real time.

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import {
  DashboardServer,
  Driver,
  follow,
  isLoopback,
  type Show,
  Stage,
  Story,
  snapshotOf,
  type Tale,
  Twins,
} from '../../dashboard/server/index.ts'
import {
  DAY,
  formatInstant,
  grouped,
  type Machine,
  OperationalError,
  OptionError,
  type Store,
} from '../../engine/index.ts'
import { createIngestionApi, INGESTION_PATHS } from '../../ingest/index.ts'
import { model, type Scenario, type Settings, settingsFrom } from '../../model/index.ts'
import { builtIn, CATALOGUE } from '../../model/scenarios/index.ts'
import { openSink, realMachine } from '../../sinks/index.ts'
import { openMemory, openStore } from '../../stores/index.ts'
import { wantedBy, worldName } from '../terminal/plan.ts'
import { checkTimes, inputsOf, scenariosNamed, takeScenarios } from '../terminal/scenarios.ts'
import { type Stop, stopSignal } from '../terminal/stop.ts'
import { worldIn } from '../terminal/store.ts'
import { UsageError } from '../terminal/usage.ts'

export interface DemoOptions {
  host: string
  /** A port that has to be free; the first free one from 4173 on. */
  port?: number
  /** Wanted from everybody, where the page can be reached from elsewhere. */
  token?: string
  /** One that is kept. */
  world?: string
  store: string
  /** The page may drive a world that is kept. */
  control?: boolean
  /** Goes on in real time. */
  live?: boolean
  seed?: string
  students?: number
  /** A built-in scenario or a file, from the world's birth on. */
  scenario?: string
  open?: boolean
  /** A file to write the page to instead. */
  snapshot?: string
}

const PORT = 4173
const PORTS_TRIED = 50
const SPEED = 300
const HISTORY_DAYS = 30
const TICK_MILLISECONDS = 15 * 60_000
const FOLDER = '.tutorsim'
const NAME = 'demo'
/** Delivery lanes. */
const STREAMS = 50

/** @returns the exit code @throws OptionError, UsageError, OperationalError */
export async function demo(options: DemoOptions): Promise<number> {
  check(options)
  const stop = stopSignal()
  const machine = realMachine()
  const stage = new Stage(options.world ?? NAME, machine)
  try {
    const scenarios = options.scenario === undefined ? [] : await scenariosNamed([options.scenario])
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
  const ofBirth = live ? 'live' : (['seed', 'students', 'scenario'] as const).find((name) => born[name] !== undefined)
  if (ofBirth) throw new UsageError(`--${ofBirth}: not with --world, which is what it is`)
  if (control && file !== undefined) throw new UsageError('--control: not with --snapshot, which nobody can control')
}

function taleOf(scenario: Scenario): Tale {
  return { scenario, inputs: inputsOf([scenario]) }
}

/** What is on show, before anything of it is there. */
function showOf(stage: Stage, scenarios: readonly Scenario[], options: DemoOptions): Show {
  const [own] = scenarios.map(taleOf)
  const tales = CATALOGUE.flatMap(({ name }) => builtIn(name) ?? []).map(taleOf)
  return {
    ...{ stage, begun: stage.machine.now(), story: new Story(stage, tales, own) },
    ...(options.world === undefined ? { ingestPath: '/ingest' } : {}),
  }
}

async function serve(stage: Stage, scenarios: readonly Scenario[], options: DemoOptions, stop: Stop): Promise<number> {
  const { host, token, port, open } = options
  const kept = options.world === undefined ? undefined : await keptWorld(options.store, options.world, options.control)
  const settings = kept ? undefined : settingsFor(options, scenarios, stage.machine)
  const api = createIngestionApi()
  const show = showOf(stage, scenarios, options)
  const ingest = { paths: INGESTION_PATHS, handle: api.handle }
  const server = new DashboardServer(show, { host, token, ingest })
  let life = kept
  try {
    const url = await listen(server, host, port)
    life ??= await ownWorld(`${FOLDER}/${NAME}-${new URL(url).port}.db`)
    show.twins = new Twins(stage, kept && !options.control ? openMemory() : life.store)
    const running = run(show, life, { settings, scenarios, ...options, ingestUrl: `${url}/ingest` }, stop)
    say(`tutorsim demo: ${url}${port === undefined && !url.endsWith(`:${PORT}`) ? ` (${PORT} is taken)` : ''}`)
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
  }
  return 0
}

/** Where a world is kept, and whether that is still there. */
interface Life {
  store: Store
  isThere(): boolean
}

/** @throws WorldError where it is not there */
async function keptWorld(text: string, world: string, control = false): Promise<Life> {
  const store = await openStore(text, { access: control ? 'change' : 'read' })
  try {
    await worldIn(store, world)
  } catch (error) {
    await store.close()
    throw error
  }
  const file = /^sqlite:(.+)$/s.exec(text)?.[1]
  return { store, isThere: file === undefined ? () => true : isSameFile(file) }
}

/** A file of this demo's own, made anew each time: its history ends now. */
async function ownWorld(file: string): Promise<Life> {
  mkdirSync(FOLDER, { recursive: true })
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
  const store = await openStore(`sqlite:${file}`, { access: 'make' })
  return { store, isThere: isSameFile(file) }
}

function isSameFile(file: string): () => boolean {
  const inode = statSync(file).ino
  return () => existsSync(file) && statSync(file).ino === inode
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
            await openSink(ingestUrl, { streams: STREAMS, types: model.events.types, userAgent: 'tutorsim' }),
          ],
        }
      : { ...driven, isPlaying: false },
  )
  show.driver = driver
  await driver.run()
}

/** A world whose history ends now: whole ticks before. */
function settingsFor({ seed, students }: DemoOptions, scenarios: readonly Scenario[], machine: Machine): Settings {
  const start = Math.floor((machine.now() - HISTORY_DAYS * DAY) / TICK_MILLISECONDS) * TICK_MILLISECONDS
  const settings = settingsFrom({
    ...Object.assign({}, ...scenarios.map(wantedBy)),
    start: formatInstant(start),
    ...(seed === undefined ? {} : { seed }),
    ...(students === undefined ? {} : { students }),
  })
  checkTimes(scenarios, settings)
  return settings
}

/** The page as a file: the world lives up to now, or is read, and nothing is served. */
async function snapshot(
  stage: Stage,
  scenarios: readonly Scenario[],
  options: DemoOptions,
  file: string,
  stop: Stop,
): Promise<number> {
  const show = showOf(stage, scenarios, options)
  const server = new DashboardServer(show, { host: options.host })
  if (!server.hasPage) throw new OperationalError('the page is not built: npm run page', { code: 'PAGE_MISSING' })
  const life =
    options.world === undefined
      ? { store: openMemory(), isThere: () => true }
      : await keptWorld(options.store, options.world)
  const over = new AbortController()
  stop.signal.addEventListener('abort', () => over.abort())
  const log = life.store.world(stage.name)
  stage.on(() => {
    if (stage.phase === 'living' || stage.phase === 'read_only') over.abort()
  })
  try {
    if (options.world !== undefined)
      await follow(stage, { log, signal: over.signal, isThere: life.isThere, phase: 'read_only', line: '' })
    else
      await new Driver(stage, {
        ...{ log, signal: over.signal, isThere: life.isThere, isPlaying: false, speed: SPEED },
        ...{ workers: availableParallelism(), settings: settingsFor(options, scenarios, stage.machine) },
        onBegun: (host) => takeScenarios(host, scenarios, log),
        catchUpTo: () => stage.machine.now(),
      }).run()
    if (stop.asked) return 1
    if (!stage.sources) throw new OperationalError(stage.line ?? 'there is nothing to show', { code: 'WORLD_MISSING' })
    const html = await snapshotOf(server.answers, server.files)
    write(file, html)
    say(
      `${file}: the page with its ${HISTORY_DAYS} days, ${grouped(Math.round(html.length / 1024))} KB, opens without a server`,
    )
    return 0
  } finally {
    await server.close()
    await life.store.close()
  }
}

/** @throws OptionError */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    const rule = `cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`
    throw new OptionError({ option: 'snapshot', rule, value: file }, { code: 'FILE_FAILED', cause })
  }
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

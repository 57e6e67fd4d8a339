// `tutorsim run`: simulates a world and delivers its events.

import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { DAY, formatDuration, formatInstant, HOUR, parseDuration, type Sink } from '../engine/index.ts'
import { EVENT_TYPES, type Settings, SettingsError, settingsFrom } from '../model/index.ts'
import { type HttpSink, openSink, TargetError } from '../sinks/index.ts'
import { type Meter, openMeter } from './progress.ts'
import { type Simulation, startSimulation } from './simulation.ts'
import { UsageError } from './usage.ts'

/** As the command line gives them. */
export interface RunOptions {
  world: string
  seed: string
  students?: number
  rate?: number
  start: string
  tick: string
  ticks?: number
  for?: string
  warmup: string
  to?: string[] | string
  streams: number
  giveUp: string
  store: string
  workers?: number
  pace: string
  format: string
  scenario?: string
  labels?: string
  json?: boolean
}

/** What a run does, worked out of its options. */
interface Plan {
  settings: Settings
  targets: string[]
  /** Simulated instant to stop at; infinite for until Ctrl-C. */
  end: number
  workers: number
  streams: number
  giveUpSeconds: number
  /** Simulated time over real time; infinite for as fast as it goes. */
  pace: number
}

interface Figures {
  events: number
  byType: Record<string, number>
}

/** Simulated at once at the most, in events and in time: what is simulated at once has no influence on the stream. */
const EVENTS_AT_ONCE = 60_000
const TIMER_MILLISECONDS_MAX = 2 ** 31 - 1
/** Events of a student in a busy hour; several times the mean. */
const EVENTS_PER_STUDENT_HOUR = 0.2

/** @returns the exit code @throws UsageError, or Error of one line */
export async function run(options: RunOptions): Promise<number> {
  const plan = planOf(options)
  const meter = openMeter(plan.settings.start, plan.end)
  const sinks = await openSinks(plan)
  const simulation = startSimulation(plan.settings, plan.workers)
  const stop = stopSignal()
  const figures: Figures = { events: 0, byType: Object.fromEntries(EVENT_TYPES.map((type) => [type, 0])) }
  let reached: number
  try {
    await warmUp(simulation, plan.settings, meter, stop)
    reached = await live(simulation, plan, sinks, meter, stop, figures)
    await Promise.all(sinks.map((sink) => sink.close()))
  } catch (error) {
    throw isUnread(error) ? error : goneForGood(error as Error)
  } finally {
    meter.close()
    await simulation.close()
  }
  return report(plan, options, sinks, figures, reached)
}

async function openSinks({ targets, streams, giveUpSeconds }: Plan): Promise<(Sink | HttpSink)[]> {
  const sinks: (Sink | HttpSink)[] = []
  try {
    for (const to of targets) sinks.push(await openSink(to, { streams, giveUpSeconds }))
  } catch (error) {
    throw error instanceof TargetError ? new UsageError(error.message) : error
  }
  return sinks
}

/** The days before the start, of which nobody hears. */
async function warmUp(
  simulation: Simulation,
  { start, warmupMilliseconds }: Settings,
  meter: Meter,
  stop: Stop,
): Promise<void> {
  const birth = start - warmupMilliseconds
  for (let now = birth; now < start && !stop.asked; ) {
    now = Math.min(start, now + DAY)
    await simulation.advance(now)
    meter.warmingUp((now - birth) / warmupMilliseconds)
  }
}

/** Steps and delivers until the end, or until asked to stop. Returns the instant reached. */
async function live(
  simulation: Simulation,
  { settings, end, pace }: Plan,
  sinks: readonly Sink[],
  meter: Meter,
  stop: Stop,
  figures: Figures,
): Promise<number> {
  const { start, tickMilliseconds } = settings
  const began = performance.now()
  const ticks = pace === Number.POSITIVE_INFINITY ? ticksAtOnce(settings) : 1
  let now = start
  while (now < end && !stop.asked) {
    const until = Math.min(end, now + ticks * tickMilliseconds)
    const stream = await simulation.advance(until)
    await waitUntil(began + (until - start) / pace, stop)
    for (const lines of stream.batches()) await Promise.all(sinks.map((sink) => sink.deliver(lines)))
    figures.events += stream.count
    figures.byType = stream.rendered
    now = until
    meter.living(now, figures.events)
  }
  return now
}

/** Sleeps until an instant of the process's clock, in pieces that a timer can hold, or until asked to stop. */
async function waitUntil(instant: number, stop: Stop): Promise<void> {
  for (let wait = instant - performance.now(); wait > 0 && !stop.asked; wait = instant - performance.now())
    await Promise.race([sleep(Math.min(wait, TIMER_MILLISECONDS_MAX)), stop.promise])
}

function ticksAtOnce({ students, tickMilliseconds }: Settings): number {
  const span = Math.min(DAY, (EVENTS_AT_ONCE / (students * EVENTS_PER_STUDENT_HOUR)) * HOUR)
  return Math.max(1, Math.floor(span / tickMilliseconds))
}

function report(
  plan: Plan,
  options: RunOptions,
  sinks: readonly (Sink | HttpSink)[],
  figures: Figures,
  reached: number,
): number {
  const { settings, targets } = plan
  const span = formatDuration(reached - settings.start)
  const parked = sinks.flatMap((sink) => ('parked' in sink ? [...sink.parked] : []))
  const parkedCount = sinks.reduce((sum, sink) => sum + ('progress' in sink ? sink.progress().parked : 0), 0)
  const retried = sinks.reduce((sum, sink) => sum + ('progress' in sink ? sink.progress().retried : 0), 0)
  const { students, seed } = settings
  process.stderr.write(
    `${figures.events} events of ${students} students over ${span}, to ${targets.join(', ')}` +
      `${retried > 0 ? `; ${retried} deliveries tried again` : ''}\n`,
  )
  for (const { eventId, status, answer } of parked.slice(0, 5))
    process.stderr.write(`refused with ${status}: ${eventId} ${answer}\n`)
  if (parkedCount > 0) process.stderr.write(`${parkedCount} events refused; kept in memory only, they are gone\n`)
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ world: options.world, seed, students, ticks: (reached - settings.start) / settings.tickMilliseconds, now: formatInstant(reached), ...figures, retried, parked: parkedCount })}\n`,
    )
  if (process.env.TUTORSIM_USAGE) process.stderr.write(`${JSON.stringify(usage(figures.events))}\n`)
  return parkedCount > 0 ? 1 : 0
}

/** What the process has cost so far, for benchmarks. */
function usage(events: number): object {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, maxResidentBytes: maxRSS * 1024, events }
}

/** @throws UsageError */
function planOf(options: RunOptions): Plan {
  const { students, rate } = options
  rule(students === undefined || rate === undefined, 'students', '--rate gives the size too, give one', students)
  const settings = settingsOf(options)
  const { start, tickMilliseconds } = settings
  rule(/^[\w.-]{1,64}$/.test(options.world), 'world', 'up to 64 letters, digits, dots, dashes', options.world)
  rule(options.store === 'memory', 'store', 'memory is the only one so far', options.store)
  rule(options.format === 'plain', 'format', 'plain is the only one so far', options.format)
  for (const name of ['scenario', 'labels'] as const)
    rule(options[name] === undefined, name, 'not available yet', options[name])
  const streams = count('streams', options.streams, 1, 10_000)
  const workers = count('workers', options.workers ?? availableParallelism(), 1, 1024)
  const giveUp = parseDuration(options.giveUp)
  rule(giveUp !== undefined && giveUp > 0, 'give-up', 'a duration such as 30s or 5m', options.giveUp)
  rule(
    !(options.ticks !== undefined && options.for !== undefined),
    'ticks',
    '--for says how far too, give one',
    options.ticks,
  )
  const targets = [options.to ?? '-'].flat()
  rule(!(options.json && targets.includes('-')), 'json', 'standard output is taken by --to', '-')
  return {
    settings,
    targets,
    end:
      start +
      (options.for === undefined
        ? lengthOfTicks(options.ticks, tickMilliseconds)
        : spanOf(options.for, tickMilliseconds)),
    workers,
    streams,
    giveUpSeconds: (giveUp as number) / 1000,
    pace: paceOf(options.pace),
  }
}

function settingsOf({ seed, students, rate, start, tick, warmup }: RunOptions): Settings {
  try {
    return settingsFrom({
      seed,
      start,
      tick,
      warmup,
      ...(students === undefined ? {} : { students }),
      ...(rate === undefined ? {} : { rate }),
    })
  } catch (error) {
    throw error instanceof SettingsError ? new UsageError(`--${error.message}`) : error
  }
}

function lengthOfTicks(ticks: number | undefined, tickMilliseconds: number): number {
  return ticks === undefined ? Number.POSITIVE_INFINITY : count('ticks', ticks, 1, 1e9) * tickMilliseconds
}

function spanOf(text: string, tickMilliseconds: number): number {
  const span = parseDuration(text)
  rule(span !== undefined && span > 0, 'for', 'a duration such as 12h or 30d', text)
  rule((span as number) % tickMilliseconds === 0, 'for', `whole ticks of ${formatDuration(tickMilliseconds)}`, text)
  return span as number
}

function paceOf(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY
  if (text === 'realtime') return 1
  const factor = Number(/^(\d+(?:\.\d+)?)x$/.exec(text)?.[1])
  rule(factor > 0, 'pace', 'max, realtime or a factor such as 60x', text)
  return factor
}

function count(name: string, value: number, min: number, max: number): number {
  rule(Number.isInteger(value) && value >= min && value <= max, name, `a whole number from ${min} to ${max}`, value)
  return value
}

function rule(holds: boolean, option: string, what: string, value: unknown): void {
  if (!holds) throw new UsageError(`--${option} ${value}: ${what}`)
}

interface Stop {
  asked: boolean
  promise: Promise<void>
}

/** The first Ctrl-C asks for an end at the next tick; a second one finds nobody listening and ends the process. */
function stopSignal(): Stop {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop: Stop = { asked: false, promise }
  const ask = (): void => {
    process.off('SIGINT', ask).off('SIGTERM', ask)
    stop.asked = true
    resolve()
  }
  process.on('SIGINT', ask).on('SIGTERM', ask)
  return stop
}

function isUnread(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE'
}

/** A world in memory ends with its process, and what was not delivered with it. */
function goneForGood(error: Error): Error {
  return new Error(`${error.message}; with --store memory what was not delivered is gone`, { cause: error })
}

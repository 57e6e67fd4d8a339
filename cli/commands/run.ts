// `tutorsim run`: simulates a world and delivers its events. A world that is kept goes on where its store left it.

import {
  counted,
  DeliveryError,
  formatInstant,
  Host,
  type Lived,
  lastTickOf,
  OptionError,
  type Sink,
  type Store,
  TIME_END,
  type TickLog,
} from '../../engine/index.ts'
import { type InterventionInput, instantOf, model, partsOf, type Settings } from '../../model/index.ts'
import type { Named } from '../../model/scenarios/index.ts'
import { realMachine } from '../../sinks/index.ts'
import { readCalendar } from '../terminal/calendarfile.ts'
import { Course } from '../terminal/course.ts'
import { exitCode, lastLines, openingLines, refusalLines, targetFigures, total } from '../terminal/deliveries.ts'
import { LabelFile } from '../terminal/labelfile.ts'
import { Labelling } from '../terminal/labelling.ts'
import {
  checkFile,
  isPaced,
  type Own,
  type Plan,
  paceFrom,
  planOf,
  type RunOptions,
  settingsOf,
  shown,
  ticksOf,
} from '../terminal/plan.ts'
import { checkTimes, inputsOf, onWireOf, scenariosNamed, takeScenarios } from '../terminal/scenarios.ts'
import { readSettings } from '../terminal/settingsfile.ts'
import { instantInWords, spanInWords } from '../terminal/spans.ts'
import { type Stop, stopSignal } from '../terminal/stop.ts'
import { stoppedLine } from '../terminal/stopped.ts'
import { named, standOf, withStore } from '../terminal/store.ts'
import { closeAll, openSinks } from '../terminal/targets.ts'
import { lineOf, UsageError } from '../terminal/usage.ts'

/** What was delivered since the cursor was written is delivered again after a kill: a small write keeps that short. */
const CURSOR_MILLISECONDS = 100

/** Of a run that was stopped before anybody heard of its world. */
const NOTHING: Lived = {
  ...{ from: 0, to: 0, events: 0, since: 0, present: 0, byType: [] },
  ...{ progress: [], failures: [], conflicts: 0 },
}

interface Ran extends Lived {
  settings: Settings
  /** Ticks that it was to go further, and how it was stopped on the way. */
  ticksLeft: number
  stopped: 'no' | 'warming up' | 'living'
}

/** @returns the exit code @throws OperationalError */
export async function run(options: RunOptions): Promise<number> {
  const calendar = options.calendar === undefined ? undefined : await readCalendar(options.calendar)
  const file = options.settings === undefined ? undefined : await readSettings(options.settings, checkFile)
  const scenarios = await scenariosNamed([options.scenario ?? []].flat())
  const plan = planOf(options, { calendar, file, scenarios })
  // What cannot be written is told before anything is.
  const labels = plan.labels === undefined ? undefined : new LabelFile(plan.labels)
  const stop = stopSignal()
  try {
    const ran = await (plan.store === 'memory'
      ? live(plan, stop, labels)
      : withStore(plan.store, 'make', (store) => named(plan.world, () => live(plan, stop, labels, store))))
    report(plan, options, ran)
    const { stopped, present, ticksLeft } = ran
    if (stopped !== 'no')
      say(stoppedLine(plan, options, { present: stopped === 'living' ? present : undefined, ticksLeft }))
    return exitCode(plan, ran.progress)
  } finally {
    stop.ask()
  }
}

/** @param store where the world is kept; nowhere */
async function live(plan: Plan, stop: Stop, labels: LabelFile | undefined, store?: Store): Promise<Ran> {
  const log = store?.world(plan.world)
  const own = log && (await ownOf(plan, log))
  const settings = settingsOf(plan, own)
  if (!own) checkTimes(plan.scenarios, settings)
  const ticks = ticksOf(plan, settings.tickMilliseconds)
  const sinks = await openSinks(plan, log)
  try {
    if (store && log) await checkOwners(sinks, plan.world, store, log)
    return { settings, ...(await advance(plan, settings, ticks, sinks, { stop, labels, log })) }
  } finally {
    await closeAll(sinks)
  }
}

/** What a world is by now; its size and figures only where some were given, because it takes the state to tell. */
async function ownOf({ given }: Plan, log: TickLog): Promise<Own | undefined> {
  const head = await log.readHead()
  if (!head) return undefined
  const born = head.settings as Settings
  const { others, values } = partsOf(given)
  const isSized = others.students !== undefined || others.rate !== undefined
  if (!isSized && values.size === 0) return { born, students: born.students, figures: undefined }
  return { born, ...(await standOf(log, head)) }
}

async function advance(
  plan: Plan,
  settings: Settings,
  ticks: number,
  sinks: readonly Sink[],
  { stop, labels, log }: { stop: Stop; labels: LabelFile | undefined; log: TickLog | undefined },
): Promise<Omit<Ran, 'settings'>> {
  const { start, tickMilliseconds, warmupMilliseconds } = settings
  const { world, targets, maxRate, opening, giveUpMilliseconds, keepMilliseconds, workers } = plan
  const machine = realMachine()
  const course = new Course(plan, settings)
  const wire = onWireOf(plan.scenarios, start)
  if (wire.length > 0) checkWire(plan, wire, sinks)
  const labelling = labels && new Labelling(labels, wire)
  const host = await Host.open({
    ...{ model, world, settings, sinks, machine, workers, opening, keepMilliseconds },
    ...(labelling ? { observers: [labelling.observer] } : {}),
    ...(wire.length > 0 ? { wire: () => wire } : {}),
    ...(log ? { log } : {}),
    delivery: {
      ...{ giveUpMilliseconds, cursorMilliseconds: CURSOR_MILLISECONDS },
      ...(maxRate === undefined ? {} : { maxRate }),
    },
    onTrouble: (trouble) => course.say(`world ${world}: ${trouble}`),
    onWarmUp(tick) {
      course.warmingUp(1 + (tick * tickMilliseconds) / warmupMilliseconds)
      return stop.asked
    },
  })
  try {
    // Stopped while it warms up, it has lived nothing that anybody heard of.
    while (!(await host.begin())) if (stop.asked) return { ...NOTHING, ticksLeft: ticks, stopped: 'warming up' }
    const source = { settings, log, simulation: host.simulation }
    // A twin of a world that is not kept is what it is before it takes anything.
    if (!log) await labelling?.begin(source, inputsOf(plan.scenarios))
    for (const { intervene } of await takeScenarios(host, plan.scenarios, log))
      course.say(`scenario ${intervene.scenario}: ${intervene.kind} comes ${inWords(intervene, settings)}`)
    if (log) await labelling?.begin(source)
    const until = host.tick + ticks
    const pace = paceFrom(plan, settings, host.now)
    const lived = await host.live({
      ...{ until, signal: stop.signal, ...(pace ? { pace } : {}) },
      onBegun: () => course.begin(host, until),
      onNote: (note) => course.say(`--to ${note}`),
    })
    await host.rest()
    course.end()
    await labelling?.end()
    for (const failure of lived.failures) {
      if (!failure) continue
      for (const line of refusalLines(targets, lived.progress)) say(line)
      throw log ? failure : goneForGood(failure)
    }
    if (lived.to === lastTickOf(settings))
      say(`simulated time ends at ${instantInWords(TIME_END)}: world ${world} has come to its end`)
    const isWhole = lived.present >= start + until * tickMilliseconds && total(lived.progress, 'queued') === 0
    return { ...lived, ticksLeft: until - lived.to, stopped: stop.asked && !isWhole ? 'living' : 'no' }
  } finally {
    course.end()
    labelling?.close()
    machine.close()
    await host.close()
  }
}

/**
 * A file that has marks is one world's: two would each go on from where they think it ends.
 * @throws UsageError where another world of the store is delivered to a target that is new to this one
 */
async function checkOwners(sinks: readonly Sink[], world: string, store: Store, log: TickLog): Promise<void> {
  for (const { target, resume } of sinks) {
    if (!resume || (await log.readCursor(target))) continue
    for (const other of await store.worlds())
      if (other !== world && (await store.world(other).readCursor(target)))
        throw new UsageError(
          `--to ${target}: world ${other} is delivered to it; name another file, or tutorsim worlds --world ${other} --forget ${target}`,
        )
  }
}

/** What a dirty wire does is done to lines, and a map could not read what is damaged. @throws OptionError */
function checkWire({ targets, map }: Plan, wire: readonly Named[], sinks: readonly Sink[]): void {
  const place = sinks.findIndex(({ takesRows }) => takesRows)
  if (place >= 0)
    throw new OptionError({
      option: 'to',
      rule: 'goes without lines, which a dirty wire is about',
      value: targets[place],
    })
  if (map !== undefined && wire.some(({ kind }) => kind === 'malformed'))
    throw new OptionError({ option: 'map', rule: 'cannot read what the scenario damages', value: map })
}

function inWords({ from, until }: InterventionInput, { start }: Settings): string {
  const [begin, end] = [from, until].map((when) => when && instantInWords(instantOf(when, start)))
  return `${begin ? `at ${begin}` : 'at once'}${end ? `, until ${end}` : ''}`
}

/** A world in memory ends with its process, and what was not delivered with it. */
function goneForGood(error: Error): Error {
  if (!(error instanceof DeliveryError)) return error
  return new Error(`${lineOf(error)}; with --store memory what was not delivered is gone`, { cause: error })
}

function report(plan: Plan, { json }: RunOptions, ran: Ran): void {
  const { targets, store, world } = plan
  const { settings, from, to, events, since, present, stopped, conflicts } = ran
  // At a pace a tick is simulated ahead, and what has yet to come is nobody's business.
  const told =
    stopped === 'living' && isPaced(plan)
      ? Math.max(...ran.progress.map(({ delivered, parked, queued, opening }) => delivered + parked + queued - opening))
      : events
  const { seed, start, students, tickMilliseconds } = settings
  const [parked, retried] = (['parked', 'retried'] as const).map((one) => total(ran.progress, one))
  say(
    `${counted(told, 'event')} of ${store === 'memory' ? counted(students, 'student') : `world ${world}`} over ${spanInWords(Math.max(0, present - since))}, to ${targets.map(shown).join(', ')}` +
      `${retried ? `; ${counted(retried, 'delivery', 'deliveries')} tried again` : ''}`,
  )
  if (conflicts > 0)
    say(`${counted(conflicts, 'commit')} conflicted with another process on this world; nothing was lost`)
  for (const line of [...openingLines(targets, ran.progress), ...lastLines(plan, ran.progress)]) say(line)
  const byType = Object.fromEntries(model.events.types.map(({ name }, type) => [name, ran.byType[type] ?? 0]))
  const now = formatInstant(start + to * tickMilliseconds)
  const figures = { events, byType, retried, parked, conflicts, targets: targetFigures(targets, ran.progress) }
  if (json) process.stdout.write(`${JSON.stringify({ world, seed, students, ticks: to - from, now, ...figures })}\n`)
  if (process.env.TUTORSIM_USAGE) say(JSON.stringify(usage(events)))
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** What the process has cost so far, for benchmarks. */
function usage(events: number): object {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, maxResidentBytes: maxRSS * 1024, events }
}

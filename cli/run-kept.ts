// A run of a world that is kept: it goes on where its store left it, commits each tick, and delivers what was committed.

import { randomUUID } from 'node:crypto'
import {
  type Courier,
  DAY,
  formatDuration,
  formatInstant,
  HOUR,
  Outbox,
  Runner,
  type Sink,
  type Store,
  type TickLog,
} from '../engine/index.ts'
import { KeptEvents, type Settings } from '../model/index.ts'
import { realTimer } from '../sinks/index.ts'
import { closeAll, courierFor, openSinks, tell } from './delivery.ts'
import { count, noEvents, type Ran } from './ran.ts'
import { startKept } from './simulation.ts'
import { type Plan, SETTING_OF } from './terminal/plan.ts'
import { openMeter } from './terminal/progress.ts'
import { type Stop, waitUntil } from './terminal/stop.ts'
import { named, withStore } from './terminal/store.ts'
import { UsageError } from './terminal/usage.ts'

/** At full pace, so many events or ticks are committed at once. */
const EVENTS_A_COMMIT = 4000
const TICKS_A_COMMIT_MAX = 64
/** At full pace the world runs so far ahead of what is delivered. */
const EVENTS_AHEAD = 60_000
/** Events of a student in an hour, roughly. */
const EVENTS_PER_STUDENT_HOUR = 0.05
/** At any other pace it pauses when so much is not delivered. */
const BACKLOG_MAX = 7 * DAY

export async function runKept(plan: Plan, stop: Stop): Promise<Ran> {
  return withStore(plan.store, (store) => named(plan.world, () => live(plan, store, stop)))
}

async function live(plan: Plan, store: Store, stop: Stop): Promise<Ran> {
  const log = store.world(plan.world)
  const settings = await settingsOf(plan, log)
  const { start, tickMilliseconds } = settings
  const sinks = await openSinks(plan)
  const posts = sinks.some(({ eventByEvent }) => eventByEvent)
  const simulation = startKept(settings.students, plan.workers, posts)
  const timer = realTimer()
  const kept = new KeptEvents()
  const ran: Ran = { settings, from: start, reached: start, events: 0, byType: noEvents(), progress: [], conflicts: 0 }
  let outbox: Outbox | undefined
  let couriers: Courier[] = []
  let deliveries: Promise<void>[] = []
  let meter = openMeter(start, start)
  const runner = new Runner({
    log,
    simulation,
    timer,
    newAttempt: randomUUID,
    onWarmUp(tick) {
      meter.warmingUp(1 + (tick * tickMilliseconds) / settings.warmupMilliseconds)
      return stop.asked
    },
    onCommitted(tick, shards) {
      const events = shards.map((shard) => shard.events)
      count(ran, kept.load(events))
      outbox?.add(tick, events)
    },
    onTrouble: (trouble) => process.stderr.write(`world ${plan.world}: ${trouble}\n`),
  })
  try {
    await checkOwners(sinks, plan, log, store)
    await runner.open(settings)
    while (!(await runner.begin())) if (stop.asked) return ran
    const first = runner.head.tick
    const last = first + plan.ticks
    ran.from = start + first * tickMilliseconds
    meter = openMeter(ran.from, start + last * tickMilliseconds)
    outbox = new Outbox(log, first)
    couriers = sinks.map((sink) => courierFor(sink, plan, timer, log))
    for (const courier of couriers) tell(await courier.open(first))
    deliveries = couriers.map((courier) => courier.deliver(outbox as Outbox))
    // Whoever fails ends the run; the reason is thrown when all have ended.
    for (const delivery of deliveries) delivery.catch(stop.ask)
    const stopAll = () => {
      for (const courier of couriers) courier.stop()
    }
    stop.signal.addEventListener('abort', stopAll)
    if (stop.asked) stopAll()
    const began = performance.now()
    const ticksAtOnce =
      plan.pace === Number.POSITIVE_INFINITY ? ticksFor(settings, EVENTS_A_COMMIT, TICKS_A_COMMIT_MAX) : 1
    const ticksAhead =
      plan.pace === Number.POSITIVE_INFINITY ? ticksFor(settings, EVENTS_AHEAD, 1e6) : BACKLOG_MAX / tickMilliseconds
    while (runner.head.tick < last && !stop.asked) {
      const ticks = Math.min(ticksAtOnce, last - runner.head.tick)
      await waitUntil(began + ((runner.head.tick + ticks - first) * tickMilliseconds) / plan.pace, stop)
      await outbox.caughtUp(ticksAhead)
      if (stop.asked) break
      if ((await runner.advance(ticks)) === 0) outbox.moveTo(runner.head.tick)
      meter.living(start + runner.head.tick * tickMilliseconds, ran.events)
    }
    outbox.close()
    await Promise.allSettled(deliveries)
    await Promise.all(deliveries)
  } finally {
    meter.close()
    for (const courier of couriers) courier.stop()
    outbox?.close()
    // Nothing is under way any more when the targets are let go of.
    await Promise.allSettled(deliveries)
    timer.close()
    await simulation.close()
    await closeAll(sinks)
  }
  const { tick } = runner.head
  const reached = start + tick * tickMilliseconds
  return { ...ran, reached, progress: couriers.map(({ progress }) => progress), conflicts: runner.conflicts }
}

/** Those that the world was born with; those given must agree with them. @throws UsageError */
async function settingsOf({ world, settings, given, store }: Plan, log: TickLog): Promise<Settings> {
  const head = await log.readHead()
  if (!head) return settings
  const born = head.settings as Settings
  const other = given.find((option) => born[SETTING_OF[option]] !== settings[SETTING_OF[option]])
  if (other === undefined) return born
  const setting = SETTING_OF[other]
  const remedy =
    setting === 'students' ? `tutorsim set ${world} students=${settings.students} changes it` : 'take another --world'
  const inWords = IN_WORDS[setting]
  throw new UsageError(
    `--${other}: world ${world} of ${store} was born with ${inWords(born[setting])}, not ${inWords(settings[setting])}; ${remedy}`,
  )
}

const IN_WORDS: Record<keyof Settings, (value: string | number) => string> = {
  seed: (seed) => `seed ${seed}`,
  students: (students) => `${students} students`,
  start: (start) => formatInstant(start as number),
  tickMilliseconds: (tick) => formatDuration(tick as number),
  warmupMilliseconds: (warmup) => formatDuration(warmup as number),
}

/**
 * A file that has marks is one world's: two would each go on from where they think it ends.
 * @throws UsageError where another world of the store is delivered to a target that is new to this one
 */
async function checkOwners(sinks: readonly Sink[], { world }: Plan, log: TickLog, store: Store): Promise<void> {
  for (const { target, resume } of sinks) {
    if (!resume || (await log.readCursor(target))) continue
    for (const other of await store.worlds())
      if (other !== world && (await store.world(other).readCursor(target)))
        throw new UsageError(
          `--to ${target}: world ${other} is delivered to it; name another file, or tutorsim worlds --world ${other} --forget ${target}`,
        )
  }
}

function ticksFor({ students, tickMilliseconds }: Settings, events: number, max: number): number {
  const hours = events / (students * EVENTS_PER_STUDENT_HOUR)
  return Math.max(1, Math.min(max, Math.floor((hours * HOUR) / tickMilliseconds)))
}

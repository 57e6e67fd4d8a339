// A run of a world that is kept: it goes on where its store left it, commits each tick, and delivers what was committed.

import { randomUUID } from 'node:crypto'
import { type Courier, DAY, HOUR, Outbox, Runner, type TickLog } from '../engine/index.ts'
import { KeptEvents, type Settings } from '../model/index.ts'
import { realTimer } from '../sinks/index.ts'
import { closeAll, courierFor, openSinks } from './delivery.ts'
import type { Plan } from './plan.ts'
import { openMeter } from './progress.ts'
import { count, noEvents, type Ran } from './ran.ts'
import { startKept } from './simulation.ts'
import { type Stop, waitUntil } from './stop.ts'
import { named, withStore } from './store.ts'
import { UsageError } from './usage.ts'

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
  return withStore(plan.store, (store) => named(plan.world, () => live(plan, store.world(plan.world), stop)))
}

async function live(plan: Plan, log: TickLog, stop: Stop): Promise<Ran> {
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
    await runner.open(settings)
    while (!(await runner.begin())) if (stop.asked) return ran
    const first = runner.head.tick
    const last = first + plan.ticks
    ran.from = start + first * tickMilliseconds
    meter = openMeter(ran.from, start + last * tickMilliseconds)
    outbox = new Outbox(log, first)
    couriers = sinks.map((sink) => courierFor(sink, plan, timer, log))
    for (const courier of couriers) await courier.open(first)
    const deliveries = Promise.all(couriers.map((courier) => courier.deliver(outbox as Outbox)))
    // Whoever fails ends the run; the reason is thrown when all are waited for.
    deliveries.catch(stop.ask)
    void stop.promise.then(() => {
      for (const courier of couriers) courier.stop()
    })
    const began = performance.now()
    const ticksAtOnce =
      plan.pace === Number.POSITIVE_INFINITY ? ticksFor(settings, EVENTS_A_COMMIT, TICKS_A_COMMIT_MAX) : 1
    const ticksAhead =
      plan.pace === Number.POSITIVE_INFINITY ? ticksFor(settings, EVENTS_AHEAD, 1e6) : BACKLOG_MAX / tickMilliseconds
    while (runner.head.tick < last && !stop.asked) {
      const ticks = Math.min(ticksAtOnce, last - runner.head.tick)
      await waitUntil(began + ((runner.head.tick + ticks - first) * tickMilliseconds) / plan.pace, stop)
      await Promise.race([outbox.caughtUp(ticksAhead), stop.promise])
      if (stop.asked) break
      if ((await runner.advance(ticks)) === 0) outbox.moveTo(runner.head.tick)
      meter.living(start + runner.head.tick * tickMilliseconds, ran.events)
    }
    outbox.close()
    await deliveries
  } finally {
    meter.close()
    for (const courier of couriers) courier.stop()
    outbox?.close()
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
  const other = given.find((name) => born[name] !== settings[name])
  if (other === undefined) return born
  const remedy =
    other === 'students' ? `tutorsim set ${world} students=${settings.students} changes it` : 'take another --world'
  throw new UsageError(
    `--${NAMES[other]}: world ${world} of ${store} was born with ${born[other]}, not ${settings[other]}; ${remedy}`,
  )
}

const NAMES: Record<keyof Settings, string> = {
  seed: 'seed',
  students: 'students',
  start: 'start',
  tickMilliseconds: 'tick',
  warmupMilliseconds: 'warmup',
}

function ticksFor({ students, tickMilliseconds }: Settings, events: number, max: number): number {
  const hours = events / (students * EVENTS_PER_STUDENT_HOUR)
  return Math.max(1, Math.min(max, Math.floor((hours * HOUR) / tickMilliseconds)))
}

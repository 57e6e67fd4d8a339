// A run of a world that is kept nowhere: it lives and delivers, and ends with its process.

import { DAY, DeliveryError, HOUR } from '../engine/index.ts'
import type { Settings } from '../model/index.ts'
import { realTimer } from '../sinks/index.ts'
import { closeAll, courierFor, openSinks, tell } from './delivery.ts'
import { count, noEvents, type Ran } from './ran.ts'
import { startUnkept, type UnkeptSimulation } from './simulation.ts'
import type { Plan } from './terminal/plan.ts'
import { type Meter, openMeter } from './terminal/progress.ts'
import { type Stop, waitUntil } from './terminal/stop.ts'
import { lineOf } from './terminal/usage.ts'

/** Simulated at once at the most, in events and in time: what is simulated at once has no influence on the stream. */
const EVENTS_AT_ONCE = 60_000
/** Events of a student in a busy hour; several times the mean. */
const EVENTS_PER_STUDENT_HOUR = 0.2

export async function runUnkept(plan: Plan, stop: Stop): Promise<Ran> {
  const { settings, workers, ticks } = plan
  const { start } = settings
  const sinks = await openSinks(plan)
  const timer = realTimer()
  const couriers = sinks.map((sink) => courierFor(sink, plan, timer))
  const simulation = await startUnkept(settings, workers)
  const meter = openMeter(start, start + ticks * settings.tickMilliseconds)
  const ran: Ran = { settings, from: start, reached: start, events: 0, byType: noEvents(), progress: [], conflicts: 0 }
  try {
    for (const courier of couriers) tell(await courier.open(0))
    await warmUp(simulation, settings, meter, stop)
    const ticksAtOnce = plan.pace === Number.POSITIVE_INFINITY ? ticksFor(settings) : 1
    // A file takes what is there in no time; posts could go on for hours.
    const stopPosting = () => {
      for (const [place, courier] of couriers.entries()) if (sinks[place]?.eventByEvent) courier.stop()
    }
    stop.signal.addEventListener('abort', stopPosting)
    if (stop.asked) stopPosting()
    const began = performance.now()
    for (let done = 0; done < ticks && !stop.asked; ) {
      const span = Math.min(ticksAtOnce, ticks - done)
      const until = ran.reached + span * settings.tickMilliseconds
      const stream = await simulation.advance(until)
      await waitUntil(began + (until - start) / plan.pace, stop)
      if (stop.asked) break
      for (const lines of stream.batches()) await Promise.all(couriers.map((courier) => courier.take(done, [lines])))
      count(ran, stream)
      done += span
      ran.reached = until
      meter.living(until, ran.events)
    }
    await Promise.all(couriers.map((courier) => courier.settle()))
  } catch (error) {
    throw error instanceof DeliveryError ? goneForGood(error) : error
  } finally {
    meter.close()
    for (const courier of couriers) courier.stop()
    timer.close()
    await simulation.close()
    await closeAll(sinks)
  }
  return { ...ran, progress: couriers.map(({ progress }) => progress) }
}

/** The days before the start, of which nobody hears. */
async function warmUp(simulation: UnkeptSimulation, settings: Settings, meter: Meter, stop: Stop): Promise<void> {
  const { start, warmupMilliseconds } = settings
  const birth = start - warmupMilliseconds
  for (let now = birth; now < start && !stop.asked; ) {
    now = Math.min(start, now + DAY)
    await simulation.advance(now)
    meter.warmingUp((now - birth) / warmupMilliseconds)
  }
}

function ticksFor({ students, tickMilliseconds }: Settings): number {
  const span = Math.min(DAY, (EVENTS_AT_ONCE / (students * EVENTS_PER_STUDENT_HOUR)) * HOUR)
  return Math.max(1, Math.floor(span / tickMilliseconds))
}

/** A world in memory ends with its process, and what was not delivered with it. */
function goneForGood(error: Error): Error {
  return new Error(`${lineOf(error)}; with --store memory what was not delivered is gone`, { cause: error })
}

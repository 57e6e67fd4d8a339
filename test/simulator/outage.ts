// The endpoint is down for one simulated day while the world goes on, a tick a minute.

import { isBefore } from '../../engine/index.ts'
import { Dice } from './dice.ts'
import type { Try } from './endpoint.ts'
import { type Engine, REAL_ENGINE } from './engine.ts'
import { LATENCIES, NO_FAULTS, type Plan, START, USUAL_SIZES, type WorkerPlan } from './plan.ts'
import { runSchedule, type Verdict } from './schedule.ts'
import type { Surroundings } from './worker.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const FROM = START + 2 * HOUR
const TO = FROM + DAY
const STREAMS = 8
const CANARY_MILLISECONDS = MINUTE
const MAX_RATE = 20
const QUEUE_LIMIT = 60
/** Failures that it takes to see that it is down come within this. */
const NOTICE_MILLISECONDS = 5 * MINUTE
/** Two couriers' slots are computed in fractions of a millisecond. */
const ROUNDING = 1e-6

export interface OutageReport {
  /** Tries while it was known to be down. */
  canaries: number
  /** Events that waited when it was over. */
  backlog: number
  /** Until the backlog was gone, after the end. */
  drainedMilliseconds: number
  /** How many events later in the stream than the oldest that waited was the latest that was taken. */
  overtakenMax: number
}

/** @param limited by a rate; without one, what bounds the first rush is how carefully it comes back */
export async function runOutage(engine: Engine, limited: boolean): Promise<{ verdict: Verdict; report: OutageReport }> {
  const report: OutageReport = { canaries: 0, backlog: 0, drainedMilliseconds: 0, overtakenMax: 0 }
  let usual: readonly Uint8Array[] = []
  await runSchedule(REAL_ENGINE, planWith([], limited), (_around, _workers, states) => {
    usual = states
    return []
  })
  const verdict = await runSchedule(engine, planWith([[FROM, TO]], limited), (around, _workers, states) => {
    const wrong = inspect(around, report)
    if (limited) wrong.push(...checkRate(around.endpoint.tries))
    for (const [shard, state] of states.entries())
      if (!Buffer.from(state).equals(usual[shard] ?? new Uint8Array()))
        wrong.push(`the state of shard ${shard} is not what it is without the outage`)
    return wrong
  })
  return { verdict, report }
}

/** How long a delivery goes on after it was told to stop, in the middle of the outage; milliseconds. */
export async function runStop(engine: Engine): Promise<{ verdict: Verdict; tookMilliseconds: number }> {
  const stopAfter = HOUR + 10_000
  const plan = planWith([[START, TO]], false)
  const worker: WorkerPlan = { ...(plan.workers[0] as WorkerPlan), kind: 'scheduled', invocations: 1, stopAfter }
  let tookMilliseconds = Number.NaN
  const inspectEnd = (_around: Surroundings, [stopped]: readonly { endedAt: number | undefined }[]) => {
    tookMilliseconds = (stopped?.endedAt ?? Number.NaN) - START - stopAfter
    return []
  }
  const verdict = await runSchedule(
    engine,
    { ...plan, ticks: 60, tickMilliseconds: 1, workers: [{ ...worker, paceMilliseconds: 0 }] },
    inspectEnd,
  )
  return { verdict, tookMilliseconds }
}

function planWith(outages: Plan['outages'], limited: boolean): Plan {
  const rate = limited ? { maxRate: MAX_RATE } : {}
  return {
    name: 'outage',
    dice: new Dice(4),
    ticks: 2000,
    settings: { seed: 4, warmUpTicks: 0 },
    workers: [
      {
        ...{
          kind: 'run',
          startsAfter: 0,
          modelVersion: 1,
          streams: STREAMS,
          batch: 1,
          stepTicks: 1,
          stepsAhead: true,
          paceMilliseconds: MINUTE,
        },
        ...{ concurrent: true, invocations: 1, warm: true, inputChance: 0 },
        courier: { canaryMilliseconds: CANARY_MILLISECONDS, queueLimit: QUEUE_LIMIT, ...rate },
      },
    ],
    faults: NO_FAULTS,
    clean: true,
    endsAfter: 3 * DAY,
    latencies: LATENCIES,
    outages,
    poisonOneIn: 0,
    ...{ knowsRepeats: false, judgesEach: false, putsOffOneIn: 0, batchMax: 1 },
    tickMilliseconds: MINUTE,
    ...{ keepMilliseconds: HOUR, logFactor: 4, logBytesMin: 50_000, warmUpSaveMilliseconds: MINUTE },
    sizes: USUAL_SIZES,
    eventsMax: 1_000_000,
  }
}

function inspect({ endpoint: { tries }, store }: Surroundings, report: OutageReport): string[] {
  const wrong: string[] = []
  const down = tries.filter(({ sentAt }) => sentAt >= FROM + NOTICE_MILLISECONDS && sentAt < TO)
  report.canaries = down.length
  // The wait is spread by a quarter, so that many senders do not come at once.
  for (const [place, { sentAt }] of down.entries())
    if (sentAt - (down[place - 1]?.sentAt ?? 0) < 0.75 * CANARY_MILLISECONDS)
      wrong.push(`two canaries within ${sentAt - (down[place - 1]?.sentAt ?? 0)} ms`)
  if (down.length > 1.02 * (DAY / CANARY_MILLISECONDS)) wrong.push(`${down.length} canaries in a day`)
  if (down.length < 0.97 * (DAY / CANARY_MILLISECONDS)) wrong.push(`only ${down.length} canaries in a day`)

  const after = tries.filter(({ time }) => time >= TO)
  wrong.push(...checkGrowth(after))
  wrong.push(...checkOrder(tries, after, report))
  const head = store.head?.tick ?? 0
  if (head !== 2000) wrong.push(`the world came to tick ${head}`)
  return wrong
}

function checkRate(tries: readonly Try[]): string[] {
  const wrong: string[] = []
  const bySent = [...tries].sort((a, b) => a.sentAt - b.sentAt)
  for (const [place, { sentAt }] of bySent.entries())
    if (sentAt - (bySent[place - 1]?.sentAt ?? 0) < 1000 / MAX_RATE - ROUNDING)
      wrong.push(`two tries within ${sentAt - (bySent[place - 1]?.sentAt ?? 0)} ms, at ${sentAt - START}`)
  return wrong
}

/** One more at once with each that got through. */
function checkGrowth(after: readonly Try[]): string[] {
  const bad = after
    .slice(0, 4 * STREAMS)
    .findIndex(
      ({ inFlight, sentAt }) => inFlight > 1 + after.filter(({ time, taken }) => taken && time < sentAt).length,
    )
  return bad < 0 ? [] : [`try ${bad} after the outage had ${after[bad]?.inFlight} in flight`]
}

/** Oldest first: as the backlog drains, nothing gets far ahead of what has waited longest. */
function checkOrder(tries: readonly Try[], after: readonly Try[], report: OutageReport): string[] {
  const taken = tries.filter((one) => one.taken)
  const order = taken.map(({ line }) => placeOf(line)).sort((a, b) => (isBefore(a, b) ? -1 : 1))
  const rank = new Map(order.map((place, index) => [place.join(), index]))
  const ranks = (list: readonly Try[]) => list.map(({ line }) => rank.get(placeOf(line).join()) as number)
  const waiting = new Set(ranks(after.filter((one) => one.taken)))
  let oldest = Math.min(...waiting)
  let drainedAt = TO
  for (const one of after) {
    if (!one.taken) continue
    const [mine] = ranks([one]) as [number]
    report.overtakenMax = Math.max(report.overtakenMax, mine - oldest)
    if (placeOf(one.line)[0] * MINUTE + START < TO) {
      drainedAt = one.time
      report.backlog++
    }
    waiting.delete(mine)
    while (waiting.size > 0 && !waiting.has(oldest)) oldest++
  }
  report.drainedMilliseconds = drainedAt - TO
  // A stream that has more to say is behind the others by as much; the queue bounds it.
  const limit = STREAMS * QUEUE_LIMIT
  return report.overtakenMax > limit ? [`an event overtook ${report.overtakenMax} older ones`] : []
}

/** Tick, and number in it: the ids of the tiny model are in the order of the stream. */
function placeOf(line: string): readonly [tick: number, events: number] {
  const [, tick, shard, place] = /event_(\d+)_(\d+)_(\d+)/.exec(line) ?? []
  return [Number(tick), Number(shard) * 10 + Number(place)]
}

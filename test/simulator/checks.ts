// What must hold of every schedule, whatever went wrong in it.

import type { Head } from '../../engine/index.ts'
import { isPoison } from './endpoint.ts'
import type { TinyInput } from './model.ts'
import { type Expected, type ExpectedEvent, foretell } from './oracle.ts'
import { finisher } from './plan.ts'
import type { Ledger } from './store.ts'
import type { RecoveredFork, Surroundings } from './worker.ts'

/** @returns what is wrong, a line each */
export function check(around: Surroundings, states: readonly Uint8Array[]): string[] {
  const { store, plan, confirmed } = around
  const { ledger } = store
  const expected = foretell(plan.settings, ledger.heads, finisher(plan).modelVersion)
  const wrong = [...ledger.violations]
  wrong.push(...checkArrivals(ledger, expected, plan.poisonOneIn, streamsOf(around)))
  wrong.push(...checkCursors(ledger, expected))
  wrong.push(...checkInputs(ledger.heads, expected, confirmed))
  if (store.head?.tick !== plan.ticks) wrong.push(`the world ended at tick ${store.head?.tick}, not ${plan.ticks}`)
  for (const [shard, state] of expected.states.entries())
    if (!Buffer.from(state).equals(states[shard] ?? new Uint8Array()))
      wrong.push(`the state of shard ${shard} is another`)
  if (plan.clean) {
    const repeats = ledger.arrivals.length - new Set(ledger.arrivals.map(({ line }) => line)).size
    if (repeats > 0) wrong.push(`${repeats} events arrived again though nothing had gone wrong`)
  }
  return wrong
}

/** A fork that is there has the state that its origin had, and has lived on from there. */
export function checkForks({ store, plan }: Surroundings, found: ReadonlyMap<string, RecoveredFork | Error>): string[] {
  const wrong: string[] = []
  for (const [name, fork] of found) {
    if (fork instanceof Error) wrong.push(`${name} is lost: ${fork.message}`)
    else {
      const { states } = fork
      const heads = headsOf(store.ledger.heads, fork.heads)
      const expected = foretell(plan.settings, heads, finisher(plan).modelVersion)
      for (const [shard, state] of expected.states.entries())
        if (!Buffer.from(state).equals(states[shard] ?? new Uint8Array()))
          wrong.push(`${name}: the state of shard ${shard} is another`)
    }
  }
  return wrong
}

/** What a fork's ticks were committed with: up to its own first HEAD they are the origin's. */
function headsOf(origin: readonly Head[], own: readonly Head[]): Head[] {
  const [{ tick }] = own as readonly [Head]
  const before = origin.filter((head) => head.tick <= tick)
  const next = origin.find((head) => head.tick > tick)
  // It may have parted within what the origin committed at once.
  const parting = next && before.at(-1)?.tick !== tick ? [{ ...next, tick }] : []
  return [...before, ...parting, ...own]
}

/** 0 where processes count their streams differently. */
function streamsOf({ plan }: Surroundings): number {
  const counts = new Set(plan.workers.map(({ streams }) => streams))
  return counts.size === 1 ? ([...counts][0] as number) : 0
}

function checkArrivals({ arrivals }: Ledger, { events }: Expected, poisonOneIn: number, streams: number): string[] {
  const wrong: string[] = []
  const byId = new Map(events.map((event) => [event.id, event]))
  // What has to come next in each lane: a stream, or a partition where streams are counted differently.
  const lane = ({ partition }: ExpectedEvent) => (streams === 0 ? partition : partition % streams)
  const lanes = Map.groupBy(events, lane)
  const seen = new Set<string>()
  const missing = new Map([...lanes].map(([lane, events]) => [lane, new Set(events)]))
  for (const { line, stream, headTick, parked, overtook } of arrivals) {
    const id = /"event_id":"(\w+)"/.exec(line)?.[1] ?? ''
    const event = byId.get(id)
    if (!event) wrong.push(`extra: ${id} arrived and never happened`)
    else if (event.line !== line) wrong.push(`two payloads: ${id} arrived otherwise than it happened`)
    else if (headTick <= event.tick) wrong.push(`${id} was sent before its tick was committed`)
    else if (parked !== isPoison(line, poisonOneIn)) wrong.push(`${id} was parked without reason, or not`)
    else if (streams > 0 && stream !== lane(event)) wrong.push(`${id} came on stream ${stream}, not ${lane(event)}`)
    if (!event || seen.has(id)) continue
    seen.add(id)
    // Only what the endpoint itself did not take of a batch may come after what was behind it there.
    const waiting = missing.get(lane(event)) as Set<ExpectedEvent>
    for (const due of waiting) {
      if (due === event) break
      if (!overtook.includes(due.line))
        wrong.push(`out of order: ${id} arrived on lane ${lane(event)} where ${due.id} was due`)
    }
    waiting.delete(event)
  }
  for (const { id } of events) if (!seen.has(id)) wrong.push(`lost: ${id}`)
  return wrong
}

/** No stream runs back, and none is ahead of what had arrived. */
function checkCursors({ cursors, arrivals }: Ledger, { events }: Expected): string[] {
  const wrong: string[] = []
  const firstArrival = new Map<string, number>()
  for (const [place, { line }] of arrivals.entries()) if (!firstArrival.has(line)) firstArrival.set(line, place)
  const firstOfTick: number[] = []
  for (let place = events.length - 1, tick = (events.at(-1)?.tick ?? -1) + 1; tick >= 0; tick--) {
    while (place >= 0 && (events[place] as ExpectedEvent).tick >= tick) place--
    firstOfTick[tick] = place + 1
  }
  for (const [number, { cursor, arrivals: count }] of cursors.entries()) {
    const { streams } = cursor
    const places = Array.from({ length: streams }, (_, stream) => cursor.ahead[stream] ?? ([cursor.tick, 0] as const))
    const before = cursors[number - 1]?.cursor
    if (before && cursor.tick < before.tick)
      wrong.push(`the cursor ran back from tick ${before.tick} to ${cursor.tick}`)
    if (before?.streams === streams)
      for (const [stream, [tick, count]] of places.entries()) {
        const [tickBefore, countBefore] = before.ahead[stream] ?? [before.tick, 0]
        if (tick < tickBefore || (tick === tickBefore && count < countBefore)) wrong.push(`stream ${stream} ran back`)
      }
    // What was behind the cursor before has been looked at then.
    const furthest = Math.max(...places.map(([tick]) => tick))
    const from = firstOfTick[Math.max(0, before?.tick ?? 0)] ?? events.length
    for (let place = from; place < events.length; place++) {
      const event = events[place] as ExpectedEvent
      if (event.tick > furthest) break
      const [tick, inTick] = places[event.partition % streams] as readonly [number, number]
      if (event.tick > tick || (event.tick === tick && event.before >= inTick)) continue
      if ((firstArrival.get(event.line) ?? Number.POSITIVE_INFINITY) >= count)
        wrong.push(`the cursor of version ${cursor.version} was past ${event.id}, which had not arrived`)
    }
  }
  return wrong
}

/** What was confirmed took effect once, at the tick it was said to. */
function checkInputs(heads: readonly Head[], { effects }: Expected, confirmed: Surroundings['confirmed']): string[] {
  const wrong: string[] = []
  const last = heads.at(-1)
  const pending = (last?.inputs ?? []).map((input) => ({ tick: last?.tick ?? 0, input }))
  const all = [...effects, ...pending]
  for (const [place, { input }] of all.entries())
    if (input.position !== place + 1) wrong.push(`the input of position ${place + 1} came as ${input.position}`)
  for (const { n, position, tick } of confirmed) {
    const found = all.filter(({ input }) => (input.input as TinyInput).n === n)
    if (found.length !== 1) wrong.push(`input ${n} took effect ${found.length} times`)
    else if (found[0]?.tick !== tick || found[0].input.position !== position)
      wrong.push(
        `input ${n} was to be ${position} at tick ${tick} and was ${found[0]?.input.position} at ${found[0]?.tick}`,
      )
  }
  const seen = new Set(all.map(({ input }) => (input.input as TinyInput).n))
  if (seen.size < all.length) wrong.push('an input took effect twice')
  return wrong
}

// What a target is still owed of a world: the events behind its cursor, stream by stream.

import {
  Carriage,
  type Cursor,
  committedTicks,
  firstOf,
  type Head,
  isBefore,
  LocalSimulation,
  neededFrom,
  type Place,
  placeOf,
  recover,
  TickEvents,
  type TickLog,
} from '../../engine/index.ts'
import { model, type Settings } from '../../model/index.ts'

export interface TargetView {
  target: string
  /** Events that are committed, or tell what stood before the first of them, and are not delivered. */
  backlog: number
  /** … by the number of the stream; streams without any are left out. */
  backlog_by_stream: Record<number, number>
}

/** @throws StoreError, WorldError */
export async function backlogOf(log: TickLog, head: Head, target: string, cursor: Cursor): Promise<TargetView> {
  const byStream: Record<number, number> = {}
  const kept = new TickEvents(model.events, model.shardSizes.length)
  const carriage = carriageOf(head, cursor)
  let backlog = 0
  for await (const { first, events } of owedFrom(log, head, cursor)) {
    const [tick] = first
    let [, event] = first
    const rendered = kept.view(events).batches()
    for (const { count, partitions } of event < 0 ? rendered : (carriage?.carry(tick, rendered) ?? rendered))
      for (let line = 0; line < count; line++, event++) {
        const stream = (partitions[line] as number) % cursor.streams
        if (tick < cursor.tick || isBefore([tick, event], placeOf(cursor, stream))) continue
        byStream[stream] = (byStream[stream] ?? 0) + 1
        backlog++
      }
  }
  return { target, backlog, backlog_by_stream: byStream }
}

/** How events get to the target, as the run does it that was told last. */
function carriageOf({ settings }: Head, cursor: Cursor): Carriage | undefined {
  const { wireOf } = model
  if (!cursor.wire || !wireOf) return undefined
  const { keepsBack, sections } = cursor.wire
  const { tickMilliseconds, start } = settings as Settings
  const endOf = (tick: number): number => start + (tick + 1) * tickMilliseconds
  return Carriage.from({ told: sections.at(-1)?.told, wireOf, tickMilliseconds, endOf }, cursor, cursor.tick, keepsBack)
}

/** Rows of events from a cursor's tick on, and where events can be late from further back. @yields `first`: the place of the first of them */
async function* owedFrom(
  log: TickLog,
  head: Head,
  cursor: Cursor,
): AsyncGenerator<{ first: Place; events: readonly Uint8Array[] }> {
  const { opening } = cursor
  const from = neededFrom(cursor)
  if (opening) {
    const then = new LocalSimulation(model)
    await recover(log, then, head, from)
    yield { first: firstOf(from, true), events: await then.standing() }
  }
  if (from < head.tick)
    for await (const { tick, shards } of committedTicks(log, from, head))
      yield { first: firstOf(tick), events: shards.map(({ events }) => events) }
}

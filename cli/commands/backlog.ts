// What a target is still owed of a world: the events behind its cursor, stream by stream.

import {
  type Cursor,
  committedTicks,
  firstOf,
  type Head,
  isBefore,
  LocalSimulation,
  type Place,
  placeOf,
  recover,
  TickEvents,
  type TickLog,
} from '../../engine/index.ts'
import { model } from '../../model/index.ts'

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
  let backlog = 0
  for await (const { first, events } of owedFrom(log, head, cursor)) {
    const [tick] = first
    let [, event] = first
    for (const { count, partitions } of kept.view(events).batches())
      for (let line = 0; line < count; line++, event++) {
        const stream = (partitions[line] as number) % cursor.streams
        if (isBefore([tick, event], placeOf(cursor, stream))) continue
        byStream[stream] = (byStream[stream] ?? 0) + 1
        backlog++
      }
  }
  return { target, backlog, backlog_by_stream: byStream }
}

/** Rows of events from a cursor's tick on. @yields `first`: the place of the first of them */
async function* owedFrom(
  log: TickLog,
  head: Head,
  { tick: from, opening }: Cursor,
): AsyncGenerator<{ first: Place; events: readonly Uint8Array[] }> {
  if (opening) {
    const then = new LocalSimulation(model)
    await recover(log, then, head, from)
    yield { first: firstOf(from, true), events: await then.standing() }
  }
  if (from < head.tick)
    for await (const { tick, shards } of committedTicks(log, from, head))
      yield { first: firstOf(tick), events: shards.map(({ events }) => events) }
}

// `tutorsim worlds --parked` and `--requeue`: the events that a target has refused for good.

import { type EventOutcome, OptionError, printable, type Store, storedParcel } from '../../engine/index.ts'
import { model } from '../../model/index.ts'
import { batchOf } from '../terminal/plan.ts'
import { named } from '../terminal/store.ts'
import { closeAll, openSinks, type Sending } from '../terminal/targets.ts'

/** @returns the exit code */
export async function parked(store: Store, names: readonly string[], json: boolean): Promise<number> {
  const all = []
  for (const world of names) for (const event of await store.world(world).parked()) all.push({ world, ...event })
  if (json) process.stdout.write(`${JSON.stringify({ parked: all })}\n`)
  else if (all.length === 0) process.stderr.write('nothing is parked\n')
  else
    for (const { world, target, eventId, status, answer } of all)
      process.stdout.write(`${world}  ${target}  ${eventId}  ${status}  ${printable(answer)}\n`)
  return 0
}

export interface RequeueOptions extends Sending {
  /** The target, as the run names it. */
  to?: string
}

/**
 * Sends what a target has refused once more, as the run sends it; what is taken now is parked no longer.
 * @returns the exit code: 1 where something is still parked
 * @throws OptionError
 */
export async function requeue(
  store: Store,
  names: readonly string[],
  { to, batch, format, ack, header, map, apiKeyFile, signKeyFile }: RequeueOptions,
): Promise<number> {
  if (to === undefined)
    throw new OptionError({
      option: 'requeue',
      rule: '--to names the target, as in the run (with its --format, --batch, --ack, --header, --map, --api-key-file and --sign-key-file)',
    })
  const counts = { taken: 0, left: 0 }
  const others = new Set<string>()
  for (const world of names)
    await named(world, async () => {
      const sinks = await openSinks({
        targets: [to],
        streams: 1,
        world,
        format,
        batch: batchOf(batch),
        ack,
        header,
        map,
        apiKeyFile,
        signKeyFile,
      })
      try {
        for (const sink of sinks) {
          if (!sink.eventByEvent)
            throw new OptionError({ option: 'to', rule: 'nothing is ever refused there', value: to })
          const log = store.world(world)
          for (const event of await log.parked()) {
            const { target, eventId } = event
            if (target !== sink.target) {
              others.add(target)
              continue
            }
            const sent = await sink.send(storedParcel(event, model.events.types), 0)
            const outcome = sent.verdict === 'each' ? (sent.outcomes[0] as EventOutcome) : sent
            if (outcome.verdict === 'acknowledged' || (outcome.verdict === 'conflict' && event.inDoubt)) {
              await log.unpark(target, eventId)
              counts.taken++
            } else {
              counts.left++
              if (outcome.verdict === 'retry' && outcome.isInDoubt) await log.park({ ...event, inDoubt: true })
              const why = 'answer' in outcome ? `${outcome.status} ${outcome.answer}` : outcome.reason
              process.stderr.write(`${eventId}: ${printable(why)}\n`)
            }
          }
        }
      } finally {
        await closeAll(sinks)
      }
    })
  process.stderr.write(`${counts.taken} delivered, ${counts.left} still parked\n`)
  if (others.size > 0) process.stderr.write(`others are parked for ${[...others].sort(byCodeUnit).join(', ')}\n`)
  return counts.left + others.size > 0 ? 1 : 0
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

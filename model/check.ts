// The judge of streams for events at hand. Loaded when first called: it knows more than a world needs.

import type { Event } from './events/index.ts'

/** What is wrong with a stream. */
export interface Violated {
  /** Place of the event, from 0. */
  index: number
  /** A number of the contract's section 3, or what an event looks like. */
  rule: string
  /** `field: says …, recomputed … (agent)` */
  message: string
  event: Event
}

/**
 * Verifies what an event stream promises (docs/contract.md, section 3).
 * @param events in order
 * @param options `sinceBirth`: the stream begins with its world (`warmup: '0d'`), so that every claim is judged; found out
 *   where it is not said
 */
export async function check(events: Iterable<Event>, options: { sinceBirth?: boolean } = {}): Promise<Violated[]> {
  const { Checker } = await import('./checker/index.ts')
  const found: Violated[] = []
  const list = [...events]
  const checker = new Checker({
    sinceBirth: options.sinceBirth,
    report: ({ line, rule, message }) =>
      found.push({ index: line - 1, rule: String(rule), message, event: list[line - 1] as Event }),
  })
  for (const event of list) checker.line(JSON.stringify(event))
  if (list.length > 0) checker.end()
  return found
}

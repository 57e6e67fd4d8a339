// What became of a run's deliveries: for people, as figures, and as the exit code.

import { counted, type Progress, printable } from '../../engine/index.ts'
import { type Plan, shown } from './plan.ts'

/** In the place of an endpoint's status: the event never came so far. */
const NOT_SENT = 0

type Ended = Pick<Plan, 'targets' | 'store' | 'world'>

/** What is refused on a kept world is parked, and can be sent again; a target that refuses all is the wrong one. */
export function exitCode({ store }: Ended, progress: readonly Progress[]): number {
  const isLost = store === 'memory' && total(progress, 'parked') > 0
  return isLost || progress.some(refusesAll) ? 1 : 0
}

/** Who was new, and is told first what stands. */
export function openingLines(targets: readonly string[], progress: readonly Progress[]): string[] {
  return progress.flatMap(({ opening }, place) =>
    opening > 0
      ? [`--to ${shown(targets[place] as string)}: ${counted(opening, 'event')} before these tell what stood`]
      : [],
  )
}

/** What is left over, and where it is. */
export function lastLines({ targets, store, world }: Ended, progress: readonly Progress[]): string[] {
  const [queued, parked] = [total(progress, 'queued'), total(progress, 'parked')]
  const lines = [...omittedLines(targets, progress), ...refusalLines(targets, progress)]
  if (queued > 0)
    lines.push(
      store === 'memory'
        ? `${counted(queued, 'event was', 'events were')} not delivered; with --store memory they are gone`
        : 'what is not delivered yet is delivered next time',
    )
  if (parked > 0)
    lines.push(
      store === 'memory'
        ? `${counted(parked, 'event was', 'events were')} refused; with --store memory they are gone`
        : `${counted(parked, 'event was', 'events were')} refused and set aside: tutorsim worlds --parked --store ${store} (world ${world})`,
    )
  return lines
}

/** What a map makes nothing of counts as delivered. */
function omittedLines(targets: readonly string[], progress: readonly Progress[]): string[] {
  return progress.flatMap(({ omitted }, place) =>
    omitted === 0
      ? []
      : [`--to ${shown(targets[place] as string)}: ${counted(omitted, 'event was', 'events were')} mapped to nothing`],
  )
}

/** Each kind of refusal in the endpoint's own words, with the first event that it was said of. */
export function refusalLines(targets: readonly string[], progress: readonly Progress[]): string[] {
  return progress.flatMap((one, place) => {
    const target = shown(targets[place] as string)
    const lines = one.refusals.map(({ status, answer, eventId, count }) => {
      const words = printable(answer)
      const what = status === NOT_SENT ? `${count} not sent` : `${count} refused with ${status}`
      return `--to ${target}: ${what}${words === '' ? '' : `: ${words}`} (first: ${eventId})`
    })
    return refusesAll(one) ? [...lines, `--to ${target}: all events were refused`] : lines
  })
}

/** What each target made of what it got. */
export function targetFigures(targets: readonly string[], progress: readonly Progress[]): object[] {
  return progress.map(({ delivered, omitted, retried, parked, queued, opening, refusals, receipt }, place) => ({
    ...{ target: shown(targets[place] as string), delivered, omitted, retried, parked, queued, opening },
    refusals: refusals.map(({ status, answer, eventId, count }) => ({ status, count, answer, event_id: eventId })),
    ...(receipt === undefined ? {} : { last_receipt: receipt }),
  }))
}

export function total(progress: readonly Progress[], figure: 'retried' | 'parked' | 'queued'): number {
  return progress.reduce((sum, one) => sum + one[figure], 0)
}

function refusesAll({ parked, delivered, omitted }: Progress): boolean {
  return parked > 0 && delivered === omitted
}

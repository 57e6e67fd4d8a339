// Stretches of whole hours, the unit in which detections are judged: [from, to), counted from 1970 on.

import { HOUR } from '../../engine/index.ts'

/** Hours from `from` on, up to but without `to`. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** The hours that an interval of instants touches; at least the one that it begins in. */
export function hoursOf(begin: number, end: number): Stretch {
  const from = Math.floor(begin / HOUR)
  return { from, to: Math.max(from + 1, Math.ceil(end / HOUR)) }
}

/** The same hours as stretches in order, of which no two touch. */
export function merged(stretches: readonly Stretch[]): Stretch[] {
  const result: { from: number; to: number }[] = []
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

/** How many hours two stretches share. */
export function overlap(a: Stretch, b: Stretch): number {
  return Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from))
}

/** What is left of merged stretches without the hours of others. */
export function without(stretches: readonly Stretch[], others: readonly Stretch[]): Stretch[] {
  let left = [...stretches]
  for (const other of merged(others))
    left = left.flatMap((one) =>
      overlap(one, other) === 0
        ? [one]
        : [
            { from: one.from, to: Math.max(one.from, other.from) },
            { from: Math.min(one.to, other.to), to: one.to },
          ].filter(({ from, to }) => from < to),
    )
  return left
}

/** How many hours there are in merged stretches. */
export function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { from, to }) => sum + to - from, 0)
}

// Lines over a measure such as days or hours, beside the figures that they should run through.

import type { Part } from '../../model/realism/index.ts'
import { across, curve, dot, FRAME, type Frame, rulers, stroke, svg, ticksTo, upwards, words } from './svg.ts'
import { figure } from './words.ts'

export interface Curve {
  /** Places and values in the order of places; a value that is null breaks the line. */
  points: readonly (readonly [number, number | null])[]
  /** Of which stream. */
  stream: number
  /** Written at its end, where there is room. */
  name?: string
  /** A class of its own beside the stream's. */
  kind?: string
}

export interface Axes {
  /** First and last place. */
  from: number
  to: number
  /** Names of places. */
  named: Readonly<Record<number, string>>
  unit?: Part['unit']
  /** The largest value, where it is known whatever is measured. */
  top?: number
  bottom?: number
}

/** @param targets figures that a curve should run through, by their place */
export function curves(
  label: string,
  drawn: readonly Curve[],
  { from, to, named, unit = '', top, bottom = 0 }: Axes,
  targets: readonly (readonly [number, Part | undefined])[] = [],
  frame: Frame = FRAME,
): string {
  const values = drawn.flatMap(({ points }) => points.map(([, value]) => value ?? 0))
  const known = targets.map(([, part]) => part?.high ?? 0)
  const ticks = ticksTo(top ?? Math.max(0, ...values, ...known)).map((tick) => tick + bottom)
  const y = upwards(frame, [bottom, top ?? ticks.at(-1) ?? 1])
  const x = across(frame, [from, to])
  return svg(frame, label, [
    ...rulers(frame, y, top === undefined ? ticks : ticks.filter((tick) => tick <= top), (tick) => figure(tick, unit)),
    ...Object.entries(named).map(([place, name]) => words(x(Number(place)), frame.height - 8, name)),
    ...targets.flatMap(([place, part]) => (part ? whisker(x(place), part, y, unit) : [])),
    ...drawn.flatMap(({ points, stream, name, kind = '' }) => {
      const placed = points.map(([place, value]): [number, number] | null =>
        value === null ? null : [x(place), y(Math.min(value, top ?? value))],
      )
      const end = placed.findLast((point) => point !== null)
      return [
        curve(placed, `line s${stream} ${kind}`),
        ...(name && end ? [words(end[0] + 4, end[1] + 4, name, 'name', 'start')] : []),
      ]
    }),
  ])
}

/** A target with its tolerance. */
function whisker(x: number, { target, low, high }: Part, y: (value: number) => number, unit: Part['unit']): string[] {
  const title = `should be ${figure(target, unit)}`
  return [
    ...(low !== null && high !== null ? [stroke(x, y(low), x, y(high), 'whisker')] : []),
    dot(x, y(target), 3.5, 'target', title),
  ]
}

// A gauge: where a measured figure lies beside what is on target. The band is the tolerance, whatever the unit, so that gauges
// of all rows are read alike.

import type { Part } from '../../model/realism/index.ts'
import { box, diamond, dot, scale, stroke, svg } from './svg.ts'
import { deviation } from './verdict.ts'
import { figure, targetOf } from './words.ts'

const [WIDTH, HEIGHT] = [160, 18]
/** Tolerances that are shown on each side; what lies beyond stands at the edge as an arrow. */
const SPAN = 5
/** The width of a target without any tolerance. */
const HARD = 0.12

/** @param measured of each stream, in their order */
export function gauge(part: Part, measured: readonly (number | null)[]): string {
  const x = scale([-SPAN, SPAN], [6, WIDTH - 6])
  const middle = HEIGHT / 2
  const [from, to] = band(part)
  const said = measured.map((value) => (value === null ? 'not measured' : figure(value, part.unit))).join(' and ')
  return svg({ width: WIDTH, height: HEIGHT }, `${said}, target ${targetOf(part)}`, [
    stroke(6, middle, WIDTH - 6, middle, 'grid'),
    box(x(from), 2, x(to) - x(from), HEIGHT - 4, 'band'),
    ...(part.low !== null && part.high !== null ? [stroke(x(0), 2, x(0), HEIGHT - 2, 'aim')] : []),
    // The first stream is drawn last, on top.
    ...measured.flatMap((value, stream) => (value === null ? [] : [point(part, value, stream, x)])).reverse(),
  ])
}

function band({ low, high, target }: Part): [number, number] {
  if (low === null) return [-SPAN, high === null ? SPAN : 1]
  if (high === null) return [-1, SPAN]
  return high > low || target !== high ? [-1, 1] : [-HARD, HARD]
}

function point(part: Part, value: number, stream: number, x: (deviations: number) => number): string {
  const off = deviation(part, value)
  const within = value >= (part.low ?? value) && value <= (part.high ?? value)
  const classes = `point s${stream}${within ? '' : ' off'}`
  const middle = HEIGHT / 2
  if (Math.abs(off) > SPAN) {
    const [edge, back] = off > 0 ? [WIDTH - 1, -9] : [1, 9]
    return `<path d="M${edge} ${middle}L${edge + back} ${middle - 5}V${middle + 5}Z" class="${classes}"/>`
  }
  return stream === 0 ? dot(x(off), middle, 4.5, classes) : diamond(x(off), middle, 5, classes)
}

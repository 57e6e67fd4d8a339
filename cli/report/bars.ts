// Bar charts: a bar for each name, beside its target and beside the other stream. Bars of the first stream are filled, those of
// the other are outlined. A bar that is off target is orange, and ends outside the grey band of the tolerance.

import type { Part } from '../../model/realism/index.ts'
import { across, at, box, FRAME, type Frame, rulers, stroke, svg, ticksTo, upwards, words } from './svg.ts'
import { figure, plain } from './words.ts'

/** What is drawn of one name: a value of each stream, null where there is none. */
export interface Bar {
  name: string
  values: readonly (number | null)[]
  /** Its target, where it has one. */
  target?: Part | undefined
}

/** Up to so many columns have their figures written on them. */
const LABELLED_MAX = 9

/** Columns, from zero. @param unit of values and targets */
export function columns(label: string, bars: readonly Bar[], unit: Part['unit'], frame: Frame = FRAME): string {
  const ticks = ticksTo(largestOf(bars))
  const y = upwards(frame, [0, ticks.at(-1) ?? 1])
  const slot = (frame.width - frame.left - frame.right) / Math.max(1, bars.length)
  const streams = bars[0]?.values.length ?? 1
  const width = Math.min(slot * 0.74, 40) / streams
  const every = Math.ceil(bars.length / 14)
  const marks = bars.flatMap(({ name, values, target }, index) => {
    const middle = frame.left + (index + 0.5) * slot
    const begin = middle - (width * streams) / 2
    return [
      ...targetBehind(target, middle, Math.min(slot * 0.94, 52), y),
      ...values.flatMap((value, stream) => {
        if (value === null) return []
        const x = begin + stream * width
        const title = `${plain(name)}: ${figure(value, unit)}`
        const written = streams === 1 && bars.length <= LABELLED_MAX
        return [
          box(x + 0.5, y(value), width - 1, y(0) - y(value), classesOf(stream, value, target), title),
          ...(written ? [words(middle, y(value) - 4, figure(value), 'value')] : []),
        ]
      }),
      ...targetLine(target, middle, Math.min(slot * 0.94, 52), y),
      ...(index % every === 0 ? [words(middle, frame.height - 8, name)] : []),
    ]
  })
  return svg(frame, label, [...rulers(frame, y, ticks, (tick) => figure(tick, unit)), ...marks])
}

/** Horizontal bars, for names that are too long for columns. */
export function horizontalBars(label: string, bars: readonly Bar[], unit: Part['unit']): string {
  const streams = bars[0]?.values.length ?? 1
  const height = streams === 1 ? 22 : 28
  const right = streams === 1 ? 52 : 88
  const frame: Frame = { width: 420, height: bars.length * height + 8, left: 124, right, top: 4, bottom: 4 }
  const x = across(frame, [0, ticksTo(largestOf(bars)).at(-1) ?? 1])
  const thickness = (height - 8) / streams
  const marks = bars.flatMap(({ name, values, target }, index) => {
    const top = frame.top + index * height
    const [low, high] = [Math.max(0, target?.low ?? 0), target?.high ?? undefined]
    const band =
      target && high !== undefined ? [box(x(low), top + 1, x(high) - x(low), height - 2, 'band', 'on target')] : []
    const said = values.map((value) => (value === null ? '–' : figure(value))).join(' · ')
    return [
      ...band,
      ...values.flatMap((value, stream) =>
        value === null
          ? []
          : [
              box(
                x(0),
                top + 4 + stream * thickness,
                Math.max(1, x(value) - x(0)),
                thickness - 1,
                classesOf(stream, value, target),
                `${plain(name)}: ${figure(value, unit)}`,
              ),
            ],
      ),
      ...(target && high !== undefined
        ? [stroke(x(target.target), top + 1, x(target.target), top + height - 1, 'aim')]
        : []),
      words(frame.left - 8, top + height / 2 + 4, plain(name), 'name', 'end'),
      words(
        frame.width,
        top + height / 2 + 4,
        `${said}${index === 0 && unit === '%' && !said.endsWith('–') ? ' %' : ''}`,
        'value',
        'end',
      ),
    ]
  })
  return svg(frame, label, [stroke(x(0), 0, x(0), frame.height, 'axis'), ...marks])
}

/**
 * Shares of a whole by equal bins: the first stream's as an area, the other's as a dashed outline.
 * @param counts by bin, of each stream
 * @param named the bins that are named below, by their number
 */
export function histogram(
  label: string,
  counts: readonly (readonly number[])[],
  named: Readonly<Record<number, string>>,
  frame: Frame = FRAME,
): string {
  const shares = counts.map((bins) => sharesOf(bins))
  const bins = Math.max(1, ...shares.map((share) => share.length))
  const ticks = ticksTo(Math.max(0, ...shares.flat()))
  const y = upwards(frame, [0, ticks.at(-1) ?? 1])
  const x = across(frame, [0, bins])
  return svg(frame, label, [
    ...rulers(frame, y, ticks, (tick) => figure(tick, '%')),
    ...shares.map((share, stream) => {
      const steps = share.map((value, bin) => `V${at(y(value))}H${at(x(bin + 1))}`).join('')
      return share.length === 0
        ? ''
        : `<path d="M${at(x(0))} ${at(y(0))}${steps}V${at(y(0))}" class="steps s${stream}"/>`
    }),
    ...Object.entries(named).map(([bin, name]) => words(x(Number(bin)), frame.height - 8, name)),
  ])
}

/** Percent of the sum; nothing of nothing. */
export function sharesOf(counts: readonly number[]): number[] {
  const sum = counts.reduce((total, count) => total + count, 0)
  return sum === 0 ? [] : counts.map((count) => (100 * count) / sum)
}

function largestOf(bars: readonly Bar[]): number {
  const held = bars.flatMap(({ values, target }) => [...values, target?.high ?? target?.target ?? 0])
  return Math.max(0, ...held.map((value) => value ?? 0))
}

function classesOf(stream: number, value: number, target: Part | undefined): string {
  const [low, high] = [target?.low ?? Number.NEGATIVE_INFINITY, target?.high ?? Number.POSITIVE_INFINITY]
  return `bar s${stream}${target && (value < low || value > high) ? ' off' : ''}`
}

function targetBehind(target: Part | undefined, middle: number, width: number, y: (value: number) => number): string[] {
  if (!target || target.high === null) return []
  const low = Math.max(0, target.low ?? 0)
  return [box(middle - width / 2, y(target.high), width, y(low) - y(target.high), 'band')]
}

function targetLine(target: Part | undefined, middle: number, width: number, y: (value: number) => number): string[] {
  if (!target) return []
  return [stroke(middle - width / 2, y(target.target), middle + width / 2, y(target.target), 'aim')]
}

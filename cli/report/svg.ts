// Marks of a plot, as SVG text. The style sheet gives them colours and type by class.

import { escaped } from './words.ts'

/** A plot's size and what is left of it around the marks, in pixels at a desk's width. */
export interface Frame {
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
}

export const FRAME: Frame = { width: 420, height: 190, left: 42, right: 24, top: 16, bottom: 24 }

export type Scale = (value: number) => number

/** A linear scale; an empty domain maps to the start of the range. */
export function scale([from, to]: [number, number], [start, end]: [number, number]): Scale {
  return (value) => (to === from ? start : start + ((value - from) / (to - from)) * (end - start))
}

export const across = ({ left, width, right }: Frame, domain: [number, number]): Scale =>
  scale(domain, [left, width - right])
export const upwards = ({ height, bottom, top }: Frame, domain: [number, number]): Scale =>
  scale(domain, [height - bottom, top])

/** @param label what a screen reader says of it */
export function svg({ width, height }: { width: number; height: number }, label: string, marks: string[]): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">${marks.join('')}</svg>`
}

export function words(x: number, y: number, said: string, classes = 'tick', anchor = 'middle'): string {
  return `<text x="${at(x)}" y="${at(y)}" class="${classes}" text-anchor="${anchor}">${escaped(said)}</text>`
}

/** @param title what is said of it under the pointer */
export function box(x: number, y: number, width: number, height: number, classes: string, title = ''): string {
  const place = `x="${at(x)}" y="${at(y)}" width="${at(Math.max(0, width))}" height="${at(Math.max(0, height))}"`
  return `<rect ${place} class="${classes}"${titled('rect', title)}`
}

export function stroke(x1: number, y1: number, x2: number, y2: number, classes: string): string {
  return `<path d="M${at(x1)} ${at(y1)}L${at(x2)} ${at(y2)}" class="${classes}"/>`
}

/** A line through points; where one is null it is broken. */
export function curve(points: readonly (readonly [number, number] | null)[], classes: string): string {
  let begun = false
  const path = points.map((point) => {
    const move = begun ? 'L' : 'M'
    begun = point !== null
    return point === null ? '' : `${move}${at(point[0])} ${at(point[1])}`
  })
  return `<path d="${path.join('')}" class="${classes}"/>`
}

export function dot(x: number, y: number, radius: number, classes: string, title = ''): string {
  return `<circle cx="${at(x)}" cy="${at(y)}" r="${at(radius)}" class="${classes}"${titled('circle', title)}`
}

export function diamond(x: number, y: number, radius: number, classes: string, title = ''): string {
  const path = `M${at(x)} ${at(y - radius)}L${at(x + radius)} ${at(y)}L${at(x)} ${at(y + radius)}L${at(x - radius)} ${at(y)}Z`
  return `<path d="${path}" class="${classes}"${titled('path', title)}`
}

function titled(element: string, title: string): string {
  return title === '' ? '/>' : `><title>${escaped(title)}</title></${element}>`
}

/** Rounds to tenths of a pixel, which keeps pages small. */
export function at(pixels: number): string {
  return String(Math.round(pixels * 10) / 10)
}

/** About three round numbers from zero up to at least `largest`. */
export function ticksTo(largest: number): number[] {
  if (!(largest > 0)) return [0, 1]
  const rough = largest / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  return Array.from({ length: Math.ceil(largest / step) + 1 }, (_, index) => Number((index * step).toPrecision(6)))
}

/** Grid lines with their figures to the left. */
export function rulers(frame: Frame, y: Scale, ticks: readonly number[], say: (tick: number) => string): string[] {
  return ticks.flatMap((tick) => [
    stroke(frame.left, y(tick), frame.width - frame.right, y(tick), tick === 0 ? 'axis' : 'grid'),
    words(frame.left - 6, y(tick) + 4, say(tick), 'tick', 'end'),
  ])
}

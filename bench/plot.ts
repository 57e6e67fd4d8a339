// A plot for a page of docs: lines over days, with stretches of them marked. It reads on light and on dark.

import { DAY } from '../engine/index.ts'

export interface Plot {
  /** What is to be seen, above it. */
  title: string
  /** Each from its first instant on, in equal steps. */
  lines: readonly { name: string; colour: string; from: number; stepMilliseconds: number; values: readonly number[] }[]
  /** Marked behind the lines, from an instant to another. */
  bands?: readonly { name: string; colour: string; spans: readonly (readonly [number, number])[] }[]
  /** Instants marked below. */
  marks?: { name: string; colour: string; at: readonly number[] }
  /** Day 0. */
  start: number
}

const [WIDTH, HEIGHT] = [720, 240]
const [LEFT, RIGHT, TOP, BASE] = [48, 708, 44, 196]

/** As an SVG file. */
export function drawn({ title, lines, bands = [], marks, start }: Plot): string {
  const from = Math.min(...lines.map((line) => line.from))
  const until = Math.max(...lines.map((line) => line.from + line.values.length * line.stepMilliseconds))
  const most = Math.max(1, ...lines.flatMap(({ values }) => values))
  const x = (instant: number): string => (LEFT + ((instant - from) / (until - from)) * (RIGHT - LEFT)).toFixed(1)
  const y = (value: number): string => (BASE - (value / most) * (BASE - TOP)).toFixed(1)
  const text = (at: readonly [number | string, number], what: string, style = ''): string =>
    `<text x="${at[0]}" y="${at[1]}" ${style}>${what}</text>`
  const step = stepOf(most)
  const grid = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step).flatMap((value) => [
    `<path d="M${LEFT} ${y(value)}H${RIGHT}" stroke="#8884"/>`,
    text([LEFT - 6, Number(y(value)) + 4], String(Number(value.toFixed(2))), 'text-anchor="end"'),
  ])
  const span = (until - from) / DAY
  const every = span > 50 ? 14 : span > 20 ? 7 : 1
  const days: string[] = []
  for (let day = Math.ceil((from - start) / DAY / every) * every; start + day * DAY <= until; day += every)
    days.push(text([x(start + day * DAY), BASE + 18], day === 0 ? 'start' : `${day}`, 'text-anchor="middle"'))
  const legend = [...lines, ...bands, ...(marks ? [marks] : [])].flatMap(({ name, colour }, place, all) => {
    const left = LEFT + all.slice(0, place).reduce((sum, one) => sum + 34 + one.name.length * 6.2, 0)
    return [
      `<rect x="${left.toFixed(1)}" y="${HEIGHT - 16}" width="10" height="10" fill="${colour}"/>`,
      text([(left + 15).toFixed(1), HEIGHT - 7], name),
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11" fill="#777">`,
    `<title>${title}</title>`,
    text([LEFT, 20], title, 'font-size="13"'),
    ...bands.flatMap(({ colour, spans }) =>
      spans.map(
        ([begin, end]) =>
          `<rect x="${x(begin)}" y="${TOP}" width="${Math.max(1, Number(x(end)) - Number(x(begin))).toFixed(1)}" height="${BASE - TOP}" fill="${colour}" fill-opacity="0.25"/>`,
      ),
    ),
    ...grid,
    ...days,
    text([RIGHT, BASE + 32], 'days', 'text-anchor="end"'),
    ...lines.map(
      (line) =>
        `<path d="${line.values
          .map(
            (value, place) =>
              `${place === 0 ? 'M' : 'L'}${x(line.from + (place + 0.5) * line.stepMilliseconds)} ${y(value)}`,
          )
          .join('')}" fill="none" stroke="${line.colour}" stroke-width="1.4"/>`,
    ),
    ...(marks?.at ?? []).map(
      (instant) => `<path d="M${x(instant)} ${BASE - 7}V${BASE}" stroke="${marks?.colour}" stroke-width="2"/>`,
    ),
    ...legend,
    '</svg>',
    '',
  ].join('\n')
}

/** Between two grid lines: a round number that makes three to six of them. */
function stepOf(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 3))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => most / step <= 5) ?? most
}

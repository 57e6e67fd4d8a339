// Students by risk of leaving over thirty days at the most: high at the bottom, medium and low on it, each named at its end.

import { Chart, type Size, type Span } from '../charts/chart.tsx'
import { Bands, Marks } from '../charts/marks.tsx'
import { areaPath, linePath, scale, steps, top } from '../charts/scale.ts'
import type { View } from '../data/api.ts'
import { drawn } from '../data/drawn.ts'
import { DAY, zone } from '../data/live.ts'
import { twin, twinView } from '../data/twin.ts'
import { Panel } from '../parts/panel.tsx'
import { day, midnights, weekday } from '../time/zone.ts'
import { figure } from '../words.ts'

const LEFT = 36
const RIGHT = 84
const TOP = 8
const BOTTOM = 20
const LINE = 14

const DAYS = 30

interface Risk {
  at: number[]
  low: number[]
  medium: number[]
  high: number[]
}

/** How many were at which risk at the end of each day, and are now; from an instant on, where there is one. */
function riskOf({ at, days }: View, from = 0): Risk {
  const risk: Risk = { at: [], low: [], medium: [], high: [] }
  for (const [place, low] of days.low.entries()) {
    // A day ends where the next begins.
    const end = days.at[place + 1] ?? at
    if (end < from) continue
    risk.at.push(end)
    risk.low.push(low)
    risk.medium.push(days.medium[place] ?? 0)
    risk.high.push(days.high[place] ?? 0)
  }
  return risk
}

export function RiskChart() {
  const shown = drawn.rest.value
  if (shown === null) return <section class="card" />
  const risk = riskOf(shown)
  const would = twinView.value === null || twin.value === null ? null : riskOf(twinView.value, twin.value.at)
  // A world that is younger than thirty days is drawn from its beginning on, and for a day at least.
  const from = Math.max(shown.at - DAYS * DAY, Math.min(shown.days.at[0] ?? 0, shown.at - DAY))
  const span = ({ width }: Size): Span => ({
    from,
    to: shown.at,
    left: LEFT,
    right: width - RIGHT,
  })
  const { students_low: low, students_medium: medium, students_high: high } = shown.figures
  return (
    <Panel
      id="risk"
      title="Students by risk of leaving"
      table={() => ({
        head: ['at', 'low', 'medium', 'high'],
        rows: risk.at.map((at, place) => [
          new Date(at).toISOString(),
          risk.low[place],
          risk.medium[place],
          risk.high[place],
        ]),
      })}
      query={() =>
        `/api/series?metrics=students/low,students/medium,students/high&from=${from}&to=${shown.at}&step=hour`
      }
    >
      <div class="body">
        <Chart
          label={`Students by risk of leaving, over thirty days; now ${low} low, ${medium} medium, ${high} high.`}
          span={span}
          told={(at) => sentenceAt(risk, at)}
        >
          {(size) => <Drawing size={size} span={span(size)} risk={risk} would={would} />}
        </Chart>
      </div>
    </Panel>
  )
}

function sentenceAt(risk: Risk, at: number): string {
  const place = risk.at.findLastIndex((instant) => instant <= at)
  return place < 0 ? '' : `${risk.high[place]} high, ${risk.medium[place]} medium, ${risk.low[place]} low`
}

function Drawing({ size: { height }, span, risk, would }: { size: Size; span: Span; risk: Risk; would: Risk | null }) {
  const x = scale(span.from, span.to, span.left, span.right)
  const totals = totalsOf(risk)
  const floor = height - BOTTOM
  const highest = top(Math.max(...totals, ...(would === null ? [] : totalsOf(would))), 10)
  const y = scale(0, highest, floor, TOP)
  const xs = risk.at.map(x)
  const high = risk.high.map(y)
  const medium = risk.medium.map((value, place) => y(value + (risk.high[place] ?? 0)))
  const all = totals.map(y)
  const ground = xs.map(() => floor)
  const ends = labels(
    [
      { y: (all.at(-1) ?? 0) / 2 + (medium.at(-1) ?? 0) / 2, text: `${figure(risk.low.at(-1))} low` },
      { y: (medium.at(-1) ?? 0) / 2 + (high.at(-1) ?? 0) / 2, text: `${figure(risk.medium.at(-1))} medium` },
      { y: ((high.at(-1) ?? 0) + floor) / 2, text: `${figure(risk.high.at(-1))} high` },
    ],
    floor,
  )
  return (
    <>
      <Bands span={span} x={x} height={floor} />
      {steps(highest, Math.max(2, Math.floor(floor / 48))).map((value) => (
        <g key={value}>
          <line class={value === 0 ? 'axis' : 'grid'} x1={span.left} x2={span.right} y1={y(value)} y2={y(value)} />
          <text x={span.left - 6} y={y(value) + 4} text-anchor="end">
            {figure(value)}
          </text>
        </g>
      ))}
      <path class="fill-calm" d={areaPath(xs, all, medium)} />
      <path class="fill-between" d={areaPath(xs, medium, high)} />
      <path class="fill-trouble" d={areaPath(xs, high, ground)} />
      {would !== null && <Twins would={would} x={x} y={y} />}
      {ends.map(({ y: at, text }) => (
        <text key={text.replace(/^\S+ /, '')} class="strong" x={span.right + 8} y={at + 4}>
          {text}
        </text>
      ))}
      <Mondays span={span} height={height} floor={floor} />
      <Marks span={span} x={x} height={floor} />
    </>
  )
}

function totalsOf({ low, medium, high }: Risk): number[] {
  return low.map((value, place) => value + (medium[place] ?? 0) + (high[place] ?? 0))
}

/** The twin's borders between the three. */
function Twins({ would, x, y }: { would: Risk; x: (at: number) => number; y: (value: number) => number }) {
  const border = (value: (place: number) => number): string =>
    linePath(would.at.map((at, place) => [x(at), y(value(place))] as const))
  const { low, medium, high } = would
  return (
    <>
      <path class="line twin" d={border((place) => high[place] ?? 0)} />
      <path class="line twin" d={border((place) => (high[place] ?? 0) + (medium[place] ?? 0))} />
      <path class="line twin" d={border((place) => (high[place] ?? 0) + (medium[place] ?? 0) + (low[place] ?? 0))} />
    </>
  )
}

/** Labels from top to bottom that leave each other room. */
function labels<Label extends { y: number }>(wanted: readonly Label[], floor: number): Label[] {
  const placed = wanted.map((label) => ({ ...label }))
  let below = floor
  for (const label of placed.toReversed()) {
    label.y = Math.min(label.y, below)
    below = label.y - LINE
  }
  return placed
}

/** The weeks of a month's chart: a line each Monday, named by its day. */
export function Mondays({ span, height, floor }: { span: Span; height: number; floor: number }) {
  const x = scale(span.from, span.to, span.left, span.right)
  const mondays = midnights(span.from, span.to, zone.value).filter((at) => weekday(at, zone.value) === 'Mon')
  return (
    <g>
      {mondays.map((at) => (
        <g key={at}>
          <line class="grid" x1={x(at)} x2={x(at)} y1={floor} y2={floor + 5} />
          <text x={x(at)} y={height - 4} text-anchor="middle">
            {day(at, zone.value)}
          </text>
        </g>
      ))}
    </g>
  )
}

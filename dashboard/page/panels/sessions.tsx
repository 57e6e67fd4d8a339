// Sessions by hour over seven days: how many ended, those broken off on top, and the twin's as a dashed line.

import { Chart, type Size, type Span } from '../charts/chart.tsx'
import { Bands, Marks } from '../charts/marks.tsx'
import { barsPath, scale, steps, top } from '../charts/scale.ts'
import type { Week } from '../data/api.ts'
import { drawn } from '../data/drawn.ts'
import { HOUR, world, zone } from '../data/live.ts'
import { twin, twinView, twinWord } from '../data/twin.ts'
import { Panel } from '../parts/panel.tsx'
import { midnights, weekday, weekdayAndDay } from '../time/zone.ts'
import { counted } from '../words.ts'

const WEEK_HOURS = 168
const LEFT = 30
const BOTTOM = 22
const TOP = 22
const RIGHT = 6
/** As little room as a day's name with its date takes. */
const LONG_DAY = 72

export function Sessions() {
  const shown = drawn.charts.value
  if (shown === null) return <section class="card" />
  const told = shown.week
  const would = twinView.value?.week ?? null
  // The hour under way is the last one, and a short history ends there too.
  const to = (Math.floor(shown.at / HOUR) + 1) * HOUR
  const from = to - WEEK_HOURS * HOUR
  const total = told.completed.reduce((sum, value) => sum + value, 0)
  const broken = told.broken.reduce((sum, value) => sum + value, 0)
  const span = ({ width }: Size): Span => ({ from, to, left: LEFT, right: width - RIGHT })
  const metrics = 'sessions_completed,sessions_broken_off'
  return (
    <Panel
      id="sessions"
      title="Sessions by hour, last seven days"
      legend={<Legend />}
      table={() => ({
        head: ['hour', 'sessions_ended', 'broken_off'],
        rows: told.completed.map((ended, place) => [
          new Date(told.from + place * HOUR).toISOString(),
          ended,
          told.broken[place],
        ]),
      })}
      query={() => `/api/series?metrics=${metrics}&from=${told.from}&to=${shown.at}&step=hour`}
    >
      <div class="body">
        <Chart
          label={`Sessions that ended in each hour of seven days: ${counted(total, 'session')}, of which ${broken} broke off.`}
          span={span}
          told={(at) => sentenceAt(told, at)}
        >
          {(size) => <Drawing size={size} span={span(size)} told={told} would={would} />}
        </Chart>
      </div>
    </Panel>
  )
}

function sentenceAt({ from, completed, broken }: Week, pointedAt: number): string {
  const place = Math.floor((pointedAt - from) / HOUR)
  return completed[place] === undefined
    ? 'before the world began'
    : `${completed[place]} ended, ${broken[place]} broke off`
}

function Legend() {
  const shownTwin = twin.value
  return (
    <p class="legend">
      <span>
        <svg viewBox="0 0 12 8" aria-hidden="true">
          <path class="fill-pale" d="M0 1h12v7H0z" />
          <path class="line" d="M0 1h12" />
        </svg>
        ended
      </span>
      <span>
        <svg viewBox="0 0 12 8" aria-hidden="true">
          <path class="fill-trouble" d="M0 2h12v4H0z" />
        </svg>
        broke off
      </span>
      {shownTwin !== null && (
        <span>
          <svg viewBox="0 0 12 8" aria-hidden="true">
            <path class="line twin" d="M0 4h12" />
          </svg>
          {twinWord.value}
        </span>
      )}
    </p>
  )
}

interface DrawingProps {
  size: Size
  span: Span
  told: Week
  would: Week | null
}

function Drawing({ size: { height }, span, told, would }: DrawingProps) {
  const x = scale(span.from, span.to, span.left, span.right)
  const highest = top(Math.max(...told.completed, ...(would?.completed ?? [])), 4)
  const floor = height - BOTTOM
  const y = scale(0, highest, floor, TOP)
  const step = x(span.from + HOUR) - x(span.from)
  const width1 = Math.max(1, step - (step > 5 ? 1 : 0))
  const bars = told.completed.map((ended, place) => {
    const broken = told.broken[place] ?? 0
    return { left: x(told.from + place * HOUR), ended: y(ended), well: y(ended - broken) }
  })
  const days = midnights(span.from, span.to, zone.value)
  const begin = world.value?.start ?? span.from
  return (
    <>
      <Bands span={span} x={x} height={floor} />
      {steps(highest, Math.max(2, Math.floor(floor / 44))).map((value) => (
        <g key={value}>
          <line class={value === 0 ? 'axis' : 'grid'} x1={span.left} x2={span.right} y1={y(value)} y2={y(value)} />
          <text x={span.left - 6} y={y(value) + 4} text-anchor="end">
            {value}
          </text>
        </g>
      ))}
      <Days days={days} span={span} height={height} floor={floor} />
      {begin > span.from && (
        <g>
          <rect
            class="fill-ground"
            x={span.left}
            width={x(Math.min(begin, span.to)) - span.left}
            y={TOP}
            height={floor - TOP}
          />
          {x(begin) - span.left > 140 && (
            <text x={(span.left + x(Math.min(begin, span.to))) / 2} y={(TOP + floor) / 2} text-anchor="middle">
              before the world began
            </text>
          )}
        </g>
      )}
      <path
        class="fill-pale"
        d={barsPath(
          bars.map(({ left, well }) => [left, well, floor] as const),
          width1,
        )}
      />
      <path
        class="fill-trouble"
        d={barsPath(
          bars.map(({ left, ended, well }) => [left, ended, well] as const),
          width1,
        )}
      />
      <path
        class="line"
        stroke-width={1.5}
        d={outline(
          bars.map(({ left, well }) => [left, well] as const),
          step,
          floor,
        )}
      />
      {would !== null && <path class="line twin" d={outline(twinPoints(would, span, x, y), step, floor)} />}
      <Marks span={span} x={x} height={floor} />
    </>
  )
}

function twinPoints(would: Week, span: Span, x: (at: number) => number, y: (value: number) => number) {
  const from = Math.max(span.from, twin.value?.at ?? 0)
  return would.completed
    .map((ended, place) => [would.from + place * HOUR, ended] as const)
    .filter(([at]) => at >= from && at < span.to)
    .map(([at, ended]) => [x(at), y(ended)] as const)
}

/** The tops of bars as one line. */
function outline(tops: readonly (readonly [number, number])[], step: number, floor: number): string {
  let path = ''
  let isOn = false
  for (const [left, upper] of tops) {
    const isUp = upper < floor
    if (isUp)
      path += `${isOn ? '' : `M${left.toFixed(1)} ${floor.toFixed(1)}`}V${upper.toFixed(1)}H${(left + step).toFixed(1)}`
    else if (isOn) path += `V${floor.toFixed(1)}`
    isOn = isUp
  }
  return path
}

interface DaysProps {
  days: readonly number[]
  span: Span
  height: number
  floor: number
}

const HALF_DAY = 12 * HOUR

/** Midnights as lines, and each day's name in the middle of the day. */
function Days({ days, span, height, floor }: DaysProps) {
  const x = scale(span.from, span.to, span.left, span.right)
  const dayWidth = x(span.from + 24 * HOUR) - x(span.from)
  const name = dayWidth >= LONG_DAY ? weekdayAndDay : weekday
  const noons = [...(days.length > 0 ? [(days[0] ?? 0) - HALF_DAY] : []), ...days.map((at) => at + HALF_DAY)]
  const half = dayWidth >= LONG_DAY ? 30 : 12
  return (
    <g>
      {days.map((at) => (
        <line key={at} class="grid" x1={x(at)} x2={x(at)} y1={TOP} y2={floor + 6} />
      ))}
      {noons.map((at) =>
        x(at) - half < span.left || x(at) + half > span.right ? null : (
          <text key={at} x={x(at)} y={height - 6} text-anchor="middle">
            {name(at, zone.value)}
          </text>
        ),
      )}
    </g>
  )
}

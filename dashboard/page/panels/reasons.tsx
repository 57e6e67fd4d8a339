// Calls by reason: a small chart each, thirty days, today's count at its end. The tallest day of all sets one scale for them.

import { Chart, type Size, type Span } from '../charts/chart.tsx'
import { Bands, Marks } from '../charts/marks.tsx'
import { barsPath, scale } from '../charts/scale.ts'
import { drawn, steady } from '../data/drawn.ts'
import { DAY, HOUR, world, zone } from '../data/live.ts'
import { twinView } from '../data/twin.ts'
import { Panel } from '../parts/panel.tsx'
import { dayStart } from '../time/zone.ts'
import { change, counted, figure, reasonName } from '../words.ts'

const DAYS = 30

const daysOfCalls = steady(drawn.rest, ({ days, day_at }) => ({ days: days.at, calls: days.calls, day_at }))

export function Reasons() {
  const shown = daysOfCalls.value
  const known = world.value
  if (shown === null || known === null) return <section class="card" />
  const { days, calls } = shown
  const counts = known.reasons.map((reason) => calls[reason] ?? [])
  const largest = Math.max(1, ...counts.flat())
  const from = shown.day_at - (DAYS - 1) * DAY
  const span = ({ width }: Size): Span => ({ from, to: shown.day_at + DAY, left: 0, right: width })
  const would = twinView.value?.calls_by_reason_today
  return (
    <Panel
      id="reasons"
      title="Calls by reason, thirty days"
      legend={
        <p class="legend">
          <span>today</span>
        </p>
      }
      table={() => ({
        head: ['day', ...known.reasons],
        rows: days.map((at, place) => [new Date(at).toISOString(), ...counts.map((column) => column[place])]),
      })}
      query={() => {
        const metrics = known.reasons.map((reason) => `calls/${reason}`).join(',')
        return `/api/series?metrics=${metrics}&from=${from}&to=${drawn.rest.peek()?.at}&step=day`
      }}
    >
      <div class="body multiples">
        {known.reasons.map((reason, row) => {
          const column = counts[row] ?? []
          const today = column.at(-1) ?? 0
          const other = would?.[row]
          const total = column.reduce((sum, value) => sum + value, 0)
          return [
            <span key={`${reason}-name`}>{reasonName(reason)}</span>,
            <Chart
              key={`${reason}-bars`}
              label={`${reasonName(reason)}: ${counted(total, 'call')} in thirty days, ${today} today.`}
              span={span}
              told={(at) => {
                const place = days.findLastIndex((day) => dayStart(day, zone.value) <= at)
                return place < 0 ? '' : counted(column[place] ?? 0, 'call')
              }}
            >
              {(size) => (
                <Bars
                  size={size}
                  span={span(size)}
                  days={days}
                  counts={column}
                  largest={largest}
                  bad={reason === 'tutor_concern'}
                />
              )}
            </Chart>,
            <b key={`${reason}-today`}>
              {figure(today)}
              {other !== undefined && other !== today && <span class="without"> {change(other - today)}</span>}
            </b>,
          ]
        })}
      </div>
    </Panel>
  )
}

interface BarsProps {
  size: Size
  span: Span
  days: readonly number[]
  counts: readonly number[]
  largest: number
  bad: boolean
}

function Bars({ size: { width, height }, span, days, counts, largest, bad }: BarsProps) {
  const x = scale(span.from, span.to, span.left, span.right)
  const y = scale(0, largest, height - 2, 2)
  const step = width / DAYS
  // Days are an hour longer or shorter where the clocks change.
  const bars = days.map((at, place) => [x(dayStart(at + HOUR, zone.value)), y(counts[place] ?? 0), height - 2] as const)
  return (
    <>
      <Bands span={span} x={x} height={height - 2} />
      <line class="grid" x1={0} x2={width} y1={height - 1.5} y2={height - 1.5} />
      <path class={bad ? 'fill-trouble' : 'fill-bar'} d={barsPath(bars, Math.max(1, step - 2))} />
      <Marks span={span} x={x} height={height - 2} />
    </>
  )
}

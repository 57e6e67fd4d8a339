// Five figures: each with its change against the same weekday and hour a week ago, its thirty days, and a line of context.

import { Chart } from '../charts/chart.tsx'
import { linePath, scale } from '../charts/scale.ts'
import type { Figures, View } from '../data/api.ts'
import { drawn } from '../data/drawn.ts'
import { zone } from '../data/live.ts'
import { twinView, twinWord } from '../data/twin.ts'
import { Panel } from '../parts/panel.tsx'
import { weekday } from '../time/zone.ts'
import { change, counted, figure } from '../words.ts'

interface Tile {
  id: string
  title: string
  figure: keyof Figures
  unit?: (view: View) => string
  decimals?: number
  /** Where more is worse, the line has the colour of trouble. */
  bad?: boolean
  context: (figures: Figures) => string
}

const TILES: Tile[] = [
  {
    id: 'under-way',
    title: 'Sessions under way',
    figure: 'sessions_under_way',
    context: ({ tutors_teaching, tutors_on_duty }) =>
      `${figure(tutors_teaching)} of ${counted(tutors_on_duty, 'tutor')} teaching`,
  },
  {
    id: 'success',
    title: 'Success today',
    figure: 'success_percent_today',
    unit: () => '%',
    decimals: 1,
    context: ({ sessions_completed_today: ended, sessions_broken_off_today: broken }) =>
      ended === 0 ? 'no session has ended yet' : `${figure(ended - broken)} of ${counted(ended, 'session')} ended well`,
  },
  {
    id: 'calls',
    title: 'Calls today',
    figure: 'calls_today',
    context: ({ open_complaints }) => `${counted(open_complaints, 'student waits', 'students wait')} for an answer`,
  },
  {
    id: 'high-risk',
    title: 'Students at high risk',
    figure: 'students_high',
    bad: true,
    context: ({ students_scored }) => `of ${figure(students_scored)} with a score`,
  },
  {
    id: 'short',
    title: 'Short of tutors',
    figure: 'markets_short',
    unit: ({ markets }) => `of ${markets.demand.length}`,
    context: ({ markets_over }) => `markets; ${figure(markets_over)} ${markets_over === 1 ? 'has' : 'have'} too many`,
  },
]

export function Tiles() {
  return (
    <div class="row tiles">
      {TILES.map((tile) => (
        <OneTile key={tile.id} tile={tile} />
      ))}
    </div>
  )
}

function OneTile({ tile }: { tile: Tile }) {
  const shown = drawn.rest.value
  if (shown === null) return <section class="card tile" />
  const { decimals = 0 } = tile
  const value = shown.figures[tile.figure]
  const before = shown.week_before?.[tile.figure] ?? null
  const would = twinView.value?.figures[tile.figure] ?? null
  const days = shown.lines?.[tile.figure] ?? []
  const at = shown.lines?.at ?? []
  return (
    <Panel
      id={tile.id}
      title={tile.title}
      class="tile"
      table={() => ({
        head: ['at', tile.figure],
        rows: at.map((instant, place) => [new Date(instant).toISOString(), days[place] ?? '']),
      })}
      query={() => `/api/view?at=${shown.at}`}
    >
      <div class="figures">
        <div>
          <p class="figure">
            {figure(value, decimals)} <small>{tile.unit?.(shown)}</small>
          </p>
          {would !== null && value !== null ? (
            <p class="change without">
              <b>{figure(would, decimals)}</b> {twinWord.value}, {change(would - value, decimals)}
            </p>
          ) : (
            <p class="change quiet">
              {before === null || value === null ? (
                'no week to compare'
              ) : (
                <>
                  <b>{change(value - before, decimals)}</b> on last {weekday(shown.at, zone.value)}
                </>
              )}
            </p>
          )}
        </div>
        <div class="spark">
          <Spark values={days} bad={tile.bad ?? false} label={`${tile.title}, at this hour of the last thirty days`} />
        </div>
      </div>
      <p class="context">{tile.context(shown.figures)}</p>
    </Panel>
  )
}

const SPARK_EDGE = 4

function Spark({ values, bad, label }: { values: readonly (number | null)[]; bad: boolean; label: string }) {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return null
  const [low, high] = [Math.min(...known), Math.max(...known)]
  return (
    <Chart label={`${label}: from ${figure(low)} to ${figure(high)}, ${figure(known.at(-1))} at the end`}>
      {({ width, height }) => {
        const x = scale(0, 30, SPARK_EDGE, width - SPARK_EDGE)
        const y = scale(low, high === low ? low + 1 : high, height - SPARK_EDGE, SPARK_EDGE)
        const shift = 31 - values.length
        const points = values.map((value, place) => [x(place + shift), value === null ? null : y(value)] as const)
        const last = points.at(-1)
        return (
          <>
            <path class={bad ? 'line trouble' : 'line'} d={linePath(points)} />
            {last !== undefined && last[1] !== null && (
              <circle class={bad ? 'fill-trouble' : 'fill-is'} cx={last[0]} cy={last[1]} r={3} />
            )}
          </>
        )
      }}
    </Chart>
  )
}

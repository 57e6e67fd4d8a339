// A tutor's week, Monday to Sunday on their own clocks: what they taught, and what they keep for their students.

import { Chart, type Size } from '../charts/chart.tsx'
import { scale } from '../charts/scale.ts'
import type { Person } from '../data/api.ts'
import { DAY, HOUR } from '../data/live.ts'
import { nameOf } from '../data/names.ts'
import { clock, dayStart, midnights, weekdayAndDay } from '../time/zone.ts'
import { counted } from '../words.ts'

const LEFT = 40
const TOP = 20
const EARLIEST_HOUR = 8
const LATEST_HOUR = 23

export function TutorWeek({ of, zone }: { of: Person; zone: string }) {
  const sessions = of.week.filter(({ what }) => what === 'session').length
  const label = `The week: ${counted(sessions, 'session')}, ${counted(of.week.length - sessions, 'time')} kept for students.`
  return (
    <figure class="life">
      <figcaption class="quiet small">The week: filled is taught, outlined is kept for a student</figcaption>
      <div class="week-chart">
        <Chart label={label}>{(size) => <Drawing size={size} of={of} zone={zone} />}</Chart>
      </div>
    </figure>
  )
}

const DAYS_A_WEEK = 7

/** Monday's midnight of the week of an instant. */
function mondayOf(at: number, zone: string): number {
  const days = midnights(at - DAYS_A_WEEK * DAY, at, zone)
  return days.findLast((day) => weekdayAndDay(day, zone).startsWith('Mon')) ?? dayStart(at, zone)
}

function Drawing({ size: { width, height }, of, zone }: { size: Size; of: Person; zone: string }) {
  const monday = mondayOf(of.at, zone)
  const days = midnights(monday, monday + (DAYS_A_WEEK - 0.5) * DAY, zone)
  const column = (width - LEFT) / DAYS_A_WEEK
  const hourOf = (at: number): number => (at - dayStart(at, zone)) / HOUR
  const begins = of.week.map(({ at }) => hourOf(at))
  const first = Math.floor(Math.min(EARLIEST_HOUR + 4, ...begins))
  const y = scale(first, LATEST_HOUR, TOP, height - 4)
  const ticks = Array.from({ length: LATEST_HOUR - first + 1 }, (_, place) => first + place).filter(
    (hour) => hour % 3 === 0,
  )
  return (
    <>
      {ticks.map((hour) => (
        <g key={hour}>
          <line class="grid" x1={LEFT} x2={width} y1={y(hour)} y2={y(hour)} />
          <text x={LEFT - 6} y={y(hour) + 4} text-anchor="end">
            {hour}:00
          </text>
        </g>
      ))}
      {days.map((day, place) => (
        <text
          key={day}
          class={dayStart(of.at, zone) === day ? 'strong' : ''}
          x={LEFT + (place + 0.5) * column}
          y={12}
          text-anchor="middle"
        >
          {weekdayAndDay(day, zone).slice(0, column > 60 ? 10 : 3)}
        </text>
      ))}
      {of.week.map(({ at, until, what, student_id: student }) => {
        const place = days.indexOf(dayStart(at, zone))
        if (place < 0) return null
        return (
          <rect
            key={`${at} ${what} ${student}`}
            class={what === 'session' ? 'fill-is' : 'kept'}
            x={LEFT + place * column + 2}
            width={column - 4}
            y={y(hourOf(at)) + 0.5}
            height={Math.max(3, y(hourOf(at) + (until - at) / HOUR) - y(hourOf(at)) - 1)}
            rx={2}
          >
            <title>
              {what === 'session' ? 'Taught' : 'Kept'} {clock(at, zone)} to {clock(until, zone)}
              {student === null ? '' : `, ${nameOf(student)}`}
            </title>
          </rect>
        )
      })}
    </>
  )
}

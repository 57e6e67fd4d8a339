// What the story and a twin put on a chart's time: interventions, moments, and where a twin parts.

import { story } from '../data/live.ts'
import { twin } from '../data/twin.ts'
import type { Span } from './chart.tsx'
import type { Scale } from './scale.ts'

interface MarksProps {
  span: Span
  x: Scale
  height: number
}

/** When interventions are in force, behind what a chart shows. */
export function Bands({ span, x, height }: MarksProps) {
  const within = (at: number): number => x(Math.max(span.from, Math.min(span.to, at)))
  const running = story.value?.interventions.filter(
    ({ from, until }) => from <= span.to && (until ?? span.to) >= span.from,
  )
  return (
    <g>
      {running?.map(({ id, from, until, sentence }) => (
        <rect
          key={id}
          class="band-twin"
          x={within(from)}
          width={Math.max(2, within(until ?? span.to) - within(from))}
          y={0}
          height={height}
        >
          <title>{sentence}</title>
        </rect>
      ))}
    </g>
  )
}

/** Moments, and where a twin parts. */
export function Marks({ span, x, height }: MarksProps) {
  const parts = twin.value?.at
  const isIn = (at: number): boolean => at >= span.from && at <= span.to
  const told = story.value?.moments.filter(({ at }) => isIn(at))
  return (
    <g>
      {told?.map(({ at, sentence }) => (
        <g key={`${at} ${sentence}`}>
          <line class="flag-line" x1={x(at)} x2={x(at)} y1={0} y2={height} />
          <path class="flag" d={`M${x(at) - 4} 0h8l-4 6z`}>
            <title>{sentence}</title>
          </path>
        </g>
      ))}
      {parts !== undefined && isIn(parts) && <line class="flag-line" x1={x(parts)} x2={x(parts)} y1={0} y2={height} />}
    </g>
  )
}

// What the story and a twin put on a chart's time: interventions, moments, and where a twin parts.

import { story } from '../data/live.ts'
import { twin } from '../data/twin.ts'
import type { Span } from './chart.tsx'
import type { Scale } from './scale.ts'

export function Marks({ span, x, height }: { span: Span; x: Scale; height: number }) {
  const told = story.value
  const parts = twin.value?.at
  const isIn = (at: number): boolean => at >= span.from && at <= span.to
  const within = (at: number): number => Math.max(span.from, Math.min(span.to, at))
  const running =
    told?.interventions.filter(({ from, until }) => from <= span.to && (until ?? span.to) >= span.from) ?? []
  return (
    <g class="marks">
      {running.map(({ id, from, until, sentence }) => (
        <rect
          key={id}
          class="fill-twin"
          fill-opacity={0.1}
          x={x(within(from))}
          width={Math.max(2, x(within(until ?? span.to)) - x(within(from)))}
          y={0}
          height={height}
        >
          <title>{sentence}</title>
        </rect>
      ))}
      {told?.moments
        .filter(({ at }) => isIn(at))
        .map(({ at, sentence }) => (
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

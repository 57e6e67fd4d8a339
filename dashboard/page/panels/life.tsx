// A student's life in one drawing: health over the bands of risk, sessions by rating, calls.

import { Chart, type Size, type Span } from '../charts/chart.tsx'
import { scale, stepPath } from '../charts/scale.ts'
import type { Person } from '../data/api.ts'
import { DAY } from '../data/live.ts'
import { figure } from '../words.ts'
import { Mondays } from './risk.tsx'

/** Scores from which the risk is medium, and from which it is low. */
const MEDIUM_FROM = 45
const LOW_FROM = 70
const LEFT = 64
const DAYS = 30

export function Life({ of }: { of: Person }) {
  const from = Math.max(of.at - DAYS * DAY, Math.min(of.heard_since ?? of.at, of.at - 7 * DAY))
  const span = ({ width }: Size): Span => ({ from, to: of.at, left: LEFT, right: width - 8 })
  const label = `Health, sessions and calls: ${of.sessions.length} sessions and ${of.calls.length} calls, health ${figure(of.health.at(-1)?.score)} at the end.`
  return (
    <figure class="life">
      <figcaption class="quiet small">
        Health, sessions by the rating given (open rings broke off), calls (orange: not resolved)
      </figcaption>
      <div class="life-chart">
        <Chart label={label} span={span} told={(at) => healthAt(of, at)}>
          {(size) => <Drawing size={size} span={span(size)} of={of} />}
        </Chart>
      </div>
    </figure>
  )
}

function healthAt(of: Person, at: number): string {
  const last = of.health.findLast((known) => known.at <= at)
  return last === undefined ? '' : `health ${figure(last.score, 0)}, ${last.risk} risk`
}

function Drawing({ size: { height }, span, of }: { size: Size; span: Span; of: Person }) {
  const x = scale(span.from, span.to, span.left, span.right)
  const healthFloor = Math.round(height * 0.5)
  const y = scale(0, 100, healthFloor, 4)
  const ratingTop = healthFloor + 14
  const callsAt = height - 32
  const rating = scale(1, 5, callsAt - 16, ratingTop)
  const before = of.health.findLast(({ at }) => at < span.from)
  const points = of.health.filter(({ at }) => at >= span.from).map(({ at, score }) => [x(at), y(score)] as const)
  if (before !== undefined) points.unshift([span.left, y(before.score)])
  return (
    <>
      <rect
        class="band-medium"
        x={span.left}
        width={span.right - span.left}
        y={y(LOW_FROM)}
        height={y(MEDIUM_FROM) - y(LOW_FROM)}
      />
      <rect
        class="band-high"
        x={span.left}
        width={span.right - span.left}
        y={y(MEDIUM_FROM)}
        height={y(0) - y(MEDIUM_FROM)}
      />
      <text x={0} y={y(85) + 4}>
        low risk
      </text>
      <text x={0} y={y(57.5) + 4}>
        medium
      </text>
      <text x={0} y={y(22.5) + 4}>
        high
      </text>
      <path class="line" d={stepPath(points, span.right)} />
      <line class="grid" x1={span.left} x2={span.right} y1={healthFloor} y2={healthFloor} />
      <text x={0} y={rating(5) + 4}>
        5 stars
      </text>
      <text x={0} y={rating(1) + 4}>
        1 star
      </text>
      <text x={0} y={callsAt + 4}>
        calls
      </text>
      {of.sessions
        .filter(({ at }) => at >= span.from)
        .map(({ session_id, at, rating: given, ok, until, subject }) =>
          until === null || given === null ? (
            <circle key={session_id} class="ring-now" cx={x(at)} cy={rating(3)} r={4}>
              <title>{subject}, under way</title>
            </circle>
          ) : (
            <circle key={session_id} class={ok ? 'fill-is' : 'ring'} cx={x(at)} cy={rating(given)} r={ok ? 4.5 : 4}>
              <title>
                {subject}, {given} of 5 stars{ok ? '' : ', broke off'}
              </title>
            </circle>
          ),
        )}
      {of.calls
        .filter(({ at }) => at >= span.from)
        .map(({ call_id, at, resolved }) => (
          <path
            key={call_id}
            class={resolved ? 'fill-bar' : 'fill-trouble'}
            d={`M${x(at)} ${callsAt - 5}l5 5-5 5-5-5z`}
          >
            <title>{resolved ? 'A call, resolved' : 'A call, not resolved'}</title>
          </path>
        ))}
      <Mondays span={span} height={height} floor={height - 20} />
      <line class="axis" x1={span.left} x2={span.right} y1={height - 20} y2={height - 20} />
    </>
  )
}

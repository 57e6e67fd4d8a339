// The history as a track: events by hour, with flags of the story and where twins branch off below. Dragging goes there. The
// track is drawn when an hour is over, and the knob when it has moved, so each is drawn apart.

import { computed } from '@preact/signals'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { barsPath, scale } from '../charts/scale.ts'
import { HOUR, story, track, world, zone } from '../data/live.ts'
import { instant, past, seek } from '../data/shown.ts'
import { day, instant as instantText, midnights, weekday } from './zone.ts'

const EDGE = 8
const TRACK_TOP = 10
const TRACK = 40
const HEIGHT = 62
/** Of a pixel. */
const KNOB_STEPS = 4

export function Scrubber() {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const known = world.value
  const isPressed = useRef(false)
  if (known === null) return <div class="scrubber" ref={place} />
  // The track ends with the present, and is drawn anew when an hour is over.
  const { from, events } = track.value
  const to = Math.max(from + events.length * HOUR, known.start + HOUR)
  const x = scale(known.start, to, EDGE, width - EDGE)
  const go = (event: PointerEvent): void => {
    const box = place.current?.getBoundingClientRect()
    if (box !== undefined) seek(scale(EDGE, width - EDGE, known.start, to)(event.clientX - box.left))
  }
  return (
    <div
      class="scrubber"
      ref={place}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        isPressed.current = true
        place.current?.setPointerCapture(event.pointerId)
        go(event)
      }}
      onPointerMove={(event) => isPressed.current && go(event)}
      onPointerUp={() => {
        isPressed.current = false
      }}
      onPointerCancel={() => {
        isPressed.current = false
      }}
    >
      {width > 0 && (
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          <Track x={x} to={to} width={width} />
          <Knob from={known.start} to={to} width={width} />
        </svg>
      )}
      <Slider from={known.start} to={to} />
    </div>
  )
}

/** A reader that hears of every second hears of nothing else. */
const minute = computed(() => Math.floor(instant.value / 60_000) * 60_000)

/** What keys and screen readers take hold of; the page's own keys move it. */
function Slider({ from, to }: { from: number; to: number }) {
  const at = minute.value
  return (
    <div
      class="slider"
      role="slider"
      tabIndex={0}
      aria-label="Time"
      aria-valuemin={from / 1000}
      aria-valuemax={to / 1000}
      aria-valuenow={at / 1000}
      aria-valuetext={`${instantText(at, zone.value)}${past.value === null ? ', the present' : ''}`}
    />
  )
}

function Track({ x, to, width }: { x: (at: number) => number; to: number; width: number }) {
  const { from, events } = track.value
  const known = world.value
  if (known === null) return null
  // Hours that are narrower than a pixel are drawn several at a time.
  const hourWidth = x(from + HOUR) - x(from)
  const together = Math.max(1, Math.ceil(1 / hourWidth))
  const counts: number[] = []
  for (let place = 0; place < events.length; place += together) {
    let count = 0
    for (let hour = place; hour < Math.min(place + together, events.length); hour += 1) count += events[hour] ?? 0
    counts.push(count)
  }
  const y = scale(0, Math.max(1, ...counts), TRACK, TRACK_TOP)
  const step = hourWidth * together
  const bars = counts.map((count, place) => [x(from + place * together * HOUR), y(count), TRACK] as const)
  const days = midnights(known.start, to, zone.value)
  const every = Math.max(1, Math.ceil(days.length / Math.max(1, Math.floor(width / 110))))
  const isWeekly = every > 2 && every <= 7
  const named = isWeekly
    ? days.filter((at) => weekday(at, zone.value) === 'Mon')
    : days.filter((_, place) => place % every === 0)
  return (
    <g>
      <path class="track" d={barsPath(bars, step > 2 ? step - 0.5 : step)} />
      <line class="ground-line" x1={EDGE} x2={width - EDGE} y1={TRACK + 2} y2={TRACK + 2} />
      {named.map((at) => (
        <g key={at}>
          <line class="grid" x1={x(at)} x2={x(at)} y1={TRACK + 2} y2={TRACK + 7} />
          {x(at) > 18 && x(at) < width - 24 && (
            <text x={x(at)} y={HEIGHT - 2} text-anchor="middle">
              {day(at, zone.value)}
            </text>
          )}
        </g>
      ))}
      <Flags x={x} to={to} />
    </g>
  )
}

function Flags({ x, to }: { x: (at: number) => number; to: number }) {
  const told = story.value
  const twins = world.value?.twins ?? []
  const isIn = (at: number): boolean => at <= to
  return (
    <g>
      {told?.interventions
        .filter(({ from }) => isIn(from))
        .map(({ id, from, until, sentence }) => (
          <rect
            key={id}
            class="fill-twin"
            x={x(from)}
            y={TRACK - 1}
            width={Math.max(3, x(Math.min(until ?? to, to)) - x(from))}
            height={3}
          >
            <title>{sentence}</title>
          </rect>
        ))}
      {told?.moments
        .filter(({ at }) => isIn(at))
        .map(({ at, sentence }) => (
          <path key={`${at} ${sentence}`} class="flag" d={`M${x(at) - 4} 1h8l-4 7z`}>
            <title>{sentence}</title>
          </path>
        ))}
      {twins.map(({ name, at, to: reached, sentence }) => (
        <g key={name}>
          <path class="flag" d={`M${x(at) - 4} 1h8l-4 7z`}>
            <title>{sentence}</title>
          </path>
          <path
            class="line twin"
            d={`M${x(at)} ${TRACK + 2}q2 6 8 6H${Math.max(x(at) + 8, x(Math.min(reached, to)))}`}
          />
        </g>
      ))}
    </g>
  )
}

/** The knob, drawn anew when it has moved by what can be seen. */
function Knob({ from, to, width }: { from: number; to: number; width: number }) {
  const place = useMemo(() => {
    const x = scale(from, to, EDGE, width - EDGE)
    // The present may be ahead of the last hour that the track has.
    return computed(() => Math.round(x(Math.min(instant.value, to)) * KNOB_STEPS) / KNOB_STEPS)
  }, [from, to, width])
  const at = place.value
  return (
    <g class="knob">
      <line class="passed" x1={EDGE} x2={at} y1={TRACK + 2} y2={TRACK + 2} />
      <line class="now" x1={at} x2={at} y1={TRACK_TOP - 4} y2={TRACK + 2} />
      <circle class={past.value === null ? 'fill-is' : 'knob-past'} cx={at} cy={TRACK + 2} r={6} />
    </g>
  )
}

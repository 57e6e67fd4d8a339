// A chart: an SVG as large as its place, drawn anew when what it shows or its size changes. SVG and not a canvas, since the
// drawing on the screen is then also the one to take along, and takes its colours from the style sheet, light or dark.
// Above the drawing: the instant that the pointer is at, the same one in all charts; a click or drag goes there.

import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { zone } from '../data/live.ts'
import { seek } from '../data/shown.ts'
import { clock, weekdayAndDay } from '../time/zone.ts'
import { scale } from './scale.ts'

export interface Size {
  width: number
  height: number
}

/** Which instants lie between which pixels. */
export interface Span {
  from: number
  to: number
  left: number
  right: number
}

/** The instant under the pointer, whichever chart it is over. */
const pointed = signal<number | null>(null)

interface ChartProps {
  /** What a screen reader says in place of the drawing. */
  label: string
  span?: (size: Size) => Span
  /** What is told of the instant pointed at, beside its day and time. */
  told?: (at: number) => string
  children: (size: Size) => ComponentChildren
}

export function Chart({ label, span, told, children }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState<Size | null>(null)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {}
      setSize((old) => (old?.width === width && old.height === height ? old : { width, height }))
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const isAtPress = useRef(false)
  const instantAt = (event: PointerEvent): number | null => {
    const box = place.current?.getBoundingClientRect()
    if (span === undefined || size === null || box === undefined) return null
    const { from, to, left, right } = span(size)
    const at = scale(left, right, from, to)(event.clientX - box.left)
    return at < from || at > to ? null : at
  }
  const point = (event: PointerEvent): void => {
    const at = instantAt(event)
    pointed.value = at
    if (isAtPress.current && at !== null) seek(at)
  }
  const pointers = span && {
    onPointerMove: point,
    onPointerLeave: () => {
      pointed.value = null
    },
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return
      isAtPress.current = true
      place.current?.setPointerCapture(event.pointerId)
      point(event)
    },
    onPointerUp: () => {
      isAtPress.current = false
    },
    onPointerCancel: () => {
      isAtPress.current = false
    },
  }
  return (
    <div class={span ? 'chart aims' : 'chart'} ref={place} {...pointers}>
      {size !== null && size.width > 0 && (
        <svg role="img" aria-label={label} viewBox={`0 0 ${size.width} ${size.height}`}>
          {children(size)}
          {span && <Pointed span={span(size)} size={size} {...(told && { told })} />}
        </svg>
      )}
    </div>
  )
}

const BOX_PADDING = 6
const LETTER = 6.1
const SMALL = 60

function Pointed({ span, size, told }: { span: Span; size: Size; told?: (at: number) => string }) {
  const at = pointed.value
  if (at === null || at < span.from || at > span.to) return null
  const x = scale(span.from, span.to, span.left, span.right)(at)
  // Small multiples stand in a column: what is told of the instant is enough there.
  const when = size.height < SMALL ? '' : `${weekdayAndDay(at, zone.value)} ${clock(at, zone.value)}, `
  const text = told === undefined ? null : `${when}${told(at)}`
  const width = (text?.length ?? 0) * LETTER + 2 * BOX_PADDING
  const left = Math.max(0, Math.min(x + 6, size.width - width))
  return (
    <g class="over" pointer-events="none">
      <line class="pointed" x1={x} x2={x} y1={0} y2={size.height} />
      {text !== null && (
        <>
          <rect class="told" x={left} y={0} width={width} height={20} rx={4} />
          <text class="strong" x={left + BOX_PADDING} y={14}>
            {text}
          </text>
        </>
      )}
    </g>
  )
}

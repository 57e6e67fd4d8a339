// What the plots of a report have in common: a panel, and how it takes what it draws from the streams' series.

import type { Part, Series } from '../../model/realism/index.ts'
import type { Bar } from './bars.ts'
import { FRAME, type Frame } from './svg.ts'
import { partsOf, type Shown } from './verdict.ts'

export interface Panel {
  title: string
  /** What a real marketplace shows here, as a sentence. */
  note: string
  /** HTML: one plot, or one for each stream. */
  plots: string[]
  /** As broad as the page. */
  broad?: boolean
  /** Whether each stream has a plot of its own, under its name. */
  apart?: boolean
}

/**
 * Draws a panel; undefined where no stream has data for it.
 * @param small whether it is for the first screen, where there is less room
 */
export type Make = (shown: readonly Shown[], small?: boolean) => Panel | undefined

/** A plot of the first screen. */
export const LOW: Frame = { ...FRAME, height: 118 }

export const seriesOf = (shown: readonly Shown[]): Series[] => shown.map(({ reading }) => reading.series)
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
export const seen = (lists: readonly (readonly number[])[]): boolean => lists.some((list) => sum(list) > 0)
/** Labels at every multiple of `step`, from 0 on. */
export const every = (step: number, to: number, name = (place: number) => String(place)): Record<number, string> =>
  Object.fromEntries(
    Array.from({ length: Math.floor(to / step) + 1 }, (_, index) => [index * step, name(index * step)]),
  )
export const clock = every(6, 23, (hour) => `${hour}:00`)

/** The figures of a row with their targets; every reading has all rows. */
function targetsOf(shown: readonly Shown[], row: string): Part[] {
  return shown[0] ? partsOf(shown[0].reading, row) : []
}

export function target(shown: readonly Shown[], row: string, name: string): Part | undefined {
  return targetsOf(shown, row).find((part) => part.name === name)
}

/**
 * The figures of a row as bars; undefined where none was measured.
 * @param taken which of its figures, with the names that the plot gives them
 */
export function rowBars(
  shown: readonly Shown[],
  row: string,
  taken: (part: Part, index: number) => string | null = ({ name }) => name,
): Bar[] | undefined {
  const readings = shown.map(({ reading }) => partsOf(reading, row))
  const bars = targetsOf(shown, row).flatMap((part, index) => {
    const name = taken(part, index)
    return name === null
      ? []
      : [{ name, values: readings.map((parts) => parts[index]?.measured ?? null), target: part }]
  })
  return bars.some(({ values }) => values.some((value) => value !== null)) ? bars : undefined
}

/** Shares of names in percent, with the targets that a row has for them. */
export function shareBars(shown: readonly Shown[], row: string, counts: readonly Record<string, number>[]): Bar[] {
  const names = targetsOf(shown, row).map(({ name }) => name)
  const others = counts.flatMap((each) => Object.keys(each)).filter((name) => !names.includes(name))
  const totals = counts.map((each) => sum(Object.values(each)))
  return [...names, ...new Set(others)].slice(0, NAMES_MAX).map((name) => ({
    name,
    values: counts.map((each, stream) => (totals[stream] ? (100 * (each[name] ?? 0)) / totals[stream] : null)),
    target: target(shown, row, name),
  }))
}

/** A stream of nonsense may have a new name in every line. */
const NAMES_MAX = 12

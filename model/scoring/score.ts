// How good detections are beside true labels: in all, and of each intervention.

import { HOUR, WEEK } from '../../engine/index.ts'
import { REGIONS } from '../events/vocabulary.ts'
import { merged, overlap, type Stretch, without } from './hours.ts'
import { nab } from './nab.ts'
import { pointQuality, type Quality, rangeQuality, type Seen } from './precision.ts'
import type { Detection, LabelledIntervention, Truth } from './truth.ts'

export interface Figures {
  /** Series that were judged. */
  series: number
  /** True windows in them, and how many of those were touched by a detection. */
  windows: number
  found: number
  point: Quality
  range: Quality
  /** From the begin of the intervention to the first detection in a window of it; in all the mean; null where there was none. */
  delay_hours: number | null
  /** Detections, joined where they touch, that touch no window. */
  false_alarms: number
  false_alarms_a_week: number
  /** 1 for a perfect detector, 0 for a silent one; null where there was nothing to find. */
  nab: number | null
}

export interface Score {
  /** What was watched, in milliseconds since 1970. */
  from: number
  until: number
  all: Figures
  /** Where each detection has a score: the threshold at which NAB's score is best, and that score. */
  best: { threshold: number; nab: number } | null
  interventions: (Figures & { id: string; kind: string })[]
}

/** Thresholds that are tried for the best, at the most. */
const THRESHOLDS_MAX = 200

/** @param watched what the detector has looked at; what labels and detections span */
export function scoreOf(truth: Truth, detections: readonly Detection[], watched: Partial<Stretch> = {}): Score {
  const windows = truth.windows()
  const span = spanOf(truth.interventions, windows, detections, watched)
  const clip = (stretches: readonly Stretch[]): Stretch[] =>
    stretches
      .map(({ from, to }) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
      .filter(({ from, to }) => from < to)
  const judged = judgedSeries(windows, detections)
  const seenBy = (some: readonly Detection[]): Map<string, Seen> => {
    const bySeries = new Map(judged.map((series) => [series, [] as Stretch[]]))
    for (const { series, hours } of some) if (hours) bySeries.get(series)?.push(hours)
    return new Map(
      [...bySeries].map(([series, hours]) => [
        series,
        { windows: clip(windows.get(series) ?? []), detected: clip(merged(hours)) },
      ]),
    )
  }
  const seen = seenBy(detections)
  const weeks = ((span.to - span.from) * HOUR) / WEEK
  const interventions = truth.interventions.map((one) => {
    const own = [...seen].map(([series, of]) => ofIntervention(series, of, one)).filter((of) => of.windows.length > 0)
    const figures = figuresOf(own, weeks)
    return { id: one.id, kind: one.kind, ...figures, delay_hours: delayOf(own, Math.floor(one.begin / HOUR)) }
  })
  const delays = interventions.map((one) => one.delay_hours).filter((delay) => delay !== null)
  return {
    ...{ from: span.from * HOUR, until: span.to * HOUR },
    all: {
      ...figuresOf([...seen.values()], weeks),
      delay_hours: delays.length === 0 ? null : delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
    },
    best: bestOf(detections, (some) => nab([...seenBy(some).values()])),
    interventions,
  }
}

/** Those that the detections name; where they name none, all that differ: somebody silent has found nothing of them. */
function judgedSeries(windows: ReadonlyMap<string, unknown>, detections: readonly Detection[]): string[] {
  return [...(detections.length > 0 ? new Set(detections.map(({ series }) => series)) : windows.keys())]
}

function spanOf(
  interventions: readonly LabelledIntervention[],
  windows: ReadonlyMap<string, readonly Stretch[]>,
  detections: readonly Detection[],
  { from, to }: Partial<Stretch>,
): Stretch {
  const all = [
    ...interventions.map(
      ({ begin, hours }) => hours ?? { from: Math.floor(begin / HOUR), to: Math.floor(begin / HOUR) + 1 },
    ),
    ...[...windows.values()].flat(),
    ...detections.flatMap(({ hours }) => hours ?? []),
  ]
  const first = from ?? all.reduce((least, one) => Math.min(least, one.from), Number.POSITIVE_INFINITY)
  const last = to ?? all.reduce((most, one) => Math.max(most, one.to), Number.NEGATIVE_INFINITY)
  return Number.isFinite(first) && Number.isFinite(last) && first < last
    ? { from: first, to: last }
    : { from: 0, to: 0 }
}

/** A series as one intervention is judged by it: windows of others are nobody's, whether detected or not. */
function ofIntervention(series: string, { windows, detected }: Seen, { hours, region }: LabelledIntervention): Seen {
  const isThere = hours !== undefined && (region === undefined || canShow(series, region))
  const own = isThere ? windows.filter((window) => overlap(window, hours) > 0) : []
  const others = windows.filter((window) => !own.includes(window))
  return { windows: own, detected: without(detected, others) }
}

/** Whether a series can show what happens in a region: it ends with its name, or with the name of no region. */
function canShow(series: string, region: string): boolean {
  const last = series.split('/').at(-1) as string
  return last === region || !(REGIONS as readonly string[]).includes(last)
}

function figuresOf(series: readonly Seen[], weeks: number): Figures {
  const windows = series.reduce((sum, one) => sum + one.windows.length, 0)
  const found = series.reduce(
    (sum, one) => sum + one.windows.filter((window) => touches(window, one.detected)).length,
    0,
  )
  const falseAlarms = series.reduce(
    (sum, one) => sum + one.detected.filter((stretch) => !touches(stretch, one.windows)).length,
    0,
  )
  return {
    ...{ series: series.length, windows, found },
    ...{ point: pointQuality(series), range: rangeQuality(series), delay_hours: null },
    false_alarms: falseAlarms,
    false_alarms_a_week: weeks === 0 ? 0 : falseAlarms / weeks,
    nab: nab(series) ?? null,
  }
}

function touches(one: Stretch, others: readonly Stretch[]): boolean {
  return others.some((other) => overlap(one, other) > 0)
}

/** Hours from an intervention's begin to the first that was detected in a window of it. */
function delayOf(series: readonly Seen[], begin: number): number | null {
  const firsts = series.flatMap(({ windows, detected }) =>
    windows.flatMap((window) =>
      detected.filter((one) => overlap(window, one) > 0).map((one) => Math.max(window.from, one.from)),
    ),
  )
  const first = firsts.reduce((least, hour) => Math.min(least, hour), Number.POSITIVE_INFINITY)
  return firsts.length === 0 ? null : Math.max(0, first - begin)
}

/** As NAB does: the threshold that serves the detector best. */
function bestOf(
  detections: readonly Detection[],
  judge: (some: readonly Detection[]) => number | undefined,
): Score['best'] {
  const marked = detections.filter(({ hours }) => hours !== undefined)
  if (marked.length === 0 || marked.some(({ score }) => score === undefined)) return null
  const scores = [...new Set(marked.map(({ score }) => score as number))].sort((a, b) => a - b)
  const step = Math.max(1, Math.ceil(scores.length / THRESHOLDS_MAX))
  let best: Score['best'] = null
  for (let place = 0; place < scores.length; place += step) {
    const threshold = scores[place] as number
    const value = judge(detections.filter(({ hours, score }) => hours === undefined || (score as number) >= threshold))
    if (value !== undefined && (best === null || value > best.nab)) best = { threshold, nab: value }
  }
  return best
}

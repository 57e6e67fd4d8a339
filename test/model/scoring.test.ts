// The metrics of `score` agree with worked examples of those who published them, and rank detectors as their formulas say.

import { describe, expect, it } from 'vitest'
import { DAY, formatInstant, HOUR } from '../../engine/index.ts'
import { type Detection, detectionOf, scoreOf, Truth, windowsOf } from '../../model/scoring/index.ts'
import { nab, rawNab, STANDARD, scaledSigmoid } from '../../model/scoring/nab.ts'
import { pointQuality, rangeQuality } from '../../model/scoring/precision.ts'

/** Both ends are part of it, as the literature writes ranges. */
const ranges = (...list: [number, number][]) => list.map(([from, last]) => ({ from, to: last + 1 }))

/** Runs of ones. */
const runs = (labels: string) =>
  [...labels.matchAll(/1+/g)].map(({ index, 0: ones }) => ({ from: index, to: index + ones.length }))

describe('range-based precision and recall', () => {
  // The test cases of the toolkit aeon (metrics of Tatbul et al., cardinality one, flat bias, alpha 0).
  it.each([
    { detected: ranges([1, 4]), windows: ranges([2, 6]), precision: 0.75, recall: 0.6, f1: 0.666667 },
    { detected: ranges([1, 2], [7, 8]), windows: ranges([3, 4], [9, 10]), precision: 0, recall: 0, f1: 0 },
    { detected: ranges([1, 10]), windows: ranges([2, 3], [5, 6], [8, 9]), precision: 0.6, recall: 1, f1: 0.75 },
    { detected: ranges([1, 2]), windows: ranges([1, 1]), precision: 0.5, recall: 1, f1: 0.666667 },
  ])('are those that aeon publishes: $precision, $recall', ({ detected, windows, ...expected }) => {
    const quality = rangeQuality([{ windows, detected }], 'one')
    for (const [name, value] of Object.entries(expected))
      expect(quality[name as keyof typeof quality]).toBeCloseTo(value, 6)
  })

  it('count a window that is found in pieces by its pieces, as the reciprocal cardinality says', () => {
    const seen = { windows: ranges([0, 9]), detected: ranges([0, 1], [4, 5], [8, 8]) }
    expect(rangeQuality([seen]).recall).toBeCloseTo(0.5 / 3, 12)
    expect(rangeQuality([seen], 'one').recall).toBeCloseTo(0.5, 12)
    expect(rangeQuality([seen]).precision).toBe(1)
  })

  it('of ranges of one hour are the classical ones, as the paper proves', () => {
    const windows = ranges([1, 1], [5, 5], [9, 9], [13, 13])
    const detected = ranges([1, 1], [3, 3], [9, 9])
    expect(rangeQuality([{ windows, detected }])).toEqual(pointQuality([{ windows, detected }]))
    expect(pointQuality([{ windows, detected }])).toMatchObject({ precision: 2 / 3, recall: 1 / 2 })
  })
})

describe("NAB's score", () => {
  // The cases of NAB's own scorer_test.py, with its cost matrix and its sigmoids.
  const COSTS = { truePositive: 1.1, falsePositive: 0.11, falseNegative: 1.2 }
  const [LATE, EARLY] = [0.8482836399575131, 0.9866142981514305]
  it.each([
    ['without windows or detections', '0000000', '0000000', 0],
    ['of two false alarms', '00000', '01010', -2 * 0.11],
    ['of two missed windows', '0110110', '0000000', -2 * 1.2],
    ['of a late detection', '0110000', '0010000', (LATE * 1.1) / EARLY],
    ['of a late detection and a missed window', '0110110', '0010000', (LATE * 1.1) / EARLY - 1.2],
    ['of an early detection', '0000110', '0000100', 1.1],
    ['of two detections in a window', '0000110', '0000110', 1.1],
    ['of two windows', '0110110', '0010100', (LATE * 1.1) / EARLY + 1.1],
  ])('%s is what NAB expects', (_, windows, detected, expected) => {
    expect(rawNab({ windows: runs(windows), detected: runs(detected) }, COSTS)).toBeCloseTo(expected, 12)
  })

  it('has the sigmoid that NAB documents', () => {
    expect(scaledSigmoid(-1)).toBeCloseTo(0.98661, 5)
    expect(scaledSigmoid(-0.5)).toBeCloseTo(0.84828, 5)
    expect(scaledSigmoid(0)).toBe(0)
    expect(scaledSigmoid(1)).toBeCloseTo(-0.98661, 5)
    expect(scaledSigmoid(3)).toBe(-1)
  })

  it('forgives a false alarm soon behind a window', () => {
    const windows = runs('0001111100000000000000000000')
    const at = (hour: number) => rawNab({ windows, detected: [{ from: hour, to: hour + 1 }] })
    expect(at(0)).toBeCloseTo(-1 - STANDARD.falsePositive, 12)
    expect(at(8)).toBeGreaterThan(at(10))
    expect(at(20)).toBeCloseTo(-1 - STANDARD.falsePositive, 12)
  })

  it('of a random detector is what the formula says', () => {
    const [hours, share] = [400, 0.05]
    const windows = ranges([100, 119], [250, 269])
    let expected = 0
    for (const { from, to } of windows) {
      for (let hour = from; hour < to; hour++)
        expected += (1 - share) ** (hour - from) * share * (scaledSigmoid(-(to - hour) / (to - from)) / EARLY)
      expected -= (1 - share) ** (to - from)
    }
    for (let hour = 0; hour < hours; hour++) {
      if (windows.some(({ from, to }) => hour >= from && hour < to)) continue
      const last = windows.filter(({ to }) => to <= hour).at(-1)
      const position = last ? (hour - last.to + 1) / (last.to - last.from - 1) : 3
      expected += share * STANDARD.falsePositive * scaledSigmoid(position)
    }
    const tries = 4000
    const next = generator(7)
    let [sum, precision, recall] = [0, 0, 0]
    for (let one = 0; one < tries; one++) {
      const detected = Array.from({ length: hours }, (_, hour) => ({ from: hour, to: hour + 1 })).filter(
        () => next() < share,
      )
      sum += rawNab({ windows, detected })
      const quality = pointQuality([{ windows, detected }])
      precision += quality.precision
      recall += quality.recall
    }
    // Two thirds of all such means lie within 0.008 of what is expected.
    expect(Math.abs(sum / tries - expected)).toBeLessThan(0.05)
    expect(Math.abs(precision / tries - 40 / hours)).toBeLessThan(0.01)
    expect(Math.abs(recall / tries - share)).toBeLessThan(0.005)
  })
})

/** Numbers in [0, 1) by mulberry32: a test needs no better ones. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let word = Math.imul(state ^ (state >>> 15), 1 | state)
    word ^= word + Math.imul(word ^ (word >>> 7), 61 | word)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
}

const BEGIN = Date.UTC(2026, 0, 12)
const at = (hour: number) => formatInstant(BEGIN + hour * HOUR)

/** Labels of an outage in the west from hour 24 on for 6 hours, and of a burst of calls at hour 100. */
function truth(): Truth {
  const labels = new Truth()
  const lines = [
    {
      label: 'intervention',
      id: 'outage',
      kind: 'platform_outage',
      where: { region: 'west' },
      begin: at(24),
      end: at(30),
      effect_begin: at(24),
      effect_end: at(30),
    },
    {
      label: 'intervention',
      id: 'mix-up',
      kind: 'calls',
      where: {},
      begin: at(98),
      end: at(110),
      effect_begin: at(100),
      effect_end: at(104),
    },
    ...[24, 25, 26, 27, 28, 29].map((hour) => ({
      label: 'effect',
      series: 'sessions_started/west',
      at: at(hour),
      with: 0,
      without: 20,
    })),
    ...[100, 101, 102, 103].map((hour) => ({ label: 'effect', series: 'calls', at: at(hour), with: 30, without: 3 })),
    { label: 'event', change: 'removed', event_id: 'sess_1_1.started', was: {}, is: null, by: ['outage'] },
  ]
  for (const line of lines) labels.line(JSON.stringify(line))
  return labels
}

const detect = (...lines: object[]): Detection[] =>
  lines.map((line, index) => detectionOf(JSON.stringify(line), index + 1))

describe('a score', () => {
  it('is 1 for a perfect detector', () => {
    const { all, interventions } = scoreOf(
      truth(),
      detect(
        { series: 'sessions_started/west', begin: at(24), end: at(30) },
        { series: 'calls', begin: at(100), end: at(104) },
      ),
    )
    for (const one of [all, ...interventions]) {
      expect(one).toMatchObject({
        point: { precision: 1, recall: 1, f1: 1 },
        range: { precision: 1, recall: 1, f1: 1 },
      })
      expect(one).toMatchObject({ nab: 1, false_alarms: 0 })
    }
    expect(interventions.map((one) => one.delay_hours)).toEqual([0, 2])
  })

  it('is 0 for a silent detector', () => {
    for (const detections of [[], detect({ series: 'calls' }, { series: 'sessions_started/west' })]) {
      const { all, interventions } = scoreOf(truth(), detections)
      for (const one of [all, ...interventions]) {
        expect(one).toMatchObject({
          point: { precision: 0, recall: 0, f1: 0 },
          range: { precision: 0, recall: 0, f1: 0 },
        })
        expect(one).toMatchObject({ nab: 0, found: 0, delay_hours: null, false_alarms_a_week: 0 })
      }
      expect(all.windows).toBe(2)
    }
  })

  it('holds what was found of one intervention against no other', () => {
    const { all, interventions } = scoreOf(
      truth(),
      detect({ series: 'calls', at: at(101) }, { series: 'sessions_started/west' }),
    )
    expect(interventions.map(({ found, windows }) => [found, windows])).toEqual([
      [0, 1],
      [1, 1],
    ])
    expect(interventions[1]).toMatchObject({ delay_hours: 3, point: { precision: 1, recall: 0.25 } })
    expect(all).toMatchObject({ found: 1, windows: 2, delay_hours: 3 })
  })

  it('counts false alarms by the week that was watched', () => {
    const from = BEGIN / HOUR
    const { all } = scoreOf(
      truth(),
      detect({ series: 'calls', at: at(2) }, { series: 'calls', begin: at(50), end: at(53) }),
      { from, to: from + 2 * 7 * 24 },
    )
    expect(all).toMatchObject({ false_alarms: 2, false_alarms_a_week: 1 })
  })

  it('tells the threshold that serves a detector best', () => {
    const { best } = scoreOf(
      truth(),
      detect(
        { series: 'calls', at: at(100), score: 0.9 },
        { series: 'calls', at: at(10), score: 0.4 },
        { series: 'sessions_started/west', at: at(24), score: 0.8 },
      ),
    )
    expect(best).toEqual({ threshold: 0.8, nab: 1 })
  })

  it('of labels without interventions finds nothing to find', () => {
    expect(scoreOf(new Truth(), []).all).toMatchObject({ series: 0, windows: 0, nab: null })
    expect(scoreOf(new Truth(), detect({ series: 'calls', at: at(1) })).all).toMatchObject({
      false_alarms: 1,
      nab: null,
    })
  })
})

describe('a window', () => {
  const effects = (list: [hour: number, with_: number, without: number][]) =>
    list.map(([hour, with_, without]) => ({ at: BEGIN + hour * HOUR, with: with_, without }))
  const hours = (list: [number, number, number][]) =>
    windowsOf(effects(list)).map(({ from, to }) => [from - BEGIN / HOUR, to - BEGIN / HOUR])

  it('covers the hours of an outage', () => {
    expect(hours([10, 11, 12].map((hour) => [hour, 0, 12]))).toEqual([[10, 13]])
  })

  it('is not where chance moves a session here and there', () => {
    expect(hours(Array.from({ length: 200 }, (_, hour) => [hour, 5 + (hour % 2), 5 + ((hour + 1) % 2)]))).toEqual([])
  })

  it('begins late where a decline is slow', () => {
    const [window] = hours(
      Array.from({ length: 40 * 24 }, (_, hour) => [hour, Math.round(20 - (20 * 0.2 * hour) / (40 * 24)), 20]),
    )
    expect(window?.[0]).toBeGreaterThan((10 * DAY) / HOUR)
    expect(window?.[1]).toBeGreaterThan((35 * DAY) / HOUR)
  })
})

describe('what is no label or detection', () => {
  it.each([
    ['{"series": ""}', 'line 3: series'],
    ['{"series": "calls", "at": "noon"}', 'line 3: at: an instant'],
    ['{"series": "calls", "begin": "2026-01-05T02:00Z", "end": "2026-01-05T01:00Z"}', 'line 3: end: after begin'],
    ['{"series": "calls", "at": "2026-01-05", "begin": "2026-01-05"}', 'line 3: at, or begin and end'],
    ['{"series": "calls", "at": "2026-01-05", "score": "high"}', 'line 3: score: a number'],
    ['{"series": "calls", "begin": "1900-01-05", "end": "2026-01-05"}', 'line 3: end: within'],
    ['[]', 'line 3: an object'],
    ['nonsense', 'line 3: a line of JSON'],
  ])('is refused with its line: %s', (line, message) => {
    expect(() => detectionOf(line, 3)).toThrow(message)
  })

  it('is refused among labels', () => {
    expect(() => new Truth().line('{"label": "effekt"}')).toThrow('labels effekt: line 1: label')
  })
})

it('has no score where there is no window', () => {
  expect(nab([{ windows: [], detected: ranges([1, 2]) }])).toBeUndefined()
})

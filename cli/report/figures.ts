// A report as data: what `report --json` prints, named as the project's other figures are.

import { differencesOf, type Shown, verdictOf } from './verdict.ts'

/** @param most differences that are told */
export function figuresOf(shown: readonly Shown[], most: number): object {
  const [first, against] = shown
  if (!first) return {}
  const differences = differencesOf(first, against, most).map(({ row, subject, said, size }) => ({
    row,
    subject,
    said: said.replaceAll('\u00a0', ' '),
    tolerances: Number(size.toFixed(2)),
  }))
  return { ...streamFigures(first), ...(against ? { against: streamFigures(against) } : {}), differences }
}

function streamFigures(shown: Shown): object {
  const { name, reading, checked } = shown
  const { eventsByType, ...stream } = reading.stream
  const { weekHours, ...series } = reading.series
  const { words, within, judged, unjudged } = verdictOf(shown)
  return {
    file: name,
    ...stream,
    events_by_type: eventsByType,
    verdict: words.toLowerCase(),
    rows_within: within,
    rows_judged: judged,
    rows_unjudged: unjudged,
    contradictions: checked.violations,
    contradictions_by_rule: checked.violationsByRule,
    rows: reading.rows,
    series: { week_hours: weekHours, ...series },
  }
}

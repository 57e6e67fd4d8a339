// Labels of built-in scenarios, undone, are the twin: three scenarios on five seeds, byte for byte.

import { describe, expect, it } from 'vitest'
import { builtIn } from '../../model/index.ts'
import { told, undone } from '../model/labels.ts'

/** Long enough for each to have begun; the last is of three interventions. */
const DAYS = { 'exam-rush': 18, 'platform-outage': 14, 'summer-dip': 25 }

describe.each(Object.entries(DAYS))('labels of %s', (name, days) => {
  it.each(['a', 'b', 'c', 'd', 'e'])('on seed %s lead back to the world without it', (seed) => {
    const { stream, twin, labels } = told(seed, builtIn(name)?.interventions ?? [], days)
    expect(labels.length).toBeGreaterThan(0)
    const text = (events: readonly object[]): string => events.map((event) => JSON.stringify(event)).join('\n')
    expect(text(undone(stream, labels)) === text(twin)).toBe(true)
  })
})

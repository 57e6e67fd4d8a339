// Whether a deployment is as large as its choices make it, by the model's own figures; what does not fit is refused.

import { describe, expect, it } from 'vitest'
import { BUSY, STUDENTS_AN_EVENT_A_MINUTE, STUDENTS_MAX, simulatorMemoryMebibytes } from '../../infra/capacity.ts'
import { deploymentFrom } from '../../infra/deployment.ts'
import { DeploymentError } from '../../infra/deployment-error.ts'
import { createWorld, SettingsError, settingsFrom } from '../../model/index.ts'
import { ENDPOINT } from './synthesis.ts'

const MONTHS = Array.from({ length: 12 }, (_, month) => `2026-${String(month + 1).padStart(2, '0')}-05T00:00:00Z`)

describe('the figures', () => {
  it('have the model’s own bound of students, which a function can hold', () => {
    expect(() => settingsFrom({ students: STUDENTS_MAX })).not.toThrow()
    expect(() => settingsFrom({ students: STUDENTS_MAX + 1 })).toThrow(SettingsError)
    expect(simulatorMemoryMebibytes(STUDENTS_MAX)).toBeLessThanOrEqual(10_240)
  })

  it('have the students that the model takes for a rate, in the month in which those are most', () => {
    const students = MONTHS.map((start) => settingsFrom({ rate: 1000, tick: '1m', start }).students / 1000)
    expect(STUDENTS_AN_EVENT_A_MINUTE.most).toBeGreaterThanOrEqual(Math.max(...students))
    expect(STUDENTS_AN_EVENT_A_MINUTE.most).toBeLessThan(1.01 * Math.max(...students))
    expect(STUDENTS_AN_EVENT_A_MINUTE.mean).toBeGreaterThan(Math.min(...students))
  })

  it('have the busiest hour and day of a year, for a world that was born in its quietest month', () => {
    const students = 1500
    const mean = students / STUDENTS_AN_EVENT_A_MINUTE.most
    const counts = { hour: new Map<string, number>(), day: new Map<string, number>() }
    for (const { payload } of createWorld({ students, start: '2026-05-04T00:00:00Z' }).run('7d'))
      for (const [map, length] of [
        [counts.hour, 13],
        [counts.day, 10],
      ] as const) {
        const span = payload.timestamp.slice(0, length)
        map.set(span, (map.get(span) ?? 0) + 1)
      }
    const busiest = (map: Map<string, number>, minutes: number) => Math.max(...map.values()) / (mean * minutes)
    expect(busiest(counts.hour, 60)).toBeLessThan(BUSY.hour)
    expect(busiest(counts.hour, 60)).toBeGreaterThan(0.6 * BUSY.hour)
    expect(busiest(counts.day, 1440)).toBeLessThan(BUSY.day)
    expect(busiest(counts.day, 1440)).toBeGreaterThan(0.6 * BUSY.day)
  })
})

describe('a deployment', () => {
  it.each([
    [
      { streams: '1000', eventsPerRun: '100' },
      '-c streams x eventsPerRun 1000 x 100: up to 254000000 students at a tick of 1m, and a world has 10000000 at the most: take fewer events, or a longer tick',
    ],
    [{ streams: '1000', eventsPerRun: '100', shards: '5' }, /^-c streams x eventsPerRun 1000 x 100: up to 254000000 /],
    [{ streams: '100', eventsPerRun: '20', tick: '1s' }, /^-c streams x eventsPerRun 100 x 20: up to 304800000 /],
    [{ streams: '1', eventsPerRun: '10000' }, /^-c streams x eventsPerRun 1 x 10000: up to 25400000 students/],
    [{ students: '10000001' }, '-c students 10000001: must be a whole number from 1 to 10000000'],
    [{ students: '999999999' }, '-c students 999999999: must be a whole number from 1 to 10000000'],
    [
      { students: '9000000', tick: '1d' },
      '-c students 9000000: 7845036 events are due in a run, and a run posts at most 1200000 in the 60 s that it has: take fewer events, or a shorter rate',
    ],
    [
      { ingest: 'true', rate: 'rate(7 days)' },
      '-c rate rate(7 days): 5040000 events are due in a run, and the ingestion API takes at most 2760000 in the 276 s that it has: take fewer events, or a shorter rate',
    ],
    [
      { streams: '1', eventsPerRun: '200', rate: 'rate(1 day)' },
      /^-c rate rate\(1 day\): 288000 .* 1 streams post at most 138000 /,
    ],
  ])('of %o is refused in one line', (context, message) => {
    const asked = 'ingest' in context ? context : { ...ENDPOINT, ...context }
    expect(() => deploymentFrom(asked)).toThrow(DeploymentError)
    expect(() => deploymentFrom(asked)).toThrow(message)
  })

  it.each([
    {},
    { streams: '100', eventsPerRun: '20' },
    { streams: '1000', eventsPerRun: '1000', tick: '6h' },
    { students: '10000000' },
    { rate: 'rate(1 day)' },
    { rate: 'rate(7 days)' },
    { ingest: 'true', rate: 'rate(1 day)' },
    { ingest: 'true', rate: 'rate(7 days)', ingestBatch: '100' },
    { streams: '1', eventsPerRun: '200', rate: 'rate(1 day)', ingestBatch: '10' },
    { ingest: 'true', streams: '1000', eventsPerRun: '10', tick: '1h' },
  ])('of %o is not', (context) => {
    expect(() => deploymentFrom('ingest' in context ? context : { ...ENDPOINT, ...context })).not.toThrow()
  })
})

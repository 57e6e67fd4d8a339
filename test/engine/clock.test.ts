// Simulated time against the language's own Date, and texts that are read back as they were written.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  civilDate,
  DAY,
  dayNumber,
  dayOfDate,
  formatDuration,
  formatInstant,
  HOUR,
  MINUTE,
  parseDuration,
  parseInstant,
  parseTimestamp,
  SECOND,
  TIMESTAMP,
  WEEK,
  weekday,
} from '../../engine/kernel/clock.ts'

const YEAR_2201 = Date.UTC(2201, 0, 1)
const instant = fc.oneof(
  fc.nat(YEAR_2201),
  fc.tuple(fc.nat(YEAR_2201 / DAY - 1), fc.integer({ min: -1, max: 1 })).map(([day, off]) => (day + 1) * DAY + off),
)

describe('a day', () => {
  it('has the date and the weekday of Date, from 1970 to 2200, and is found back by its date', () => {
    for (let day = 0; day < YEAR_2201 / DAY; day++) {
      const date = new Date(day * DAY)
      const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
      // One assertion a day would take seconds.
      const { year, month, day: dayOfMonth } = civilDate(day)
      const same = year === civil.year && month === civil.month && dayOfMonth === civil.day
      if (!same || dayOfDate(civil) !== day || weekday(day) !== (date.getUTCDay() + 6) % 7)
        expect([civilDate(day), dayOfDate(civil), weekday(day)]).toEqual([civil, day, (date.getUTCDay() + 6) % 7])
    }
  })

  it('begins at midnight', () => {
    return fc.assert(
      fc.property(instant, (at) => {
        const start = dayNumber(at) * DAY
        expect(start).toBeLessThanOrEqual(at)
        expect(start + DAY).toBeGreaterThan(at)
      }),
    )
  })
})

describe('an instant', () => {
  it('is written as Date writes it, and read back', () => {
    return fc.assert(
      fc.property(instant, (at) => {
        const text = formatInstant(at)
        expect(text).toBe(new Date(at).toISOString())
        expect(parseInstant(text)).toBe(at)
        expect(parseTimestamp(text)).toBe(at)
        expect(text).toMatch(TIMESTAMP)
        if (at % SECOND === 0) expect(parseInstant(text.replace('.000Z', 'Z'))).toBe(at)
        if (at % MINUTE === 0) expect(parseInstant(text.replace(':00.000Z', 'Z'))).toBe(at)
        if (at % DAY === 0) expect(parseInstant(text.slice(0, 10))).toBe(at)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['2026-01-05', Date.UTC(2026, 0, 5)],
    ['2026-01-05T13:45Z', Date.UTC(2026, 0, 5, 13, 45)],
    ['2026-01-05T13:45:06Z', Date.UTC(2026, 0, 5, 13, 45, 6)],
    ['2026-01-05T13:45:06.789Z', Date.UTC(2026, 0, 5, 13, 45, 6, 789)],
    ['2026-01-05T00:00:00+02:00', Date.UTC(2026, 0, 4, 22)],
    ['2026-01-05T00:00-05:30', Date.UTC(2026, 0, 5, 5, 30)],
    ['2026-01-05T00:00:00.000+00:00', Date.UTC(2026, 0, 5)],
    ['2000-02-29', Date.UTC(2000, 1, 29)],
    ['1970-01-01', 0],
  ])('is read from %s', (text, at) => {
    expect(parseInstant(text)).toBe(at)
  })

  it.each([
    '',
    'now',
    '2026',
    '2026-01',
    '2026-1-5',
    '26-01-05',
    '2026/01/05',
    '2026-01-05T00:00:00+0200',
    '2026-01-05T00:00:00+15:00',
    '2026-01-05T00:00:00+02:60',
    '2026-01-05+02:00',
    '2026-00-05',
    '2026-13-05',
    '2026-01-00',
    '2026-01-32',
    '2026-02-29',
    '2026-04-31',
    '2100-02-29',
    '2026-01-05T',
    '2026-01-05T00:00:00',
    '2026-01-05 00:00:00Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T00:60:00Z',
    '2026-01-05T00:00:60Z',
    '2026-01-05T00:00:00.0Z',
    '2026-01-05T00:00:00.0000Z',
    ' 2026-01-05',
    '2026-01-05\n',
    '0000-01-01',
    '0000-01-01T00:00Z',
  ])('is not read from %j', (text) => {
    expect(parseInstant(text)).toBeUndefined()
    expect(parseTimestamp(text)).toBeNaN()
  })

  it.each([
    '2026-01-05',
    '2026-01-05T00:00Z',
    '2026-01-05T00:00:00Z',
    '2026-01-05T00:00:00.000',
    '2026-01-05t00:00:00.000z',
    '2026-01-05T00:00:00,000Z',
    '2026-01-05T00:00:0x.000Z',
    '2026-01-05T00:00:00.000+00:00',
    '+2026-01-05T00:00:00.000Z',
    '2026-02-29T00:00:00.000Z',
    '1900-02-29T00:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-00-05T00:00:00.000Z',
    '2026-01-05T24:00:00.000Z',
    '2026-01-05T00:60:00.000Z',
    '2026-01-05T00:00:60.000Z',
    '2026-02-30T00:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '0000-02-29T00:00:00.000Z',
    '2026-01-05T00:00:00.000Z\n',
    '٢٠٢٦-01-05T00:00:00.000Z',
  ])('is no timestamp as %j', (text) => {
    expect(parseTimestamp(text)).toBeNaN()
    expect(text).not.toMatch(TIMESTAMP)
  })
})

describe('a day of the calendar', () => {
  it('is one to the parser, to the pattern and to Date alike, in all years from 0 to 9999', () => {
    const two = (number: number): string => String(number).padStart(2, '0')
    for (let year = 0; year <= 9999; year++) {
      for (let month = 0; month <= 13; month++) {
        for (const day of [0, 1, 28, 29, 30, 31, 32]) {
          const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T00:00:00.000Z`
          const date = new Date(text)
          // Date takes 30 February for 2 March.
          const is = year > 0 && !Number.isNaN(date.getTime()) && date.toISOString() === text
          if (!Number.isNaN(parseTimestamp(text)) !== is || TIMESTAMP.test(text) !== is)
            expect([text, parseTimestamp(text), TIMESTAMP.test(text)]).toEqual([text, is, is])
        }
      }
    }
  })

  it.each(['23:59:59.999', '24:00:00.000', '00:60:00.000', '00:00:60.000', '29:00:00.000'])(
    'has the time %s to both or to neither',
    (time) => {
      const text = `2024-02-29T${time}Z`
      expect(TIMESTAMP.test(text)).toBe(!Number.isNaN(parseTimestamp(text)))
    },
  )
})

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['90s', 90 * SECOND],
    ['15m', 15 * MINUTE],
    ['1h', HOUR],
    ['30d', 30 * DAY],
    ['2w', 2 * WEEK],
    ['0s', 0],
    ['007m', 7 * MINUTE],
  ])('is read from %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  it.each([
    '',
    '5',
    'm',
    '1.5h',
    '-1h',
    '+1h',
    '1 h',
    '1H',
    '1h30m',
    '1y',
    '1e3s',
    ' 1h',
    '1h\n',
    '9007199254740992ms',
    '999999999w',
    '12345678901234567890s',
  ])('is not read from %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })

  it('is written in the largest unit that divides it', () => {
    const texts = [0, 1, 1500, 90 * SECOND, 60 * MINUTE, 36 * HOUR, 24 * HOUR, 3 * WEEK].map(formatDuration)
    expect(texts).toEqual(['0d', '1ms', '1500ms', '90s', '1h', '36h', '1d', '21d'])
  })

  it('is read back as it was written', () => {
    const unit = fc.constantFrom(1, SECOND, MINUTE, HOUR, DAY, WEEK)
    return fc.assert(
      fc.property(fc.oneof(fc.nat(14_000_000), fc.maxSafeNat()), unit, (count, milliseconds) => {
        const duration = Number.isSafeInteger(count * milliseconds) ? count * milliseconds : count
        expect(parseDuration(formatDuration(duration))).toBe(duration)
      }),
    )
  })
})

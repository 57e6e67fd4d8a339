// Clocks on the wall of each zone, held against the time zone database that Node brings.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../engine/index.ts'
import { TIMEZONES } from '../../model/events/index.ts'
import { instantAt, localAt, offsetAt, timezoneOf, Zone } from '../../model/events/localtime.ts'

const PLACES: Record<keyof typeof Zone, string> = {
  eastern: 'America/New_York',
  central: 'America/Chicago',
  mountain: 'America/Denver',
  pacific: 'America/Los_Angeles',
  arizona: 'America/Phoenix',
}
const zones = Object.keys(Zone) as (keyof typeof Zone)[]
/** All years in which a world can begin. */
const anyInstant = fc.integer({ min: Date.UTC(2003, 0, 1), max: Date.UTC(2099, 11, 31) })

/** Local time by the database, to the minute. */
function clockOf(place: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: place, hourCycle: 'h23', year: 'numeric', month: 'numeric' },
    ...{ day: 'numeric', hour: 'numeric', minute: 'numeric' },
  })
  return (instant) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute)
  }
}

describe.each(zones)('the clocks of the %s zone', (name) => {
  const zone = Zone[name]
  const clock = clockOf(PLACES[name])

  it('show what the time zone database says, in every year', () => {
    return fc.assert(
      fc.property(anyInstant, (instant) => {
        const minute = Math.floor(instant / MINUTE) * MINUTE
        expect(localAt(zone, minute)).toBe(clock(minute))
      }),
      { numRuns: 2000, seed: 1 },
    )
  })

  it('change in the same hours as there', () => {
    for (const year of [2003, 2006, 2007, 2026, 2027, 2099])
      for (let instant = Date.UTC(year, 0, 1); instant < Date.UTC(year + 1, 0, 1); instant += 30 * MINUTE)
        if (localAt(zone, instant) !== clock(instant)) expect.fail(`${name}, ${new Date(instant).toISOString()}`)
  })

  it('lead back to the instant, but for the hour that comes twice', () => {
    return fc.assert(
      fc.property(anyInstant, (instant) => {
        const back = instantAt(zone, localAt(zone, instant))
        expect([instant, instant - HOUR]).toContain(back)
        expect(localAt(zone, back)).toBe(localAt(zone, instant))
      }),
      { numRuns: 2000, seed: 2 },
    )
  })
})

it('four o’clock stays four o’clock in March and November', () => {
  const four = (month: number, day: number): number => Date.UTC(2026, month - 1, day, 16)
  const utcHours = [four(3, 7), four(3, 8), four(10, 31), four(11, 1)].map((local) =>
    new Date(instantAt(Zone.eastern, local)).getUTCHours(),
  )
  expect(utcHours).toEqual([21, 20, 20, 21])
})

it('of the hour that comes twice the first is meant; one that is left out counts on', () => {
  const inUtc = (local: number): string => new Date(instantAt(Zone.eastern, local)).toISOString()
  expect(inUtc(Date.UTC(2026, 10, 1, 1, 30))).toBe('2026-11-01T05:30:00.000Z')
  expect(inUtc(Date.UTC(2026, 2, 8, 2, 30))).toBe('2026-03-08T07:30:00.000Z')
})

it('the zones keep their names in summer, and Arizona is told as MST', () => {
  expect(zones.map((name) => TIMEZONES[timezoneOf(Zone[name])])).toEqual(['EST', 'CST', 'MST', 'PST', 'MST'])
  expect(offsetAt(Zone.arizona, Date.UTC(2026, 6, 1))).toBe(-7 * HOUR)
})

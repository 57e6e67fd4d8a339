// The weeks of tutors: hours that stay about the same, rests, illness and holidays, and when they are told.

import { describe, expect, it } from 'vitest'
import { DAY, HOUR, WEEK } from '../../engine/index.ts'
import { localAt } from '../../model/events/localtime.ts'
import { RESERVED_SLACK } from '../../model/rules/tutorweek.ts'
import { DUTIES, isOnDuty } from '../../model/settings/duty.ts'
import { standardFigures } from '../../model/settings/figures.ts'
import { hourOfWeek, worksAt } from '../../model/state/duty.ts'
import { Kind, type RegionState } from '../../model/state/region.ts'
import { settingsFrom } from '../../model/state/settings.ts'
import { TutorState } from '../../model/state/tables.ts'
import {
  bornRegion,
  countOf,
  givenMarket,
  givenRegion,
  givenTutors,
  happen,
  meanOf,
  NOON,
  payloadsOf,
} from './given.ts'

const USUAL = standardFigures.tutors.usualSupply[0]

/** What a tutor offers in each of so many weeks in which demand is as ever. */
function weeksOf(region: RegionState, row: number, weeks: number): number[] {
  const offered: number[] = []
  for (let now = NOON; offered.length < weeks && now > 0; now = region.tutor.at(row).weekDue) {
    givenMarket(region, USUAL)
    happen(region, Kind.tutorWeek, row, now)
    if (region.tutor.at(row).state === TutorState.gone) break
    offered.push(region.tutor.hours)
  }
  return offered
}

describe('a tutor’s week', () => {
  const region = givenRegion()
  const lives = givenTutors(region, 300).map((row) => weeksOf(region, row, 26))
  const teaching = lives.filter((life) => life.length === 26 && life.every((hours) => hours > 0))

  it('is mostly as the one before', () => {
    const changes = teaching.flatMap((life) => life.slice(1).map((hours, week) => hours / (life[week] as number) - 1))
    expect(countOf(changes, (change) => change === 0) / changes.length).toBeGreaterThan(0.4)
    expect(countOf(changes, (change) => Math.abs(change) > 0.25) / changes.length).toBeLessThan(0.2)
    expect(countOf(changes, (change) => Math.abs(change) > 0.25)).toBeGreaterThan(50)
  })

  it('drifts from what it was, and stays the tutor’s own', () => {
    const apart = (weeks: number): number =>
      meanOf(
        teaching.flatMap((life) => life.slice(weeks).map((hours, week) => Math.abs(hours - (life[week] as number)))),
      )
    expect(apart(12)).toBeGreaterThan(1.2 * apart(1))
    const means = teaching.map(meanOf)
    for (const mean of means) expect(Math.abs(mean / 15 - 1)).toBeLessThan(0.5)
  })

  it('has no hours for weeks on end, now and then', () => {
    const resting = countOf(lives, (life) => /(0,){4}/.test(`${life.join()},`))
    expect(resting).toBeGreaterThan(20)
    expect(resting).toBeLessThan(200)
  })

  it('offers at least what is reserved', () => {
    const region = givenRegion()
    for (const row of givenTutors(region, 100, { usualHours: 500, standingHours: 5 })) {
      for (let lesson = 0; lesson < 10; lesson++) region.reservations.reserve(row, lesson * 600, 60)
      givenMarket(region, USUAL)
      happen(region, Kind.tutorWeek, row)
      const { hours, restWeeks, state } = region.tutor.at(row)
      if (restWeeks === 0 && state === TutorState.active)
        expect(hours).toBeGreaterThanOrEqual(10 + RESERVED_SLACK.hours)
    }
  })

  it('follows demand once it is noticed', () => {
    const region = givenRegion()
    const [little, much] = [1 + standardFigures.tutors.habit.noticed.share / 2, 1.3].map((demand) => {
      const rows = givenTutors(region, 400)
      return countOf(rows, (row) => {
        givenMarket(region, USUAL / demand)
        happen(region, Kind.tutorWeek, row)
        return region.tutor.at(row).standingHours > 15
      })
    }) as [number, number]
    expect(little).toBeLessThan(40)
    expect(much).toBeGreaterThan(360)
  })
})

describe('availability is told', () => {
  const settings = settingsFrom({ seed: 'told', students: 1500, warmup: '0d', start: '2025-10-01' })
  const region = bornRegion(settings, 1)
  region.world.run(settings.start + 120 * DAY)
  const told = new Map<string, { at: number; hours: number }[]>()
  for (const { tutor_id, timestamp, available_hours_this_week: hours } of payloadsOf(
    region,
    'tutor_availability_updated',
  ))
    told.set(tutor_id, [...(told.get(tutor_id) ?? []), { at: Date.parse(timestamp), hours }])
  const gaps = [...told.values()].flatMap((updates) =>
    updates.slice(1).map(({ at, hours }, index) => {
      const before = updates[index] as { at: number; hours: number }
      return { gap: at - before.at, changed: hours !== before.hours }
    }),
  )

  it('when it changes, now and then when it does not, and in any month', () => {
    expect(gaps.length).toBeGreaterThan(300)
    for (const { gap } of gaps) expect(gap).toBeLessThan(30 * DAY)
    expect(countOf(gaps, ({ changed }) => changed) / gaps.length).toBeGreaterThan(0.3)
    expect(countOf(gaps, ({ changed }) => !changed) / gaps.length).toBeGreaterThan(0.1)
  })

  it('at no exact intervals', () => {
    expect(countOf(gaps, ({ gap }) => Math.abs(gap - WEEK) < 12 * HOUR) / gaps.length).toBeLessThan(0.5)
  })

  it('by those who fall ill, in the midst of their week; who is away takes no sessions', () => {
    expect(countOf(gaps, ({ gap, changed }) => changed && gap < 5 * DAY)).toBeGreaterThan(5)
    let away = 0
    const { now } = region.world
    for (let row = 0; row < region.tutors.count; row++) {
      const { number, zone, minutesLeft, state, hours } = region.tutor.at(row)
      const local = localAt(zone, now)
      const absence = region.shocks.absence(region.given.tutors, number, Math.floor(local / DAY))
      if (!absence || (state !== TutorState.active && state !== TutorState.leaving)) continue
      away++
      // Who falls ill today says so in the morning.
      if (absence.from < Math.floor(local / DAY)) expect(minutesLeft).toBe(0)
      expect(hours).toBeLessThanOrEqual(40)
    }
    expect(away).toBeGreaterThan(1)
  })
})

describe('a window', () => {
  it('is of evenings for most, and closed at night for all', () => {
    const region = givenRegion()
    const [row] = givenTutors(region, 1) as [number]
    const open = Array.from({ length: 168 }, (_, hour) =>
      meanOf(
        Array.from({ length: 1000 }, (_, place) => {
          region.tutor.edit(row).duty = standardFigures.tutors.duty.pick(
            Math.floor(((place + 0.5) / 1000) * 0x1_0000_0000),
          )
          return isOnDuty(region.tutor.duty, hour) ? 1 : 0
        }),
      ),
    )
    for (let day = 0; day < 7; day++) {
      for (let hour = 0; hour < 8; hour++) expect(open[24 * day + hour]).toBe(0)
      expect(open[24 * day + 18]).toBeGreaterThan(day === 5 ? 0.3 : 0.5)
    }
    for (let day = 0; day < 5; day++) expect(open[24 * day + 10]).toBeLessThan(0.5)
  })

  it('is on the clock of the wall, in summer and in winter', () => {
    const region = givenRegion()
    const [row] = givenTutors(region, 1, { duty: DUTIES.findIndex(({ weekdays }) => weekdays[0] === 15) }) as [number]
    for (const day of ['2026-01-20', '2026-07-21']) {
      const opens = Array.from({ length: 24 }, (_, hour) => Date.parse(`${day}T00:00:00Z`) + hour * HOUR).filter(
        (instant) =>
          worksAt(region.tutor.at(row), standardFigures.clock, instant) &&
          !worksAt(region.tutor, standardFigures.clock, instant - HOUR),
      )
      expect(opens.map((instant) => hourOfWeek(localAt(region.tutor.zone, instant)) % 24)).toEqual([15])
    }
  })

  it('holds all of the hours on offer', () => {
    for (let duty = 0; duty < DUTIES.length; duty++) {
      const shares = Array.from(
        { length: 168 },
        (_, hour) => standardFigures.tutors.sharesOfWeek[duty * 168 + hour] as number,
      )
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
      expect(Math.min(...shares)).toBe(0)
    }
  })
})

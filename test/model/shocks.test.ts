// What hits many at once: it has an identity, it is the same whatever one asked before, lessons, failures and calls follow it,
// and a world of shocks off has none.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, dayNumber, HOUR, Random, worldKey } from '../../engine/index.ts'
import { REGIONS, SUBJECTS } from '../../model/events/index.ts'
import { createWorld } from '../../model/index.ts'
import { standardFigures } from '../../model/settings/figures.ts'
import { absenceOn } from '../../model/state/absences.ts'
import type { Shock } from '../../model/state/shock.ts'
import { Shocks } from '../../model/state/shocks.ts'
import { Outcome } from '../../model/state/tables.ts'
import { expectFrequency } from './given.ts'

const SEED = 'shocks'
const FROM = Date.UTC(2026, 0, 1)
const UNTIL = Date.UTC(2036, 0, 1)
const of = (region: number, seed = SEED): Shocks => new Shocks(region, worldKey(seed), standardFigures, false)
const all = REGIONS.map((_, region) => of(region).between(FROM, UNTIL))
const ofKind = (kind: Shock['kind'], region = 0): Shock[] => (all[region] as Shock[]).filter((one) => one.kind === kind)
const middle = ({ begin, end }: Shock): number => begin + (end - begin) / 2
/** Whether nothing else of these kinds is felt then. */
const isAlone = (shock: Shock, region: number, ...kinds: Shock['kind'][]): boolean =>
  of(region)
    .between(shock.begin - 2 * DAY, shock.end + 2 * DAY)
    .every(({ id, kind }) => id === shock.id || !kinds.includes(kind))

describe('shocks', () => {
  it('of every kind come in ten years, in every region', () => {
    for (const [region, shocks] of all.entries())
      expect([...new Set(shocks.map(({ kind }) => kind))].sort(), REGIONS[region]).toEqual([
        ...[
          'outage',
          'price_change',
          'release',
          'report_cards',
          'tests',
          'tutors_drawn_away',
          'weather',
          'winter_illness',
        ],
      ])
  })

  it('have an id each', () => {
    const ids = all.flatMap((shocks, region) => shocks.filter(({ place }) => region === 0 || place !== 'platform'))
    expect(new Set(ids.map(({ id }) => id)).size).toBe(ids.length)
  })

  it('of the platform are the same in every region', () => {
    const ofPlatform = all.map((shocks) => shocks.filter(({ place }) => place === 'platform'))
    for (const shocks of ofPlatform) expect(shocks).toEqual(ofPlatform[0])
  })

  it('are the same whatever span is asked for', () => {
    const instant = fc.integer({ min: FROM, max: UNTIL - 1 })
    return fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 200 * DAY }), fc.nat({ max: 4 }), (from, length, region) => {
        const until = Math.min(UNTIL, from + length)
        const expected = (all[region] as Shock[]).filter(({ begin, end }) => begin < until && end > from)
        expect(of(region).between(from, until)).toEqual(expected)
      }),
      { numRuns: 100, seed: 1 },
    )
  })

  it('leave the same marks whatever was asked before', () => {
    const instant = fc.integer({ min: FROM, max: UNTIL })
    const marks = (shocks: Shocks, now: number): number[] => [
      ...Object.values(Outcome).map((outcome) => shocks.failures(outcome, now)),
      ...[shocks.ratings(now), shocks.technicalCalls(now), shocks.priceCalls(now), shocks.leaving(now)],
      shocks.lessons(dayNumber(now)),
    ]
    return fc.assert(
      fc.property(instant, instant, fc.nat({ max: 4 }), (now, before, region) => {
        const asked = of(region)
        marks(asked, before)
        expect(marks(asked, now)).toEqual(marks(of(region), now))
      }),
      { numRuns: 200, seed: 2 },
    )
  })

  it('are others in another world', () => {
    expect(of(0, 'another').between(FROM, UNTIL)).not.toEqual(all[0])
  })
})

describe('lessons', () => {
  it('fall out in bad weather, by its size', () => {
    const calm = ['weather', 'winter_illness', 'report_cards'] as const
    let seen = 0
    for (const region of REGIONS.keys())
      for (const storm of ofKind('weather', region).filter((one) => isAlone(one, region, ...calm))) {
        expect(of(region).lessons(dayNumber(middle(storm)))).toBeCloseTo(1 - storm.size)
        seen++
      }
    expect(seen).toBeGreaterThan(20)
  })

  it('fall out in a wave of illness, most at its peak', () => {
    for (const region of REGIONS.keys())
      for (const wave of ofKind('winter_illness', region)) {
        const days = Array.from({ length: Math.floor((wave.end - wave.begin) / DAY) }, (_, day) =>
          of(region).lessons(dayNumber(wave.begin + day * DAY + DAY / 2)),
        )
        expect(Math.min(...days)).toBeLessThanOrEqual(1 - wave.size + 0.001)
      }
  })

  it('in a subject are more where it has tests, in that week and region', () => {
    const [tests] = ofKind('tests', 2) as [Shock]
    const subject = SUBJECTS.findIndex((name) => tests.name.endsWith(name))
    const day = dayNumber(middle(tests))
    expect(of(2).tests(subject, day)).toBeCloseTo(1 + tests.size)
    const others = ofKind('tests', 2).filter(
      ({ name, begin }) => name === tests.name && begin === tests.begin + 7 * DAY,
    )
    if (others.length === 0) expect(of(2).tests(subject, day + 7)).toBe(1)
  })

  it('are more when grades come home', () => {
    const others = ['weather', 'winter_illness'] as const
    const reports = ofKind('report_cards').filter((one) => isAlone(one, 0, ...others))
    expect(reports.length).toBeGreaterThan(2)
    for (const report of reports) expect(of(0).lessons(dayNumber(middle(report)))).toBeCloseTo(1 + report.size)
  })
})

describe('failures', () => {
  it('of technology are more after a bad release, until it is mended, and bring more calls', () => {
    const releases = ofKind('release').filter((one) =>
      isAlone(one, 0, 'outage', 'weather', 'release', 'winter_illness'),
    )
    expect(releases.length).toBeGreaterThan(2)
    for (const release of releases) {
      const shocks = of(0)
      expect(shocks.failures(Outcome.technical, middle(release))).toBeCloseTo(release.size)
      expect(shocks.failures(Outcome.studentNoShow, middle(release))).toBe(1)
      expect(shocks.technicalCalls(middle(release))).toBe(standardFigures.shocks.release.calls)
      expect(shocks.failures(Outcome.technical, release.end + 1)).toBe(1)
    }
  })

  it('of students are more in a wave of illness', () => {
    const [wave] = ofKind('winter_illness') as [Shock]
    expect(of(0).failures(Outcome.studentNoShow, middle(wave))).toBeGreaterThan(1.2)
    expect(of(0).failures(Outcome.tutorNoShow, middle(wave))).toBeLessThan(6)
  })
})

it('a change of price brings calls about bills for two weeks, and some leave', () => {
  const [change] = ofKind('price_change') as [Shock]
  const shocks = of(0)
  expect(shocks.priceCalls(change.begin + HOUR)).toBeGreaterThan(0.01)
  expect(shocks.leaving(change.begin + HOUR)).toBeGreaterThan(1)
  expect(shocks.priceCalls(change.begin - HOUR)).toBe(0)
  expect(shocks.leaving(change.end + HOUR)).toBe(1)
})

describe('a tutor', () => {
  const random = new Random(worldKey(SEED))
  const DAYS = 3640
  const first = dayNumber(FROM)

  it('is away as long on whichever day of it one asks', () => {
    let away = 0
    for (let day = first; day < first + DAYS; day++) {
      const absence = absenceOn(random, standardFigures.tutors.absences, 117, day)
      if (!absence) continue
      away++
      expect(absence.from).toBeLessThanOrEqual(day)
      expect(absence.to).toBeGreaterThanOrEqual(day)
      const { days } =
        absence.kind === 'illness' ? standardFigures.tutors.absences.illness : standardFigures.tutors.absences.holiday
      expect(absence.to - absence.from + 1).toBeLessThanOrEqual(days[1])
      // Of two that overlap the one that lasts longer is told.
      const last = absenceOn(random, standardFigures.tutors.absences, 117, absence.to)
      expect(last?.kind === absence.kind ? last : { ...last, ...absence }).toEqual(absence)
    }
    expect(away).toBeGreaterThan(100)
  })

  it('is away on some 6 days of 100', () => {
    const tutors = Array.from({ length: 1000 }, (_, at) => 100 + at)
    const day = first + 400
    expectFrequency(
      tutors.filter((number) => absenceOn(random, standardFigures.tutors.absences, number, day)).length,
      tutors.length,
      0.065,
    )
  })
})

describe('a world of shocks off', () => {
  it('has none, nor tutors who are away', () => {
    const world = createWorld({ seed: SEED, students: 50, warmup: '0d', shocks: 'off' })
    expect(world.settings.shocks).toBe('off')
    expect(world.shocks({ from: FROM, until: UNTIL })).toEqual([])
    const shocks = new Shocks(0, worldKey(SEED), standardFigures, true)
    for (let day = dayNumber(FROM); day < dayNumber(FROM) + 400; day++) {
      expect(shocks.absence(standardFigures.tutors, 117, day)).toBeUndefined()
      expect(shocks.tests(0, day)).toBe(1)
      expect(shocks.lessons(day)).toBe(1)
      for (const outcome of Object.values(Outcome)) expect(shocks.failures(outcome, day * DAY)).toBe(1)
    }
  })
})

describe('world.shocks', () => {
  const world = createWorld({ seed: SEED, students: 50, start: FROM, warmup: '0d', tick: '1d' })

  it('tells what was and is up to now, of all regions, by its begin', () => {
    world.run('60d')
    const shocks = world.shocks()
    expect(shocks.length).toBeGreaterThan(5)
    expect(shocks.map(({ begin }) => begin)).toEqual(shocks.map(({ begin }) => begin).sort((a, b) => a - b))
    for (const { begin, end } of shocks) expect(begin < world.now && end > FROM).toBe(true)
    expect(new Set(shocks.map(({ place }) => place)).size).toBeGreaterThan(3)
    expect(new Set(shocks.map(({ id }) => id)).size).toBe(shocks.length)
  })

  it('takes a span of texts, numbers and dates, and refuses what is none', () => {
    const span = { from: '2027-01-01', until: new Date(Date.UTC(2027, 1, 1)) }
    expect(world.shocks(span)).toEqual(world.shocks({ from: Date.UTC(2027, 0, 1), until: Date.UTC(2027, 1, 1) }))
    expect(() => world.shocks({ from: 'soon' })).toThrow(expect.objectContaining({ option: 'from' }))
  })
})

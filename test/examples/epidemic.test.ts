// The kernel under another domain: an epidemic that is as deterministic as the marketplace, and behaves as one should.

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../engine/index.ts'
import { type Event, reproductionNumber, type Settings, step, Town } from '../../examples/epidemic/epidemic.ts'

const SETTINGS: Settings = {
  seed: 'demo',
  start: Date.UTC(2026, 0, 5),
  towns: [1500, 700, 300],
  infectedAtStart: 5,
  contactsPerDay: 8,
  infectionChance: 0.05,
  illnessDays: 6,
}
const DAYS = 70
const END = SETTINGS.start + DAYS * DAY

function townsOf(settings: Settings): Town[] {
  return settings.towns.map((_, number) => new Town(settings, number))
}

/** Everything from `from` to the end, in ticks of this length. */
function run(towns: readonly Town[], tick: number, from = SETTINGS.start): Event[] {
  const events: Event[] = []
  for (let now = from; now < END; ) {
    now = Math.min(now + tick, END)
    for (const event of step(towns, now)) events.push(event)
  }
  return events
}

const EVENTS = run(townsOf(SETTINGS), DAY)

describe('the stream of a seed', () => {
  it.each([
    ['an hour', HOUR],
    ['seven hours', 7 * HOUR],
    ['the whole time', DAYS * DAY],
  ])('is the same with ticks of %s', (_, tick) => {
    expect(run(townsOf(SETTINGS), tick)).toEqual(EVENTS)
  })

  it('is the same in whatever order the towns are stepped and merged', () => {
    expect(run(townsOf(SETTINGS).reverse(), DAY)).toEqual(EVENTS)
  })

  it('holds of each town what it has when it is alone', () => {
    for (const [number, town] of townsOf(SETTINGS).entries())
      expect(run([town], DAY)).toEqual(EVENTS.filter((event) => event.town === number))
  })

  it('goes on the same after every town was stored and restored', () => {
    for (const days of [0, 1, 30, DAYS - 1]) {
      const cut = SETTINGS.start + days * DAY + (days === 30 ? 12_345_678 : 0)
      const towns = townsOf(SETTINGS)
      const before = step(towns, cut)
      const restored = towns.map((town, number) => new Town(SETTINGS, number, town.checkpoint()))
      expect([...before, ...run(restored, DAY, cut)]).toEqual(EVENTS)
      expect(restored.map((town) => town.checkpoint())).toEqual(
        townsOf(SETTINGS).map((town) => {
          town.step(END)
          return town.checkpoint()
        }),
      )
    }
  })

  it('is another for another seed', () => {
    expect(run(townsOf({ ...SETTINGS, seed: 'other' }), DAY)).not.toEqual(EVENTS)
  })

  it('is in the order of instants and ranks, no two alike', () => {
    for (const [index, event] of EVENTS.slice(1).entries()) {
      const before = EVENTS[index] as Event
      expect(before.instant < event.instant || (before.instant === event.instant && before.rank < event.rank)).toBe(
        true,
      )
    }
  })
})

describe('people', () => {
  const FIRST = [0, 1500, 2200]

  it('are in exactly one state, the one that the reports count', () => {
    const towns = townsOf(SETTINGS)
    for (let day = 0; day < DAYS; day++) {
      const censuses = towns.map((town) => town.census())
      const events = step(towns, SETTINGS.start + (day + 1) * DAY)
      const reports = events.filter((event) => event.type === 'report')
      expect(reports.map(({ instant, town }) => [instant, town])).toEqual(
        towns.map((_, number) => [SETTINGS.start + day * DAY, number]),
      )
      for (const { town, susceptible, infected, recovered } of reports) {
        expect(censuses[town]).toEqual({ susceptible, infected, recovered })
        expect(susceptible + infected + recovered).toBe(SETTINGS.towns[town])
      }
    }
  })

  it('are infected once, by an infected person of their town, and recover once', () => {
    const state = new Map<number, 'infected' | 'recovered'>()
    for (const first of FIRST) for (let n = 0; n < SETTINGS.infectedAtStart; n++) state.set(first + n, 'infected')
    for (const event of EVENTS) {
      if (event.type === 'infection') {
        expect(state.has(event.person)).toBe(false)
        expect(state.get(event.by)).toBe('infected')
        for (const person of [event.person, event.by])
          expect(FIRST.findLastIndex((first) => first <= person)).toBe(event.town)
        state.set(event.person, 'infected')
      } else if (event.type === 'recovery') {
        expect(state.get(event.person)).toBe('infected')
        state.set(event.person, 'recovered')
      }
    }
  })
})

describe('the epidemic', () => {
  /** Of each town: the share that was ever infected, and how many still are at the end. */
  function outcomes(settings: Settings): { attackRate: number; infected: number }[] {
    const towns = townsOf(settings)
    run(towns, DAYS * DAY)
    return towns.map((town, number) => {
      const { susceptible, infected } = town.census()
      return { attackRate: 1 - susceptible / (settings.towns[number] as number), infected }
    })
  }

  it('that passes from each to more than one spreads through the towns, as far as theory says', () => {
    const settings = { ...SETTINGS, towns: [20_000, 10_000] }
    expect(reproductionNumber(settings)).toBeCloseTo(2.4)
    // Final size of Kermack and McKendrick: z = 1 − exp(−R z), for R = 2.4.
    for (const { attackRate } of outcomes(settings)) expect(attackRate).toBeCloseTo(0.878, 1)
  })

  it('that passes from each to less than one dies out', () => {
    const settings = { ...SETTINGS, towns: [20_000, 10_000], illnessDays: 1.5 }
    expect(reproductionNumber(settings)).toBeCloseTo(0.6)
    for (const { attackRate, infected } of outcomes(settings)) {
      expect(attackRate).toBeLessThan(0.01)
      expect(infected).toBe(0)
    }
  })

  it('that is over leaves nothing but the daily reports', () => {
    const towns = townsOf({ ...SETTINGS, illnessDays: 1 })
    step(towns, END)
    expect(towns.map((town) => town.census().infected)).toEqual([0, 0, 0])
    expect(step(towns, END + DAY).map(({ type }) => type)).toEqual(['report', 'report', 'report'])
  })
})

it('the example prints a line a day for every day', () => {
  const main = fileURLToPath(new URL('../../examples/epidemic/main.ts', import.meta.url))
  const lines = execFileSync(process.execPath, [main, 'demo'], { encoding: 'utf8' }).trim().split('\n')
  const days = lines.filter((line) => /^\d{4}-\d\d-\d\d( +\d+ +\d+){2}$/.test(line))
  expect(days.length).toBe(DAYS)
  expect(days[0]).toMatch(/^2026-01-05 +5 +0 +5 +0$/)
})

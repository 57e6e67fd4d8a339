// The engine under another domain: an epidemic that is as deterministic as the marketplace, and behaves as one should.

import { describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../engine/index.ts'
import { model, reproductionNumber, SETTINGS, type Settings } from '../../examples/epidemic/model.ts'
import { linesOf, parsed } from './living.ts'

const SMALL: Settings = { ...SETTINGS, towns: [1500, 700, 300] }
const DAYS = 70
const LINES = await linesOf(model, SMALL, DAYS)
const EVENTS = parsed(LINES)
const TOWNS = SMALL.towns.map((_, town) => SMALL.towns.slice(0, town).reduce((sum, people) => sum + people, 0))
const numberOf = (id: unknown): number => Number(String(id).split('_')[1])
const townOf = (person: unknown): number => TOWNS.findLastIndex((first) => first <= numberOf(person))
const reports = EVENTS.filter(({ event_type }) => event_type === 'report').map(({ payload }) => payload)

describe('the stream of a seed', () => {
  it.each([
    ['an hour at a time', { spanMilliseconds: HOUR }],
    ['seven hours at a time', { spanMilliseconds: 7 * HOUR }],
    ['on three threads', { workers: 3 }],
  ])('is the same %s', async (_, how) => {
    expect(await linesOf(model, SMALL, DAYS, how)).toEqual(LINES)
  })

  it('is another for another seed', async () => {
    expect(await linesOf(model, { ...SMALL, seed: 'other' }, DAYS)).not.toEqual(LINES)
  })

  it('has each id once, in the order of time', () => {
    expect(new Set(EVENTS.map(({ event_id }) => event_id)).size).toBe(EVENTS.length)
    const times = EVENTS.map(({ payload }) => payload.timestamp)
    expect(times).toEqual([...times].sort())
  })
})

describe('people', () => {
  it('are in exactly one state, the one that the reports count', () => {
    expect(reports.length).toBe(DAYS * SMALL.towns.length)
    const counts = SMALL.towns.map((people) => ({
      susceptible: people - SMALL.infectedAtStart,
      infected: SMALL.infectedAtStart,
      recovered: 0,
    }))
    for (const { event_type, payload } of EVENTS) {
      const count = counts[event_type === 'report' ? numberOf(payload.town) : townOf(payload.person)]
      if (!count) throw new Error('no such town')
      if (event_type === 'infection') {
        count.susceptible--
        count.infected++
      } else if (event_type === 'recovery') {
        count.infected--
        count.recovered++
      } else expect(payload).toMatchObject(count)
    }
  })

  it('are infected once, by an infected person of their town, and recover once', () => {
    const state = new Map<unknown, 'infected' | 'recovered'>()
    for (const first of TOWNS)
      for (let n = 0; n < SMALL.infectedAtStart; n++) state.set(`person_${first + n}`, 'infected')
    for (const { event_type, payload } of EVENTS) {
      const { person, by } = payload
      if (event_type === 'infection') {
        expect(state.has(person)).toBe(false)
        expect(state.get(by)).toBe('infected')
        expect(townOf(person)).toBe(townOf(by))
        state.set(person, 'infected')
      } else if (event_type === 'recovery') {
        expect(state.get(person)).toBe('infected')
        state.set(person, 'recovered')
      }
    }
  })
})

describe('the epidemic', () => {
  /** Of each town on the last day: the share that was ever infected, and how many still are. */
  async function outcomes(settings: Settings): Promise<{ attackRate: number; infected: number }[]> {
    const last = parsed(await linesOf(model, settings, DAYS)).filter(({ event_type }) => event_type === 'report')
    return last.slice(-settings.towns.length).map(({ payload }, town) => ({
      attackRate: 1 - Number(payload.susceptible) / (settings.towns[town] as number),
      infected: Number(payload.infected),
    }))
  }

  it('that passes from each to more than one spreads through the towns, as far as theory says', async () => {
    const settings = { ...SMALL, towns: [20_000, 10_000, 5000] }
    expect(reproductionNumber(settings)).toBeCloseTo(2.4)
    // Final size of Kermack and McKendrick: z = 1 − exp(−R z), for R = 2.4.
    for (const { attackRate } of await outcomes(settings)) expect(attackRate).toBeCloseTo(0.878, 1)
  })

  it('that passes from each to less than one dies out', async () => {
    const settings = { ...SMALL, towns: [20_000, 10_000, 5000], illnessDays: 1.5 }
    expect(reproductionNumber(settings)).toBeCloseTo(0.6)
    for (const { attackRate, infected } of await outcomes(settings)) {
      expect(attackRate).toBeLessThan(0.02)
      expect(infected).toBe(0)
    }
  })

  it('that is over leaves nothing but the daily reports', async () => {
    const events = parsed(await linesOf(model, { ...SMALL, illnessDays: 1 }, DAYS))
    const last = events.filter(({ payload }) => Date.parse(payload.timestamp) >= SMALL.start + (DAYS - 10) * DAY)
    expect(new Set(last.map(({ event_type }) => event_type))).toEqual(new Set(['report']))
  })
})

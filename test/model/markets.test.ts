// Markets (causes 7 and 8 of the calibration): what they count, when they say how they stand, and what their scores mean.

import { describe, expect, it } from 'vitest'
import { DAY, dayNumber, decodeCheckpoint, encodeCheckpoint, HOUR, type Table, worldKey } from '../../engine/index.ts'
import { balanceStatus, SHORTAGE_BELOW, SURPLUS_ABOVE } from '../../model/events/balance.ts'
import { type Event, SUBJECTS } from '../../model/events/index.ts'
import { localAt } from '../../model/events/localtime.ts'
import { MODEL_VERSION } from '../../model/index.ts'
import { actionsOf } from '../../model/rules/actions.ts'
import { asked, endHour, MARKET_ZONES, marketAt, weekRatio } from '../../model/rules/markets.ts'
import { standardFigures } from '../../model/settings/figures.ts'
import { MEAN_MINUTES, PLANS } from '../../model/settings/plans.ts'
import { Offers } from '../../model/state/offers.ts'
import { ACTIVE_DAYS, Presence } from '../../model/state/presence.ts'
import { Kind, RegionState, SHORTEST_SESSION_MINUTES, subjectsOf } from '../../model/state/region.ts'
import { settingsFrom } from '../../model/state/settings.ts'
import { StudentState, TutorState } from '../../model/state/tables.ts'
import { bornRegion, givenMarket, givenRegion, givenTutors, happen, meanOf, NOON, payloadsOf, rowsOn } from './given.ts'

const MATHEMATICS = 0
/** 2, 5, 8, … 23 o'clock. */
const REPORT_HOURS = { every: standardFigures.markets.toldEveryHours, remainder: 2 }
type Update = Extract<Event, { event_type: 'supply_demand_update' }>['payload']

/** Lets so many hours end, with so many sessions asked for in each. Returns the reports of the first market. */
function hoursPass(region: RegionState, hours: number, sessions: (hour: number) => number): Update[] {
  const before = payloadsOf(region, 'supply_demand_update').length
  for (let hour = 0; hour < hours; hour++) {
    for (let session = 0; session < sessions(hour); session++) asked(region, MATHEMATICS)
    endHour(region, MATHEMATICS, (Math.floor(NOON / HOUR) + 1 + hour) * HOUR)
  }
  return payloadsOf(region, 'supply_demand_update').slice(before)
}

describe('what a market counts', () => {
  const settings = settingsFrom({ seed: 'counts', students: 3000, warmup: '0d', start: '2026-05-01' })
  const region = bornRegion(settings, 3)
  region.silent = true
  region.world.run(settings.start + 120 * DAY)
  const { now } = region.world

  it('is what there is, after months of coming and going', () => {
    const counted = SUBJECTS.map(() => ({ students: 0, wantedMinutes: 0, usualMinutes: 0 }))
    const lists: number[][] = counted.map(() => [])
    for (let row = 0; row < region.students.count; row++) {
      const { state, subject, plan } = region.student.at(row)
      const market = counted[subject] as (typeof counted)[number]
      if (state !== StudentState.active) continue
      market.students++
      market.wantedMinutes += (PLANS[plan] as number) * MEAN_MINUTES
    }
    for (let row = 0; row < region.tutors.count; row++) {
      const tutor = region.tutor.at(row)
      if (tutor.state === TutorState.gone) continue
      const subjects = subjectsOf(tutor)
      for (const subject of subjects) {
        const market = counted[subject] as (typeof counted)[number]
        if (tutor.state !== TutorState.newcomer) lists[subject]?.push(row)
        market.usualMinutes += Math.round((tutor.usualHours * 0.6) / subjects.length)
      }
    }
    for (const [subject, counts] of counted.entries()) expect(region.market.at(subject)).toMatchObject(counts)
    expect(lists.map((_, subject) => rowsOn(region, subject))).toEqual(lists)
    expect(counted.filter(({ students, usualMinutes }) => students > 0 && usualMinutes > 0).length).toBeGreaterThan(5)
  })

  it('of hours is what a look at all tutors comes to', () => {
    const offers = new Offers()
    for (let row = 0; row < region.tutors.count; row++) {
      const { hours, zone, duty, minutesLeft } = region.tutor.at(row)
      const subjects = subjectsOf(region.tutor)
      for (const subject of subjects) {
        offers.offer(subject, zone, duty, (hours * 60) / subjects.length)
        if (minutesLeft >= SHORTEST_SESSION_MINUTES) offers.available(subject, zone, duty, 1)
      }
    }
    let available = 0
    for (let subject = 0; subject < SUBJECTS.length; subject++)
      for (let hour = 0; hour < 168; hour++) {
        const instant = now + hour * HOUR
        available += offers.tutorsAt(standardFigures, subject, instant)
        expect(region.offers.tutorsAt(standardFigures, subject, instant)).toBe(
          offers.tutorsAt(standardFigures, subject, instant),
        )
        expect(region.offers.minutesAt(standardFigures, subject, instant)).toBe(
          offers.minutesAt(standardFigures, subject, instant),
        )
      }
    expect(available).toBeGreaterThan(1000)
  })

  it('of active students is what a look at all students comes to', () => {
    const presence = new Presence()
    for (let row = 0; row < region.students.count; row++) {
      const { subject, activeUntilDay } = region.student.at(row)
      presence.count(subject, activeUntilDay, 1, dayNumber(now))
    }
    const active = SUBJECTS.map((_, subject) => presence.activeOn(subject, dayNumber(now)))
    expect(SUBJECTS.map((_, subject) => region.presence.activeOn(subject, dayNumber(now)))).toEqual(active)
    const students = active.reduce((sum, count) => sum + count, 0)
    expect(students).toBeGreaterThan(300)
    expect(students).toBeLessThanOrEqual(region.students.count)
  })

  it('of active students are those with a session in the last or the next 14 days', () => {
    for (let row = 0; row < region.students.count; row++) {
      const { state, sessions, quietSinceDay, sessionDue, activeUntilDay } = region.student.at(row)
      if (state === StudentState.gone || state === StudentState.away) expect(activeUntilDay).toBe(0)
      const isActive = activeUntilDay >= dayNumber(now)
      const near = sessionDue > 0 && sessionDue - now < (ACTIVE_DAYS - 1) * DAY && state === StudentState.active
      const coming = near && sessionDue - quietSinceDay * DAY < (2 * ACTIVE_DAYS - 1) * DAY
      if (coming) expect(isActive).toBe(true)
      const was = sessions > 0 && dayNumber(now) - quietSinceDay <= ACTIVE_DAYS
      if (isActive) expect(was || sessionDue > 0).toBe(true)
    }
  })

  it('of sessions and minutes is the sum of its hours', () => {
    for (let subject = 0; subject < SUBJECTS.length; subject++) {
      let [asked168, offered168] = [0, 0]
      for (let hour = 0; hour < 168; hour++) {
        asked168 += region.marketHour.at(subject * 168 + hour).asked
        offered168 += region.marketHour.asked >= 0 ? region.marketHour.offered : Number.NaN
      }
      expect(region.market.at(subject)).toMatchObject({ asked168, offered168 })
    }
  })
})

describe('a market says how it stands', () => {
  it('every three hours by the clocks of its region, in summer and in winter', () => {
    for (const start of ['2026-01-20', '2026-07-20']) {
      const settings = settingsFrom({ seed: 'hours', students: 400, warmup: '0d', start })
      for (let index = 0; index < MARKET_ZONES.length; index++) {
        const region = bornRegion(settings, index)
        region.world.run(settings.start + 3 * DAY)
        const hours = new Map<number, Set<string>>()
        for (const { timestamp, subject } of payloadsOf(region, 'supply_demand_update')) {
          const local = localAt(MARKET_ZONES[index] as number, Date.parse(timestamp))
          expect(local % HOUR).toBe(0)
          const hour = Math.floor(local / HOUR)
          hours.set(hour, (hours.get(hour) ?? new Set()).add(subject))
        }
        const fixed = [...hours].filter(([hour]) => (hour % 24) % REPORT_HOURS.every === REPORT_HOURS.remainder)
        expect(fixed.length).toBeGreaterThanOrEqual(23)
        for (const [, subjects] of fixed) expect(subjects.size).toBe(SUBJECTS.length)
      }
    }
  })

  it('at once when its balance is another, and at no other hour', () => {
    const settings = settingsFrom({ seed: 'changes', students: 2000, warmup: '0d' })
    const region = bornRegion(settings, 1)
    region.world.run(settings.start + 14 * DAY)
    const told = new Map<string, string>()
    let changes = 0
    for (const { timestamp, subject, balance_status } of payloadsOf(region, 'supply_demand_update')) {
      const hour = Math.floor(localAt(MARKET_ZONES[1], Date.parse(timestamp)) / HOUR) % 24
      if (hour % REPORT_HOURS.every !== REPORT_HOURS.remainder) {
        changes++
        expect(told.get(subject)).not.toBe(balance_status)
      }
      told.set(subject, balance_status)
    }
    expect(changes).toBeGreaterThan(20)
  })
})

describe('cause 8: what a market says', () => {
  /** What the first market says with this ratio of supply to demand, and so many times the usual demand of a day. */
  const said = (ratio: number, demand = 1) => {
    const region = givenRegion()
    const market = givenMarket(region, ratio / demand)
    market.asked24 = Math.round(market.asked24 * demand)
    market.offered24 = Math.round(market.offered24 * demand * demand)
    return marketAt(region, MATHEMATICS, NOON)
  }

  it('supply_score is demand_score and 40 points for each e-fold of R', () => {
    for (const ratio of [0.5, 0.8, 1, 1.25, 2]) {
      const { demandScore, supplyScore } = said(ratio)
      expect((supplyScore - demandScore) / 100).toBeCloseTo(40 * Math.log(ratio), 0)
    }
    expect(Math.abs(said(1).supplyScore - said(1).demandScore)).toBeLessThan(50)
    expect(said(0).supplyScore).toBe(0)
  })

  it('demand_score is 20 points for each deviation of the logarithm of demand', () => {
    const usual = said(1).demandScore
    expect(usual).toBeGreaterThan(5000)
    expect(usual).toBeLessThan(6000)
    for (const demand of [0.5, 0.8, 1.2]) {
      const { demandScore } = said(1, demand)
      expect(Math.sign(demandScore - usual)).toBe(Math.sign(demand - 1))
    }
    expect(said(1, 50).demandScore).toBe(10_000)
    expect(said(1, 0).demandScore).toBe(0)
  })

  it('demand is that of the last 24 hours', () => {
    const region = givenRegion()
    givenMarket(region, 1)
    for (let hour = 0; hour < 168; hour++) region.marketHour.edit(hour).asked = 0
    Object.assign(region.market.edit(MATHEMATICS), { asked24: 0, asked168: 0, toldBalance: 1 })
    const reports = hoursPass(region, 36, (hour) => (hour === 0 ? 500 : 0))
    const high = reports.filter(({ demand_score }) => demand_score > 10)
    const last = Date.parse((high.at(-1) as Update).timestamp)
    expect(last - NOON).toBeGreaterThan(21 * HOUR)
    expect(last - NOON).toBeLessThanOrEqual(25 * HOUR)
  })

  it('is high demand below 0.8 and a surplus above 1.3, where nothing is clipped', () => {
    const at = (ratio: number): string => {
      const { demandScore, supplyScore } = said(ratio)
      return balanceStatus(demandScore, supplyScore)
    }
    expect([0.5, SHORTAGE_BELOW - 0.01].map(at)).toEqual(['high_demand', 'high_demand'])
    expect([SHORTAGE_BELOW + 0.01, 1, SURPLUS_ABOVE - 0.02].map(at)).toEqual(['balanced', 'balanced', 'balanced'])
    expect([SURPLUS_ABOVE + 0.02, 1.8].map(at)).toEqual(['oversupplied', 'oversupplied'])
  })

  it('balance_status is a band of demand_score − supply_score around zero', () => {
    const order = ['oversupplied', 'balanced', 'high_demand']
    let last = 0
    for (let gap = -10_000; gap <= 10_000; gap++) {
      const found = new Set<string>()
      for (let demand = Math.max(0, gap); demand <= Math.min(10_000, 10_000 + gap); demand += 997)
        found.add(balanceStatus(demand, demand - gap))
      expect(found.size).toBe(1)
      const place = order.indexOf([...found][0] as string)
      expect(place).toBeGreaterThanOrEqual(last)
      if (gap === 0) expect(place).toBe(1)
      last = place
    }
    expect(last).toBe(2)
    expect(balanceStatus(0, 10_000)).toBe('oversupplied')
  })
})

describe('cause 7: a shortage', () => {
  it('begins where supply of seven days falls below 0.8 of what is wanted and ends where it is above 0.85', () => {
    const region = givenRegion()
    const isShort = (ratio: number): boolean => {
      givenMarket(region, ratio)
      happen(region, Kind.marketDay, MATHEMATICS)
      return region.market.at(MATHEMATICS).shortageSince > 0
    }
    const { below: short, over: ample } = standardFigures.markets.shortage
    const [below, between, over] = [short - 0.01, (short + ample) / 2, ample + 0.01]
    const found = [over, between, below, between, over, between].map(isShort)
    expect(found).toEqual([false, false, true, true, false, false])
  })

  it('counts from when it began', () => {
    const region = givenRegion()
    for (let day = 0; day < 3; day++) {
      givenMarket(region, 0.5)
      happen(region, Kind.marketDay, MATHEMATICS, NOON + day * DAY)
    }
    expect(region.market.at(MATHEMATICS).shortageSince).toBe(NOON)
  })

  it('is not one hour or day with many sessions asked for', () => {
    const region = givenRegion()
    givenTutors(region, 50)
    const market = givenMarket(region, 1.1)
    market.asked24 *= 2
    expect(weekRatio(region, market, NOON)).toBeCloseTo(1.1, 1)
  })
})

describe('a world of another day', () => {
  it('goes on from its rows: hours on offer and active students are counted again', () => {
    const settings = settingsFrom({ seed: 'again', students: 800, warmup: '0d' })
    const region = bornRegion(settings, 1)
    region.world.run(settings.start + 20 * DAY)
    const again = bornRegion(settings, 1)
    for (const [index, table] of region.tables.entries()) (again.tables[index] as Table).convert(table as Table)
    again.recount(region.world.now)
    const at = (of: RegionState) => SUBJECTS.map((_, subject) => marketAt(of, subject, region.world.now))
    expect(at(again)).toEqual(at(region))
    expect(meanOf(at(region).map(({ students }) => students))).toBeGreaterThan(5)
  })
})

describe('what a market counts', () => {
  it('is known again from the state alone, on any day', () => {
    const settings = settingsFrom({ seed: 'counts', students: 6000, warmup: '0d', start: '2025-12-01' })
    const region = bornRegion(settings, 1)
    region.silent = true
    for (let day = 1; day <= 50; day++) {
      const now = settings.start + day * DAY
      region.world.run(now)
      const restored = new RegionState(region.index, worldKey(settings.seed))
      decodeCheckpoint(encodeCheckpoint(region.tables, MODEL_VERSION, now), restored.tables, MODEL_VERSION)
      restored.start(actionsOf(restored), now)
      const countsOf = ({ presence, offers }: RegionState) =>
        SUBJECTS.map((_, subject) => [
          presence.activeOn(subject, dayNumber(now)),
          offers.tutorsAt(standardFigures, subject, now + 20 * HOUR),
          offers.minutesAt(standardFigures, subject, now + 20 * HOUR),
        ])
      expect(countsOf(restored), `day ${day}`).toEqual(countsOf(region))
    }
  })
})

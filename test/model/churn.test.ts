// Why people leave (causes 4 to 7, 9 and 10 of the calibration): what happened to them multiplies the chance of it.

import { describe, expect, it } from 'vitest'
import { DAY, dayNumber, WEEK } from '../../engine/index.ts'
import { CALL_REASONS } from '../../model/events/index.ts'
import { attendance, wavers } from '../../model/rules/decline.ts'
import { hazardMonthly } from '../../model/rules/students.ts'
import { standardFigures } from '../../model/settings/figures.ts'
import { MONTH } from '../../model/settings/plans.ts'
import { Kind, type RegionState } from '../../model/state/region.ts'
import { SessionPhase, type STUDENT, StudentState, TutorState } from '../../model/state/tables.ts'
import {
  callToCome,
  countOf,
  expectFrequency,
  givenCall,
  givenRegion,
  givenSlot,
  givenStudents,
  givenTutors,
  happen,
  meanOf,
  NOON,
  payloadsOf,
  sessionsEnd,
  usualOutcome,
} from './given.ts'

type Values = { [Field in keyof typeof STUDENT]?: number }

const FEBRUARY = 2
const JUNE = 6
const TODAY = dayNumber(NOON)
/** Chance of leaving in a month of one to whom nothing has happened, in 65,536ths. */
const HAZARD = 6554

/** Chance of leaving in a month, against that of one to whom nothing has happened. */
function factor(values: Values, { region = givenRegion(), month = FEBRUARY, now = NOON } = {}): number {
  const [row] = givenStudents(region, 1, { hazard: HAZARD, plan: 1, quietSinceDay: dayNumber(now), ...values }) as [
    number,
  ]
  region.student.at(row)
  return hazardMonthly(region, month, now) / usualHazard()
}

function usualHazard(): number {
  const region = givenRegion()
  givenStudents(region, 1, { hazard: HAZARD, plan: 1 })
  return hazardMonthly(region, FEBRUARY, NOON)
}

describe('cause 4: calls make people leave', () => {
  it('two or more in 14 days', () => {
    expect(factor({ calls14: 1 })).toBe(1)
    expect(factor({ calls14: 2 })).toBeCloseTo(standardFigures.growth.hazard.factors.manyCalls)
    expect(factor({ calls14: 5 })).toBeCloseTo(standardFigures.growth.hazard.factors.manyCalls)
  })

  it('one that solved nothing, for 30 days', () => {
    const region = givenRegion()
    const rows = givenStudents(region, 100)
    for (const row of rows) happen(region, Kind.call, givenCall(region, row, CALL_REASONS.indexOf('general_inquiry')))
    const resolved = payloadsOf(region, 'ib_call_logged').map((call) => call.resolved)
    expect(new Set(resolved)).toEqual(new Set([true, false]))
    for (const row of rows) {
      const { unresolvedUntilDay } = region.student.at(row)
      const later = (days: number): number =>
        factor({ unresolvedUntilDay }, { now: NOON + standardFigures.calls.unresolvedTime + days * DAY })
      expect(factor({ unresolvedUntilDay })).toBeCloseTo(
        resolved[row] ? 1 : standardFigures.growth.hazard.factors.unresolvedCall,
      )
      expect(later(-1)).toBeCloseTo(resolved[row] ? 1 : standardFigures.growth.hazard.factors.unresolvedCall)
      expect(later(1)).toBeCloseTo(1)
    }
  })

  it('both together', () => {
    const both = factor({ calls14: 2, unresolvedUntilDay: TODAY + 1 })
    expect(both).toBeCloseTo(
      standardFigures.growth.hazard.factors.manyCalls * standardFigures.growth.hazard.factors.unresolvedCall,
    )
  })
})

describe('cause 5: the first session decides', () => {
  const endings = (sessions: number) => {
    const region = givenRegion()
    const rows = givenStudents(region, 60_000, { sessions })
    return sessionsEnd(region, rows, { outcome: usualOutcome })
  }
  const first = endings(0)

  it.each([1, 2, 3, 4, 5])('rated %i, as many leave as the calibration has it', (rating) => {
    const rated = first.filter((ending) => ending.rating === rating)
    expect(rated.length).toBeGreaterThan(500)
    const leaving = countOf(rated, ({ state }) => state === StudentState.leaving)
    expectFrequency(leaving, rated.length, standardFigures.growth.firstSessionLoss[rating] as number)
  })

  it('over all, an eighth leave; with those who go before a second session 15.6 %', () => {
    const leaving = countOf(first, ({ state }) => state === StudentState.leaving)
    expect(Math.abs(leaving / first.length - 0.125)).toBeLessThan(0.02)
  })

  it('nobody leaves because of a later one', () => {
    expect(countOf(endings(1), ({ state }) => state !== StudentState.active)).toBe(0)
  })
})

describe('cause 6: pace and silence', () => {
  it('no session for three weeks', () => {
    const quiet = (days: number): number => factor({ quietSinceDay: TODAY - days })
    expect(quiet(13)).toBe(1)
    expect(quiet(21)).toBe(1)
    expect(quiet(22)).toBeCloseTo(standardFigures.growth.hazard.factors.silent21Days)
    expect(quiet(60)).toBeCloseTo(standardFigures.growth.hazard.factors.silent21Days)
  })

  it('a session breaks the silence', () => {
    const region = givenRegion()
    const rows = givenStudents(region, 1, { hazard: HAZARD, quietSinceDay: TODAY - 30 })
    const before = hazardMonthly(region, FEBRUARY, NOON)
    sessionsEnd(region, rows)
    region.student.at(0)
    expect(before / hazardMonthly(region, FEBRUARY, NOON)).toBeCloseTo(
      standardFigures.growth.hazard.factors.silent21Days,
    )
  })

  it('the same tutor in four of five sessions keeps people', () => {
    for (const loyalty of [0b11111, 0b01111, 0b11011, 0b11110])
      expect(factor({ loyalty })).toBeCloseTo(standardFigures.growth.hazard.factors.loyal)
    for (const loyalty of [0b00111, 0b10101, 0b00001]) expect(factor({ loyalty })).toBe(1)
  })

  it("four sessions with their slot's tutor make someone loyal, four with others no longer", () => {
    const region = givenRegion()
    const [regular] = givenTutors(region, 1) as [number]
    givenStudents(region, 1, { hazard: HAZARD, plan: 1 })
    const { lesson } = region.student.at(0)
    const teach = (tutor: number): number => {
      givenSlot(region, 0, { holder: regular + 1 })
      Object.assign(region.student.edit(0), { phase: SessionPhase.underWay, tutor, minutes: 60, lesson })
      happen(region, Kind.session, 0)
      Object.assign(region.student.edit(0), { satisfaction: 235, sessions7: 2, sessions30: 4 })
      return hazardMonthly(region, FEBRUARY, NOON) / usualHazard()
    }
    const [other] = givenTutors(region, 1) as [number]
    expect([regular, regular, regular].map(teach)).toEqual([1, 1, 1])
    expect(teach(regular)).toBeCloseTo(standardFigures.growth.hazard.factors.loyal)
    expect(teach(other)).toBeCloseTo(standardFigures.growth.hazard.factors.loyal)
    expect(teach(other)).toBe(1)
  })
})

describe('cause 7: a shortage', () => {
  it('of a month makes people leave', () => {
    const shortFor = (milliseconds: number): number => {
      const region = givenRegion()
      region.market.edit(0).shortageSince = NOON - milliseconds
      return factor({}, { region })
    }
    expect(shortFor(standardFigures.markets.shortage.longTerm - 1)).toBe(1)
    expect(shortFor(standardFigures.markets.shortage.longTerm)).toBeCloseTo(
      standardFigures.growth.hazard.factors.shortageOfAMonth,
    )
  })

  it('of another subject does not', () => {
    const region = givenRegion()
    region.market.edit(1).shortageSince = NOON - 2 * standardFigures.markets.shortage.longTerm
    expect(factor({}, { region })).toBe(1)
  })
})

describe("cause 9: a slot's tutor is gone", () => {
  it('which makes people leave for 30 days, from the lesson on for which they do not come', () => {
    const region = givenRegion()
    const [tutor] = givenTutors(region, 1, { state: TutorState.gone, left: NOON }) as [number]
    givenStudents(region, 1, { hazard: HAZARD, phase: SessionPhase.planned })
    givenSlot(region, 0, { holder: tutor + 1 })
    happen(region, Kind.session, 0)
    const factors = Array.from({ length: standardFigures.tutors.bereavedWeeks + 1 }, () => {
      Object.assign(region.student.edit(0), { satisfaction: 235, state: StudentState.active })
      const now = hazardMonthly(region, FEBRUARY, NOON) / usualHazard()
      region.student.bereavedWeeks = Math.max(0, region.student.bereavedWeeks - 1)
      return now
    })
    for (const factor of factors.slice(0, -1))
      expect(factor).toBeCloseTo(standardFigures.growth.hazard.factors.tutorLeft)
    expect(factors.at(-1)).toBe(1)
  })

  it('not so one who only says that they will leave', () => {
    const region = givenRegion()
    const [tutor] = givenTutors(region, 1, { state: TutorState.leaving }) as [number]
    givenStudents(region, 1, { hazard: HAZARD, phase: SessionPhase.planned })
    givenSlot(region, 0, { holder: tutor + 1 })
    happen(region, Kind.session, 0)
    expect(region.student.at(0).bereavedWeeks).toBe(0)
  })
})

describe('cause 10: June', () => {
  it('makes people leave', () => {
    expect(factor({}, { month: JUNE })).toBeCloseTo(standardFigures.growth.hazard.factors.june)
  })

  it('and those who join in it stay a quarter as long', () => {
    const hazards = (from: number): number[] => {
      const region = givenRegion(from)
      region.figures.edit(0).seats = 4000
      for (let seat = 0; seat < 4000; seat++) happen(region, Kind.review, region.students.add(), from + seat * 60_000)
      return Array.from({ length: region.students.count }, (_, row) => region.student.at(row).hazard)
    }
    const may = hazards(Date.UTC(2026, 4, 10))
    const june = hazards(Date.UTC(2026, 5, 10))
    const expected = meanOf(
      may.map((hazard) => Math.min(65_535, hazard * standardFigures.growth.hazard.factors.joinedInJune)),
    )
    expect(may.length).toBe(4000)
    expect(meanOf(june) / expected).toBeGreaterThan(0.93)
    expect(meanOf(june) / expected).toBeLessThan(1.07)
  })
})

describe('once a week', () => {
  const review = (values: Values, now = NOON): RegionState => {
    const region = givenRegion(now)
    for (const row of givenStudents(region, 50_000, { hazard: HAZARD, ...values })) happen(region, Kind.review, row)
    return region
  }
  const countIn = (region: RegionState, state: number): number =>
    countOf(rowsOf(region), (row) => region.student.at(row).state === state)

  it('as many make up their mind to leave as the chance of a month has it', () => {
    for (const calls14 of [0, 2]) {
      const region = review({ calls14 })
      const hazard = usualHazard() * (calls14 === 2 ? standardFigures.growth.hazard.factors.manyCalls : 1)
      const wavering = countOf(rowsOf(region), (row) => wavers(region.student.at(row)))
      const decided = countIn(region, StudentState.leaving) + wavering
      expectFrequency(decided, region.students.count, (hazard * WEEK) / MONTH)
      // All of them have just joined.
      expectFrequency(wavering, decided, 1 - standardFigures.growth.wavering.newcomersAtOnce)
    }
  })

  it('some pause', () => {
    const region = review({ hazard: 0 })
    expectFrequency(countIn(region, StudentState.paused), region.students.count, standardFigures.growth.pauses.weekly)
    const weeks = rowsOf(region)
      .filter((row) => region.student.at(row).state === StudentState.paused)
      .map((row) => region.student.at(row).weeksToGo)
    expect(Math.min(...weeks)).toBe(standardFigures.growth.pauses.shortest)
    expect(Math.max(...weeks)).toBe(standardFigures.growth.pauses.longest - 1)
  })

  it('who has made up their mind is gone within days, with nothing more to come', () => {
    const region = review({ calls14: 5 })
    const leaving = rowsOf(region).filter((row) => region.student.at(row).state === StudentState.leaving)
    const farewells = leaving.map((row) => region.student.at(row).reviewDue)
    expect(Math.min(...farewells)).toBeGreaterThanOrEqual(NOON + standardFigures.growth.farewell.shortest)
    expect(Math.max(...farewells)).toBeLessThan(NOON + standardFigures.growth.farewell.longest)
    for (const row of leaving) givenCall(region, row, CALL_REASONS.indexOf('general_inquiry'))
    for (const [index, row] of leaving.entries()) happen(region, Kind.review, row, farewells[index] as number)
    for (const row of leaving) {
      const { state, sessionDue, callsToCome, healthDue } = region.student.at(row)
      expect({ state, sessionDue, callsToCome, healthDue }).toEqual({
        state: state === StudentState.away ? StudentState.away : StudentState.gone,
        sessionDue: 0,
        callsToCome: 0,
        healthDue: 0,
      })
    }
    const back = leaving
      .filter((row) => region.student.at(row).state === StudentState.away)
      .map((row) => region.student.at(row).reviewDue - region.world.now)
    expectFrequency(back.length, leaving.length, standardFigures.growth.returns.share)
    expect(Math.min(...back)).toBeGreaterThanOrEqual(standardFigures.growth.returns.shortest)
  })
})

describe('those of two minds', () => {
  const LONG_AGO = TODAY - 300
  const wavering = (weeksToGo: number): RegionState => {
    const region = givenRegion()
    for (const row of givenStudents(region, 20_000, { hazard: 0, joinedDay: LONG_AGO, weeksToGo }))
      happen(region, Kind.review, row)
    return region
  }

  it('most leave when the time is over, the others stay', () => {
    const region = wavering(1)
    const left = countOf(rowsOf(region), (row) => region.student.at(row).state === StudentState.leaving)
    expectFrequency(left, region.students.count, standardFigures.growth.wavering.leave)
    expect(countOf(rowsOf(region), (row) => wavers(region.student.at(row)))).toBe(0)
  })

  it('nobody leaves before', () => {
    const region = wavering(2)
    expect(countOf(rowsOf(region), (row) => region.student.at(row).weeksToGo !== 1)).toBe(0)
    expect(countOf(rowsOf(region), (row) => region.student.at(row).state !== StudentState.active)).toBe(0)
  })

  it('call more', () => {
    const called = (region: RegionState): number =>
      countOf(rowsOf(region), (row) => callToCome(region, row).callDue > 0)
    const region = givenRegion()
    const usual = { hazard: 0, joinedDay: LONG_AGO, rated30: 1, ratings30: 5 }
    for (const row of givenStudents(region, 20_000, { ...usual, weeksToGo: 3 })) happen(region, Kind.review, row)
    expectFrequency(
      called(region),
      20_000,
      standardFigures.calls.spontaneous.weekly + standardFigures.growth.wavering.calls,
    )
  })

  it('keep half of the lessons, all others every one', () => {
    const region = givenRegion()
    const kept = (values: Values): number => {
      const [row] = givenStudents(region, 1, values) as [number]
      region.student.at(row)
      return attendance(region)
    }
    expect(kept({ weeksToGo: 1 })).toBe(standardFigures.growth.wavering.kept)
    expect(kept({ weeksToGo: standardFigures.growth.wavering.longest - 1 })).toBe(standardFigures.growth.wavering.kept)
    expect(kept({})).toBe(1)
    expect(kept({ weeksToGo: 3, state: StudentState.paused })).toBe(1)
  })
})

describe('who takes no lessons for a while', () => {
  const afterAWeek = (values: Values, now: number): RegionState => {
    const region = givenRegion(now)
    const quietSinceDay = dayNumber(now)
    for (const row of givenStudents(region, 20_000, { hazard: HAZARD, quietSinceDay, ...values }))
      happen(region, Kind.review, row)
    return region
  }
  const shareOf = (region: RegionState, state: number): number =>
    countOf(rowsOf(region), (row) => region.student.at(row).state === state)

  it('may leave all the same, the sooner the longer they have been silent', () => {
    const leaving = (days: number): number =>
      shareOf(
        afterAWeek({ state: StudentState.paused, weeksToGo: 3, quietSinceDay: TODAY - days }, NOON),
        StudentState.leaving,
      )
    const weekly = (factor: number): number => (usualHazard() * factor * WEEK) / MONTH
    expectFrequency(leaving(3), 20_000, weekly(1))
    expectFrequency(leaving(30), 20_000, weekly(standardFigures.growth.hazard.factors.silent21Days))
  })

  it('comes back when the weeks are over, and silence goes on until the next session', () => {
    const region = afterAWeek({ hazard: 0, state: StudentState.paused, weeksToGo: 1, quietSinceDay: TODAY - 30 }, NOON)
    expect(shareOf(region, StudentState.active)).toBe(20_000)
    expect(region.student.at(0).quietSinceDay).toBe(TODAY - 30)
    expect(region.student.at(0).sessionDue).toBeGreaterThan(NOON)
  })

  it('a part rests in the middle of summer and is back late in September', () => {
    const july = afterAWeek({ hazard: 0 }, Date.UTC(2026, 6, 15, 17))
    expectFrequency(shareOf(july, StudentState.resting), 20_000, standardFigures.growth.rest.share)
    const september = afterAWeek({ hazard: 0, state: StudentState.resting }, Date.UTC(2026, 8, 25, 17))
    expect(shareOf(september, StudentState.active)).toBe(20_000)
  })

  it('nobody rests through the school year', () => {
    for (const month of [0, 1, 2, 3, 4, 9, 10, 11])
      expect(shareOf(afterAWeek({ hazard: 0 }, Date.UTC(2026, month, 10, 17)), StudentState.resting)).toBe(0)
  })
})

function rowsOf(region: RegionState): number[] {
  return [...new Array(region.students.count).keys()]
}

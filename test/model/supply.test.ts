// Supply against demand (causes 7, 8 and 9 of the calibration): what a shortage does, how supply follows demand, how a
// market says where it stands, and how tutors leave.

import { describe, expect, it } from 'vitest'
import { DAY, dayNumber, MINUTE, WEEK } from '../../engine/index.ts'
import { CALL_REASONS, SESSION_TYPES } from '../../model/events/index.ts'
import { localAt } from '../../model/events/localtime.ts'
import { MARKET_ZONES, weekRatio } from '../../model/rules/markets.ts'
import { standardFigures } from '../../model/settings/figures.ts'
import { HOURS_MAX, MONTH } from '../../model/settings/plans.ts'
import { Kind, type RegionState, subjectsOf } from '../../model/state/region.ts'
import { settingsFrom } from '../../model/state/settings.ts'
import { SessionPhase, type TutorRow, TutorState } from '../../model/state/tables.ts'
import { studentView } from '../../model/views.ts'
import {
  bornRegion,
  callToCome,
  countOf,
  expectFrequency,
  givenMarket,
  givenRegion,
  givenSlot,
  givenStudents,
  givenTutors,
  happen,
  meanOf,
  NOON,
  payloadsOf,
  rowsOn,
} from './given.ts'

const USUAL = standardFigures.tutors.usualSupply[0]

function givenShortage(region: RegionState): void {
  region.market.edit(0).shortageSince = NOON - DAY
}

describe('cause 7: a shortage', () => {
  const STUDENTS = 20_000

  /** How long each student who wants a tutor at once waits, in minutes; undefined where they find none. */
  const waits = (short: boolean): (number | undefined)[] => {
    const region = givenRegion()
    if (short) givenShortage(region)
    const rows = givenStudents(region, STUDENTS)
    return rows.map((row) => {
      Object.assign(region.student.edit(row), {
        phase: SessionPhase.requested,
        sessionSubject: 0,
        sessionType: SESSION_TYPES.indexOf('instant_book'),
      })
      happen(region, Kind.session, row)
      const { sessionType, phase, sessionDue } = region.student.at(row)
      const matched = phase === SessionPhase.planned && sessionDue - NOON <= standardFigures.sessions.patience * MINUTE
      return matched && SESSION_TYPES[sessionType] === 'instant_book' ? (sessionDue - NOON) / MINUTE : undefined
    })
  }
  const usual = waits(false)
  const short = waits(true)
  /** Share of waits that take so many minutes at most. */
  const waited = (minutes: number): number => {
    const words = Array.from({ length: 10_000 }, (_, at) => Math.floor((at + 0.5) * (0x1_0000_0000 / 10_000)))
    return countOf(words, (word) => standardFigures.sessions.wait.at(word) <= minutes) / words.length
  }

  it('makes those who want a tutor at once wait two and a half times as long', () => {
    for (const [index, minutes] of short.entries())
      if (minutes !== undefined)
        expect(minutes / (usual[index] as number)).toBeCloseTo(standardFigures.markets.shortage.waits, 1)
  })

  it('makes more of them give up', () => {
    const filled = (list: readonly (number | undefined)[]): number => countOf(list, (minutes) => minutes !== undefined)
    expectFrequency(
      filled(usual),
      STUDENTS,
      waited(standardFigures.sessions.patience) * (1 - standardFigures.sessions.refusals),
    )
    expectFrequency(
      filled(short),
      STUDENTS,
      waited(standardFigures.sessions.patience / standardFigures.markets.shortage.waits) *
        (1 - standardFigures.sessions.refusals),
    )
  })

  it('brings 1.6 times the scheduling calls of those who find no tutor, within three days', () => {
    const called = (isShort: boolean): number => {
      const region = givenRegion()
      if (isShort) givenShortage(region)
      const rows = givenStudents(region, STUDENTS, { sessions: 0 })
      const dues = rows.map((row) => {
        Object.assign(region.student.edit(row), { phase: SessionPhase.planned, sessionSubject: 0 })
        happen(region, Kind.session, row)
        const { callDue, callReason } = callToCome(region, row)
        expect(callDue === 0 || callReason === CALL_REASONS.indexOf('scheduling_issue')).toBe(true)
        return callDue
      })
      for (const due of dues) expect(due).toBeLessThanOrEqual(NOON + 3 * DAY)
      return countOf(dues, (due) => due > 0)
    }
    expectFrequency(called(false), STUDENTS, standardFigures.calls.unmatched)
    expectFrequency(called(true), STUDENTS, standardFigures.calls.unmatched * standardFigures.markets.shortage.calls)
  })
})

describe('cause 7: supply follows demand', () => {
  const TUTORS = 20_000

  /** What the calendar makes of the seven days before. */
  const lessonsBefore = (region: RegionState, now: number): number => {
    const today = dayNumber(localAt(MARKET_ZONES[region.index] as number, now))
    return meanOf(Array.from({ length: 7 }, (_, back) => region.calendar.lessons(region.index, today - 1 - back)))
  }

  /** Mean hours of the standing week of tutors of the first subject, where demand is so many times what they are used to. */
  const hours = (demand: number): number => {
    const region = givenRegion()
    const rows = givenTutors(region, TUTORS, { standingHours: 0 })
    return meanOf(
      rows.map((row, index) => {
        // Of many sizes, so that whole hours do no harm.
        region.tutor.edit(row).usualHours = 1000 + (index % 500)
        givenMarket(region, USUAL / demand)
        happen(region, Kind.tutorWeek, row)
        return region.tutor.at(row).standingHours
      }),
    )
  }
  const usual = hours(1)

  it('with an elasticity of 0.9 of hours offered', () => {
    expect(standardFigures.tutors.demandFollowed.elasticity).toBe(0.9)
    for (const demand of [0.8, 0.9, 1.1, 1.2, 1.3])
      expect(
        Math.abs(hours(demand) / usual - 1 - standardFigures.tutors.demandFollowed.elasticity * (demand - 1)),
      ).toBeLessThan(0.015)
  })

  it('up to what a person can do', () => {
    expect(hours(3) / usual).toBeCloseTo(standardFigures.tutors.demandFollowed.most, 1)
    expect(hours(0.1) / usual).toBeCloseTo(standardFigures.tutors.demandFollowed.least, 1)
    const region = givenRegion()
    for (const row of givenTutors(region, 500, { usualHours: 4800 })) {
      givenMarket(region, USUAL / 3)
      happen(region, Kind.tutorWeek, row)
      expect(region.tutor.at(row).hours).toBeLessThanOrEqual(HOURS_MAX)
    }
  })

  it('as tutors look once a week: 3 to 11 days after they last did', () => {
    const region = givenRegion()
    for (const row of givenTutors(region, 1000)) {
      happen(region, Kind.tutorWeek, row)
      const { weekDue } = region.tutor.at(row)
      expect(weekDue - NOON).toBeGreaterThanOrEqual(3 * DAY)
      expect(weekDue - NOON).toBeLessThan(11 * DAY)
    }
  })

  it('and tutors are taken on where their usual hours do not do', () => {
    const DAYS = 5000
    const perDay = 1.25
    const missing =
      (perDay * standardFigures.tutors.recruiting.minutesATutor) / standardFigures.tutors.recruiting.partADay
    const region = givenRegion()
    let taken = 0
    for (let day = 0; day < DAYS; day++) {
      const now = NOON + day * DAY
      const before = region.tutors.count
      const usualAsked =
        ((100_000 / USUAL) * standardFigures.tutors.utilisation * standardFigures.tutors.offeredShare) /
        standardFigures.markets.tutorMinutes
      const asked168 = usualAsked * region.season(now) * lessonsBefore(region, now)
      Object.assign(region.market.edit(0), { students: 100, usualAsked, asked168, usualMinutes: 100_000 - missing })
      happen(region, Kind.marketDay, 0, now)
      taken += region.tutors.count - before
    }
    expectFrequency(taken - DAYS * Math.floor(perDay), DAYS, perDay - Math.floor(perDay))
  })

  it('and nobody where they do', () => {
    const region = givenRegion()
    for (let day = 0; day < 100; day++) {
      const now = NOON + day * DAY
      const usualAsked =
        ((100_000 / USUAL) * standardFigures.tutors.utilisation * standardFigures.tutors.offeredShare) /
        standardFigures.markets.tutorMinutes
      const asked168 = usualAsked * region.season(now) * lessonsBefore(region, now)
      Object.assign(region.market.edit(0), { students: 100, usualAsked, asked168, usualMinutes: 102_000 })
      happen(region, Kind.marketDay, 0, now)
    }
    expect(region.tutors.count).toBe(0)
  })
})

describe('cause 7: a region that loses tutors of a subject', () => {
  const SETTINGS = settingsFrom({ seed: 'shock', students: 6000, warmup: '0d' })
  const SHOCK = 35
  /** What the subject's market and students are like so many days after a shock, or without one. */
  const lifeAfter = (days: number, shock?: (tutor: TutorRow) => void) => {
    const region = bornRegion(SETTINGS, 1)
    region.silent = true
    region.world.run(SETTINGS.start + SHOCK * DAY)
    for (let row = 0; row < region.tutors.count; row++)
      if (subjectsOf(region.tutor.at(row)).includes(0)) shock?.(region.tutor.edit(row))
    region.world.run(SETTINGS.start + (SHOCK + days) * DAY)
    const rows = Array.from({ length: region.students.count }, (_, row) => row)
    const views = rows.filter((row) => region.student.at(row).subject === 0).map((row) => studentView(region, row))
    const scores = views.filter(({ state }) => state === 'active').map(({ health_score }) => health_score)
    const { shortageSince } = region.market.at(0)
    const health = meanOf(scores.filter((score) => score !== null))
    const ratio = weekRatio(region, region.market, region.world.now)
    return { health, isShort: shortageSince > 0, ratio }
  }

  it('has less healthy students than its twin, three weeks on', () => {
    const usual = lifeAfter(21)
    const short = lifeAfter(21, (tutor) => {
      tutor.usualHours /= 4
    })
    expect(usual.isShort).toBe(false)
    expect(short.isShort).toBe(true)
    expect(usual.health - short.health).toBeGreaterThan(0.2)
  })

  it('finds others to take their place within two months', () => {
    const leave = (tutor: TutorRow): void => {
      if (tutor.row % 5 > 1) Object.assign(tutor, { state: TutorState.leaving, weeksToGo: 1 })
    }
    expect(lifeAfter(14, leave).isShort).toBe(true)
    const later = lifeAfter(60, leave)
    expect(later.isShort).toBe(false)
    expect(later.ratio).toBeGreaterThan(standardFigures.markets.shortage.over)
  })
})

describe('a session that finds no tutor', () => {
  const planned = { phase: SessionPhase.planned, sessionSubject: 0, sessionType: SESSION_TYPES.indexOf('one_on_one') }
  /** Tries of the lesson at hand, which finds no tutor: instants and phases. */
  const tries = (region: RegionState, row: number): { instant: number; phase: number }[] => {
    Object.assign(region.student.edit(row), planned)
    const { lesson } = region.student
    const found: { instant: number; phase: number }[] = [{ instant: NOON, phase: SessionPhase.planned }]
    for (;;) {
      happen(region, Kind.session, row, found.at(-1)?.instant)
      const { lesson: at, phase, sessionDue } = region.student.at(row)
      if (at !== lesson) return found
      found.push({ instant: sessionDue, phase })
    }
  }

  it('is tried again once within hours or two days, unless another comes first', () => {
    const region = givenRegion()
    const all = givenStudents(region, 500, { plan: 0 }).map((row) => tries(region, row))
    for (const [, again, ...more] of all) {
      expect(more).toEqual([])
      if (!again) continue
      expect(again.phase).toBe(SessionPhase.again)
      expect(again.instant - NOON).toBeGreaterThanOrEqual(standardFigures.slots.retry.earliest)
      expect(again.instant - NOON).toBeLessThan(standardFigures.slots.retry.latest)
    }
    expect(countOf(all, ({ length }) => length === 2)).toBeGreaterThan(200)
  })

  it('costs satisfaction', () => {
    const region = givenRegion()
    const [row] = givenStudents(region, 1) as [number]
    const { satisfaction } = region.student.at(row)
    tries(region, row)
    expect(region.student.at(row).satisfaction).toBeLessThan(satisfaction)
  })
})

describe('cause 9: tutors leave', () => {
  const STARTING_HOURS = 1500
  /** Weeks of a tutor until they are gone: state and hours offered. */
  const weeks = (region: RegionState, row: number): { state: number; hours: number }[] => {
    const said: { state: number; hours: number }[] = []
    for (let now = NOON; said.length < 10; now = region.tutor.at(row).weekDue) {
      givenMarket(region, USUAL)
      happen(region, Kind.tutorWeek, row, now)
      const { state, hours } = region.tutor.at(row)
      said.push({ state, hours })
      if (state === TutorState.gone) break
    }
    return said
  }

  it('as many a month as the calibration has it', () => {
    const region = givenRegion()
    const rows = givenTutors(region, 60_000)
    for (const row of rows) happen(region, Kind.tutorWeek, row)
    const leaving = countOf(rows, (row) => region.tutor.at(row).state === TutorState.leaving)
    expectFrequency(leaving, rows.length, (standardFigures.tutors.leavesMonthly * WEEK) / MONTH)
  })

  it('after three weeks of 40 % fewer hours', () => {
    const region = givenRegion()
    const rows = givenTutors(region, 4000, {
      usualHours: STARTING_HOURS,
      state: TutorState.leaving,
      weeksToGo: standardFigures.tutors.noticeWeeks + 1,
    })
    const lives = rows.map((row) => weeks(region, row))
    for (const life of lives) {
      expect(life.map(({ state }) => state)).toEqual([
        ...Array.from({ length: standardFigures.tutors.noticeWeeks }, () => TutorState.leaving),
        TutorState.gone,
      ])
      expect(life.at(-1)?.hours).toBe(0)
    }
    const offered = meanOf(lives.flatMap((life) => life.slice(0, -1).map(({ hours }) => hours)))
    expect(standardFigures.tutors.noticeHours).toBeCloseTo(0.6)
    expect(offered / (STARTING_HOURS / 100)).toBeCloseTo(standardFigures.tutors.noticeHours, 1)
  })

  it('announced in the week in which they decide', () => {
    const region = givenRegion()
    const decided = givenTutors(region, 2000).filter((row) => {
      happen(region, Kind.tutorWeek, row)
      return region.tutor.at(row).state === TutorState.leaving
    })
    expect(decided.length).toBeGreaterThan(3)
    for (const row of decided) {
      expect(region.tutor.at(row).weeksToGo).toBe(standardFigures.tutors.noticeWeeks)
    }
  })

  it('say so with their last update, of no hours, and are found no more', () => {
    const region = givenRegion()
    const [row] = givenTutors(region, 1, { state: TutorState.leaving, weeksToGo: 1, acceptsInstantBook: 1 }) as [number]
    happen(region, Kind.tutorWeek, row)
    const [update] = payloadsOf(region, 'tutor_availability_updated')
    expect(update).toMatchObject({ available_hours_this_week: 0, accepts_instant_book: false })
    expect(region.tutor.at(row)).toMatchObject({ state: TutorState.gone, left: NOON, weekDue: 0, minutesLeft: 0 })
    expect(rowsOn(region, 0)).not.toContain(row)
    const [student] = givenStudents(region, 1) as [number]
    givenSlot(region, student, { holder: row + 1 })
    Object.assign(region.student.edit(student), { phase: SessionPhase.planned, sessionSubject: 0 })
    happen(region, Kind.session, student)
    expect(payloadsOf(region, 'session_started')).toEqual([])
  })
})

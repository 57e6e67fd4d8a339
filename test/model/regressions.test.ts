// What was wrong once: each of these was a fault that another test did not see.

import { describe, expect, it } from 'vitest'
import { chance, DAY, decodeCheckpoint, encodeCheckpoint, MINUTE, Random, worldKey } from '../../engine/index.ts'
import { SESSION_TYPES } from '../../model/events/index.ts'
import { createWorld, MODEL_VERSION } from '../../model/index.ts'
import { actionsOf } from '../../model/rules/actions.ts'
import { addTutor } from '../../model/rules/tutors.ts'
import { standardFigures } from '../../model/settings/figures.ts'
import { Purpose } from '../../model/state/draws.ts'
import { Outages, Platform } from '../../model/state/outages.ts'
import { Kind, RegionState } from '../../model/state/region.ts'
import { OUTAGE } from '../../model/state/shock-figures.ts'
import { Outcome, SessionPhase, StudentState, TutorState } from '../../model/state/tables.ts'
import { between } from '../../model/state/words.ts'
import {
  callToCome,
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
  rowsOn,
  sessionsEnd,
} from './given.ts'

describe('once wrong, now right: ', () => {
  it('who lost their tutor finds another', () => {
    const region = givenRegion()
    const [gone] = givenTutors(region, 1, { state: TutorState.gone, left: NOON - 31 * DAY }) as [number]
    const [row] = givenStudents(region, 1) as [number]
    const { lesson } = region.student.at(row)
    givenSlot(region, row, { holder: gone + 1 })
    const holders = Array.from({ length: 20 }, () => {
      sessionsEnd(region, [row], { tutor: { quality: 250 }, student: { lesson } })
      return region.slot.at(region.student.at(row).slots - 1).holder - 1
    })
    expect(holders).not.toContain(gone)
    expect(holders.filter((tutor) => tutor >= 0).length).toBeGreaterThan(10)
  })

  it('who has come back does not call before a session: nobody could be told how they are', () => {
    const region = givenRegion()
    const [back, known] = givenStudents(region, 2) as [number, number]
    region.student.edit(back).latestRating = 0
    for (const row of [back, known]) happen(region, Kind.call, givenCall(region, row, 0))
    const { number } = region.student.at(known)
    expect(payloadsOf(region, 'ib_call_logged').map(({ student_id }) => student_id)).toEqual([`stu_${number}`])
    expect(region.student.at(back).callsToCome).toBe(0)
  })

  it('who was told last with nothing in their windows is told nothing new by a session that changes none', () => {
    const region = givenRegion()
    const rows = givenStudents(region, 400, { state: StudentState.leaving, latestRating: 5 })
    for (const row of rows) happen(region, Kind.review, row)
    const away = rows.filter((row) => region.student.at(row).state === StudentState.away)
    expect(away.length).toBeGreaterThan(10)
    for (const { rating } of sessionsEnd(region, away, { outcome: Outcome.technical }))
      expect(rating).toBeGreaterThan(0)
    const told = payloadsOf(region, 'customer_health_update')
    expect(told.length).toBeGreaterThan(0)
    for (const { sessions_last_30_days, avg_session_rating } of told)
      expect([sessions_last_30_days, avg_session_rating]).not.toEqual([0, 5])
  })

  it('the call of one who was refused at once comes at any time of three days', () => {
    const region = givenRegion()
    region.market.edit(0).shortageSince = NOON - DAY
    const dues = givenStudents(region, 10_000, { sessions: 0 }).map((row) => {
      const instant = {
        phase: SessionPhase.requested,
        sessionSubject: 0,
        sessionType: SESSION_TYPES.indexOf('instant_book'),
      }
      Object.assign(region.student.edit(row), instant)
      happen(region, Kind.session, row)
      return callToCome(region, row).callDue
    })
    const calls = dues.filter((due) => due > 0)
    expect(calls.length).toBeGreaterThan(50)
    expect(new Set(calls).size).toBeGreaterThan(0.9 * calls.length)
  })

  it('whether a call comes early has nothing to do with whether the next try comes early', () => {
    const region = givenRegion()
    const pairs = givenStudents(region, 20_000, { sessions: 0 }).flatMap((row) => {
      Object.assign(region.student.edit(row), {
        phase: SessionPhase.planned,
        sessionSubject: 0,
        sessionType: 0,
        zone: 0,
      })
      happen(region, Kind.session, row)
      const { sessionDue } = region.student.at(row)
      const { callDue } = callToCome(region, row)
      return callDue > 0 ? [{ callDue, sessionDue }] : []
    })
    const middle = (list: number[]): number => list.sort((a, b) => a - b)[list.length >> 1] as number
    const [call, retry] = [
      middle(pairs.map(({ callDue }) => callDue)),
      middle(pairs.map(({ sessionDue }) => sessionDue)),
    ]
    const both = pairs.filter(({ callDue, sessionDue }) => callDue < call === sessionDue < retry).length
    expectFrequency(both, pairs.length, 0.5)
  })

  it('an outage on the day after another is one', () => {
    const random = new Random(worldKey('outages'))
    const outages = new Outages(random, standardFigures.shocks.outage)
    const begins = (day: number): number | undefined => {
      const [whether, begin] = random.draw(Purpose.outage, 0, day)
      if (!chance(whether as number, standardFigures.shocks.outage.daily)) return undefined
      return day * DAY + between(begin as number, OUTAGE.earliest, OUTAGE.latest)
    }
    let seen = 0
    for (let day = 12_418; day < 47_000; day++) {
      const from = begins(day)
      if (from === undefined || begins(day - 1) === undefined) continue
      seen++
      expect({ seen, at: new Date(from), state: outages.at(from) }).toEqual({
        seen,
        at: new Date(from),
        state: Platform.down,
      })
    }
    expect(seen).toBeGreaterThan(0)
  })

  it('recovery lasts a day after any outage', () => {
    const outages = new Outages(new Random(worldKey('outages 9')), standardFigures.shocks.outage)
    let end = 0
    for (let now = NOON; now < NOON + 3000 * DAY; now += MINUTE) {
      const state = outages.at(now)
      if (state === Platform.down) end = now
      if (end > 0 && now - end < OUTAGE.recovery - MINUTE)
        expect({ now, state }).not.toEqual({ now, state: Platform.up })
    }
  })

  it('who comes back is told of with their first session, whatever it brings', () => {
    const region = givenRegion()
    let back = 0
    for (const row of givenStudents(region, 500)) {
      sessionsEnd(region, [row])
      region.student.edit(row).state = StudentState.leaving
      happen(region, Kind.review, row)
      if (region.student.at(row).state !== StudentState.away) continue
      happen(region, Kind.review, row)
      expect(region.student.at(row).state).toBe(StudentState.active)
      const updates = payloadsOf(region, 'customer_health_update').length
      sessionsEnd(region, [row], { outcome: 1 })
      expect(payloadsOf(region, 'customer_health_update').length).toBe(updates + 1)
      back++
    }
    expect(back).toBeGreaterThan(10)
  })

  it('newcomers are on no circle before they have told their hours, in a restored region neither', () => {
    const region = givenRegion()
    givenTutors(region, 1)
    addTutor(region, 0, NOON + DAY, NOON)
    const restored = new RegionState(region.index, worldKey('rules'))
    decodeCheckpoint(encodeCheckpoint(region.tables, MODEL_VERSION, NOON), restored.tables, MODEL_VERSION)
    restored.start(actionsOf(restored), NOON)
    expect(restored.tutorSeats).toEqual(region.tutorSeats)
    for (const subject of restored.circles.keys()) expect(rowsOn(restored, subject)).toEqual(rowsOn(region, subject))
    expect(rowsOn(restored, 0)).toEqual([0])
  })

  it('ids have no leading zeros', () => {
    expect(createWorld({ students: 50, warmup: '0d' }).student('stu_01000')).toBeUndefined()
  })

  it('in a shortage 15 points fewer of those who want a tutor at once find one', () => {
    const filled = (short: boolean): number => {
      const region = givenRegion()
      if (short) region.market.edit(0).shortageSince = NOON - DAY
      return meanOf(
        givenStudents(region, 20_000).map((row) => {
          const instant = {
            phase: SessionPhase.requested,
            sessionSubject: 0,
            sessionType: SESSION_TYPES.indexOf('instant_book'),
          }
          Object.assign(region.student.edit(row), instant)
          happen(region, Kind.session, row)
          const { sessionType, sessionDue } = region.student.at(row)
          return sessionType === 2 && sessionDue - NOON <= 10 * MINUTE ? 1 : 0
        }),
      )
    }
    expect(standardFigures.markets.shortage.waits).toBe(2.5)
    expect(Math.abs(filled(false) - filled(true) - 0.15)).toBeLessThan(0.04)
  })
})

// Why people call (causes 1, 2, 3 and 10 of the calibration): after sessions, after calls that solved nothing, when a
// plan renews, and only at the hours of the line.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, dayNumber, HOUR, WEEK } from '../../engine/index.ts'
import { CALL_REASONS, type CallReason, type IbCallLogged, LEVELS } from '../../model/events/index.ts'
import { localAt } from '../../model/events/localtime.ts'
import { callOutOfTheBlue, readiness, whileOpen, withinCallHours } from '../../model/rules/calls.ts'
import { addStudent } from '../../model/rules/students.ts'
import { standardFigures } from '../../model/settings/figures.ts'
import { Kind, type RegionState } from '../../model/state/region.ts'
import { CallOrigin, Outcome, StudentState } from '../../model/state/tables.ts'
import {
  callToCome,
  countOf,
  type Ending,
  eventsOf,
  expectFrequency,
  expectHits,
  givenCall,
  givenRegion,
  givenStudents,
  happen,
  meanOf,
  NOON,
  payloadsOf,
  sessionsEnd,
} from './given.ts'

const index = (reason: CallReason): number => CALL_REASONS.indexOf(reason)

/** Sessions that brought a call for the reason. */
function calls(endings: readonly Ending[], reason: CallReason): Ending[] {
  return endings.filter(({ callDue, callReason }) => callDue > 0 && callReason === index(reason))
}

function within(endings: readonly Ending[], milliseconds: number): void {
  for (const { callDue } of endings) {
    expect(callDue).toBeGreaterThan(NOON)
    expect(callDue).toBeLessThanOrEqual(NOON + milliseconds)
  }
}

describe('cause 1: a bad rating brings a call about the tutor', () => {
  const region = givenRegion()
  const endings = sessionsEnd(region, givenStudents(region, 40_000), { tutor: { quality: 70 } })

  it.each([1, 2, 3, 4, 5])('a rating of %i as often as the calibration has it', (rating) => {
    const rated = endings.filter((ending) => ending.rating === rating)
    expect(rated.length).toBeGreaterThan(500)
    expectFrequency(
      calls(rated, 'tutor_concern').length,
      rated.length,
      standardFigures.calls.concern.chances[rating] as number,
    )
  })

  it('within 48 hours, at any time of them', () => {
    const concerned = calls(endings, 'tutor_concern')
    within(concerned, standardFigures.calls.concern.within)
    const delays = concerned.map(({ callDue }) => callDue - NOON)
    // From noon on the line is open for 10 of 48 hours, then from the 20th to the 34th, and for the last 4.
    const middle = (10 * 5 + 14 * 27 + 4 * 46) / 28
    expect(Math.abs(meanOf(delays) / HOUR - middle)).toBeLessThan(1.5)
    expect(Math.min(...delays)).toBeLessThan(HOUR)
    expect(Math.max(...delays)).toBeGreaterThan(standardFigures.calls.concern.within - HOUR)
  })

  it('but not where the student did not come or the line broke', () => {
    for (const outcome of [Outcome.studentNoShow, Outcome.lateCancel, Outcome.technical]) {
      const world = givenRegion()
      expect(calls(sessionsEnd(world, givenStudents(world, 2000), { outcome }), 'tutor_concern')).toEqual([])
    }
  })
})

describe('cause 2: a failed session brings the call that its hidden cause calls for', () => {
  const failed = (outcome: number): Ending[] => {
    const region = givenRegion()
    return sessionsEnd(region, givenStudents(region, 20_000), { outcome })
  }

  it('the tutor did not come: a scheduling issue within 24 hours', () => {
    const endings = failed(Outcome.tutorNoShow)
    const called = calls(endings, 'scheduling_issue')
    expectFrequency(called.length, endings.length, standardFigures.calls.tutorNoShow.chance)
    within(called, standardFigures.calls.tutorNoShow.within)
  })

  it('the line broke: a technical problem within 2 hours', () => {
    const endings = failed(Outcome.technical)
    const called = calls(endings, 'technical_problem')
    expectFrequency(called.length, endings.length, standardFigures.calls.technical.chance)
    within(called, standardFigures.calls.technical.within)
  })

  it('the student did not come: a question about the bill', () => {
    const endings = failed(Outcome.studentNoShow)
    const called = calls(endings, 'billing_question')
    expectFrequency(called.length, endings.length, standardFigures.calls.studentNoShow.chance)
    within(called, standardFigures.calls.studentNoShow.within)
  })

  it('nothing failed: now and then a technical problem all the same', () => {
    const endings = failed(Outcome.success)
    const unconcerned = endings.filter(({ rating }) => standardFigures.calls.concern.chances[rating] === 0)
    expectFrequency(
      calls(unconcerned, 'technical_problem').length,
      unconcerned.length,
      standardFigures.calls.technical.afterGoodSession,
    )
    expect(countOf(unconcerned, ({ callDue }) => callDue > 0)).toBe(calls(unconcerned, 'technical_problem').length)
  })

  it('the call to come names the session as its cause', () => {
    const region = givenRegion()
    const [called] = calls(
      sessionsEnd(region, givenStudents(region, 50), { outcome: Outcome.technical }),
      'technical_problem',
    )
    const { call, callDue } = called as Ending
    happen(region, Kind.call, call, callDue)
    const [logged] = payloadsOf(region, 'ib_call_logged')
    const [completed] = payloadsOf(region, 'session_completed').filter(
      ({ student_id }) => student_id === logged?.student_id,
    )
    expect(logged).toMatchObject({ reason: 'technical_problem', timestamp: new Date(callDue).toISOString() })
    expect(causesIn(region).get(`${logged?.call_id}.logged`)).toBe(`${completed?.session_id}.completed`)
  })
})

describe('cause 3: a call that solved nothing brings another', () => {
  const region = givenRegion()
  const rows = givenStudents(region, 30_000)
  for (const row of rows) happen(region, Kind.call, givenCall(region, row, index('scheduling_issue')))
  const first = payloadsOf(region, 'ib_call_logged')
  const planned = rows.map((row) => {
    const { call: planned, callDue, callReason } = callToCome(region, row)
    return { planned, callDue, callReason, call: first[row] as IbCallLogged }
  })
  const again = planned.filter(({ callDue }) => callDue > 0)
  for (const { planned, callDue } of again) happen(region, Kind.call, planned, callDue)
  const second = payloadsOf(region, 'ib_call_logged').slice(first.length)

  const resolution = (call: IbCallLogged, repeats: number): number =>
    standardFigures.calls.resolved.atNoLength +
    standardFigures.calls.resolved.perSecond * call.duration_seconds +
    standardFigures.calls.resolved.perRepeat * repeats
  const resolved = (call: IbCallLogged): boolean => call.resolved

  it('the first is resolved as often as its length lets it be', () => {
    expectHits(
      countOf(first, resolved),
      first.map((call) => resolution(call, 0)),
    )
  })

  it('an unresolved one is followed by another as often as the calibration has it, a resolved one never', () => {
    expectFrequency(
      again.length,
      countOf(first, (call) => !resolved(call)),
      standardFigures.calls.repeat.chance,
    )
    expect(again.filter(({ call }) => call.resolved)).toEqual([])
  })

  it('within 7 days, half of them within about 2', () => {
    const delays = again.map(({ callDue }) => callDue - NOON).sort((a, b) => a - b)
    expect(delays.at(0)).toBeGreaterThan(0)
    expect(delays.at(-1)).toBeLessThanOrEqual(7 * DAY)
    expect((delays[delays.length >> 1] as number) / (2 * DAY)).toBeGreaterThan(0.85)
    expect((delays[delays.length >> 1] as number) / (2 * DAY)).toBeLessThan(1.15)
  })

  it('mostly for the same reason', () => {
    const { otherReasons, sameReason } = standardFigures.calls.repeat
    const drawnAgain = shareOf(otherReasons.pick.bind(otherReasons), index('scheduling_issue'))
    const same = countOf(again, ({ callReason }) => callReason === index('scheduling_issue'))
    expectFrequency(same, again.length, sameReason + (1 - sameReason) * drawnAgain)
  })

  it('one priority higher, up to high', () => {
    const raised = again.map(({ call }) => LEVELS[Math.min(LEVELS.indexOf(call.priority) + 1, 2)])
    expect(second.map(({ priority }) => priority)).toEqual(raised)
  })

  it('eight points less likely to be resolved, and the one after that eight more', () => {
    expect(standardFigures.calls.resolved.perRepeat).toBeCloseTo(-0.08)
    expectHits(
      countOf(second, resolved),
      second.map((call) => resolution(call, 1)),
    )
  })

  it('caused by the one before', () => {
    const causes = causesIn(region)
    expect(second.map((call) => causes.get(`${call.call_id}.logged`))).toEqual(
      again.map(({ call }) => `${call.call_id}.logged`),
    )
  })
})

describe('cause 10: a plan renews', () => {
  const RENEWS = standardFigures.calls.renewal.everyWeeks * WEEK
  const reviewed = (joined: number) => {
    const region = givenRegion()
    const rows = givenStudents(region, 60_000, { hazard: 0, rated30: 1, ratings30: 5, joinedDay: dayNumber(joined) })
    for (const row of rows) happen(region, Kind.review, row)
    return rows.map((row) => {
      const { state } = region.student.at(row)
      return { state, ...callToCome(region, row) }
    })
  }
  const renewing = reviewed(NOON - RENEWS)
  const ordinary = reviewed(NOON - RENEWS - WEEK)
  const brought = renewing.filter(({ callDue }, row) => callDue > 0 && ordinary[row]?.callDue === 0)
  const stayed = countOf(renewing, ({ state }) => state === StudentState.active)

  it('some ask about the bill who would not have called', () => {
    expect(brought.every(({ callReason }) => callReason === index('billing_question'))).toBe(true)
    expectFrequency(
      brought.length,
      stayed,
      standardFigures.calls.renewal.chance * (1 - standardFigures.calls.spontaneous.weekly),
    )
  })

  it('within three days', () => {
    for (const { callDue } of brought) expect(callDue - NOON).toBeLessThanOrEqual(standardFigures.calls.renewal.within)
  })

  it('and no call is lost by it', () => {
    expect(ordinary.filter(({ callDue }, row) => callDue > 0 && renewing[row]?.callDue !== callDue)).toEqual([])
  })
})

describe('what nothing in the stream led to', () => {
  it('is asked as often as the calibration has it, within the week', () => {
    const region = givenRegion()
    const rows = givenStudents(region, 60_000, {
      hazard: 0,
      rated30: 1,
      ratings30: 5,
      joinedDay: dayNumber(NOON - WEEK),
    })
    for (const row of rows) happen(region, Kind.review, row)
    const dues = rows.map((row) => callToCome(region, row).callDue).filter((due) => due > 0)
    const stayed = countOf(rows, (row) => region.student.at(row).state === StudentState.active)
    expectFrequency(dues.length, stayed, standardFigures.calls.spontaneous.weekly)
    expect(Math.max(...dues) - NOON).toBeLessThanOrEqual(WEEK)
    expect(meanOf(dues.map((due) => due - NOON)) / WEEK).toBeCloseTo(0.5, 1)
  })

  it('is not asked by someone whose last session is a month ago', () => {
    const region = givenRegion()
    const rows = givenStudents(region, 5000, { hazard: 0, rated30: 0, latestRating: 5 })
    for (const row of rows) happen(region, Kind.review, row)
    expect(countOf(rows, (row) => callToCome(region, row).callDue > 0)).toBe(0)
  })
})

describe('a call that comes too late for its reason', () => {
  it.each([
    ['technical_problem', standardFigures.calls.technicalMemory],
    ['tutor_concern', standardFigures.calls.concernMemory],
  ] as const)('%s: is a general inquiry', (reason, memory) => {
    const reasonAfter = (wait: number): string | undefined => {
      const region = givenRegion()
      const [row] = givenStudents(region, 1) as [number]
      sessionsEnd(region, [row])
      happen(region, Kind.call, givenCall(region, row, index(reason)), NOON + wait)
      return payloadsOf(region, 'ib_call_logged')[0]?.reason
    }
    expect(reasonAfter(memory - 1)).toBe(reason)
    expect(reasonAfter(memory)).toBe('general_inquiry')
  })
})

describe('calls to come', () => {
  it('a student may have several, and each is placed', () => {
    const region = givenRegion()
    const [row] = givenStudents(region, 1) as [number]
    const due = (place: number): number => NOON + (7 - place) * HOUR
    const reasons = ['billing_question', 'general_inquiry', 'scheduling_issue'].map((name) => index(name as CallReason))
    region.student.edit(row)
    for (const [place, reason] of reasons.entries())
      callOutOfTheBlue(region, due(place), reason, CallOrigin.review, place)
    region.world.run(NOON + DAY)
    const logged = payloadsOf(region, 'ib_call_logged')
    expect(logged.slice(0, 3).map(({ reason }) => index(reason))).toEqual(reasons.toReversed())
  })

  it('two of one millisecond are placed one after the other', () => {
    const region = givenRegion()
    const [row] = givenStudents(region, 1) as [number]
    for (let call = 0; call < 3; call++) givenCall(region, row, index('general_inquiry'))
    region.world.run(NOON + 10)
    const ids = payloadsOf(region, 'ib_call_logged').map(({ call_id }) => call_id)
    expect(new Set(ids).size).toBe(3)
    expect(region.student.at(row).calls14).toBe(3)
  })

  it('are forgotten when the student leaves', () => {
    const region = givenRegion()
    const [row] = givenStudents(region, 1) as [number]
    for (let call = 0; call < 3; call++) givenCall(region, row, index('general_inquiry'))
    region.student.edit(row).state = StudentState.leaving
    happen(region, Kind.review, row)
    region.world.run(NOON + DAY)
    expect(payloadsOf(region, 'ib_call_logged')).toEqual([])
  })
})

describe('some students complain, most do not', () => {
  it('all their life, and on average as the calibration has it', () => {
    const region = givenRegion()
    const rows = givenStudents(region, 20_000)
    const traits = rows.map((row) => readiness(addStudent(region, row, region.student.at(row).number)))
    expect(Math.abs(meanOf(traits) - 1)).toBeLessThan(0.03)
    expect(countOf(traits, (trait) => trait > 2)).toBeGreaterThan(1000)
    expect(countOf(traits, (trait) => trait < 0.5)).toBeGreaterThan(5000)
  })

  it('who complains twice as much calls twice as often', () => {
    const called = (complains: number): number => {
      const region = givenRegion()
      const rows = givenStudents(region, 20_000, { complains })
      return calls(sessionsEnd(region, rows, { outcome: Outcome.tutorNoShow }), 'scheduling_issue').length
    }
    expectFrequency(called(128), 20_000, 2 * standardFigures.calls.tutorNoShow.chance)
    expectFrequency(called(32), 20_000, standardFigures.calls.tutorNoShow.chance / 2)
  })
})

describe('the hours of the line', () => {
  const { zone, opens, closes } = standardFigures.calls.hours
  const timeOfDay = (instant: number): number => localAt(zone, instant) % DAY

  it('whoever may call at any time of some days is as likely to at any hour at which it is open', () => {
    const words = Array.from({ length: 9800 }, (_, at) => Math.floor(((at + 0.5) / 9800) * 0x1_0000_0000))
    const hours = words.map((word) =>
      Math.floor(timeOfDay(whileOpen(standardFigures.calls.hours, NOON, NOON + WEEK, word)) / HOUR),
    )
    for (let hour = 8; hour < 22; hour++) expect(countOf(hours, (found) => found === hour)).toBe(700)
  })

  const anyInstant = fc.integer({ min: NOON - 400 * DAY, max: NOON + 400 * DAY })

  it('every call is placed from 08:00 to 22:00 Eastern', () => {
    return fc.assert(
      fc.property(anyInstant, (wished) => {
        const local = timeOfDay(withinCallHours(standardFigures.calls.hours, wished))
        return local >= opens && local < closes
      }),
      { numRuns: 5000, seed: 1 },
    )
  })

  it('those wished for while it is open are placed then, the others on the next morning', () => {
    return fc.assert(
      fc.property(anyInstant, (wished) => {
        const local = timeOfDay(wished)
        const wait = withinCallHours(standardFigures.calls.hours, wished) - wished
        return local >= opens && local < closes ? wait === 0 : wait > 0 && wait < DAY
      }),
      { numRuns: 5000, seed: 2 },
    )
  })

  it('after a session at any hour', () => {
    for (let hour = 0; hour < 24; hour++) {
      const region = givenRegion(NOON + hour * HOUR)
      const called = calls(
        sessionsEnd(region, givenStudents(region, 200), { outcome: Outcome.technical }),
        'technical_problem',
      )
      expect(called.length).toBeGreaterThan(20)
      for (const { callDue } of called) expect(withinCallHours(standardFigures.calls.hours, callDue)).toBe(callDue)
    }
  })
})

/** `caused_by` by `event_id`. */
function causesIn(region: RegionState): Map<string, string | null> {
  return new Map(eventsOf(region).map(({ event_id, caused_by }) => [event_id, caused_by]))
}

/** Share of random words for which a choice falls on an outcome. */
function shareOf(pick: (word: number) => number, outcome: number): number {
  const words = Array.from({ length: 10_000 }, (_, at) => Math.floor((at + 0.5) * (0x1_0000_0000 / 10_000)))
  return countOf(words, (word) => pick(word) === outcome) / words.length
}

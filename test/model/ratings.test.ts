// How sessions go and how they are rated (causes 9 and 10 of the calibration, rows 15 to 19): hidden outcomes, tired and
// new tutors, outages.

import { describe, expect, it } from 'vitest'
import { HOUR } from '../../engine/index.ts'
import { CALL_REASONS } from '../../model/events/index.ts'
import { standardFigures } from '../../model/settings/figures.ts'
import { Platform } from '../../model/state/outages.ts'
import { Kind, type RegionState } from '../../model/state/region.ts'
import { Outcome, type TUTOR } from '../../model/state/tables.ts'
import {
  countOf,
  type Ending,
  expectFrequency,
  givenRegion,
  givenStudents,
  givenTutors,
  happen,
  meanOf,
  NOON,
  sessionsBegin,
  sessionsEnd,
  usualOutcome,
} from './given.ts'

type TutorValues = { [Field in keyof typeof TUTOR]?: number }

const STUDENTS = 20_000
const FAILING = standardFigures.sessions.failures.percent.reduce<number>((sum, percent) => sum + percent, 0) / 100

/** A moment at which the platform is as given, and was already an hour ago, and nothing else makes sessions fail. */
function momentWhen(platform: (typeof Platform)[keyof typeof Platform]): number {
  const { shocks } = givenRegion(NOON, 'on')
  for (let now = NOON; ; now += HOUR)
    if (
      shocks.outages.at(now) === platform &&
      shocks.outages.at(now - HOUR) === platform &&
      shocks.between(now - HOUR, now + 2 * HOUR).every(({ kind }) => kind === 'outage' || kind === 'tests')
    )
      return now
}

/** At noon nothing hits anybody, at other moments what hits many is as chance has it. */
const regionAt = (now: number): RegionState => givenRegion(now, now === NOON ? 'off' : 'on')

const DOWN = momentWhen(Platform.down)
const RECOVERING = momentWhen(Platform.recovering)

/** Hidden outcomes of sessions that begin. */
function outcomes(
  tutor: TutorValues = {},
  { now = NOON, sessions = 20 }: { now?: number; sessions?: number } = {},
): number[] {
  const region = regionAt(now)
  return sessionsBegin(region, givenStudents(region, STUDENTS, { sessions }), { tutor })
}

/** Ratings of sessions that end, whatever their outcome. */
function meanRating(
  tutor: TutorValues = {},
  { now = NOON, sessions = 20 }: { now?: number; sessions?: number } = {},
): number {
  const region = regionAt(now)
  const rows = givenStudents(region, STUDENTS, { sessions })
  return meanOf(sessionsEnd(region, rows, { outcome: usualOutcome, tutor }).map(({ rating }) => rating))
}

const usualOutcomes = outcomes()
const usualRating = meanRating()

describe('an ordinary session', () => {
  it('fails as often as the calibration has it, by hidden cause', () => {
    for (const [outcome, percent] of standardFigures.sessions.failures.percent.entries())
      if (outcome !== Outcome.success)
        expectFrequency(
          countOf(usualOutcomes, (one) => one === outcome),
          STUDENTS,
          percent / 100,
        )
  })
})

describe('a first session', () => {
  it('fails more often', () => {
    const failed = countOf(outcomes({}, { sessions: 0 }), (outcome) => outcome !== Outcome.success)
    expectFrequency(failed, STUDENTS, FAILING * standardFigures.sessions.failures.first)
  })

  it('is rated 0.17 lower', () => {
    expect(Math.abs(usualRating - meanRating({}, { sessions: 0 }) - 0.17)).toBeLessThan(0.06)
  })
})

describe('cause 9: a tired tutor', () => {
  const tired = { heavyWeeks: standardFigures.tutors.tired.weeks }

  it('does not come half as often again', () => {
    const noShows = countOf(outcomes(tired), (outcome) => outcome === Outcome.tutorNoShow)
    expectFrequency(
      noShows,
      STUDENTS,
      ((standardFigures.sessions.failures.percent[Outcome.tutorNoShow] as number) / 100) *
        standardFigures.tutors.tired.noShows,
    )
  })

  it('fails in no other way more often', () => {
    for (const outcome of [Outcome.studentNoShow, Outcome.lateCancel, Outcome.technical, Outcome.partial])
      expectFrequency(
        countOf(outcomes(tired), (one) => one === outcome),
        STUDENTS,
        (standardFigures.sessions.failures.percent[outcome] as number) / 100,
      )
  })

  it('is rated 0.21 lower, of which a stream shows 0.08: its weeks begin at other times', () => {
    expect(Math.abs(usualRating - meanRating(tired) - 0.21)).toBeLessThan(0.025)
  })

  it('is one who has taught more than 25 hours a week for three weeks', () => {
    const region = givenRegion()
    const [row] = givenTutors(region, 1) as [number]
    const weeks = (minutes: number[]): number[] =>
      minutes.map((minutesThisWeek) => {
        Object.assign(region.tutor.edit(row), { minutesThisWeek, weekEnds: NOON })
        happen(region, Kind.tutorWeek, row)
        return region.tutor.at(row).heavyWeeks
      })
    const [heavy, light] = [standardFigures.tutors.tired.minutes + 1, standardFigures.tutors.tired.minutes]
    expect(weeks([heavy, heavy, heavy, heavy, light, heavy])).toEqual([1, 2, 3, 4, 0, 1])
    expect(outcomes({ heavyWeeks: standardFigures.tutors.tired.weeks - 1 })).toEqual(usualOutcomes)
  })
})

describe('cause 9: a new tutor', () => {
  it('is rated 0.15 lower in the first ten sessions', () => {
    expect(Math.abs(usualRating - meanRating({ sessions: 0 }) - 0.15)).toBeLessThan(0.05)
    expect(meanRating({ sessions: standardFigures.sessions.ratings.newTutorSessions - 1 })).toBe(
      meanRating({ sessions: 0 }),
    )
  })

  it('is as good as others from then on', () => {
    expect(meanRating({ sessions: standardFigures.sessions.ratings.newTutorSessions })).toBe(usualRating)
  })
})

describe('cause 10: an outage', () => {
  it('fails five times as many sessions', () => {
    const failed = countOf(outcomes({}, { now: DOWN }), (outcome) => outcome !== Outcome.success)
    expectFrequency(failed, STUDENTS, FAILING * standardFigures.shocks.outage.failures)
  })

  it('costs 0.3 of the ratings of those who like their tutor, and more between strangers', () => {
    const cost = usualRating - meanRating({}, { now: DOWN })
    expect(cost).toBeGreaterThan(0.3)
    expect(cost).toBeLessThan(0.55)
  })

  it('brings eight times the technical calls after good sessions; after broken ones most see that it is not their line', () => {
    const technicalCalls = (outcome: number): number => {
      const region = regionAt(DOWN)
      const endings = sessionsEnd(region, givenStudents(region, STUDENTS), { outcome, tutor: { quality: 250 } })
      return countOf(endings, calledTechnical)
    }
    expectFrequency(
      technicalCalls(Outcome.success),
      STUDENTS,
      standardFigures.calls.technical.afterGoodSession * standardFigures.shocks.outage.calls.factor,
    )
    expectFrequency(technicalCalls(Outcome.technical), STUDENTS, standardFigures.shocks.outage.calls.afterFailure)
  })

  it('brings many times the technical calls over all, which come at once', () => {
    const technicalCalls = (now: number): number => {
      const region = regionAt(now)
      const rows = givenStudents(region, STUDENTS)
      const fates = sessionsBegin(region, rows)
      return countOf(sessionsEnd(region, rows, { outcome: (row) => fates[row] as number }), calledTechnical)
    }
    const ratio = technicalCalls(DOWN) / technicalCalls(NOON)
    expect(ratio).toBeGreaterThan(standardFigures.shocks.outage.calls.factor * 0.75)
    expect(ratio).toBeLessThan(standardFigures.shocks.outage.calls.factor * 2)
  })

  it('leaves half of what it cost the ratings until it has recovered, and no more failures', () => {
    const [down, recovering] = [meanRating({}, { now: DOWN }), meanRating({}, { now: RECOVERING })]
    expect(usualRating - recovering).toBeGreaterThan(0.35 * (usualRating - down))
    expect(usualRating - recovering).toBeLessThan(0.55 * (usualRating - down))
    const failed = countOf(outcomes({}, { now: RECOVERING }), (outcome) => outcome !== Outcome.success)
    expectFrequency(failed, STUDENTS, FAILING)
  })
})

function calledTechnical({ callDue, callReason }: Ending): boolean {
  return callDue > 0 && callReason === CALL_REASONS.indexOf('technical_problem')
}

// What ratings settings ask for: shares of stars, from the limits on the latent scale and what lies on it.

import { errorFunction } from 'simple-statistics'
import { type GivenFigures, valueIn } from '../settings/catalogue.ts'
import { sharesIn } from '../settings/volume.ts'

/** Settings that these figures account for, of students and of tutors. */
export const OF_STUDENTS = [
  'sessions.failed_percent',
  'sessions.failures.',
  'sessions.first_failed_times',
  'sessions.ratings.by_student_after.',
  'sessions.ratings.failed_limits.',
  'sessions.ratings.first_session',
  'sessions.ratings.fit',
  'sessions.ratings.noise',
  'sessions.ratings.quality',
  'sessions.ratings.student_limits.',
] as const
export const OF_TUTORS = [
  'sessions.failed_percent',
  'sessions.failures.',
  'sessions.ratings.by_tutor_after.',
  'sessions.ratings.tutor_limits.',
] as const

/** Causes of failure in the order of the catalogue. */
const CAUSES = ['student_no_show', 'late_cancel', 'technical', 'tutor_no_show', 'partial']

/** Figures of row 18. */
export function studentRatingsAsked(given: GivenFigures): Readonly<Record<string, number>> {
  const one = starsOfStudents(given, valueIn(given, 'sessions.failed_percent'), 0)
  const failedFirst = valueIn(given, 'sessions.failed_percent') * valueIn(given, 'sessions.first_failed_times')
  const first = starsOfStudents(given, Math.min(100, failedFirst), valueIn(given, 'sessions.ratings.first_session'))
  const [one1, two, three, four, five] = one as [number, number, number, number, number]
  return {
    ...{ '5 stars': five, '4 stars': four, '3 stars': three, '2 stars': two, '1 star': one1 },
    ...{ mean: meanOf(one), 'mean of first sessions': meanOf(first) },
  }
}

/** Figures of row 19. */
export function tutorRatingsAsked(given: GivenFigures): Readonly<Record<string, number>> {
  const failed = valueIn(given, 'sessions.failed_percent')
  const limits = limitsOf(given, 'tutor_limits')
  const after = (what: string): number[] =>
    starsOf(limits, valueIn(given, `sessions.ratings.by_tutor_after.${what}`), 1)
  const [one, two, three, four, five] = mixed(given, failed, after('success'), after) as [
    number,
    number,
    number,
    number,
    number,
  ]
  return { '5 stars': five, '4 stars': four, less: one + two + three }
}

/** Shares of 1 to 5 stars in percent. @param points that all sessions have more on the latent scale */
function starsOfStudents(given: GivenFigures, failed: number, points: number): number[] {
  const parts = ['noise', 'quality', 'fit'].map((part) => valueIn(given, `sessions.ratings.${part}`))
  const deviation = Math.sqrt(parts.reduce((sum, part) => sum + part * part, 0))
  const good = starsOf(limitsOf(given, 'student_limits'), points, deviation)
  const limits = limitsOf(given, 'failed_limits')
  return mixed(given, failed, good, (cause) =>
    starsOf(limits, points + valueIn(given, `sessions.ratings.by_student_after.${cause}`), deviation),
  )
}

/** Stars of all sessions: of those that went well, and of those that failed by each cause. */
function mixed(
  given: GivenFigures,
  failed: number,
  good: readonly number[],
  after: (cause: string) => readonly number[],
): number[] {
  const shares = sharesIn(given, 'sessions.failures')
  const all = good.map((share) => (share * (100 - failed)) / 100)
  for (const [at, cause] of CAUSES.entries())
    for (const [star, share] of after(cause).entries())
      all[star] = (all[star] as number) + (share * failed * (shares[at] as number)) / 10_000
  return all
}

/** Shares of 1 to 5 stars in percent, where the latent variable is normal: a star for each limit that it reaches. */
function starsOf(limits: readonly number[], mean: number, deviation: number): number[] {
  const inOrder = limits.toSorted((a, b) => a - b)
  const below = inOrder.map((limit) => 50 * (1 + errorFunction((limit - mean) / (deviation || 1e-9) / Math.SQRT2)))
  return [...below, 100].map((share, star) => Math.max(0, share - (star > 0 ? (below[star - 1] as number) : 0)))
}

function limitsOf(given: GivenFigures, of: string): number[] {
  return [2, 3, 4, 5].map((stars) => valueIn(given, `sessions.ratings.${of}.rating_${stars}`))
}

function meanOf(stars: readonly number[]): number {
  return stars.reduce((sum, share, at) => sum + (share / 100) * (at + 1), 0)
}

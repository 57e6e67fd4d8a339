// What hits many at once: weather and illness in a region, reports of grades, bad releases of the platform, its outages, changes
// of price. Whether there is one, and how large, is a draw of the region or the platform and the day, the quarter or the winter:
// so each has an identity, there is nothing to store, and it can be found again at any time.

import { DAY, dayNumber, Random, type WorldKey } from '../../engine/index.ts'
import { SUBJECTS } from '../events/index.ts'
import { localAt } from '../events/localtime.ts'
import type { Figures } from '../settings/figures.ts'
import type { TutorFigures } from '../settings/tutors.ts'
import { type Absence, absenceOn, absencesWithin } from './absences.ts'
import { Outages, Platform } from './outages.ts'
import { PlatformShocks } from './platform-shocks.ts'
import { MAIN_ZONES, RegionalShocks, weekOf } from './regional-shocks.ts'
import type { Shock } from './shock.ts'
import { PRICE_CHANGE } from './shock-figures.ts'
import { Outcome } from './tables.ts'

const DAYS_KEPT = 128
const WEEKS_KEPT = 16
const DAYS_OF_TUTORS_KEPT = 4
const NOON = DAY / 2
/** What hits one region, and the whole platform with it. */
export class Shocks {
  readonly outages: Outages
  readonly #random: Random
  readonly #regional: RegionalShocks
  readonly #platform: PlatformShocks
  readonly #zone: number
  #figures: Figures
  #technicalInOutage: number
  readonly #isOff: boolean
  /** Factors on the lessons of days, by their remainder. */
  readonly #days = new Float64Array(DAYS_KEPT)
  readonly #lessons = new Float64Array(DAYS_KEPT)
  /** Factors on the lessons of subjects in weeks, by their remainder. */
  readonly #weeks = new Float64Array(WEEKS_KEPT * SUBJECTS.length)
  readonly #tests = new Float64Array(WEEKS_KEPT * SUBJECTS.length)
  /** Factors on the hours of subjects' tutors on days, by their remainder. */
  readonly #tutorDays = new Float64Array(DAYS_OF_TUTORS_KEPT * SUBJECTS.length)
  readonly #tutorHours = new Float64Array(DAYS_OF_TUTORS_KEPT * SUBJECTS.length)
  /** What is felt on the day that was asked for last, UTC. */
  #today = -1
  #felt: readonly Shock[] = []
  /**
   * Factors on it: on sessions missed by whoever is ill, on failures of technology in bad weather, and the highest there is.
   * Not whole numbers to begin with: V8 compiles all anew when a field of those becomes one of fractions.
   */
  #noShows = Number.NaN
  #technical = Number.NaN
  #failuresMost = Number.NaN

  /** @param region index into REGIONS */
  constructor(region: number, key: WorldKey, figures: Figures, isOff: boolean) {
    this.#zone = MAIN_ZONES[region] as number
    // Of its own: whoever asks may have words of another draw in hand.
    this.#random = new Random(key)
    this.#isOff = isOff
    this.#figures = figures
    this.#technicalInOutage = technicalInOutage(figures)
    const { shocks } = figures
    this.outages = new Outages(this.#random, shocks.outage, isOff)
    this.#regional = new RegionalShocks(this.#random, shocks, region)
    this.#platform = new PlatformShocks(this.#random, shocks, this.outages)
  }

  /** Figures are others from now on; those of shocks themselves never change. */
  liveBy(figures: Figures): void {
    this.#figures = figures
    this.#technicalInOutage = technicalInOutage(figures)
    this.#today = -1
  }

  /** Factor on the lessons of a local day: weather and illness take some, reports of grades add some. */
  lessons(day: number): number {
    if (this.#isOff) return 1
    const place = day % DAYS_KEPT
    if (this.#days[place] !== day) {
      this.#days[place] = day
      this.#lessons[place] = this.#regional.between(day, day).reduce((factor, shock) => factor * shock.lessons(day), 1)
    }
    return this.#lessons[place] as number
  }

  /** Factor on the lessons of a subject on a local day: more where there are tests. @param subject index into SUBJECTS */
  tests(subject: number, day: number): number {
    if (this.#isOff) return 1
    const week = weekOf(day)
    const place = (week % WEEKS_KEPT) * SUBJECTS.length + subject
    if (this.#weeks[place] !== week) {
      this.#weeks[place] = week
      this.#tests[place] = 1 + this.#regional.testsIn(subject, week)
    }
    return this.#tests[place] as number
  }

  /** Factor on the hours of a subject's tutors on a local day: fewer where some are drawn away. @param subject index into SUBJECTS */
  tutorHours(subject: number, day: number): number {
    if (this.#isOff) return 1
    const place = (day % DAYS_OF_TUTORS_KEPT) * SUBJECTS.length + subject
    if (this.#tutorDays[place] !== day) {
      this.#tutorDays[place] = day
      const away = this.#regional.drawnAway(subject, day, day)
      this.#tutorHours[place] = away.reduce((factor, { size }) => factor * (1 - size), 1)
    }
    return this.#tutorHours[place] as number
  }

  /** Factor on failures of sessions that start at an instant. @param outcome hidden cause, of Outcome */
  failures(outcome: number, instant: number): number {
    this.#lookAt(instant)
    // Whoever falls ill does not come.
    if (outcome === Outcome.studentNoShow || outcome === Outcome.lateCancel) return this.#noShows
    if (outcome !== Outcome.technical) return 1
    if (this.isOut(instant)) return this.#technicalInOutage
    return this.#technical * this.#largest('release', instant)
  }

  /** The highest that `failures` may be on the day of an instant. */
  failuresMost(instant: number): number {
    this.#lookAt(instant)
    return this.#failuresMost
  }

  /** What an outage takes from the ratings of sessions that end at an instant, in latent points; less the day after. */
  ratings(instant: number): number {
    const state = this.outages.at(instant)
    const { rating } = this.#figures.shocks.outage
    return state === Platform.up ? 0 : state === Platform.down ? rating : rating / 2
  }

  /** Whether the platform is down. */
  isOut(instant: number): boolean {
    return this.outages.at(instant) === Platform.down
  }

  /** Factor on the chance of a call about technology after a session that ends at an instant; in an outage, after one that went well. */
  technicalCalls(instant: number): number {
    if (this.isOut(instant)) return this.#figures.shocks.outage.calls.factor
    this.#lookAt(instant)
    return this.#largest('release', instant) > 1 ? this.#figures.shocks.release.calls : 1
  }

  /** Chance that a student calls within the week about prices that have changed. */
  priceCalls(instant: number): number {
    this.#lookAt(instant)
    const { callDays, usualWeekly } = PRICE_CHANGE
    if (this.#felt.length === 0) return 0
    const change = this.#felt.find(({ kind }) => kind === 'price_change')
    if (!change || instant < change.begin || instant >= change.begin + callDays * DAY) return 0
    return (change.size - 1) * usualWeekly
  }

  /** Factor on the hazard of leaving. */
  leaving(instant: number): number {
    this.#lookAt(instant)
    return this.#largest('price_change', instant) > 1 ? this.#figures.shocks.priceChange.leaving : 1
  }

  /** Why a tutor is away on a local day; undefined where they are here. @param number of the tutor */
  absence(figures: TutorFigures, number: number, day: number): Absence | undefined {
    return this.#isOff ? undefined : absenceOn(this.#random, figures.absences, number, day)
  }

  /** When a tutor is away between two local days, both included. @param number of the tutor */
  absences(figures: TutorFigures, number: number, first: number, last: number): Absence[] {
    return this.#isOff ? [] : absencesWithin(this.#random, figures.absences, number, first, last)
  }

  /** Those of the region, and of the platform too, that are felt from one instant to before another; by their begin. */
  between(from: number, to: number, withPlatform = true): Shock[] {
    if (this.#isOff) return []
    const [first, last] = [dayNumber(from) - 1, dayNumber(to - 1) + 1]
    const found = [...this.#regional.told(first, last), ...(withPlatform ? this.#platform.between(first, last) : [])]
    return found
      .filter(({ begin, end }) => begin < to && end > from)
      .sort((a, b) => a.begin - b.begin || (a.id < b.id ? -1 : 1))
  }

  #largest(kind: Shock['kind'], instant: number): number {
    let size = 1
    if (this.#felt.length === 0) return size
    for (const shock of this.#felt)
      if (shock.kind === kind && instant >= shock.begin && instant < shock.end) size = Math.max(size, shock.size)
    return size
  }

  #lookAt(instant: number): void {
    const day = dayNumber(instant)
    if (day !== this.#today) this.#lookAtDay(day)
  }

  #lookAtDay(day: number): void {
    this.#today = day
    this.#felt = this.#isOff ? [] : this.#platform.between(day, day)
    const local = dayNumber(localAt(this.#zone, day * DAY + NOON))
    const regional = this.#isOff ? [] : this.#regional.between(local, local)
    const lost = (kind: Shock['kind']): number =>
      1 - regional.filter((shock) => shock.kind === kind).reduce((left, shock) => left * shock.lessons(local), 1)
    this.#noShows = 1 + this.#figures.shocks.winterIllness.noShows * lost('winter_illness')
    this.#technical = 1 + this.#figures.shocks.weather.failures * lost('weather')
    const broken = this.#felt.map(({ kind, size }) =>
      kind === 'outage' ? this.#technicalInOutage : this.#technical * size,
    )
    this.#failuresMost = Math.max(this.#noShows, this.#technical, ...broken)
  }
}

/** So much more often technology fails a session in an outage that all failures are as many as it brings. */
function technicalInOutage({ sessions, shocks }: Figures): number {
  const { percent } = sessions.failures
  const technical = percent[Outcome.technical] as number
  if (technical === 0) return 1
  return 1 + ((shocks.outage.failures - 1) * percent.reduce((sum, share) => sum + share, 0)) / technical
}

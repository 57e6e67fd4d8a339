// What hits many at once: weather and illness in a region, reports of grades, bad releases of the platform, its outages, changes
// of price. Whether there is one, and how large, is a draw of the region or the platform and the day, the quarter or the winter:
// so each has an identity, there is nothing to store, and it can be found again at any time.

import { chance, civilDate, DAY, dayNumber, dayOfDate, exp, Random, type WorldKey } from '../../engine/index.ts'
import { REGIONS, type Region } from '../events/index.ts'
import { instantAt, localAt, Zone } from '../events/localtime.ts'
import { type Absence, absenceOn, absencesWithin } from './absences.ts'
import { OUTAGE } from './calibration.ts'
import { Purpose } from './draws.ts'
import { RATING_SHIFTS } from './lessons.ts'
import { Outages, Platform } from './outages.ts'
import {
  PRICE_CHANGE,
  type Range,
  RELEASE,
  REPORT_CARDS,
  WEATHER,
  WEATHER_FAILURES,
  WINTER_ILLNESS,
} from './shock-figures.ts'
import { Outcome } from './tables.ts'
import { between, rest } from './words.ts'

/** An event of the world that many feel. */
export interface Shock {
  /** Such as `weather.west.2026-01-24`. */
  readonly id: string
  readonly kind: 'weather' | 'winter_illness' | 'report_cards' | 'release' | 'outage' | 'price_change'
  /** What people call it. */
  readonly name: string
  readonly place: Region | 'platform'
  /** Milliseconds since 1970; the end is not part of it. */
  readonly begin: number
  readonly end: number
  /**
   * How large it is: of weather, illness and report cards the share of a day's lessons that it takes or adds at its peak; of releases and
   * outages the factor on technical failures; of changes of price that on calls about bills.
   */
  readonly size: number
}

/** One of a region, in days on its clocks, the last included. */
interface Regional extends Shock {
  readonly from: number
  readonly to: number
  /** Factor on the lessons of a day. */
  lessons(day: number): number
}

const TWO_32 = 0x1_0000_0000
const NATION = REGIONS.length
const DAYS_KEPT = 128
const NOON = DAY / 2
/** Where most people of each region live; row 37. */
const ZONES = [Zone.eastern, Zone.eastern, Zone.central, Zone.pacific, Zone.central] as const
const SEASONS_OF_WEATHER = 8
const WEATHER_DAYS_MAX = 4
const DEVIATIONS = 2.5

/** What hits one region, and the whole platform with it. */
export class Shocks {
  readonly outages: Outages
  readonly #random: Random
  readonly #region: number
  readonly #isOff: boolean
  /** Factors on the lessons of days, by their remainder. */
  readonly #days = new Float64Array(DAYS_KEPT)
  readonly #lessons = new Float64Array(DAYS_KEPT)
  /** What is felt on the day that was asked for last, UTC. */
  #today = -1
  #felt: readonly Shock[] = []
  /** Share of lessons that illness and weather take on it. */
  #illness = 0
  #weather = 0

  /** @param region index into REGIONS */
  constructor(region: number, key: WorldKey, isOff: boolean) {
    this.#region = region
    // Of its own: whoever asks may have words of another draw in hand.
    this.#random = new Random(key)
    this.#isOff = isOff
    this.outages = new Outages(this.#random, isOff)
  }

  /** Factor on the lessons of a local day: weather and illness take some, reports of grades add some. */
  lessons(day: number): number {
    if (this.#isOff) return 1
    const place = day % DAYS_KEPT
    if (this.#days[place] !== day) {
      this.#days[place] = day
      this.#lessons[place] = this.#regionalOn(day).reduce((factor, shock) => factor * shock.lessons(day), 1)
    }
    return this.#lessons[place] as number
  }

  /** Factor on failures of sessions that start at an instant. @param outcome hidden cause, of Outcome */
  failures(outcome: number, instant: number): number {
    this.#lookAt(instant)
    const outage = this.outages.at(instant) === Platform.down ? OUTAGE.failures : 1
    // Whoever falls ill does not come.
    if (outcome === Outcome.studentNoShow || outcome === Outcome.lateCancel)
      return outage * (1 + WINTER_ILLNESS.noShows * this.#illness)
    if (outcome !== Outcome.technical) return outage
    return outage * (1 + WEATHER_FAILURES * this.#weather) * this.#largest('release', instant)
  }

  /** What an outage takes from the ratings of sessions that end at an instant, in latent points; less the day after. */
  ratings(instant: number): number {
    const state = this.outages.at(instant)
    return state === Platform.up ? 0 : state === Platform.down ? RATING_SHIFTS.outage : RATING_SHIFTS.outage / 2
  }

  /** Factor on the chance of a call about technology after a session that ends at an instant. */
  technicalCalls(instant: number): number {
    this.#lookAt(instant)
    if (this.outages.at(instant) === Platform.down) return OUTAGE.calls
    return this.#largest('release', instant) > 1 ? RELEASE.calls : 1
  }

  /** Chance that a student calls within the week about prices that have changed. */
  priceCalls(instant: number): number {
    this.#lookAt(instant)
    const { callDays, usualWeekly } = PRICE_CHANGE
    const change = this.#felt.find(({ kind }) => kind === 'price_change')
    if (!change || instant < change.begin || instant >= change.begin + callDays * DAY) return 0
    return (change.size - 1) * usualWeekly
  }

  /** Factor on the hazard of leaving. */
  leaving(instant: number): number {
    this.#lookAt(instant)
    return this.#largest('price_change', instant) > 1 ? PRICE_CHANGE.leaving : 1
  }

  /** Why a tutor is away on a local day; undefined where they are here. @param number of the tutor */
  absence(number: number, day: number): Absence | undefined {
    return this.#isOff ? undefined : absenceOn(this.#random, number, day)
  }

  /** When a tutor is away between two local days, both included. @param number of the tutor */
  absences(number: number, first: number, last: number): Absence[] {
    return this.#isOff ? [] : absencesWithin(this.#random, number, first, last)
  }

  /** Those of the region, and of the platform too, that are felt from one instant to before another; by their begin. */
  between(from: number, to: number, withPlatform = true): Shock[] {
    if (this.#isOff) return []
    const [first, last] = [dayNumber(from) - 1, dayNumber(to - 1) + 1]
    const found = [...this.#regional(first, last), ...(withPlatform ? this.#ofPlatform(first, last) : [])]
    return found
      .filter(({ begin, end }) => begin < to && end > from)
      .map(({ id, kind, name, place, begin, end, size }) => ({ id, kind, name, place, begin, end, size }))
      .sort((a, b) => a.begin - b.begin || (a.id < b.id ? -1 : 1))
  }

  #largest(kind: Shock['kind'], instant: number): number {
    let size = 1
    for (const shock of this.#felt)
      if (shock.kind === kind && instant >= shock.begin && instant < shock.end) size = Math.max(size, shock.size)
    return size
  }

  #lookAt(instant: number): void {
    const day = dayNumber(instant)
    if (day === this.#today) return
    this.#today = day
    this.#felt = this.#isOff ? [] : this.#ofPlatform(day, day)
    const local = dayNumber(localAt(ZONES[this.#region] as number, day * DAY + NOON))
    const regional = this.#isOff ? [] : this.#regionalOn(local)
    const lost = (kind: Shock['kind']): number =>
      1 - regional.filter((shock) => shock.kind === kind).reduce((left, shock) => left * shock.lessons(local), 1)
    this.#illness = lost('winter_illness')
    this.#weather = lost('weather')
  }

  #regionalOn(day: number): Regional[] {
    return this.#regional(day, day)
  }

  /** Those of the region that are felt on local days from one to another. */
  #regional(first: number, last: number): Regional[] {
    const found: Regional[] = []
    for (let day = first - WEATHER_DAYS_MAX + 1; day <= last; day++) found.push(...this.#weatherFrom(day))
    const [firstYear, lastYear] = [civilDate(first).year, civilDate(last).year]
    for (let year = firstYear - 1; year <= lastYear; year++) found.push(this.#illnessOf(year), ...this.#reportsOf(year))
    return found.filter(({ from, to }) => from <= last && to >= first)
  }

  #shockOf(
    kind: Shock['kind'],
    name: string,
    size: number,
    [from, to]: Range,
    lessons: (day: number) => number,
  ): Regional {
    const place = REGIONS[this.#region] as Region
    const zone = ZONES[this.#region] as number
    const [begin, end] = [instantAt(zone, from * DAY), instantAt(zone, (to + 1) * DAY)]
    return { id: `${kind}.${place}.${dateOf(from)}`, kind, name, place, begin, end, size, from, to, lessons }
  }

  #weatherFrom(day: number): Regional[] {
    const { month } = civilDate(day)
    const place = REGIONS[this.#region] as Region
    for (const [index, { name, months, daily, loss, days }] of WEATHER[place].entries()) {
      const [from, to] = months
      if (from <= to ? month < from || month > to : month < from && month > to) continue
      const words = this.#random.draw(Purpose.weather, this.#region * SEASONS_OF_WEATHER + index, day)
      const [whether, size, length] = words as unknown as [number, number, number]
      if (!chance(whether, daily)) continue
      const taken = within(size, loss)
      const last = day + between(length, days[0], days[1] + 1) - 1
      return [this.#shockOf('weather', name, taken, [day, last], () => 1 - taken)]
    }
    return []
  }

  /** The wave of the winter that begins in a year. */
  #illnessOf(year: number): Regional {
    const { peakMonths, peakMonth, apartDays, deviationDays, loss } = WINTER_ILLNESS
    const [monthWord, dayWord] = this.#random.draw(Purpose.winterIllness, NATION, year) as unknown as [number, number]
    const month = peakMonths[peakMonth.pick(monthWord)] as number
    const nation = dayOfDate({ year: month < 7 ? year + 1 : year, month, day: 1 + between(dayWord, 0, 28) })
    const words = this.#random.draw(Purpose.winterIllness, this.#region, year) as unknown as [number, number, number]
    const peak = nation + between(words[0], -apartDays, apartDays + 1)
    const deviation = within(words[1], deviationDays)
    const size = within(words[2], loss)
    const reach = Math.ceil(DEVIATIONS * deviation)
    return this.#shockOf('winter_illness', 'winter illness', size, [peak - reach, peak + reach], (day) => {
      const z = (day - peak) / deviation
      return 1 - size * exp((-z * z) / 2)
    })
  }

  #reportsOf(year: number): Regional[] {
    const { dates, apartDays, days, more } = REPORT_CARDS
    return dates.map(([month, day], index) => {
      const words = this.#random.draw(Purpose.reportCards, this.#region, year * dates.length + index)
      const from = dayOfDate({ year, month, day }) + between(words[0] as number, -apartDays, apartDays + 1)
      const size = within(words[1] as number, more)
      const to = from + between(words[2] as number, days[0], days[1] + 1) - 1
      return this.#shockOf('report_cards', 'report cards', size, [from, to], () => 1 + size)
    })
  }

  /** Those of the platform that are felt on UTC days from one to another. */
  #ofPlatform(first: number, last: number): Shock[] {
    const found: Shock[] = []
    const { everyDays } = RELEASE
    for (let at = Math.floor(first / everyDays) - 1; at <= Math.floor(last / everyDays); at++)
      found.push(...this.#releaseOf(at))
    for (let year = civilDate(first).year - 1; year <= civilDate(last).year; year++)
      for (let quarter = 0; quarter < 4; quarter++) found.push(...this.#priceChangeOf(year, quarter))
    for (const [begin, end] of this.outages.between(first - 1, last))
      found.push(ofPlatform('outage', 'outage', OUTAGE.failures, begin, end))
    return found.filter(({ begin, end }) => begin < (last + 1) * DAY && end > first * DAY)
  }

  #releaseOf(ordinal: number): Shock[] {
    const { everyDays, bad, days, failures } = RELEASE
    const words = this.#random.draw(Purpose.release, 0, ordinal) as unknown as [number, number, number]
    if (!chance(words[0], bad)) return []
    // On a Tuesday afternoon: days since 1970 began on a Thursday.
    const begin = (ordinal * everyDays + 5) * DAY + between(rest(words[1]), 17, 22) * (DAY / 24)
    const end = begin + Math.round(within(words[1], days) * DAY)
    return [ofPlatform('release', 'bad release', within(words[2], failures), begin, end)]
  }

  #priceChangeOf(year: number, quarter: number): Shock[] {
    const { quarterly, calls, days } = PRICE_CHANGE
    const words = this.#random.draw(Purpose.priceChange, 0, year * 4 + quarter) as unknown as [number, number]
    if (!chance(words[0], quarterly)) return []
    const begin = dayOfDate({ year, month: 3 * quarter + 1, day: 1 }) * DAY + NOON
    return [ofPlatform('price_change', 'change of price', within(words[1], calls), begin, begin + days * DAY)]
  }
}

function ofPlatform(kind: Shock['kind'], name: string, size: number, begin: number, end: number): Shock {
  return { id: `${kind}.${dateOf(dayNumber(begin))}`, kind, name, place: 'platform', begin, end, size }
}

/** In hundredths, so that it reads well. */
function within(word: number, [low, high]: Range): number {
  return Math.round(100 * (low + (word / TWO_32) * (high - low))) / 100
}

function dateOf(day: number): string {
  const { year, month, day: dayOfMonth } = civilDate(day)
  return [year, month, dayOfMonth].map((part) => String(part).padStart(2, '0')).join('-')
}

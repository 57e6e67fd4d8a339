// What hits many at once: weather, illness, tests, tutors who are drawn away, releases, outages, changes of price. With
// `shocks: off` there is none of it.

import { HOUR, MINUTE } from '../../engine/index.ts'
import { choiceOf, type Definition, figure, percent, shareOf, type Values, weights } from './definition.ts'

/** A range that a draw is spread evenly over. */
export type Range = readonly [low: number, high: number]

const atBirth = 'what has hit many is found again by it, also long after'

type Of = Partial<Definition> & Pick<Definition, 'default'>
const share = (of: Of) => percent({ atBirth, ...of })
const times = (of: Of) => figure({ minimum: 0, maximum: 5, unit: 'times', atBirth, ...of })
const days = (of: Of) => figure({ minimum: 1, maximum: 14, unit: 'days', integer: true, atBirth, ...of })

export const shocks = {
  weather: {
    northeast: times({ default: 1 }),
    southeast: times({ default: 1 }),
    midwest: times({ default: 1 }),
    west: times({ default: 1 }),
    southwest: times({ default: 1 }),
    loss_times: times({ default: 1, maximum: 1.1 }),
    failures_times: times({ default: 3, maximum: 20 }),
  },
  winter_illness: {
    lost_percent_least: share({ default: 10, maximum: 30 }),
    lost_percent_most: share({ default: 20, maximum: 60 }),
    no_shows_times: times({ default: 5, maximum: 20 }),
    peak: weights({ december: 7, january: 6, february: 15, march: 6 }, { atBirth }),
  },
  report_cards: {
    more_percent_least: share({ default: 6, maximum: 20 }),
    more_percent_most: share({ default: 20, maximum: 60 }),
  },
  tests: {
    percent_weekly: share({ default: 12 }),
    more_percent_least: share({ default: 20 }),
    more_percent_most: share({ default: 70 }),
  },
  tutors_drawn_away: {
    percent: share({ default: 8 }),
    hours_percent_least: share({ default: 30, maximum: 90 }),
    hours_percent_most: share({ default: 50, maximum: 90 }),
  },
  releases: {
    bad_percent: share({ default: 16 }),
    days_least: days({ default: 3, maximum: 7 }),
    days_most: days({ default: 14 }),
    failures_times_least: times({ default: 2, minimum: 1, maximum: 10 }),
    failures_times_most: times({ default: 4.5, minimum: 1, maximum: 20 }),
    calls_times: times({ default: 1.2 }),
  },
  outages: {
    every_days: figure({ default: 60, minimum: 1, maximum: 3650, unit: 'days', atBirth }),
    hours_least: figure({ default: 1, minimum: 0.1, maximum: 6, unit: 'hours', atBirth }),
    hours_most: figure({ default: 3, minimum: 0.2, maximum: 12, unit: 'hours', atBirth }),
    failures_times: times({ default: 5, minimum: 1, maximum: 10 }),
    call_percent: share({ default: 16.5 }),
    calls_times: times({ default: 8, maximum: 40 }),
    calls_within_minutes: figure({ default: 45, minimum: 5, maximum: 480, unit: 'minutes', atBirth }),
    rating: figure({ default: -0.75, minimum: -3, maximum: 0, unit: 'latent points', atBirth }),
  },
  price_changes: {
    percent_quarterly: share({ default: 15 }),
    calls_times_least: times({ default: 2, minimum: 1, maximum: 10 }),
    calls_times_most: times({ default: 4, minimum: 1, maximum: 20 }),
    leaving_times: times({ default: 1.4, minimum: 1 }),
  },
}

/** Figures of shocks as those who find them read them. */
export type ShockFigures = ReturnType<typeof shockFigures>

export function shockFigures(values: Values<typeof shocks>) {
  const { weather, winter_illness, report_cards, tests, tutors_drawn_away, releases, outages, price_changes } = values
  const shares = (least: number, most: number): Range => [shareOf(least), shareOf(most)]
  return {
    /** Factors on how often it comes by region, on what it takes, and on failures for each share of lessons. */
    weather: { often: weather, loss: weather.loss_times, failures: weather.failures_times },
    winterIllness: {
      loss: shares(winter_illness.lost_percent_least, winter_illness.lost_percent_most),
      noShows: winter_illness.no_shows_times,
      /** In the order of the months of a winter. */
      peakMonth: choiceOf(shocks.winter_illness.peak, winter_illness.peak),
    },
    reportCards: { more: shares(report_cards.more_percent_least, report_cards.more_percent_most) },
    tests: {
      weekly: shareOf(tests.percent_weekly),
      more: shares(tests.more_percent_least, tests.more_percent_most),
    },
    tutorsDrawnAway: {
      chance: shareOf(tutors_drawn_away.percent),
      hours: shares(tutors_drawn_away.hours_percent_least, tutors_drawn_away.hours_percent_most),
    },
    release: {
      bad: shareOf(releases.bad_percent),
      days: [releases.days_least, releases.days_most] as Range,
      failures: [releases.failures_times_least, releases.failures_times_most] as Range,
      calls: releases.calls_times,
    },
    outage: {
      daily: 1 / outages.every_days,
      shortest: Math.round(outages.hours_least * HOUR),
      longest: Math.round(outages.hours_most * HOUR),
      failures: outages.failures_times,
      calls: {
        afterFailure: shareOf(outages.call_percent),
        factor: outages.calls_times,
        within: Math.round(outages.calls_within_minutes * MINUTE),
      },
      rating: outages.rating,
    },
    priceChange: {
      quarterly: shareOf(price_changes.percent_quarterly),
      calls: [price_changes.calls_times_least, price_changes.calls_times_most] as Range,
      leaving: price_changes.leaving_times,
    },
  }
}

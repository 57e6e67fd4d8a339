// What hits many at once: weather, illness, tests, tutors who are drawn away, releases, outages, changes of price. With
// `shocks: off` there is none of it.

import { HOUR, MINUTE } from '../../engine/index.ts'
import { choiceOf, type Definition, figure, percent, shareOf, type Values, weights } from './definition.ts'

/** A range that a draw is spread evenly over. */
export type Range = readonly [low: number, high: number]

const atBirth = 'what has hit many is found again by it, also long after'

type Of = Partial<Definition> & Pick<Definition, 'default' | 'source' | 'description' | 'moves'>
const share = (of: Of) => percent({ atBirth, ...of })
const times = (of: Of) => figure({ minimum: 0, maximum: 5, unit: 'times', atBirth, ...of })
const days = (of: Of) => figure({ minimum: 1, maximum: 14, unit: 'days', integer: true, atBirth, ...of })

const weather = (region: string) =>
  times({
    ...{ default: 1, source: 'A; Goodman, NBER 20221; NOAA, Storm Events' },
    description: `How often there is bad weather in the ${region}, against what is usual there.`,
    moves: 'sessions_in_this_region down',
  })

export const shocks = {
  weather: {
    northeast: weather('northeast'),
    southeast: weather('southeast'),
    midwest: weather('midwest'),
    west: weather('west'),
    southwest: weather('southwest'),
    loss_times: times({
      ...{ default: 1, maximum: 1.1, source: 'A; Goodman, NBER 20221' },
      description: 'How many lessons bad weather takes, against what is usual there.',
      moves: 'sessions_on_days_of_bad_weather_percent down',
    }),
    failures_times: times({
      ...{ default: 3, maximum: 20, source: 'A' },
      description: 'By how much technical failures grow for each share of lessons that weather takes.',
      moves: 'technical_failures_percent up',
    }),
  },
  winter_illness: {
    lost_percent_least: share({
      ...{ default: 10, maximum: 30, source: 'A' },
      description: "Lessons that a winter's wave of illness takes at its peak, at least.",
      moves: 'sessions_per_student_weekly down',
    }),
    lost_percent_most: share({
      ...{ default: 20, maximum: 60, source: 'A' },
      description: 'The same, at the most.',
      moves: 'sessions_per_student_weekly down',
    }),
    no_shows_times: times({
      ...{ default: 5, maximum: 20, source: 'A' },
      description: 'By how much no-shows and late cancellations grow for each share of lessons that illness takes.',
      moves: 'student_no_shows_percent up',
    }),
    peak: weights(
      { december: 7, january: 6, february: 15, march: 6 },
      {
        ...{ source: 'CDC, peak month of flu activity, 1982 to 2018', atBirth },
        description: 'Month in which the wave is highest.',
        moves: 'sessions_of_this_month_percent down',
      },
    ),
  },
  report_cards: {
    more_percent_least: share({
      ...{ default: 6, maximum: 20, source: 'A' },
      description: 'Lessons that are added when reports of grades have come home, at least.',
      moves: 'sessions_per_student_weekly up',
    }),
    more_percent_most: share({
      ...{ default: 20, maximum: 60, source: 'A' },
      description: 'The same, at the most.',
      moves: 'sessions_per_student_weekly up',
    }),
  },
  tests: {
    percent_weekly: share({
      ...{ default: 12, source: 'A' },
      description: "Chance that a market's week of term has tests in its subject.",
      moves: 'sessions_per_student_weekly up',
    }),
    more_percent_least: share({
      ...{ default: 20, source: 'A' },
      description: 'Lessons that tests add, at least.',
      moves: 'market_weeks_deviation up',
    }),
    more_percent_most: share({
      ...{ default: 70, source: 'A' },
      description: 'The same, at the most.',
      moves: 'market_weeks_deviation up',
    }),
  },
  tutors_drawn_away: {
    percent: share({
      ...{ default: 8, source: 'A, for cause 7' },
      description: "Chance in twelve weeks that others hire a market's tutors.",
      moves: 'available_tutors_mean down',
    }),
    hours_percent_least: share({
      ...{ default: 30, maximum: 90, source: 'A, for cause 7' },
      description: 'Hours that this takes, at least.',
      moves: 'available_tutors_mean down',
    }),
    hours_percent_most: share({
      ...{ default: 50, maximum: 90, source: 'A, for cause 7' },
      description: 'The same, at the most.',
      moves: 'available_tutors_mean down',
    }),
  },
  releases: {
    bad_percent: share({
      ...{ default: 16, source: 'DORA, State of DevOps 2021' },
      description: 'Releases of the platform, one in two weeks, that bring failures.',
      moves: 'technical_failures_percent up',
    }),
    days_least: days({
      ...{ default: 3, maximum: 7, source: 'A; DORA' },
      description: 'Until this is mended, at least.',
      moves: 'technical_failures_percent up',
    }),
    days_most: days({
      ...{ default: 14, source: 'A; DORA' },
      description: 'The same, at the most.',
      moves: 'technical_failures_percent up',
    }),
    failures_times_least: times({
      ...{ default: 2, minimum: 1, maximum: 10, source: 'A' },
      description: 'How much more often technology fails sessions meanwhile, at least.',
      moves: 'technical_failures_percent up',
    }),
    failures_times_most: times({
      ...{ default: 4.5, minimum: 1, maximum: 20, source: 'A' },
      description: 'The same, at the most.',
      moves: 'technical_failures_percent up',
    }),
    calls_times: times({
      ...{ default: 1.2, source: 'A' },
      description: 'How much likelier a call about technology is meanwhile.',
      moves: 'technical_calls_per_100_sessions up',
    }),
  },
  outages: {
    every_days: figure({
      ...{ default: 60, minimum: 1, maximum: 3650, unit: 'days', source: 'A', atBirth },
      description: 'The platform is down on one of so many days.',
      moves: 'technical_failures_percent down',
    }),
    hours_least: figure({
      ...{ default: 1, minimum: 0.1, maximum: 6, unit: 'hours', source: 'cause 10', atBirth },
      description: 'For so long, at least.',
      moves: 'technical_failures_percent up',
    }),
    hours_most: figure({
      ...{ default: 3, minimum: 0.2, maximum: 12, unit: 'hours', source: 'cause 10', atBirth },
      description: 'The same, at the most.',
      moves: 'technical_failures_percent up',
    }),
    failures_times: times({
      ...{ default: 5, minimum: 1, maximum: 10, source: 'cause 10' },
      description: 'How many more sessions fail meanwhile; what is added are technical failures.',
      moves: 'technical_failures_percent up',
    }),
    call_percent: share({
      ...{ default: 19, source: 'A, for cause 10' },
      description: 'Chance that a session which an outage broke off brings a call: most see that it is not their line.',
      moves: 'technical_calls_per_100_sessions up',
    }),
    calls_times: times({
      ...{ default: 8, maximum: 40, source: 'cause 10' },
      description: 'How much likelier a call about technology is meanwhile after a session that went well.',
      moves: 'technical_calls_per_100_sessions up',
    }),
    calls_within_minutes: figure({
      ...{ default: 45, minimum: 5, maximum: 480, unit: 'minutes', source: 'A', atBirth },
      description: 'How soon these calls come.',
      moves: 'hours_from_session_to_call up',
    }),
    rating: figure({
      ...{ default: -0.75, minimum: -3, maximum: 0, unit: 'latent points', source: 'cause 10', atBirth },
      description:
        'What an outage takes from ratings; about half as many rating points, and half of that the day after.',
      moves: 'student_rating_mean up',
    }),
  },
  price_changes: {
    percent_quarterly: share({
      ...{ default: 15, source: 'A' },
      description: 'Chance in a quarter that prices change.',
      moves: 'billing_calls_per_100_sessions up',
    }),
    calls_times_least: times({
      ...{ default: 2, minimum: 1, maximum: 10, source: 'A' },
      description: 'How many calls about bills there are in the two weeks after it against the usual ones, at least.',
      moves: 'billing_calls_per_100_sessions up',
    }),
    calls_times_most: times({
      ...{ default: 4, minimum: 1, maximum: 20, source: 'A' },
      description: 'The same, at the most.',
      moves: 'billing_calls_per_100_sessions up',
    }),
    leaving_times: times({
      ...{ default: 1.4, minimum: 1, source: 'A' },
      description: 'How much likelier students leave in the month after it.',
      moves: 'students_leaving_monthly_percent up',
    }),
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

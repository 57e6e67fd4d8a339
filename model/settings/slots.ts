// Slots: the standing appointments of students, what becomes of their lessons from week to week, and how long a tutor is kept.

import { DAY, HOUR, MINUTE } from '../../engine/index.ts'
import { choiceOf, figure, percent, shareOf, type Values, weights } from './definition.ts'

export const slots = {
  kept_percent: percent({ default: 95, minimum: 10, maximum: 120 }),
  kept_most_percent: percent({ default: 98, minimum: 10, maximum: 98 }),
  doubled_times: figure({ default: 1.4, minimum: 0, maximum: 5, unit: 'times' }),
  flexible_percent: percent({ default: 25, maximum: 95 }),
  moved_percent: percent({ default: 8 }),
  flexible_moved_percent: percent({ default: 100 }),
  moved_same_day_percent: percent({ default: 40 }),
  moved_hours: figure({ default: 2, minimum: 0, maximum: 6, unit: 'hours', integer: true }),
  habit_change_percent_weekly: percent({ default: 3, maximum: 20 }),
  hour_spread_percent: percent({ default: 5, maximum: 50 }),
  instant_hour_spread_percent: percent({ default: 25, maximum: 50 }),
  begins: weights({ on_the_hour: 50, quarter_past: 10, half_past: 30, quarter_to: 10 }),
  called_off_percent: percent({ default: 0.4, maximum: 2 }),
  called_off_hours_before: figure({ default: 48, minimum: 6, maximum: 120, unit: 'hours' }),
  called_off_hours_before_least: figure({ default: 3, minimum: 0.5, maximum: 5, unit: 'hours' }),
  instant_second_subject_percent: percent({ default: 40 }),
  instant_notice_minutes: figure({ default: 45, minimum: 10, maximum: 240, unit: 'minutes' }),
  stays_percent: stays([10, 20, 32, 90, 99.5]),
  stays_after_failure_percent: stays([35, 50, 65, 95, 100]),
  substitute_percent: percent({ default: 45 }),
  gives_up_tutor_percent: percent({ default: 10 }),
  retry_hours_least: figure({ default: 3, minimum: 1, maximum: 6, unit: 'hours' }),
  retry_hours_most: figure({ default: 48, minimum: 7, maximum: 120, unit: 'hours' }),
  open_below_minutes: figure({ default: 300, minimum: 0, maximum: 2400, unit: 'minutes' }),
  shortage: {
    called_off_percent: percent({ default: 92 }),
    call_percent: percent({ default: 2.1 }),
    longer_days_times: figure({ default: 1.1, minimum: 0, maximum: 3, unit: 'times' }),
    borne_days: figure({ default: 5, minimum: 0, maximum: 30, unit: 'days' }),
  },
}

function stays(shares: readonly [number, number, number, number, number]) {
  const one = (share: number) => percent({ default: share })
  const [one1, two, three, four, five] = shares
  return { rating_1: one(one1), rating_2: one(two), rating_3: one(three), rating_4: one(four), rating_5: one(five) }
}

/** Figures of slots as the rules read them: shares of 1, milliseconds, distributions. */
export type SlotFigures = ReturnType<typeof slotFigures>

export function slotFigures(values: Values<typeof slots>) {
  const { shortage } = values
  return {
    kept: shareOf(values.kept_percent),
    keptMost: shareOf(values.kept_most_percent),
    doubled: values.doubled_times,
    flexible: shareOf(values.flexible_percent),
    moved: { usually: shareOf(values.moved_percent), flexible: shareOf(values.flexible_moved_percent) },
    movedTo: { sameDay: shareOf(values.moved_same_day_percent), hours: values.moved_hours },
    habitChangeWeekly: shareOf(values.habit_change_percent_weekly),
    hourSpread: shareOf(values.hour_spread_percent),
    wishSpread: shareOf(values.instant_hour_spread_percent),
    quarter: choiceOf(slots.begins, values.begins),
    calledOff: {
      share: shareOf(values.called_off_percent),
      earliest: Math.round(values.called_off_hours_before * HOUR),
      latest: Math.round(values.called_off_hours_before_least * HOUR),
    },
    otherSubjectWishes: shareOf(values.instant_second_subject_percent),
    notice: Math.round(values.instant_notice_minutes * MINUTE),
    /** By rating 1 to 5. */
    stays: byRating(values.stays_percent),
    staysAfterFailure: byRating(values.stays_after_failure_percent),
    substitute: shareOf(values.substitute_percent),
    givesUpTutor: shareOf(values.gives_up_tutor_percent),
    retry: {
      earliest: Math.round(values.retry_hours_least * HOUR),
      latest: Math.round(values.retry_hours_most * HOUR),
    },
    openBelow: values.open_below_minutes,
    shortage: {
      calledOff: shareOf(shortage.called_off_percent),
      calls: shareOf(shortage.call_percent),
      longerDays: shortage.longer_days_times,
      borne: Math.round(shortage.borne_days * DAY),
    },
  }
}

function byRating(of: Values<ReturnType<typeof stays>>): number[] {
  return [0, of.rating_1, of.rating_2, of.rating_3, of.rating_4, of.rating_5].map(shareOf)
}

// Who the students are: what they book, what they learn, where they live and when they have time.

import { REGIONS, type Region, SUBJECTS, type Subject } from '../events/index.ts'
import { Zone } from '../events/localtime.ts'
import { choiceOf, percent, shareOf, type Values, weights } from './definition.ts'

const HOURS_A_DAY = 24
const PACE = 0.89

const zones = (eastern: number, central: number, mountain: number, pacific: number, arizona: number) =>
  weights({ eastern, central, mountain, pacific, arizona }, { atBirth: 'who is there already does not move' })

const hours = <Name extends string>(shares: Readonly<Record<Name, number>>) =>
  weights(shares, { atBirth: 'people keep the hours that they have' })

export const people = {
  plans: weights(
    { every_other_week: 15, one_a_week: 50, two_a_week: 25, three_a_week: 7, five_a_week: 3 },
    { atBirth: 'only who is there when the world is born has these' },
  ),
  plans_of_newcomers: weights({
    every_other_week: 25.5,
    one_a_week: 48.4,
    two_a_week: 19,
    three_a_week: 4.7,
    five_a_week: 2.4,
  }),
  subjects: weights({
    ...{ Mathematics: 41, Physics: 7, Chemistry: 9, Biology: 7, English: 18, History: 3.5 },
    ...{ 'Computer Science': 6, Spanish: 6, French: 2.5 },
  } satisfies Record<Subject, number>),
  second_subject_percent: percent({ default: 20 }),
  regions: weights(
    { northeast: 25, southeast: 32, midwest: 26, west: 26, southwest: 16 } satisfies Record<Region, number>,
    { atBirth: 'a region gets another size by students.REGION' },
  ),
  zones: {
    northeast: zones(100, 0, 0, 0, 0),
    southeast: zones(74, 26, 0, 0, 0),
    midwest: zones(40, 60, 0, 0, 0),
    west: zones(0, 0, 18, 82, 0),
    southwest: zones(0, 76, 7, 0, 17),
  } satisfies Record<Region, unknown>,
  weekdays: weights(
    { monday: 17, tuesday: 18, wednesday: 18, thursday: 16, friday: 8, saturday: 8, sunday: 15 },
    { atBirth: 'people keep the days that they have' },
  ),
  weekday_hours: hours({
    ...{ at_8: 12 / 7, at_9: 12 / 7, at_10: 12 / 7, at_11: 12 / 7, at_12: 12 / 7, at_13: 12 / 7, at_14: 12 / 7 },
    ...{ at_15: 9, at_16: 13, at_17: 14, at_18: 15, at_19: 15, at_20: 12, at_21: 6, at_22: 2, at_23: 2 },
  }),
  weekend_hours: hours({
    ...{ at_8: 2, at_9: 6, at_10: 8, at_11: 9, at_12: 8, at_13: 8, at_14: 9, at_15: 9 },
    ...{ at_16: 9, at_17: 8, at_18: 8, at_19: 7, at_20: 6, at_21: 2, at_22: 1 },
  }),
}

const FRIDAY = 4

/** Figures of people as the rules read them. */
export type PeopleFigures = ReturnType<typeof peopleFigures>

export function peopleFigures(values: Values<typeof people>) {
  const week = weekOf(values)
  return {
    plan: choiceOf(people.plans, values.plans),
    planOfNewcomers: choiceOf(people.plans_of_newcomers, values.plans_of_newcomers),
    subject: choiceOf(people.subjects, values.subjects, SUBJECTS),
    /** Weights, in the order of SUBJECTS. */
    subjectShares: SUBJECTS.map((subject) => values.subjects[subject]),
    secondSubject: shareOf(values.second_subject_percent),
    /** Weights in the order of REGIONS; undefined where they are as by default, which is how numbers go round. */
    regions: ownRegions(values.regions),
    /** In the order of REGIONS; outcomes are of Zone. */
    zones: REGIONS.map((region) => choiceOf(people.zones[region], values.zones[region], Object.keys(Zone))),
    week,
    /** Demand of the 24 hours before each hour of the week, against that of a mean day. */
    dayBehind: week.hours.map((_, hour) => {
      let share = 0
      for (let back = 1; back <= HOURS_A_DAY; back++)
        share += week.hours[(hour - back + week.hours.length) % week.hours.length] as number
      return 7 * share
    }),
    /** Sessions that are asked for of those that plans pay for, in average season: lessons that take place, and instant bookings. */
    pace: PACE,
  }
}

function ownRegions(regions: Readonly<Record<Region, number>>): number[] | undefined {
  const isUsual = REGIONS.every((region) => regions[region] === people.regions.weights[region].default)
  return isUsual ? undefined : REGIONS.map((region) => regions[region])
}

/** How demand falls on the local week. */
export interface WeekShape {
  /** Share of a week's sessions for each of its 168 hours, Monday 00:00 first; adds up to 1. */
  readonly hours: readonly number[]
  /** Share of a week's demand before each weekday, and at the end 1. */
  readonly beforeDay: readonly number[]
  /** Of each weekday, share of its demand before each hour. */
  readonly beforeHour: readonly (readonly number[])[]
}

function weekOf({ weekdays, weekday_hours, weekend_hours }: Values<typeof people>): WeekShape {
  const days = Object.values(weekdays)
  const all = sum(days)
  const onWeekdays = hoursOf(weekday_hours)
  const onWeekends = hoursOf(weekend_hours)
  const hoursOfDay = days.map((_, day) => (day <= FRIDAY ? onWeekdays : onWeekends))
  const ofWeek = days.flatMap((share, day) => (hoursOfDay[day] as number[]).map((hour) => (share / all) * hour))
  return {
    hours: ofWeek,
    beforeDay: Array.from({ length: days.length + 1 }, (_, day) => sum(ofWeek.slice(0, HOURS_A_DAY * day))),
    beforeHour: days.map((share, day) => {
      // Of a day without lessons too, somebody may ask for an hour.
      const ofDay = share > 0 ? ofWeek.slice(HOURS_A_DAY * day, HOURS_A_DAY * (day + 1)) : (hoursOfDay[day] as number[])
      return Array.from({ length: HOURS_A_DAY + 1 }, (_, hour) => sum(ofDay.slice(0, hour)) / sum(ofDay))
    }),
  }
}

/** Share of each hour of a day; those that nobody can ask for have none. */
function hoursOf(shares: Readonly<Record<string, number>>): number[] {
  const all = sum(Object.values(shares))
  return Array.from({ length: HOURS_A_DAY }, (_, hour) => (shares[`at_${hour}`] ?? 0) / all)
}

function sum(shares: readonly number[]): number {
  return shares.reduce((total, share) => total + share, 0)
}

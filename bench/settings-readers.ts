// What settings move, each as a figure that is read from the stream alone.

import { DAY, HOUR, MINUTE, WEEK } from '../engine/index.ts'
import { FIRST_STUDENT } from '../model/events/entities.ts'
import { REGIONS } from '../model/events/index.ts'
import { localAt, Zone } from '../model/events/localtime.ts'
import type { CallReason, Setting } from '../model/index.ts'
import { studentNumbers } from '../model/state/numbering.ts'
import { deviation, mean, median, neighbours, percentOf, type Stream, type Taught } from './settings-stream.ts'

export type Reader = (stream: Stream, setting: Setting) => number

const MONTHS = 'january february march april may june july august september october november december'.split(' ')
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const ZONES = { EST: Zone.eastern, CST: Zone.central, MST: Zone.mountain, PST: Zone.pacific } as const
const GONE_DAYS = 28

const last = ({ name }: Setting): string => name.split('.').at(-1) as string
const lastDigits = (setting: Setting): number => Number(/\d+/.exec(last(setting))?.[0])

/** Sessions at a time of the student's clock, as far as the stream knows it: by their tutor's zone. */
function localOf(stream: Stream, { at, tutor_id }: Taught): number {
  const zone = stream.offersOf.get(tutor_id)?.[0]?.timezone ?? 'EST'
  return localAt(ZONES[zone], at)
}
const hourOf = (local: number): number => Math.floor((((local % DAY) + DAY) % DAY) / HOUR)
const weekdayOf = (local: number): number => (Math.floor(local / DAY) + 3) % 7
/** Of times of the day, round the clock: 0 where all are the same. */
const dayTime = (local: number): number => (((local % DAY) + DAY) % DAY) / HOUR
const quarterOff = ({ at }: Taught): number => {
  const off = (((at % (15 * MINUTE)) + 15 * MINUTE) % (15 * MINUTE)) / MINUTE
  return off > 10.01 ? off - 15 : off
}
const isLesson = ({ session_type }: Taught): boolean => session_type === 'one_on_one'
const isInstant = ({ session_type }: Taught): boolean => session_type === 'instant_book'
const ended = (sessions: readonly Taught[]): Map<string, Taught> =>
  new Map(sessions.map((one) => [`${one.session_id}.completed`, one]))

const callsPer100 =
  (reason?: CallReason): Reader =>
  ({ calls, sessions }) =>
    (100 * calls.filter((call) => reason === undefined || call.reason === reason).length) / Math.max(1, sessions.length)

/** Of students seen in the first four weeks, those who are not seen in the last four. */
const leaving: Reader = ({ byStudent, from, until }) => {
  const early = [...byStudent.values()].filter(([first]) => (first as Taught).at < from + GONE_DAYS * DAY)
  return percentOf(early, (sessions) => (sessions.at(-1) as Taught).at < until - GONE_DAYS * DAY)
}

/** Students who have their first session long after the stream's begin: newcomers, and who comes back. */
const newcomers = ({ byStudent, from }: Stream): Taught[][] =>
  ([...byStudent.values()] as Taught[][]).filter(
    ([first]) => (first as Taught).at > from + 14 * DAY && isNew(first as Taught),
  )

/** Numbers of those who were born into the world are the lowest of their seats. */
const isNew = ({ student_id }: Taught): boolean => Number(student_id.slice(4)) >= 1000 + NEW_FROM
const NEW_FROM = 20_480

const ofTutors =
  (value: (offer: Stream['offers'][number]) => number): Reader =>
  ({ offers }) =>
    mean(offers.map(value))

const changes = (stream: Stream) =>
  neighbours(stream.offersOf.values()).filter(
    ([a, b]) => a.available_hours_this_week > 0 && b.available_hours_this_week > 0,
  )

const inWeekendOf = (stream: Stream, session: Taught): boolean => weekdayOf(localOf(stream, session)) >= 5

/** Sessions of one time and tutor. */
const classes = ({ sessions }: Stream): Taught[][] => [
  ...Map.groupBy(
    sessions.filter(({ session_type }) => session_type === 'group'),
    ({ at, tutor_id }) => `${at} ${tutor_id}`,
  ).values(),
]

/** Pairs of a session and the next of the same student in the same subject. */
const successive = ({ byStudent }: Stream): [Taught, Taught][] =>
  neighbours([...byStudent.values()].map((all) => all.filter(isLesson))).filter(([a, b]) => a.subject === b.subject)

/** @param month of the year, January 0 */
function per100InMay(month: number): Reader {
  return ({ sessions }) => {
    const of = (one: number): number => sessions.filter(({ at }) => new Date(at).getUTCMonth() === one).length
    return (100 * of(month)) / Math.max(1, of(4))
  }
}

const perStudentWeekly: Reader = ({ sessions, byStudent, days }) => sessions.length / byStudent.size / (days / 7)

const failed: Reader = ({ sessions }) => percentOf(sessions, ({ isGood }) => !isGood)

/** Causes of failure are hidden; each shows in something of its own. */
const OF_CAUSE: Readonly<Record<string, Reader>> = {
  student_no_show: callsPer100('billing_question'),
  late_cancel: ({ sessions }) =>
    mean(sessions.filter(({ isGood }) => !isGood).map(({ studentRating }) => studentRating)),
  technical: callsPer100('technical_problem'),
  tutor_no_show: callsPer100('scheduling_issue'),
  partial: ({ sessions }) => mean(sessions.filter(({ isGood }) => !isGood).map(({ minutes }) => minutes)),
}

/** The figures by the names that definitions give them. */
export const READERS: Readonly<Record<string, Reader>> = {
  // Sessions, by who, what, when.
  sessions_per_student_weekly: perStudentWeekly,
  sessions_failed_percent: failed,
  failures_of_this_cause_percent: (stream, setting) => (OF_CAUSE[last(setting)] as Reader)(stream, setting),
  tutor_no_shows_percent: failed,
  technical_failures_percent: failed,
  student_no_shows_percent: failed,
  first_sessions_failed_percent: (stream) => percentOf(newcomers(stream), ([first]) => !first?.isGood),
  no_show_minutes_mean: ({ sessions }) => mean(sessions.filter(({ isGood }) => !isGood).map(({ minutes }) => minutes)),
  group_sessions_percent: ({ sessions }) => percentOf(sessions, ({ session_type }) => session_type === 'group'),
  instant_sessions_percent: ({ sessions }) => percentOf(sessions, isInstant),
  sessions_of_this_length_percent: ({ sessions }, setting) =>
    percentOf(
      sessions.filter(isLesson),
      ({ scheduled_duration_minutes }) => scheduled_duration_minutes === lastDigits(setting),
    ),
  instant_sessions_of_this_length_percent: ({ sessions }, setting) =>
    percentOf(
      sessions.filter(isInstant),
      ({ scheduled_duration_minutes }) => scheduled_duration_minutes === lastDigits(setting),
    ),
  minutes_over_schedule_mean: ({ sessions }) => mean(overs(sessions)),
  minutes_over_schedule_deviation: ({ sessions }) => deviation(overs(sessions)),
  instant_minutes_mean: ({ sessions }) =>
    mean(sessions.filter((one) => isInstant(one) && one.isGood).map(({ minutes }) => minutes)),
  minutes_after_quarter_mean: ({ sessions }) => mean(sessions.filter(isLesson).map(quarterOff)),
  minutes_after_quarter_deviation: ({ sessions }) => deviation(sessions.filter(isLesson).map(quarterOff)),
  students_in_class_mean: (stream) => mean(classes(stream).map(({ length }) => length)),
  classes_of_so_many_percent: (stream, setting) =>
    percentOf(classes(stream), ({ length }) => last(setting) === `seats_${length}`),
  failures_of_one_person_deviation: ({ byStudent, byTutor }, setting) =>
    deviation(
      [...(last(setting) === 'tutors' ? byTutor : byStudent).values()]
        .filter((all) => all.length > 4)
        .map((all) => percentOf(all, ({ isGood }) => !isGood)),
    ),
  sessions_of_this_subject_percent: ({ sessions }, setting) =>
    percentOf(sessions, ({ subject }) => subject === last(setting)),
  students_of_two_subjects_percent: ({ byStudent }) =>
    percentOf([...byStudent.values()], (all) => new Set(all.map(({ subject }) => subject)).size > 1),
  students_of_this_region_percent: ({ markets }, setting) => {
    const at = markets.at(-1)?.at ?? 0
    const latest = markets.filter((one) => one.at > at - 6 * HOUR)
    const sum = (all: typeof latest) => all.reduce((total, { active_students }) => total + active_students, 0)
    return (100 * sum(latest.filter(({ region }) => region === last(setting)))) / Math.max(1, sum(latest))
  },
  tutors_of_this_zone_percent: ({ offers }, setting) => {
    const zone = { eastern: 'EST', central: 'CST', mountain: 'MST', pacific: 'PST', arizona: 'MST' }[last(setting)]
    return percentOf(
      [...new Map(offers.map((one) => [one.tutor_id, one])).values()],
      ({ timezone }) => timezone === zone,
    )
  },
  sessions_of_this_weekday_percent: (stream, setting) =>
    percentOf(stream.sessions, (one) => WEEKDAYS[weekdayOf(localOf(stream, one))] === last(setting)),
  sessions_of_this_hour_percent: (stream, setting) => {
    const isWeekend = setting.name.includes('weekend')
    const of = stream.sessions.filter((one) => inWeekendOf(stream, one) === isWeekend)
    return percentOf(of, (one) => hourOf(localOf(stream, one)) === lastDigits(setting))
  },
  // Of the week, as half a day earlier and half a day later are the same hour of the day; Saturday, on which few learn, is the first.
  middle_of_the_week_hour: ({ sessions }) =>
    circular(
      sessions.map(({ at }) => ((at - 2 * DAY) % WEEK) / HOUR),
      7 * 24,
    ),
  sessions_on_these_days_percent: (stream, setting) => {
    const days = { neither: [0, 1, 2, 3, 4], saturday: [5], sunday: [6], both: [5, 6] }[last(setting)] ?? []
    return percentOf(stream.sessions, (one) => days.includes(weekdayOf(localOf(stream, one))))
  },
  students_of_this_pace_percent: (stream, setting) => ofPace([...stream.byStudent.values()], setting),
  newcomers_of_this_pace_percent: (stream, setting) => ofPace(newcomers(stream), setting),
  sessions_at_these_hours_percent: (stream, setting) => {
    const [, from, to] = /from_(\d+)_to_(\d+)/.exec(setting.name) as unknown as [string, number, number]
    return percentOf(stream.sessions, (one) => {
      const hour = hourOf(localOf(stream, one))
      return hour >= Number(from) && hour < Number(to)
    })
  },
  sessions_in_this_quarter_percent: ({ sessions }, setting) => {
    const quarter = ['on_the_hour', 'quarter_past', 'half_past', 'quarter_to'].indexOf(last(setting))
    return percentOf(
      sessions.filter(isLesson),
      ({ at }) => Math.floor(((at + 3 * MINUTE) % HOUR) / (15 * MINUTE)) === quarter,
    )
  },
  sessions_a_week_apart_percent: (stream) =>
    percentOf(
      neighbours([...stream.byStudent.values()].map((all) => all.filter(isLesson))),
      ([a, b]) => Math.abs(b.at - a.at - WEEK) < 30 * MINUTE,
    ),
  sessions_on_one_weekday_percent: (stream) =>
    percentOf(
      neighbours([...stream.byStudent.values()].map((all) => all.filter(isLesson))),
      ([a, b]) => weekdayOf(localOf(stream, a)) === weekdayOf(localOf(stream, b)),
    ),
  hour_of_a_student_deviation: (stream) => spreadOfHours(stream, isLesson),
  // Lessons later in the day than the student's are on that day of the week.
  hours_put_off_mean: (stream) => {
    const lessons = [...stream.byStudent.values()].flatMap((all) => [
      ...Map.groupBy(all.filter(isLesson), (one) => weekdayOf(localOf(stream, one))).values(),
    ])
    const times = lessons
      .filter(({ length }) => length > 3)
      .map((all) => all.map((one) => dayTime(localOf(stream, one))))
    return mean(times.flatMap((all) => all.map((time) => time - median(all))).filter((hours) => hours > 0.75))
  },
  instant_hour_of_a_student_deviation: (stream) => spreadOfHours(stream, isInstant),
  instant_sessions_in_another_subject_percent: ({ byStudent }) => {
    const pairs = [...byStudent.values()].flatMap((all) => {
      const subject = all.find(isLesson)?.subject
      return subject ? all.filter(isInstant).map((one) => one.subject !== subject) : []
    })
    return percentOf(pairs, (isOther) => isOther)
  },
  next_session_with_same_tutor_percent: (stream) =>
    percentOf(successive(stream), ([a, b]) => a.tutor_id === b.tutor_id),
  sessions_of_long_weeks_percent: ({ sessions, offersOf }) =>
    percentOf(sessions, ({ tutor_id }) => {
      const hours = (offersOf.get(tutor_id) ?? []).map(({ available_hours_this_week }) => available_hours_this_week)
      return mean(hours) >= 24
    }),
  // Ratings.
  student_rating_mean: ({ sessions }) => mean(sessions.map(({ studentRating }) => studentRating)),
  student_rating_deviation: ({ sessions }) => deviation(sessions.map(({ studentRating }) => studentRating)),
  tutor_rating_mean: ({ sessions }) => mean(sessions.map(({ tutorRating }) => tutorRating)),
  failed_sessions_rating_mean: ({ sessions }) =>
    mean(sessions.filter(({ isGood }) => !isGood).map(({ studentRating }) => studentRating)),
  // Students who come and go.
  students_active_at_the_end: ({ byStudent, until }) =>
    [...byStudent.values()].filter((all) => (all.at(-1) as Taught).at > until - 14 * DAY).length,
  students_active_percent: ({ byStudent, until }) =>
    percentOf([...byStudent.values()], (all) => (all.at(-1) as Taught).at > until - 14 * DAY),
  students_leaving_monthly_percent: leaving,
  students_leaving_in_first_quarter_percent: (stream) => lostWithin(stream, 60),
  students_joined_in_june_gone_percent: (stream) =>
    percentOf(
      newcomers(stream).filter(([first]) => new Date((first as Taught).at).getUTCMonth() === 5),
      (all) => (all.at(-1) as Taught).at < stream.until - GONE_DAYS * DAY,
    ),
  students_lost_at_first_session_percent: (stream) =>
    percentOf(
      newcomers(stream).filter(([first]) => (first as Taught).at < stream.until - GONE_DAYS * DAY),
      ({ length }) => length === 1,
    ),
  days_from_last_session_to_leaving: ({ health, byStudent, until }) => {
    // Health updates end when a student leaves; the windows of those who stay go on.
    const latest = new Map(health.map(({ student_id, at }) => [student_id, at]))
    const gone = [...byStudent].filter(([, all]) => (all.at(-1) as Taught).at < until - 40 * DAY)
    return mean(gone.map(([id, all]) => ((latest.get(id) ?? 0) - (all.at(-1) as Taught).ends) / DAY))
  },
  students_who_come_back_percent: ({ byStudent }) =>
    percentOf([...byStudent.values()], (all) => neighbours([all]).some(([a, b]) => b.at - a.at > 31 * DAY)),
  // Of those who go early: of who goes late only short times are seen.
  days_away_mean: ({ byStudent, from }) =>
    mean(
      neighbours(byStudent.values())
        .filter(([a]) => a.at < from + 60 * DAY)
        .map(([a, b]) => (b.at - a.at) / DAY)
        .filter((days) => days > 31),
    ),
  sign_ups_monthly_percent: (stream) => (100 * newcomers(stream).length) / stream.byStudent.size,
  sign_ups_of_this_half_month_percent: (stream, setting) => {
    const [month = '', half = '1'] = last(setting).split('_')
    const isIn = ({ at }: Taught): boolean => {
      const date = new Date(at)
      return MONTHS[date.getUTCMonth()] === month && date.getUTCDate() <= 15 === (half === '1')
    }
    return percentOf(newcomers(stream), ([first]) => isIn(first as Taught))
  },
  sessions_in_june_per_100_in_may: per100InMay(5),
  sessions_in_july_per_100_in_may: per100InMay(6),
  students_in_july_per_100_in_may: ({ byStudent }) => {
    const of = (month: number): number =>
      [...byStudent.values()].filter((all) => all.some(({ at }) => new Date(at).getUTCMonth() === month)).length
    return (100 * of(6)) / Math.max(1, of(4))
  },
  sessions_of_this_month_percent: ({ sessions }, setting) =>
    percentOf(sessions, ({ at }) => MONTHS[new Date(at).getUTCMonth()] === last(setting)),
  sessions_on_days_of_bad_weather_percent: perStudentWeekly,
  sessions_in_this_region: ({ sessions }, setting) =>
    sessions.filter(({ student_id }) => {
      const { group } = studentNumbers.locate(Number(student_id.slice(4)) - FIRST_STUDENT)
      return REGIONS[group] === last(setting)
    }).length,
  // Tutors.
  students_a_tutor: ({ byStudent, offersOf }) => byStudent.size / offersOf.size,
  utilisation_percent: ({ sessions, offers, until }) => {
    const from = until - 4 * WEEK
    const taught = new Map(
      sessions.filter(({ at }) => at >= from).map(({ tutor_id, at, minutes }) => [`${at} ${tutor_id}`, minutes]),
    )
    const latest = new Map(offers.map((one) => [one.tutor_id, one.available_hours_this_week]))
    const offered = [...latest.values()].reduce((sum, hours) => sum + hours * 60 * 4, 0)
    return (100 * [...taught.values()].reduce((sum, minutes) => sum + minutes, 0)) / offered
  },
  supply_of_this_subject: ({ markets }, setting) =>
    mean(
      markets
        .filter(({ subject }) => subject === last(setting))
        .map(({ supply_score, demand_score }) => supply_score - demand_score),
    ),
  available_hours_mean: ofTutors(({ available_hours_this_week }) => available_hours_this_week),
  available_hours_deviation: ({ offersOf }) =>
    deviation(
      [...offersOf.values()].map((all) => mean(all.map(({ available_hours_this_week }) => available_hours_this_week))),
    ),
  available_tutors_mean: ({ markets }) => mean(markets.map(({ available_tutors }) => available_tutors)),
  tutors_of_so_many_subjects_percent: ({ offersOf }, setting) => {
    const count = 1 + ['none', 'one', 'two'].indexOf(last(setting))
    return percentOf([...offersOf.values()], (all) => all[0]?.subjects.length === count)
  },
  subjects_a_tutor: ofTutors(({ subjects }) => subjects.length),
  tutors_accepting_instant_percent: ({ offers }) =>
    percentOf(
      offers.filter(({ available_hours_this_week }) => available_hours_this_week > 0),
      ({ accepts_instant_book }) => accepts_instant_book,
    ),
  tutors_leaving_monthly_percent: ({ offersOf, from, until }) => {
    const early = [...offersOf.values()].filter((all) => (all[0]?.at ?? 0) < from + GONE_DAYS * DAY)
    return percentOf(early, (all) => (all.at(-1)?.at ?? 0) < until - 35 * DAY)
  },
  tutors_joining_monthly_percent: ({ offersOf, from }) =>
    percentOf([...offersOf.values()], (all) => (all[0]?.at ?? 0) > from + 35 * DAY),
  /** A score is of the 24 hours before it. Ten hours ago in UTC: the weekdays change at five in the morning, Eastern. */
  supply_score_deviation_over_the_week: ({ markets }) =>
    deviation(
      [...Map.groupBy(markets, ({ at }) => weekdayOf(at - 10 * HOUR)).values()].map((all) =>
        mean(all.map(({ supply_score }) => supply_score)),
      ),
    ),
  hours_deviation_within_a_tutor: ({ offersOf }) =>
    mean(
      [...offersOf.values()]
        .map((all) =>
          all.map(({ available_hours_this_week }) => available_hours_this_week).filter((hours) => hours > 0),
        )
        .filter((hours) => hours.length > 3)
        .map(deviation),
    ),
  hours_changed_by_a_quarter_percent: (stream) =>
    percentOf(
      changes(stream),
      ([a, b]) => Math.abs(b.available_hours_this_week / a.available_hours_this_week - 1) > 0.25,
    ),
  weeks_without_hours_percent: ({ offers }) =>
    percentOf(offers, ({ available_hours_this_week }) => available_hours_this_week === 0),
  availability_updates_a_tutor_weekly: ({ offers, offersOf, days }) => offers.length / offersOf.size / (days / 7),
  availability_updates_on_sunday_percent: ({ offers }) =>
    percentOf(offers, ({ at, timezone }) => weekdayOf(localAt(ZONES[timezone], at)) === 6),
  // Calls.
  calls_per_100_sessions: callsPer100(),
  scheduling_calls_per_100_sessions: callsPer100('scheduling_issue'),
  scheduling_calls_hour_mean: ({ calls }) =>
    mean(calls.filter(({ reason }) => reason === 'scheduling_issue').map(({ at }) => dayTime(at - 8 * HOUR))),
  technical_calls_per_100_sessions: callsPer100('technical_problem'),
  concern_calls_per_100_sessions: callsPer100('tutor_concern'),
  billing_calls_per_100_sessions: callsPer100('billing_question'),
  calls_of_this_reason_percent: ({ calls }, setting) => percentOf(calls, ({ reason }) => reason === last(setting)),
  calls_of_this_priority_percent: ({ calls }, setting) => {
    const reason = setting.name.split('.').at(-2)
    return percentOf(
      calls.filter((call) => call.reason === reason),
      ({ priority }) => priority === last(setting),
    )
  },
  hours_from_session_to_call: ({ calls, sessions }, setting) => {
    const by = ended(sessions)
    const reason = REASON_OF[last(setting)]
    return mean(
      calls.flatMap((call) => {
        const session = call.causedBy ? by.get(call.causedBy) : undefined
        return session && (reason === undefined || call.reason === reason) ? [(call.at - session.ends) / HOUR] : []
      }),
    )
  },
  first_call_of_day_hour: ({ calls }) => Math.min(...calls.map(({ at }) => dayTime(localAt(Zone.eastern, at)))),
  last_call_of_day_hour: ({ calls }) => Math.max(...calls.map(({ at }) => dayTime(localAt(Zone.eastern, at)))),
  call_seconds_median: ({ calls }) => median(calls.map(({ duration_seconds }) => duration_seconds)),
  call_seconds_deviation: ({ calls }) => deviation(calls.map(({ duration_seconds }) => duration_seconds)),
  calls_resolved_percent: ({ calls }) => percentOf(calls, ({ resolved }) => resolved),
  unresolved_calls_repeated_percent: (stream) => {
    const causes = new Set(stream.calls.map(({ causedBy }) => causedBy))
    return percentOf(
      stream.calls.filter(({ resolved }) => !resolved),
      ({ id }) => causes.has(id),
    )
  },
  repeat_days_median: (stream) => median(repeats(stream).map(([a, b]) => (b.at - a.at) / DAY)),
  repeat_days_deviation: (stream) => deviation(repeats(stream).map(([a, b]) => (b.at - a.at) / DAY)),
  repeats_of_one_reason_percent: (stream) => percentOf(repeats(stream), ([a, b]) => a.reason === b.reason),
  students_who_never_call_percent: ({ calls, byStudent }) => {
    const who = new Set(calls.map(({ student_id }) => student_id))
    return percentOf([...byStudent.keys()], (id) => !who.has(id))
  },
  // Markets.
  tutors_available_before_noon_percent: ({ markets }) => {
    const weekdays = markets.filter(({ at }) => weekdayOf(at) < 5)
    const at = (from: number, to: number): number =>
      mean(
        weekdays
          .filter((one) => hourOf(one.at) >= from && hourOf(one.at) <= to)
          .map(({ available_tutors }) => available_tutors),
      )
    return (100 * at(15, 17)) / at(22, 23)
  },
  market_updates_a_day: ({ markets, days }) => markets.length / days / 45,
  demand_score_deviation: ({ markets }) => deviation(markets.map(({ demand_score }) => demand_score)),
}

const REASON_OF: Readonly<Record<string, CallReason>> = {
  concern: 'tutor_concern',
  tutor_no_show: 'scheduling_issue',
  technical: 'technical_problem',
  student_no_show: 'billing_question',
}

function overs(sessions: readonly Taught[]): number[] {
  return sessions
    .filter((one) => isLesson(one) && one.isGood)
    .map((one) => one.minutes - one.scheduled_duration_minutes)
}

const PACES = ['every_other_week', 'one_a_week', 'two_a_week', 'three_a_week', 'five_a_week']
const PACE_LIMITS = [0.7, 1.45, 2.4, 3.7, Number.POSITIVE_INFINITY]

/** Of students who are seen for some weeks, those who have about as many sessions as a plan pays for. */
function ofPace(students: readonly (readonly Taught[])[], setting: Setting): number {
  const known = students.filter((all) => (all.at(-1) as Taught).at - (all[0] as Taught).at > 14 * DAY)
  return percentOf(known, (all) => {
    const pace = ((all.length - 1) * WEEK) / ((all.at(-1) as Taught).at - (all[0] as Taught).at)
    return PACE_LIMITS.findIndex((limit) => pace < limit) === PACES.indexOf(last(setting))
  })
}

/** How far sessions of one student are from their usual hour, in hours. */
function spreadOfHours(stream: Stream, counts: (session: Taught) => boolean): number {
  return mean(
    [...stream.byStudent.values()]
      .map((all) => all.filter(counts).map((one) => dayTime(localOf(stream, one))))
      .filter(({ length }) => length > 2)
      .map(deviation),
  )
}

function repeats({ calls }: Stream) {
  const byId = new Map(calls.map((call) => [call.id, call]))
  return calls.flatMap((call): [typeof call, typeof call][] => {
    const before = call.causedBy ? byId.get(call.causedBy) : undefined
    return before ? [[before, call]] : []
  })
}

/** Of newcomers who had the time, those who are not seen for four weeks after so many days. */
function lostWithin(stream: Stream, days: number): number {
  const had = newcomers(stream).filter(([first]) => (first as Taught).at < stream.until - (days + 14) * DAY)
  return percentOf(had, (all) => (all.at(-1) as Taught).at < (all[0] as Taught).at + days * DAY)
}

/** Mean of what comes round after so much. */
function circular(values: readonly number[], round: number): number {
  const angles = values.map((value) => (2 * Math.PI * value) / round)
  const [x, y] = [mean(angles.map(Math.cos)), mean(angles.map(Math.sin))]
  return ((Math.atan2(y, x) / (2 * Math.PI)) * round + round) % round
}

/** The figure that a setting says it moves, and whether up. */
export function movedBy({ moves }: Pick<Setting, 'moves'>): { figure: string; direction: string } {
  const [figure = '', direction = ''] = moves.split(' ')
  return { figure, direction }
}

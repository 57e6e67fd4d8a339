// Standing lessons: whether students keep their hour, weekday and tutor, and classes their people.

import { DAY, formatInstant, HOUR, MINUTE, WEEK } from '../../engine/index.ts'
import { SESSION_TYPES, SUBJECTS } from '../events/index.ts'
import { localAt } from '../events/localtime.ts'
import type { Measuring } from './measures.ts'
import type { Lived } from './reading.ts'
import { MAIN_ZONES, UNKNOWN } from './seen.ts'
import { GROUP, INSTANT, ONE_ON_ONE } from './sessions.ts'
import { Counts, Mean, medianOf, rankCorrelationOf, varianceOf } from './statistics.ts'

const WITHIN = HOUR
const GAP_HOURS_MAX = 504
const HALF_YEAR = 182 * DAY
const PEOPLE_SHOWN = 10
const WEEKS_SHOWN = 12

export function measureSlots(measuring: Measuring): void {
  weekly(measuring)
  tutorsOfStudents(measuring)
  studentsOfTutors(measuring)
  habits(measuring)
  keeping(measuring)
  classes(measuring)
  persistence(measuring)
  people(measuring)
}

function weekly({ seen, lives, figures, series }: Measuring): void {
  const { columns } = seen.sessions
  const gaps = new Array<number>(GAP_HOURS_MAX + 1).fill(0)
  const [from, to] = [seen.first + WEEK, seen.last - WEEK]
  let [all, kept] = [0, 0]
  for (const { sessions } of lives.students) {
    const starts = [...sessions].filter((at) => columns.type[at] !== INSTANT).map((at) => columns.start[at] as number)
    for (const [at, start] of starts.entries()) {
      let isKept = false
      for (let before = at - 1; before >= 0; before--) {
        const gap = start - (starts[before] as number)
        if (gap >= GAP_HOURS_MAX * HOUR + HOUR / 2) break
        const hours = Math.round(gap / HOUR)
        gaps[hours] = (gaps[hours] as number) + 1
        isKept ||= Math.abs(gap - WEEK) <= WITHIN
      }
      for (let after = at + 1; !isKept && after < starts.length; after++) {
        const gap = (starts[after] as number) - start
        if (gap > WEEK + WITHIN) break
        isKept = gap >= WEEK - WITHIN
      }
      if (start < from || start > to) continue
      all++
      if (isKept) kept++
    }
  }
  figures.putShare('42', '', kept, all)
  series.gaps = gaps
}

/** Counts of others by a person's sessions, in windows of 30 days. */
function perMonth(
  begin: number,
  end: number,
  starts: number[],
  others: number[],
  least: number,
  add: (ratio: number) => void,
): void {
  let at = 0
  for (let from = begin; from + 30 * DAY <= end; from += 30 * DAY) {
    while (at < starts.length && (starts[at] as number) < from) at++
    const first = at
    while (at < starts.length && (starts[at] as number) < from + 30 * DAY) at++
    if (at - first >= least) add(new Set(others.slice(first, at)).size / (at - first))
  }
}

function tutorsOfStudents({ seen, lives, figures }: Measuring): void {
  const { columns } = seen.sessions
  const ratio = new Mean()
  const inThirty = new Mean()
  for (const { sessions } of lives.students) {
    const starts = [...sessions].map((at) => columns.start[at] as number)
    const tutors = [...sessions].map((at) => columns.tutor[at] as number)
    perMonth(seen.first, seen.last, starts, tutors, 6, (value) => ratio.add(value))
    if (tutors.length >= 30) inThirty.add(new Set(tutors.slice(-30)).size)
  }
  figures.put('43', 'mean', ratio.value, ratio.count)
  figures.put('57', 'mean', inThirty.value, inThirty.count)
}

function studentsOfTutors({ seen, lives, figures }: Measuring): void {
  const { columns } = seen.sessions
  const ratio = new Mean()
  for (const { sessions } of lives.tutors) {
    const starts = [...sessions].map((at) => columns.start[at] as number)
    const students = [...sessions].map((at) => columns.student[at] as number)
    perMonth(seen.first, seen.last, starts, students, 30, (value) => ratio.add(value))
  }
  figures.put('44', 'mean', ratio.value, ratio.count)
}

/** Deviation of a student's hour of day, in stretches of 90 days. */
function habits({ seen, lives, figures }: Measuring): void {
  const { columns } = seen.sessions
  const deviations: number[] = []
  for (const { sessions, region } of lives.students) {
    const zone = MAIN_ZONES[region] as number
    for (let from = 0; from < sessions.length; ) {
      const begin = columns.start[sessions[from] as number] as number
      let to = from
      const hours: number[] = []
      while (to < sessions.length && (columns.start[sessions[to] as number] as number) < begin + 90 * DAY) {
        const at = sessions[to++] as number
        if (columns.type[at] === INSTANT) continue
        hours.push((localAt(zone, columns.start[at] as number) % DAY) / HOUR)
      }
      if (hours.length >= 10) deviations.push(Math.sqrt(varianceOf(hours)))
      from = to
    }
  }
  figures.put('54', 'median', medianOf(deviations), deviations.length)
}

/** Whether the next session in a subject is with the same tutor, by how this one was rated. */
function keeping({ seen, lives, figures }: Measuring): void {
  const { columns } = seen.sessions
  const after = new Map([5, 4, 3, 2, 1].map((stars) => [stars, new Mean()]))
  for (const { sessions } of lives.students) {
    const latest = new Map<number, number>()
    for (const at of sessions) {
      if (columns.type[at] !== ONE_ON_ONE) continue
      const before = latest.get(columns.subject[at] as number)
      latest.set(columns.subject[at] as number, at)
      if (before === undefined || columns.end[before] === 0) continue
      after.get(columns.rating[before] as number)?.add(columns.tutor[at] === columns.tutor[before] ? 1 : 0)
    }
  }
  for (const [stars, name] of [
    [5, 'after 5 stars'],
    [3, 'after 3 stars'],
  ] as const) {
    const { value, count } = after.get(stars) as Mean
    figures.put('56', name, value, count)
  }
}

interface Class {
  start: number
  students: number[]
}

/** A class is sessions of one tutor, subject and start, one of each student. */
function classes({ seen, lives, figures, series }: Measuring): void {
  const { columns } = seen.sessions
  const sizes = new Counts()
  const [again, kept] = [new Mean(), new Mean()]
  for (const { sessions } of lives.tutors) {
    const taught = new Map<number, Class[]>()
    for (const at of sessions) {
      if (columns.type[at] !== GROUP) continue
      const [subject, start] = [columns.subject[at] as number, columns.start[at] as number]
      const list = taught.get(subject) ?? []
      taught.set(subject, list)
      const latest = list.at(-1)
      if (latest !== undefined && start - latest.start < MINUTE) latest.students.push(columns.student[at] as number)
      else list.push({ start, students: [columns.student[at] as number] })
    }
    for (const list of taught.values())
      for (const one of list) {
        sizes.add(one.students.length)
        if (one.start < seen.first + WEEK || one.start > seen.last - WEEK) continue
        const others = list.filter((other) => Math.abs(Math.abs(other.start - one.start) - WEEK) <= WITHIN)
        again.add(others.length > 0 ? 1 : 0)
        for (const student of one.students)
          if (others.length > 0) kept.add(others.some(({ students }) => students.includes(student)) ? 1 : 0)
      }
  }
  const all = sizes.total
  figures.putShare('52', 'most common size', Math.max(0, ...sizes.values()), all)
  figures.putShare('52', 'with one', sizes.get(1) ?? 0, all)
  figures.put('52', 'largest', Math.max(0, ...sizes.keys()), all)
  figures.put('53', 'classes', 100 * again.value, again.count)
  figures.put('53', 'students who are there again', 100 * kept.value, kept.count)
  series.classes = Array.from(
    { length: 1 + Math.min(20, Math.max(0, ...sizes.keys())) },
    (_, size) => sizes.get(size) ?? 0,
  )
}

/** Whether those who did better in one half-year did so in the next, by rank. */
function persistence({ seen, lives, figures }: Measuring): void {
  const { columns } = seen.sessions
  const middle = (seen.first + seen.last) / 2
  const halves = [Math.max(seen.first, middle - HALF_YEAR), middle, Math.min(seen.last, middle + HALF_YEAR)] as const
  if (middle - seen.first < 120 * DAY) return
  const half = (instant: number): number =>
    instant < halves[0] || instant >= halves[2] ? -1 : instant < halves[1] ? 0 : 1
  const correlate = (row: string, pairs: readonly (readonly [number, number])[]): void =>
    figures.put(
      '55',
      row,
      rankCorrelationOf(
        pairs.map(([a]) => a),
        pairs.map(([, b]) => b),
      ),
      pairs.length,
    )
  const means = (sessions: Uint32Array, of: (at: number) => number, least: number): [number, number] | undefined => {
    const both = [new Mean(), new Mean()]
    for (const at of sessions) if (columns.end[at] !== 0) both[half(columns.start[at] as number)]?.add(of(at))
    return both.every(({ count }) => count >= least) ? [both[0]?.value as number, both[1]?.value as number] : undefined
  }
  const isThere = <T>(value: T | undefined): value is T => value !== undefined
  const success = (at: number): number => columns.successful[at] as number
  const rating = (at: number): number => columns.rating[at] as number
  correlate("a student's success", lives.students.map(({ sessions }) => means(sessions, success, 12)).filter(isThere))
  correlate("a tutor's success", lives.tutors.map(({ sessions }) => means(sessions, success, 30)).filter(isThere))
  correlate("a tutor's rating", lives.tutors.map(({ sessions }) => means(sessions, rating, 30)).filter(isThere))
  const calling = lives.students.map(({ sessions, calls }): [number, number] | undefined => {
    const [taken, made] = [
      [0, 0],
      [0, 0],
    ]
    for (const at of sessions) {
      const which = half(columns.start[at] as number)
      if (which >= 0) taken[which] = (taken[which] as number) + 1
    }
    for (const at of calls) {
      const which = half(seen.calls.columns.instant[at] as number)
      if (which >= 0) made[which] = (made[which] as number) + 1
    }
    const [a, b] = taken as [number, number]
    return a >= 12 && b >= 12 ? [(made[0] as number) / a, (made[1] as number) / b] : undefined
  })
  correlate("a student's calls", calling.filter(isThere))
}

/** Students of ordinary activity, twelve weeks of each. */
function people({ seen, lives, series }: Measuring): void {
  const { columns } = seen.sessions
  const from = seen.last - Math.min(seen.last - seen.first, (WEEKS_SHOWN + 2) * WEEK)
  const to = from + WEEKS_SHOWN * WEEK
  const within = (at: number): boolean => (columns.start[at] as number) >= from && (columns.start[at] as number) < to
  const there = lives.students
    .filter(({ first, last }) => first <= Math.max(from, seen.first + WEEK) && last >= to - 2 * WEEK)
    .map((life) => ({ life, sessions: [...life.sessions].filter(within) }))
    .filter(({ sessions }) => sessions.length > 2)
    .sort((a, b) => a.sessions.length - b.sessions.length || a.life.id - b.life.id)
  // Around the middle, each region in turn.
  const middle = there.slice(Math.floor(there.length * 0.35), Math.ceil(there.length * 0.9))
  const chosen = middle.filter((_, at) => at % Math.max(1, Math.floor(middle.length / PEOPLE_SHOWN)) === 0)
  series.people = chosen.slice(0, PEOPLE_SHOWN).map(({ life, sessions }) => ({
    student: seen.students.get(life.id) ?? '',
    sessions: sessions.map((at): Lived => {
      const zone = columns.zone[at] === UNKNOWN ? (MAIN_ZONES[life.region] as number) : (columns.zone[at] as number)
      return {
        at: formatInstant(localAt(zone, columns.start[at] as number)).slice(0, 16),
        minutes: columns.minutes[at] as number,
        subject: SUBJECTS[columns.subject[at] as number] ?? '',
        tutor: seen.tutors.get(columns.tutor[at] as number) ?? '',
        type: SESSION_TYPES[columns.type[at] as number] ?? '',
        completed: columns.successful[at] === 1,
        rating: columns.rating[at] as number,
      }
    }),
  }))
}

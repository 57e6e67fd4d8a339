// Students' weeks: a column a week, Monday at the top. A standing lesson shows as a line; random times are scattered.

import type { Lived, Series } from '../../model/realism/index.ts'
import { COLOURS, PLOT_STYLE } from './style.ts'
import { at, box, diamond, dot, stroke, svg, words } from './svg.ts'
import { dayName, monthName, plain } from './words.ts'

type Person = Series['people'][number]

/** A reading has twelve weeks of each, which may touch thirteen of the calendar. */
const WEEKS = 13
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const DAY_MILLISECONDS = 86_400_000
const WEEK_MILLISECONDS = 7 * DAY_MILLISECONDS
/** The Monday from which weeks are counted. */
const MONDAY = Date.UTC(1970, 0, 5)
const [LEFT, TOP, WIDE, HIGH] = [30, 18, 17, 20]
/** Waking hours, between which a day's field is spread. */
const [DAWN, DUSK] = [7, 23]
const LIFE = { width: LEFT + WEEKS * WIDE + 4, height: TOP + 7 * HIGH + 18 }

/** The marks of one student's weeks, in a field of the size of `LIFE`. @param begin the Monday of the first column */
function life({ student, sessions }: Person, begin: number): string[] {
  const tutors = byCount(sessions)
  const days = WEEKDAYS.flatMap((day, index) => [
    stroke(LEFT, TOP + index * HIGH, LEFT + WEEKS * WIDE, TOP + index * HIGH, 'grid'),
    words(LEFT - 6, TOP + index * HIGH + 14, day, 'tick', 'end'),
  ])
  const marks = sessions.flatMap((session) => {
    const instant = Date.parse(`${session.at}Z`)
    const week = Math.floor((instant - begin) / WEEK_MILLISECONDS)
    if (!(week >= 0 && week < WEEKS)) return []
    const inWeek = (instant - begin) % WEEK_MILLISECONDS
    const day = Math.floor(inWeek / DAY_MILLISECONDS)
    const hour = (inWeek % DAY_MILLISECONDS) / 3_600_000
    const along = (Math.max(DAWN, Math.min(DUSK, hour)) - DAWN) / (DUSK - DAWN)
    return [mark(session, tutors, LEFT + (week + 0.5) * WIDE, TOP + (day + along) * HIGH)]
  })
  const said = `${sessions.length} sessions with ${tutors.length} ${tutors.length === 1 ? 'tutor' : 'tutors'}`
  return [
    words(0, 11, student, 'name', 'start'),
    words(LIFE.width - 4, 11, said, 'tick', 'end'),
    ...days,
    stroke(LEFT, TOP + 7 * HIGH, LEFT + WEEKS * WIDE, TOP + 7 * HIGH, 'axis'),
    ...months(begin),
    ...marks,
  ]
}

/** The first week of the picture and the first of each month are named. */
function months(begin: number): string[] {
  return Array.from({ length: WEEKS }, (_, week) => new Date(begin + week * WEEK_MILLISECONDS)).flatMap(
    (monday, week) => {
      const isFirst = monday.getUTCDate() <= 7
      if (week > 0 && !isFirst) return []
      const name = week === 0 ? dayName(monday.toISOString()) : monthName(monday.getUTCMonth())
      // The first name is a date, and takes some weeks' room.
      return week > 0 && week < 4 ? [] : [words(LEFT + week * WIDE, LIFE.height - 4, name, 'tick', 'start')]
    },
  )
}

/** The usual tutor's sessions are discs, the next one's squares, all others' diamonds; what broke off is hollow. */
function mark(session: Lived, tutors: readonly string[], x: number, y: number): string {
  const { at: when, subject, tutor, type, minutes, completed, rating } = session
  const kind = `life${type === 'instant_book' ? ' instant' : ''}${completed ? '' : ' hollow'}`
  const title = `${dayName(when)} ${when.slice(11)}, ${subject} with ${tutor}, ${minutes} min, ${completed ? `${rating} stars` : 'broke off'}${type === 'one_on_one' ? '' : `, ${plain(type)}`}`
  const rank = tutors.indexOf(tutor)
  if (rank === 0) return dot(x, y, 3.4, kind, title)
  return rank === 1 ? box(x - 3, y - 3, 6, 6, kind, title) : diamond(x, y, 4, `${kind} rare`, title)
}

/** Tutors, the most usual first. */
function byCount(sessions: readonly Lived[]): string[] {
  const counts = new Map<string, number>()
  for (const { tutor } of sessions) counts.set(tutor, (counts.get(tutor) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).map(([tutor]) => tutor)
}

/** The Monday before the first session of all, so that a column is the same week of everybody. */
function beginOf(people: readonly Person[]): number {
  const days = people.flatMap(({ sessions }) => sessions.map(({ at }) => Date.parse(`${at.slice(0, 10)}T00:00Z`)))
  const day = Math.min(...days)
  return day - ((((day - MONDAY) % WEEK_MILLISECONDS) + WEEK_MILLISECONDS) % WEEK_MILLISECONDS)
}

/** A stream's students, each a picture of its own that wraps with the page. */
export function lives(people: readonly Person[]): string {
  if (people.length === 0) return '<p>Nobody is in it for twelve weeks.</p>'
  const begin = beginOf(people)
  const pictures = people.map((person) => svg(LIFE, `twelve weeks of ${person.student}`, life(person, begin)))
  return `<div class="lives">${pictures.join('')}</div>`
}

/** One picture of all of them with its own style, five beside each other. */
export function livesAlone(people: readonly Person[]): string {
  const [columns, gap] = [5, 20]
  const begin = beginOf(people)
  const fields = people.map((person, index) => {
    const [x, y] = [
      gap + (index % columns) * (LIFE.width + gap),
      gap + Math.floor(index / columns) * (LIFE.height + gap),
    ]
    return `<g transform="translate(${at(x)} ${at(y)})">${life(person, begin).join('')}</g>`
  })
  const rows = Math.ceil(people.length / columns)
  const size = { width: columns * (LIFE.width + gap) + gap, height: rows * (LIFE.height + gap) + gap }
  const style = `<style>${COLOURS}${PLOT_STYLE}</style><rect width="100%" height="100%" class="ground"/>`
  const picture = svg(size, `twelve weeks of ${people.length} students`, [style, ...fields])
  return picture.replace('<svg ', `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" `)
}

// The plots of who comes, stays and goes: students, their lessons and their health, tutors and their hours.

import { columns, histogram, horizontalBars, sharesOf } from './bars.ts'
import { type Curve, curves } from './curves.ts'
import { lives } from './lives.ts'
import { every, LOW, type Make, rowBars, seen, seriesOf, target } from './panel.ts'
import { FRAME } from './svg.ts'

/** Sessions closer than this are two of one day, and not one lesson and the next. */
const GAP_HOURS_MIN = 12

export const livesPanel: Make = (shown) => {
  const people = seriesOf(shown).map((series) => series.people)
  if (people.every((each) => each.length === 0)) return
  return {
    title: 'Students, week by week',
    note: 'A column a week. Who has a standing lesson draws a line: discs are with the usual tutor, squares with a second one, diamonds with others; pale marks were booked at once, hollow ones broke off.',
    plots: people.map((each) => lives(each)),
    broad: true,
    apart: true,
  }
}

export const gapsPanel: Make = (shown, small = false) => {
  const gaps = seriesOf(shown).map((series) => series.gaps.map((pairs, hours) => (hours < GAP_HOURS_MIN ? 0 : pairs)))
  if (!seen(gaps)) return
  const named = { 0: '0', 168: '1 week', 336: '2 weeks', 504: '3 weeks' }
  return {
    title: 'From one session of a student to the others',
    note: 'A standing lesson comes back to the hour, week by week: three spikes. Chance has none.',
    plots: [histogram('pairs of sessions of a student by the time between them', gaps, named, small ? LOW : FRAME)],
  }
}

export const classesPanel: Make = (shown) => {
  const classes = seriesOf(shown).map((series) => sharesOf(series.classes))
  if (!seen(classes)) return
  const bars = [1, 2, 3, 4, 5, 6, 7, 8].map((size) => ({
    name: String(size),
    values: classes.map((shares) => shares[size] ?? null),
  }))
  return {
    title: 'Students in a class',
    note: 'Groups of two to eight, of many sizes.',
    plots: [columns('students in a class', bars, '%')],
  }
}

export const survivalPanel: Make = (shown) => {
  const drawn = seriesOf(shown).map(
    ({ survival }, stream): Curve => ({
      stream,
      points: survival.days.map((day, index) => [day, 100 * (survival.share[index] ?? 0)]),
    }),
  )
  if (drawn.every(({ points }) => points.length < 2)) return
  const targets = ['one', 'three', 'six', 'twelve'].map(
    (months, index) => [[30, 91, 183, 365][index] ?? 0, target(shown, '34', months)] as const,
  )
  const named = { 0: 'first session', 91: '3 months', 183: '6 months', 365: 'a year' }
  return {
    title: 'Students who are still there',
    note: 'One in four is lost in the first month, a third stays a year.',
    plots: [curves('share still there', drawn, { from: 0, to: 380, named, unit: '%', top: 100 }, targets)],
  }
}

export const loadPanel: Make = (shown) => {
  const drawn = seriesOf(shown).flatMap(({ load }, stream): Curve[] =>
    (['tutors', 'students'] as const).map((whose) => ({
      stream,
      points: load[whose].map((share, index) => [index * 5, 100 * share]),
      kind: whose === 'students' ? 'thin' : '',
    })),
  )
  if (drawn.every(({ points }) => points.length < 2)) return
  const even: Curve = {
    stream: -1,
    points: [
      [0, 0],
      [100, 100],
    ],
    kind: 'even',
  }
  return {
    title: 'Who has the sessions',
    note: 'Of the least busy so many percent of tutors (thick) and students (thin), the share of all sessions. The straight line is all alike.',
    plots: [
      curves('share of sessions by share of tutors', [even, ...drawn], {
        from: 0,
        to: 100,
        named: every(25, 100, (n) => `${n} %`),
        unit: '%',
        top: 100,
      }),
    ],
  }
}

export const offeredPanel: Make = (shown) => {
  const offered = seriesOf(shown).map((series) => series.offered)
  if (!seen(offered)) return
  return {
    title: 'Hours that tutors offer in a week',
    note: 'Most offer some ten hours, few a whole week; one in twelve rests.',
    plots: [histogram('hours on offer', offered, every(10, 40))],
  }
}

export const scoresPanel: Make = (shown) => {
  const scores = seriesOf(shown).map(({ health }) => health.scores)
  if (!seen(scores)) return
  const named = { 0: '0', 9: '45', 14: '70', 20: '100' }
  return {
    title: 'Health scores',
    note: 'Most students are well, with a tail of those who are not: below 45 the risk is high, from 70 on it is low.',
    plots: [histogram('health scores', scores, named)],
  }
}

const RISKS: Record<string, string> = { 'low risk': 'low', medium: 'medium', high: 'high' }

export const riskPanel: Make = (shown) => {
  const bars = rowBars(shown, '41', ({ name }) => RISKS[name] ?? null)
  return (
    bars && {
      title: 'Risk of leaving, as told',
      note: 'Most are at low risk, one in sixteen at high.',
      plots: [horizontalBars('risk of leaving', bars, '%')],
    }
  )
}

export const warningPanel: Make = (shown) => {
  const shares = seriesOf(shown).map(({ health }) =>
    health.seen.map((count, bin) => (count >= 20 ? (100 * (health.left[bin] ?? 0)) / count : null)),
  )
  if (!shares.some((each) => each.some((value) => value !== null))) return
  const bars = Array.from({ length: 10 }, (_, bin) => ({
    name: String(bin * 10),
    values: shares.map((each) => each[bin] ?? null),
  }))
  return {
    title: 'Who leaves within 30 days, by score',
    note: 'A score that warns falls steeply from left to right.',
    plots: [columns('leaving by health score', bars, '%')],
  }
}

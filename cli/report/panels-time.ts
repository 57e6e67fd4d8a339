// The plots of weeks, months and years.

import { columns } from './bars.ts'
import { type Curve, curves } from './curves.ts'
import { calendar, week } from './grids.ts'
import { every, type Make, rowBars, seen, seriesOf, sum } from './panel.ts'
import { MONTH_LETTERS } from './words.ts'

export const weekPanel: Make = (shown, small = false) => {
  const hours = seriesOf(shown).map((series) => series.weekHours)
  if (!seen(hours)) return
  return {
    title: 'Sessions by hour of the week',
    note: 'Families are tutored after school, Sunday to Thursday; nobody at three in the morning.',
    plots: hours.map((each, stream) =>
      week(`sessions by hour of the week, ${shown[stream]?.name}`, each, small ? 11 : 17),
    ),
    apart: true,
  }
}

export const weekdayPanel: Make = (shown) => {
  const bars = rowBars(shown, '21')
  return (
    bars && {
      title: 'Weekdays',
      note: 'Friday and Saturday are half of a Tuesday.',
      plots: [columns('weekdays', bars, '%')],
    }
  )
}

export const weeksPanel: Make = (shown) => {
  const series = seriesOf(shown)
  if (!series.some(({ weeks }) => weeks.sessions.length > 1)) return
  // Each stream against its own mean, so that a small one and a large one share a plot.
  const drawn = series.map(({ weeks }, stream): Curve => {
    const mean = sum(weeks.sessions) / Math.max(1, weeks.sessions.length)
    return { stream, points: weeks.sessions.map((count, index) => [index, mean ? count / mean : null]) }
  })
  const to = Math.max(...series.map(({ weeks }) => weeks.sessions.length - 1))
  return {
    title: 'Sessions week by week',
    note: 'Against the mean week: terms, holidays, storms; no two weeks are alike.',
    plots: [
      curves('sessions week by week', drawn, {
        from: 0,
        to,
        named: every(Math.ceil(to / 5), to, (n) => `week ${n + 1}`),
      }),
    ],
  }
}

export const calendarPanel: Make = (shown) => ({
  title: 'Sessions day by day',
  note: 'Weekends, Thanksgiving, the days to New Year, spring break and the summer are seen in any school year. Outlined days are holidays.',
  plots: seriesOf(shown).map(({ days }) =>
    days.sessions.length === 0 ? '' : calendar(days.first, days.sessions, days.named),
  ),
  broad: true,
  apart: true,
})

export const monthsPanel: Make = (shown) => {
  const bars = rowBars(shown, '23', (_, month) => MONTH_LETTERS[month] ?? null)
  return (
    bars && {
      title: 'Sessions a day by month, against the year',
      note: 'School months are full, July is not.',
      plots: [columns('sessions a day by month', bars, '')],
    }
  )
}

export const hoursPanel: Make = (shown) => {
  const bars = rowBars(shown, '22', ({ name }) => name.replace(' to ', '–').replace(' and ', '–').replace(' h', ''))
  return (
    bars && {
      title: 'Local hour, on weekdays',
      note: 'Most begin between school and supper; who comes in the morning is not at school.',
      plots: [columns('local hour on weekdays', bars, '%')],
    }
  )
}

export const newcomersPanel: Make = (shown) => {
  const perDay = seriesOf(shown).map(({ months }) =>
    months.newcomers.map((count, month) => (months.days[month] ? count / (months.days[month] ?? 1) : null)),
  )
  if (!perDay.some((each) => each.some((value) => (value ?? 0) > 0))) return
  const bars = MONTH_LETTERS.map((name, month) => ({ name, values: perDay.map((each) => each[month] ?? null) }))
  return {
    title: 'Newcomers a day, by month',
    note: 'Families look for a tutor when a term begins: September and January.',
    plots: [columns('newcomers a day by month', bars, '')],
  }
}

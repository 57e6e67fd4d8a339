// The plots of what is taught, rated, told and in short supply: sessions, calls, markets.

import { columns, histogram, horizontalBars, sharesOf } from './bars.ts'
import { type Curve, curves } from './curves.ts'
import { markets } from './grids.ts'
import { clock, every, LOW, type Make, rowBars, seen, seriesOf, shareBars, sum, target } from './panel.ts'
import { FRAME } from './svg.ts'

const STARS = ['1', '2', '3', '4', '5']

export const subjectsPanel: Make = (shown) => ({
  title: 'Subjects',
  note: 'Two in five sessions are mathematics.',
  plots: [
    horizontalBars(
      'subjects of sessions',
      shareBars(
        shown,
        '20',
        seriesOf(shown).map(({ subjects }) => subjects),
      ),
      '%',
    ),
  ],
})

export const ratingsPanel: Make = (shown, small = false) => {
  const ratings = seriesOf(shown).map((series) => sharesOf(series.ratings.student))
  if (!ratings.some((shares) => shares.length > 0)) return
  const bars = STARS.map((star, index) => ({
    name: `${star} ★`,
    values: ratings.map((shares) => shares[index] ?? null),
    target: target(shown, '18', star === '1' ? '1 star' : `${star} stars`),
  }))
  return {
    title: 'Ratings by students',
    note: 'Four in five get five stars; the few bad ones matter.',
    plots: [columns('ratings by students', bars, '%', small ? LOW : FRAME)],
  }
}

export const failedRatingsPanel: Make = (shown) => {
  const ratings = seriesOf(shown).map((series) => sharesOf(series.ratings.failed))
  if (!ratings.some((shares) => shares.length > 0)) return
  const bars = STARS.map((star, index) => ({
    name: `${star} ★`,
    values: ratings.map((shares) => shares[index] ?? null),
    target: star === '5' ? target(shown, '58', 'rated 5 stars') : undefined,
  }))
  return {
    title: 'Ratings of sessions that failed',
    note: 'Hardly anybody is delighted by a session that did not take place.',
    plots: [columns('ratings of failed sessions', bars, '%')],
  }
}

export const minutesPanel: Make = (shown) => {
  const minutes = seriesOf(shown).map((series) => series.minutes.completed)
  if (!seen(minutes)) return
  return {
    title: 'Minutes that sessions took',
    note: 'Close to what was booked: 30, 60 or 90 minutes, and a little less.',
    plots: [histogram('minutes of sessions', minutes, every(30, 120))],
  }
}

export const failedMinutesPanel: Make = (shown) => {
  const minutes = seriesOf(shown).map((series) => series.minutes.failed)
  if (!seen(minutes)) return
  return {
    title: 'Minutes of sessions that failed',
    note: 'A no-show is waited for 20 to 30 minutes, others break off anywhere.',
    plots: [histogram('minutes of failed sessions', minutes, every(30, 120))],
  }
}

export const reasonsPanel: Make = (shown) => {
  const reasons = seriesOf(shown).map(({ calls }) => calls.reasons)
  if (!reasons.some((each) => sum(Object.values(each)) > 0)) return
  return {
    title: 'Reasons of calls',
    note: 'A third is about the timetable.',
    plots: [horizontalBars('reasons of calls', shareBars(shown, '27', reasons), '%')],
  }
}

export const callHoursPanel: Make = (shown) => {
  const hours = seriesOf(shown).map(({ calls }) => calls.hours)
  if (!seen(hours)) return
  return {
    title: 'Calls by hour of day, Eastern',
    note: 'The lines are open from 8 to 22.',
    plots: [histogram('calls by hour', hours, clock)],
  }
}

export const delaysPanel: Make = (shown) => {
  const delays = seriesOf(shown).map(({ calls }) => calls.delays)
  if (!seen(delays)) return
  return {
    title: 'Calls after a session',
    note: 'Hours from the last session to the call: what went wrong is told within a day or two.',
    plots: [
      histogram(
        'hours from the last session to a call',
        delays,
        every(24, 72, (hour) => `${hour} h`),
      ),
    ],
  }
}

export const secondsPanel: Make = (shown) => {
  const seconds = seriesOf(shown).map(({ calls }) => calls.seconds)
  if (!seen(seconds)) return
  return {
    title: 'Length of calls',
    note: 'Four minutes and a half, with a long tail.',
    plots: [histogram('length of calls', seconds, { 2: '1 min', 10: '5 min', 20: '10 min' })],
  }
}

export const statusPanel: Make = (shown) => {
  const bars = rowBars(shown, '40')
  return (
    bars && {
      title: 'Status of markets, by time',
      note: 'Most are balanced most of the time.',
      plots: [horizontalBars('status of markets', bars, '%')],
    }
  )
}

export const plannedPanel: Make = (shown) => {
  const bars = rowBars(shown, '13')
  return (
    bars && {
      title: 'Minutes that were booked',
      note: 'An hour is the rule; who books at once books half an hour.',
      plots: [horizontalBars('minutes booked', bars, '%')],
    }
  )
}

export const availablePanel: Make = (shown) => {
  const drawn = seriesOf(shown).map(({ markets: { available } }, stream): Curve => {
    const most = Math.max(1e-9, ...available)
    return { stream, points: available.map((count, hour) => [hour, (100 * count) / most]) }
  })
  if (drawn.every(({ points }) => points.length === 0)) return
  return {
    title: 'Tutors available, by local hour',
    note: 'Against the fullest hour: tutors sleep at three in the morning.',
    plots: [curves('tutors available by hour', drawn, { from: 0, to: 23, named: clock, unit: '%', top: 100 })],
  }
}

export const differencePanel: Make = (shown) => {
  const series = seriesOf(shown)
  if (!series.some(({ markets: { difference } }) => difference.some((row) => row.some((value) => value !== null))))
    return
  return {
    title: 'Demand less supply, by market',
    note: 'Some markets are short of tutors, some have many, most lie between.',
    plots: series.map((each, stream) => markets(`demand less supply, ${shown[stream]?.name}`, each.markets)),
    apart: true,
  }
}

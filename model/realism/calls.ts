// Calls: how many, when, about what, how long, and what follows where one solved nothing.

import { DAY, HOUR } from '../../engine/index.ts'
import { CALL_REASONS, LEVELS } from '../events/index.ts'
import { localAt, Zone } from '../events/localtime.ts'
import type { Measuring } from './measures.ts'
import { Counts, Mean, medianOf, quantileOf } from './statistics.ts'

const OPENS = 8
const CLOSES = 22
const MORNING_ENDS = 11
const SECONDS_MIN = 60
const SECONDS_MAX = 600
const SECONDS_SHOWN = 30
const DELAY_HOURS_SHOWN = 72
const AGAIN_WITHIN = 7 * DAY
const HIGH = LEVELS.indexOf('high')
const LEANING_HIGH = [CALL_REASONS.indexOf('tutor_concern'), CALL_REASONS.indexOf('technical_problem')]

export function measureCalls(measuring: Measuring): void {
  figuresOfCalls(measuring)
  again(measuring)
  delays(measuring)
}

function figuresOfCalls({ seen, figures, series }: Measuring): void {
  const { columns, length } = seen.calls
  const [reasons, priorities] = [new Counts(), new Counts()]
  const hours = new Array<number>(24).fill(0)
  const seconds: number[] = []
  const inBins = new Array<number>(SECONDS_MAX / SECONDS_SHOWN + 1).fill(0)
  const [high, others, resolved] = [new Mean(), new Mean(), new Mean()]
  for (let at = 0; at < length; at++) {
    const hour = Math.floor(localAt(Zone.eastern, columns.instant[at] as number) / HOUR) % 24
    hours[hour] = (hours[hour] as number) + 1
    const [reason, priority] = [columns.reason[at] as number, columns.priority[at] as number]
    reasons.add(reason)
    priorities.add(priority)
    ;(LEANING_HIGH.includes(reason) ? high : others).add(priority === HIGH ? 1 : 0)
    resolved.add(columns.resolved[at] as number)
    seconds.push(columns.seconds[at] as number)
    const bin = Math.min(inBins.length - 1, Math.floor((columns.seconds[at] as number) / SECONDS_SHOWN))
    inBins[bin] = (inBins[bin] as number) + 1
  }
  const sessions = seen.eventsByType.session_completed
  figures.put('25', '', (100 * seen.eventsByType.ib_call_logged) / sessions, sessions)
  const between = (from: number, to: number): number => hours.slice(from, to).reduce((sum, count) => sum + count, 0)
  figures.putShare('26', '', between(OPENS, CLOSES), length)
  figures.putShare('60', '', between(OPENS, MORNING_ENDS), length)
  for (const [at, reason] of CALL_REASONS.entries()) figures.put('27', reason, reasons.percent(at), length)
  figures.put('28', 'median', medianOf(seconds), length)
  figures.putShare('28', 'at 60', seconds.filter((value) => value <= SECONDS_MIN).length, length)
  figures.putShare('28', 'at 600', seconds.filter((value) => value >= SECONDS_MAX).length, length)
  figures.put('29', '', 100 * resolved.value, length)
  const [third, twoThirds] = [quantileOf(seconds, 1 / 3), quantileOf(seconds, 2 / 3)]
  const [short, long] = [new Mean(), new Mean()]
  for (let at = 0; at < length; at++) {
    const value = columns.seconds[at] as number
    if (value <= third) short.add(columns.resolved[at] as number)
    if (value >= twoThirds) long.add(columns.resolved[at] as number)
  }
  figures.put('29', 'long calls less short ones', 100 * (long.value - short.value), long.count)
  for (const [at, level] of LEVELS.entries()) figures.put('30', level, priorities.percent(at), length)
  figures.put('30', 'high of tutor and technical, less of others', 100 * (high.value - others.value), high.count)
  series.calls = {
    hours,
    reasons: Object.fromEntries(CALL_REASONS.map((reason, at) => [reason, reasons.get(at) ?? 0])),
    seconds: inBins,
    delays: [],
  }
}

/** What follows a call that was resolved, and one that was not. */
function again({ seen, lives, figures }: Measuring): void {
  const { columns } = seen.calls
  const [afterResolved, afterUnresolved, sameReason] = [new Mean(), new Mean(), new Mean()]
  const later: number[] = []
  const [first, followUp, steps] = [new Mean(), new Mean(), new Mean()]
  for (const { calls } of lives.students) {
    for (const [at, call] of calls.entries()) {
      const instant = columns.instant[call] as number
      if (instant + AGAIN_WITHIN > seen.last) break
      const next = calls[at + 1]
      const isAgain = next !== undefined && (columns.instant[next] as number) <= instant + AGAIN_WITHIN
      const isResolved = columns.resolved[call] === 1
      ;(isResolved ? afterResolved : afterUnresolved).add(isAgain ? 1 : 0)
      const before = calls[at - 1]
      const isFollowUp =
        before !== undefined &&
        columns.resolved[before] === 0 &&
        columns.reason[before] === columns.reason[call] &&
        instant - (columns.instant[before] as number) <= AGAIN_WITHIN
      ;(isFollowUp ? followUp : first).add(isResolved ? 1 : 0)
      if (isFollowUp && columns.priority[before] !== HIGH)
        steps.add((columns.priority[call] as number) - (columns.priority[before] as number))
      if (isResolved || !isAgain) continue
      later.push(((columns.instant[next] as number) - instant) / DAY)
      sameReason.add(columns.reason[next] === columns.reason[call] ? 1 : 0)
    }
  }
  figures.put('31', 'chance', afterUnresolved.value - afterResolved.value, afterUnresolved.count)
  figures.put('31', 'median later', medianOf(later), later.length)
  figures.put('31', 'for the same reason', sameReason.value, sameReason.count)
  figures.put('cause-3', 'resolved', 100 * (followUp.value - first.value), followUp.count)
  figures.put('cause-3', 'priority, steps above the one before', steps.value, steps.count)
}

function delays({ seen, lives, series }: Measuring): void {
  const { sessions, calls } = seen
  const hours = new Array<number>(DELAY_HOURS_SHOWN + 1).fill(0)
  for (const { sessions: own, calls: made } of lives.students) {
    const ends = [...own].map((at) => sessions.columns.end[at] as number).sort((a, b) => a - b)
    let at = 0
    for (const call of made) {
      const instant = calls.columns.instant[call] as number
      while (at < ends.length && (ends[at] as number) <= instant) at++
      const end = ends[at - 1] ?? 0
      const hour = Math.floor((instant - end) / HOUR)
      if (end > 0 && hour <= DELAY_HOURS_SHOWN) hours[hour] = (hours[hour] as number) + 1
    }
  }
  series.calls.delays = hours
}

// What leads to what, by comparison with those alike whom the cause did not meet: after one session (causes 1, 2 and 5), for
// somebody's staying (4 and 6). shortages.ts has what a market's want does (cause 7), stresses.ts what tires tutors and breaks the
// platform (9 and 10).

import { DAY, HOUR } from '../../engine/index.ts'
import { CALL_REASONS, type CallReason } from '../events/index.ts'
import { localAt, Zone } from '../events/localtime.ts'
import { type Look, looks } from './looks.ts'
import type { Measuring } from './measures.ts'
import { Counts, Matched, Mean } from './statistics.ts'
import { MONTH_DAYS, newcomers } from './students.ts'

/** A first call does not follow an unresolved one for the same reason within this time. */
const REPEAT_WITHIN = 7 * DAY
/** Until here the hours after a session lie within those of calls. */
const [CALLS_FROM, CALLS_TO] = [8 * HOUR, 19 * HOUR]

export function measureCauses(measuring: Measuring): void {
  callsAfterSessions(measuring)
  afterFirstSessions(measuring)
  staying(measuring)
}

/** Whether a first call for a reason follows a session within a time, before the student's next session ends. */
class Following {
  readonly #within: number
  readonly #reason: number
  readonly isInCallHours: boolean

  constructor(reason: CallReason, within: number, isInCallHours = false) {
    this.#reason = CALL_REASONS.indexOf(reason)
    this.#within = within
    this.isInCallHours = isInCallHours
  }

  isAfter({ seen }: Measuring, calls: Uint32Array, end: number, nextEnd: number): boolean {
    const { columns } = seen.calls
    const until = Math.min(end + this.#within, nextEnd)
    for (const [at, call] of calls.entries()) {
      const instant = columns.instant[call] as number
      if (instant <= end || columns.reason[call] !== this.#reason) continue
      if (instant > until) return false
      const isRepeat = calls
        .subarray(0, at)
        .some(
          (other) =>
            columns.reason[other] === this.#reason &&
            columns.resolved[other] === 0 &&
            (columns.instant[other] as number) >= instant - REPEAT_WITHIN,
        )
      if (!isRepeat) return true
    }
    return false
  }
}

function callsAfterSessions(measuring: Measuring): void {
  const { seen, lives, figures } = measuring
  const { columns } = seen.sessions
  const concern = new Following('tutor_concern', 48 * HOUR)
  const byStars = Array.from({ length: 6 }, () => new Mean())
  const kinds = {
    'scheduling_issue within 24 h': new Following('scheduling_issue', 24 * HOUR),
    'technical_problem within 3 h': new Following('technical_problem', 3 * HOUR, true),
    'billing_question within 48 h': new Following('billing_question', 48 * HOUR),
  }
  const after = Object.entries(kinds).map(([name, kind]) => ({
    name,
    kind,
    failed: new Mean(),
    successful: new Mean(),
  }))
  const until = seen.last - 48 * HOUR
  for (const { sessions, calls } of lives.students) {
    const ended = [...sessions].filter((at) => columns.end[at] !== 0)
    ended.sort((a, b) => (columns.end[a] as number) - (columns.end[b] as number))
    for (const [place, at] of ended.entries()) {
      const end = columns.end[at] as number
      if (end > until) break
      const next = ended[place + 1]
      const nextEnd = next === undefined ? Number.POSITIVE_INFINITY : (columns.end[next] as number)
      const isSuccess = columns.successful[at] === 1
      if (isSuccess) {
        const isFollowed = calls.length > 0 && concern.isAfter(measuring, calls, end, nextEnd)
        byStars[columns.rating[at] as number]?.add(isFollowed ? 1 : 0)
      }
      const time = localAt(Zone.eastern, end) % DAY
      for (const { kind, failed, successful } of after) {
        if (kind.isInCallHours && (time < CALLS_FROM || time > CALLS_TO)) continue
        const isFollowed = calls.length > 0 && kind.isAfter(measuring, calls, end, nextEnd)
        ;(isSuccess ? successful : failed).add(isFollowed ? 1 : 0)
      }
    }
  }
  const usual = byStars[5]?.value ?? Number.NaN
  const low = new Mean()
  for (const stars of [1, 2]) low.add(byStars[stars]?.value || 0, byStars[stars]?.count)
  figures.put('cause-1', 'after 1 or 2 stars', low.value - usual, low.count)
  for (const stars of [3, 4] as const) {
    const { value, count } = byStars[stars] as Mean
    figures.put('cause-1', `after ${stars} stars`, value - usual, count)
  }
  for (const { name, failed, successful } of after)
    figures.put('cause-2', name, 100 * (failed.value - successful.value), failed.count)
}

/** Gone with no second session, of newcomers who have had the time. */
function afterFirstSessions(measuring: Measuring): void {
  const { seen, figures } = measuring
  const { columns } = seen.sessions
  const [disappointed, delighted] = [new Mean(), new Mean()]
  for (const { first, sessions, stays } of newcomers(measuring)) {
    const at = sessions[0] as number
    if (first > seen.last - 45 * DAY || columns.end[at] === 0) continue
    const leaves = sessions.length === 1 && stays.at(-1)?.hasLeft === true
    const rating = columns.rating[at] as number
    if (rating <= 3) disappointed.add(leaves ? 1 : 0)
    if (rating === 5) delighted.add(leaves ? 1 : 0)
  }
  figures.put('cause-5', 'rated 3 or less', 100 * disappointed.value, disappointed.count)
  figures.put('cause-5', 'rated 5', 100 * delighted.value, delighted.count)
}

/** What makes students alike: how long they have been there, what they take, and the time of year. */
export function alike({ life, instant, tenureDays }: Look, { seen }: Measuring, pace: number): string {
  const isOld = life.first < seen.first + 60 * DAY
  const tenure = isOld ? 4 : [1, 3, 6].filter((months) => tenureDays > months * MONTH_DAYS).length
  const month = Math.floor((instant - seen.first) / (MONTH_DAYS * DAY))
  return `${tenure}/${Math.min(6, pace)}/${month}`
}

/** Sessions of the 60 days before the latest one: what a student takes who is not silent. */
function usualPace({ life, sessions }: Look, { seen }: Measuring): number {
  const { columns } = seen.sessions
  const latest = life.sessions[sessions - 1]
  if (latest === undefined) return 0
  const from = (columns.start[latest] as number) - 60 * DAY
  let count = 0
  for (let at = sessions - 1; at >= 0 && (columns.start[life.sessions[at] as number] as number) > from; at--) count++
  return Math.floor(count / 3)
}

/** Whether four of the latest five were with the tutor of their subject; undefined before the fifth. */
function isLoyal({ life, sessions }: Look, { seen }: Measuring): boolean | undefined {
  if (sessions < 5) return undefined
  const { columns } = seen.sessions
  const bySubject = new Map<number, Counts>()
  for (const at of life.sessions.subarray(sessions - 5, sessions)) {
    const subject = columns.subject[at] as number
    const tutors = bySubject.get(subject) ?? new Counts()
    bySubject.set(subject, tutors)
    tutors.add(columns.tutor[at] as number)
  }
  return [...bySubject.values()].reduce((sum, tutors) => sum + Math.max(...tutors.values()), 0) >= 4
}

function hasUnresolvedCall({ life, calls, instant }: Look, { seen }: Measuring): boolean {
  const { columns } = seen.calls
  for (let at = calls - 1; at >= 0; at--) {
    const call = life.calls[at] as number
    if ((columns.instant[call] as number) < instant - 30 * DAY) return false
    if (columns.resolved[call] === 0) return true
  }
  return false
}

function staying(measuring: Measuring): void {
  const { seen, lives, figures } = measuring
  const { columns } = seen.health
  const [calling, unresolved, halved, quiet14, quiet21, loyal] = [1, 2, 3, 4, 5, 6].map(() => new Matched()) as [
    Matched,
    Matched,
    Matched,
    Matched,
    Matched,
    Matched,
  ]
  for (const look of looks(seen, lives)) {
    if (look.leaves === null || look.health < 0) continue
    const cases = look.leaves ? 1 : 0
    const [s7, s30] = [columns.sessions7[look.health] as number, columns.sessions30[look.health] as number]
    const calls14 = columns.calls14[look.health] as number
    const same = alike(look, measuring, s30)
    const isUnresolved = hasUnresolvedCall(look, measuring)
    calling.add(`${same}/${isUnresolved}`, calls14 >= 2, cases, 1)
    unresolved.add(`${same}/${Math.min(2, calls14)}`, isUnresolved, cases, 1)
    if (s30 >= 4) halved.add(same, (s7 * 30) / 7 <= s30 / 2, cases, 1)
    const { quietDays } = look
    const unsilenced = alike(look, measuring, usualPace(look, measuring))
    if (quietDays < 14 || quietDays >= 21) {
      if (quietDays < 28) quiet21.add(unsilenced, quietDays >= 21, cases, 1)
    }
    if (quietDays < 21) quiet14.add(unsilenced, quietDays >= 14, cases, 1)
    // Not by ratings: who is about to leave gives worse ones, so to match these would hide the effect.
    const isWithOne = isLoyal(look, measuring)
    if (isWithOne !== undefined && quietDays < 14) loyal.add(same, isWithOne, cases, 1)
  }
  figures.put('cause-4', 'two or more calls in 14 days', calling.ratio, calling.exposedCases)
  figures.put('cause-4', 'an unresolved call in 30 days', unresolved.ratio, unresolved.exposedCases)
  figures.put('cause-6', 'pace halved', halved.ratio, halved.exposedCases)
  figures.put('cause-6', 'silent for 14 to 20 days', quiet14.ratio, quiet14.exposedCases)
  figures.put('cause-6', 'silent for 21 to 27 days', quiet21.ratio, quiet21.exposedCases)
  figures.put('cause-6', 'same tutor in four of five', loyal.ratio, loyal.exposedCases)
}

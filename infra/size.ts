// How large a deployment is, by what it chooses: students, events a run, posts a second. What does not fit is refused.

import { MINUTE, parseDuration } from '../engine/index.ts'
import {
  BATCH_GAIN_MAX,
  BUSY,
  INGEST_RATE_PER_SECOND,
  LARGEST_REGION_SHARE,
  POSTING_SECONDS_MAX,
  POSTS_PER_SECOND_MAX,
  STUDENTS_AN_EVENT_A_MINUTE,
  STUDENTS_MAX,
} from './capacity.ts'
import type { Deployment } from './deployment.ts'
import { DeploymentError } from './deployment-error.ts'

/** Students that a run of the simulator holds, at the most. */
export function studentsARun(deployment: Deployment): number {
  return studentsOf(deployment) * shareOf(deployment)
}

/** Requests a second that the deployed API has to take, so that it does not hold up a busy run. */
export function ingestRatePerSecond(deployment: Deployment): number {
  const { least, most } = INGEST_RATE_PER_SECOND
  const { minutes } = deployment.rate
  const eventsMean = eventsAMinute(deployment)
  const busyMinutes = Math.min(BUSY.hour * minutes, BUSY.day * Math.max(minutes, DAY_MINUTES))
  const busyRun = (eventsMean * busyMinutes) / postingSeconds(deployment)
  // Where runs come by the minute, even a busy one is through within some seconds.
  return Math.ceil(Math.min(most, Math.max(least, 2 * eventsMean, busyRun)))
}

/** Refuses what no run could hold, and what runs could never keep up with. @throws DeploymentError of one line */
export function refuseUnfit(deployment: Deployment): void {
  const { streams, eventsPerRun, students, tick, rate } = deployment
  const size =
    students === undefined
      ? { option: 'streams x eventsPerRun', value: `${streams} x ${eventsPerRun}` }
      : { option: 'students', value: students }
  const held = Math.round(studentsOf(deployment))
  if (held > STUDENTS_MAX) {
    const rule = `up to ${held} students at a tick of ${tick}, and a world has ${STUDENTS_MAX} at the most`
    throw new DeploymentError({ ...size, rule: `${rule}: take fewer events, or a longer tick` })
  }
  const events = Math.round(eventsAMinute(deployment) * rate.minutes)
  const seconds = postingSeconds(deployment)
  const { eventsPerSecond, by } = narrowest(deployment)
  const most = Math.floor(eventsPerSecond * seconds)
  if (events <= most) return
  const rule = `${events} events are due in a run, and ${by} at most ${most} in the ${seconds} s that it has`
  const choice = rate.minutes === 1 ? size : { option: 'rate', value: rate.expression }
  throw new DeploymentError({ ...choice, rule: `${rule}: take fewer events, or a shorter rate` })
}

const DAY_MINUTES = 1440

/** Of a world by regions, that of the largest region, which is a run of its own. */
function shareOf({ shards }: Deployment): number {
  return shards === 1 ? 1 : LARGEST_REGION_SHARE
}

/** At the most: a world that is born in a quiet month has more students for the same events. */
function studentsOf({ students, streams, eventsPerRun, tick }: Deployment): number {
  return students ?? (streams * eventsPerRun * STUDENTS_AN_EVENT_A_MINUTE.most) / minutesOf(tick)
}

/** On average over a week, in a minute of the schedule, which is a tick of the world. */
function eventsAMinute({ students, streams, eventsPerRun, tick }: Deployment): number {
  if (students === undefined) return streams * eventsPerRun
  return (students * minutesOf(tick)) / STUDENTS_AN_EVENT_A_MINUTE.mean
}

/** How long a run may post without holding up the next. */
function postingSeconds({ rate }: Deployment): number {
  return Math.min(POSTING_SECONDS_MAX, rate.minutes * 60)
}

/** What lets the fewest of all events through, with posts as full as they may be. */
function narrowest(deployment: Deployment): { eventsPerSecond: number; by: string } {
  const { ingest, ingestBatch, streams } = deployment
  const share = shareOf(deployment)
  const { stream, run } = POSTS_PER_SECOND_MAX
  const ways = [
    { eventsPerSecond: (streams * stream * ingestBatch) / share, by: `${streams} streams post` },
    { eventsPerSecond: (run * Math.min(ingestBatch, BATCH_GAIN_MAX)) / share, by: 'a run posts' },
    ...(ingest ? [{ eventsPerSecond: INGEST_RATE_PER_SECOND.most * ingestBatch, by: 'the ingestion API takes' }] : []),
  ]
  return ways.reduce((least, way) => (way.eventsPerSecond < least.eventsPerSecond ? way : least))
}

function minutesOf(tick: string): number {
  return (parseDuration(tick) as number) / MINUTE
}

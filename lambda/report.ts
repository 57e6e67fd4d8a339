// One line a run: JSON for people and queries, and in CloudWatch's embedded metric format, so the same line is the
// metrics too.

import { counted } from '../engine/index.ts'

/** What a run has to say. */
export interface RunReport {
  world: string
  target: string
  streams: number
  /** Next tick, and how many ticks the schedule is ahead of the world. */
  tick: number
  tickLag: number
  /** How many ticks the world is ahead of the clock, at which its schedule has nothing to do. */
  aheadTicks: number
  simulatedTime: string
  /** Of the ticks that this run has committed, and what the endpoint took of them and of what waited. */
  eventsGenerated: number
  eventsSent: number
  retried: number
  /** For how long the oldest event that is committed and not delivered has been due; 0 where there is none. */
  oldestUndeliveredSeconds: number
  /** In the log, set aside for a person, whenever that was; counted up to 1000. */
  parked: number
  /** Commits of this run that another run was faster with. */
  conflicts: number
  writeUnits: number
  readUnits: number
  /** Where the time went. */
  loadMilliseconds: number
  simulateMilliseconds: number
  deliverMilliseconds: number
  durationMilliseconds: number
  warm: boolean
  /** The world is not at its start yet. */
  warmingUp: boolean
  /** Why the run, or its delivery, did not do all it should. */
  problem?: string
  /** What went wrong without harm. */
  troubles?: readonly string[]
}

const NAMESPACE = 'tutorsim'
const METRICS = {
  TickLagTicks: ['tickLag', 'Count'],
  AheadTicks: ['aheadTicks', 'Count'],
  EventsDelivered: ['eventsSent', 'Count'],
  OldestUndeliveredSeconds: ['oldestUndeliveredSeconds', 'Seconds'],
  ParkedEvents: ['parked', 'Count'],
  Conflicts: ['conflicts', 'Count'],
  WriteUnits: ['writeUnits', 'Count'],
  DurationMilliseconds: ['durationMilliseconds', 'Milliseconds'],
} as const

/** @param now milliseconds since 1970 */
export function reportLine(report: RunReport, now: number): string {
  const { problem, world, tick, aheadTicks, eventsSent, streams, target, warmingUp, simulatedTime } = report
  const done = warmingUp
    ? `warming up, at ${simulatedTime}`
    : `${counted(eventsSent, 'event')} over ${counted(streams, 'stream')} to ${target}`
  const ahead = aheadTicks > 0 ? `, ${counted(aheadTicks, 'tick')} ahead of the clock` : ''
  const message = problem ?? `tick ${tick} of ${world}: ${done}${ahead}`
  const metrics = Object.entries(METRICS).map(([Name, [, Unit]]) => ({ Name, Unit }))
  const values = Object.fromEntries(Object.entries(METRICS).map(([name, [field]]) => [name, report[field]]))
  const failed = problem === undefined ? 0 : 1
  return JSON.stringify({
    ...opening(problem === undefined ? 'INFO' : 'ERROR', message, now),
    ...report,
    ...values,
    RunFailed: failed,
    ...embedded(now, world, [...metrics, { Name: 'RunFailed', Unit: 'Count' }]),
  })
}

/** For a run that could not begin. */
export function failureLine(world: string, problem: string, now: number): string {
  const metric = embedded(now, world, [{ Name: 'RunFailed', Unit: 'Count' }])
  return JSON.stringify({ ...opening('ERROR', problem, now), world, problem, RunFailed: 1, ...metric })
}

/** Lambda goes by a line's level only where it has a time too. */
function opening(level: 'INFO' | 'ERROR', message: string, now: number): object {
  return { timestamp: new Date(now).toISOString(), level, message }
}

function embedded(now: number, world: string, metrics: readonly { Name: string; Unit: string }[]): object {
  return {
    World: world,
    _aws: { Timestamp: now, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [['World']], Metrics: metrics }] },
  }
}

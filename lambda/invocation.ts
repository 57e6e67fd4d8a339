// What one invocation asks for: of EventBridge's event, of a shard's task, or of a person who invokes by hand.

import { formatDuration, formatInstant, parseInstant } from '../engine/index.ts'
import { REGIONS } from '../model/index.ts'
import { EnvironmentError } from './environment.ts'

export interface SimulatorEvent {
  /** ISO 8601: the time that the run was scheduled for; now, where there is none. */
  time?: string
  /** One of the regions, which is then a world of its own. */
  region?: string
}

export interface Invocation {
  /** Milliseconds since 1970. */
  scheduled: number
  /** '' for the whole world. */
  region: string
}

/**
 * Events come from anybody who may invoke the function, so nothing about them is taken for granted. A time that has passed
 * does no harm: its ticks are there already, or a replay wants them. One that lies ahead would take the world along, and
 * the schedule would have nothing to do until the clock is there too.
 * @param now milliseconds since 1970
 * @param aheadMax milliseconds that a time may lie after `now`
 * @throws EnvironmentError
 */
export function invocationFrom(event: unknown, now: number, aheadMax: number): Invocation {
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    throw new EnvironmentError({
      option: 'event',
      rule: 'must be an object that may have time and region',
      value: event,
    })
  const { time, region = '' } = event as Record<keyof SimulatorEvent, unknown>
  if (region !== '' && !(REGIONS as readonly unknown[]).includes(region))
    throw new EnvironmentError({ option: 'region', rule: `not one of ${REGIONS.join(', ')}`, value: region })
  return { scheduled: time === undefined ? now : scheduledAt(time, now, aheadMax), region: region as string }
}

function scheduledAt(time: unknown, now: number, aheadMax: number): number {
  const scheduled = typeof time === 'string' ? parseInstant(time) : undefined
  if (scheduled === undefined)
    throw new EnvironmentError({ option: 'time', rule: 'not an instant such as 2026-01-05T14:00:00Z', value: time })
  if (scheduled > now + aheadMax) {
    const rule = `at most ${formatDuration(aheadMax)} after the clock (AHEAD_MAX), which says ${formatInstant(now)}`
    throw new EnvironmentError({ option: 'time', rule, value: time })
  }
  return scheduled
}

// Days of a named zone of the United States: what "today" is on the page.

import { DAY, HOUR } from '../../engine/index.ts'
import { instantAt, localAt, Zone } from '../../model/index.ts'

/** Zones by the names that a request may give. */
export const ZONES = {
  eastern: { zone: Zone.eastern, iana: 'America/New_York', name: 'Eastern' },
  central: { zone: Zone.central, iana: 'America/Chicago', name: 'Central' },
  mountain: { zone: Zone.mountain, iana: 'America/Denver', name: 'Mountain' },
  pacific: { zone: Zone.pacific, iana: 'America/Los_Angeles', name: 'Pacific' },
} as const

export type ZoneName = keyof typeof ZONES

/** When the local day began that an instant lies in. */
export function midnightBefore(name: ZoneName, instant: number): number {
  const { zone } = ZONES[name]
  return instantAt(zone, Math.floor(localAt(zone, instant) / DAY) * DAY)
}

/** When so many local days later, or earlier, begin. @param midnight the beginning of a local day */
export function midnightAfter(name: ZoneName, midnight: number, days: number): number {
  // Noon is in the day, however long the days between were.
  return midnightBefore(name, midnight + days * DAY + 12 * HOUR)
}

// At which hours of weekdays settings ask for sessions, as a stream shows them: lessons that are moved lie beside their hour, and
// hours are read by the zone of the tutor, who may live in another one than the student.

import { REGIONS } from '../events/index.ts'
import { type GivenFigures, valueIn } from '../settings/catalogue.ts'
import { sharesIn } from '../settings/volume.ts'

const HOURS = 24
const FIRST = 8

/** In percent, from 8 on, as row 22 has them together. */
export function hoursAsked(given: GivenFigures): number[] {
  const asked = new Array<number>(HOURS).fill(0)
  for (const [at, share] of sharesIn(given, 'people.weekday_hours').entries()) asked[FIRST + at] = share
  const seen = beside(
    beside(asked, movedShare(given), valueIn(given, 'slots.moved_hours')),
    ofOtherZones(given),
    1,
    true,
  )
  const sum = (from: number, to: number): number => seen.slice(from, to).reduce((total, share) => total + share, 0)
  return [sum(0, 15), ...seen.slice(15, 22), sum(22, HOURS)]
}

/** Some of each hour lies so many hours around it, evenly. @param others not in the hour itself */
function beside(hours: readonly number[], share: number, reach: number, others = false): number[] {
  const places = Array.from({ length: 2 * reach + 1 }, (_, at) => at - reach).filter((off) => !others || off !== 0)
  const seen = hours.map((hour) => hour * (1 - share))
  for (const [hour, part] of hours.entries())
    for (const off of places) {
      const to = Math.min(HOURS - 1, Math.max(0, hour + off))
      seen[to] = (seen[to] as number) + (part * share) / places.length
    }
  return seen
}

/** Lessons that are moved, of those of students who keep their hour and of those who agree on another one each week. */
function movedShare(given: GivenFigures): number {
  const share = (name: string): number => valueIn(given, name) / 100
  const flexible = share('slots.flexible_percent')
  const moved = flexible * share('slots.flexible_moved_percent') + (1 - flexible) * share('slots.moved_percent')
  return moved * (1 - share('sessions.instant_percent'))
}

/** Sessions whose student and tutor live in different zones of their region; most zones that share a region are an hour apart. */
function ofOtherZones(given: GivenFigures): number {
  const regions = sharesIn(given, 'people.regions')
  return REGIONS.reduce((sum, region, at) => {
    const same = sharesIn(given, `people.zones.${region}`).reduce((all, share) => all + (share * share) / 10_000, 0)
    return sum + ((regions[at] as number) / 100) * (1 - same)
  }, 0)
}

// Which number is whose. A number tells its region, so regions hand out numbers without sharing a counter: numbers go
// round a fixed pattern of regions, 125 to a round, in the proportions of the census.

import { REGIONS } from '../events/index.ts'

/** Places of each region in a round of 125: 20, 25.6, 20.8, 20.8, 12.8 %; 2020 census, calibration row 36. */
export const REGION_SIZES = [25, 32, 26, 26, 16] as const
const ROUND = 125

/** Each place goes to the region that is furthest behind its share. */
const PATTERN = Uint8Array.from(
  (() => {
    const given = REGION_SIZES.map(() => 0)
    return Array.from({ length: ROUND }, (_, place) => {
      const behind = REGION_SIZES.map((places, region) => (places * (place + 1)) / ROUND - (given[region] as number))
      const region = behind.indexOf(Math.max(...behind))
      given[region] = (given[region] as number) + 1
      return region
    })
  })(),
)
const PLACES_OF = REGIONS.map((_, region) => Uint8Array.from([...PATTERN.keys()].filter((p) => PATTERN[p] === region)))
const ROW_IN_ROUND = Uint8Array.from(PATTERN, (region, place) => (PLACES_OF[region] as Uint8Array).indexOf(place))

/** Number, from 0, of a row of a region's table. */
export function numberOf(region: number, row: number): number {
  const places = PLACES_OF[region] as Uint8Array
  const round = Math.floor(row / places.length)
  return round * ROUND + (places[row - round * places.length] as number)
}

export function regionOf(number: number): number {
  return PATTERN[number % ROUND] as number
}

/** Row of a number in its region's table. */
export function rowOf(number: number): number {
  const place = number % ROUND
  return (
    Math.floor(number / ROUND) * (REGION_SIZES[PATTERN[place] as number] as number) + (ROW_IN_ROUND[place] as number)
  )
}

/** How many of the first `count` numbers belong to a region. */
export function rowsAmong(count: number, region: number): number {
  let rows = Math.floor(count / ROUND) * (REGION_SIZES[region] as number)
  for (let place = 0; place < count % ROUND; place++) if (PATTERN[place] === region) rows++
  return rows
}

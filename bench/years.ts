// Whether a world stays what it was for years: students, tutors and the scores of markets, quarter by quarter against the same
// quarter of its first year. The calibration's row 68 has no markets, and would need the stream of all these years as a file.
//
//     node bench/years.ts [--students 20000] [--years 5] [--shocks off] [--seed steady]

import { parseArgs } from 'node:util'
import { createWorld } from '../model/index.ts'
import { grouped } from './report.ts'

const QUARTER_WEEKS = 13
const { values } = parseArgs({
  options: {
    students: { type: 'string', default: '20000' },
    years: { type: 'string', default: '5' },
    shocks: { type: 'string', default: 'on' },
    seed: { type: 'string', default: 'steady' },
  },
})

type Means = Record<'students' | 'tutors' | 'supply' | 'demand', number>

const world = createWorld({
  ...{ seed: values.seed, students: Number(values.students), start: '2025-09-01', tick: '1d' },
  shocks: values.shocks === 'off' ? 'off' : 'on',
})

function liveQuarter(): Means {
  const sums: Means = { students: 0, tutors: 0, supply: 0, demand: 0 }
  let reports = 0
  for (let week = 0; week < QUARTER_WEEKS; week++) {
    for (const { event_type, payload } of world.run('7d')) {
      if (event_type !== 'supply_demand_update') continue
      reports += 1
      sums.supply += payload.supply_score
      sums.demand += payload.demand_score
    }
    sums.students += world.census.students / QUARTER_WEEKS
    sums.tutors += world.census.tutors / QUARTER_WEEKS
  }
  return { ...sums, supply: sums.supply / reports, demand: sums.demand / reports }
}

const firstYear: Means[] = []
const furthest: Means = { students: 0, tutors: 0, supply: 0, demand: 0 }
for (let quarter = 0; quarter < 4 * Number(values.years); quarter++) {
  const means = liveQuarter()
  const first = firstYear[quarter % 4]
  if (first === undefined) firstYear.push(means)
  const figures = (Object.keys(means) as (keyof Means)[]).map((name) => {
    const off = 100 * (means[name] / (first ?? means)[name] - 1)
    if (Math.abs(off) > Math.abs(furthest[name])) furthest[name] = off
    const figure = name === 'supply' || name === 'demand' ? means[name].toFixed(1) : grouped(means[name])
    return `${name} ${figure}${first === undefined ? '' : ` (${off.toFixed(1)} %)`}`
  })
  console.log(`year ${Math.floor(quarter / 4) + 1}, quarter ${(quarter % 4) + 1}: ${figures.join(', ')}`)
}
const said = Object.entries(furthest).map(([name, off]) => `${name} ${off.toFixed(1)} %`)
console.log(`furthest from the first year: ${said.join(', ')}`)

// Prints the epidemic day by day:  node examples/epidemic/main.ts [seed]

import { DAY, formatInstant, parseInstant } from '../../engine/index.ts'
import { reproductionNumber, type Settings, step, Town } from './epidemic.ts'

const settings: Settings = {
  seed: process.argv[2] ?? 'demo',
  start: parseInstant('2026-01-05') as number,
  towns: [20_000, 5000],
  infectedAtStart: 5,
  contactsPerDay: 8,
  infectionChance: 0.05,
  illnessDays: 6,
}
const DAYS = 70

const towns = settings.towns.map((_, number) => new Town(settings, number))
const columns = settings.towns.map((people, number) => `town ${number}: infected, recovered of ${people}`)
console.log(`One infects ${reproductionNumber(settings).toFixed(1)} others.`)
console.log(['          ', ...columns].join('   '))

for (let day = 0; day < DAYS; day++) {
  const events = step(towns, settings.start + (day + 1) * DAY)
  const reports = events.filter((event) => event.type === 'report')
  const cells = reports.map(({ infected, recovered }, number) =>
    `${infected}${String(recovered).padStart(8)}`.padStart((columns[number] as string).length),
  )
  console.log([formatInstant(settings.start + day * DAY).slice(0, 10), ...cells].join('   '))
}

// The settings that are no figures of the marketplace: which world it is, how large, when, and by which calendar.

/** A setting as it is told. */
export interface ListedSetting {
  readonly name: string
  readonly default: string | number | null
  readonly minimum?: number
  readonly maximum?: number
  readonly unit: string
  readonly source: string
  readonly description: string
}

const CHOICE = 'yours to choose'

export const BASICS = [
  {
    ...{ name: 'seed', default: 'demo', unit: 'text', source: CHOICE },
    description: 'Any text; worlds with the same settings and different seeds are different people. Set at birth only.',
  },
  {
    ...{ name: 'students', default: 2000, minimum: 1, maximum: 10_000_000, unit: 'students', source: CHOICE },
    description: 'Students to begin with and to stay near.',
  },
  {
    ...{ name: 'rate', default: null, minimum: 0, unit: 'events a tick', source: CHOICE },
    description: 'Instead of students: mean events a tick over a week.',
  },
  {
    ...{ name: 'start', default: '2026-01-05T00:00:00Z', unit: 'instant', source: CHOICE },
    description: 'When tick 0 begins: an instant, or now-30d, today-12w on the command line. Set at birth only.',
  },
  {
    ...{ name: 'tick', default: '15m', unit: 'duration', source: CHOICE },
    description: 'Length of a tick, which divides a day; the stream does not depend on it. Set at birth only.',
  },
  {
    ...{ name: 'warmup', default: '35d', unit: 'duration', source: CHOICE },
    description: 'Simulated silently before the start, whole ticks. Set at birth only.',
  },
  {
    ...{ name: 'calendar', default: 'United States', unit: 'calendar', source: 'docs/calendar.md' },
    description: 'Holidays, breaks and exams: an object with name, months and days. Set at birth only.',
  },
  {
    ...{ name: 'shocks', default: 'on', unit: 'on or off', source: CHOICE },
    description: 'With off there is no weather, illness, outage, bad release or change of price. Set at birth only.',
  },
] as const satisfies readonly ListedSetting[]

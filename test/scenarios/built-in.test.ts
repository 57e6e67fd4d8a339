// The built-in scenarios as data, and samples of what they promise; test/slow/scenarios.test.ts has all of them on five seeds.

import { describe, expect, it } from 'vitest'
import { check, instantOf, scenarioFrom } from '../../model/index.ts'
import { builtIn, CATALOGUE, STRENGTHS } from '../../model/scenarios/index.ts'
import { isTaken, keepsItsPromise } from './signature.ts'
import { lived } from './story.ts'

/** The others are on the wire, and change no world. */
const STORIES = CATALOGUE.filter(({ signature }) => signature.length > 0)

describe('the built-in scenarios', () => {
  it('are those of the contract', () => {
    expect(STORIES.map(({ name }) => name)).toEqual([
      ...['exam-rush', 'physics-drought', 'tutor-strike', 'platform-outage', 'billing-mix-up', 'bad-cohort'],
      ...['churn-wave', 'marketing-surge', 'slow-decline', 'summer-dip', 'silent-failures'],
    ])
  })

  it.each(STORIES)('$name is a scenario as a file would have it, at every strength', (story) => {
    for (const strength of STRENGTHS) {
      expect(scenarioFrom(builtIn(story.name, strength))).toEqual(builtIn(story.name, strength))
      isTaken(story, strength)
    }
  })

  it.each(STORIES)('$name has moments to point at, in the order in which they come', ({ moments, signature }) => {
    const times = moments.map(({ at }) => instantOf(at, 0))
    expect(times.length).toBeGreaterThanOrEqual(3)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    // An expectation that what is as ever would meet promises nothing.
    for (const { least = 0, most = Number.POSITIVE_INFINITY } of signature) expect(least > 1 || most < 1).toBe(true)
  })
})

describe('a scenario leaves its signature, and nothing where and when it is not', () => {
  it.each(STORIES.filter(({ name }) => ['tutor-strike', 'platform-outage', 'bad-cohort'].includes(name)))(
    '$name',
    (story) => keepsItsPromise(story, 'scenarios', 1500),
  )
})

it('all scenarios at once break no promise of a stream that is known from its birth', async () => {
  const interventions = STORIES.flatMap(({ strengths }) => strengths.severe)
  const { events } = lived({ seed: 'all at once', students: 600, warmup: '0d', tick: '6h' }, interventions, 40)
  expect(await check(events, { sinceBirth: true })).toEqual([])
})

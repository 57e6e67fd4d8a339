// The promise of every built-in scenario, for a test of some seeds: what it says is there, and nothing else is moved.

import { expect } from 'vitest'
import { formatInstant } from '../../engine/index.ts'
import { check } from '../../model/index.ts'
import type { BuiltIn, Strength } from '../../model/scenarios/index.ts'
import { isThere } from '../../model/scenarios/signature.ts'
import { counted, daysOf, firstOf, lived, regionOf } from './story.ts'

/** @throws where a scenario does not keep what it promises with a seed */
export async function keepsItsPromise(scenario: BuiltIn, seed: string, students: number): Promise<void> {
  const { name, signature } = scenario
  const settings = { seed, students, tick: '6h' } as const
  const days = daysOf(signature)
  const without = lived(settings, [], days)
  const interventions = scenario.strengths.severe
  const story = lived(settings, interventions, days)
  for (const expected of signature) {
    const [was, twins] = [counted(story.events, expected), counted(without.events, expected)]
    const said = `${name}, seed ${seed}: ${expected.metric} is ${was} with it and ${twins} without`
    expect(isThere(expected, was, twins), said).toBe(true)
    expect(isThere(expected, twins, twins), `${name}: what is expected is there without it too`).toBe(false)
  }
  const begin = formatInstant(firstOf(interventions))
  const named = new Set(interventions.flatMap(({ where }) => [where?.region ?? []].flat()))
  const apart = ({ events }: typeof story) =>
    events
      .filter((event) => event.payload.timestamp < begin || (named.size > 0 && !named.has(regionOf(event) as never)))
      .map((event) => JSON.stringify(event))
  expect(apart(story), `${name}, seed ${seed}: before its time, and in other regions`).toEqual(apart(without))
  expect(await check(story.events), `${name}, seed ${seed}`).toEqual([])
}

/** Of a strength nothing may be wrong: the world takes it. */
export function isTaken({ strengths }: BuiltIn, strength: Strength): void {
  expect(() => lived({ students: 50, warmup: '0d', tick: '1d' }, strengths[strength], 0)).not.toThrow()
}

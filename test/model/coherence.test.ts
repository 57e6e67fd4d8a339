// What the contract promises of a stream (section 3), recomputed from the streams of whole worlds by the checker.

import { describe, expect, it } from 'vitest'
import { Checker, type Totals, type Violation } from '../../model/checker/index.ts'
import { createWorld, type SettingsInput, type Marketplace as World } from '../../model/index.ts'

interface Life {
  settings: SettingsInput
  days: number
  sinceBirth?: boolean
  /** What happens to the world at the beginning of a day. */
  input?: (world: World, day: number) => void
}

/** The checker's verdict on a world's stream. */
function check({ settings, days, sinceBirth, input }: Life): { violations: string[]; totals: Totals } {
  const violations: string[] = []
  const report = ({ line, rule, message }: Violation): void => {
    if (violations.length < 20) violations.push(`line ${line}, rule ${rule}: ${message}`)
  }
  const checker = new Checker({ report, sinceBirth })
  const world = createWorld({ ...settings, tick: '1d' })
  for (let day = 0; day < days; day++) {
    input?.(world, day)
    for (const { bytes } of world.advance().batches())
      for (const line of new TextDecoder().decode(bytes).trimEnd().split('\n')) checker.line(line)
  }
  return { violations, totals: checker.end() }
}

describe('a world from its birth', () => {
  const DAYS = 100

  it.each([
    [10, 'a'],
    [10, 'b'],
    [10, 'c'],
    [10, 'd'],
    [100, 'a'],
    [100, 'b'],
    [100, 'c'],
    [500, 'a'],
    [500, 'b'],
  ])('keeps every promise with %i students and seed %s', (students, seed) => {
    const { violations, totals } = check({ settings: { seed, students, warmup: '0d' }, days: DAYS, sinceBirth: true })
    expect(violations).toEqual([])
    expect(totals).toMatchObject({ violations: 0, unjudged: 0 })
    expect(totals.events).toBeGreaterThan(students * 30)
  })

  it('is seen to be one by the checker itself', () => {
    const { totals } = check({ settings: { seed: 'e', students: 300, warmup: '0d' }, days: 40 })
    expect(totals).toMatchObject({ sinceBirth: true, violations: 0 })
  })

  it('keeps them through exams and summer, as it grows and shrinks', () => {
    const { violations, totals } = check({
      settings: { seed: 'f', students: 200, warmup: '0d', start: '2026-04-20' },
      days: 150,
      sinceBirth: true,
      input: (world, day) => {
        if (day === 20) world.apply({ students: 800 })
        if (day === 60) world.apply({ students: 400 })
      },
    })
    expect(violations).toEqual([])
    expect(totals.churned).toBeGreaterThan(50)
    expect(totals.returned).toBeGreaterThan(0)
  })
})

describe('a world in the middle of its life', () => {
  it.each([
    [10, 'a'],
    [100, 'b'],
    [500, 'c'],
    [500, 'd'],
  ])('keeps every promise with %i students and seed %s', (students, seed) => {
    const { violations, totals } = check({ settings: { seed, students }, days: 70 })
    expect(violations).toEqual([])
    expect(totals.events).toBeGreaterThan(students * 20)
  })
})

// What a stream is judged by that was made with settings of its own: what they ask for where a formula says it, and nothing else.

import { describe, expect, it } from 'vitest'
import { createWorld, SETTINGS, type SettingsInput, settingsFrom } from '../../model/index.ts'
import { type CalibrationRow, Reader, ROWS, type RowReading, rowsFor } from '../../model/realism/index.ts'

function rowOf(id: string, settings: SettingsInput): CalibrationRow {
  const row = rowsFor(settingsFrom(settings)).find((one) => one.id === id)
  if (!row) throw new Error(`there is no row ${id}`)
  return row
}

describe('a row', () => {
  it('is as it stands where nothing is set', () => {
    expect(rowsFor({})).toEqual(ROWS)
  })

  it.each<[string, SettingsInput, Record<string, unknown>]>([
    ['15', { 'sessions.failed_percent': 25 }, { '': 75 }],
    ['25', { 'calls.per_100_sessions': 12 }, { '': { about: 12, by: expect.closeTo(3.6) } }],
    ['22', { people: { weekday_hours: { at_19: 30 } } }, { '19 h': expect.toSatisfy((goal) => goal > 19) }],
    ['1', { 'slots.kept_percent': 47.5 }, { mean: { about: 0.615, by: 0.15 } }],
    ['27', { 'sessions.failed_percent': 20 }, { general_inquiry: expect.toSatisfy((share) => share < 14) }],
    [
      '30',
      { calls: { priority: { general_inquiry: { high: 1000 } } } },
      { high: expect.toSatisfy((goal) => goal > 20) },
    ],
    [
      '18',
      { 'sessions.failed_percent': 40 },
      { '5 stars': { about: expect.toSatisfy((goal) => goal < 65), by: 2, unit: '%' } },
    ],
  ])('%s calls for what settings ask for', (id, settings, figures) => {
    const row = rowOf(id, settings)
    expect(row.unjudged).toBeUndefined()
    expect(row.figures).toMatchObject(figures)
  })

  it.each<[string, SettingsInput, RegExp]>([
    ['3', { people: { plans: { five_a_week: 50 } } }, /^people\.plans\.five_a_week moves it, and no formula/],
    ['4', { 'slots.kept_percent': 50 }, /^slots\.kept_percent moves it/],
    ['27', { 'calls.no_tutor_percent': 20 }, /^calls\.no_tutor_percent moves it/],
    ['cause-4', { 'growth.leaving_factors.many_calls': 1 }, /^growth\.leaving_factors\.many_calls moves it/],
    ['62', { shocks: 'off' }, /^shocks moves it/],
  ])('%s is not judged where settings move it otherwise', (id, settings, why) => {
    expect(rowOf(id, settings).unjudged).toMatch(why)
  })

  it('stays a row of numbers whatever is set', () => {
    // Of a whole, something has to be left.
    for (const { name, minimum, maximum, wholeOf } of SETTINGS)
      for (const value of [wholeOf && minimum === 0 ? 0.1 : minimum, maximum]) {
        const rows = rowsFor({ figures: { [name]: value } })
        const goals = rows.flatMap(({ figures }) => Object.values(figures))
        const numbers = goals.flatMap((goal) => (typeof goal === 'number' ? [goal] : Object.values(goal)))
        expect(
          numbers.filter((number) => typeof number === 'number' && !Number.isFinite(number)),
          name,
        ).toEqual([])
      }
  })
})

describe('a world with settings of its own', () => {
  const settings: SettingsInput = {
    ...{ 'sessions.failed_percent': 20, 'calls.per_100_sessions': 12, 'sessions.group_percent': 20 },
    ...{ 'people.plans.two_a_week': 100, 'people.plans_of_newcomers.two_a_week': 100 },
    people: { weekday_hours: { at_16: 8, at_19: 24 } },
  }

  function rowsOf(input: SettingsInput): Map<string, RowReading> {
    const reader = new Reader({ rows: rowsFor(settingsFrom(input)) })
    const world = createWorld({ ...input, seed: 'aims', students: 1500, start: '2026-03-16', tick: '1d' })
    for (const event of world.run('56d')) reader.event(event)
    return new Map(reader.end().rows.map((row) => [row.id, row]))
  }

  // Against the same world as it is by default, and within half as much again as the tolerance: both are small.
  const [own, usual] = [rowsOf(settings), rowsOf({})]

  it.each(['1', '12', '15', '17', '18', '19', '22', '25', '27', '30'])('moves row %s by as much as is asked', (id) => {
    const [row, standard] = [own.get(id), usual.get(id)]
    expect(row?.unjudged).toBeUndefined()
    for (const [at, { name, target, low, high, measured }] of (row?.parts ?? []).entries()) {
      const before = standard?.parts[at]
      if (measured === null || low === null || high === null || !before || before.measured === null) continue
      const moved = measured - before.measured - (target - before.target)
      expect(
        Math.abs(moved),
        `${name}: ${before.measured} to ${measured}, asked ${before.target} to ${target}`,
      ).toBeLessThan(1.5 * Math.max(target - low, 0.1 * Math.abs(target)))
    }
  })

  it.each(['3', '4'])('is measured and not judged in row %s', (id) => {
    const row = own.get(id)
    expect(row).toMatchObject({ within: null, unjudged: expect.stringContaining('people.plans') })
    expect(row?.parts.some(({ measured }) => measured !== null)).toBe(true)
  })
})

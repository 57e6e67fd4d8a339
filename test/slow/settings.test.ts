// A sample of all settings: whatever a setting is, the stream is coherent, and the figure that it is said to move does, beyond what
// the seed does. Which ones are looked at differs from run to run. `node bench/settings.ts` looks at all.

import { describe, expect, it } from 'vitest'
import { faultOf, measure, moveOf, valuesOf } from '../../bench/settings.ts'
import { movedBy, READERS } from '../../bench/settings-readers.ts'
import { SETTINGS } from '../../model/index.ts'

const SAMPLE = 12
const seed = Math.floor(Math.random() * SETTINGS.length)

describe(`settings from the ${seed}th on`, () => {
  const step = Math.floor(SETTINGS.length / SAMPLE)
  const sample = Array.from({ length: SAMPLE }, (_, at) => SETTINGS[(seed + at * step) % SETTINGS.length])

  it.each(sample.map((setting) => [setting?.name, setting] as const))('%s moves what it says', (_, setting) => {
    if (!setting) throw new Error('no such setting')
    const measured = valuesOf(setting).map((value) => measure(setting, value))
    expect(faultOf(setting, measured, moveOf(setting, measured))).toBeUndefined()
  })
})

it('every setting says a figure that is read', () => {
  expect(SETTINGS.filter((setting) => !READERS[movedBy(setting).figure]).map(({ name }) => name)).toEqual([])
})

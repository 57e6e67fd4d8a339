// Whatever is handed to the library is taken, or refused with option and rule: nothing ends in a TypeError.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { OptionError } from '../../engine/index.ts'
import { createWorld, SettingsError, settingsFrom } from '../../model/index.ts'

const anything = fc.anything({
  ...{ withBigInt: true, withDate: true, withMap: true, withSet: true },
  ...{ withNullPrototype: true, withSparseArray: true, withTypedArray: true },
})
/** Objects with names that are right, and values that may be. */
const named = (...names: string[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    anything,
    fc.record(Object.fromEntries(names.map((name) => [name, anything])), { requiredKeys: [] }),
    fc.record(Object.fromEntries(names.map((name) => [name, fc.oneof(fc.integer(), fc.string(), fc.date())])), {
      requiredKeys: [],
    }),
  )

function refusal(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}

function isTakenOrRefused(work: () => unknown, kind: typeof OptionError): void {
  const error = refusal(work)
  if (error === undefined) return
  expect(error).toBeInstanceOf(kind)
  const { option, rule, message } = error as OptionError
  expect([option.length > 0, rule.length > 0, message.includes('\n')]).toEqual([true, true, false])
}

it('as settings', { timeout: 60_000 }, () => {
  const settings = named('seed', 'students', 'rate', 'start', 'tick', 'warmup')
  fc.assert(
    fc.property(settings, (input) => isTakenOrRefused(() => settingsFrom(input as never), SettingsError)),
    { numRuns: 2000 },
  )
})

it('as an input', { timeout: 60_000 }, () => {
  const world = createWorld({ students: 5, warmup: '0d' })
  fc.assert(
    fc.property(named('students', 'rate'), (input) =>
      isTakenOrRefused(() => world.apply(input as never), SettingsError),
    ),
    { numRuns: 1000 },
  )
})

it('as a length, and as a question', { timeout: 60_000 }, () => {
  const world = createWorld({ students: 5, warmup: '0d', tick: '1d' })
  const length = named('until').filter((value) => !(typeof value === 'number' && value > 3))
  fc.assert(
    fc.property(length, named('where', 'state'), (far, which) => {
      isTakenOrRefused(() => world.run(far as never), OptionError)
      const where = (which as { where?: unknown } | null | undefined)?.where
      if (typeof where === 'function') return
      isTakenOrRefused(() => [...world.students(which as never)], OptionError)
      isTakenOrRefused(() => [...world.sessions({ where: which } as never)], OptionError)
    }),
    { numRuns: 1000 },
  )
})

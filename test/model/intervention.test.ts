import { describe, expect, it } from 'vitest'
import { OptionError } from '../../engine/index.ts'
import { checkIntervention, interventionFrom, KIND_NAMES, KINDS, resolve } from '../../model/index.ts'

const START = 1_767_571_200_000
const DAY = 86_400_000
const calls = { kind: 'calls', size: 8, from: '+12d', until: '+14d', reason: 'billing_question' } as const

describe('an intervention as a person writes it', () => {
  it.each([
    [{ ...calls, kind: 'cals' }, 'intervention.kind cals: there is none; is calls meant?'],
    [{ ...calls, szie: 3 }, 'intervention.szie 3: there is none; is size meant?'],
    [{ ...calls, size: '8' }, 'intervention.size 8: calls, against the usual: a number from 0 to 100'],
    [{ ...calls, size: 101 }, 'intervention.size 101: calls, against the usual: a number from 0 to 100'],
    [{ ...calls, size: Number.NaN }, 'intervention.size NaN: calls, against the usual: a number from 0 to 100'],
    [{ ...calls, shape: 'steep' }, 'intervention.shape steep: there is none; is step meant?'],
    [{ ...calls, until: undefined, shape: 'ramp' }, 'intervention.shape ramp: needs until, as it is over then'],
    [{ ...calls, from: 'tomorrow' }, /^intervention\.from tomorrow: an instant in UTC such as .* or an offset/],
    [{ ...calls, where: { region: 'wset' } }, 'intervention.where.region wset: there is none; is west meant?'],
    [{ ...calls, where: { region: [] } }, /^intervention\.where\.region \[\]: one or several of northeast/],
    [
      { ...calls, where: { subject: ['Phisics'] } },
      /^intervention\.where\.subject\[0\] Phisics: .* is Physics meant\?$/,
    ],
    [{ ...calls, where: { share: 0 } }, 'intervention.where.share 0: a share of the people, above 0 and at most 1'],
    [{ ...calls, where: { ids: ['tut_117'] } }, 'intervention.where.ids[0] tut_117: for calls an id such as stu_1042'],
    [{ ...calls, where: { ids: ['stu_1042'], share: 0.5 } }, /^intervention\.where\.share 0\.5: where\.ids says who/],
    [{ ...calls, where: 'west' }, /^intervention\.where west: an object with any of region, subject, share, ids$/],
    [
      { kind: 'sign_ups', size: 2, where: { subject: 'Physics' } },
      /where\.subject Physics: sign_ups is narrowed down by/,
    ],
    [{ kind: 'demand', size: 2, reason: 'billing_question' }, /^intervention\.reason .*: demand knows none/],
    [null, /^intervention null: an object with any of kind, where/],
  ])('is refused in one line that names field, rule and value: %j', (given, line) => {
    expect(() => interventionFrom(given)).toThrow(OptionError)
    expect(() => interventionFrom(given)).toThrow(line)
  })

  it('takes any kind at any size between its least and its most', () => {
    for (const kind of KIND_NAMES)
      for (const size of [KINDS[kind].size.least, KINDS[kind].size.neutral, KINDS[kind].size.most])
        expect(interventionFrom({ kind, size })).toEqual({ kind, size })
  })
})

describe('an intervention as a world takes it', () => {
  it('has instants in the place of offsets, and one form for one meaning', () => {
    const where = { region: ['west', 'northeast'], subject: 'Physics' } as const
    const resolved = resolve({ ...calls, where, from: '+12d', until: '2026-01-19' }, START, START)
    expect(resolved).toEqual({
      ...{ kind: 'calls', size: 8, shape: 'step', from: START + 12 * DAY, until: START + 14 * DAY },
      ...{ where: { region: ['northeast', 'west'], subject: ['Physics'] }, reason: ['billing_question'] },
    })
    expect(resolve(resolved, 0, START)).toEqual(resolved)
    expect(JSON.parse(JSON.stringify(resolved))).toEqual(resolved)
  })

  it('begins when it is taken, unless it says otherwise', () => {
    expect(resolve({ kind: 'demand', size: 2 }, START, START + DAY)).toMatchObject({ from: START + DAY, shape: 'step' })
  })

  it('neither begins before it is taken nor ends before it begins', () => {
    expect(() => checkIntervention(calls, START, START + 13 * DAY)).toThrow(
      'intervention.from +12d: before 2026-01-18T00:00:00.000Z, from when on it can be taken',
    )
    expect(() => resolve({ ...calls, until: '+12d' }, START, START)).toThrow(
      'intervention.until +12d: after from, which is 2026-01-17T00:00:00.000Z',
    )
  })
})

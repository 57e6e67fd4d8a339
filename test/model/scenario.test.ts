// A scenario as a person writes it: what is wrong is named by its path, its rule and its value.

import { describe, expect, it } from 'vitest'
import type { OptionError } from '../../engine/index.ts'
import { scenarioFrom } from '../../model/index.ts'

const GOOD = {
  name: 'exam-week',
  sentence: 'Everybody wants lessons at once.',
  seed: 'exams',
  settings: { students: 500 },
  interventions: [{ kind: 'demand', where: { subject: 'Mathematics' }, from: '+7d', until: '+14d', size: 2 }],
  moments: [{ at: '+7d', sentence: 'The rush begins.' }],
}

const wrong = (change: object): Pick<OptionError, 'option' | 'rule' | 'value'> => {
  try {
    scenarioFrom({ ...GOOD, ...change })
  } catch (error) {
    return error as OptionError
  }
  throw new Error('nothing is wrong with it')
}

describe('a scenario', () => {
  it('is taken as it is written', () => {
    expect(scenarioFrom(GOOD)).toEqual(GOOD)
    const { moments: _, seed: __, settings: ___, ...least } = GOOD
    expect(scenarioFrom(least)).toEqual({ ...least, moments: [] })
  })

  it.each([
    [{ nmae: 'x' }, 'nmae', 'is name meant?', 'x'],
    [{ name: '../x' }, 'name', '64 letters', '../x'],
    [{ sentence: '' }, 'sentence', 'needed', ''],
    [{ sentence: 'two\nlines' }, 'sentence', 'a sentence', 'two\nlines'],
    [{ seed: 7 }, 'seed', 'a text', 7],
    [{ settings: { studnets: 7 } }, 'settings.studnets', 'is students meant?', 7],
    [{ settings: { students: 0 } }, 'settings.students', 'from 1 to', 0],
    [{ settings: { seed: 'a' } }, 'settings.seed', 'give one', 'exams'],
    [{ settings: [] }, 'settings', 'an object', []],
    [{ interventions: [] }, 'interventions', 'a list of 1 to 100', 0],
    [{ interventions: 'all' }, 'interventions', 'a list', 'all'],
    [{ interventions: [{ kind: 'demnad', size: 2 }] }, 'interventions[0].kind', 'is demand meant?', 'demnad'],
    [{ interventions: [{ kind: 'demand', size: -1 }] }, 'interventions[0].size', 'a number from 0', -1],
    [
      { interventions: [{ kind: 'demand', where: { share: 2 }, size: 2 }] },
      'interventions[0].where.share',
      'at most 1',
      2,
    ],
    [
      { interventions: [{ kind: 'demand', from: '+9d', until: '+8d', size: 2 }] },
      'interventions[0].until',
      '+9d',
      '+8d',
    ],
    [
      {
        interventions: [
          { kind: 'demand', size: 2, id: 'a' },
          { kind: 'churn', size: 2, id: 'a' },
        ],
      },
      'interventions[1].id',
      'no other has',
      'a',
    ],
    [{ moments: [{ at: 'soon', sentence: 'x' }] }, 'moments[0].at', 'an instant', 'soon'],
    [{ moments: [{ at: '+1d' }] }, 'moments[0].sentence', 'needed', undefined],
    [{ moments: [{ at: '+1d', sentence: 'x', say: 'y' }] }, 'moments[0].say', 'one of at, sentence', 'y'],
    [{ moments: null }, 'moments', 'a list', null],
  ])('names path, rule and value: %j', (change, option, rule, value) => {
    expect(wrong(change)).toMatchObject({ option, rule: expect.stringContaining(rule), value })
  })

  it('is no other kind of value', () => {
    for (const value of [null, undefined, 7, 'physics-drought', [GOOD]])
      expect(() => scenarioFrom(value)).toThrow(/^scenario.*an object with name, sentence/)
  })
})

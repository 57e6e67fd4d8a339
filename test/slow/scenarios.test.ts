// What every built-in scenario promises, on five seeds.

import { describe, it } from 'vitest'
import { CATALOGUE } from '../../model/scenarios/index.ts'
import { keepsItsPromise } from '../scenarios/signature.ts'
import { sweep } from '../sweep.ts'

const SEEDS = ['a', 'b', 'c', 'd', 'e'].slice(0, sweep(5, 2))
const STORIES = CATALOGUE.filter(({ signature }) => signature.length > 0)

describe.each(STORIES)('$name leaves its signature, and nothing where and when it is not', (story) => {
  it.each(SEEDS)('seed %s', (seed) => keepsItsPromise(story, seed, 2000))
})

// The suites: `quick` for every change, of it `anyNode` on the oldest Node too, `slow` for what takes seconds to minutes,
// `timed` behind it for what may take so long and no longer.

import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const MINUTE_MS = 60_000

const QUICK = {
  include: ['test/**/*.test.ts'],
  exclude: ['test/slow/**', 'test/timed/**', '**/node_modules/**'],
  // No test needs as long on a machine of its own; a busy one is no failure.
  testTimeout: MINUTE_MS,
}

/**
 * What is the same on every Node: what is pure, as lint, the language's own types and the digests of streams see to, and what
 * runs where this repository is worked on, on AWS and in its builds, which is Node 24 alone.
 */
const SAME_ON_ANY_NODE = ['test/{model,scenarios,infra}/**', 'test/{isolation,lambda,lint,docs,release}.test.ts']

/** Files that take a minute and more, by how long they take: what begins first is not waited for alone in the end. */
const LONG = [
  'dashboard-page',
  'simulator',
  'main-job',
  'maps',
  'package',
  'kill',
  'dynamodb-network',
  'examples',
  'faults',
  'settings',
  'kept-world',
  'lambda-times',
  'opening',
].map((name) => `test/slow/${name}.test.ts`)

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG.findIndex((file) => moduleId.endsWith(file))
      return place < 0 ? LONG.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    // Many files of the slow suite wait, for processes of theirs or for a time to come: the other one computes meanwhile.
    maxWorkers: 2,
    globalSetup: 'test/leftovers.ts',
    sequence: { sequencer: LongFirst },
    projects: [
      { extends: true, test: { ...QUICK, name: 'quick' } },
      { extends: true, test: { ...QUICK, name: 'anyNode', exclude: [...QUICK.exclude, ...SAME_ON_ANY_NODE] } },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/slow/**/*.test.ts'],
          testTimeout: 15 * MINUTE_MS,
          hookTimeout: 15 * MINUTE_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'timed',
          include: ['test/timed/**/*.test.ts'],
          testTimeout: 5 * MINUTE_MS,
          maxWorkers: 1,
          // Behind all others, as it is of the machine's own time.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

// Two suites: `quick` for every change, `slow` for what takes seconds to minutes and wants the machine for itself.

import { defineConfig } from 'vitest/config'

const MINUTE_MS = 60_000

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: ['test/slow/**', '**/node_modules/**'],
          // No test needs as long on a machine of its own; a busy one is no failure.
          testTimeout: MINUTE_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/slow/**/*.test.ts'],
          testTimeout: 15 * MINUTE_MS,
          hookTimeout: 15 * MINUTE_MS,
          fileParallelism: false,
          maxWorkers: 1,
        },
      },
    ],
  },
})

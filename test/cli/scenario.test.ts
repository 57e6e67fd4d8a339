// `tutorsim run --scenario`: a world has its scenarios from its birth on.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { run } from '../../cli/commands/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-scenario-'))
const store = `sqlite:${join(folder, 'worlds.db')}`
const lived = (world: string, length: string, ...scenario: string[]) =>
  run({
    ...{ store, world, students: 60, warmup: '0d', tick: '6h', for: length, workers: 1 },
    ...{ to: join(folder, `${world}.ndjson`), ...(scenario.length > 0 ? { scenario } : {}) },
  })
const told = (world: string) => readFileSync(join(folder, `${world}.ndjson`), 'utf8')

beforeAll(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterAll(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

it('a world that goes on keeps its scenarios, whether they are named again or not', async () => {
  expect(await lived('whole', '15d', 'tutor-strike', 'billing-mix-up:mild')).toBe(0)
  expect(await lived('parts', '4d', 'tutor-strike', 'billing-mix-up:mild')).toBe(0)
  expect(await lived('parts', '4d')).toBe(0)
  expect(await lived('parts', '5d', 'tutor-strike', 'billing-mix-up:mild')).toBe(0)
  expect(await lived('parts', '2d', 'billing-mix-up:mild')).toBe(0)
  expect(told('parts')).toBe(told('whole'))
})

it('a world is refused scenarios that it was born without, and lives on as it would have', async () => {
  expect(await lived('plain', '1d')).toBe(0)
  const line = /^scenario tutor-strike: the world was born without it and is at tick 4; take another --world, or /
  await expect(lived('plain', '1d', 'tutor-strike')).rejects.toThrow(line)
  await expect(lived('parts', '1d', 'tutor-strike:mild')).rejects.toThrow('scenario tutor-strike: the world was born')
  expect(await lived('plain', '14d')).toBe(0)
  expect(await lived('alike', '15d')).toBe(0)
  expect(told('plain')).toBe(told('alike'))
  expect(told('plain')).not.toBe(told('whole'))
})

// One digest, whatever runs it: threads, processes, versions of Node.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ThreadedSimulation } from '../../engine/host/threads.ts'
import { LocalSimulation, TickEvents } from '../../engine/index.ts'
import { model, settingsFrom } from '../../model/index.ts'

const DAY = 86_400_000
// Large enough that five workers are five threads.
const settings = settingsFrom({ seed: 'machines', students: 12_500, warmup: '2d' })
const NODE_26 = join(import.meta.dirname, '../node26/node_modules/.bin/node')
const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')

async function digestWith(workers: number, spanMilliseconds: number): Promise<string> {
  const simulation =
    workers === 1 ? new LocalSimulation(model) : new ThreadedSimulation(model, { workers, keepsChanges: false })
  const kept = new TickEvents(model.events, model.shardSizes.length)
  const hash = createHash('sha256')
  const { start } = settings
  try {
    await simulation.bear(settings)
    await simulation.advance(start)
    for (let now = start; now < start + 4 * DAY; now += spanMilliseconds)
      for (const { bytes } of kept.view(await simulation.advance(now + spanMilliseconds)).batches()) hash.update(bytes)
  } finally {
    await simulation.close()
  }
  return hash.digest('hex')
}

describe('the stream is the same', async () => {
  const expected = await digestWith(1, DAY)
  for (const [workers, span] of [
    [2, DAY],
    [5, DAY],
    [5, DAY / 24],
    [3, DAY / 96],
  ] as const)
    it(`on ${workers} threads, ${span / 60_000} minutes at a time`, async () => {
      expect(await digestWith(workers, span)).toBe(expected)
    })
})

describe('on another machine', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Digest of the file that a run of the command line writes. */
  const digestOn = (node: string, ...more: string[]): string => {
    const file = join(folder, 'events.ndjson')
    execFileSync(
      node,
      [CLI, 'run', '--store', 'memory', '--seed', 'x', '--students', '6000', '--for', '20d', '--to', file, ...more],
      {
        stdio: 'ignore',
      },
    )
    return createHash('sha256').update(readFileSync(file)).digest('hex')
  }

  it('Node 26 writes the bytes that Node 24 writes', () => {
    expect(execFileSync(NODE_26, ['--version'], { encoding: 'utf8' })).toMatch(/^v26/)
    expect(digestOn(NODE_26)).toBe(digestOn(process.execPath))
  })

  it('another time zone and another locale write them too', () => {
    const before = digestOn(process.execPath, '--workers', '1')
    const { TZ, LANG } = process.env
    Object.assign(process.env, { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8' })
    try {
      expect(digestOn(process.execPath, '--workers', '2')).toBe(before)
    } finally {
      Object.assign(process.env, { TZ, LANG })
      if (TZ === undefined) delete process.env.TZ
      if (LANG === undefined) delete process.env.LANG
    }
  })
})

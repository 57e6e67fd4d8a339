// docs/extending.md does what it says: its blocks are one file that compiles and lives.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/extending.md'), 'utf8')
let folder: string
let scratch: string
let lighthouse: typeof import('../examples/epidemic/model.ts') & {
  live(store: string, to: string, days: number): Promise<number>
}

beforeAll(async () => {
  mkdirSync(join(root, '.tutorsim'), { recursive: true })
  folder = mkdtempSync(join(root, '.tutorsim/extending-'))
  scratch = mkdtempSync(join(tmpdir(), 'tutorsim-extending-'))
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block)
  writeFileSync(join(folder, 'lighthouse.ts'), blocks.join('\n'))
  const files = ['lighthouse.ts']
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(root, 'tsconfig.json'), files }))
  lighthouse = await import(join(folder, 'lighthouse.ts'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(scratch, { recursive: true, force: true })
})

describe('the model of docs/extending.md', () => {
  it('compiles', () => {
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder])
  })

  it('lives in pieces what it lives at once, and tells that lamps burn out and are repaired', async () => {
    const at = (name: string) => join(scratch, name)
    const whole = await lighthouse.live(`sqlite:${at('whole.db')}`, at('whole.ndjson'), 60)
    expect(whole).toBeGreaterThan(100)
    for (const days of [20, 45, 60]) await lighthouse.live(`sqlite:${at('pieces.db')}`, at('pieces.ndjson'), days)
    const text = readFileSync(at('whole.ndjson'), 'utf8')
    expect(readFileSync(at('pieces.ndjson'), 'utf8')).toBe(text)
    const states = new Map<string, string>()
    for (const line of text.trimEnd().split('\n')) {
      const { event_type, payload } = JSON.parse(line)
      expect(event_type).toBe(states.get(payload.light) === 'burnt_out' ? 'repaired' : 'burnt_out')
      states.set(payload.light, event_type)
    }
  })
})

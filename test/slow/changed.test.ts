// A run whose file somebody cuts or takes away: it ends with one line and exit 1, and the next one goes on from the mark.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, truncateSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { chunksOf } from '../../sinks/file/read.ts'
import { killed } from '../killed.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')

function start(folder: string, name: string, more: readonly string[]) {
  const words = ['run', '--store', 'sqlite:worlds.db', '--students', '400', '--to', name, ...more]
  const child = spawn(process.execPath, [CLI, ...words], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  onTestFinished(() => killed(child))
  return { child, said: text(child.stderr), code: once(child, 'exit').then(([code]) => code as number) }
}

async function idsIn(path: string): Promise<string[]> {
  const chunks: Buffer[] = []
  for await (const chunk of chunksOf(path)) chunks.push(chunk)
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line).event_id)
}

/** Until so much is in a file. */
async function grown(path: string, bytes: number): Promise<void> {
  while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < bytes) await sleep(5)
}

describe.each(['g.ndjson', 'g.ndjson.zst'])('a run to %s', (name) => {
  it.each([
    ['cut to nothing', (path: string) => truncateSync(path), 'was changed'],
    ['removed', (path: string) => unlinkSync(path), 'was removed or replaced'],
    ['moved away', (path: string) => renameSync(path, `${path}.1`), 'was removed or replaced'],
  ])('that is %s in the midst of it ends with one line, and the next run goes on', async (_, change, reason) => {
    const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, name)
    // At a pace that leaves time: six simulated hours a second.
    const first = start(folder, name, ['--for', '300d', '--pace', '21600x'])
    await grown(path, 20_000)
    change(path)
    expect(await first.code).toBe(1)
    const lines = (await first.said).trimEnd().split('\n')
    expect(lines.at(-1)).toMatch(new RegExp(`g.ndjson.*${reason} while this run wrote to it`))
    expect(lines.filter((line) => line.includes('while this run'))).toHaveLength(1)
    // What was taken away comes back, and the file is whole again.
    const isBack = existsSync(`${path}.1`)
    if (isBack) renameSync(`${path}.1`, path)
    const second = start(folder, name, ['--for', '1d'])
    expect([await second.code, await second.said]).toEqual([0, expect.any(String)])
    const ids = await idsIn(path)
    expect(new Set(ids).size).toBe(ids.length)
    if (isBack) {
      const whole = start(folder, 'other.ndjson', ['--store', 'memory', '--for', '30d'])
      await whole.code
      const expected = readFileSync(join(folder, 'other.ndjson'), 'utf8').trimEnd().split('\n')
      const all = expected.map((line) => JSON.parse(line).event_id)
      expect(all.slice(0, ids.length)).toEqual(ids)
    } else expect(await second.said).toContain('removed or emptied since')
  })
})

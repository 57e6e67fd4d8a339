// One writer to a file. What other processes and machines have to do with it is in test/slow/filelock.test.ts.

import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFile } from '../../sinks/file/filelock.ts'

const LOCKED = 'another process writes to it; give each process a file of its own, or end that one'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  file = join(folder, 'events.ndjson')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a file', () => {
  it('that this process writes to is refused too, under whatever name', () => {
    symlinkSync(file, join(folder, 'link.ndjson'))
    const unlock = lockFile(file)
    for (const name of ['events.ndjson', './events.ndjson', 'link.ndjson'])
      expect(() => lockFile(join(folder, name))).toThrow(LOCKED)
    unlock()
    lockFile(join(folder, 'link.ndjson'))()
  })

  it('is free again when it is let go of, and nothing stays', () => {
    for (let times = 0; times < 100; times++) lockFile(file)()
    expect(readdirSync(folder)).toEqual([])
  })

  it('beside which something else has the name of the lock is refused, and that is left alone', () => {
    writeFileSync(`${file}.lock`, 'notes')
    expect(() => lockFile(file)).toThrow(`${file}.lock is in the way: no empty file; delete it`)
    expect(readFileSync(`${file}.lock`, 'utf8')).toBe('notes')
  })

  it('in a folder that is not there says so', () => {
    expect(() => lockFile(join(folder, 'none', 'events.ndjson'))).toThrow('its directory does not exist')
  })
})

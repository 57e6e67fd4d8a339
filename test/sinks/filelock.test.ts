// One process writes to a file.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFile } from '../../sinks/file/filelock.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  file = join(folder, 'events.ndjson')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a file', () => {
  it('that another process writes to is refused in one line that names the process', () => {
    writeFileSync(`${file}.lock`, String(process.ppid))
    expect(() => lockFile(file)).toThrow(`to ${file}: process ${process.ppid} writes to it`)
    expect(readFileSync(`${file}.lock`, 'utf8')).toBe(String(process.ppid))
  })

  it('whose process is gone, or never came to write its number, is free', () => {
    const { pid } = spawnSync('true')
    for (const left of [String(pid), '', 'x']) {
      writeFileSync(`${file}.lock`, left)
      const unlock = lockFile(file)
      expect(readFileSync(`${file}.lock`, 'utf8')).toBe(String(process.pid))
      unlock()
    }
  })

  it('that this process writes to is refused too, under whatever name', () => {
    const unlock = lockFile(file)
    expect(() => lockFile(join(folder, '.', 'events.ndjson'))).toThrow(`process ${process.pid} writes to it`)
    unlock()
    // Left by an earlier process of the same number.
    writeFileSync(`${file}.lock`, String(process.pid))
    lockFile(file)()
  })

  it('that somebody has taken over stays theirs', () => {
    const unlock = lockFile(file)
    writeFileSync(`${file}.lock`, String(process.ppid))
    unlock()
    expect(readFileSync(`${file}.lock`, 'utf8')).toBe(String(process.ppid))
  })

  it('is free again when it is let go of', () => {
    lockFile(file)()
    expect(existsSync(`${file}.lock`)).toBe(false)
  })

  it('in a folder that is not there says so', () => {
    expect(() => lockFile(join(folder, 'none', 'events.ndjson'))).toThrow('its directory does not exist')
  })
})

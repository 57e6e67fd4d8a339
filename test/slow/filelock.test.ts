// One process writes to a file, wherever that process runs and however it ends.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { lockFile } from '../../sinks/file/filelock.ts'
import { killed } from '../killed.ts'

const LOCKED = 'another process writes to it; give each process a file of its own, or end that one'
const FILELOCK = `${import.meta.dirname}/../../sinks/file/filelock.ts`
const HOLDER = `
  import { lockFile } from '${FILELOCK}'
  import { FileError } from '${import.meta.dirname}/../../sinks/file/fileerror.ts'
  try {
    const unlock = lockFile(process.argv[1])
    console.log('held by', process.pid)
    process.stdin.resume().on('end', () => unlock())
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    console.log(error.code)
  }
`
/** What puts a command into a namespace of process numbers of its own, in which it has the number 1. */
const APART = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc']
const canBeApart = spawnSync(APART[0] as string, [...APART.slice(1), 'true']).status === 0

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  file = join(folder, 'events.ndjson')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Another process that locks the file, and what it says of that. */
async function other(before: readonly string[] = []) {
  const [command = '', ...rest] = [...before, process.execPath]
  const asked = ['--input-type=module', '-e', HOLDER, file]
  const child = spawn(command, [...rest, ...asked], { stdio: ['pipe', 'pipe', 'ignore'] })
  onTestFinished(() => killed(child))
  const [said] = await once(child.stdout, 'data')
  return { child, said: String(said).trim() }
}

describe('a file', { timeout: 30_000 }, () => {
  it('that another process writes to is refused in one line', async () => {
    const { child, said } = await other()
    expect(said).toBe(`held by ${child.pid}`)
    expect(() => lockFile(file)).toThrow(`to ${file}: ${LOCKED}`)
    expect((await other()).said).toBe('FILE_LOCKED')
    child.stdin.end()
    await once(child, 'exit')
    expect(readdirSync(folder)).toEqual([])
    lockFile(file)()
  })

  it.runIf(canBeApart)(
    'is held by one of two processes that both have the number 1, as in two containers',
    async () => {
      const first = await other(APART)
      expect(first.said).toBe('held by 1')
      expect((await other(APART)).said).toBe('FILE_LOCKED')
      expect(() => lockFile(file)).toThrow(LOCKED)
      const ended = once(first.child, 'exit')
      first.child.stdin.end()
      await ended
      expect((await other(APART)).said).toBe('held by 1')
    },
  )

  it('whose process was killed is free at once', async () => {
    const { child } = await other()
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(readdirSync(folder)).toEqual(['events.ndjson.lock'])
    lockFile(file)()
    expect(readdirSync(folder)).toEqual([])
  })

  it('whose process was stopped is not free', async () => {
    const { child } = await other()
    child.kill('SIGSTOP')
    expect(() => lockFile(file)).toThrow(LOCKED)
  })

  it('that this process writes to is refused too, under whatever name, and stays locked', async () => {
    symlinkSync(file, join(folder, 'link.ndjson'))
    const unlock = lockFile(file)
    for (const name of ['events.ndjson', './events.ndjson', 'link.ndjson'])
      expect(() => lockFile(join(folder, name))).toThrow(LOCKED)
    // A lock of POSIX is lost where its process closes any descriptor of the file.
    expect((await other()).said).toBe('FILE_LOCKED')
    unlock()
  })

  it('whose lock somebody has deleted and taken stays theirs', async () => {
    const unlock = lockFile(file)
    rmSync(`${file}.lock`)
    const { said } = await other()
    expect(said).toMatch(/^held/)
    unlock()
    expect(() => lockFile(file)).toThrow(LOCKED)
  })

  it('is never held by two of many processes that come and go', async () => {
    const program = `
      import { lockFile } from '${FILELOCK}'
      import { rmSync, writeFileSync } from 'node:fs'
      let held = 0
      for (const end = Date.now() + 3000; Date.now() < end; ) {
        try {
          const unlock = lockFile('${file}')
          writeFileSync('${file}.alone', '', { flag: 'wx' })
          held++
          rmSync('${file}.alone')
          unlock()
        } catch (error) {
          if (error.code !== 'FILE_LOCKED') throw error
        }
      }
      console.log(held)
    `
    const ends = Array.from({ length: 8 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => killed(child))
      const [[code], held] = await Promise.all([once(child, 'exit'), text(child.stdout)])
      return { code, held: Number(held) }
    })
    for (const { code, held } of await Promise.all(ends)) {
      expect(code).toBe(0)
      expect(held).toBeGreaterThan(0)
    }
  })
})

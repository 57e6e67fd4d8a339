// What reads a store makes nothing, changes nothing, leaves nothing behind and needs no right to write.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSqlite, openStore } from '../../stores/index.ts'
import { headOf } from './given.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-read-'))
const file = join(folder, 'worlds.db')
// What goes round in circles hears no gentler signal.
const tutorsim = (...words: string[]) =>
  spawnSync(process.execPath, [CLI, ...words], { encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' })

beforeAll(() => {
  tutorsim('run', '--students', '20', '--for', '1h', '--to', join(folder, 'events.ndjson'), '--store', `sqlite:${file}`)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a store that is not there', () => {
  test.each([
    ['worlds'],
    ['worlds', '--verify'],
    ['worlds', '--parked'],
    ['worlds', '--forget', 'x.ndjson'],
    ['worlds', '--delete', 'default', '--yes'],
    ['show', 'stu_1000'],
    ['set', 'default', 'students=5'],
    ['fork', 'default', '--as', 'other'],
  ])('is not made by %s %s', (...words) => {
    const before = readdirSync(folder)
    for (const typo of [join(folder, 'typo.db'), join(folder, 'none', 'typo.db')]) {
      const { status, stderr } = tutorsim(...words.filter(Boolean), '--store', `sqlite:${typo}`)
      expect([status, stderr]).toEqual([1, `tutorsim: ${typo}: there is no store\n`])
    }
    expect(readdirSync(folder)).toEqual(before)
  })

  test('is not made where its folder cannot be, and that is said at once', () => {
    if (process.platform !== 'linux') return
    const { status, stderr } = tutorsim(
      'run',
      '--ticks',
      '1',
      '--to',
      join(folder, 'x'),
      '--store',
      'sqlite:/proc/x/y/z.db',
    )
    expect(status).toBe(1)
    expect(stderr).toMatch(/^tutorsim: \/proc\/x\/y\/z\.db cannot be made: ENOENT.*\n$/)
  })
})

describe('who reads', () => {
  test('leaves the folder as it was', () => {
    const before = readFileSync(file)
    const listed = readdirSync(folder)
    expect(tutorsim('worlds', '--verify', '--store', `sqlite:${file}`).status).toBe(0)
    expect(tutorsim('show', 'stu_1000', '--store', `sqlite:${file}`).status).toBe(0)
    expect(readdirSync(folder)).toEqual(listed)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test('sees what others write meanwhile, and can write nothing', async () => {
    const shared = join(folder, 'shared.db')
    const writing = await openSqlite(shared)
    const reading = await openStore(`sqlite:${shared}`, { access: 'read' })
    expect(await reading.worlds()).toEqual([])
    await writing.world('w').commit(null, headOf(1, 'a'), [])
    expect(await reading.worlds()).toEqual(['w'])
    await expect(reading.world('w').commit('a', headOf(2, 'b'), [])).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    })
    expect((await writing.world('w').readHead())?.attempt).toBe('a')
    await reading.close()
    await writing.close()
  })

  /** Runs a command in a name space of its own, where the folder is mounted so that nobody can write. */
  const mount = join(folder, 'mount')
  const readOnly = (command: string): string => {
    const script = `mount --bind "${folder}" "${mount}" && mount -o remount,ro,bind "${mount}" && ${command}`
    return execFileSync('unshare', ['-rm', 'sh', '-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }
  const mounts = (): boolean => {
    try {
      mkdirSync(mount, { recursive: true })
      return readOnly(`touch "${mount}/x" 2>/dev/null || echo refused`) === 'refused\n'
    } catch {
      return false
    }
  }

  test.skipIf(!mounts())('needs no right to write, whether or not another writes', async () => {
    const worlds = `"${process.execPath}" "${CLI}" worlds --json --store "sqlite:${mount}/worlds.db"`
    expect(JSON.parse(readOnly(worlds)).worlds).toMatchObject([{ world: 'default', tick: 4 }])
    const writing = await openSqlite(file)
    await writing.worlds()
    expect(JSON.parse(readOnly(worlds)).worlds).toMatchObject([{ world: 'default', tick: 4 }])
    await writing.close()
    const shown = readOnly(`"${process.execPath}" "${CLI}" show stu_1000 --store "sqlite:${mount}/worlds.db"`)
    expect(shown).toContain('stu_1000')
  })
})

// SQLite files that are damaged, foreign or busy, and processes that die.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { TickLog } from '../../engine/index.ts'
import { openSqlite } from '../../stores/index.ts'
import { expectStoreError, harm, harmed, valueOrStoreError } from './damage.ts'
import { cursorOf, headOf, listed, manifestOf, parkedOf, recordOf, recordsOf, text } from './given.ts'

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true }))

const WRITER = fileURLToPath(new URL('sqlite-writer.ts', import.meta.url))

describe('a file that is taken away from an open store', () => {
  test.each([
    ['removed', (file: string) => rmSync(file)],
    ['moved', (file: string) => renameSync(file, `${file}.1`)],
    [
      'replaced',
      (file: string) => {
        renameSync(file, `${file}.1`)
        writeFileSync(file, '')
      },
    ],
  ])('takes nothing more, once it is %s', async (what, change) => {
    const file = join(folder, `${what}.db`)
    const store = await openSqlite(file)
    const log = store.world('w')
    expect(await log.swapCursor('t', cursorOf(1))).toBe(true)
    change(file)
    const failure = await log.swapCursor('u', cursorOf(1)).catch((error: Error) => error)
    expectStoreError(failure)
    expect((failure as Error).message).toBe(
      `${file} was removed or replaced since it was opened; what was kept since is not in it`,
    )
    await store.close()
  })
})

describe('files that are not ours', () => {
  const reason = (file: string): Promise<string> =>
    openSqlite(file).then(
      () => 'opened',
      (error: unknown) => {
        expectStoreError(error)
        return (error as Error).message.replaceAll(folder, '')
      },
    )
  const fileWith = (name: string, sql: string): string => {
    const file = join(folder, name)
    const database = new DatabaseSync(file)
    database.exec(sql)
    database.close()
    return file
  }

  test('are refused in one line and left as they are', async () => {
    const file = join(folder, 'text.db')
    writeFileSync(file, 'not a database, just a text that is longer than a header'.repeat(20))
    expect(await reason(file)).toBe('/text.db is not a tutorsim store')
    const foreign = fileWith('foreign.db', 'CREATE TABLE mine (x)')
    const before = readFileSync(foreign)
    expect(await reason(foreign)).toBe('/foreign.db is not a tutorsim store')
    expect(readFileSync(foreign).equals(before)).toBe(true)
    expect(await reason(fileWith('other.db', 'PRAGMA application_id = 7'))).toBe('/other.db is not a tutorsim store')
    writeFileSync(join(folder, 'tiny.db'), 'tiny')
    expect(await reason(join(folder, 'tiny.db'))).toBe('/tiny.db is not a tutorsim store')
    mkdirSync(join(folder, 'folder.db'))
    expect(await reason(join(folder, 'folder.db'))).toBe('/folder.db cannot be opened: unable to open database file')
    expect(await reason(join(file, 'below.db'))).toMatch(/^\/text.db\/below.db cannot be made: /)
  })

  test('of a newer format are refused', async () => {
    const file = join(folder, 'newer.db')
    await (await openSqlite(file)).close()
    fileWith('newer.db', 'PRAGMA user_version = 3')
    expect(await reason(file)).toBe('/newer.db has format 3, this version reads 2: a newer one wrote it')
  })

  test('empty ones become stores', async () => {
    writeFileSync(join(folder, 'empty.db'), '')
    expect(await reason(join(folder, 'empty.db'))).toBe('opened')
  })
})

describe('damage', () => {
  test('300 corruptions of a file: right data or a StoreError', async () => {
    const whole = await imageOf('whole.db', 'w')
    const other = await imageOf('other-world.db', 'v')
    const file = join(folder, 'damaged.db')
    const page = fc.noBias(fc.nat(whole.length / 4096 - 1))
    const change = fc.oneof(
      { weight: 3, arbitrary: fc.array(harm, { minLength: 1, maxLength: 3 }) },
      fc.record({ page, from: page, foreign: fc.boolean() }),
    )
    await fc.assert(
      fc.asyncProperty(change, async (what) => {
        let image: Buffer = Buffer.from(whole)
        if (Array.isArray(what)) for (const one of what) image = harmed(image, one)
        else (what.foreign ? other : whole).copy(image, what.page * 4096, what.from * 4096, what.from * 4096 + 4096)
        rmSync(`${file}-wal`, { force: true })
        rmSync(`${file}-shm`, { force: true })
        writeFileSync(file, image)
        // An empty file is a new store: nothing is left that could tell that it was another.
        if (image.length > 0) await expectRightOrStoreError(file)
      }),
      { numRuns: 300 },
    )
  })
})

describe('several processes', () => {
  test('race for every tick; one wins each', async () => {
    const file = join(folder, 'race.db')
    const writers = ['p', 'q', 'r'].map((name) => writer(file, name, 60))
    const won = (await Promise.all(writers.map(linesOf))).flat().map(Number)
    expect(won.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, tick) => tick))
    const store = await openSqlite(file)
    expect((await store.world('w').readHead())?.tick).toBe(60)
    expect(new Set((await listed(store.world('w'))).map((line) => line.split(' ')[0])).size).toBe(60)
    await store.close()
  })

  test('a process that is killed loses nothing that it was told is committed', async () => {
    const file = join(folder, 'killed.db')
    const child = writer(file, 'p', 1e6)
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    let confirmed = -1
    for await (const line of lines) {
      confirmed = Number(line)
      if (confirmed === 40) child.kill('SIGKILL')
    }
    const store = await openSqlite(file)
    const head = await store.world('w').readHead()
    expect(head?.tick).toBeGreaterThan(confirmed)
    expect(await recordsOf(store.world('w'))).toHaveLength(head?.tick as number)
    expect(await store.world('w').commit(head?.attempt as string, headOf(1e6, 'after'), [])).toBe(true)
    await store.close()
  })

  test('one that holds the file for too long is told', async () => {
    const file = join(folder, 'busy.db')
    const store = await openSqlite(file, { busyMilliseconds: 20 })
    const holder = new DatabaseSync(file)
    holder.exec('BEGIN IMMEDIATE')
    await expect(store.world('w').commit(null, headOf(0, 'a'), [])).rejects.toThrow(
      `${file} is locked by another process`,
    )
    holder.exec('ROLLBACK')
    expect(await store.world('w').commit(null, headOf(0, 'a'), [])).toBe(true)
    holder.close()
    await store.close()
    await expect(store.world('w').readHead()).rejects.toThrow('database is not open')
  })
})

const TICKS = Array.from({ length: 12 }, (_, tick) => tick)
const contentOf = (tick: number): string => `tick ${tick} `.repeat(150 * tick)

/** A file with some of everything. */
async function imageOf(name: string, world: string): Promise<Buffer> {
  const file = join(folder, name)
  const store = await openSqlite(file)
  const log = store.world(world)
  await log.commit(
    null,
    headOf(TICKS.length, 'a'),
    TICKS.map((tick) => recordOf(tick, contentOf(tick))),
  )
  for (const shard of [0, 1]) await log.writeState(5, 'c', shard, Buffer.from(`shard ${shard} `.repeat(3000)))
  await log.publish(manifestOf(5, 'c', 1))
  for (const target of ['-', 'a.ndjson']) await log.swapCursor(target, cursorOf(1))
  for (const id of ['e1', 'e2']) await log.park(parkedOf('-', id))
  await store.close()
  return readFileSync(file)
}

/** Records may be missing: the chain of hashes, which is the reader's affair, tells. */
async function expectRightOrStoreError(file: string): Promise<void> {
  const store = await orStoreError(() => openSqlite(file))
  if (!store) return
  const log = store.world('w')
  await expectNone(async () => expect(await store.worlds()).toEqual(['w']))
  await expectNone(async () => expect(await log.readHead()).toEqual(headOf(TICKS.length, 'a')))
  await expectNone(async () => expect(await log.manifests()).toEqual([manifestOf(5, 'c', 1)]))
  await expectNone(async () => expect(await log.readCursor('-')).toEqual(cursorOf(1)))
  await expectNone(async () => expect([...(await log.cursors()).keys()].sort()).toEqual(['-', 'a.ndjson']))
  await expectNone(async () => expect(await log.parked()).toEqual([parkedOf('-', 'e1'), parkedOf('-', 'e2')]))
  for (const shard of [0, 1])
    await expectNone(async () => expect(text(await log.readState(5, 'c', shard))).toBe(`shard ${shard} `.repeat(3000)))
  await expectNone(() => expectRecords(log))
  await orStoreError(() => store.close())
}

async function expectRecords(log: TickLog): Promise<void> {
  let last = -1
  for await (const { tick, bytes } of log.records(0, TICKS.length)) {
    expect(tick).toBeGreaterThan(last)
    last = tick
    const read = valueOrStoreError(bytes)
    if (read) expect(text(read)).toBe(contentOf(tick))
  }
}

async function expectNone(check: () => Promise<void>): Promise<void> {
  await orStoreError(check)
}

async function orStoreError<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read()
  } catch (error) {
    expectStoreError(error)
    return undefined
  }
}

function writer(file: string, name: string, ticks: number): ChildProcess {
  return spawn(process.execPath, [WRITER, file, name, String(ticks)], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function linesOf(child: ChildProcess): Promise<string[]> {
  const lines: string[] = []
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => lines.push(line))
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  return lines
}

// What is acknowledged is on the disk, and not only with the operating system: an outlived process is not yet an outlived
// machine.

import { mkdtempSync, type NoParamCallback, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openRecord } from '../../ingest/record.ts'
import type { PostedEvent } from '../../model/posted/index.ts'
import { BODY, EVENTS, start } from './ingestion.ts'

/** Waits for the disk that are under way. */
const waits = vi.hoisted(() => [] as NoParamCallback[])
vi.mock('node:fs', async (importOriginal) => ({
  ...(await importOriginal<typeof import('node:fs')>()),
  fdatasync: (_: number, done: NoParamCallback) => waits.push(done),
}))

const EVENT = EVENTS[1] as PostedEvent

function given() {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'taken.ndjson')
  const said: string[] = []
  const record = openRecord(path, (line) => said.push(line))
  return { path, record, said }
}

/** The next wait for the disk. */
const wait = () => vi.waitUntil(() => waits.shift(), { interval: 5 })

const keysIn = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : JSON.parse(line).event_id))

it('a post is answered once the disk has its line, and one wait serves those that came meanwhile', async () => {
  const { path, record } = given()
  const { post } = await start({ onEvent: (key, event) => record.append(key, event), durable: () => record.durable() })
  const answered: string[] = []
  const posted = (key: string) => post(BODY, { 'idempotency-key': key }).then(() => answered.push(key))
  const first = posted('a')
  const begun = await wait()
  expect(keysIn(path)).toEqual(['a'])
  const others = ['b', 'c', 'd'].map(posted)
  // Long enough for an answer that waits for nothing.
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(answered).toEqual([])
  begun(null)
  await first
  expect(answered).toEqual(['a'])
  ;(await wait())(null)
  await Promise.all(others)
  expect(keysIn(path).sort()).toEqual(['a', 'b', 'c', 'd'])
  await record.close()
  expect(waits).toEqual([])
})

it('what the disk did not take is not acknowledged, and is written once more', async () => {
  const { path, record, said } = given()
  record.append('a', EVENT)
  const refused = expect(record.durable()).rejects.toThrow('what is posted cannot be kept')
  ;(await wait())(Object.assign(new Error('i/o error'), { code: 'EIO' }))
  await refused
  expect(keysIn(path)).toEqual([])
  const taken = record.durable()
  ;(await wait())(null)
  await taken
  expect(keysIn(path)).toEqual(['a'])
  expect(said).toEqual([expect.stringContaining('EIO'), `out ${path}: can be written again`])
  await record.close()
})

// What is taken is in the file before it is acknowledged, and nothing else is.

import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openRecord } from '../../ingest/record.ts'
import type { PostedEvent } from '../../model/posted/index.ts'
import { BODY, EVENTS, start } from './ingestion.ts'

const EVENT = EVENTS[1] as PostedEvent
const { event_type, payload } = EVENT
const lineOf = (key: string) => `${JSON.stringify({ event_id: key, event_type, payload })}\n`

function given(content?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'taken.ndjson')
  if (content !== undefined) writeFileSync(path, content)
  const said: string[] = []
  const open = () => {
    const record = openRecord(path, (line) => said.push(line))
    onTestFinished(() => record.close().catch(() => undefined))
    return record
  }
  return { folder, path, said, open }
}

const serving = (record: ReturnType<typeof openRecord>) =>
  start({ onEvent: (key, event) => record.append(key, event), durable: () => record.durable() })

describe('a record', () => {
  it('holds a line for each distinct event by the time it is acknowledged', async () => {
    const { folder, path, open } = given()
    const record = open()
    const { post } = await serving(record)
    const keys = Array.from({ length: 100 }, (_, key) => `key ${key}`)
    await Promise.all(
      keys.map(async (key) => {
        for (const _ of ['first', 'again']) {
          expect((await post(BODY, { 'idempotency-key': key })).status).toBe(202)
          expect(readFileSync(path, 'utf8')).toContain(lineOf(key))
        }
      }),
    )
    await record.close()
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).event_id).sort()).toEqual(keys.sort())
    expect(readdirSync(folder)).toEqual(['taken.ndjson'])
  })

  it('tells events of several worlds apart', async () => {
    const { path, open } = given()
    const record = open()
    const { post } = await serving(record)
    for (const key of ['aaaaaaaaaaaa/x', 'bbbbbbbbbbbb/x', 'x'])
      expect((await post(BODY, { 'idempotency-key': key })).status).toBe(202)
    await record.close()
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { event_id: 'x', event_type, payload, world: 'aaaaaaaaaaaa' },
      { event_id: 'x', event_type, payload, world: 'bbbbbbbbbbbb' },
      { event_id: 'x', event_type, payload },
    ])
  })

  it.each([
    ['{', 1],
    ['{"event_id":"x","event_ty', 25],
    [lineOf('x').slice(0, -2), lineOf('x').length - 2],
    ['\0\0\0', 3],
  ])('that ends in %j is cut to whole lines, and says so', async (tail, cut) => {
    const { path, said, open } = given(`${lineOf('a')}${lineOf('b')}${tail}`)
    const record = open()
    record.append('c', EVENT)
    await record.durable()
    expect(readFileSync(path, 'utf8')).toBe(['a', 'b', 'c'].map(lineOf).join(''))
    expect(said).toEqual([`out ${path}: ended in ${cut} bytes of a line that was never acknowledged; they are cut off`])
  })

  it('whose last line lacks only its line feed loses nothing', async () => {
    const { path, said, open } = given(`${lineOf('a')}${lineOf('b').trimEnd()}`)
    const record = open()
    record.append('c', EVENT)
    await record.durable()
    expect(readFileSync(path, 'utf8')).toBe(['a', 'b', 'c'].map(lineOf).join(''))
    expect(said).toEqual([])
  })

  it('that ends in something else is refused, and left as it is', () => {
    const { path, open } = given('notes\nof mine')
    expect(open).toThrow(`out ${path}: it ends in something else than events`)
    expect(readFileSync(path, 'utf8')).toBe('notes\nof mine')
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  it('has one writer', () => {
    const { path, open } = given()
    open()
    expect(open).toThrow(`out ${path}: another process writes to it`)
  })

  it.each([
    ['cut', (path: string) => truncateSync(path)],
    ['removed', (path: string) => rmSync(path)],
    ['written to by others', (path: string) => appendFileSync(path, 'x')],
  ])('that is %s acknowledges nothing more, and fails', async (_, change) => {
    const { path, open } = given()
    const record = open()
    const { post } = await serving(record)
    expect((await post(BODY, { 'idempotency-key': 'a' })).status).toBe(202)
    change(path)
    for (const key of ['b', 'c', 'b']) {
      const { status, json } = await post(BODY, { 'idempotency-key': key })
      expect([status, json.error]).toEqual([503, expect.stringMatching(/^what is posted cannot be kept: it /)])
    }
    await expect(record.failure).rejects.toThrow(`out ${path}: it `)
    await expect(record.close()).rejects.toThrow('2 events are not in it, and were not acknowledged: ')
  })

  it.runIf(existsSync('/dev/full'))(
    'that is full answers 503, says so once, and takes no more than it can hold',
    async () => {
      const said: string[] = []
      const record = openRecord('/dev/full', (line) => said.push(line))
      const { api, post } = await serving(record)
      for (const key of ['a', 'b', 'a']) {
        const { status, json } = await post(BODY, { 'idempotency-key': key })
        expect([status, json]).toEqual([503, { error: 'what is posted cannot be kept: cannot be written: ENOSPC' }])
      }
      expect(api.stats()).toMatchObject({ distinct: 2, repeated: 1 })
      expect(said).toEqual(['out /dev/full: cannot be written: ENOSPC; posts are answered with 503 until it can be'])
      for (let key = 2; key < 100_000; key++) record.append(String(key), EVENT)
      expect(() => record.append('too many', EVENT)).toThrow('too much waits to be written')
      expect((await post(BODY, { 'idempotency-key': 'z' })).status).toBe(503)
      await expect(record.close()).rejects.toThrow('out /dev/full: 100000 events are not in it')
    },
  )
})

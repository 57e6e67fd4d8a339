// `tutorsim ingest --out`: what was acknowledged is in the file, though the process is killed or the disk is full.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import seedrandom from 'seedrandom'
import { Pool } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BODY } from '../ingest/ingestion.ts'
import { killed } from '../killed.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const SEED = process.env.SEED ?? String(Math.floor(Math.random() * 1e9))
const SENDERS = 50

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function urlOf(child: ChildProcess): Promise<string> {
  let said = ''
  for await (const chunk of child.stderr as NonNullable<ChildProcess['stderr']>) {
    said += chunk
    const [url] = /http:\S+(?=\/ingest)/.exec(said) ?? []
    if (url !== undefined) return url
  }
  throw new Error(`it ended and said: ${said}`)
}

/** Posts new keys over many connections until something breaks; every key that was acknowledged is told. */
async function post(url: string, nextKey: () => string, acknowledged: string[], statuses = new Set<number>()) {
  const pool = new Pool(url, { connections: SENDERS })
  const sender = async () => {
    for (;;) {
      const key = nextKey()
      const headers = { 'content-type': 'application/json', 'idempotency-key': key }
      const { statusCode, body } = await pool.request({ path: '/ingest', method: 'POST', headers, body: BODY })
      await body.dump()
      statuses.add(statusCode)
      if (statusCode === 202) acknowledged.push(key)
    }
  }
  await Promise.allSettled(Array.from({ length: SENDERS }, sender))
  await pool.destroy()
}

/** As lines of the file begin. */
const LINE = BODY.replace('event_type', 'event_id')
const isTorn = (path: string) => !/(^|\n)$/.test(readFileSync(path, 'utf8'))

const keysIn = (lines: string) =>
  lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).event_id as string)

describe('a file of what was taken', () => {
  it(`has every acknowledged event, once, after 12 kills (SEED=${SEED})`, async () => {
    const out = join(folder(), 'taken.ndjson')
    const random = seedrandom(SEED)
    const acknowledged: string[] = []
    let keys = 0
    for (let kill = 0; kill < 12; kill++) {
      const child = spawn(process.execPath, [CLI, 'ingest', '--port', '0', '--out', out], {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      onTestFinished(() => killed(child))
      const ended = once(child, 'exit')
      const url = await urlOf(child)
      setTimeout(() => child.kill('SIGKILL'), 100 + random() * 500)
      await post(url, () => `key ${keys++}`, acknowledged)
      await ended
      // What a disk that lost its power in the midst of a line would leave, unless the kill has left as much.
      const torn = LINE.slice(0, Math.floor(random() * LINE.length))
      if (random() < 0.5 && !isTorn(out)) appendFileSync(out, torn)
    }
    const last = spawn(process.execPath, [CLI, 'ingest', '--port', '0', '--out', out], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await urlOf(last)
    last.kill('SIGTERM')
    await once(last, 'exit')
    const kept = keysIn(readFileSync(out, 'utf8'))
    const found = new Set(kept)
    expect(acknowledged.length).toBeGreaterThan(1000)
    expect(acknowledged.filter((key) => !found.has(key))).toEqual([])
    expect(found.size).toBe(kept.length)
  })

  /** A disk of 512 KB of a process's own. */
  const APART = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c']
  const disk = (path: string) => `mount -t tmpfs -o size=512k tmpfs ${path}`
  const canMount = spawnSync(APART[0] as string, [...APART.slice(1), disk('/mnt')]).status === 0

  it.runIf(canMount)(
    'on a full disk is answered for with 503, and has all of it once there is room again',
    async () => {
      const path = folder()
      const program = `
      import { rmSync, writeFileSync, readFileSync } from 'node:fs'
      import { ingest } from '${import.meta.dirname}/../../cli/commands/ingest.ts'
      writeFileSync('${path}/filler', Buffer.alloc(300_000))
      process.on('SIGUSR2', () => rmSync('${path}/filler'))
      const code = await ingest({ port: 0, host: '127.0.0.1', out: '${path}/taken.ndjson' })
      process.stdout.write(readFileSync('${path}/taken.ndjson'))
      process.exitCode = code
    `
      const child = spawn(
        APART[0] as string,
        [...APART.slice(1), `${disk(path)} && exec "$0" --input-type=module -e "$1"`, process.execPath, program],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      )
      onTestFinished(() => killed(child))
      const content = text(child.stdout)
      let said = ''
      child.stderr.on('data', (chunk) => {
        said += chunk
      })
      while (!said.includes('/ingest')) await sleep(10)
      const url = /http:\S+(?=\/ingest)/.exec(said)?.[0] as string
      const pool = new Pool(url, { connections: SENDERS })
      onTestFinished(() => pool.destroy())
      const statuses: number[] = []
      /** As a sender does: the same event again until it is taken. */
      const deliver = async (key: string) => {
        for (let status = 0; status !== 202; ) {
          const headers = { 'content-type': 'application/json', 'idempotency-key': key }
          const answer = await pool.request({ path: '/ingest', method: 'POST', headers, body: BODY })
          await answer.body.dump()
          status = answer.statusCode
          statuses.push(status)
          if (status !== 202) await sleep(100)
        }
      }
      const keys = Array.from({ length: 900 }, (_, key) => `key ${key}`)
      const all = Promise.all(keys.map(deliver))
      while (!statuses.includes(503)) await sleep(10)
      await sleep(500)
      child.kill('SIGUSR2')
      await all
      child.kill('SIGTERM')
      const [code] = await once(child, 'exit')
      expect(code).toBe(0)
      expect([...new Set(statuses)].sort()).toEqual([202, 503])
      expect(keysIn(await content).sort()).toEqual(keys.sort())
      const lines = said.split('\n').filter((line) => line.startsWith('--out'))
      expect(lines).toEqual([
        `--out ${path}/taken.ndjson: cannot be written: the disk is full; posts are answered with 503 until it can be`,
        `--out ${path}/taken.ndjson: can be written again`,
      ])
    },
  )
})

// `tutorsim ingest`: the reference ingestion API as a command.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { request } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openHttp } from '../../sinks/http/http.ts'
import { BODIES, BODY } from '../ingest/ingestion.ts'
import { killed } from '../killed.ts'
import { parcelOf, TYPES } from '../parcel.ts'

describe('tutorsim ingest', { timeout: 30_000 }, () => {
  const PROGRAM = `
    import { ingest } from '${import.meta.dirname}/../../cli/commands/ingest.ts'
    import { lineOf } from '${import.meta.dirname}/../../cli/terminal/usage.ts'
    try {
      process.exitCode = await ingest(JSON.parse(process.env.OPTIONS))
    } catch (error) {
      process.stderr.write(lineOf(error) + '\\n')
      process.exitCode = 1
    }
  `
  const run = (options: object) => {
    const environment = { ...process.env, OPTIONS: JSON.stringify(options) }
    // As the bin does: Node 22 warns of its SQLite.
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module']
    const child = spawn(process.execPath, [...flags, '-e', PROGRAM], { env: environment })
    onTestFinished(() => killed(child))
    const exit = once(child, 'exit').then(([code]) => code)
    return { child, exit, output: text(child.stderr), figures: text(child.stdout) }
  }
  const folder = () => {
    const path = mkdtempSync(join(tmpdir(), 'tutorsim-'))
    onTestFinished(() => rmSync(path, { recursive: true }))
    return path
  }
  const post = (url: string, key: string) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    return request(`${url}/ingest`, { method: 'POST', headers, body: BODY })
  }
  const urlIn = (child: ReturnType<typeof run>['child']) =>
    new Promise<string>((resolve, reject) => {
      let said = ''
      child.stderr.on('data', (chunk) => {
        said += chunk
        const [url] = /http:\S+(?=\/ingest)/.exec(said) ?? []
        if (url !== undefined) resolve(url)
      })
      child.stderr.on('end', () => reject(new Error(`it ended and said: ${said}`)))
    })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says where it is, serves until %s, then prints its counts',
    async (signal) => {
      const { child, exit, output } = run({ port: 0, host: '127.0.0.1' })
      const url = await urlIn(child)
      await post(url, 'a')
      child.kill(signal)
      expect(await exit).toBe(0)
      const lines = (await output).split('\n')
      expect(lines[0]).toMatch(`ingesting at ${url}/ingest, counts at ${url}/stats, what came and `)
      expect(lines.find((line) => line.startsWith('session_completed'))).toMatch(/ 1$/)
      expect(lines.slice(-3, -1)).toEqual([
        '1 distinct, 0 repeated, 0 conflicting, 0 rejected',
        '0 out of order, from 2026-01-05T14:30:00.000Z to 2026-01-05T14:30:00.000Z',
      ])
    },
  )

  it('appends each distinct event with its key to --out, in order of arrival', async () => {
    const out = join(folder(), 'taken.ndjson')
    const { child } = run({ port: 0, host: '127.0.0.1', out })
    const url = await urlIn(child)
    const sink = openHttp(`${url}/ingest`, { streams: 1, types: TYPES })
    onTestFinished(() => sink.close())
    for (const [index, body] of [...BODIES.entries(), ...BODIES.entries()]) {
      const line = `{"event_id":"key-${index}","caused_by":null,${body.slice(1)}\n`
      expect(await sink.send(parcelOf(Buffer.from(line)), 0)).toMatchObject({ verdict: 'acknowledged' })
    }
    const expected = BODIES.map((body, index) => `{"event_id":"key-${index}",${body.slice(1)}\n`).join('')
    expect(readFileSync(out, 'utf8')).toBe(expected)
  })

  it.each([
    [['a', 'b'], 0, '0 of 2 expected lost, 0 unexpected'],
    [['a', 'b', 'c'], 1, '1 of 3 expected lost (c), 0 unexpected'],
    [['b'], 0, '0 of 1 expected lost, 1 unexpected'],
  ])('says what of %j has not arrived, and fails with it', async (expected, code, message) => {
    const file = join(folder(), 'expected.ndjson')
    writeFileSync(file, expected.map((key) => `{"event_id":"${key}","caused_by":null}\n`).join(''))
    const { child, exit, output, figures } = run({ port: 0, host: '127.0.0.1', expect: file, json: true })
    const url = await urlIn(child)
    for (const key of ['a', 'b']) await post(url, key)
    child.kill('SIGINT')
    expect(await exit).toBe(code)
    expect((await output).split('\n').at(-2)).toBe(message)
    expect(JSON.parse(await figures)).toMatchObject({
      distinct: 2,
      comparison: { expected: expected.length, lost: code },
    })
  })

  it('fails where what is expected cannot be read', async () => {
    const { child, exit, output } = run({ port: 0, host: '127.0.0.1', expect: '/none/x.ndjson' })
    await urlIn(child)
    child.kill('SIGINT')
    expect(await exit).toBe(1)
    expect((await output).split('\n').at(-2)).toBe('--expect: cannot read /none/x.ndjson: no such file')
  })

  it('makes trouble on request', async () => {
    const { child, exit } = run({ port: 0, host: '127.0.0.1', chaos: ['down:1h', 'slow'], seed: 'x' })
    const url = await urlIn(child)
    await expect(Promise.all(Array.from({ length: 20 }, (_, key) => post(url, `${key}`)))).rejects.toThrow()
    child.kill('SIGINT')
    expect(await exit).toBe(0)
  })

  it('fails in one line where the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { exit, output } = run({ port, host: '127.0.0.1' })
    expect(await exit).toBe(1)
    expect(await output).toBe(`--port ${port}: in use already on 127.0.0.1\n`)
  })

  it.each([
    [{ port: 70_000, host: '127.0.0.1' }, '--port 70000: not within 0 to 65535'],
    [{ port: 0, host: '192.0.2.1' }, '--host 192.0.2.1: no address of this machine (EADDRNOTAVAIL)'],
    [
      { port: 0, host: '127.0.0.1', out: '/none/x' },
      '--out /none/x: cannot be opened for writing: its directory does not exist',
    ],
    [
      { port: 0, host: '127.0.0.1', chaos: ['slow', 'flaky,calm'] },
      '--chaos flaky,calm: flaky, slow, down:30s, out-of-order, throttle:100, or several of them with commas between',
    ],
  ])('fails in one line for %j', async (options, message) => {
    const { exit, output } = run(options)
    expect(await exit).toBe(1)
    expect(await output).toBe(`${message}\n`)
  })
})

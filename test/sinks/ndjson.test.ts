// NDJSON in files and on standard output, with readers that are slow, gone or full, and runs that end in the middle.

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { markOf } from '../../sinks/file/mark.ts'
import { openNdjson } from '../../sinks/file/ndjson.ts'
import { openSink, TargetError } from '../../sinks/index.ts'
import { killed } from '../killed.ts'
import { parcelOf, TYPES } from '../parcel.ts'
import { lineOf } from './endpoint.ts'

const linesOf = (...keys: string[]) => Buffer.concat(keys.map((key) => lineOf(key).bytes))

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

describe('a file', { timeout: 30_000 }, () => {
  it('holds exactly the lines, after the events of another run are gone, and says so', async () => {
    const path = join(directory(), 'events.ndjson')
    writeFileSync(path, linesOf('old', 'older'))
    const sink = openNdjson(path)
    expect([sink.target, sink.streams, sink.eventByEvent]).toEqual([path, 1, false])
    const { length } = linesOf('old', 'older')
    expect(await sink.resume?.(undefined)).toBe(`${path}: replaces ${length} bytes of events that another run wrote`)
    const [first, second] = [linesOf('a', 'b'), linesOf('c')]
    expect(await sink.send(parcelOf(first), 0)).toEqual({ verdict: 'acknowledged', mark: markOf(first.length, first) })
    expect(await sink.send(parcelOf(second), 0)).toEqual({
      verdict: 'acknowledged',
      mark: markOf(first.length + second.length, Buffer.concat([first, second])),
    })
    await sink.close()
    expect(readFileSync(path, 'utf8')).toBe(`${first}${second}`)
  })

  it('goes on from its mark: what a killed run wrote behind it goes', async () => {
    const path = join(directory(), 'events.ndjson')
    const kept = linesOf('a', 'b')
    writeFileSync(path, `${kept}${linesOf('not behind the cursor')}{"event_id":"ha`)
    const sink = openNdjson(path)
    await sink.resume?.(markOf(kept.length, kept))
    await sink.send(parcelOf(linesOf('c')), 0)
    await sink.close()
    expect(readFileSync(path, 'utf8')).toBe(`${kept}${linesOf('c')}`)
  })

  it('in which a run was killed at its first event is taken for one of events', async () => {
    const path = join(directory(), 'events.ndjson')
    writeFileSync(path, '{"even')
    const sink = openNdjson(path)
    expect(await sink.resume?.(undefined)).toBe(`${path}: replaces 6 bytes of events that another run wrote`)
    await sink.close()
  })

  it('that holds anything but events is left as it is, and named in one line', async () => {
    const path = join(directory(), 'events.ndjson')
    writeFileSync(path, '{"mine":1}\n')
    const sink = openNdjson(path)
    await expect(sink.resume?.(undefined)).rejects.toThrow(
      `to ${path}: it is there already and holds no events; name another file, or delete it`,
    )
    await sink.close()
    expect(readFileSync(path, 'utf8')).toBe('{"mine":1}\n')
  })

  it('that another run has written to since is left as it is, and named in one line', async () => {
    const path = join(directory(), 'events.ndjson')
    const ours = linesOf('a', 'b')
    const theirs = linesOf('a', 'c', 'd')
    writeFileSync(path, theirs)
    const sink = openNdjson(path)
    await expect(sink.resume?.(markOf(ours.length, ours))).rejects.toThrow(
      `to ${path}: something else was written to it since`,
    )
    await sink.close()
    expect(readFileSync(path).equals(theirs)).toBe(true)
  })

  it('that is shorter than its mark is left as it is, and named in one line', async () => {
    const path = join(directory(), 'events.ndjson')
    writeFileSync(path, 'x\n')
    const sink = openNdjson(path)
    await expect(sink.resume?.('100:f00d')).rejects.toThrow(
      `to ${path}: 2 bytes long, but 100 were delivered to it: it was cut or replaced since`,
    )
    await sink.close()
    expect(readFileSync(path, 'utf8')).toBe('x\n')
  })

  it('keeps what was acknowledged when the process is killed', async () => {
    const path = join(directory(), 'events.ndjson')
    const program = `
      import { openNdjson } from '${import.meta.dirname}/../../sinks/file/ndjson.ts'
      const sink = openNdjson('${path}')
      await sink.resume(undefined)
      for (let event = 0; ; event++) {
        const { mark } = await sink.send({ bytes: Buffer.from(event + 'x'.repeat(1000) + '\\n') }, 0)
        process.stdout.write(mark + '\\n')
        await new Promise(setImmediate)
      }
    `
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => killed(child))
    let marks = ''
    child.stdout.on('data', (chunk) => {
      marks += chunk
      if (marks.length > 10_000) child.kill('SIGKILL')
    })
    await once(child, 'close')
    const mark = Number.parseInt(marks.trimEnd().split('\n').at(-1) ?? '', 10)
    expect(mark).toBeGreaterThan(100_000)
    expect(readFileSync(path).subarray(0, mark).at(-1)).toBe(0x0a)
    expect(
      readFileSync(path, 'utf8')
        .slice(0, mark)
        .split('\n')
        .slice(0, -1)
        .map((line) => Number.parseInt(line, 10)),
    ).toEqual(
      Array.from({ length: readFileSync(path, 'utf8').slice(0, mark).split('\n').length - 1 }, (_, event) => event),
    )
  })

  it('that cannot be opened is named in one line with the reason', () => {
    const path = directory()
    expect(() => openNdjson(`${path}/none/x.ndjson`)).toThrow(
      `to ${path}/none/x.ndjson: cannot be opened for writing: its directory does not exist`,
    )
    expect(() => openNdjson(path)).toThrow(`to ${path}: cannot be opened for writing: it is a directory`)
  })

  it('that may not grow is tried again, and whole again then', async () => {
    const path = join(directory(), 'events.ndjson')
    // A limit on file size stands in for a full disk: both fail in the middle of a write.
    const program = `
      import { openNdjson } from '${import.meta.dirname}/../../sinks/file/ndjson.ts'
      process.on('SIGXFSZ', () => {})
      const sink = openNdjson('${path}')
      await sink.resume(undefined)
      const line = Buffer.from('x'.repeat(999) + '\\n')
      const outcomes = []
      for (let event = 0; event < 12; event++) outcomes.push(await sink.send({ bytes: line }, 0))
      await sink.close()
      console.log(JSON.stringify(outcomes))
    `
    const limited = ['-c', 'ulimit -f 10; exec "$0" --input-type=module -e "$1"', process.execPath, program]
    const { stdout } = await promisify(execFile)('bash', limited)
    const outcomes = JSON.parse(stdout)
    expect(outcomes[9]).toEqual({ verdict: 'acknowledged', mark: expect.stringMatching(/^10000:/) })
    expect(outcomes[11]).toEqual({ verdict: 'halt', reason: 'it would be too large' })
    expect(readFileSync(path).length).toBe(10_000)
  })

  it.runIf(existsSync('/dev/full'))('on a full disk says so in one line', async () => {
    const sink = openNdjson('/dev/full')
    expect(await sink.send(parcelOf(linesOf('a')), 0)).toEqual({ verdict: 'halt', reason: 'the disk is full' })
    await sink.close()
  })

  it('may be a device, which has no marks', async () => {
    const sink = openNdjson('/dev/null')
    expect(await sink.send(parcelOf(linesOf('a')), 0)).toEqual({ verdict: 'acknowledged' })
    await sink.close()
  })
})

describe('standard output', { timeout: 30_000 }, () => {
  const COUNT = 2000
  const BATCHES = 20
  const program = (to: string) => `
    import { openNdjson } from '${import.meta.dirname}/../../sinks/file/ndjson.ts'
    const bytes = new Uint8Array(${COUNT} * 317)
    const line = Buffer.from('{"event_id":"' + 'x'.repeat(301) + '"}\\n')
    const sink = openNdjson('${to}')
    try {
      await sink.resume?.(undefined)
      for (let batch = 0; batch < ${BATCHES}; batch++) {
        bytes.set(Buffer.alloc(bytes.length, line))
        const { verdict } = await sink.send({ bytes }, 0)
        if (verdict !== 'acknowledged') throw new Error(verdict)
        bytes.fill(0)
      }
      await sink.close()
    } catch (error) {
      if (error.code !== 'EPIPE') throw error
    }
  `
  const shell = async (pipe: string, to = '-') => {
    const env = { ...process.env, NODE: process.execPath, PROGRAM: program(to) }
    const command = `set -o pipefail; "$NODE" --input-type=module -e "$PROGRAM" ${pipe}`
    return promisify(execFile)('bash', ['-c', command], { env, maxBuffer: 1e8 })
  }

  it.each(['-', '/dev/stdout'])('arrives whole at a reader that is slow: %s', async (to) => {
    const { stdout, stderr } = await shell(`| (sleep 0.3; cat) | grep -c '^{"event_id":"x*"}$'`, to)
    expect(stderr).toBe('')
    expect(stdout).toBe(`${COUNT * BATCHES}\n`)
  })

  it.each(['-', '/dev/stdout'])('may be a file, and what is there before the lines stays: %s', async (to) => {
    const path = join(directory(), 'out')
    appendFileSync(path, 'before\n')
    await shell(`>> ${path}`, to)
    const lines = `{"event_id":"${'x'.repeat(301)}"}\n`.repeat(COUNT * BATCHES)
    expect(readFileSync(path, 'utf8') === `before\n${lines}`).toBe(true)
  })

  it.each(['-', '/dev/stdout'])(
    'ends without a word and with exit 0 when its reader has seen enough: %s',
    async (to) => {
      const { stdout, stderr } = await shell('| head -n 1', to)
      expect(stdout).toMatch(/^{"event_id":"x{301}"}\n$/)
      expect(stderr).toBe('')
    },
  )
})

describe('a target', () => {
  it('opens what it names', async () => {
    const path = join(directory(), 'events.ndjson')
    const file = await openSink(path, { streams: 7, types: TYPES })
    expect([file.target, file.streams]).toEqual([path, 1])
    await file.close()
    const http = await openSink('http://localhost/in', { streams: 7, types: TYPES })
    expect([http.target, http.streams, http.eventByEvent]).toEqual(['http://localhost/in', 7, true])
    await http.close()
  })

  it.each(['localhost:4180/ingest', 'events.csv', ''])('refuses %j in one line', async (to) => {
    await expect(openSink(to, { streams: 1, types: TYPES })).rejects.toThrow(
      new TargetError({
        rule: 'not an http(s) URL, kinesis:NAME, a file that ends in .ndjson, .ndjson.zst or .parquet, or -',
        value: to,
      }),
    )
  })
})

// NDJSON in files and on standard output, with readers that are slow, gone or full.

import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSink, TargetError } from '../../sinks/index.ts'
import { openNdjson } from '../../sinks/ndjson.ts'
import { keysOf, linesOf } from './endpoint.ts'

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

describe('a file', () => {
  it('holds exactly the lines, after all that was there before is gone', async () => {
    const path = join(directory(), 'events.ndjson')
    writeFileSync(path, 'old\n'.repeat(10_000))
    const sink = openNdjson(path)
    const [first, second] = [linesOf(keysOf(2, 3)), linesOf(keysOf(3, 5))]
    await sink.deliver(first)
    await sink.deliver({ ...first, count: 0 })
    await sink.deliver(second)
    await sink.close()
    const [own, others] = [first, second].map(({ bytes }) => Buffer.from(bytes).toString().replace('unused room', ''))
    expect(readFileSync(path, 'utf8')).toBe(`${own}${others}`)
  })

  it('that cannot be opened is named in one line with the reason', () => {
    const path = directory()
    expect(() => openNdjson(`${path}/none/x.ndjson`)).toThrow(
      `--to ${path}/none/x.ndjson: cannot be opened for writing: its directory does not exist`,
    )
    expect(() => openNdjson(path)).toThrow(`--to ${path}: cannot be opened for writing: it is a directory`)
  })

  it.runIf(existsSync('/dev/full'))('on a full disk fails in one line', async () => {
    const sink = openNdjson('/dev/full')
    await expect(sink.deliver(linesOf(['0.a']))).rejects.toThrow('--to /dev/full: cannot be written: the disk is full')
    await sink.close()
  })
})

describe('standard output', () => {
  const COUNT = 2000
  const BATCHES = 20
  const PROGRAM = `
    import { openNdjson } from '${import.meta.dirname}/../../sinks/ndjson.ts'
    const line = Buffer.from('{"event_id":"' + 'x'.repeat(300) + '"}\\n')
    const ends = Uint32Array.from({ length: ${COUNT} }, (_, index) => (index + 1) * line.length)
    const bytes = new Uint8Array(${COUNT} * line.length)
    const sink = openNdjson('-')
    try {
      for (let batch = 0; batch < ${BATCHES}; batch++) {
        bytes.set(Buffer.alloc(bytes.length, line))
        await sink.deliver({ bytes, count: ${COUNT}, ends, partitions: ends })
        bytes.fill(0)
      }
      await sink.close()
    } catch (error) {
      if (error.code !== 'EPIPE') throw error
    }
  `
  const shell = async (pipe: string) => {
    const program = { ...process.env, NODE: process.execPath, PROGRAM }
    const command = `set -o pipefail; "$NODE" --input-type=module -e "$PROGRAM" ${pipe}`
    return promisify(execFile)('bash', ['-c', command], { env: program, maxBuffer: 1e8 })
  }

  it('arrives whole at a reader that is slow', async () => {
    const { stdout, stderr } = await shell('| (sleep 0.3; cat) | md5sum')
    const { stdout: expected } = await shell('| cat | md5sum')
    expect(stderr).toBe('')
    expect(stdout).toBe(expected)
    const { stdout: count } = await shell(`| grep -c '^{"event_id":"x*"}$'`)
    expect(count).toBe(`${COUNT * BATCHES}\n`)
  })

  it('may be a file', async () => {
    const path = join(directory(), 'out')
    await shell(`> ${path}`)
    expect(readFileSync(path, 'utf8') === `{"event_id":"${'x'.repeat(300)}"}\n`.repeat(COUNT * BATCHES)).toBe(true)
  })

  it('ends without a word and with exit 0 when its reader has seen enough', async () => {
    const { stdout, stderr } = await shell('| head -n 1')
    expect(stdout).toMatch(/^{"event_id":"x{300}"}\n$/)
    expect(stderr).toBe('')
  })
})

describe('--to', () => {
  it('opens what it names', async () => {
    const path = join(directory(), 'events.ndjson')
    await (await openSink(path, { streams: 1 })).close()
    expect(readFileSync(path, 'utf8')).toBe('')
    await (await openSink('http://localhost/', { streams: 1 })).close()
  })

  it.each(['localhost:4180/ingest', 'events.csv', ''])('refuses %j in one line', async (to) => {
    await expect(openSink(to, { streams: 1 })).rejects.toThrow(
      new TargetError(`--to ${to}: not an http(s) URL, a file that ends in .ndjson, or -`),
    )
  })
})

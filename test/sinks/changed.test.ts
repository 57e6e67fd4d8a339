// Files that somebody cuts, removes or writes to while a run does: that is noticed at the next piece, and nothing is
// reported delivered that is not there.

import { execFile } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Sink } from '../../engine/index.ts'
import { openNdjson } from '../../sinks/file/ndjson.ts'
import { chunksOf } from '../../sinks/file/read.ts'
import { openZst } from '../../sinks/file/zst.ts'
import { parcelOf } from '../parcel.ts'
import { lineOf } from './endpoint.ts'

describe('a file that standard output or a device leads to', () => {
  it.each(['/dev/stdout', '/dev/fd/1'])('takes no more once it is cut: %s', async (to) => {
    const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'out')
    const program = `
      import { truncateSync, writeFileSync } from 'node:fs'
      import { openNdjson } from '${import.meta.dirname}/../../sinks/file/ndjson.ts'
      const said = []
      for (const to of ['-', '${to}']) {
        truncateSync('${path}')
        const sink = openNdjson(to)
        const send = async (text) => said.push((await sink.send({ bytes: Buffer.from(text) }, 0)).verdict)
        await send('a long first line\\n')
        await send('b\\n')
        truncateSync('${path}', 3)
        await send('c\\n')
        await send('d\\n')
        await sink.close()
        const another = openNdjson(to)
        await another.send({ bytes: Buffer.from('x\\n') }, 0)
        truncateSync('${path}')
        said.push(await another.close().catch((error) => error.code))
      }
      writeFileSync('${path}.said', JSON.stringify(said))
    `
    const words = ['-c', `"$0" --input-type=module -e "$1" >> ${path}`, process.execPath, program]
    await promisify(execFile)('bash', words)
    const said = ['acknowledged', 'acknowledged', 'halt', 'halt', 'FILE_CHANGED']
    expect(JSON.parse(readFileSync(`${path}.said`, 'utf8'))).toEqual([...said, ...said])
  })
})

const KINDS: [extension: string, open: (path: string) => Sink][] = [
  ['ndjson', openNdjson],
  ['ndjson.zst', openZst],
]

async function read(path: string): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of chunksOf(path)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe.each(KINDS)('a file ….%s that a run writes to', (extension, open) => {
  const begin = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, `events.${extension}`)
    const sink = open(path)
    await sink.resume?.(undefined)
    const send = (key: string) => sink.send(parcelOf(lineOf(key).bytes), 0)
    for (const key of ['a', 'b']) expect((await send(key)).verdict).toBe('acknowledged')
    const { mark } = (await send('c')) as { mark: string }
    return { path, sink, send, mark }
  }
  const changes: [what: string, change: (path: string) => void, reason: RegExp][] = [
    ['cut to nothing', (path) => truncateSync(path), /is 0 bytes long instead of \d+: it was changed/],
    ['cut by a byte', (path) => truncateSync(path, readFileSync(path).length - 1), /bytes long instead of \d+: it was/],
    ['written to', (path) => appendFileSync(path, 'x'), /bytes long instead of \d+: it was changed/],
    ['removed', (path) => unlinkSync(path), /it was removed or replaced/],
    ['moved away', (path) => renameSync(path, `${path}.1`), /it was removed or replaced/],
    [
      'replaced by its like',
      (path) => {
        const bytes = readFileSync(path)
        renameSync(path, `${path}.1`)
        writeFileSync(path, bytes)
      },
      /it was removed or replaced/,
    ],
    [
      'made a link to its like',
      (path) => {
        renameSync(path, `${path}.1`)
        writeFileSync(`${path}.2`, readFileSync(`${path}.1`))
        symlinkSync(`${path}.2`, path)
      },
      /it was removed or replaced/,
    ],
  ]
  it.each(changes)('and that is %s takes no more, and is left as it is', async (_, change, reason) => {
    const { path, sink, send } = await begin()
    change(path)
    const left = existsSync(path) ? readFileSync(path) : undefined
    for (const key of ['d', 'e']) {
      const outcome = await send(key)
      expect(outcome).toEqual({ verdict: 'halt', reason: expect.stringMatching(reason) })
      expect((outcome as { reason: string }).reason).toMatch(/while this run wrote to it$/)
    }
    await sink.close()
    expect(existsSync(path) ? readFileSync(path) : undefined).toEqual(left)
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  it.each(changes)('and that is %s after its last piece is not closed without a word', async (_, change, reason) => {
    const { path, sink } = await begin()
    change(path)
    await expect(sink.close()).rejects.toThrow(reason)
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  it('goes on from its mark once what was moved away is back', async () => {
    const { path, sink, send, mark } = await begin()
    renameSync(path, `${path}.1`)
    expect((await send('d')).verdict).toBe('halt')
    await sink.close()
    renameSync(`${path}.1`, path)
    const again = open(path)
    expect(await again.resume?.(mark)).toBeUndefined()
    expect((await again.send(parcelOf(lineOf('d').bytes), 0)).verdict).toBe('acknowledged')
    await again.close()
    expect(await read(path)).toBe(['a', 'b', 'c', 'd'].map((key) => lineOf(key).bytes).join(''))
  })

  it.each([
    ['removed', (path: string) => unlinkSync(path)],
    ['emptied', (path: string) => truncateSync(path)],
  ])('and that was %s begins, the next time, with what follows the mark, and says so', async (_, change) => {
    const { path, sink, send, mark } = await begin()
    change(path)
    expect((await send('d')).verdict).toBe('halt')
    await sink.close()
    const again = open(path)
    const length = Number.parseInt(mark, 10)
    expect(await again.resume?.(mark)).toBe(
      `${path}: removed or emptied since ${length} bytes were delivered to it; it begins with what follows them`,
    )
    const outcome = await again.send(parcelOf(lineOf('d').bytes), 0)
    await again.close()
    const third = open(path)
    expect(await third.resume?.((outcome as { mark: string }).mark)).toBeUndefined()
    await third.send(parcelOf(lineOf('e').bytes), 0)
    await third.close()
    expect(await read(path)).toBe(['d', 'e'].map((key) => lineOf(key).bytes).join(''))
  })
})

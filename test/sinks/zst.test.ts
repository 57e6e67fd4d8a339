// NDJSON that is compressed as it grows: whole at every mark, whole again after a kill, and hardly larger than at once.

import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import seedrandom from 'seedrandom'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createWorld } from '../../model/index.ts'
import { openZst } from '../../sinks/file/zst.ts'
import { readZst } from '../../sinks/file/zstlog.ts'
import { openSink } from '../../sinks/index.ts'
import { parcelOf, TYPES } from '../parcel.ts'

const SEED = process.env.SEED ?? String(Math.floor(Math.random() * 1e9))

function file(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'events.ndjson.zst')
}

/** Pieces of a line to some megabytes, with the likeness to one another that events have. */
function piecesOf(count: number, random: () => number): Buffer[] {
  return Array.from({ length: count }, (_, piece) => {
    const lines = Math.ceil(10 ** (random() * (piece % 10 === 0 ? 4.5 : 2.5)))
    const line = () =>
      `{"event_id":"stu_${Math.floor(random() * 1e6)}.health","payload":{"health_score":${random()}}}\n`
    return Buffer.from(Array.from({ length: lines }, line).join(''))
  })
}

const lengthOf = (mark: string): number => Number.parseInt(mark, 10)

/** All frames of a file, the last of which may lack its last block. */
function read(path: string, mark: string): Buffer {
  const bytes = Buffer.concat([readFileSync(path).subarray(0, lengthOf(mark)), Buffer.of(1, 0, 0)])
  const frames: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const { buffer, engine } = zstdDecompressSync(bytes.subarray(from), { info: true }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    frames.push(buffer)
    from += engine.bytesWritten
  }
  return Buffer.concat(frames)
}

async function send(sink: ReturnType<typeof openZst>, lines: Uint8Array): Promise<string> {
  const outcome = await sink.send(parcelOf(lines), 0)
  expect(outcome.verdict).toBe('acknowledged')
  return (outcome as { mark: string }).mark
}

const NUMBERS = '0123456789'.repeat(30_000)
/** Whole frames of all kinds: small, of many blocks, of one byte over and over, with a checksum, one to be skipped. */
const FRAMES = [
  zstdCompressSync('a line\n'),
  zstdCompressSync(NUMBERS),
  zstdCompressSync(Buffer.alloc(300_000, 'a')),
  zstdCompressSync('a line with a checksum\n', { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]),
  zstdCompressSync('the last line\n'),
]

async function textIn(path: string): Promise<string> {
  let text = ''
  for await (const chunk of readZst(path)) text += chunk
  return text
}

describe('a compressed file', { timeout: 30_000 }, () => {
  it(`is readable up to each mark once it is acknowledged (SEED=${SEED})`, async () => {
    const path = file()
    const sink = await openSink(path, { streams: 9, types: TYPES })
    expect([sink.target, sink.streams, sink.eventByEvent]).toEqual([path, 1, false])
    await sink.resume?.(undefined)
    let sent = Buffer.alloc(0)
    for (const piece of piecesOf(30, seedrandom(SEED))) {
      const mark = await send(sink, piece)
      sent = Buffer.concat([sent, piece])
      expect(read(path, mark).equals(sent)).toBe(true)
    }
    await sink.close()
    expect(zstdDecompressSync(readFileSync(path)).equals(sent)).toBe(true)
  }, 60_000)

  it(`goes on from any mark, however often it is killed, without a line too many (SEED=${SEED})`, async () => {
    const path = file()
    const random = seedrandom(SEED)
    const pieces = piecesOf(60, random)
    const marks: string[] = []
    writeFileSync(path, zstdCompressSync('{"event_id":"of another run"}\n'))
    for (let done = 0; done < pieces.length; ) {
      const sink = openZst(path)
      await sink.resume?.(marks[done - 1])
      const until = Math.min(pieces.length, done + Math.ceil(random() * 12))
      for (; done < until; done++) marks[done] = await send(sink, pieces[done] as Buffer)
      if (done === pieces.length) break
      // Killed: without a last block or with one, with half a piece behind the mark, and with a cursor that is behind.
      if (random() < 0.5) await sink.close()
      else rmSync(`${path}.lock`)
      if (random() < 0.5) appendFileSync(path, Buffer.alloc(random() * 1000, 'x'))
      done -= Math.min(done, Math.floor(random() * 4))
    }
    expect(read(path, marks.at(-1) as string).equals(Buffer.concat(pieces))).toBe(true)
  }, 60_000)

  it('of small pieces is hardly larger than one of a single piece', async () => {
    const path = file()
    const sink = openZst(path)
    await sink.resume?.(undefined)
    const world = createWorld({ seed: 'zst', students: 1000, warmup: '0d', tick: '15m' })
    const ticks = Array.from({ length: 960 }, () => world.step().map((event) => `${JSON.stringify(event)}\n`))
    const pieces = ticks.filter(({ length }) => length > 0).map((lines) => Buffer.from(lines.join('')))
    for (const piece of pieces) await send(sink, piece)
    await sink.close()
    expect(readFileSync(path).length).toBeLessThan(1.2 * zstdCompressSync(Buffer.concat(pieces)).length)
  })

  it('is replaced by a run that it is new to, if it holds events, however that file ended', async () => {
    const path = file()
    const small = zstdCompressSync('{"event_id":"a"}\n')
    const large = zstdCompressSync(Buffer.concat(piecesOf(40, seedrandom(SEED))))
    const cut = large.subarray(0, large.length >> 1)
    for (const before of [
      small,
      large,
      cut,
      // Killed in the middle of the first piece.
      small.subarray(0, 2),
      small.subarray(0, 9),
      Buffer.concat([small, Buffer.from('xxx')]),
      Buffer.concat([large, small]),
    ]) {
      writeFileSync(path, before)
      const sink = openZst(path)
      expect(await sink.resume?.(undefined)).toBe(
        `${path}: replaces ${before.length} bytes of events that another run wrote`,
      )
      await sink.close()
      expect(readFileSync(path).length).toBe(0)
    }
    for (const before of [zstdCompressSync('{"mine":1}\n'), Buffer.from('notes'), Buffer.alloc(5)]) {
      writeFileSync(path, before)
      const sink = openZst(path)
      await expect(sink.resume?.(undefined)).rejects.toThrow(`to ${path}: it is there already and holds no events`)
      await sink.close()
      expect(readFileSync(path).equals(before)).toBe(true)
    }
  })

  it('of several frames is read to its end, and one that is cut short anywhere is told', async () => {
    const path = file()
    const bytes = Buffer.concat(FRAMES)
    writeFileSync(path, bytes)
    expect(await textIn(path)).toBe(`a line\n${NUMBERS}${'a'.repeat(300_000)}a line with a checksum\nthe last line\n`)
    const ends = new Set(FRAMES.map((_, place) => Buffer.concat(FRAMES.slice(0, place)).length))
    for (let length = bytes.length - 1; length > 0; length--) {
      if (ends.has(length)) continue
      truncateSync(path, length)
      await expect(textIn(path), `${length} bytes`).rejects.toThrow()
    }
  })

  it('that is shorter than its mark, or cannot be opened, is named in one line', async () => {
    const path = file()
    const sink = openZst(path)
    await sink.resume?.(undefined)
    const mark = await send(sink, Buffer.from('{}\n'))
    await sink.close()
    truncateSync(path, lengthOf(mark) - 1)
    const again = openZst(path)
    await expect(again.resume?.(mark)).rejects.toThrow(
      `to ${path}: ${lengthOf(mark) - 1} bytes long, but ${lengthOf(mark)} were delivered to it: it was cut or replaced since`,
    )
    await again.close()
    writeFileSync(path, zstdCompressSync(`${'{"event_id":"of another world"}\n'.repeat(9)}`))
    const other = openZst(path)
    await expect(other.resume?.('31:0000000000000000')).rejects.toThrow(`to ${path}: something else was written to it`)
    await other.close()
    expect(() => openZst('/nowhere/x.ndjson.zst')).toThrow(
      'to /nowhere/x.ndjson.zst: cannot be opened for writing: its directory does not exist',
    )
  })
})

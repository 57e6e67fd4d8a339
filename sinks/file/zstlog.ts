// An NDJSON file compressed with zstd as it grows: a run is one frame, and each `append` ends a block of it.
//
//     frame of an earlier run ▏ header │ block … of append 1 │ block … of append 2 │ … │ last block (empty)
//                                                            ▲ the mark: cut here, the frame only lacks its last block
//
// So small pieces are compressed with what was before them in view, as if they were one, and yet each is readable once
// it is there. A killed run leaves its frame without the last block; readers get all of it and then complain. Whoever
// goes on from a mark writes the missing block first. Frames one after the other are one stream by zstd's own format.

import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { pipeline } from 'node:stream'
import { constants, createZstdCompress, createZstdDecompress, type ZstdCompress, zstdDecompressSync } from 'node:zlib'
import { Appender } from './appender.ts'
import { isStream } from './ndjson.ts'

/** What zstd itself writes where it has nothing left to say: a last block, raw, of 0 bytes. */
const LAST_BLOCK = Uint8Array.of(1, 0, 0)

/** A block is at most 128 KiB, compressed or not. */
const FIRST_BLOCK_BYTES = (128 << 10) + 32

/**
 * Of what is compressed or decompressed at once: whenever so much has come out, another thread waits for this one, which may be
 * busy for long.
 */
const CHUNK_BYTES = 1 << 20

/** Level 1 takes half the time of the default, and makes events smaller by a fifteenth. */
const OPTIONS = { chunkSize: CHUNK_BYTES, params: { [constants.ZSTD_c_compressionLevel]: 1 } }

export class ZstLog {
  readonly #file: Appender
  #frame: Frame | undefined
  /** The file's last frame lacks its last block. */
  #isOpen = false

  /**
   * Opens a file, or makes it; what it holds stays.
   *
   * @throws FileError where that cannot be
   */
  constructor(path: string) {
    this.#file = new Appender(path)
  }

  /** In bytes, up to the last piece. */
  get length(): number {
    return this.#file.length
  }

  /** What is right before the end, for a mark. */
  get tail(): Uint8Array {
    return this.#file.tail
  }

  /**
   * Begins anew.
   *
   * @returns in one line what was replaced, if anything was
   * @throws FileError where the file holds no events
   */
  begin(): string | undefined {
    return this.#file.begin(isCompressedStream, FIRST_BLOCK_BYTES)
  }

  /**
   * Goes on from a mark. Where the file was removed since, or emptied, what follows the mark goes into a new one.
   *
   * @returns in one line that it did so
   * @throws FileError where the file is shorter, or another one
   */
  goOn(mark: string): string | undefined {
    const note = this.#file.goOn(mark)
    this.#drop()
    this.#isOpen = this.#file.length > 0
    return note
  }

  /**
   * Goes on from a length that it had; 0 for the beginning.
   *
   * @throws FileError where the file is shorter, or another one
   */
  cutTo(length: number, digest?: string): void {
    this.#file.cutTo(length, digest)
    this.#drop()
    this.#isOpen = length > 0
  }

  /**
   * @param lines valid until the promise settles
   * @throws FileError; the lines are then not part of the file, and can be appended again
   */
  async append(lines: Uint8Array): Promise<void> {
    const pieces = this.#frame || !this.#isOpen ? [] : [LAST_BLOCK]
    this.#frame ??= new Frame()
    try {
      this.#file.append(Buffer.concat([...pieces, ...(await this.#frame.compress(lines))]))
      this.#isOpen = true
    } catch (error) {
      // The compressor refers to what is not in the file now: another frame begins.
      this.#drop()
      throw error
    }
  }

  /** Lets go of the file as it is. */
  abandon(): void {
    this.#drop()
    this.#file.close()
  }

  /**
   * Completes the file.
   *
   * @throws FileError where that cannot be; it can be tried again
   */
  close(): void {
    this.#drop()
    try {
      if (this.#isOpen && !this.#file.isLost) this.#file.append(LAST_BLOCK)
    } catch (error) {
      if (this.#file.isLost) this.#file.close()
      throw error
    }
    this.#isOpen = false
    this.#file.close()
  }

  #drop(): void {
    this.#frame?.close()
    this.#frame = undefined
  }
}

/** A compressor whose output can be had piece by piece. */
class Frame {
  readonly #stream: ZstdCompress = createZstdCompress(OPTIONS)
  #pieces: Buffer[] = []
  #failure: Error | undefined

  constructor() {
    this.#stream.on('data', (piece: Buffer) => this.#pieces.push(piece))
    this.#stream.on('error', (error) => {
      this.#failure = error
    })
  }

  /** Compresses on another thread, as far as a reader can follow. */
  async compress(lines: Uint8Array): Promise<Buffer[]> {
    this.#stream.write(lines)
    await new Promise<void>((resolve) => this.#stream.flush(constants.ZSTD_e_flush, resolve))
    // What the flush itself has brought may still be on its way to the listener.
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#failure) throw this.#failure
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }

  close(): void {
    this.#stream.destroy()
  }
}

const MAGIC = Buffer.of(0x28, 0xb5, 0x2f, 0xfd)

/** Whether the first block is one of events, or was never finished: a run can be killed in the middle of it. */
function isCompressedStream(start: Uint8Array): boolean {
  if (!MAGIC.subarray(0, start.length).equals(start.subarray(0, MAGIC.length))) return false
  if (firstBlockEnd(start) > start.length) return true
  const block = firstBlockOf(start)
  return block !== undefined && isStream(block)
}

/** What the first block of a file holds; nothing where it is none of zstd's, or there is less of it. */
function firstBlockOf(start: Uint8Array): Buffer | undefined {
  try {
    return zstdDecompressSync(start.subarray(0, firstBlockEnd(start)), { finishFlush: constants.ZSTD_e_flush })
  } catch {
    return undefined
  }
}

/** Where the first block ends. */
function firstBlockEnd(bytes: Uint8Array): number {
  const header = frameHeaderBytes(bytes)
  return header + blockAt(bytes.subarray(header)).bytes
}

// zstd's format, RFC 8878, 3.1.1: magic number, frame header, blocks, checksum.

const FRAME_HEADER_BYTES_MAX = 18
/** A frame that readers skip has one of 16 magic numbers, and says how long it is. */
const SKIPPED_MAGIC = 0x184d2a50
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_FLAG = 4

function frameHeaderBytes([, , , , descriptor = 0]: Iterable<number>): number {
  const isSingleSegment = (descriptor >> 5) & 1
  const contentSize = [isSingleSegment, 2, 4, 8][descriptor >> 6] as number
  const dictionaryId = [0, 1, 2, 4][descriptor & 3] as number
  return 5 + (1 - isSingleSegment) + dictionaryId + contentSize
}

/** A block by its header. */
function blockAt([low = 0, middle = 0, high = 0]: Iterable<number>): { bytes: number; isLast: boolean } {
  const header = low | (middle << 8) | (high << 16)
  const isRepeated = ((header >> 1) & 3) === 1
  return { bytes: BLOCK_HEADER_BYTES + (isRepeated ? 1 : header >> 3), isLast: (header & 1) === 1 }
}

/** Whether a file of frames ends with the end of one. */
function isWhole(path: string, size: number): boolean {
  const file = openSync(path, 'r')
  const bytes = new Uint8Array(8 * Math.ceil(FRAME_HEADER_BYTES_MAX / 8))
  const readAt = (position: number): Uint8Array => bytes.subarray(0, readSync(file, bytes, { position }))
  try {
    let at = 0
    while (at < size) {
      const frame = readAt(at)
      const [magic = 0, skippedBytes = 0] = new Uint32Array(bytes.buffer, 0, 2)
      if ((magic & ~0xf) === SKIPPED_MAGIC) {
        at += 8 + skippedBytes
        continue
      }
      const { 4: descriptor = 0 } = frame
      at += frameHeaderBytes(frame)
      for (let isLast = false; !isLast && at <= size; ) {
        const block = blockAt(readAt(at))
        at += block.bytes
        isLast = block.isLast
      }
      if (descriptor & CHECKSUM_FLAG) at += 4
    }
    return at === size
  } finally {
    closeSync(file)
  }
}

/**
 * What a complete file holds, a megabyte at a time. Node's decompressor ends with the first frame, so one for each.
 *
 * @throws Error where the file is not there, damaged or cut short
 */
export async function* readZst(path: string, onShare?: (share: number) => void): AsyncGenerator<Buffer> {
  const { size } = statSync(path)
  for (let start = 0; start < size; ) {
    const frame = createZstdDecompress({ chunkSize: CHUNK_BYTES })
    // Errors of either come out of the loop that reads.
    for await (const chunk of pipeline(createReadStream(path, { start }), frame, () => undefined)) {
      onShare?.(Math.min(1, (start + frame.bytesWritten) / size))
      yield chunk
    }
    start += frame.bytesWritten
  }
  // On Node 22 the decompressor takes a frame without an end for a whole one.
  if (!isWhole(path, size)) throw new Error('it is cut short')
}

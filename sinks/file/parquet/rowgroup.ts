// A row group: a page of values for each column, and a dictionary before it where there is one, compressed with zstd.

import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import type { Bytes } from './bytes.ts'
import type { Chunk, Page } from './column.ts'
import { Encoding } from './encodings.ts'
import type { SchemaElement } from './schema.ts'
import { BINARY, I32, STRUCT, structBytes, writeBytes, writeStruct } from './thrift.ts'

const ZSTD = 6
const DATA_PAGE = 0
const DICTIONARY_PAGE = 2

/** Faster than the default by half, and hardly larger: the encodings have left little to find. */
const OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const compress = promisify(zstdCompress)

/** A column of a row group as it lies in the file. */
interface WrittenChunk {
  elements: readonly SchemaElement[]
  chunk: Chunk
  /** Headers and pages. */
  bytes: Uint8Array[]
  /** Of all pages, with their headers; and before they were compressed. */
  length: number
  rawLength: number
  /** Of the dictionary, which comes first; 0 where there is none. */
  dictionaryLength: number
}

export interface RowGroup {
  rows: number
  length: number
  columns: WrittenChunk[]
}

/** Compresses the columns of a row group, on other threads. */
export async function rowGroupOf(
  rows: number,
  columns: readonly { elements: readonly SchemaElement[]; chunk: Chunk }[],
): Promise<RowGroup> {
  const written = await Promise.all(columns.map(({ elements, chunk }) => writtenChunk(elements, chunk)))
  return { rows, length: written.reduce((sum, { length }) => sum + length, 0), columns: written }
}

async function writtenChunk(elements: readonly SchemaElement[], chunk: Chunk): Promise<WrittenChunk> {
  const pages = await Promise.all(
    chunk.pages.map(async (page) => {
      const compressed = await compress(page.bytes, OPTIONS)
      const header = headerOf(page, compressed.length)
      const rawLength = header.length + page.bytes.length
      return {
        isDictionary: page.isDictionary,
        header,
        compressed,
        length: header.length + compressed.length,
        rawLength,
      }
    }),
  )
  // Of a page nothing more is needed but what it says of itself.
  for (const page of chunk.pages) page.bytes = new Uint8Array(0)
  return {
    elements,
    chunk,
    bytes: pages.flatMap(({ header, compressed }) => [header, compressed]),
    length: pages.reduce((sum, { length }) => sum + length, 0),
    rawLength: pages.reduce((sum, page) => sum + page.rawLength, 0),
    dictionaryLength: pages.reduce((sum, { isDictionary, length }) => sum + (isDictionary ? length : 0), 0),
  }
}

function headerOf({ isDictionary, encoding, values, bytes }: Page, compressedLength: number): Uint8Array {
  return structBytes((header) => {
    header.int32(1, isDictionary ? DICTIONARY_PAGE : DATA_PAGE)
    header.int32(2, bytes.length)
    header.int32(3, compressedLength)
    if (isDictionary) header.struct(7, (dictionary) => dictionary.int32(1, values).int32(2, encoding))
    else
      header.struct(5, (data) => data.int32(1, values).int32(2, encoding).int32(3, Encoding.rle).int32(4, Encoding.rle))
  })
}

/** What the end of the file says of it. @param start where it begins in the file */
export function writeRowGroup(out: Bytes, { rows, length, columns }: RowGroup, start: number): void {
  const starts: number[] = []
  let at = start
  for (const column of columns) {
    starts.push(at)
    at += column.length
  }
  writeStruct(out, (group) => {
    group.list(1, STRUCT, [...columns.entries()], (list, [place, column]) =>
      writeChunk(list, column, starts[place] as number),
    )
    group.int64(
      2,
      columns.reduce((sum, { rawLength }) => sum + rawLength, 0),
    )
    group.int64(3, rows)
    group.int64(5, start)
    group.int64(6, length)
  })
}

function writeChunk(
  out: Bytes,
  { elements, chunk, length, rawLength, dictionaryLength }: WrittenChunk,
  start: number,
): void {
  const data = chunk.pages.at(-1) as Page
  const encodings = [...new Set([...chunk.pages.map(({ encoding }) => encoding), Encoding.rle])]
  writeStruct(out, (column) => {
    column.int64(2, start)
    column.struct(3, (about) => {
      about.int32(1, elements.at(-1)?.type as number)
      about.list(2, I32, encodings, (list, encoding) => list.zigzag(encoding))
      about.list(3, BINARY, elements, (list, { name }) => writeBytes(list, Buffer.from(name)))
      about.int32(4, ZSTD)
      about.int64(5, data.values)
      about.int64(6, rawLength)
      about.int64(7, length)
      about.int64(9, start + dictionaryLength)
      if (dictionaryLength > 0) about.int64(11, start)
      about.struct(12, (statistics) => {
        statistics.int64(3, chunk.nulls)
        if (chunk.most) statistics.bytes(5, chunk.most)
        if (chunk.least) statistics.bytes(6, chunk.least)
      })
    })
  })
}

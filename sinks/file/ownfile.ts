// Which files in the folder of a Parquet target are its own: a name says what a file would be, and what it holds says whose
// it is. A table names its world among its metadata, a journal in its first line, a table that is not complete by its name.

import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { MAGIC } from './parquet/table.ts'
import { journalOf } from './rowjournal.ts'

/** Of a table's metadata: whose it is. */
export const WORLD_KEY = 'tutorsim.world'
/** … and how far the stream was when it was complete, as a mark has it. */
export const THROUGH_KEY = 'tutorsim.through'

/** Stands for the id of a world that has none. */
export const SOME_WORLD = 'some-world'
const FOOTER_LENGTH_BYTES = 4
/** Of a string, in Thrift's compact protocol, when it is the next field. */
const STRING_FIELD = 0x18
const SEGMENT_DIGITS = 3

/** A file of a target, by its name. */
export interface OwnFile {
  path: string
  kind: 'table' | 'temporary' | 'journal'
  /** Of a table. */
  segment: number
}

export function tableOf(folder: string, type: string, segment: number): string {
  return join(folder, type, `${String(segment).padStart(SEGMENT_DIGITS, '0')}.parquet`)
}

/** The place of a table that is not complete yet: readers of whole folders pass over names that begin so. */
export function temporaryOf(table: string, worldId: string): string {
  return join(dirname(table), `_${basename(table)}.${worldId}.tmp`)
}

/** The files that have names of a target's own, whosever they are. @param types names of types of events */
export function ownFiles(folder: string, types: readonly string[], worldId: string): OwnFile[] {
  const found: OwnFile[] = []
  const journal = journalOf(folder)
  if (existsSync(journal)) found.push({ path: journal, kind: 'journal', segment: 0 })
  for (const type of types) {
    if (!statSync(join(folder, type), { throwIfNoEntry: false })?.isDirectory()) continue
    for (const name of readdirSync(join(folder, type)).sort()) {
      const [, segment, rest] = /^_?(\d{3,})\.parquet(\..*)?$/.exec(name) ?? []
      if (segment === undefined) continue
      const path = join(folder, type, name)
      const table = tableOf(folder, type, Number(segment))
      if (path === table) found.push({ path, kind: 'table', segment: Number(segment) })
      else if (rest && path === temporaryOf(table, worldId))
        found.push({ path, kind: 'temporary', segment: Number(segment) })
    }
  }
  return found
}

/** What a table says of itself; nothing where it is none of this kind. */
export function metadataOf(path: string): { world: string; through: string } | undefined {
  if (!statSync(path).isFile()) return undefined
  const file = openSync(path, 'r')
  try {
    const trailer = readAtEnd(file, FOOTER_LENGTH_BYTES + MAGIC.length)
    if (!trailer.subarray(FOOTER_LENGTH_BYTES).equals(MAGIC)) return undefined
    const footer = readAtEnd(file, trailer.readUInt32LE() + trailer.length)
    const [world, through] = [WORLD_KEY, THROUGH_KEY].map((key) => valueIn(footer, key))
    return world === undefined || through === undefined ? undefined : { world, through }
  } finally {
    closeSync(file)
  }
}

/** The value that stands behind a key, each as a string of fewer than 128 bytes. */
function valueIn(footer: Buffer, key: string): string | undefined {
  const field = Buffer.concat([Buffer.of(STRING_FIELD, key.length), Buffer.from(key), Buffer.of(STRING_FIELD)])
  const at = footer.indexOf(field)
  if (at < 0) return undefined
  const start = at + field.length + 1
  return footer.toString('utf8', start, start + (footer[start - 1] ?? 0))
}

function readAtEnd(file: number, length: number): Buffer {
  const { size } = fstatSync(file)
  const bytes = Buffer.alloc(Math.min(size, length))
  readSync(file, bytes, { position: size - bytes.length })
  return bytes
}

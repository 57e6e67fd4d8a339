// Which files beside a Parquet target are its own: a name says what a file would be, and what it holds says whose it is. A
// table names its world among its metadata, a journal in its first line, a table that is not complete by its name.

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { EventType } from '../../engine/index.ts'
import { firstBlockOf } from './zstlog.ts'

/** What a file is to a target, by its name. */
export interface OwnFile {
  segment: number
  kind: 'table' | 'journal' | 'temporary'
}

/** Of a table's metadata. */
export const WORLD_KEY = 'tutorsim.world'
/** How a journal's first line begins. */
export const JOURNAL_OPENING = '{"journal_of":'

/** Stands for the id of a world that has none. */
export const SOME_WORLD = 'some-world'
const TABLE_MAGIC = Buffer.from('PAR1')
const FOOTER_LENGTH_BYTES = 4
/** Compressed. */
const JOURNAL_START_BYTES_MAX = 256
/** Of a string, in Thrift's compact protocol, when it is the next field. */
const STRING_FIELD = 0x18

export function journalStart(worldId: string): Buffer {
  return Buffer.from(`${JOURNAL_OPENING}${JSON.stringify(worldId)}}\n`)
}

/** The name of a table that is not complete yet. */
export function temporaryOf(table: string, worldId: string): string {
  return `${table}.${worldId}.tmp`
}

/**
 * What a file is to the target of a name; nothing for one that has not the name of one of its own.
 *
 * @param file its name
 * @param name of the target, without `.parquet`
 */
export function ownFile(file: string, name: string, types: readonly EventType[], worldId: string): OwnFile | undefined {
  if (!file.startsWith(`${name}.`)) return undefined
  const rest = file.slice(name.length)
  const journal = /^\.parquet\.(\d+)\.ndjson\.zst$/.exec(rest)
  if (journal) return { segment: Number(journal[1]), kind: 'journal' }
  const [, type, segment = '0', temporary] = /^\.([a-z_]+)(?:\.(\d+))?\.parquet(\..+\.tmp)?$/.exec(rest) ?? []
  if (!types.some((each) => each.name === type)) return undefined
  if (temporary === undefined) return { segment: Number(segment), kind: 'table' }
  return temporary === temporaryOf('', worldId) ? { segment: Number(segment), kind: 'temporary' } : undefined
}

/** Whether the world has written a table or a journal. */
export function isWrittenBy(worldId: string, path: string, kind: OwnFile['kind']): boolean {
  if (kind === 'temporary') return true
  if (!statSync(path).isFile()) return false
  const descriptor = openSync(path, 'r')
  try {
    return kind === 'table' ? isTableOf(worldId, descriptor) : isJournalOf(worldId, descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** By the metadata at its end: the very bytes that key and value are there. */
function isTableOf(worldId: string, descriptor: number): boolean {
  const trailer = readAtEnd(descriptor, FOOTER_LENGTH_BYTES + TABLE_MAGIC.length)
  if (!trailer.subarray(FOOTER_LENGTH_BYTES).equals(TABLE_MAGIC)) return false
  const footer = readAtEnd(descriptor, trailer.readUInt32LE() + trailer.length)
  return footer.includes(Buffer.concat([stringField(WORLD_KEY), stringField(worldId)]))
}

function stringField(text: string): Buffer {
  return Buffer.concat([Buffer.of(STRING_FIELD, text.length), Buffer.from(text)])
}

function readAtEnd(descriptor: number, length: number): Buffer {
  const { size } = fstatSync(descriptor)
  const bytes = Buffer.alloc(Math.min(size, length))
  readSync(descriptor, bytes, { position: size - bytes.length })
  return bytes
}

/** By its first line, which is a block of its own. One that is empty is anybody's. */
function isJournalOf(worldId: string, descriptor: number): boolean {
  const bytes = Buffer.alloc(JOURNAL_START_BYTES_MAX)
  const length = readSync(descriptor, bytes)
  return length === 0 || firstBlockOf(bytes.subarray(0, length))?.equals(journalStart(worldId)) === true
}

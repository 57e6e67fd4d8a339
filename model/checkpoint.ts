// A world as one file of bytes, to go on from elsewhere.

import { areEqual, CodecError, OptionError, sha256 } from '../engine/index.ts'
import { MODEL_VERSION } from './model.ts'
import { type Settings, settingsOfBorn } from './state/settings.ts'

//     "TSWC" | length u32 and settings, instant and model version as JSON | for each region: length u32 and state | SHA-256

const MAGIC = 0x43575354
const DIGEST_BYTES = 32

export function writeCheckpoint(settings: Settings, now: number, states: readonly Uint8Array[]): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify({ ...settings, now, modelVersion: MODEL_VERSION }))
  const parts = [header, ...states]
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + 4 + length, 4 + DIGEST_BYTES))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  let at = 4
  for (const part of parts) {
    view.setUint32(at, part.length, true)
    bytes.set(part, at + 4)
    at += 4 + part.length
  }
  bytes.set(sha256(bytes.subarray(0, at)), at)
  return bytes
}

/** @throws CodecError @throws OptionError, SettingsError */
export function readCheckpoint(bytes: Uint8Array): {
  settings: Settings
  now: number
  modelVersion: number
  states: Uint8Array[]
} {
  if (!ArrayBuffer.isView(bytes))
    throw new OptionError({ option: 'checkpoint', rule: 'the bytes that checkpoint() of a world gave', value: bytes })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length - DIGEST_BYTES
  if (end < 4 || view.getUint32(0, true) !== MAGIC) throw new CodecError('not a checkpoint of a world')
  if (!areEqual(sha256(bytes.subarray(0, end)), bytes.subarray(end)))
    throw new CodecError('checkpoint is damaged: its digest differs')
  const parts: Uint8Array[] = []
  for (let at = 4; at < end; ) {
    const length = view.getUint32(at, true)
    parts.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  const [header, ...states] = parts
  // Version 1 did not say so.
  const { now, modelVersion = 1, ...settings } = JSON.parse(new TextDecoder().decode(header))
  // A newer version may have settings that this one does not know; which version it is then is what matters.
  return { settings: modelVersion > MODEL_VERSION ? settings : settingsOfBorn(settings), now, modelVersion, states }
}

// A mark of a file: how far it went, and a digest of what is right before that, by which another file that has come to
// stand under the same name is told from the one that was written.

import { hash } from 'node:crypto'

/** So much of what is before a mark is looked at: a few events, whose ids and times occur once in a world. */
export const TAIL_BYTES = 1024
const DIGEST_DIGITS = 16

/** @param tail up to TAIL_BYTES that are right before the position */
export function markOf(position: number, tail: Uint8Array): string {
  return `${position}:${tailDigest(tail)}`
}

export function tailDigest(tail: Uint8Array): string {
  return hash('sha256', tail).slice(0, DIGEST_DIGITS)
}

/** Older marks have no digest. */
export function readMark(mark: string): { position: number; digest: string | undefined } {
  const [position, digest] = mark.split(':')
  return { position: Number(position), digest }
}

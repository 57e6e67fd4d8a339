// What went wrong with a file, in words for people, and what that means for delivery.

import type { Outcome } from '../../engine/index.ts'

const REASONS: Record<string, string> = {
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'its directory does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EFBIG: 'it would be too large',
}
/** What may be otherwise in a moment. */
const PASSING = new Set(['ENOSPC', 'EDQUOT', 'EAGAIN', 'EINTR', 'EMFILE', 'ENFILE'])

/** An Error of one line that names the file and the reason, with the code of its cause. */
export function fileError(path: string, what: string, cause: unknown): Error {
  const { code = '', message } = cause as NodeJS.ErrnoException
  return Object.assign(new Error(`--to ${path}: ${what}: ${REASONS[code] ?? (code || message)}`, { cause }), { code })
}

/** A try at writing that failed, without which nothing was written. */
export function failedWrite(error: unknown): Outcome {
  const { code = '', message } = error as NodeJS.ErrnoException
  const reason = REASONS[code] ?? message
  return { verdict: PASSING.has(code) ? 'retry' : 'halt', reason }
}

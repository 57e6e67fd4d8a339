// What went wrong with a file, in words for people, and what that means for delivery.

import { type BrokenRule, type OperationalErrorOptions, OptionError, type Outcome } from '../../engine/index.ts'

export type FileErrorCode =
  | 'FILE_UNWRITABLE'
  /** It is there already and holds something else than events. */
  | 'FILE_FOREIGN'
  /** It is not as the run before left it. */
  | 'FILE_CHANGED'
  /** Another process writes to it. */
  | 'FILE_LOCKED'

export interface FileErrorOptions extends OperationalErrorOptions<FileErrorCode> {
  /** What the operating system called it, such as `ENOSPC`. */
  systemCode?: string | undefined
}

/** Events cannot go to the file that `to` names, as things are. */
export class FileError extends OptionError {
  override name = 'FileError'
  declare readonly code: FileErrorCode
  /** What the operating system called it, where it was the operating system that said no. */
  readonly systemCode: string | undefined

  /** @param broken its value is the path */
  constructor(broken: Omit<BrokenRule, 'option'>, { systemCode, ...options }: FileErrorOptions) {
    super({ option: 'to', ...broken }, options)
    this.systemCode = systemCode
  }
}

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

/** Says why something could not be done with a file. */
export function fileError(path: string, what: string, cause: unknown): FileError {
  const { code: systemCode, message } = cause as NodeJS.ErrnoException
  const rule = `${what}: ${REASONS[systemCode ?? ''] ?? systemCode ?? message}`
  return new FileError({ rule, value: path }, { code: 'FILE_UNWRITABLE', cause, systemCode })
}

/** A try at writing that failed, without which nothing was written. */
export function failedWrite(error: unknown): Outcome {
  const [code = '', what] =
    error instanceof FileError
      ? [error.systemCode, `${error.value}: ${error.rule}`]
      : [(error as NodeJS.ErrnoException).code, (error as Error).message]
  const reason = REASONS[code] ?? what
  return { verdict: PASSING.has(code) ? 'retry' : 'halt', reason }
}

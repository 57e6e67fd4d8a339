// The name of a file as a target: one for all ways to write it.

import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Where a path leads, symbolic links followed, whether or not there is a file yet. */
export function fileTarget(path: string): string {
  const absolute = resolve(path)
  return real(absolute) ?? linked(absolute) ?? join(real(dirname(absolute)) ?? dirname(absolute), basename(absolute))
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** Where a link leads whose file is not there. */
function linked(path: string): string | undefined {
  try {
    return fileTarget(resolve(dirname(path), readlinkSync(path)))
  } catch {
    return undefined
  }
}

// NDJSON to a file that is compressed as it grows. Its mark is its length, as with a plain file.

import { resolve } from 'node:path'
import type { Sink } from '../engine/index.ts'
import { failedWrite } from './fileerror.ts'
import { ZstLog } from './zstlog.ts'

/**
 * Opens a file, which keeps what it holds until `resume`.
 *
 * @throws Error of one line where it cannot be opened
 */
export function openZst(path: string): Sink {
  const log = new ZstLog(path)
  return {
    target: resolve(path),
    streams: 1,
    eventByEvent: false,
    resume: async (mark = 0) => log.cutTo(mark),
    send: async (lines) => {
      try {
        return { verdict: 'acknowledged', mark: await log.append(lines) }
      } catch (error) {
        return failedWrite(error)
      }
    },
    close: async () => log.close(),
  }
}

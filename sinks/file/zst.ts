// NDJSON to a file that is compressed as it grows. Its marks are those of a plain file.

import type { Sink } from '../../engine/index.ts'
import { failedWrite } from './fileerror.ts'
import { fileTarget } from './filename.ts'
import { markOf } from './mark.ts'
import { ZstLog } from './zstlog.ts'

/** The thread pool compresses so much while the next are made, and longer pieces while the next are simulated. */
const BATCH_BYTES = 4 << 20

/**
 * Opens a file, which keeps what it holds until `resume`.
 *
 * @throws FileError where it cannot be opened
 */
export function openZst(path: string): Sink {
  const log = new ZstLog(path)
  return {
    target: fileTarget(path),
    streams: 1,
    eventByEvent: false,
    batchBytes: BATCH_BYTES,
    resume: async (mark) => (mark === undefined ? log.begin() : log.goOn(mark)),
    send: async ({ bytes }) => {
      try {
        await log.append(bytes)
        return { verdict: 'acknowledged', mark: markOf(log.length, log.tail) }
      } catch (error) {
        return failedWrite(error)
      }
    },
    close: async () => log.close(),
  }
}

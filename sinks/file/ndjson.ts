// NDJSON to a file, to a device or to standard output.
//
// The mark of a file is its length, with a digest of its end: a run goes on from there, and what a killed one wrote behind
// it goes. A file that this world has not been delivered to before is written anew, if it holds events at all. Devices, pipes
// and standard output cannot take back what they were given; they have no marks.

import { closeSync, fstatSync, openSync, statSync, writeSync } from 'node:fs'
import { LINE_OPENING, type Outcome, type Sink } from '../../engine/index.ts'
import { Appender } from './appender.ts'
import { FileError, failedWrite, fileError } from './fileerror.ts'
import { fileTarget } from './filename.ts'
import { markOf } from './mark.ts'

const STDOUT = 1

/**
 * Opens a file or a device, or standard output for '-'. A file keeps what it holds until `resume`.
 *
 * @throws FileError where it cannot be opened
 */
export function openNdjson(path: string): Sink {
  if (path === '-') return fstatSync(STDOUT).isFile() ? deviceSink('-', STDOUT) : streamSink(process.stdout)
  if (isFileToBe(path)) return fileSink(fileTarget(path), new Appender(path))
  try {
    return deviceSink(path, openSync(path, 'a'))
  } catch (cause) {
    throw fileError(path, 'cannot be opened for writing', cause)
  }
}

/** What is under /dev counts as a device even where it leads to a file, as /dev/stdout can: the file is somebody else's. */
function isFileToBe(path: string): boolean {
  if (path.startsWith('/dev/')) return false
  const found = statSync(path, { throwIfNoEntry: false })
  return !found || found.isFile()
}

function fileSink(target: string, file: Appender): Sink {
  return {
    target,
    streams: 1,
    eventByEvent: false,
    resume: async (mark) => (mark === undefined ? file.begin(isStream, STREAM_START.length) : file.goOn(mark)),
    send: async ({ bytes }) => {
      try {
        const length = file.append(bytes)
        return { verdict: 'acknowledged', mark: markOf(length, file.tail) }
      } catch (error) {
        return failedWrite(error)
      }
    },
    close: async () => file.close(),
  }
}

const STREAM_START = Buffer.from(LINE_OPENING)

/** Whether a file's first bytes are those of a stream; there may be too few of them to tell it from another one. */
export function isStream(start: Uint8Array): boolean {
  return STREAM_START.subarray(0, start.length).equals(start.subarray(0, STREAM_START.length))
}

/** Whatever is written to at its own position. Half a write cannot be taken back, so it is never tried again. */
function deviceSink(target: string, descriptor: number): Sink {
  /** Of the file that it may lead to. Nobody but who cuts it makes that shorter; it has no name to be looked up by. */
  let length = 0
  let isCut = false
  const check = (): void => {
    const found = fstatSync(descriptor)
    // Some systems say of a pipe how much is in it.
    if (!found.isFile()) return
    isCut ||= found.size < length
    length = found.size
    if (isCut)
      throw new FileError({ rule: 'it was cut while this run wrote to it', value: target }, { code: 'FILE_CHANGED' })
  }
  return {
    target,
    streams: 1,
    eventByEvent: false,
    send: async ({ bytes }): Promise<Outcome> => {
      try {
        check()
        for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from)
        check()
        return { verdict: 'acknowledged' }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EPIPE') throw error
        return { ...failedWrite(error), verdict: 'halt' } as Outcome
      }
    },
    close: async () => {
      try {
        if (!isCut) check()
      } finally {
        if (descriptor !== STDOUT) closeSync(descriptor)
      }
    },
  }
}

/** A pipe, a socket or a terminal, which may be full or lose its reader: Node waits for the one and reports the other. */
function streamSink(stream: NodeJS.WriteStream): Sink {
  // Each write reports its own error; unheard, the event of the same name would end the process with a stack trace.
  stream.on('error', () => undefined)
  return {
    target: '-',
    streams: 1,
    eventByEvent: false,
    send: ({ bytes }) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => {
          if (!error) resolve({ verdict: 'acknowledged' })
          else if ((error as NodeJS.ErrnoException).code === 'EPIPE') reject(error)
          else resolve({ verdict: 'halt', reason: error.message })
        })
      }),
    close: () => Promise.resolve(),
  }
}

// NDJSON to a file or to standard output.

import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'
import type { Lines, Sink } from '../engine/index.ts'

const STDOUT = 1

/**
 * Opens a file for writing from its beginning, or standard output for '-'.
 *
 * @throws Error of one line where the file cannot be opened
 */
export function openNdjson(path: string): Sink {
  if (path !== '-') return fileSink(path, openFile(path))
  return fstatSync(STDOUT).isFile() ? fileSink('-', STDOUT) : streamSink(process.stdout)
}

function openFile(path: string): number {
  try {
    return openSync(path, 'w')
  } catch (cause) {
    throw fileError(path, 'cannot be opened for writing', cause)
  }
}

/** Writes each batch at once on this thread: for a file that is faster than handing it to another one. */
function fileSink(path: string, descriptor: number): Sink {
  const write = (bytes: Uint8Array) => {
    try {
      for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from)
    } catch (cause) {
      throw fileError(path, 'cannot be written', cause)
    }
  }
  return {
    deliver: async (lines) => write(written(lines)),
    close: async () => {
      if (descriptor !== STDOUT) closeSync(descriptor)
    },
  }
}

/** A pipe, a socket or a terminal, which may be full or lose its reader: Node waits for the one and reports the other. */
function streamSink(stream: NodeJS.WriteStream): Sink {
  // Each write reports its own error; unheard, the event of the same name would end the process with a stack trace.
  stream.on('error', () => undefined)
  return {
    deliver: (lines) =>
      new Promise((resolve, reject) => {
        stream.write(written(lines), (error) => (error ? reject(error) : resolve()))
      }),
    close: () => Promise.resolve(),
  }
}

/** The part of the caller's memory that holds lines. */
function written({ bytes, count, ends }: Lines): Uint8Array {
  return bytes.subarray(0, count === 0 ? 0 : ends[count - 1])
}

const REASONS: Record<string, string> = {
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'its directory does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

function fileError(path: string, what: string, cause: unknown): Error {
  const { code = '', message } = cause as NodeJS.ErrnoException
  return Object.assign(new Error(`--to ${path}: ${what}: ${REASONS[code] ?? (code || message)}`, { cause }), { code })
}

// The face of the sinks: opens a target by its name and loads no more than that needs.

import { type EventCatalogue, needing, OptionError, type Sink } from '../engine/index.ts'
import { fileTarget } from './file/filename.ts'
import type { HttpOptions } from './http/http.ts'
import { parseTarget, showable } from './http/url.ts'
import { TargetError } from './targeterror.ts'

export { Appender } from './file/appender.ts'
export { FileError } from './file/fileerror.ts'
export { chunksOf, eachLine, LineReader, unreadable } from './file/read.ts'
export { type ApiKey, type Header, headerOf } from './http/headers.ts'
export type { HttpOptions } from './http/http.ts'
export { realMachine } from './machine.ts'
export { TargetError } from './targeterror.ts'

const RULE = 'not an http(s) URL, kinesis:NAME, a file that ends in .ndjson, .ndjson.zst or .parquet, or -'

const A_STREAM = 'a Kinesis stream'
const KINESIS_PACKAGES = '@aws-sdk/client-kinesis @smithy/node-http-handler'

/** What all kinds of sink may be told; each takes what it knows. */
export interface SinkOptions extends Omit<HttpOptions, 'signer' | 'connections'> {
  /**
   * Signs each post by the Standard Webhooks scheme: its secret as text, base64 with `whsec_` before it or without; any other
   * text, or bytes, are the key themselves.
   */
  signKey?: string | Uint8Array | undefined
  /** What tables are made of, where the target is Parquet: a model's `events`. */
  events?: EventCatalogue | undefined
}

/** The target's name: the same for all ways to write one, and free of secrets. @throws TargetError */
export function targetName(to: string): string {
  if (/^https?:/i.test(to)) return parseTarget(to).shown
  return to === '-' || to.startsWith('kinesis:') || to.startsWith('/dev/') ? to : fileTarget(to)
}

/**
 * @param to `-`, a file `….ndjson`, `….ndjson.zst` or `….parquet`, something under /dev, `kinesis:NAME`, or an `https:`
 *   URL (`http:` to loopback)
 * @throws TargetError, FileError; OptionError of the map
 */
export async function openSink(to: string, options: SinkOptions): Promise<Sink> {
  if (/^https?:/i.test(to)) return openPosts(to, options)
  if (to.startsWith('kinesis:')) {
    const { openKinesis } = await needing(A_STREAM, KINESIS_PACKAGES, () => import('./kinesis/kinesis.ts'))
    return openKinesis(to, options)
  }
  if (to.endsWith('.ndjson.zst')) return (await import('./file/zst.ts')).openZst(to)
  if (to.endsWith('.parquet')) return openTables(to, options)
  if (to === '-' || to.endsWith('.ndjson') || to.startsWith('/dev/'))
    return (await import('./file/ndjson.ts')).openNdjson(to)
  throw new TargetError({ rule: RULE, value: showable(to) })
}

async function openTables(path: string, { events }: SinkOptions): Promise<Sink> {
  if (!events) throw new OptionError({ option: 'events', rule: "needed for Parquet, the model's catalogue of events" })
  const { openParquet } = await import('./file/parquet.ts')
  return openParquet(path, { events })
}

async function openPosts(url: string, { signKey, ...given }: SinkOptions): Promise<Sink> {
  const { openHttp } = await import('./http/http.ts')
  const signer = signKey === undefined ? undefined : (await import('./http/sign.ts')).signerWith(signKey)
  const { throughProxy } = await import('./http/proxy.ts')
  const options = { ...given, signer, connections: throughProxy(url, process.env) }
  const { map: text, format = 'plain', types } = options
  if (text === undefined) return openHttp(url, options)
  if (format !== 'plain') throw new OptionError({ option: 'map', rule: 'makes bodies of its own: the format is plain' })
  const { EventMap } = await import('./http/map.ts')
  const map = await EventMap.open({ text, types, inBatches: (options.batch ?? 1) > 1 })
  try {
    return openHttp(url, options, map)
  } catch (error) {
    map.close()
    throw error
  }
}

/** Everything that is on a stream of Kinesis. @param name of the stream @throws OperationalError where it cannot be read */
export async function readKinesis(name: string, onRecord: (text: string) => void): Promise<void> {
  const { readKinesis } = await needing(A_STREAM, KINESIS_PACKAGES, () => import('./kinesis/read.ts'))
  await readKinesis(name, onRecord)
}

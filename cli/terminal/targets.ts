// Opens the targets that `--to` names.

import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { OptionError, type Sink, type TickLog } from '../../engine/index.ts'
import { model } from '../../model/index.ts'
import { openSink, targetName } from '../../sinks/index.ts'

const STREAMS = 50

/** How events are posted. */
export interface Sending {
  format?: 'plain' | 'cloudevents' | undefined
  /** A field that the JSON of an acknowledgement has to have. */
  ack?: string | undefined
  /** File of a map. */
  map?: string | undefined
  apiKeyFile?: string | undefined
  signKeyFile?: string | undefined
}

/** Where events are delivered to, and how. */
export interface Targets extends Sending {
  /** As given with `--to`. */
  targets: readonly string[]
  world: string
  /** Delivery lanes; undefined: as many as the world has delivered to a target over, or 50. */
  streams: number | undefined
}

/** @param log of a world that is kept @throws OptionError */
export async function openSinks(
  { targets, world, streams, format, ack, map, ...files }: Targets,
  log?: TickLog,
): Promise<Sink[]> {
  const options = {
    ...{ format, ack, types: model.events.types, userAgent: 'tutorsim', worldUri: `/worlds/${world}` },
    map: textIn('map', map),
    apiKey: keyIn('api-key-file', files.apiKeyFile),
    signKey: keyIn('sign-key-file', files.signKeyFile),
  }
  const sinks: Sink[] = []
  try {
    for (const to of targets) {
      const known = streams ?? (await log?.readCursor(targetName(to)))?.streams
      sinks.push(await openSink(to, { ...options, streams: known ?? STREAMS }))
    }
    // With 50 posts under way at each collection, a larger young generation leaves less to be copied: a tenth less CPU.
    if (sinks.some(({ eventByEvent }) => eventByEvent)) setFlagsFromString('--semi-space-growth-factor=2')
  } catch (error) {
    await closeAll(sinks)
    throw error
  }
  return sinks
}

export async function closeAll(sinks: readonly Sink[]): Promise<void> {
  await Promise.all(sinks.map((sink) => sink.close()))
}

/** @throws OptionError */
function keyIn(option: string, file: string | undefined): string | undefined {
  const key = textIn(option, file)?.trim()
  if (key === '') throw new OptionError({ option, rule: 'it is empty', value: file })
  return key
}

/** @throws OptionError */
function textIn(option: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const rule = `cannot be read: ${(error as Error).message}`
    throw new OptionError({ option, rule, value: file }, { cause: error })
  }
}

// Opens the targets that `--to` names.

import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { OptionError, type Sink, type TickLog } from '../../engine/index.ts'
import { model } from '../../model/index.ts'
import { type Header, headerOf, openSink, targetName } from '../../sinks/index.ts'
import { KeyFile } from './apikey.ts'

const STREAMS = 50

/** How events are posted. */
export interface Sending {
  format?: 'plain' | 'cloudevents' | undefined
  /** Events of one stream in a post at the most. */
  batch?: number | undefined
  /** A field that the JSON of an acknowledgement has to have. */
  ack?: string | undefined
  /** File of a map. */
  map?: string | undefined
  /** `Name: value`, each; `${NAME}` in a value is a variable of the environment. */
  header?: string[] | string | undefined
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
  { targets, world, streams, format, batch, ack, header = [], map, apiKeyFile, signKeyFile }: Targets,
  log?: TickLog,
): Promise<Sink[]> {
  const options = {
    ...{
      format,
      batch,
      ack,
      types: model.events.types,
      events: model.events,
      userAgent: 'tutorsim',
      worldUri: `/worlds/${world}`,
    },
    map: map === undefined ? undefined : textIn('map', map),
    apiKey: apiKeyFile === undefined ? undefined : new KeyFile(() => keyIn('api-key-file', apiKeyFile)),
    signKey: signKeyFile === undefined ? undefined : keyIn('sign-key-file', signKeyFile),
    ...headersOf([header].flat(), process.env),
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

/**
 * Headers, and what in them came out of the environment: secrets that are in no command line.
 * @throws OptionError, which never holds a value
 */
function headersOf(
  texts: readonly string[],
  environment: NodeJS.ProcessEnv,
): { headers: readonly Header[]; secrets: readonly string[] } {
  const secrets: string[] = []
  const headers = texts.map((text) => {
    const [name, value] = headerOf(text)
    const filled = value.replaceAll(/\$\{([^}]*)\}?/g, (_, variable: string) => {
      const secret = /^[A-Za-z_]\w*$/.test(variable) ? environment[variable]?.trim() : undefined
      if (!secret)
        throw new OptionError({ option: 'header', rule: `\${${variable}} in ${name} is no variable that is set` })
      secrets.push(secret)
      return secret
    })
    return headerOf(`${name}: ${filled}`)
  })
  return { headers, secrets }
}

/** @throws OptionError */
function keyIn(option: string, file: string): string {
  const key = textIn(option, file).trim()
  if (key === '') throw new OptionError({ option, rule: 'it is empty', value: file })
  return key
}

/** @throws OptionError, which names the file only where it can be one: in its place may stand the key itself */
function textIn(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const rule = `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`
    const isPath = existsSync(file) || (/[\\/]/.test(file) && existsSync(dirname(file))) || option === 'map'
    throw new OptionError({ option, rule, value: isPath ? file : undefined }, { cause: error })
  }
}

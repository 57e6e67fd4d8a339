// Opens the targets of a run, and gives each a courier.

import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { Courier, OptionError, type Sink, type TickLog, type Timer } from '../engine/index.ts'
import { KeptEvents } from '../model/index.ts'
import { openSink } from '../sinks/index.ts'
import type { Plan } from './terminal/plan.ts'

/** What was delivered since the cursor was written is delivered again after a kill: a small write keeps that short. */
const CURSOR_MILLISECONDS = 100

/** Where a run delivers to, and how. */
export type Delivery = Pick<Plan, 'targets' | 'streams' | 'format' | 'apiKeyFile' | 'signKeyFile' | 'world'>

/** @throws OptionError */
export async function openSinks({ targets, streams, format, world, ...files }: Delivery): Promise<Sink[]> {
  const options = {
    ...{ streams, format, worldUri: `/worlds/${world}` },
    apiKey: keyIn('api-key-file', files.apiKeyFile),
    signKey: keyIn('sign-key-file', files.signKeyFile),
  }
  const sinks: Sink[] = []
  try {
    for (const to of targets) sinks.push(await openSink(to, options))
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

/** What a sink has to say about how it goes on. */
export function tell(note: string | undefined): void {
  if (note !== undefined) process.stderr.write(`--to ${note}\n`)
}

/** @param log where the cursors are kept; without it they are forgotten */
export function courierFor(sink: Sink, { giveUpMilliseconds, maxRate }: Plan, timer: Timer, log?: TickLog): Courier {
  const kept = new KeptEvents()
  return new Courier({
    sink,
    timer,
    random: Math.random,
    render: (events) => kept.load(events).batches(),
    giveUpMilliseconds,
    cursorMilliseconds: CURSOR_MILLISECONDS,
    ...(maxRate === undefined ? {} : { maxRate }),
    ...(log ? { log } : {}),
  })
}

/** @throws OptionError */
function keyIn(option: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    const key = readFileSync(file, 'utf8').trim()
    if (key === '') throw new Error('it is empty')
    return key
  } catch (error) {
    throw new OptionError(
      { option, rule: `cannot be read: ${(error as Error).message}`, value: file },
      { cause: error },
    )
  }
}

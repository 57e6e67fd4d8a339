// The scheduled run: brings the world to the tick that its scheduled time calls for, and delivers.
//
// Whatever goes wrong is one line in the log and one metric. It is not thrown: a run that failed is made up for by the
// next, and a retry would find what this one found.

import { type Environment, environmentFrom, lineOf, worldNameOf } from './environment.ts'
import { invocationFrom, type SimulatorEvent } from './invocation.ts'
import { failureLine, type RunReport, reportLine } from './report.ts'
import { ScheduledWorld } from './scheduled-world.ts'

export interface SimulatorContext {
  getRemainingTimeInMillis(): number
}

/** Worlds that are warm, by region; '' for the whole. */
const worlds = new Map<string, ScheduledWorld>()
let environment: Environment | undefined

export async function handler(
  event: SimulatorEvent,
  context: SimulatorContext,
): Promise<{ ok: boolean } & Partial<RunReport>> {
  let key: string | undefined
  try {
    environment ??= environmentFrom(process.env)
    const { scheduled, region } = invocationFrom(event, Date.now(), environment.aheadMaxMilliseconds)
    key = region
    const world = worlds.get(key) ?? (await ScheduledWorld.open(environment, region))
    worlds.set(key, world)
    const report = await world.run(scheduled, context.getRemainingTimeInMillis())
    say(reportLine(report, Date.now()))
    return { ok: report.problem === undefined, ...report }
  } catch (error) {
    if (key !== undefined) await forget(key)
    const problem = lineOf(error)
    say(
      failureLine(worldNameOf(environment?.world ?? (process.env.WORLD || 'default'), key ?? ''), problem, Date.now()),
    )
    return { ok: false, problem }
  }
}

/** What is warm may be half done: the next run begins from the log. */
async function forget(key: string): Promise<void> {
  const world = worlds.get(key)
  worlds.delete(key)
  await world?.close().catch(() => undefined)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

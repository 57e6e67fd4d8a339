// The scheduled run: brings the world to the tick that its scheduled time calls for, and delivers.
//
// Whatever goes wrong is one line in the log and one metric. It is not thrown: a run that failed is made up for by the
// next, and a retry would find what this one found.

import { REGIONS } from '../model/index.ts'
import { type Environment, EnvironmentError, environmentFrom, lineOf, worldNameOf } from './environment.ts'
import { failureLine, type RunReport, reportLine } from './report.ts'
import { ScheduledWorld } from './scheduled-world.ts'

/** Of EventBridge's event, or of a shard's task. */
export interface SimulatorEvent {
  /** ISO 8601: the time that the run was scheduled for. */
  time?: string
  /** One of the regions, which is then a world of its own. */
  region?: string
}

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
  let key = ''
  try {
    environment ??= environmentFrom(process.env)
    const { scheduled, region } = read(event)
    key = region
    const world = worlds.get(key) ?? (await ScheduledWorld.open(environment, region))
    worlds.set(key, world)
    const report = await world.run(scheduled, context.getRemainingTimeInMillis())
    say(reportLine(report, Date.now()))
    return { ok: report.problem === undefined, ...report }
  } catch (error) {
    // What is warm may be half done: the next run begins from the log.
    const world = worlds.get(key)
    worlds.delete(key)
    await world?.close().catch(() => undefined)
    const problem = lineOf(error)
    say(failureLine(worldNameOf(environment?.world ?? process.env.WORLD ?? 'default', key), problem, Date.now()))
    return { ok: false, problem }
  }
}

/** The region is '' where the event names none. */
function read({ time, region = '' }: SimulatorEvent): { scheduled: number; region: string } {
  const scheduled = time === undefined ? Date.now() : Date.parse(time)
  if (Number.isNaN(scheduled))
    throw new EnvironmentError({ option: 'time', rule: 'not an instant in ISO 8601', value: time })
  if (region !== '' && !(REGIONS as readonly string[]).includes(region))
    throw new EnvironmentError({ option: 'region', rule: `not one of ${REGIONS.join(', ')}`, value: region })
  return { scheduled, region }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

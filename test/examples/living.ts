// An example's world for tests: lived for so many days, in one thread or several, its events as they would be delivered.

import { ThreadedSimulation } from '../../engine/host/threads.ts'
import { DAY, LocalSimulation, type Model, TickEvents, type WorldSettings } from '../../engine/index.ts'

export interface Told {
  event_id: string
  caused_by: string | null
  event_type: string
  payload: { [field: string]: unknown; timestamp: string }
}

/** Lines of the first days of a world. @param spanMilliseconds how much is simulated at once */
export async function linesOf<Settings extends WorldSettings, Input>(
  model: Model<Settings, Input>,
  settings: Settings,
  days: number,
  { spanMilliseconds = DAY, workers = 1 } = {},
): Promise<string[]> {
  const simulation =
    workers === 1 ? new LocalSimulation(model) : new ThreadedSimulation(model, { workers, keepsChanges: false })
  const rendered = new TickEvents(model.events, model.shardSizes.length)
  const lines: string[] = []
  try {
    await simulation.bear(settings)
    await simulation.advance(settings.start)
    const end = settings.start + days * DAY
    for (let now = settings.start; now < end; ) {
      now = Math.min(end, now + spanMilliseconds)
      for (const { bytes } of rendered.view(await simulation.advance(now)).batches())
        lines.push(...Buffer.from(bytes).toString().split('\n').slice(0, -1))
    }
  } finally {
    await simulation.close()
  }
  return lines
}

export function parsed(lines: readonly string[]): Told[] {
  return lines.map((line) => JSON.parse(line))
}

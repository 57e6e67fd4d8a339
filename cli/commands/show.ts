// `tutorsim show`: one agent, session or call of a stored world: who they are, how they are, and what happened to them.

import {
  committedTicks,
  counted,
  formatInstant,
  type Head,
  LocalSimulation,
  OperationalError,
  OptionError,
  parseInstant,
  recover,
  TickEvents,
  type TickLog,
} from '../../engine/index.ts'
import {
  type Event,
  entityNamed,
  events as eventCatalogue,
  eventsIn,
  Marketplace,
  model,
  type Settings,
} from '../../model/index.ts'
import { personOf } from '../../model/people/index.ts'
import { named, withStore, worldIn } from '../terminal/store.ts'
import { UsageError } from '../terminal/usage.ts'

export interface ShowOptions {
  store: string
  world: string
  at?: string
  /** Latest events of the timeline to print. */
  last: number
  json?: boolean
}

type Subject = NonNullable<ReturnType<typeof entityNamed>>

/** @returns the exit code */
export function show(id: string, options: ShowOptions): Promise<number> {
  const subject = entityNamed(id)
  if (!subject) throw new UsageError(`${id}: not stu_…, tut_…, sess_… or call_…`)
  if (!(Number.isInteger(options.last) && options.last >= 0))
    throw new OptionError({ option: 'last', rule: 'a whole number from 0 on', value: options.last })
  return withStore(options.store, 'read', async (store) => {
    const { log, head } = await worldIn(store, options.world)
    const tick = tickOf(options.at, head)
    await named(options.world, async () => {
      const simulation = new LocalSimulation(model)
      await recover(log, simulation, head, tick)
      const world = new Marketplace(simulation.held)
      const { seed } = head.settings as Settings
      const { agentId } = subject
      const state = subject.kind === 'tutor' ? world.tutor(agentId) : world.student(agentId)
      if (!state)
        throw new OperationalError(`${id}: not in world ${options.world} at tick ${tick}`, { code: 'NOT_FOUND' })
      const timeline = await timelineOf(log, head, tick, subject)
      const isAgent = subject.kind === 'student' || subject.kind === 'tutor'
      const events = isAgent ? timeline : timeline.filter((event) => belongsTo(event, id))
      if (!isAgent && events.length === 0)
        throw new OperationalError(`${id}: not in the log of world ${options.world} up to tick ${tick}`, {
          code: 'NOT_FOUND',
        })
      const shown = { id, world: options.world, tick, now: formatInstant(world.now), ...personOf(seed, agentId), state }
      if (options.json) process.stdout.write(`${JSON.stringify({ ...shown, timeline: events })}\n`)
      else print(shown, events, options.last)
    })
    return 0
  })
}

/** The tick whose state is asked for. @param at a tick, or an instant: the tick that it lies in */
function tickOf(at: string | undefined, head: Head): number {
  if (at === undefined) return head.tick
  const { start, tickMilliseconds } = head.settings as Settings
  const instant = /^-?\d{1,10}$/.test(at) ? start + Number(at) * tickMilliseconds : parseInstant(at)
  if (instant === undefined)
    throw new OptionError({ option: 'at', rule: 'a tick, or an instant such as 2026-01-05T12:00:00Z', value: at })
  const tick = Math.floor((instant - start) / tickMilliseconds)
  if (tick > head.tick || tick < 0)
    throw new OptionError({ option: 'at', rule: `the world has ticks 0 to ${head.tick}`, value: at })
  return tick
}

/** The agent's events before a tick, as far back as the log goes. */
async function timelineOf(log: TickLog, head: Head, until: number, { kind, number }: Subject): Promise<Event[]> {
  const oldest = (await log.manifests()).at(-1)?.tick ?? 0
  const from = Math.max(0, oldest)
  if (from >= until) return []
  const of = kind === 'tutor' ? { tutor: number } : { student: number }
  const kept = new TickEvents(eventCatalogue, model.shardSizes.length)
  const events: Event[] = []
  for await (const { tick, shards } of committedTicks(log, from, head)) {
    if (tick >= until) break
    events.push(...eventsIn(kept.view(shards.map((shard) => shard.events)), of))
  }
  return events
}

/** Whether an event is of a session or call, or was led to by it. */
function belongsTo({ event_id, caused_by }: Event, id: string): boolean {
  return event_id.startsWith(`${id}.`) || (caused_by?.startsWith(`${id}.`) ?? false)
}

function print(shown: { state: object } & Record<string, unknown>, events: readonly Event[], last: number): void {
  const { state, ...who } = shown
  const line = (name: string, value: unknown): string =>
    `${name.padEnd(28)}${Array.isArray(value) ? value.join(', ') : value}\n`
  for (const [name, value] of Object.entries({ ...who, ...state })) process.stdout.write(line(name, value ?? '–'))
  const shownEvents = last === 0 ? [] : events.slice(-last)
  process.stdout.write(
    `\n${counted(events.length, 'event')}${shownEvents.length < events.length ? `, the last ${shownEvents.length}` : ''}\n`,
  )
  for (const { event_type, payload, caused_by } of shownEvents) {
    const { timestamp, source, ...details } = payload
    const said = Object.entries(details).map(([name, value]) => `${name}=${value}`)
    process.stdout.write(`${timestamp}  ${event_type}  ${said.join(' ')}${caused_by ? `  ← ${caused_by}` : ''}\n`)
  }
}

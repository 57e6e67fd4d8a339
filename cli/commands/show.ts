// `tutorsim show`: one agent, session or call of a stored world: who they are, how they are, and what happened to them.

import {
  committedTicks,
  counted,
  formatInstant,
  type Head,
  keptFrom,
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
  rowsOf,
  type Settings,
  whoIs,
} from '../../model/index.ts'
import { personOf } from '../../model/people/index.ts'
import { instantInWords } from '../terminal/spans.ts'
import { named, withStore, worldIn } from '../terminal/store.ts'
import { UsageError } from '../terminal/usage.ts'
import { type Happening, happeningOf } from './happening.ts'

export interface ShowOptions {
  store: string
  world: string
  at?: string
  /** Latest events of the timeline to print. */
  last: number
  json?: boolean
}

/** What is shown beside agents and what they do. */
const SHOCKS = 'shocks'

type Subject = NonNullable<ReturnType<typeof entityNamed>>

/** @returns the exit code */
export function show(id: string, options: ShowOptions): Promise<number> {
  const subject = id === SHOCKS ? undefined : entityNamed(id)
  if (!subject && id !== SHOCKS) throw new UsageError(`${id}: not stu_…, tut_…, sess_…, call_… or ${SHOCKS}`)
  if (!(Number.isInteger(options.last) && options.last >= 0))
    throw new OptionError({ option: 'last', rule: 'a whole number from 0 on', value: options.last })
  return withStore(options.store, 'read', async (store) => {
    const { log, head } = await worldIn(store, options.world)
    const tick = tickOf(options.at, head)
    await named(options.world, async () => {
      const simulation = new LocalSimulation(model)
      const look = async (only?: number): Promise<Marketplace> => {
        await recover(log, simulation, head, tick, { only })
        return new Marketplace(simulation.held)
      }
      if (!subject) return showShocks(await look(), { world: options.world, tick }, options)
      const { seed } = head.settings as Settings
      const { agentId, kind } = subject
      // Whoever is looked for is in the region that the number tells, unless an older version gave that number.
      const isTutor = kind === 'tutor'
      const stateIn = (world: Marketplace) => (isTutor ? world.tutor(agentId) : world.student(agentId))
      let world = await look(whoIs(isTutor ? 'tutor' : 'student', agentId).region)
      if (!stateIn(world)) world = await look()
      const from = await keptFrom(log)
      const timeline = await timelineOf(log, head, from, tick, subject)
      const beginning = formatInstant(instantOf(head, from))
      const place = { id, world: options.world, tick, now: formatInstant(world.now) }
      if (kind === 'session' || kind === 'call') {
        const happening = happeningOf(id, agentId, world, timeline, seed)
        if (!happening)
          throw notFound(
            `not in world ${options.world}, nor in its log ${from === 0 ? 'up to' : `from ${beginning.slice(0, 16)} to`} tick ${tick}`,
            id,
          )
        if (options.json)
          process.stdout.write(`${JSON.stringify({ ...place, history_begins: beginning, ...happening })}\n`)
        else printHappening(place, happening, options.last)
        if (from > 0) sayKeptFrom(from, beginning)
        return
      }
      const state = stateIn(world)
      if (!state) throw notFound(`not in world ${options.world} at tick ${tick}`, id)
      const shown = { ...place, ...personOf(seed, agentId), state }
      if (options.json) process.stdout.write(`${JSON.stringify({ ...shown, history_begins: beginning, timeline })}\n`)
      else print(shown, timeline, options.last)
      if (from > 0) sayKeptFrom(from, beginning)
    })
    return 0
  })
}

/** What has hit many at once, up to now, and what is not over yet. */
function showShocks(world: Marketplace, place: object, { json, last }: ShowOptions): void {
  const shocks = world.shocks().map(({ begin, end, ...shock }) => {
    return { ...shock, begin: formatInstant(begin), end: formatInstant(end), is_over: end <= world.now }
  })
  if (json) return void process.stdout.write(`${JSON.stringify({ ...place, now: formatInstant(world.now), shocks })}\n`)
  const shown = last === 0 ? [] : shocks.slice(-last)
  const heading = `${counted(shocks.length, 'shock')} up to ${instantInWords(world.now)}`
  process.stdout.write(`${heading}${shown.length < shocks.length ? `, the last ${shown.length}` : ''}\n`)
  for (const { id, name, place: where, begin, end, size, is_over } of shown) {
    const until = is_over ? `to ${end.slice(0, 16)}` : 'under way'.padEnd(19)
    process.stdout.write(
      `${begin.slice(0, 16)} ${until}  ${where.padEnd(10)}${name.padEnd(18)}${size.toFixed(2)}  ${id}\n`,
    )
  }
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

function instantOf({ settings }: Head, tick: number): number {
  const { start, tickMilliseconds } = settings as Settings
  return start + tick * tickMilliseconds
}

function sayKeptFrom(tick: number, beginning: string): void {
  process.stderr.write(`what happened before tick ${tick}, ${beginning.slice(0, 16)}, is not kept any more\n`)
}

/** The agent's events from one tick to another. */
async function timelineOf(
  log: TickLog,
  head: Head,
  from: number,
  until: number,
  { kind, number }: Subject,
): Promise<Event[]> {
  if (from >= until) return []
  const of = kind === 'tutor' ? { tutor: number } : { student: number }
  const kept = new TickEvents(eventCatalogue, model.shardSizes.length)
  const events: Event[] = []
  for await (const { tick, shards } of committedTicks(log, from, head)) {
    if (tick >= until) break
    events.push(...eventsIn(kept.view(shards.map((shard) => rowsOf(shard.events, of))), of))
  }
  return events
}

function notFound(where: string, id: string): OperationalError {
  return new OperationalError(`${id}: ${where}`, { code: 'NOT_FOUND' })
}

function print(
  { state, ...who }: { state: object } & Record<string, unknown>,
  events: readonly Event[],
  last: number,
): void {
  printFields({ ...who, ...state })
  printEvents(counted(events.length, 'event'), events, last)
}

function printHappening(place: object, { state, led_to_it, followed }: Happening, last: number): void {
  printFields({ ...place, ...state })
  printEvents(led_to_it.length === 0 ? 'nothing in the log led to it' : 'what led to it', led_to_it, last)
  printEvents(followed.length === 0 ? 'nothing has followed' : 'what followed', followed, last)
}

function printFields(fields: object): void {
  for (const [name, value] of Object.entries(fields)) {
    const lines = Array.isArray(value) ? linesOf(value) : [value ?? '–']
    process.stdout.write(`${name.padEnd(28)}${lines.join(`\n${''.padEnd(28)}`)}\n`)
  }
}

/** A list in one line, or a line for each item that has several parts. */
function linesOf(list: readonly unknown[]): string[] {
  if (list.some((item) => typeof item === 'object'))
    return list.map((item) =>
      Object.values(item as object)
        .filter((part) => part !== null)
        .join(' '),
    )
  return [list.length === 0 ? '–' : list.join(', ')]
}

/** @param last so many of them at the most */
function printEvents(heading: string, events: readonly Event[], last: number): void {
  const shown = last === 0 ? [] : events.slice(-last)
  process.stdout.write(`\n${heading}${shown.length < events.length ? `, the last ${shown.length}` : ''}\n`)
  for (const { event_type, payload, caused_by } of shown) {
    const { timestamp, source, ...details } = payload
    const said = Object.entries(details).map(([name, value]) => `${name}=${value}`)
    process.stdout.write(`${timestamp}  ${event_type}  ${said.join(' ')}${caused_by ? `  ← ${caused_by}` : ''}\n`)
  }
}

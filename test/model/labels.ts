// What a reader of labels can do with them: applied backwards they make the twin's stream of the world's. Knows the order of
// the stream and nothing of how labels are made.

import { allShards, DAY, Shards, TickEvents } from '../../engine/index.ts'
import {
  createWorld,
  type Event,
  events,
  eventsIn,
  type InterventionInput,
  model,
  REGIONS,
  resolve,
  SUBJECTS,
  settingsFrom,
} from '../../model/index.ts'
import { Twins } from '../../model/scenarios/index.ts'

export interface EventLabel {
  label: 'event'
  change: 'added' | 'removed' | 'changed'
  event_id: string
  was: Event | null
  is: Event | null
  moved_to?: string
  by: string[]
}

export interface EffectLabel {
  label: 'effect'
  series: string
  at: string
  with: number
  without: number
}

/** The world's stream as it would be without what is labelled. */
export function undone(stream: readonly Event[], labels: readonly EventLabel[]): Event[] {
  const [gone, back] = [new Map<string, EventLabel>(), [] as Event[]]
  for (const label of labels) {
    if (label.is) gone.set(label.event_id, label)
    if (label.was) back.push(label.was)
  }
  const left = stream.filter((event) => {
    const label = gone.get(event.event_id)
    if (label && JSON.stringify(label.is) !== JSON.stringify(event)) throw new Error(`${event.event_id} is otherwise`)
    gone.delete(event.event_id)
    return !label
  })
  if (gone.size > 0) throw new Error(`${[...gone.keys()][0]} is not in the stream`)
  return inOrder([...left, ...back])
}

/** The total order of a stream: instant, kind of action, agent; an action's events in the order of their causes. */
function inOrder(events: readonly Event[]): Event[] {
  const keyed = events.map((event) => ({
    event,
    key: [Date.parse(event.payload.timestamp), kindOf(event), agentOf(event), stepOf(event)],
  }))
  keyed.sort((a, b) => {
    for (const [place, value] of a.key.entries()) {
      const difference = value - (b.key[place] as number)
      if (difference !== 0) return difference
    }
    return 0
  })
  return keyed.map(({ event }) => event)
}

/** A tutor's week, a session, a call, a window that moves, a market. */
function kindOf({ event_type, caused_by, payload }: Event): number {
  if (event_type === 'tutor_availability_updated') return 0
  if (event_type.startsWith('session')) return 1
  if (event_type === 'ib_call_logged') return 2
  if (event_type === 'supply_demand_update') return 4
  const causeInstant = Number(/_(\d{13})_/.exec(caused_by ?? '')?.[1])
  const since = Date.parse(payload.timestamp) - causeInstant
  if (caused_by?.startsWith('call') && since === 0) return 2
  return caused_by?.startsWith('sess') && since <= 95 * 60_000 ? 1 : 3
}

function agentOf({ payload }: Event): number {
  if ('region' in payload) return REGIONS.indexOf(payload.region) * SUBJECTS.length + SUBJECTS.indexOf(payload.subject)
  return Number(('student_id' in payload ? payload.student_id : payload.tutor_id).slice('stu_'.length))
}

function stepOf({ event_type }: Event): number {
  return ['session_completed', 'session_started', 'ib_call_logged', 'customer_health_update'].indexOf(event_type)
}

/** A world that takes interventions at its start, told beside its twins, and the world that nobody intervenes in. */
export function told(seed: string, inputs: readonly InterventionInput[], days = 15) {
  const settings = settingsFrom({ seed, students: 300, warmup: '0d', tick: '1h' })
  const world = new Shards(model, allShards(model), false)
  world.bear(settings)
  const states = model.shardSizes.map((_, shard) => world.save(shard))
  const lines: string[] = []
  const resolved = inputs.map((one) => resolve(one, settings.start, settings.start))
  const twins = new Twins({ settings, tick: 0, modelVersion: model.version, states }, resolved, (line) =>
    lines.push(line),
  )
  for (const intervene of inputs) {
    world.take({ intervene })
    twins.take({ intervene })
  }
  const read = new TickEvents(events, model.shardSizes.length)
  const stream: Event[] = []
  for (let now = settings.start + DAY; now <= settings.start + days * DAY; now += DAY) {
    world.advance(now)
    const rows = world.events()
    for (const event of eventsIn(read.view(rows.map((shard) => shard.slice())))) stream.push(event)
    twins.advance(now, rows)
  }
  const twin = createWorld({ seed, students: 300, warmup: '0d', tick: '1h' }).run(`${days}d`)
  const ended = twins.end()
  const labels = lines.map((line) => JSON.parse(line)).filter(({ label }) => label === 'event') as EventLabel[]
  return { stream, twin, labels, ended }
}

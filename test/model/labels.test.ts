// Labels are complete and true: with them the twin's stream can be made of the world's, byte for byte, and who is named in `by`
// alone has made an event differ.

import { describe, expect, it } from 'vitest'
import { allShards, DAY, HOUR, Shards, TickEvents } from '../../engine/index.ts'
import {
  type Event,
  events,
  eventsIn,
  type Input,
  type InterventionInput,
  model,
  type Region,
  settingsFrom,
} from '../../model/index.ts'
import { Labels, type Named } from '../../model/scenarios/labels.ts'
import { type EffectLabel, type EventLabel, told, undone } from './labels.ts'

/** Each changes the size of one region, as an intervention would something else. */
interface Change {
  id: string
  region: Region
  input: Input
}

const larger = (region: Region, students: number): Change => ({
  id: region,
  region,
  input: { [`students.${region}`]: students } as Input,
})

interface Lived {
  world: Event[]
  /** Without any of the changes, then without each. */
  twins: Event[][]
  lines: string[]
  ended: ReturnType<Labels['end']>
}

function live(seed: string, changes: readonly Change[], { days = 12, stretch = DAY } = {}): Lived {
  const settings = settingsFrom({ seed, students: 300, warmup: '0d' })
  const born = (left: readonly Change[]) => {
    const world = new Shards(model, allShards(model), false)
    world.bear(settings)
    for (const { input } of left) world.take(input)
    return world
  }
  const lines: string[] = []
  const interventions = changes.map(
    ({ id, region }): Named => ({
      kind: 'demand',
      where: { region: [region] },
      from: settings.start,
      shape: 'step',
      size: 2,
      id,
    }),
  )
  const labels = new Labels(interventions, settings.start, (line) => lines.push(line))
  const others = labels.twins === 1 ? [] : changes.map((one) => changes.filter((other) => other !== one))
  const worlds = [changes, [], ...others].map(born)
  const streams: Event[][] = worlds.map(() => [])
  const read = new TickEvents(events, model.shardSizes.length)
  for (let now = settings.start + stretch; now <= settings.start + days * DAY; now += stretch) {
    const rows = worlds.map((world) => {
      world.advance(now)
      return world.events()
    })
    for (const [place, of] of rows.entries())
      for (const event of eventsIn(read.view(of.map((shard) => shard.slice())))) streams[place]?.push(event)
    labels.add(now, rows[0] as Uint8Array[], rows.slice(1))
  }
  const [world = [], ...twins] = streams
  return { world, twins, lines, ended: labels.end() }
}

const eventLabels = ({ lines }: Lived): EventLabel[] =>
  lines.map((line) => JSON.parse(line)).filter(({ label }) => label === 'event')
const effectLabels = ({ lines }: Lived): EffectLabel[] =>
  lines.map((line) => JSON.parse(line)).filter(({ label }) => label === 'effect')
const text = (stream: readonly Event[]): string => stream.map((event) => JSON.stringify(event)).join('\n')

describe('labels', () => {
  it.each(['a', 'b', 'c', 'd', 'e'])('of seed %s lead from the world back to its twin, byte for byte', (seed) => {
    const lived = live(seed, [larger('west', 90)])
    expect(eventLabels(lived).length).toBeGreaterThan(100)
    expect(text(undone(lived.world, eventLabels(lived)))).toBe(text(lived.twins[0] as Event[]))
  })

  it('of two changes at once do too, and name the one without which an event would be as in the twin', () => {
    const lived = live('two', [larger('west', 90), larger('midwest', 110)])
    const labels = eventLabels(lived)
    expect(text(undone(lived.world, labels))).toBe(text(lived.twins[0] as Event[]))
    // Regions never meet, so each event has one of the two to thank.
    const byRegion = new Set(labels.map(({ by }) => by.join()))
    expect([...byRegion].sort()).toEqual(['midwest', 'west'])
    for (const { was, is, by } of labels) {
      const { payload } = (was ?? is) as Event
      if ('region' in payload) expect(by).toEqual([payload.region])
    }
  })

  it('name nobody where only several together make an event differ, and only those who are needed', () => {
    // The same change twice: without either the other still makes it.
    const lived = live('both', [larger('west', 90), { ...larger('west', 90), id: 'again' }])
    expect(text(undone(lived.world, eventLabels(lived)))).toBe(text(lived.twins[0] as Event[]))
    expect(new Set(eventLabels(lived).map(({ by }) => by.length))).toEqual(new Set([0]))
  })

  it('do not depend on how a life is cut into stretches', () => {
    const [whole, cut] = [DAY, HOUR / 4].map((stretch) => live('cut', [larger('west', 90)], { days: 8, stretch }))
    expect(cut?.lines).toEqual(whole?.lines)
    expect(cut?.ended).toEqual(whole?.ended)
  })

  it('have an effect for each series and hour that differs, with what both streams come to', () => {
    const lived = live('hours', [larger('west', 90)])
    const byHour = (stream: readonly Event[], is: (event: Event) => boolean): Map<string, number> => {
      const counts = new Map<string, number>()
      for (const event of stream.filter(is)) {
        const at = `${event.payload.timestamp.slice(0, 'YYYY-MM-DDTHH'.length)}:00:00.000Z`
        counts.set(at, (counts.get(at) ?? 0) + 1)
      }
      return counts
    }
    const series: Record<string, (event: Event) => boolean> = {
      sessions_started: ({ event_type }) => event_type === 'session_started',
      'sessions_failed/Physics': (event) =>
        event.event_type === 'session_completed' &&
        event.payload.subject === 'Physics' &&
        !event.payload.completed_successfully,
      'calls/billing_question': (event) =>
        event.event_type === 'ib_call_logged' && event.payload.reason === 'billing_question',
      'high_demand/west': (event) =>
        event.event_type === 'supply_demand_update' &&
        event.payload.region === 'west' &&
        event.payload.balance_status === 'high_demand',
    }
    for (const [name, is] of Object.entries(series)) {
      const [withIt, without] = [lived.world, lived.twins[0] as Event[]].map((stream) => byHour(stream, is)) as [
        Map<string, number>,
        Map<string, number>,
      ]
      const expected = [...new Set([...withIt.keys(), ...without.keys()])]
        .sort()
        .map((at) => ({ at, with: withIt.get(at) ?? 0, without: without.get(at) ?? 0 }))
        .filter((hour) => hour.with !== hour.without)
      expect(effectLabels(lived).filter((effect) => effect.series === name)).toEqual(
        expected.map((hour) => ({ label: 'effect', series: name, ...hour })),
      )
    }
  })

  it('of two worlds that do not differ are none', () => {
    const { lines, ended } = live('same', [{ id: 'none', region: 'west', input: { students: 300 } }], { days: 3 })
    expect(lines).toEqual([])
    expect(JSON.parse(ended.interventions[0] as string)).toMatchObject({ effect_begin: null, effect_end: null })
  })
})

describe('labels of interventions', () => {
  const WEEK: InterventionInput[] = [
    { kind: 'demand', where: { region: ['west', 'midwest'] }, from: '+2d', until: '+7d', size: 2, id: 'rush' },
    { kind: 'platform_outage', where: { region: 'west' }, from: '+4d', until: '+5d', size: 0.9, id: 'outage' },
  ]

  it.each(['a', 'b', 'c', 'd', 'e'])(
    'of seed %s, two at once, lead back to the world that nobody intervened in',
    (seed) => {
      const { stream, twin, labels, ended } = told(seed, WEEK)
      expect(labels.length).toBeGreaterThan(50)
      expect(ended.interventions.map((line) => JSON.parse(line).id)).toEqual(['rush', 'outage'])
      const before = new Date(settingsFrom({}).start + 2 * DAY).toISOString()
      for (const { was, is } of labels) expect((was ?? is)?.payload.timestamp.localeCompare(before)).toBe(1)
      expect(text(undone(stream, labels))).toBe(text(twin))
      expect(labels.some(({ by }) => by.join() === 'outage')).toBe(true)
      expect(labels.some(({ by }) => by.join() === 'rush')).toBe(true)
      // The rush alone reaches the midwest.
      for (const { was, is, by } of labels) {
        const { payload } = (was ?? is) as Event
        if ('region' in payload && payload.region === 'midwest') expect(by).toEqual(['rush'])
      }
    },
  )
})

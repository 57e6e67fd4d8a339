// Why an event happened: its time, lived once more, tells the rules that led to it, back to what no event led to; of a world in
// the library and of one that is kept alike.

import { beforeAll, describe, expect, it } from 'vitest'
import { DAY, fork, Host, LocalSimulation, type TickLog } from '../../engine/index.ts'
import {
  createWorld,
  type Event,
  type EventType,
  type Explanation,
  explainKept,
  model,
  type RuleTold,
  restoreWorld,
  settingsFrom,
} from '../../model/index.ts'
import { realMachine } from '../../sinks/index.ts'
import { openStore } from '../../stores/index.ts'

const OF_BIRTH = { seed: 'whys', students: 500, tick: '6h', warmup: '7d' }
const world = createWorld(OF_BIRTH)
const events = world.run('28d')
const byId = new Map(events.map((event) => [event.event_id, event]))
const MONTH_WEEKS = 30.4375 / 7

type Of<Type extends EventType> = Extract<Event, { event_type: Type }>
const those = <Type extends EventType>(type: Type, test: (payload: Of<Type>['payload'], event: Event) => boolean) =>
  events.filter((event) => event.event_type === type && test(event.payload as Of<Type>['payload'], event))

/** Some of all events, from all over the time. */
const some = (count: number, offset = 0): Event[] =>
  events.filter((_, place) => place % Math.floor(events.length / count) === offset)
const rulesOf = ({ chain }: Explanation): RuleTold[] => chain.flatMap(({ rules, besides }) => [...rules, ...besides])
/** The numbered causes that somebody meets in an explanation. */
const causesIn = (explanation: Explanation): (number | null)[] =>
  rulesOf(explanation).flatMap(({ cause, happened, because }) => [
    ...(happened ? [cause] : []),
    ...because.map((reason) => reason.cause),
  ])

/** Explained once, and looked at from several sides. */
let explained: { event: Event; explanation: Explanation }[] = []
beforeAll(() => {
  explained = some(40).map((event) => ({ event, explanation: world.explain(event.event_id) }))
}, 120_000)

describe('an explanation', { timeout: 120_000 }, () => {
  it('goes from the event by what led to each, to what no event led to', () => {
    for (const { event, explanation } of explained) {
      const { event_id, chain, complete } = explanation
      expect(event_id).toBe(event.event_id)
      expect(complete).toBe(true)
      expect(chain[0]).toMatchObject({ event, event_id, at: event.payload.timestamp })
      const told = chain.filter((step) => step.event_id !== null)
      for (const [place, step] of told.entries()) {
        // What happened in the warm-up is in no stream, and explained all the same.
        if (byId.has(step.event_id as string)) expect(step.event).toEqual(byId.get(step.event_id as string))
        if (step.event) expect(step.event.caused_by).toBe(told[place + 1]?.event_id ?? null)
      }
      for (const [place, { at }] of chain.entries()) expect(at <= (chain[place - 1]?.at ?? at)).toBe(true)
      for (const { event: of, rules } of chain) if (of) expect(rules.length).toBeGreaterThan(0)
    }
  })

  it('has, of what was decided by chance, what happened exactly where what was drawn is below the chance', () => {
    const decided = explained.flatMap(({ explanation }) => rulesOf(explanation))
    for (const { chance, drawn, happened } of decided) {
      expect(chance === null).toBe(drawn === null)
      if (chance !== null && drawn !== null && Math.abs(drawn - chance) > 1e-6) expect(happened).toBe(drawn < chance)
    }
    expect(decided.filter(({ chance }) => chance !== null).length).toBeGreaterThan(50)
  })

  it('has reasons that make the chance', () => {
    const product = ({ because }: RuleTold): number => because.reduce((chance, { value }) => chance * value, 1)
    const failed = those('session_completed', ({ completed_successfully }) => !completed_successfully).slice(0, 10)
    for (const { event_id } of failed) {
      const [outcome] = world.explain(event_id).chain[0]?.rules ?? []
      expect(outcome).toMatchObject({ rule: 'session.outcome', happened: true })
      expect(product(outcome as RuleTold)).toBeCloseTo(outcome?.chance as number, 4)
    }
    const goodbyes = those('ib_call_logged', ({ reason }, { caused_by }) => reason === 'billing_question' && !caused_by)
    const thoughts = goodbyes
      .slice(0, 20)
      .flatMap(({ event_id }) => rulesOf(world.explain(event_id)))
      .filter(({ rule }) => rule === 'stay.thinksOfLeaving')
    for (const thought of thoughts) expect(product(thought) / MONTH_WEEKS).toBeCloseTo(thought.chance as number, 4)
    expect(failed.length).toBe(10)
    expect(thoughts.length).toBeGreaterThan(2)
  })

  it('has points of liking that make the stars', () => {
    const successful = those('session_completed', ({ completed_successfully }) => completed_successfully)
    const rated = successful
      .filter((_, place) => place % Math.floor(successful.length / 25) === 0)
      .map(({ event_id, payload }) => {
        const rating = world.explain(event_id).chain[0]?.rules.find(({ rule }) => rule === 'session.rated') as RuleTold
        const points = rating.because.reduce((sum, { value }) => sum + value, 0)
        return { points, stars: (payload as Of<'session_completed'>['payload']).student_rating }
      })
    rated.sort((a, b) => a.points - b.points)
    expect(rated.map(({ stars }) => stars)).toEqual(rated.map(({ stars }) => stars).sort((a, b) => a - b))
    expect(rated.length).toBeGreaterThan(20)
  })

  /** Of those of whom nothing was heard for two weeks. */
  const firstSessions = (): Event[] => {
    const heardOf = new Set<string>()
    return those('session_completed', ({ student_id, timestamp }) => {
      const isFirst = !heardOf.has(student_id)
      heardOf.add(student_id)
      return isFirst && timestamp > '2026-01-19'
    })
  }
  const calls = (test: (call: Of<'ib_call_logged'>['payload'], event: Event) => boolean) => () =>
    those('ib_call_logged', test)
  it.each<[number, () => Event[]]>([
    [1, calls(({ reason }) => reason === 'tutor_concern')],
    [2, calls(({ reason }, { caused_by }) => reason === 'technical_problem' && caused_by !== null)],
    [3, calls((_, { caused_by }) => caused_by?.startsWith('call_') === true)],
    [4, calls(({ reason }, { caused_by }) => reason === 'billing_question' && caused_by === null)],
    [5, firstSessions],
    [6, calls(({ reason }, { caused_by }) => reason === 'billing_question' && caused_by === null)],
    [7, calls(({ reason }, { caused_by }) => reason === 'scheduling_issue' && caused_by === null)],
    [8, () => those('supply_demand_update', () => true)],
    [9, () => those('session_completed', () => true)],
    [10, calls(({ reason }, { caused_by }) => reason === 'billing_question' && caused_by === null)],
  ])('is where cause %i can be met', (cause, candidates) => {
    const met = candidates().find(({ event_id }) => causesIn(world.explain(event_id)).includes(cause))
    expect(met).toBeDefined()
  })

  it('tells what hit many at once, where that mattered', () => {
    const shocks = new Set(world.shocks().map(({ id }) => id))
    const felt = explained.flatMap(({ explanation }) => rulesOf(explanation).flatMap((rule) => rule.shocks))
    for (const id of felt) expect(shocks).toContain(id)
    expect(felt.length).toBeGreaterThan(0)
  })

  it.each([
    ['stu_1042', 'not the event_id of an event'],
    ['sess_1_1042.logged', 'not the event_id of an event'],
    ['', 'not the event_id of an event'],
    [`${'stu_1042.'.repeat(10_000)}health.1`, 'not the event_id of an event'],
    ['stu_1042.opening.1767571200000', 'nothing led to it'],
    ['call_4000000000000_1042.logged', 'the world is at 2026-02-02T00:00:00.000Z'],
    ['call_1767571200001_1042.logged', 'the world has no such event'],
  ])('of %.30s is refused in a line', (id, line) => {
    expect(() => world.explain(id)).toThrow(line)
  })

  it('changes nothing', () => {
    const before = world.digest()
    world.explain(events.at(-1)?.event_id as string)
    expect(world.digest()).toBe(before)
  })
})

describe('a world with another past', { timeout: 120_000 }, () => {
  it('that somebody intervenes in names the intervention where it mattered, and nowhere else', () => {
    const other = createWorld({ ...OF_BIRTH, students: 300 })
    other.intervene({ kind: 'calls', size: 15, from: '+1d', until: '+3d', where: { region: 'midwest' } })
    other.intervene({ kind: 'platform_outage', size: 0.5, from: '+5d', until: '+6d' })
    const during = other.run('6d')
    const told = (event: Event) => rulesOf(other.explain(event.event_id)).flatMap(({ interventions }) => interventions)
    const brought = during
      .filter(({ event_type, caused_by }) => event_type === 'ib_call_logged' && caused_by === null)
      .flatMap(told)
    expect(brought).toContainEqual(
      expect.objectContaining({ kind: 'calls', size: 15, from: '2026-01-06T00:00:00.000Z' }),
    )
    const failed = during.filter(
      ({ event_type, payload }) => event_type === 'session_completed' && !payload['completed_successfully' as never],
    )
    const [last, first] = [failed.at(-1) as Event, failed[0] as Event]
    expect(told(last)).toContainEqual(expect.objectContaining({ kind: 'platform_outage', size: 0.5 }))
    expect(told(first).filter(({ kind }) => kind === 'platform_outage')).toEqual([])
  })

  it('that has taken inputs explains what followed', () => {
    const other = createWorld({ ...OF_BIRTH, students: 200 })
    other.run('5d')
    other.apply({ students: 300 })
    const later = other.run('10d')
    for (const event of later.filter((_, place) => place % Math.floor(later.length / 12) === 0))
      expect(other.explain(event.event_id).chain[0]?.event).toEqual(event)
  })

  it('that is a fork knows what was before it, and one of a checkpoint where that begins', () => {
    const original = createWorld({ ...OF_BIRTH, students: 200 })
    const before = original.run('5d').filter((_, place) => place % 400 === 0)
    const forked = original.fork()
    forked.apply({ students: 150 })
    const after = forked
      .run('1d')
      .filter(({ event_type }) => event_type === 'session_completed')
      .slice(0, 5)
    for (const { event_id } of before) expect(forked.explain(event_id)).toEqual(original.explain(event_id))
    for (const event of after) expect(forked.explain(event.event_id)).toMatchObject({ complete: true })
    const restored = restoreWorld(original.checkpoint())
    expect(() => restored.explain(before[0]?.event_id as string)).toThrow('no such event')
    const incomplete = restored
      .run('1d')
      .filter(({ event_type }) => event_type === 'session_completed')
      .slice(0, 1)
      .map(({ event_id }) => restored.explain(event_id))
    expect(incomplete[0]).toMatchObject({ complete: false, history_begins: '2026-01-10T00:00:00.000Z' })
  })
})

describe('a world that is kept', { timeout: 120_000 }, () => {
  const settings = settingsFrom({ ...OF_BIRTH, tick: '2h' })
  let log: TickLog
  let store: Awaited<ReturnType<typeof openStore>>

  const live = async (until: number, input?: { students: number }): Promise<void> => {
    const machine = realMachine()
    const host = await Host.open({ model, settings, machine, log })
    try {
      while (!(await host.begin()));
      if (input) await host.take(input)
      await host.live({ until })
    } finally {
      machine.close()
      await host.close()
    }
  }
  beforeAll(async () => {
    store = await openStore('memory')
    log = store.world('kept')
    // In pieces, as restarts leave it.
    for (const days of [3, 11, 12, 28]) await live(days * 12)
  })

  it('explains any of its events as the library does', async () => {
    const head = await log.readHead()
    for (const { event_id } of some(12, 3)) {
      const { history_begins: _, ...kept } = await explainKept(log, head as never, event_id)
      const { history_begins: __, ...library } = world.explain(event_id)
      expect(kept).toEqual(library)
    }
  })

  it('whose history begins later says so where the chain does', async () => {
    // Within a store a fork has the past of its origin.
    const forked = (await openStore('memory')).world('later')
    await fork(log, 10 * 12, forked, new LocalSimulation(model), 'attempt', 0)
    const head = await log.readHead()
    const start = '2026-01-15T00:00:00.000Z'
    log = forked
    await live(12 * 12, { students: 600 })
    const laterHead = await forked.readHead()
    const late = events.filter(
      ({ payload, event_type }) => event_type === 'customer_health_update' && payload.timestamp > start,
    )
    const early = events.find(({ event_type }) => event_type === 'session_started') as Event
    await expect(explainKept(forked, laterHead as never, early.event_id)).rejects.toThrow(
      `history goes back to tick 120, ${start}`,
    )
    const [first] = late as [Event]
    const { chain, complete, history_begins } = await explainKept(forked, laterHead as never, first.event_id)
    expect(chain[0]?.event).toEqual(first)
    expect({ complete, history_begins }).toEqual({ complete: false, history_begins: start })
    expect(head?.tick).toBe(28 * 12)
    expect(Date.parse(start)).toBe(settings.start + 10 * DAY)
  })
})

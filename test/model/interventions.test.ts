import { describe, expect, it } from 'vitest'
import { OptionError } from '../../engine/index.ts'
import {
  createWorld,
  type Event,
  type InterventionInput,
  KIND_NAMES,
  KINDS,
  type Marketplace,
  restoreWorld,
  type WorldKind,
} from '../../model/index.ts'

const SEED = 'interventions'
const SETTINGS = { seed: SEED, students: 1500, tick: '6h' } as const
const LENGTH = '17d'
const FROM = '2026-01-10T00:00:00.000Z'
const where = { region: 'west' } as const

/** A world that has lived, and what it told. */
interface Lived {
  world: Marketplace
  events: Event[]
}

function lived(...interventions: InterventionInput[]): Lived {
  const world = createWorld(SETTINGS)
  for (const one of interventions) world.intervene({ from: FROM, ...one })
  return { world, events: world.run(LENGTH) }
}

const twin = lived()
const firstTutors = [...createWorld(SETTINGS).tutors({ where })].map(({ tutor_id }) => tutor_id)

/** Lines of what happened outside the west, where each event is of somebody who is known by their id. */
function elsewhere({ world, events }: Lived): string[] {
  return events.filter((event) => regionOf(world, event) !== 'west').map((event) => JSON.stringify(event))
}

const regions = new Map<string, string | undefined>()

function regionOf(world: Marketplace, { payload }: Event): string | undefined {
  if ('region' in payload) return payload.region
  const id = 'student_id' in payload ? payload.student_id : payload.tutor_id
  if (!regions.has(id)) regions.set(id, ('student_id' in payload ? world.student(id) : world.tutor(id))?.region)
  return regions.get(id)
}

const early = ({ events }: Lived) =>
  events.filter(({ payload }) => payload.timestamp < FROM).map((event) => JSON.stringify(event))

function count({ world, events }: Lived, counts: (event: Event) => boolean): number {
  return events.filter((event) => event.payload.timestamp >= FROM && regionOf(world, event) === 'west' && counts(event))
    .length
}

const started = (one: Lived) => count(one, ({ event_type }) => event_type === 'session_started')
const failed = (one: Lived) =>
  count(one, (event) => event.event_type === 'session_completed' && !event.payload.completed_successfully)
const calls = (one: Lived, reason?: string) =>
  count(one, (event) => event.event_type === 'ib_call_logged' && (!reason || event.payload.reason === reason))
const solved = (one: Lived) =>
  count(one, (event) => event.event_type === 'ib_call_logged' && event.payload.resolved) / calls(one)
const students = ({ world }: Lived) => [...world.students({ where })].length
/** Of the tutors of the twin's first day. */
const stayed = ({ world }: Lived) => firstTutors.filter((id) => world.tutor(id)?.state !== 'gone').length
const tutors = ({ world }: Lived) => [...world.tutors({ where })].length
const hours = ({ world }: Lived) =>
  [...world.tutors({ where })].reduce((sum, { available_hours_this_week: offered }) => sum + offered, 0)
const rating = (one: Lived) => {
  const ratings = one.events.flatMap((event) =>
    event.event_type === 'session_completed' && event.payload.timestamp >= FROM && regionOf(one.world, event) === 'west'
      ? [event.payload.student_rating]
      : [],
  )
  return ratings.reduce((sum, stars) => sum + stars, 0) / ratings.length
}

/** For each kind what it is to move, at a size that moves it, and between which factors it then lies. */
const MOVES: Record<
  WorldKind,
  [Partial<InterventionInput> & { size: number }, (one: Lived) => number, number, number][]
> = {
  demand: [
    [{ size: 1.8 }, started, 1.1, 1.9],
    [{ size: 0.4 }, started, 0.4, 0.75],
  ],
  sign_ups: [
    [{ size: 6 }, students, 1.05, 1.3],
    [{ size: 0 }, students, 0.9, 0.99],
  ],
  churn: [[{ size: 8, until: '2026-01-20' }, students, 0.6, 0.93]],
  tutors_leave: [[{ size: 0.6 }, stayed, 0.25, 0.55]],
  tutors_join: [[{ size: 0.5 }, tutors, 1.35, 1.65]],
  tutor_hours: [
    [{ size: 0.4 }, hours, 0.3, 0.5],
    [{ size: 0, where: { ...where, share: 0.5 } }, hours, 0.35, 0.65],
  ],
  tutor_quality: [[{ size: -5 }, rating, 0.5, 0.9]],
  no_shows: [[{ size: 5 }, failed, 2.2, 4.5]],
  platform_outage: [[{ size: 0.8, until: '2026-01-12' }, failed, 1.3, 4]],
  calls: [
    [{ size: 8, reason: 'billing_question' }, (one) => calls(one, 'billing_question'), 4, 14],
    [{ size: 0.2 }, calls, 0.02, 0.4],
  ],
  call_resolution: [[{ size: 0.2 }, solved, 0.1, 0.5]],
  cancellations: [[{ size: 6 }, failed, 1.4, 4]],
}

describe('an intervention', () => {
  const cases = KIND_NAMES.filter((kind): kind is WorldKind => KINDS[kind].on === 'world').flatMap((kind) =>
    MOVES[kind].map(([given, measure, least, most]) => ({ kind, given, measure, least, most })),
  )

  it.each(cases)(
    'of the kind $kind moves what it says, by as much as $given',
    ({ kind, given, measure, least, most }) => {
      const one = lived({ kind, where, ...given })
      const moved = measure(one) / measure(twin)
      expect(moved, `seed ${SEED}`).toBeGreaterThan(least)
      expect(moved, `seed ${SEED}`).toBeLessThan(most)
      expect(early(one), 'before its time').toEqual(early(twin))
      expect(elsewhere(one), 'in other regions').toEqual(elsewhere(twin))
    },
  )

  it('of the neutral size changes nothing at all', () => {
    const all = cases.map(({ kind }) => ({ kind, size: KINDS[kind].size.neutral }))
    expect(lived(...all).events).toEqual(twin.events)
  })

  it('concerns those alone whom it names', () => {
    const [one, other] = [...twin.world.students({ where: { region: 'west', state: 'active' } })]
    const ids = [one, other].map((student) => student?.student_id as string)
    const left = lived({ kind: 'demand', size: 0, where: { ids } })
    const of = ({ events }: Lived, id: string) =>
      events.filter(
        ({ event_type, payload }) =>
          event_type === 'session_started' && payload.student_id === id && payload.timestamp >= '2026-01-19',
      )
    for (const id of ids) expect(of(left, id), `seed ${SEED}, ${id}`).toEqual([])
    expect(ids.flatMap((id) => of(twin, id)).length).toBeGreaterThan(0)
  })

  it('of a smaller share concerns some of those of a larger one, and nobody else', () => {
    const absent = (share: number) => {
      const one = lived({ kind: 'tutor_hours', size: 0, where: { ...where, share } })
      return new Set(
        [...one.world.tutors({ where })]
          .filter((tutor) => tutor.available_hours_this_week === 0 && tutor.state === 'active')
          .map((tutor) => tutor.tutor_id),
      )
    }
    const [few, many] = [absent(0.2), absent(0.6)]
    expect(few.size).toBeGreaterThan(0)
    expect(many.size).toBeGreaterThan(few.size)
    expect([...few].filter((id) => !many.has(id))).toEqual([])
  })

  it('comes over the world in its shape', () => {
    const daily = (shape: 'step' | 'ramp' | 'pulse') => {
      const one = lived({ kind: 'calls', size: 60, shape, from: '2026-01-08', until: '2026-01-20' })
      const halves = [0, 0, 0]
      for (const { event_type, payload } of one.events) {
        const day = Math.floor((Date.parse(payload.timestamp) - Date.parse('2026-01-08')) / 86_400_000)
        if (event_type === 'ib_call_logged' && day >= 0 && day < 12)
          halves[Math.floor(day / 4)] = (halves[Math.floor(day / 4)] as number) + 1
      }
      return halves as [number, number, number]
    }
    const [step, ramp, pulse] = [daily('step'), daily('ramp'), daily('pulse')]
    expect(step[2] / step[0], `step ${step}`).toBeGreaterThan(0.6)
    expect(step[2] / step[0], `step ${step}`).toBeLessThan(1.6)
    expect(ramp[0] * 2, `ramp ${ramp}`).toBeLessThan(ramp[2])
    expect(pulse[1], `pulse ${pulse}`).toBeGreaterThan(pulse[0] * 1.3)
    expect(pulse[1], `pulse ${pulse}`).toBeGreaterThan(pulse[2] * 1.1)
  })
})

describe('a world with several interventions at once', () => {
  const several: InterventionInput[] = [
    { kind: 'calls', size: 12, where, from: '+3d', until: '+9d', reason: ['billing_question', 'tutor_concern'] },
    {
      kind: 'tutors_leave',
      size: 0.4,
      where: { subject: ['Physics', 'Mathematics'] },
      from: '+4d',
      until: '+12d',
      shape: 'pulse',
    },
    { kind: 'tutor_hours', size: 0, where: { share: 0.3 }, from: '+5d', until: '+8d' },
    { kind: 'sign_ups', size: 5, from: '+5d', until: '+10d' },
    {
      kind: 'tutors_join',
      size: 0.3,
      where: { region: ['west', 'midwest'] },
      from: '+6d',
      until: '+10d',
      shape: 'ramp',
    },
    { kind: 'demand', size: 0.5, from: '+6d', until: '+9d', shape: 'pulse' },
    { kind: 'churn', size: 6, from: '+7d', until: '+9d' },
    { kind: 'platform_outage', size: 0.5, from: '+8d', until: '+202h' },
    { kind: 'calls', size: 0.5, from: '+10d' },
  ]
  const born = () => {
    const world = createWorld({ ...SETTINGS, students: 1000 })
    for (const one of several) world.intervene(one)
    return world
  }

  it('is the same with any length of tick', () => {
    const { events } = { events: born().run('13d') }
    const other = createWorld({ ...SETTINGS, students: 1000, tick: '1h' })
    for (const one of several) other.intervene(one)
    expect(other.run('13d')).toEqual(events)
  })

  it('goes on from a checkpoint of any time as if nothing had happened', () => {
    const world = born()
    let kept = born()
    for (let tick = 0; tick < 52; tick++) {
      if (tick % 10 === 3) kept = restoreWorld(kept.checkpoint())
      expect(kept.step()).toEqual(world.step())
    }
    expect(kept.digest()).toBe(world.digest())
  })

  it('says what it holds against one that it does not take, and is left as it was', () => {
    const world = born()
    const digest = world.digest()
    expect(() => world.intervene({ kind: 'demand', size: 2, from: '2025-12-01' })).toThrow(OptionError)
    expect(() => world.apply({ intervene: { kind: 'demand', size: 2 }, students: 3 } as never)).toThrow(/^students/)
    expect(() => world.apply({ intervene: { kind: 'demand', size: 7 } })).toThrow(
      'intervention.size 7: lessons wished for, against the usual: a number from 0 to 2',
    )
    expect(world.digest()).toBe(digest)
  })
})

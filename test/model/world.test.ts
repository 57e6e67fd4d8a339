// A world as a user of the library holds it (the contract, section 8): made from settings, stepped, looked at, changed,
// saved and taken up again.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CodecError, DAY, HOUR } from '../../engine/index.ts'
import {
  createWorld,
  type Event,
  Marketplace,
  REGIONS,
  restoreWorld,
  SettingsError,
  type SettingsInput,
  type StudentView,
  SUBJECTS,
  settingsFrom,
  type TutorView,
} from '../../model/index.ts'

function studentsOf(world: Marketplace): StudentView[] {
  return [...world.students()].sort((a, b) => byNumber(a.student_id, b.student_id))
}

function tutorsOf(world: Marketplace): TutorView[] {
  return [...world.tutors()]
}

function membersOf(world: Marketplace): number {
  return studentsOf(world).filter(({ state }) => state !== 'gone' && state !== 'away').length
}

describe('a world', () => {
  it('is made from settings and lives a tick at a time', () => {
    const world = createWorld({ seed: 'x', students: 50 })
    expect(world.now).toBe(Date.UTC(2026, 0, 5))
    expect(world.tick).toBe(0)
    const events = world.step()
    expect(world.tick).toBe(1)
    expect(world.now).toBe(Date.UTC(2026, 0, 5, 0, 15))
    expect(Array.isArray(events)).toBe(true)
  })

  it('runs n ticks as it steps n times', () => {
    const [one, other] = [createWorld({ seed: 'x', students: 50 }), createWorld({ seed: 'x', students: 50 })]
    const stepped: Event[] = []
    for (let tick = 0; tick < 200; tick++) stepped.push(...one.step())
    expect(other.run(200)).toEqual(stepped)
    expect(stepped.length).toBeGreaterThan(50)
    expect(other.tick).toBe(200)
    expect(other.run(0)).toEqual([])
  })

  it('tells an event by its type', () => {
    const events = createWorld({ seed: 'x', students: 50, tick: '1d' }).run(3)
    const minutes = events.map((event) =>
      event.event_type === 'session_completed' ? event.payload.actual_duration_minutes : 20,
    )
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(20)
  })

  it('is the same with the same seed and another with another', () => {
    const lives = ['x', 'x', 'y'].map((seed) => createWorld({ seed, students: 50, tick: '1d' }))
    const events = lives.map((world) => JSON.stringify(world.run(5)))
    expect(events[1]).toBe(events[0])
    expect(events[2]).not.toBe(events[0])
    expect(lives[1]?.digest()).toBe(lives[0]?.digest())
    expect(lives[2]?.digest()).not.toBe(lives[0]?.digest())
  })

  it('is the same whatever the length of its ticks', () => {
    const DAYS = 3
    const lives = ['1m', '15m', '1h', '8h', '1d'].map((tick) => {
      const world = createWorld({ seed: 'x', students: 60, tick, warmup: '7d' })
      const events = world.run((DAYS * DAY) / world.settings.tickMilliseconds)
      return { events, digest: world.digest(), now: world.now }
    })
    const [first] = lives
    expect(first?.events.length).toBeGreaterThan(50)
    for (const life of lives) expect(life).toEqual(first)
  })

  it('has negative ticks before its start, of which nobody hears', () => {
    const world = Marketplace.born(settingsFrom({ seed: 'x', students: 50, tick: '1d', warmup: '10d' }))
    expect(world.tick).toBe(-10)
    expect(world.run(10)).toEqual([])
    expect(world.tick).toBe(0)
    expect(world.step().length).toBeGreaterThan(0)
  })
})

describe('the views', () => {
  // From birth, and too short for anyone to have left and come back: the stream tells all there is.
  const world = createWorld({ seed: 'views', students: 400, tick: '10m', warmup: '0d' })
  const events = world.run((35 * DAY) / (10 * 60_000))
  // At one o'clock in UTC the markets of three regions report.
  events.push(...world.run(7))

  function markets() {
    return SUBJECTS.flatMap((subject) => REGIONS.map((region) => world.market(subject, region)))
  }

  function latest<Type extends Event['event_type']>(
    type: Type,
    key: (event: Extract<Event, { event_type: Type }>) => string,
  ) {
    const found = new Map<string, Extract<Event, { event_type: Type }>['payload']>()
    for (const event of events)
      if (event.event_type === type)
        found.set(key(event as Extract<Event, { event_type: Type }>), event.payload as never)
    return found
  }

  it('of students agree with the latest health update, for all who have not left', () => {
    const updates = latest('customer_health_update', ({ payload }) => payload.student_id)
    const here = studentsOf(world).filter(({ state }) => state !== 'gone' && state !== 'away')
    expect(here.length).toBeGreaterThan(300)
    for (const view of here) {
      const update = updates.get(view.student_id)
      expect(view.health_score === null).toBe(update === undefined)
      if (!update) continue
      const { timestamp: _, source: __, ...numbers } = update
      expect(view).toMatchObject(numbers)
    }
  })

  it('of students know who is in a session', () => {
    const open = new Set<string>()
    for (const { event_type, payload } of events) {
      if (event_type === 'session_started') open.add(payload.student_id)
      if (event_type === 'session_completed') open.delete(payload.student_id)
    }
    expect(
      studentsOf(world)
        .filter((view) => view.in_session)
        .map((view) => view.student_id),
    ).toEqual([...open].sort(byNumber))
  })

  it('of tutors agree with their latest availability update', () => {
    const updates = latest('tutor_availability_updated', ({ payload }) => payload.tutor_id)
    const tutors = tutorsOf(world).filter(({ state }) => state !== 'newcomer')
    expect(tutors.length).toBe(updates.size)
    for (const { tutor_id, available_hours_this_week, subjects, timezone, accepts_instant_book } of tutors)
      expect({ tutor_id, available_hours_this_week, subjects, timezone, accepts_instant_book }).toEqual(
        withoutStamp(updates.get(tutor_id)),
      )
  })

  it('of tutors count the sessions that they taught', () => {
    const taught = new Map<string, number>()
    for (const { event_type, payload } of events)
      if (event_type === 'session_completed') taught.set(payload.tutor_id, (taught.get(payload.tutor_id) ?? 0) + 1)
    for (const view of tutorsOf(world)) expect(view.sessions_taught).toBe(taught.get(view.tutor_id) ?? 0)
  })

  it('of markets agree with their latest report, until the next hour ends', () => {
    const reports = latest('supply_demand_update', ({ payload }) => `${payload.subject} ${payload.region}`)
    let compared = 0
    for (const view of markets()) {
      const report = reports.get(`${view.subject} ${view.region}`)
      if (report === undefined || world.now - Date.parse(report.timestamp) >= HOUR) continue
      const { demand_score, supply_score, balance_status } = report
      expect(view).toMatchObject({ demand_score, supply_score, balance_status })
      compared++
    }
    expect(compared).toBeGreaterThan(20)
  })

  it('of markets have no more active students than there are', () => {
    for (const subject of SUBJECTS)
      for (const region of REGIONS) {
        const theirs = studentsOf(world).filter((view) => view.region === region && view.subjects[0] === subject)
        expect(world.market(subject, region).active_students).toBeLessThanOrEqual(theirs.length)
      }
    const active = markets().reduce((sum, { active_students }) => sum + active_students, 0)
    const here = studentsOf(world).filter(({ state }) => state === 'active').length
    expect(active).toBeGreaterThan(0.8 * here)
    expect(active).toBeLessThan(1.2 * here)
  })

  it('are found by their ids, each by its own', () => {
    const students = studentsOf(world)
    expect(new Set(students.map(({ student_id }) => student_id)).size).toBe(students.length)
    for (const { student_id } of students) expect(world.student(student_id)?.student_id).toBe(student_id)
    for (const { tutor_id } of tutorsOf(world)) expect(world.tutor(tutor_id)?.tutor_id).toBe(tutor_id)
  })

  it('of ids that nobody has are undefined', () => {
    for (const id of [
      'stu_999',
      'stu_1',
      'stu_99999999',
      'stu_1e3',
      'stu_-1',
      'stu_1000x',
      'STU_1000',
      'tut_100',
      'sess_1_1000',
      '',
      'x',
    ])
      expect(world.student(id)).toBeUndefined()
    for (const id of ['tut_99', 'tut_1', 'tut_99999999', 'tut_100 ', 'stu_1000', 'tut_', ''])
      expect(world.tutor(id)).toBeUndefined()
  })
})

describe('a change of size', () => {
  it.each([
    [500, 2000],
    [2000, 500],
    [300, 301],
  ])('from %i to %i is half way after two weeks, and there after eight', (from, to) => {
    const world = createWorld({ seed: 'size', students: from, tick: '1d' })
    const before = membersOf(world)
    world.apply({ students: to })
    const after = [14, 42].map((days) => {
      for (let day = 0; day < days; day++) world.advance()
      return membersOf(world)
    }) as [number, number]
    if (Math.abs(to - from) > 10) expect((after[0] - before) / (to - before)).toBeGreaterThan(0.5)
    expect(Math.abs(after[1] - to)).toBeLessThanOrEqual(Math.max(1, 0.03 * to))
  })

  it('brings the events of the new size within eight weeks, as tutors come along with the students', () => {
    const [grown, large, small] = [600, 1200, 600].map((students) =>
      createWorld({ seed: 'size', students, tick: '1h' }),
    )
    grown?.apply({ students: 1200 })
    const weeks = Array.from({ length: 10 }, () =>
      [grown, large, small].map((world) => (world as Marketplace).run(24 * 7).length),
    )
    const [third, ...late] = [weeks[2], weeks[8], weeks[9]] as [number, number, number][]
    const [events, whole, none] = third as [number, number, number]
    expect((events - none) / (whole - none)).toBeGreaterThan(0.5)
    const sum = (place: number): number => late.reduce((all, counts) => all + (counts[place] as number), 0)
    // Two weeks of two worlds of this size differ by 2 % by chance alone.
    expect(Math.abs(sum(0) / sum(1) - 1)).toBeLessThan(0.06)
  })

  it('of nothing keeps the size about as it is in the school year; a summer is smaller, and the autumn makes up for it', () => {
    const world = createWorld({ seed: 'size', students: 1000, tick: '1d' })
    const sizes = Array.from({ length: 12 }, () => {
      for (let day = 0; day < 30; day++) world.advance()
      return membersOf(world)
    })
    const [july, august] = sizes.splice(5, 2) as [number, number]
    for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(60)
    for (const size of [july, august]) {
      expect(size).toBeLessThan(950)
      expect(size).toBeGreaterThan(850)
    }
  })

  it('to a rate is one to the students that bring it', () => {
    const world = createWorld({ students: 200 })
    const target = settingsFrom({ rate: 10 }).students
    world.apply({ rate: 10 })
    expect(Math.abs(world.settings.students / target - 1)).toBeLessThan(0.2)
  })

  it('that is not possible is refused and changes nothing', () => {
    const world = createWorld({ students: 50 })
    const digest = world.digest()
    expect(() => world.apply({ students: 0 })).toThrow(SettingsError)
    expect(() => world.apply({ rate: -1 })).toThrow(SettingsError)
    expect(world.digest()).toBe(digest)
    expect(world.settings.students).toBe(50)
  })

  it('comes with the next tick and not before', () => {
    const [changed, same] = [createWorld({ students: 100, tick: '1h' }), createWorld({ students: 100, tick: '1h' })]
    expect(changed.run(48)).toEqual(same.run(48))
    changed.apply({ students: 1000 })
    expect(changed.run(24 * 14).length).toBeGreaterThan(same.run(24 * 14).length)
  })
})

describe('a checkpoint', () => {
  const TICKS = 24 * 12
  const world = Marketplace.born(settingsFrom({ seed: 'saved', students: 40, tick: '1h', warmup: '4d' }))
  const states = [{ bytes: world.checkpoint(), digest: world.digest() }]
  const events: Event[][] = []
  for (let tick = 0; tick < TICKS; tick++) {
    if (tick === 24 * 8) world.apply({ students: 120 })
    events.push(world.step())
    states.push({ bytes: world.checkpoint(), digest: world.digest() })
  }
  const CHANGE = 24 * 8

  it('taken at any tick goes on with the same events to the same state', () => {
    return fc.assert(
      fc.property(fc.nat(TICKS - 1), fc.integer({ min: 1, max: 60 }), (from, length) => {
        const restored = restoreWorld((states[from] as (typeof states)[0]).bytes)
        const until = Math.min(from + length, from <= CHANGE ? CHANGE : TICKS)
        expect(restored.digest()).toBe(states[from]?.digest)
        expect(restored.run(until - from)).toEqual(events.slice(from, until).flat())
        expect(restored.digest()).toBe(states[until]?.digest)
        expect(restored.checkpoint()).toEqual(states[until]?.bytes)
      }),
      { numRuns: 60 },
    )
  })

  it('keeps settings, tick and time', () => {
    const restored = restoreWorld((states.at(-1) as (typeof states)[0]).bytes)
    expect(restored.settings).toEqual(world.settings)
    expect({ tick: restored.tick, now: restored.now }).toEqual({ tick: world.tick, now: world.now })
  })

  it('may lie anywhere in memory', () => {
    const { bytes, digest } = states[100] as (typeof states)[0]
    const memory = new Uint8Array(bytes.length + 11)
    memory.set(bytes, 3)
    expect(restoreWorld(memory.subarray(3, 3 + bytes.length)).digest()).toBe(digest)
  })

  it('is not touched by what the world does next', () => {
    const { bytes, digest } = states[50] as (typeof states)[0]
    restoreWorld(bytes).run(24)
    expect(restoreWorld(bytes).digest()).toBe(digest)
  })

  it('that is damaged is refused', () => {
    const { bytes } = states[0] as (typeof states)[0]
    return fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = bytes.slice()
        damaged[at] = (damaged[at] as number) ^ change
        expect(() => restoreWorld(damaged)).toThrow(CodecError)
      }),
      { numRuns: 60 },
    )
  })

  it('that is cut off, or none at all, is refused', () => {
    const { bytes } = states[0] as (typeof states)[0]
    for (const length of [0, 1, 4, 31, 32, 36, 100, bytes.length - 1])
      expect(() => restoreWorld(bytes.subarray(0, length))).toThrow(CodecError)
    expect(() =>
      restoreWorld(new TextEncoder().encode('not a checkpoint of a world, but long enough for one')),
    ).toThrow(/^not a checkpoint/)
  })
})

describe('settings', () => {
  it('have defaults', () => {
    expect(settingsFrom({})).toEqual({
      seed: 'demo',
      students: 2000,
      start: Date.UTC(2026, 0, 5),
      tickMilliseconds: 15 * 60_000,
      warmupMilliseconds: 35 * DAY,
    })
  })

  it('may be numbers or texts', () => {
    const texts = settingsFrom({ start: '2027-03-01T12:30:00Z', tick: '1h', warmup: '2d' })
    expect(settingsFrom({ start: Date.UTC(2027, 2, 1, 12, 30), tick: HOUR, warmup: 2 * DAY })).toEqual(texts)
  })

  it('size by rate: students whose events come to it', () => {
    const world = createWorld({ seed: 'rate', rate: 500, tick: '1d' })
    expect(world.run(7).length / 7 / 500).toBeGreaterThan(0.8)
    expect(world.run(7).length / 7 / 500).toBeLessThan(1.2)
  })

  it('size by rate in a world of their own settings too', () => {
    const settings = { 'people.plans.three_a_week': 200, 'tutors.students_a_tutor': 3 }
    const world = createWorld({ seed: 'rate', rate: 500, tick: '1d', ...settings })
    expect(world.settings.students).toBeLessThan(0.7 * settingsFrom({ rate: 500, tick: '1d' }).students)
    expect(world.run(7).length / 7 / 500).toBeGreaterThan(0.8)
    expect(world.run(7).length / 7 / 500).toBeLessThan(1.2)
  })

  const refused: [input: SettingsInput, option: string, rule: string, value: unknown][] = [
    [{ seed: 5 as unknown as string }, 'seed', 'text', 5],
    [{ students: 0 }, 'students', 'from 1 to 10000000', 0],
    [{ students: -3 }, 'students', 'whole number', -3],
    [{ students: 1.5 }, 'students', 'whole number', 1.5],
    [{ students: 10_000_001 }, 'students', '10000000', 10_000_001],
    [{ students: Number.NaN }, 'students', 'whole number', Number.NaN],
    [{ students: '50' as unknown as number }, 'students', 'whole number', '50'],
    [{ rate: 0 }, 'rate', 'above 0', 0],
    [{ rate: -2 }, 'rate', 'above 0', -2],
    [{ rate: Number.NaN }, 'rate', 'above 0', Number.NaN],
    [{ rate: 1e12 }, 'rate', 'at most', 1e12],
    [{ rate: Number.POSITIVE_INFINITY }, 'rate', 'at most', Number.POSITIVE_INFINITY],
    [{ students: 5, rate: 7 }, 'students', 'rate gives the size too', 5],
    [{ start: 'yesterday' }, 'start', 'instant in UTC', 'yesterday'],
    [{ start: '2026-02-30' }, 'start', 'instant in UTC', '2026-02-30'],
    [{ start: '1960-01-01' }, 'start', 'instant in UTC', '1960-01-01'],
    [{ start: '2500-01-01' }, 'start', 'instant in UTC', '2500-01-01'],
    [{ start: 1.5e12 + 0.5 }, 'start', 'instant in UTC', 1.5e12 + 0.5],
    [{ start: Number.NaN }, 'start', 'instant in UTC', Number.NaN],
    [{ tick: '7h' }, 'tick', 'must divide a day', '7h'],
    [{ tick: '2d' }, 'tick', 'must divide a day', '2d'],
    [{ tick: '0s' }, 'tick', '1s or more', '0s'],
    [{ tick: '500ms' }, 'tick', '1s or more', '500ms'],
    [{ tick: 'soon' }, 'tick', 'duration such as', 'soon'],
    [{ tick: '15' }, 'tick', 'duration such as', '15'],
    [{ tick: -1000 }, 'tick', 'duration such as', -1000],
    [{ tick: 7 * HOUR }, 'tick', 'must divide a day', 7 * HOUR],
    [{ warmup: 'long' }, 'warmup', 'duration such as', 'long'],
    [{ warmup: '20m' }, 'warmup', 'whole number of ticks of 15m', '20m'],
    [{ warmup: '367d' }, 'warmup', 'at most 366d', '367d'],
    [{ warmup: -DAY }, 'warmup', 'duration such as', -DAY],
    [{ warmup: 0.5 }, 'warmup', 'duration such as', 0.5],
  ]

  it.each(refused)('%o is refused, with setting, rule and value', (input, option, rule, value) => {
    let error: unknown
    try {
      createWorld(input)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(SettingsError)
    expect(error).toMatchObject({ name: 'SettingsError', code: 'OPTION', option, value })
    expect((error as SettingsError).rule).toContain(rule)
  })
})

function byNumber(a: string, b: string): number {
  return Number(a.slice(4)) - Number(b.slice(4))
}

function withoutStamp(payload: object | undefined): object {
  return Object.fromEntries(Object.entries(payload ?? {}).filter(([key]) => key !== 'timestamp' && key !== 'source'))
}

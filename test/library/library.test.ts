// The library in a test, as its user holds it: how far to go, whom to ask for, worlds that differ, and what a failure says.

import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { DAY, OperationalError, OptionError } from '../../engine/index.ts'
import { check, createWorld, type Event, SettingsError } from '../../model/index.ts'

const small = (seed = 'library') => createWorld({ seed, students: 50 })

describe('a world is run', () => {
  it('by ticks, by a duration, or up to an instant', () => {
    const [a, b, c, d] = [small(), small(), small(), small()]
    const week = a.run(7 * 96)
    expect(b.run('7d')).toEqual(week)
    expect(c.run({ until: '2026-01-12' })).toEqual(week)
    expect(d.run({ until: new Date('2026-01-12T00:00:00Z') })).toEqual(week)
    expect(new Set([a, b, c, d].map((world) => world.digest())).size).toBe(1)
    expect(a.run(0)).toEqual([])
  })

  it.each([
    Number.NaN,
    -1,
    1.5,
    Number.POSITIVE_INFINITY,
    '7 minutes',
    '20m',
    'soon',
    { until: '2025-01-01' },
    { until: 'x' },
  ])('only by whole ticks: %o is refused with option, rule and value', (length) => {
    const world = small()
    expect(() => world.run(length)).toThrow(OptionError)
    expect(() => world.run(length)).toThrow(/whole/)
    expect(world.tick).toBe(0)
  })

  it('until something holds, and says how far it came where that does not come', () => {
    const world = small()
    const isUnresolved = ({ event_type, payload }: Event) => event_type === 'ib_call_logged' && !payload.resolved
    const events = world.runUntil((_, stepped) => stepped.some(isUnresolved))
    expect(events.filter(isUnresolved)).toHaveLength(1)
    expect(events.at(-1)?.payload.timestamp.slice(0, 10)).toBe(new Date(world.now - 1).toISOString().slice(0, 10))
    expect(() => small().runUntil(() => false, '1d')).toThrow(
      /^not reached within 96 ticks: the world of seed library is at tick 96, 2026-01-06T00:00:00.000Z, \d+ events on$/,
    )
    expect(() => small().runUntil(() => false, 4)).toThrow(OperationalError)
  })
})

describe('settings', () => {
  it.each([
    [{ studnets: 5 }, 'studnets', /is students meant\?/],
    [{ sead: 'x' }, 'sead', /is seed meant\?/],
    [{ colour: 'red' }, 'colour', /there are seed, students/],
    [{ tick: 15 }, 'tick', /divide a day into ticks of 1s or more/],
    [null, 'settings', /an object/],
    [[], 'settings', /an object/],
  ])('%o are refused by name', (settings, option, message) => {
    const make = () => createWorld(settings as never)
    expect(make).toThrow(SettingsError)
    expect(make).toThrow(message)
    expect(make).toThrow(expect.objectContaining({ option }))
  })

  it('take a Date for a start', () => {
    const start = new Date('2026-03-01T00:00:00Z')
    expect(createWorld({ students: 5, start }).now).toBe(start.getTime())
  })
})

describe('who is there', () => {
  const world = small()
  world.run('9h')
  world.runUntil(() => [...world.sessions()].length > 0)

  it('can be listed, and by what they are', () => {
    const students = [...world.students()]
    expect(students.length).toBeGreaterThan(45)
    for (const { student_id } of students) expect(world.student(student_id)?.student_id).toBe(student_id)
    const west = [...world.students({ where: { region: 'west', state: 'active' } })]
    expect(west).toEqual(students.filter(({ region, state }) => region === 'west' && state === 'active'))
    expect([...world.students({ where: ({ sessions_completed }) => sessions_completed > 20 })]).toEqual(
      students.filter(({ sessions_completed }) => sessions_completed > 20),
    )
    for (const { tutor_id } of world.tutors({ where: { accepts_instant_book: true } }))
      expect(world.tutor(tutor_id)?.accepts_instant_book).toBe(true)
  })

  it('is in a session that can be asked for while it lasts and after it', () => {
    const [session] = world.sessions()
    if (!session) throw new Error('no session')
    expect(world.student(session.student_id)?.in_session).toBe(true)
    expect(world.session(session.session_id)).toEqual(session)
    const fork = world.fork()
    const events = fork.runUntil((_, stepped) =>
      stepped.some(({ event_id }) => event_id === `${session.session_id}.completed`),
    )
    const completed = events.find(({ event_id }) => event_id === `${session.session_id}.completed`)
    expect(fork.session(session.session_id)).toMatchObject({
      state: 'completed',
      started: session.started,
      actual_duration_minutes:
        completed?.event_type === 'session_completed' && completed.payload.actual_duration_minutes,
    })
    expect(world.session('sess_1_9999')).toBeUndefined()
    expect(world.session('no id')).toBeUndefined()
  })

  it('has calls that can be asked for', () => {
    const fork = world.fork()
    const events = fork.runUntil((_, stepped) => stepped.some(({ event_type }) => event_type === 'ib_call_logged'))
    const call = events.find(({ event_type }) => event_type === 'ib_call_logged') as Event & {
      payload: { call_id: string }
    }
    expect(fork.call(call.payload.call_id)).toEqual({
      call_id: call.payload.call_id,
      student_id: (call.payload as { student_id?: string }).student_id,
      logged: Date.parse(call.payload.timestamp),
    })
    expect(world.call(call.payload.call_id)).toBeUndefined()
  })
})

describe('two worlds', () => {
  it('that differ are not equal, and those that do not are', () => {
    expect(small('x')).toEqual(small('x'))
    expect(small('x')).not.toEqual(small('y'))
    const later = small('x')
    later.step()
    expect(later).not.toEqual(small('x'))
    assert.deepEqual(small('x'), small('x'))
    assert.notDeepEqual(small('x'), small('y'))
  })

  it('print seed, tick and digest', () => {
    const world = small('x')
    const text = `seed x, tick 0, digest ${world.digest()}`
    expect(inspect(world)).toBe(`Marketplace { ${text} }`)
    expect(JSON.parse(JSON.stringify(world))).toMatchObject({ seed: 'x', tick: 0, digest: world.digest() })
  })

  it('of which one is a fork share nothing', () => {
    const world = small()
    world.run('2d')
    const fork = world.fork()
    expect(fork).toEqual(world)
    const before = world.digest()
    fork.apply({ students: 500 })
    fork.run('3d')
    expect(world.digest()).toBe(before)
    expect(world.run('3d')).not.toEqual([])
    expect(world).not.toEqual(fork)
  })
})

describe('a stream at hand', () => {
  it('is checked, and what is wrong in it is named with its event', async () => {
    const events = createWorld({ seed: 'x', students: 100, warmup: '0d' }).run((30 * DAY) / (DAY / 96))
    expect(await check(events, { sinceBirth: true })).toEqual([])
    const at = events.findIndex(({ event_type }) => event_type === 'session_completed')
    const wrong = events.with(at, {
      ...events[at],
      payload: { ...events[at]?.payload, actual_duration_minutes: 21 },
    } as Event)
    const [first] = await check(wrong, { sinceBirth: true })
    expect(first).toMatchObject({ index: at, event: wrong[at] })
    expect(first?.message).toMatch(/actual_duration_minutes/)
    expect(await check([])).toEqual([])
  })
})

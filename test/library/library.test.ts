// The library in a test, as its user holds it: how far to go, whom to ask for, worlds that differ, and what a failure says.

import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { DAY, OperationalError, OptionError, sha256 } from '../../engine/index.ts'
import { check, createWorld, type Event, NotReachedError, restoreWorld, SettingsError } from '../../model/index.ts'

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

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
    const world4 = small()
    const error = thrownBy(() => world4.runUntil(() => false, 4))
    expect(error).toBeInstanceOf(OperationalError)
    expect(error).toBeInstanceOf(NotReachedError)
    const events4 = small().run(4).length
    expect(error).toMatchObject({ code: 'NOT_REACHED', ticks: 4, tick: 4, now: world4.now, events: events4 })
  })

  it.each([
    [null, 'length', null],
    [undefined, 'length', undefined],
    [true, 'length', true],
    [{ untl: '2026-01-12' }, 'length', { untl: '2026-01-12' }],
    [{ until: null }, 'until', null],
    [{ until: {} }, 'until', {}],
    [{ until: new Date('never') }, 'until', expect.any(Date)],
  ])('as far as %o is refused with option, rule and value', (length, option, value) => {
    for (const go of [
      () => small().run(length as never),
      () => small().runUntil(() => false, (length === undefined ? null : length) as never),
    ]) {
      const error = thrownBy(go)
      expect(error).toBeInstanceOf(OptionError)
      expect(error).toMatchObject({ option, rule: expect.stringMatching(/ticks/) })
    }
    expect(thrownBy(() => small().run(length as never))).toMatchObject({ value })
  })

  it.each([1e9, '100000000d', { until: new Date(8.64e15) }, { until: 8.64e15 }])(
    'within time, which ends in 2286: %o is refused at once',
    (length) => {
      const error = thrownBy(() => createWorld({ students: 5, tick: '1d', warmup: '0d' }).run(length))
      expect(error).toMatchObject({
        name: 'OptionError',
        rule: expect.stringMatching(/^simulated time ends at 2286-11-20/),
      })
    },
  )

  it('until something that can be asked', () => {
    expect(thrownBy(() => small().runUntil(undefined as never))).toMatchObject({
      name: 'OptionError',
      option: 'predicate',
    })
  })
})

describe('settings', () => {
  it.each([
    [{ studnets: 5 }, 'studnets', 5, /no setting; is students meant\?/],
    [{ sead: 'x' }, 'sead', 'x', /is seed meant\?/],
    [{ colour: 'red' }, 'colour', 'red', /there are seed, students/],
    [null, 'settings', null, /an object/],
    [[], 'settings', [], /an object/],
    ['x', 'settings', 'x', /an object/],
    [{ seed: null }, 'seed', null, /a text/],
    [{ students: null }, 'students', null, /a whole number from 1/],
    [{ rate: null }, 'rate', null, /events a tick, above 0/],
    [{ students: 5, rate: null }, 'students', 5, /rate gives the size too/],
    [{ rate: '5' }, 'rate', '5', /events a tick, above 0.*; this is a text/],
    [{ students: '5' }, 'students', '5', /a whole number from 1 to 10000000; this is a text/],
    [{ start: null }, 'start', null, /an instant/],
    [{ start: {} }, 'start', {}, /an instant/],
    [{ start: { getTime: 5 } }, 'start', { getTime: 5 }, /an instant/],
    [{ start: [] }, 'start', [], /an instant/],
    [{ tick: null }, 'tick', null, /a duration/],
    [{ tick: [] }, 'tick', [], /a duration/],
    [{ warmup: null }, 'warmup', null, /a duration/],
    [{ tick: 15 }, 'tick', 15, /divide a day into ticks of 1s or more; a bare number is milliseconds/],
    [{ warmup: 35 }, 'warmup', 35, /whole number of ticks of 15m; a bare number is milliseconds/],
  ])('%o are refused with name, rule and value', (settings, option, value, message) => {
    const error = thrownBy(() => createWorld(settings as never))
    expect(error).toBeInstanceOf(SettingsError)
    expect(error).toMatchObject({ code: 'OPTION', option, value, rule: expect.stringMatching(/./) })
    expect((error as Error).message).toMatch(message)
  })

  it('that are undefined have their defaults', () => {
    const nothing = { seed: undefined, rate: undefined, start: undefined, tick: undefined, warmup: undefined }
    expect(createWorld({ students: 5, ...nothing } as never)).toEqual(createWorld({ students: 5 }))
  })

  it('take a Date for a start', () => {
    const start = new Date('2026-03-01T00:00:00Z')
    expect(createWorld({ students: 5, start }).now).toBe(start.getTime())
  })

  it('take a seed for the same, composed or not', () => {
    const [composed, decomposed] = ['Zo\u00EB', 'Zoe\u0308'].map((seed) => createWorld({ seed, students: 5 }))
    expect(decomposed).toEqual(composed)
    expect(decomposed?.settings.seed).toBe('Zo\u00EB')
  })

  it.each(['\uD800', 'x\uDC00', '\uFFFD'])('refuse a seed that is no text: %j', (seed) => {
    expect(thrownBy(() => createWorld({ seed, students: 5 }))).toMatchObject({
      name: 'SettingsError',
      option: 'seed',
      rule: expect.stringContaining('lone surrogates'),
      value: seed,
    })
  })
})

describe('an input', () => {
  it.each([
    [null, 'input', null, /an object with any of students, rate/],
    [80, 'input', 80, /an object/],
    [{}, 'students', undefined, /needed, or else rate/],
    [{ students: undefined }, 'students', undefined, /needed, or else rate/],
    [{ students: null }, 'students', null, /a whole number/],
    [{ students: 80, rate: null }, 'students', 80, /rate gives the size too/],
    [{ students: 80, foo: 1 }, 'foo', 1, /no setting; there are students, rate/],
    [{ studnets: 80 }, 'studnets', 80, /is students meant\?/],
  ])('%o is refused with name, rule and value, and changes nothing', (input, option, value, message) => {
    const world = small()
    const error = thrownBy(() => world.apply(input as never))
    expect(error).toBeInstanceOf(SettingsError)
    expect(error).toMatchObject({ option, value })
    expect((error as Error).message).toMatch(message)
    expect(world).toEqual(small())
  })
})

describe('a checkpoint', () => {
  it.each([null, undefined, 'x', {}, []])('is bytes, not %o', (bytes) => {
    expect(thrownBy(() => restoreWorld(bytes as never))).toMatchObject({ name: 'OptionError', option: 'checkpoint' })
  })

  it.each([
    ['"students":50', '"studnets":50', 'studnets', /is students meant\?/],
    ['"students":50', '"students":-5', 'students', /a whole number/],
    ['"seed":"library"', '"seed":123456789', 'seed', /a text/],
  ])('whose settings are not a world’s is refused by name: %s as %s', (said, instead, option, message) => {
    const bytes = small().checkpoint()
    const text = Buffer.from(bytes.subarray(0, -32)).toString('latin1').replace(said, instead)
    // As long as before, or nearly: what is missing is a blank of JSON.
    const body = Buffer.from(text.replace(instead, instead.padEnd(said.length)), 'latin1')
    const error = thrownBy(() => restoreWorld(Buffer.concat([body, sha256(body)])))
    expect(error).toMatchObject({ name: 'SettingsError', option })
    expect((error as Error).message).toMatch(message)
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

  it.each([
    [{ wher: { region: 'west' } }, 'wher', /is where meant\?/],
    [null, 'students', /an object/],
    [{ where: null }, 'where', /an object/],
    [{ where: [] }, 'where', /an object/],
    [{ where: 'west' }, 'where', /an object/],
    [{ where: { regoin: 'west' } }, 'regoin', /no field of students; is region meant\?/],
    [{ where: { region: ['west', 'midwest'] } }, 'region', /one value; for more give a function/],
    [{ where: { region: undefined } }, 'region', /one value/],
    [{ where: { region: {} } }, 'region', /one value/],
    [{ where: { subjects: 'French' } }, 'subjects', /a list; for more give a function/],
  ])('is not asked for by %o, which is refused at once', (which, option, message) => {
    const error = thrownBy(() => world.students(which as never))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option })
    expect((error as Error).message).toMatch(message)
  })

  it('is asked for by a null that a field can be', () => {
    const newcomers = [...world.students({ where: { avg_session_rating: null } })]
    expect(newcomers).toEqual([...world.students({ where: (student) => student.avg_session_rating === null })])
    for (const list of [
      () => world.tutors({ where: { tuto_id: 'x' } as never }),
      () => world.sessions({ whre: 1 } as never),
    ])
      expect(list).toThrow(OptionError)
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

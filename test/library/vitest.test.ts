// The fixture and the matchers of tutorsim/vitest.

import { describe, expect, it } from 'vitest'
import { createWorld, type Event } from '../../model/index.ts'
import { test } from '../../vitest/index.ts'

describe('the fixture', () => {
  test('gives each test a world at its start', ({ world }) => {
    expect(world.tick).toBe(0)
    expect(world.settings.students).toBe(50)
    expect(world.settings.seed).toContain('gives each test a world at its start')
    world.run('1d')
  })

  test('… a fresh one', ({ world }) => {
    expect(world.tick).toBe(0)
  })

  describe('with settings', () => {
    test.override({ settings: { students: 20, seed: 'mine' } })
    test('gives the world that they make', ({ world }) => {
      expect(world.settings).toMatchObject({ students: 20, seed: 'mine' })
    })
  })
})

describe('the matchers', () => {
  test('find a world’s events coherent, and an event among them', ({ world }) => {
    const events = world.run('3d')
    expect(events).toBeCoherent()
    expect(events).toHaveEvent({ event_type: 'session_started', payload: { subject: 'Mathematics' } })
    expect(events).not.toHaveEvent({
      event_type: 'session_started',
      payload: { scheduled_duration_minutes: 90, subject: 'French' },
    })
  })

  test('name the first event at fault', ({ world }) => {
    const events = world.run('3d')
    const at = events.findIndex(({ event_type }) => event_type === 'session_started')
    const twice = [...events.slice(0, at + 1), events[at] as Event, ...events.slice(at + 1)]
    expect(() => expect(twice).toBeCoherent()).toThrow(
      new RegExp(
        `${twice.length} events to be coherent, and \\d+ are at fault; the first is number ${at + 2}: rule 1, event_id[^]*of the world of seed [^]*at fault, tick 288, digest [0-9a-f]{64}`,
      ),
    )
    expect(() =>
      expect(events).toHaveEvent({ event_type: 'ib_call_logged', payload: { duration_seconds: 61, resolved: true } }),
    ).toThrow(/expected one of \d+ events to be like/)
  })

  const NONE = { event_id: 'none' }

  test('say how to see the world again, also where they are negated or get no event', ({ world }) => {
    const events = world.run('3d')
    const again = `of the world of ${world.summary}; to see it again: createWorld({"seed":"${world.settings.seed}","students":50}).run(288)`
    for (const fails of [
      () => expect(events).toHaveEvent(NONE),
      () => expect(events).not.toHaveEvent({ event_type: 'session_started' }),
      () => expect(events).not.toBeCoherent(),
      () => expect(events.filter(({ event_type }) => event_type === 'ib_call_logged')).toHaveEvent(NONE),
      () => expect(world.run(0)).toHaveEvent(NONE),
    ])
      expect(fails).toThrow(again)
  })

  it('know any world, its fork and what it was given', () => {
    const world = createWorld({ seed: 'mine', students: 20, start: '2026-03-01', tick: '1h', warmup: '0d' })
    const twin = world.fork()
    twin.apply({ students: 30 })
    const started = '"start":"2026-03-01T00:00:00.000Z","tick":"1h","warmup":"0d"'
    expect(() => expect(world.run('1d')).toHaveEvent(NONE)).toThrow(
      `createWorld({"seed":"mine","students":20,${started}}).run(24)`,
    )
    expect(() => expect(twin.run(2)).toHaveEvent(NONE)).toThrow(
      `createWorld({"seed":"mine","students":30,${started}}).run(2), with the inputs that it was given`,
    )
    expect(() => expect([...world.step()].map((event) => ({ ...event }))).not.toBeCoherent()).toThrow(/and they are$/)
  })

  describe('side by side', () => {
    for (const name of ['one', 'two', 'three'])
      test.concurrent(`name the world that they are given: ${name}`, async ({ world }) => {
        const events = world.run('1d')
        await new Promise((resolve) => setTimeout(resolve, 20))
        for (const fails of [
          () => expect(events).toHaveEvent(NONE),
          () => expect(events).not.toBeCoherent(),
          () => expect([...events]).not.toBeCoherent(),
        ])
          expect(fails).toThrow(`they are given: ${name}, tick 96, digest ${world.digest()}`)
      })
  })

  test('refuse a field that no event has, which a negated one would never find', ({ world }) => {
    const events = world.run('1d')
    for (const [like, said] of [
      [{ event_typ: 'session_started' }, 'event_typ is no field of an event'],
      [{ event_type: 'session_begun' }, 'session_begun is no type of event'],
      [{ payload: { student: 'stu_1000' } }, 'student is no field of the payload of any event'],
      [
        { event_type: 'session_started', payload: { resolved: true } },
        'resolved is no field of the payload of session_started',
      ],
    ] as const)
      expect(() => expect(events).not.toHaveEvent(like as never)).toThrow(said)
  })

  it('want events', () => {
    expect(() => expect(5).toBeCoherent()).toThrow('expected the events of a world')
  })
})

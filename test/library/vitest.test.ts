// The fixture and the matchers of tutorsim/vitest.

import { describe, expect, it } from 'vitest'
import type { Event } from '../../model/index.ts'
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

  it('want events', () => {
    expect(() => expect(5).toBeCoherent()).toThrow('expected the events of a world')
  })
})

// What differs between two worlds is told by whom it happens to: what is in one only, what is otherwise, and what has moved.

import { describe, expect, it } from 'vitest'
import { Comparison, createWorld, type Event } from '../../model/index.ts'

const WORLD = createWorld({ seed: 'compared', students: 200, tick: '1d' })
const EVENTS = WORLD.run('10d')

function compared(first: readonly Event[], other: readonly Event[]) {
  const comparison = new Comparison()
  comparison.add(first, other)
  return comparison.compared()
}

/** The same event so many minutes later, as another run would have it. */
function later(event: Event, minutes: number): Event {
  const timestamp = new Date(Date.parse(event.payload.timestamp) + minutes * 60_000).toISOString()
  const event_id = event.event_id.replace(/\d{13}/, (instant) => String(Number(instant) + minutes * 60_000))
  return { ...event, event_id, payload: { ...event.payload, timestamp } } as Event
}

const at = EVENTS.findIndex(({ event_type }) => event_type === 'session_started')
const session = EVENTS[at] as Extract<Event, { event_type: 'session_started' }>

describe('two worlds', () => {
  it('that are the same do not differ', () => {
    expect(compared(EVENTS, EVENTS)).toMatchObject({
      first: undefined,
      counts: { added: 0, removed: 0, changed: 0, moved: 0 },
    })
  })

  it('of which one has an event more differ in what is added, or else removed', () => {
    const without = EVENTS.toSpliced(at, 1)
    expect(compared(without, EVENTS)).toMatchObject({
      first: { change: 'added', was: undefined, is: session },
      counts: { added: 1, removed: 0, changed: 0, moved: 0 },
    })
    expect(compared(EVENTS, without)).toMatchObject({
      first: { change: 'removed', was: session, is: undefined },
      counts: { added: 0, removed: 1, changed: 0, moved: 0 },
    })
  })

  it('of which one has an event a minute later have moved it, also across the ends of a stretch', () => {
    const moved = later(session, 1)
    const other = EVENTS.toSpliced(at, 1, moved)
    const expected = { first: { change: 'moved', was: session, is: moved }, counts: { moved: 1, added: 0, removed: 0 } }
    expect(compared(EVENTS, other)).toMatchObject(expected)
    const stretches = new Comparison()
    stretches.add(EVENTS, EVENTS.toSpliced(at, 1))
    stretches.add([], [moved])
    expect(stretches.compared()).toMatchObject(expected)
  })

  it('of which one has an event weeks later have lost one and got another', () => {
    const other = [...EVENTS.toSpliced(at, 1), later(session, 30 * 24 * 60)]
    expect(compared(EVENTS, other).counts).toEqual({ added: 1, removed: 1, changed: 0, moved: 0 })
  })

  it('of which one has another tutor under the same id have changed it, for that student, market and day', () => {
    const changed = { ...session, payload: { ...session.payload, tutor_id: 'tut_999' } } as Event
    const { counts, byAgent, byMarket, byDay } = compared(EVENTS, EVENTS.toSpliced(at, 1, changed))
    const one = { added: 0, removed: 0, changed: 1, moved: 0 }
    expect(counts).toEqual(one)
    const { student_id, subject, timestamp } = session.payload
    const region = WORLD.student(student_id)?.region
    expect([...byAgent, ...byMarket, ...byDay]).toEqual([
      [student_id, one],
      [`${subject}|${region}`, one],
      [timestamp.slice(0, 10), one],
    ])
  })
})

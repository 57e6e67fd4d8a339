// tutorsim in a test of vitest: a fixture with a fresh world for each test, and matchers for its events.
//
//     import { test } from 'tutorsim/vitest'
//
//     test('the board shows who is being taught', ({ world }) => {
//       const events = world.run('1d')
//       expect(events).toBeCoherent()
//     })

import { test as base, expect, onTestFailed } from 'vitest'
import { Checker } from '../model/checker/index.ts'
import { createWorld, type Event, type EventType, type Marketplace, type SettingsInput } from '../model/index.ts'

type Payload<Type extends EventType> = Extract<Event, { event_type: Type }>['payload']

/** What an event is to be like: any of its fields, and any of its payload's. */
export type EventLike = {
  [Type in EventType]: {
    event_id?: string
    caused_by?: string | null
    event_type?: Type
    payload?: Partial<Payload<Type>>
  }
}[EventType]

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** The events keep what a stream promises: docs/contract.md, section 3. */
    toBeCoherent(): R
    /** One of the events is like this. */
    toHaveEvent(like: T extends Iterable<unknown> ? EventLike : never): R
  }
}

export interface Fixtures {
  /** Of the test's world: `test.override({ settings: { students: 50 } })` sets them. */
  settings: SettingsInput
  /** A fresh world at its start; 50 students, and the test's name for a seed, unless `settings` say otherwise. */
  world: Marketplace
}

/** The world of the test under way, by the test's name: what a matcher says to see a failure again. */
const worlds = new Map<string, Marketplace>()

/** vitest's `test` with a world. A test that fails says of which seed it was, and where that world stood. */
export const test = base.extend<Fixtures>({
  settings: {},
  world: async ({ settings, task }, use) => {
    const world = createWorld({ seed: task.fullTestName ?? task.name, students: 50, ...settings })
    onTestFailed(() => {
      const { seed, students } = world.settings
      const again = JSON.stringify({ ...settings, seed, students })
      console.error(`tutorsim: the world is of ${world.summary}; to see it again: createWorld(${again})`)
    })
    const name = expect.getState().currentTestName ?? ''
    worlds.set(name, world)
    await use(world)
    worlds.delete(name)
  },
})

expect.extend({
  toBeCoherent(received: unknown) {
    const events = eventsOf(received)
    const faults: { line: number; message: string }[] = []
    const checker = new Checker({
      report: ({ line, rule, message }) => faults.push({ line, message: `rule ${rule}, ${message}` }),
    })
    for (const event of events) checker.line(JSON.stringify(event))
    if (events.length > 0) checker.end()
    const [first] = faults
    return {
      pass: first === undefined,
      message: () => {
        if (first === undefined) return `expected ${events.length} events not to be coherent, and they are`
        const event = JSON.stringify(events[first.line - 1])
        return `expected ${events.length} events to be coherent, and ${faults.length} are at fault; the first is number ${first.line}: ${first.message}\n  ${event}${provenance()}`
      },
    }
  },

  toHaveEvent(received: unknown, like: EventLike) {
    const events = eventsOf(received)
    const found = events.find((event) => this.equals(event, expect.objectContaining(shaped(like))))
    return {
      pass: found !== undefined,
      message: () => {
        const wanted = JSON.stringify(like)
        if (found)
          return `expected none of ${events.length} events to be like ${wanted}, and there is ${JSON.stringify(found)}`
        const alike = events.filter(({ event_type }) => like.event_type === undefined || event_type === like.event_type)
        const nearby = alike[0] ? `; there are ${alike.length} of that type, the first ${JSON.stringify(alike[0])}` : ''
        return `expected one of ${events.length} events to be like ${wanted}${nearby}${provenance()}`
      },
    }
  },
})

/** Of which world, where the test has one. */
function provenance(): string {
  const world = worlds.get(expect.getState().currentTestName ?? '')
  return world ? `\n  of the world of ${world.summary}` : ''
}

function eventsOf(received: unknown): Event[] {
  if (typeof received === 'object' && received !== null && Symbol.iterator in received)
    return [...(received as Iterable<Event>)]
  throw new TypeError('expected the events of a world, such as world.run("1d") returns')
}

function shaped({ payload, ...event }: EventLike): object {
  return payload === undefined ? event : { ...event, payload: expect.objectContaining(payload) }
}

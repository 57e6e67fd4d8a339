// tutorsim in a test of vitest: a fixture with a fresh world for each test, and matchers for its events.
//
//     import { test } from 'tutorsim/vitest'
//
//     test('the board shows who is being taught', ({ world }) => {
//       const events = world.run('1d')
//       expect(events).toBeCoherent()
//     })

import { test as base, expect } from 'vitest'
import { Checker } from '../model/checker/index.ts'
import {
  createWorld,
  type Event,
  type EventType,
  eventTypes,
  inputFor,
  Marketplace,
  type SettingsInput,
} from '../model/index.ts'

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

/**
 * The world of each event, and of each list of them, that a world of this process returned. Tests that run side by side have
 * worlds of their own, so what a matcher was given decides, and not which test is under way.
 */
const worldOf = new WeakMap<object, Marketplace>()
/** Worlds that their settings alone do not make again. */
const withInputs = new WeakSet<Marketplace>()
const { step, run, runUntil, apply, fork } = Marketplace.prototype
Marketplace.prototype.step = function (this: Marketplace) {
  const events = step.call(this)
  for (const event of events) worldOf.set(event, this)
  return remembered(this, events)
}
Marketplace.prototype.run = function (this: Marketplace, length) {
  return remembered(this, run.call(this, length))
}
Marketplace.prototype.runUntil = function (this: Marketplace, ...how: Parameters<typeof runUntil>) {
  return remembered(this, runUntil.apply(this, how))
}
Marketplace.prototype.apply = function (this: Marketplace, input) {
  apply.call(this, input)
  withInputs.add(this)
}
Marketplace.prototype.fork = function (this: Marketplace) {
  const copy = fork.call(this)
  if (withInputs.has(this)) withInputs.add(copy)
  return copy
}

function remembered(world: Marketplace, events: Event[]): Event[] {
  worldOf.set(events, world)
  return events
}

/** vitest's `test` with a world. A test that fails says of which seed it was, and where that world stood. */
export const test = base.extend<Fixtures>({
  settings: {},
  world: async ({ settings, task, onTestFailed }, use) => {
    const world = createWorld({ seed: task.fullTestName ?? task.name, students: 50, ...settings })
    onTestFailed(() => console.error(`tutorsim: ${seenAgain(world)}`))
    await use(world)
  },
})

/** Which world it is, and how to see it again as it is now. */
function seenAgain(world: Marketplace): string {
  const inputs = withInputs.has(world) ? ', with the inputs that it was given' : ''
  const settings = JSON.stringify(inputFor(world.settings))
  return `the world of ${world.summary}; to see it again: createWorld(${settings}).run(${world.tick})${inputs}`
}

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
        const from = provenance(received, events)
        if (first === undefined) return `expected ${events.length} events not to be coherent, and they are${from}`
        const event = JSON.stringify(events[first.line - 1])
        return `expected ${events.length} events to be coherent, and ${faults.length} are at fault; the first is number ${first.line}: ${first.message}\n  ${event}${from}`
      },
    }
  },

  toHaveEvent(received: unknown, like: EventLike) {
    const events = eventsOf(received)
    refuseUnknown(like)
    const found = events.find((event) => this.equals(event, expect.objectContaining(shaped(like))))
    return {
      pass: found !== undefined,
      message: () => {
        const wanted = JSON.stringify(like)
        const from = provenance(received, events)
        if (found)
          return `expected none of ${events.length} events to be like ${wanted}, and there is ${JSON.stringify(found)}${from}`
        const alike = events.filter(({ event_type }) => event_type === like.event_type)
        const nearby = alike[0] ? `; ${alike.length} of that type, the first ${JSON.stringify(alike[0])}` : ''
        return `expected one of ${events.length} events to be like ${wanted}${nearby}${from}`
      },
    }
  },
})

/** Of which world the events are, where it is known: a world's own, or a list with some of its own. */
function provenance(received: unknown, events: readonly Event[]): string {
  const known = [received as object, ...events].find((one) => worldOf.has(one))
  const world = known && worldOf.get(known)
  return world ? `\n  of ${seenAgain(world)}` : ''
}

function eventsOf(received: unknown): Event[] {
  if (typeof received === 'object' && received !== null && Symbol.iterator in received)
    return [...(received as Iterable<Event>)]
  throw new TypeError('expected the events of a world, such as world.run("1d") returns')
}

/** A field that no event has would make a negated matcher pass whatever comes. */
function refuseUnknown({ payload, ...event }: EventLike): void {
  const types = eventTypes.filter(({ name }) => event.event_type === undefined || name === event.event_type)
  const ofEvent = ['event_id', 'caused_by', 'event_type']
  const ofPayload = ['timestamp', 'source', ...types.flatMap(({ fields }) => Object.keys(fields))]
  if (types.length === 0) throw new TypeError(`toHaveEvent: ${event.event_type} is no type of event`)
  for (const name of Object.keys(event))
    if (!ofEvent.includes(name)) throw new TypeError(`toHaveEvent: ${name} is no field of an event`)
  for (const name of Object.keys(payload ?? {}))
    if (!ofPayload.includes(name))
      throw new TypeError(`toHaveEvent: ${name} is no field of the payload of ${event.event_type ?? 'any event'}`)
}

function shaped({ payload, ...event }: EventLike): object {
  return payload === undefined ? event : { ...event, payload: expect.objectContaining(payload) }
}

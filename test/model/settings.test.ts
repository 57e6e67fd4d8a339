// Settings: a world's figures are its own, from birth or changed in its life, and with defaults nothing moves.

import { describe, expect, it } from 'vitest'
import {
  createWorld,
  type Event,
  type Marketplace,
  restoreWorld,
  SETTINGS,
  type SettingsInput,
} from '../../model/index.ts'
import { changesTaken } from '../../model/settings/input.ts'
import { wordsOfNone } from '../../model/settings/told.ts'

const SMALL = { seed: 'settings', students: 200, warmup: '2d', tick: '1h' }

function born(settings: SettingsInput = {}): Marketplace {
  return createWorld({ ...SMALL, ...settings })
}

function messageOf(settings: unknown): string {
  try {
    born(settings as SettingsInput)
  } catch (error) {
    expect(error).toMatchObject({ name: 'SettingsError' })
    return (error as Error).message
  }
  return 'taken'
}

describe('the catalogue', () => {
  it('gives each setting a number of its own', () => {
    expect(new Set(SETTINGS.map(({ number }) => number)).size).toBe(SETTINGS.length)
  })

  it('has each default within its range, and a sentence about it', () => {
    for (const { name, default: usual, minimum, maximum, description, integer } of SETTINGS) {
      expect(usual, name).toBeGreaterThanOrEqual(minimum)
      expect(usual, name).toBeLessThanOrEqual(maximum)
      expect(minimum, name).toBeLessThan(maximum)
      expect(description, name).toMatch(/^[A-Z].*\.$/)
      if (integer) expect([usual, minimum, maximum].every(Number.isInteger), name).toBe(true)
    }
  })
})

it('no words are about a setting that there is not', () => {
  expect(wordsOfNone()).toEqual([])
})

describe('settings of a birth', () => {
  it('that all say the default are none', () => {
    const defaults = Object.fromEntries(SETTINGS.map(({ name, default: usual }) => [name, usual]))
    const world = born(defaults)
    expect(world.settings).toEqual(born().settings)
    expect(world.digest()).toBe(born().digest())
  })

  it('are the same in their groups and by their names', () => {
    const nested = born({ calls: { per_100_sessions: 8, priority: { tutor_concern: { high: 90 } } } })
    const dotted = born({ 'calls.priority.tutor_concern.high': 90, 'calls.per_100_sessions': 8 })
    expect(dotted.settings).toEqual(nested.settings)
    expect(dotted.settings.figures).toEqual({ 'calls.per_100_sessions': 8, 'calls.priority.tutor_concern.high': 90 })
    expect(dotted.digest()).toBe(nested.digest())
  })

  it.each<[unknown, string]>([
    [{ calls: { per_100_session: 3 } }, 'calls.per_100_session 3: no setting; is calls.per_100_sessions meant?'],
    [{ per_100_sessions: 3 }, 'per_100_sessions 3: no setting; is calls.per_100_sessions meant?'],
    [{ 'calls.per_100_sessions': '4' }, 'calls.per_100_sessions 4: a number from 0 to 40 (calls); this is a text'],
    [{ 'calls.per_100_sessions': 41 }, 'calls.per_100_sessions 41: a number from 0 to 40 (calls)'],
    [{ 'calls.per_100_sessions': Number.NaN }, 'calls.per_100_sessions NaN: a number from 0 to 40 (calls)'],
    [{ 'calls.per_100_sessions': null }, 'calls.per_100_sessions null: a number from 0 to 40 (calls)'],
    [{ 'calls.renewal_every_weeks': 2.5 }, 'calls.renewal_every_weeks 2.5: a whole number from 1 to 52 (weeks)'],
    [
      { calls: { per_100_sessions: 3 }, 'calls.per_100_sessions': 3 },
      'calls.per_100_sessions 3: given twice: as per_100_sessions in calls and as calls.per_100_sessions',
    ],
    [
      { 'calls.priority.billing_question': { low: 0, medium: 0, high: 0 } },
      'calls.priority.billing_question: not all of its weights may be 0',
    ],
    [
      { 'calls.priority': 3 },
      'calls.priority 3: an object with any of scheduling_issue, technical_problem, tutor_concern, billing_question, general_inquiry',
    ],
    [
      { calls: JSON.parse('{"priority": {"__proto__": {"low": 3}}}') },
      'calls.priority.__proto__ {"low":3}: no setting; calls.priority has scheduling_issue, technical_problem, tutor_concern, billing_question, general_inquiry',
    ],
    [{ student: 3 }, 'student 3: no setting; is students meant?'],
  ])('are refused where they are wrong: %j', (settings, message) => {
    expect(messageOf(settings)).toBe(message)
  })
})

describe('two worlds of different settings', () => {
  it('stepped in turns are what each is alone', () => {
    const settings = [{ 'calls.per_100_sessions': 20 }, {}, { 'calls.resolved_percent': 20 }]
    const alone = settings.map((own) => {
      const world = born(own)
      return { events: world.run('10d'), digest: world.digest() }
    })
    const worlds = settings.map(born)
    const events: Event[][] = worlds.map(() => [])
    for (let tick = 0; tick < 240; tick++)
      for (const [index, world] of worlds.entries()) events[index]?.push(...world.step())
    for (const [index, world] of worlds.entries()) {
      expect(events[index]).toEqual(alone[index]?.events)
      expect(world.digest()).toBe(alone[index]?.digest)
    }
    expect(new Set(alone.map(({ digest }) => digest)).size).toBe(settings.length)
  })
})

describe('a change of settings', () => {
  it('to what they are changes nothing', () => {
    const world = born({ 'calls.per_100_sessions': 8 })
    const digest = world.digest()
    world.apply({ settings: { calls: { per_100_sessions: 8, repeat_percent: 52 } } })
    expect(world.digest()).toBe(digest)
  })

  it('holds from then on, and is kept by checkpoints and forks', () => {
    const world = born()
    world.run('1d')
    world.apply({ settings: { 'calls.per_100_sessions': 30 } })
    expect(world.settings.figures).toEqual({ 'calls.per_100_sessions': 30 })
    const others = [restoreWorld(world.checkpoint()), world.fork()]
    const events = world.run('20d')
    for (const other of others) {
      expect(other.run('20d')).toEqual(events)
      expect(other.digest()).toBe(world.digest())
      expect(other.settings).toEqual(world.settings)
    }
    const usual = born().run('21d')
    const callsOf = (all: readonly Event[]): number =>
      all.filter((event) => event.event_type === 'ib_call_logged').length
    expect(callsOf(events)).toBeGreaterThan(2 * callsOf(usual))
  })

  it('is refused where with an earlier one it would leave nothing to choose from', () => {
    const world = born()
    world.apply({ settings: { 'sessions.length': { minutes_30: 0, minutes_60: 0 } } } as never)
    world.run(1)
    const digest = world.digest()
    expect(() => world.apply({ settings: { 'sessions.length.minutes_90': 0 } })).toThrow(
      'sessions.length: not all of its weights may be 0',
    )
    expect(world.digest()).toBe(digest)
  })

  it('that was taken cannot stop a world: what would leave nothing to choose from is not changed', () => {
    const values = new Map([
      ['sessions.length.minutes_90', 0],
      ['calls.per_100_sessions', 7],
    ])
    const given = { 'sessions.length.minutes_30': 0, 'sessions.length.minutes_60': 0 }
    expect(changesTaken(given, values)).toEqual({ 'calls.per_100_sessions': 7 })
  })

  it('is refused where it is wrong, and then nothing has changed', () => {
    const world = born()
    const digest = world.digest()
    const wrong: [unknown, string][] = [
      [{ settings: { calls: { per_100_sessions: -1 } } }, 'calls.per_100_sessions -1: a number from 0 to 40 (calls)'],
      [{ settings: {} }, 'settings {}: at least one setting'],
      [{ settings: 3 }, 'settings 3: an object with settings by group or name'],
      [{ settings: { 'calls.per_100_sessions': 3 }, students: 3 }, 'students 3: no setting; there are settings'],
    ]
    for (const [input, message] of wrong) expect(() => world.apply(input as never)).toThrow(message)
    expect(world.digest()).toBe(digest)
  })
})

describe('a share that changes', () => {
  it('moves as few as it must: no more students learn something else than the shares say', () => {
    const subjectsOf = (settings: SettingsInput): Map<string, string | undefined> =>
      new Map(
        [...born({ students: 2000, warmup: '0d', ...settings }).students()].map(({ student_id, subjects }) => [
          student_id,
          subjects[0],
        ]),
      )
    const usual = subjectsOf({})
    // English from 18 of 100 to 41 of 123: 15 more of a hundred.
    const english = subjectsOf({ 'people.subjects.English': 41 })
    const moved = [...usual].filter(([id, subject]) => english.get(id) !== subject)
    expect(moved.every(([id]) => english.get(id) === 'English')).toBe(true)
    expect(moved.length / usual.size).toBeGreaterThan(0.12)
    expect(moved.length / usual.size).toBeLessThan(0.18)
  })
})

describe('twice as many calls', () => {
  it('leave every session its start and its tutor, but for what calls cause', () => {
    const eventsBy = (often: number): Event[] =>
      createWorld({ seed: 'b', students: 400, warmup: '0d', tick: '1d', 'calls.per_100_sessions': often }).run('56d')
    const worlds = [eventsBy(6), eventsBy(12)] as const
    const calling = new Set(
      worlds.flatMap((events) =>
        events.flatMap((event) => (event.event_type === 'ib_call_logged' ? [event.payload.student_id] : [])),
      ),
    )
    const startsIn = (events: readonly Event[]) =>
      events.flatMap((event) => (event.event_type === 'session_started' ? [event.payload] : []))
    const [before, after] = [startsIn(worlds[0]), startsIn(worlds[1])]
    const others = new Set(after.map((session) => JSON.stringify(session)))
    const sameOf = (sessions: readonly object[]): number =>
      sessions.filter((session) => others.has(JSON.stringify(session))).length / sessions.length
    // Calls make students leave, somebody new comes to their seats, and tutors have hours for others.
    expect(sameOf(before)).toBeGreaterThan(0.98)
    // Who never calls feels it by tutors alone, and at first not at all.
    const calm = before.filter(({ student_id }) => !calling.has(student_id))
    expect(calm.length).toBeGreaterThan(1000)
    expect(sameOf(calm)).toBeGreaterThan(0.99)
    expect(sameOf(calm.slice(0, Math.floor(calm.length / 3)))).toBe(1)
  })
})

describe('all that can change in the course of life', () => {
  const seed = Math.floor(Math.random() * 0x1_0000_0000)

  it(`is rebuilt on load as it was counted: seed ${seed}`, () => {
    const live = SETTINGS.filter(({ atBirth }) => !atBirth)
    expect(live.length).toBeGreaterThan(150)
    const world = born({ seed: String(seed), students: 100 })
    for (let round = 0; round < 3; round++) {
      world.run('4d')
      const settings = Object.fromEntries(
        live
          .filter((_, at) => (at * 7 + seed + round) % 3 === 0)
          .map(({ name, minimum, maximum, integer, default: usual }, at) => {
            const value = usual + ((at % 2 === 0 ? maximum : minimum) - usual) * 0.3
            return [name, integer ? Math.round(value) : value]
          }),
      )
      world.apply({ settings })
      const restored = restoreWorld(world.checkpoint())
      expect(restored.run('6d')).toEqual(world.run('6d'))
      expect(restored.digest()).toBe(world.digest())
    }
  })
})

// What a run says of itself: where it starts, how far it goes and how that lies to the clock, what comes next, whether it is
// behind, and where it was stopped.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Course } from '../../cli/terminal/course.ts'
import { planOf, type RunOptions, settingsOf } from '../../cli/terminal/plan.ts'
import { bar } from '../../cli/terminal/progress.ts'
import { instantInWords, spanInWords } from '../../cli/terminal/spans.ts'
import { stoppedLine } from '../../cli/terminal/stopped.ts'
import { DAY, HOUR, MINUTE, type Outlook, SECOND } from '../../engine/index.ts'
import { settingsFrom } from '../../model/index.ts'

const CLOCK = Date.parse('2026-03-10T12:34:56.789Z')
const START = Date.parse('2026-01-05T00:00:00Z')

let said: string[]
beforeEach(() => {
  said = []
  vi.useFakeTimers({ now: CLOCK })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.push(String(text).trimEnd())
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const plan = (options: Partial<RunOptions> = {}) => planOf({ store: 'sqlite:x.db', ...options })

describe('a span of time', () => {
  it.each([
    [7 * DAY + 945 * MINUTE, '7 days 15 hours 45 minutes'],
    [30 * DAY, '30 days'],
    [DAY + HOUR + MINUTE + SECOND, '1 day 1 hour 1 minute 1 second'],
    [45 * SECOND, '45 seconds'],
    [1400, '1 second'],
    [0, '0 seconds'],
  ])('of %d ms is said as people say it', (milliseconds, words) => expect(spanInWords(milliseconds)).toBe(words))

  it('is cut to its largest units where that is enough', () =>
    expect(spanInWords(7 * DAY + 945 * MINUTE, 2)).toBe('7 days 15 hours'))
})

it('a bar shows the share that is done', () => {
  expect(bar(0)).toBe('[--------------------]   0 %')
  expect(bar(0.426)).toBe('[#########-----------]  42 %')
  expect(bar(1)).toBe('[####################] 100 %')
})

describe('a start that is told by the clock', () => {
  it.each([
    ['now-30d', '2026-02-08T12:34:00.000Z'],
    ['now-90m', '2026-03-10T11:04:00.000Z'],
    ['now', '2026-03-10T12:34:00.000Z'],
    ['today-12w', '2025-12-16T00:00:00.000Z'],
    ['today', '2026-03-10T00:00:00.000Z'],
  ])('%s is %s at this clock', (start, instant) => expect(plan({ start }).given.start).toBe(instant))

  it.each(['now+1d', 'now-', 'now-x', 'now-1y', 'nowadays', 'today-12', 'today - 1d', 'now-100000d'])(
    '%s is refused, and the option named',
    (start) => expect(() => plan({ start })).toThrow(expect.objectContaining({ option: 'start' })),
  )

  it('holds at a birth, and is no other start to the world that was born so', () => {
    const born = settingsFrom({ start: '2025-12-01' })
    expect(settingsOf(plan({ start: 'now-7d' }), undefined).start).toBe(Date.parse('2026-03-03T12:34:00Z'))
    expect(settingsOf(plan({ start: 'now-7d' }), { born, students: 2000 }).start).toBe(born.start)
    expect(() => settingsOf(plan({ start: '2026-01-06' }), { born, students: 2000 })).toThrow('take another --world')
  })

  it('is an instant with an offset too', () =>
    expect(settingsOf(plan({ start: '2026-01-05T00:00:00+02:00' }), undefined).start).toBe(START - 2 * HOUR))
})

it('--live has its own pace, and refuses another', () => {
  expect(plan({ live: true }).pace).toBe('live')
  expect(() => plan({ live: true, pace: '60x' })).toThrow('live 60x: has a pace of its own')
})

/** A host as the course looks at it. */
function host(tick: number, outlook?: () => Outlook | undefined) {
  return {
    tick,
    now: START + tick * 15 * MINUTE,
    get outlook() {
      return outlook?.()
    },
  }
}

describe('at its start a run says', () => {
  const first = (options: Partial<RunOptions>, tick: number, until: number): string => {
    const course = new Course(plan(options), settingsFrom({}))
    course.begin(host(tick), until)
    course.end()
    return said.join('\n')
  }

  it.each<[string, Partial<RunOptions>, number, number, string]>([
    [
      'where a world begins and how far it goes',
      {},
      0,
      2880,
      'world default begins at 2026-01-05T00:00:00Z, 64 days 12 hours behind the clock; it goes on for 30 days, to 2026-02-04T00:00:00Z',
    ],
    [
      'that it goes ahead of the clock',
      {},
      2880,
      2 * 2880 + 1000,
      'world default is at 2026-02-04T00:00:00Z, 34 days 12 hours behind the clock; it goes on for 40 days 10 hours, to 2026-03-16T10:00:00Z, which is 5 days 21 hours ahead of the clock',
    ],
    [
      'that it is ahead of the clock',
      { world: 'w', pace: '60x' },
      8640,
      Number.POSITIVE_INFINITY,
      'world w is at 2026-04-05T00:00:00Z, 25 days 11 hours ahead of the clock; it goes on until Ctrl-C, at 60x',
    ],
    [
      'that it will be live',
      { live: true },
      96,
      Number.POSITIVE_INFINITY,
      'world default is at 2026-01-06T00:00:00Z, 63 days 12 hours behind the clock; it goes on until Ctrl-C; each event leaves at its own timestamp, the past at once',
    ],
    [
      'that simulated time ends before',
      { store: 'memory', pace: 'realtime' },
      0,
      1e9,
      'a world of 2000 students begins at 2026-01-05T00:00:00Z, 64 days 12 hours behind the clock; it goes on for 95282 days 17 hours 45 minutes, to 2286-11-20T17:45:00Z, where simulated time ends, in real time',
    ],
  ])('%s', (_, options, tick, until, line) => expect(first(options, tick, until)).toBe(line))
})

describe('under way a run says', () => {
  let outlook: Outlook | undefined
  const course = (options: Partial<RunOptions>): Course => {
    const one = new Course(plan(options), settingsFrom({}))
    one.begin(
      host(0, () => outlook),
      Number.POSITIVE_INFINITY,
    )
    said = []
    return one
  }
  const quiet = (next: Outlook['next']): Outlook => ({ present: CLOCK, next, lateMilliseconds: 0, delivered: 0 })

  it('what comes next and when, where that is a while, and not over and over', () => {
    const one = course({ pace: 'realtime' })
    outlook = quiet({ instant: CLOCK + 75_000, type: 0, inMilliseconds: 75_000 })
    vi.advanceTimersByTime(20_000)
    expect(said).toEqual(['next: session_started at 2026-03-10T12:36:11Z, in 1 minute 15 seconds'])
    outlook = quiet({ instant: CLOCK + 5000, inMilliseconds: 5000 })
    vi.advanceTimersByTime(120_000)
    expect(said).toHaveLength(1)
    one.end()
  })

  it('that it is behind and sends at once, and when it has caught up', () => {
    const one = course({ pace: '60x' })
    outlook = { ...quiet(undefined), lateMilliseconds: 3_600_000 }
    vi.advanceTimersByTime(10_000)
    outlook = quiet({ instant: CLOCK + 1000, type: 0, inMilliseconds: 1000 })
    vi.advanceTimersByTime(10_000)
    expect(said).toEqual(['behind by 1 hour: what is late goes at once', 'caught up at 2026-03-10T12:34:56Z'])
    one.end()
  })
})

describe('stopped, a run says in its last line', () => {
  const at = { present: START + HOUR, ticksLeft: 92 }

  it('where, and the command that goes on from there', () => {
    const options: RunOptions = {
      ...{ store: 'sqlite:it is.db', world: 'w', seed: 'x', students: 500, tick: '15m', for: '1d' },
      ...{ to: ['a.ndjson', 'https://example.com/ingest'], pace: '60x', maxRate: 5 },
    }
    expect(stoppedLine(planOf(options), options, at)).toBe(
      "stopped at 2026-01-05T01:00:00Z; goes on from there: tutorsim run --store 'sqlite:it is.db' --world w --to a.ndjson --to https://example.com/ingest --pace 60x --max-rate 5 --ticks 92",
    )
    const endless: RunOptions = { store: 'sqlite:x.db', live: true }
    expect(stoppedLine(planOf(endless), endless, { ...at, ticksLeft: Number.POSITIVE_INFINITY })).toBe(
      'stopped at 2026-01-05T01:00:00Z; goes on from there: tutorsim run --store sqlite:x.db --live',
    )
  })

  it('no command that would hold a secret', () => {
    const options: RunOptions = { store: 'sqlite:x.db', to: 'https://example.com/ingest?key=SECRET', for: '1d' }
    const line = stoppedLine(planOf(options), options, at)
    expect(line).not.toContain('SECRET')
    expect(line).toContain('the same command goes on from there, with --ticks 92')
  })

  it('that a world in memory is gone, and that one was warming up', () => {
    const options: RunOptions = { store: 'memory' }
    expect(stoppedLine(planOf(options), options, at)).toBe(
      'stopped at 2026-01-05T01:00:00Z; with --store memory the world is gone',
    )
    expect(stoppedLine(planOf(options), options, { ...at, present: undefined })).toContain('while it warmed up')
  })
})

it('an instant is said to the second', () => expect(instantInWords(CLOCK)).toBe('2026-03-10T12:34:56Z'))

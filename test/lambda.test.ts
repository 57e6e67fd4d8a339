// What the simulator is told, and what it tells: its environment, its schedule, its pace and its line a run.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Timeline } from '../engine/delivery/timeline.ts'
import { lastTickOf } from '../engine/index.ts'
import { EnvironmentError, environmentFrom, sizeOf, worldNameOf } from '../lambda/environment.ts'
import { invocationFrom } from '../lambda/invocation.ts'
import { paceWithin } from '../lambda/pacing.ts'
import { failureLine, type RunReport, reportLine } from '../lambda/report.ts'
import { endWarning, settingsAt, ticksDue } from '../lambda/schedule.ts'

const REQUIRED = { INGEST_API_URL: 'https://ingest.example.com/ingest', WORLD_TABLE: 'worlds' }
const MINUTE = 60_000

describe('the environment', () => {
  it('has the contract’s defaults', () => {
    const environment = environmentFrom(REQUIRED)
    expect(environment).toEqual({
      ...{ ingestApiUrl: REQUIRED.INGEST_API_URL, apiKeyParameter: undefined, table: 'worlds' },
      ...{
        world: 'default',
        seed: 'demo',
        settings: {},
        students: undefined,
        streams: 50,
        eventsPerRun: 10,
        tick: '1m',
      },
      ...{ paceWithinRun: false, opening: false, batch: 1, aheadMaxMilliseconds: 60 * MINUTE },
    })
    expect(sizeOf(environment)).toEqual({ rate: 500 })
  })

  it('is sized by students where they are given, empty variables being none', () => {
    const environment = environmentFrom({
      ...REQUIRED,
      STUDENTS: '9000',
      SEED: '',
      TICK: '2h',
      PACE_WITHIN_RUN: 'true',
      OPENING: 'true',
      INGEST_BATCH: '100',
      AHEAD_MAX: '2d',
    })
    const aheadMaxMilliseconds = 2 * 24 * 60 * MINUTE
    expect(environment).toMatchObject({
      seed: 'demo',
      tick: '2h',
      paceWithinRun: true,
      opening: true,
      batch: 100,
      aheadMaxMilliseconds,
    })
    expect(sizeOf(environment)).toEqual({ students: 9000 })
  })

  it.each([
    [{ INGEST_API_URL: '' }, 'INGEST_API_URL: needed'],
    [{ WORLD_TABLE: undefined }, 'WORLD_TABLE: needed'],
    [{ WORLD: 'a b' }, 'WORLD a b: not up to 64 letters'],
    [{ SCENARIO: 'exam-rsh' }, 'SCENARIO exam-rsh: there is none; is exam-rush meant?'],
    [{ SCENARIO: 'x' }, 'SCENARIO x: one of exam-rush, physics-drought'],
    [{ SCENARIO: 'exam-rush:hard' }, 'SCENARIO exam-rush:hard: exam-rush, or exam-rush:mild or exam-rush:severe'],
    [{ STUDENTS: '-1' }, 'STUDENTS -1: not a number'],
    [{ STUDENTS: '1.5' }, 'STUDENTS 1.5: not a whole number from 1 to 10000000'],
    [{ STREAM_COUNT: '0' }, 'STREAM_COUNT 0: not a number above 0'],
    [{ STREAM_COUNT: '20000' }, 'STREAM_COUNT 20000: not a whole number from 1 to 10000'],
    [{ EVENTS_PER_RUN: 'ten' }, 'EVENTS_PER_RUN ten: not a number above 0'],
    [{ EVENTS_PER_RUN: '100000000' }, 'STREAM_COUNT x EVENTS_PER_RUN 5000000000: events a tick'],
    [{ INGEST_BATCH: '501' }, 'INGEST_BATCH 501: not a whole number from 1 to 500'],
    [{ TICK: '7m' }, 'TICK 7m: must divide a day'],
    [{ TICK: '1' }, 'TICK 1: not a duration'],
    [{ AHEAD_MAX: 'an hour' }, 'AHEAD_MAX an hour: not a duration'],
    [{ PACE_WITHIN_RUN: 'yes' }, 'PACE_WITHIN_RUN yes: not true or false'],
    [{ STUDNETS: '5' }, 'STUDNETS: no variable of the simulator; is STUDENTS meant?'],
    [{ EVENT_PER_RUN: '5' }, 'EVENT_PER_RUN: no variable of the simulator; is EVENTS_PER_RUN meant?'],
    [{ SETTINGS: 'none.json' }, /^SETTINGS none\.json: ENOENT/],
    [{ SEED: 'x\uD800' }, 'a text without lone surrogates'],
  ])('%o is refused in one line', (variables, message) => {
    expect(() => environmentFrom({ ...REQUIRED, ...variables })).toThrow(EnvironmentError)
    expect(() => environmentFrom({ ...REQUIRED, ...variables })).toThrow(message)
  })

  it('holds variables of others, and takes a seed for the same, composed or not', () => {
    const others = { AWS_REGION: 'us-east-1', PATH: '/bin', TZ: ':UTC', EVENT_STREAM: 'x', STUDNETS: '' }
    const [composed, decomposed] = ['Zo\u00EB', 'Zoe\u0308'].map((SEED) =>
      settingsAt(Date.UTC(2026, 0, 5), environmentFrom({ ...REQUIRED, ...others, SEED })),
    )
    expect(decomposed).toEqual(composed)
  })

  it('has settings from a file beside the function, of which its own say more', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tutorsim-lambda-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'settings.json')
    writeFileSync(file, JSON.stringify({ 'calls.per_100_sessions': 8, shocks: 'off', seed: 'theirs' }))
    const SETTINGS = relative(process.env.LAMBDA_TASK_ROOT ?? '.', file)
    const environment = environmentFrom({ ...REQUIRED, SETTINGS, STUDENTS: '500', SEED: 'ours' })
    expect(settingsAt(Date.UTC(2026, 0, 5), environment)).toMatchObject({
      ...{ seed: 'ours', students: 500, shocks: 'off', figures: { 'calls.per_100_sessions': 8 } },
    })
    writeFileSync(file, JSON.stringify({ 'calls.per_100_sessions': 80 }))
    expect(() => environmentFrom({ ...REQUIRED, SETTINGS })).toThrow(
      /calls\.per_100_sessions 80: a number from 0 to 40/,
    )
  })

  it('names a region’s world', () => {
    expect(worldNameOf('demo', '')).toBe('demo')
    expect(worldNameOf('demo', 'west')).toBe('demo.west')
  })
})

describe('an invocation', () => {
  const now = Date.parse('2026-01-05T14:00:30Z')
  const HOUR = 60 * MINUTE
  const read = (event: unknown) => invocationFrom(event, now, HOUR)

  it('is for the time that its event says, up to an hour after the clock, and for now where it says none', () => {
    expect(read({})).toEqual({ scheduled: now, region: '' })
    const scheduled = (time: string) => read({ time, region: 'west' }).scheduled - now
    expect(scheduled('2026-01-05T14:00:00Z')).toBe(-30_000)
    expect(scheduled('2026-01-05T15:00:30Z')).toBe(HOUR)
    expect(scheduled('2003-01-05T14:00:30.000Z')).toBeLessThan(-20 * 365 * 24 * HOUR)
  })

  it.each(['2026-01-05T15:00:30.001Z', '2027-01-05T14:00:00Z', '9999-12-31T23:59:59Z'])(
    'of %s, too far after the clock, is refused',
    (time) => {
      const rule = 'at most 1h after the clock (AHEAD_MAX), which says 2026-01-05T14:00:30.000Z'
      expect(() => read({ time })).toThrow(`time ${time}: ${rule}`)
    },
  )

  it.each([
    5,
    1_767_621_900_000,
    null,
    true,
    '',
    'noon',
    '2026',
    '2026-01',
    '2026-01-05 20:05',
    '2026-01-05T14:00:00',
    '2026-02-30T14:00:00Z',
    '2026-01-05T24:00:00Z',
    'Mon, 05 Jan 2026 14:00:00 GMT',
    ['2026-01-05T14:00:00Z'],
    {},
  ])('whose time is %j is refused in one line that names it', (time) => {
    expect(() => read({ time })).toThrow(EnvironmentError)
    expect(() => read({ time })).toThrow(/^time .*: not an instant such as 2026-01-05T14:00:00Z$/)
  })

  it.each([null, 'west', 5, []])('that is %j and no event is refused in one line', (event) => {
    expect(() => read(event)).toThrow(/^event .*: must be an object that may have time and region$/)
  })

  it.each(['north', 5, null, {}])('for the region %j is refused in one line', (region) => {
    expect(() => read({ region })).toThrow(/^region .*: not one of northeast, /)
  })
})

describe('the schedule', () => {
  const first = Date.parse('2026-01-05T14:00:00Z')

  it.each(['1m', '2h'])(
    'is one tick of %s a minute, whatever its rate, from the one that ends with the first run',
    (tick) => {
      const settings = settingsAt(first + 17_000, environmentFrom({ ...REQUIRED, TICK: tick }))
      expect(settings.start).toBe(first - settings.tickMilliseconds)
      const due = (minutes: number) => ticksDue(first + minutes * MINUTE, settings)
      expect([0, 1, 1.9, 60].map(due)).toEqual([1, 2, 2, 61])
      expect([-1, -5].map(due)).toEqual([0, -4])
    },
  )
})

describe('a schedule that comes to the end of simulated time', () => {
  it('is warned early, and not long before', () => {
    const at = (tick: string) =>
      settingsAt(Date.parse('2026-01-05T14:00:00Z'), environmentFrom({ ...REQUIRED, TICK: tick }))
    expect(endWarning(0, at('1m'))).toBeUndefined()
    expect(endWarning(0, at('2h'))).toBeUndefined()
    expect(endWarning(0, at('1d'))).toMatch(
      /^simulated time ends at 2286-11-20T17:46:40.000Z: in 66\.\d days at a tick a minute$/,
    )
    expect(endWarning(lastTickOf(at('1d')), at('1d'))).toContain('the world has come to its end')
  })
})

describe('the pace', () => {
  it('puts a tick’s events where their timestamps are in it, and older ones at once', () => {
    const first = Date.parse('2026-01-05T14:00:00Z')
    const pace = paceWithin({ first, tickMilliseconds: MINUTE, began: 1000, lastsMilliseconds: 45_000 })
    const machine = { now: () => 0, elapsed: () => 1000, pause: () => Promise.resolve() }
    const timeline = new Timeline(pace, machine, 0)
    expect(timeline.until(first)).toBe(0)
    expect(timeline.until(first + MINUTE / 2)).toBe(22_500)
    expect(timeline.until(first - MINUTE)).toBeLessThan(0)
  })
})

describe('the line of a run', () => {
  const report: RunReport = {
    ...{ world: 'default', target: 'https://ingest.example.com/ingest', streams: 50, tick: 3, tickLag: 0 },
    ...{
      aheadTicks: 0,
      simulatedTime: '2026-01-05T14:03:00.000Z',
      eventsGenerated: 490,
      eventsSent: 488,
      retried: 2,
      oldestUndeliveredSeconds: 0,
      parked: 1,
    },
    ...{ conflicts: 0, writeUnits: 20, readUnits: 3, loadMilliseconds: 3, simulateMilliseconds: 20 },
    ...{ deliverMilliseconds: 40, durationMilliseconds: 63, warm: true, warmingUp: false },
  }
  const now = Date.parse('2026-01-05T14:03:01Z')
  const metricsOf = (line: string) => {
    const { _aws, ...values } = JSON.parse(line)
    const [{ Namespace, Dimensions, Metrics }] = _aws.CloudWatchMetrics
    expect([Namespace, Dimensions, _aws.Timestamp]).toEqual(['tutorsim', [['World']], now])
    return Object.fromEntries(Metrics.map(({ Name }: { Name: string }) => [Name, values[Name]]))
  }

  it('says how many events went where, and is the metrics too', () => {
    const line = reportLine(report, now)
    expect(line).not.toContain('\n')
    expect(JSON.parse(line)).toMatchObject({
      timestamp: '2026-01-05T14:03:01.000Z',
      level: 'INFO',
      message: 'tick 3 of default: 488 events over 50 streams to https://ingest.example.com/ingest',
      ...{ World: 'default', streams: 50, eventsGenerated: 490, eventsSent: 488, target: report.target },
    })
    expect(metricsOf(line)).toEqual({
      ...{
        TickLagTicks: 0,
        AheadTicks: 0,
        EventsDelivered: 488,
        OldestUndeliveredSeconds: 0,
        ParkedEvents: 1,
        Conflicts: 0,
      },
      ...{ WriteUnits: 20, DurationMilliseconds: 63, RunFailed: 0 },
    })
  })

  it('says that a world warms up', () => {
    const { message } = JSON.parse(reportLine({ ...report, tick: -9, warmingUp: true }, now))
    expect(message).toBe('tick -9 of default: warming up, at 2026-01-05T14:03:00.000Z')
  })

  it('says that a world is ahead of the clock, and by how much', () => {
    const line = reportLine({ ...report, aheadTicks: 703 }, now)
    expect(JSON.parse(line).message).toMatch(/, 703 ticks ahead of the clock$/)
    expect(metricsOf(line)).toMatchObject({ AheadTicks: 703, TickLagTicks: 0 })
  })

  it('is an error where something stood in the way', () => {
    const line = reportLine(
      { ...report, problem: 'INGEST_API_URL x: delivery halted (403); 9 events undelivered' },
      now,
    )
    expect(JSON.parse(line)).toMatchObject({ level: 'ERROR', message: expect.stringMatching(/^INGEST_API_URL x/) })
    expect(metricsOf(line)).toMatchObject({ RunFailed: 1, EventsDelivered: 488 })
    expect(metricsOf(failureLine('default', 'WORLD_TABLE: needed', now))).toEqual({ RunFailed: 1 })
  })
})

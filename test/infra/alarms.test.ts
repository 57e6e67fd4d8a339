// What wakes somebody, and what is there to look at then.

import { describe, expect, it } from 'vitest'
import { REGIONS } from '../../model/index.ts'
import { type Figure, isInAlarm, periodOf } from './cloudwatch.ts'
import { ENDPOINT, type Properties, synthesise } from './synthesis.ts'

const plain = synthesise(ENDPOINT)

function alarms({ resources }: typeof plain): Record<string, Properties> {
  const named = [...resources('AWS::CloudWatch::Alarm')].map(([id, properties]) => [
    id.replace(/^Observability(.*).{8}$/, '$1'),
    properties,
  ])
  return Object.fromEntries(named)
}

describe('alarms', () => {
  it.each([
    ['TickLag', 'tutorsim', 'TickLagTicks', 'Maximum', 10, 3],
    ['Ahead', 'tutorsim', 'AheadTicks', 'Maximum', 10, 1],
    ['OldestUndelivered', 'tutorsim', 'OldestUndeliveredSeconds', 'Maximum', 900, 3],
    ['Parked', 'tutorsim', 'ParkedEvents', 'Maximum', 0, 1],
    ['Conflicts', 'tutorsim', 'Conflicts', 'Sum', 10, 1],
    ['RunFailed', 'tutorsim', 'RunFailed', 'Sum', 0, 1],
    ['Errors', 'AWS/Lambda', 'Errors', 'Sum', 0, 1],
    ['Throttles', 'AWS/Lambda', 'Throttles', 'Sum', 0, 3],
    ['TimeNearlyUp', 'AWS/Lambda', 'Duration', 'Maximum', 270_000, 3],
    ['DeadLetters', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum', 0, 1],
  ])('%s: on %s %s, %s above %d, %d times', (name, Namespace, MetricName, Statistic, Threshold, EvaluationPeriods) => {
    expect(alarms(plain)[name]).toMatchObject({
      Namespace,
      MetricName,
      Statistic,
      Threshold,
      EvaluationPeriods,
      Period: 300,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      ...(Namespace === 'tutorsim' ? { Dimensions: [{ Name: 'World', Value: 'default' }] } : {}),
    })
  })

  it('are these and no others', () => {
    expect(Object.keys(alarms(plain))).toHaveLength(11)
    expect(Object.keys(alarms(synthesise({ ...ENDPOINT, shards: '5' })))).toHaveLength(12)
  })

  it('look at all regions where there are shards: sums of all, else the worst', () => {
    const sharded = alarms(synthesise({ ...ENDPOINT, shards: '5' }))
    const worlds = ({ Metrics: [, ...metrics] }: Properties) =>
      metrics.map(({ MetricStat }: Properties) => MetricStat.Metric.Dimensions[0].Value)
    const regions = REGIONS.map((region) => `default.${region}`)
    expect(sharded.TickLag?.Metrics[0].Expression).toMatch(/^MAX\(\[ticklagticks_maximum_0, .*_4\]\)$/)
    expect(worlds(sharded.TickLag as Properties)).toEqual(regions)
    expect(sharded.RunFailed?.Metrics[0].Expression).toMatch(/^SUM\(\[runfailed_sum_0, .*_5\]\)$/)
    expect(worlds(sharded.RunFailed as Properties)).toEqual([...regions, 'default'])
  })

  it('miss runs of a schedule that is on, by whoever switched it on', () => {
    const missing = alarms(plain).MissingInvocations
    expect(missing?.TreatMissingData).toBe('notBreaching')
    expect(missing?.Metrics[0].Expression).toBe('IF(FILL(triggered, 0) > 0 AND FILL(invoked, 0) < 1, 1, 0)')
  })

  it('miss runs of a schedule that was deployed to be on, even when it says nothing any more', () => {
    const missing = alarms(synthesise({ ...ENDPOINT, enabled: 'true' })).MissingInvocations
    expect(missing?.TreatMissingData).toBe('breaching')
    expect(missing?.Metrics[0].Expression).toBe('IF(FILL(triggered, 1) > 0 AND FILL(invoked, 0) < 1, 1, 0)')
  })

  it.each(['rate(1 minute)', 'rate(7 minutes)', 'rate(29 minutes)', 'rate(5 hours)', 'rate(1 day)', 'rate(40 days)'])(
    'at %s keep CloudWatch’s bounds: periods up to a day, and seven days in all, or one where periods are short',
    (rate) => {
      for (const enabled of ['true', 'false'])
        for (const [name, alarm] of Object.entries(
          alarms(synthesise({ ...ENDPOINT, students: '300', shards: '5', rate, enabled })),
        )) {
          const minutes = periodOf(alarm)
          expect(minutes, name).toBeLessThanOrEqual(1440)
          expect(minutes * alarm.EvaluationPeriods, name).toBeLessThanOrEqual(minutes < 60 ? 1440 : 7 * 1440)
        }
    },
  )

  it('go to a topic where one is given, and say when it is over', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:alarms'
    for (const alarm of Object.values(alarms(synthesise({ ...ENDPOINT, alarmTopicArn })))) {
      expect(alarm).toMatchObject({ AlarmActions: [alarmTopicArn], OKActions: [alarmTopicArn] })
    }
    for (const alarm of Object.values(alarms(plain))) expect(alarm).not.toHaveProperty('AlarmActions')
  })
})

/** Rounds that are simulated, and those in which something is wrong. */
const ROUNDS = 60
const [BAD_FROM, BAD_TO] = [8, 32]
const DAY = 1440

const RATES = [
  ['rate(1 minute)', 1],
  ['rate(2 minutes)', 2],
  ['rate(5 minutes)', 5],
  ['rate(15 minutes)', 15],
  ['rate(1 hour)', 60],
  ['rate(5 hours)', 300],
  ['rate(12 hours)', 720],
  ['rate(13 hours)', 780],
  ['rate(1 day)', DAY],
  ['rate(2 days)', 2 * DAY],
  ['rate(3 days)', 3 * DAY],
] as const

/** What one round of the schedule reports. @param round by its number, from 0 */
type Round = (round: number) => Record<string, number>

const WELL = { TriggeredRules: 1, Invocations: 1, Errors: 0, Throttles: 0, Duration: 3000 }
const WORLD_WELL = {
  ...{ TickLagTicks: 0, AheadTicks: 0, OldestUndeliveredSeconds: 0, ParkedEvents: 0, Conflicts: 0, RunFailed: 0 },
}
const OF_WORLDS = Object.keys(WORLD_WELL)

/** Figures of rounds that begin up to a minute late and take up to three. */
function reported(minutes: number, worlds: readonly string[], round: Round): Figure[] {
  return Array.from({ length: ROUNDS }, (_, index) => {
    const minute = index * minutes + 1 + ((index * 7) % 3) * Math.min(1, minutes / 5)
    return Object.entries(round(index)).flatMap(([metric, value]) =>
      OF_WORLDS.includes(metric)
        ? worlds.map((world, place) => ({ minute, metric, world, value: place === 0 ? value : 0 }))
        : [{ minute, metric, value }],
    )
  }).flat()
}

/** Of rounds, when an alarm begins to stand, and when it ends. */
interface Span {
  begin: number
  end: number
}

/** Gaps of a few minutes, while figures of two rounds are in one period, do not count. */
function alarmed(alarm: Properties, minutes: number, figures: readonly Figure[]): Span[] {
  // All through a round, and minute by minute about its begin, where figures come and go.
  const within = [...Array.from({ length: 16 }, (_, part) => (part * minutes) / 16), 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round)
  const looks = rounds
    .flatMap((round) => within.map((minute) => round * minutes + minute))
    // Before the third round there is little that an alarm could look at.
    .filter((minute) => minute > 3 * minutes + 5)
    .sort((a, b) => a - b)
  const spans: Span[] = []
  for (const minute of looks.filter((one) => isInAlarm(alarm, figures, one))) {
    const latest = spans.at(-1)
    if (latest && minute - latest.end * minutes <= Math.max(5, minutes / 16)) latest.end = minute / minutes
    else spans.push({ begin: minute / minutes, end: minute / minutes })
  }
  return spans
}

describe.each(RATES)('over the figures of a schedule of %s', (rate, minutes) => {
  const ofPlain = alarms(synthesise({ ...ENDPOINT, rate }))
  const ofEnabled = alarms(synthesise({ ...ENDPOINT, rate, enabled: 'true' }))
  const figuresOf = (round: Round) => reported(minutes, ['default'], round)
  const inBadRounds =
    (bad: Record<string, number>): Round =>
    (round) => ({ ...WELL, ...WORLD_WELL, ...(round >= BAD_FROM && round < BAD_TO ? bad : {}) })
  // In rounds: as long as periods are no longer than the least that they may be, that is several.
  const delay = Math.max(7, 15 / minutes + 1)

  it('nothing stands while all is well', () => {
    const figures = figuresOf(() => ({ ...WELL, ...WORLD_WELL }))
    for (const [name, alarm] of [...Object.entries(ofPlain), ...Object.entries(ofEnabled)])
      expect(alarmed(alarm, minutes, figures), name).toEqual([])
  })

  it.each([
    ['TickLag', { TickLagTicks: 11 }],
    ['Ahead', { AheadTicks: 11 }],
    ['OldestUndelivered', { OldestUndeliveredSeconds: 901 }],
    ['Parked', { ParkedEvents: 1 }],
    ['Conflicts', { Conflicts: 11 }],
    ['RunFailed', { RunFailed: 1 }],
    ['Errors', { Errors: 1 }],
    ['Throttles', { Throttles: 1 }],
    ['TimeNearlyUp', { Duration: 271_000 }],
  ])('%s stands while it is so, and no longer', (name, bad) => {
    const spans = alarmed(ofPlain[name] as Properties, minutes, figuresOf(inBadRounds(bad)))
    expect(spans).toHaveLength(1)
    const [{ begin, end }] = spans as [Span]
    expect(begin).toBeGreaterThanOrEqual(BAD_FROM)
    expect(begin).toBeLessThan(BAD_FROM + delay)
    expect(end).toBeGreaterThan(BAD_TO - 1)
    expect(end).toBeLessThan(BAD_TO + delay)
  })

  it.each(['TickLag', 'OldestUndelivered', 'Throttles', 'TimeNearlyUp'])('%s does not stand for one run', (name) => {
    const bad = { TickLagTicks: 11, OldestUndeliveredSeconds: 901, Throttles: 1, Duration: 271_000 }
    const figures = figuresOf((round) => ({ ...WELL, ...WORLD_WELL, ...(round === BAD_FROM ? bad : {}) }))
    expect(alarmed(ofPlain[name] as Properties, minutes, figures)).toEqual([])
  })

  it('runs that do not begin are missed', () => {
    const silent = (bad: Record<string, number>): Round => {
      return (round) => (round < BAD_FROM ? { ...WELL, ...WORLD_WELL } : bad)
    }
    const missed = (alarm: Properties | undefined, bad: Record<string, number>) =>
      alarmed(alarm as Properties, minutes, figuresOf(silent(bad)))
    for (const alarm of [ofPlain, ofEnabled]) {
      const [span] = missed(alarm.MissingInvocations, { TriggeredRules: 1 })
      expect(span?.begin).toBeGreaterThan(BAD_FROM)
      expect(span?.begin).toBeLessThan(BAD_FROM + delay)
    }
    const [off] = missed(ofEnabled.MissingInvocations, {})
    expect(off?.begin).toBeLessThan(BAD_FROM + delay)
    expect(missed(ofPlain.MissingInvocations, {})).toEqual([])
  })
})

describe.each([
  ['rate(5 days)', 5 * DAY],
  ['rate(7 days)', 7 * DAY],
  ['rate(40 days)', 40 * DAY],
] as const)('over the figures of a schedule of %s, which is more than alarms can look back', (rate, minutes) => {
  const plain = alarms(synthesise({ ...ENDPOINT, students: '300', rate }))
  const enabled = alarms(synthesise({ ...ENDPOINT, students: '300', rate, enabled: 'true' }))

  it('nothing stands while all is well, not even where the schedule is to be on', () => {
    const figures = reported(minutes, ['default'], () => ({ ...WELL, ...WORLD_WELL }))
    for (const [name, alarm] of [...Object.entries(plain), ...Object.entries(enabled)])
      expect(alarmed(alarm, minutes, figures), name).toEqual([])
  })

  it('one bad run is enough for all that look at runs', () => {
    const bad = {
      ...{
        TickLagTicks: 11,
        AheadTicks: 11,
        OldestUndeliveredSeconds: 901,
        ParkedEvents: 1,
        Conflicts: 11,
        RunFailed: 1,
      },
      ...{ Errors: 1, Throttles: 1, Duration: 271_000 },
    }
    const figures = reported(minutes, ['default'], (round) => ({
      ...WELL,
      ...WORLD_WELL,
      ...(round === BAD_FROM ? bad : {}),
    }))
    for (const [name, alarm] of Object.entries(plain).filter(([name]) => !/MissingInvocations|DeadLetters/.test(name)))
      expect(alarmed(alarm, minutes, figures), name).toHaveLength(1)
  })
})

it('where there are shards, one region that does badly is enough', () => {
  const sharded = alarms(synthesise({ ...ENDPOINT, students: '300', shards: '5', rate: 'rate(15 minutes)' }))
  const worlds = REGIONS.toReversed().map((region) => `default.${region}`)
  const figures = reported(15, worlds, (round) => ({ ...WORLD_WELL, TickLagTicks: round >= BAD_FROM ? 11 : 0 }))
  expect(alarmed(sharded.TickLag as Properties, 15, figures)).toHaveLength(1)
})

it('the dashboard shows every figure that the simulator reports', () => {
  const body = JSON.stringify(plain.only('AWS::CloudWatch::Dashboard').DashboardBody)
  for (const metric of [
    'TickLagTicks',
    'AheadTicks',
    'EventsDelivered',
    'OldestUndeliveredSeconds',
    'ParkedEvents',
    'Conflicts',
    'WriteUnits',
    'DurationMilliseconds',
    'RunFailed',
  ]) {
    expect(body).toContain(`\\"tutorsim\\",\\"${metric}\\",\\"World\\",\\"default\\"`)
  }
})

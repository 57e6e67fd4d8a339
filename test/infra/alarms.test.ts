// What wakes somebody, and what is there to look at then.

import { describe, expect, it } from 'vitest'
import { REGIONS } from '../../model/index.ts'
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
    expect(Object.keys(alarms(plain))).toHaveLength(10)
    expect(Object.keys(alarms(synthesise({ ...ENDPOINT, shards: '5' })))).toHaveLength(11)
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

  it.each([
    ['rate(1 minute)', 300],
    ['rate(10 minutes)', 1800],
    ['rate(2 hours)', 21_600],
    ['rate(7 days)', 86_400],
  ])('miss runs after three rounds of %s, or a day', (rate, seconds) => {
    const [, triggered, invoked] = alarms(synthesise({ ...ENDPOINT, rate })).MissingInvocations?.Metrics ?? []
    expect([triggered.MetricStat.Period, invoked.MetricStat.Period]).toEqual([seconds, seconds])
  })

  it('go to a topic where one is given, and say when it is over', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:alarms'
    for (const alarm of Object.values(alarms(synthesise({ ...ENDPOINT, alarmTopicArn })))) {
      expect(alarm).toMatchObject({ AlarmActions: [alarmTopicArn], OKActions: [alarmTopicArn] })
    }
    for (const alarm of Object.values(alarms(plain))) expect(alarm).not.toHaveProperty('AlarmActions')
  })
})

it('the dashboard shows every figure that the simulator reports', () => {
  const body = JSON.stringify(plain.only('AWS::CloudWatch::Dashboard').DashboardBody)
  for (const metric of [
    'TickLagTicks',
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

// What to look at, and what to be woken by.

import { Duration } from 'aws-cdk-lib'
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { Rule } from 'aws-cdk-lib/aws-events'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import { CONFLICTS_MAX, SIMULATOR_TIMEOUT_SECONDS, TICK_LAG_TICKS_MAX, UNDELIVERED_SECONDS_MAX } from './capacity.ts'
import { type Deployment, worldsOf } from './deployment.ts'
import type { Simulator } from './simulator.ts'
import type { WorldTable } from './world-table.ts'

export interface ObservabilityOptions {
  deployment: Deployment
  simulator: Simulator
  table: WorldTable
  schedule: Rule
  /** Of regional shards, where a world is run by them. */
  shards?: StateMachine
}

type WorldMetric =
  | 'TickLagTicks'
  | 'EventsDelivered'
  | 'OldestUndeliveredSeconds'
  | 'ParkedEvents'
  | 'Conflicts'
  | 'WriteUnits'
  | 'DurationMilliseconds'
  | 'RunFailed'

interface Threshold {
  description: string
  metric: IMetric
  /** Alarms above it. */
  above: number
  /** How many of the last periods have to be above it; 1 of 1 unless told. */
  periods?: [above: number, of: number]
  missing?: TreatMissingData
}

const PERIOD = Duration.minutes(5)
/** CloudWatch's longest. */
const PERIOD_MINUTES_MAX = 1440

export class Observability extends Construct {
  readonly dashboard: Dashboard
  readonly #options: ObservabilityOptions

  constructor(scope: Construct, id: string, options: ObservabilityOptions) {
    super(scope, id)
    this.#options = options
    for (const [name, threshold] of Object.entries(this.#thresholds())) this.#alarm(name, threshold)
    this.dashboard = this.#dashboard()
  }

  #thresholds(): Record<string, Threshold> {
    const { simulator, shards } = this.#options
    return {
      TickLag: {
        description:
          'The world is behind its schedule and does not catch up: see the run lines for what takes the time.',
        metric: this.#world('TickLagTicks', 'Maximum'),
        above: TICK_LAG_TICKS_MAX,
        periods: [3, 3],
      },
      MissingInvocations: {
        description: 'The schedule is on, and no run begins: is the rule enabled, is the function throttled?',
        metric: this.#missingRuns(),
        above: 0,
        // No figures at all are what a rule that somebody switched off looks like.
        missing: this.#options.deployment.enabled ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      },
      OldestUndelivered: {
        description: 'Events wait for the endpoint: it refuses them, is down, or is too slow. Nothing is lost.',
        metric: this.#world('OldestUndeliveredSeconds', 'Maximum'),
        above: UNDELIVERED_SECONDS_MAX,
        periods: [3, 3],
      },
      Parked: {
        description: 'The endpoint refused an event for good: it is kept with the answer, for a person to look at.',
        metric: this.#world('ParkedEvents', 'Maximum'),
        above: 0,
      },
      Conflicts: {
        description: 'Runs of this world get in each other’s way all the time: is it run from somewhere else too?',
        metric: this.#world('Conflicts', 'Sum'),
        above: CONFLICTS_MAX,
      },
      RunFailed: {
        description: 'A run could not do its work: its log line says why (environment, parameter, table, permission).',
        metric: this.#world('RunFailed', 'Sum'),
        above: 0,
      },
      Errors: {
        description: 'The function fails outright: out of memory, timed out, or it cannot start.',
        metric: simulator.function.metricErrors({ period: PERIOD }),
        above: 0,
      },
      Throttles: {
        description:
          'Runs wait for one another for a quarter of an hour: they take longer than the schedule leaves them.',
        metric: simulator.function.metricThrottles({ period: PERIOD }),
        above: 0,
        periods: [3, 3],
      },
      TimeNearlyUp: {
        description: 'Runs use nearly all the time that the function has: fewer events a run, or more memory.',
        metric: simulator.function.metricDuration({ period: PERIOD, statistic: 'Maximum' }),
        above: SIMULATOR_TIMEOUT_SECONDS * 1000 * 0.9,
        periods: [3, 3],
      },
      DeadLetters: {
        description: 'An invocation was given up. The next run makes up for it; what was given up says why.',
        metric: simulator.deadLetters.metricApproximateNumberOfMessagesVisible({
          period: PERIOD,
          statistic: 'Maximum',
        }),
        above: 0,
      },
      ...(shards === undefined
        ? {}
        : {
            ShardsFailed: {
              description: 'A run by regions failed: the execution says which region and why.',
              metric: shards.metricFailed({ period: PERIOD }),
              above: 0,
            },
          }),
    }
  }

  #alarm(name: string, { description, metric, above, periods: [datapoints, of] = [1, 1], missing }: Threshold): void {
    const { world, alarmTopicArn } = this.#options.deployment
    const alarm = new Alarm(this, name, {
      alarmDescription: `World ${world}. ${description}`,
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm: datapoints,
      evaluationPeriods: of,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    })
    if (alarmTopicArn === undefined) return
    const action = new SnsAction(Topic.fromTopicArn(this, `${name}Topic`, alarmTopicArn))
    alarm.addAlarmAction(action)
    alarm.addOkAction(action)
  }

  /** What the simulator reports of its worlds: of all together for a sum, else of the one that fares worst. */
  #world(metricName: WorldMetric, statistic: string): IMetric {
    const { deployment } = this.#options
    const names = worldsOf(deployment)
    // A run that cannot even read its event does not know which region it was for.
    const reporting = metricName === 'RunFailed' ? [...new Set([...names, deployment.world])] : names
    const metrics = reporting.map(
      (World) => new Metric({ namespace: 'tutorsim', metricName, dimensionsMap: { World }, statistic, period: PERIOD }),
    )
    if (metrics.length === 1) return metrics[0] as Metric
    // Ids begin with a small letter and are shared by all that is drawn in one graph.
    const ids = metrics.map((_, index) => `${metricName.toLowerCase()}_${statistic.toLowerCase()}_${index}`)
    return new MathExpression({
      expression: `${statistic === 'Sum' ? 'SUM' : 'MAX'}([${ids.join(', ')}])`,
      usingMetrics: Object.fromEntries(ids.map((id, index) => [id, metrics[index] as Metric])),
      label: `${metricName} ${statistic}`,
      period: PERIOD,
    })
  }

  /** 1 where the schedule came round and no run began, over long enough for three rounds of it. */
  #missingRuns(): MathExpression {
    const { deployment, schedule, simulator } = this.#options
    const { minutes } = deployment.rate
    const period = Duration.minutes(Math.min(PERIOD_MINUTES_MAX, Math.max(PERIOD.toMinutes(), 3 * minutes)))
    const triggered = new Metric({
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensionsMap: { RuleName: schedule.ruleName },
      statistic: 'Sum',
      period,
    })
    return new MathExpression({
      // An enabled schedule is due whether it says so or not.
      expression: `IF(FILL(triggered, ${deployment.enabled ? 1 : 0}) > 0 AND FILL(invoked, 0) < 1, 1, 0)`,
      usingMetrics: { triggered, invoked: simulator.function.metricInvocations({ period }) },
      label: 'missing runs',
      period,
    })
  }

  #dashboard(): Dashboard {
    const { simulator, table, deployment } = this.#options
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(12) })
    const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
      new GraphWidget({ title, left, right, width: 8 })
    const { function: simulate, deadLetters } = simulator
    dashboard.addWidgets(
      graph(`Events delivered, ${deployment.world}`, [this.#world('EventsDelivered', 'Sum')]),
      graph('Behind the schedule', [this.#world('TickLagTicks', 'Maximum')]),
      graph(
        'Waiting for the endpoint',
        [this.#world('OldestUndeliveredSeconds', 'Maximum')],
        [this.#world('ParkedEvents', 'Maximum')],
      ),
    )
    dashboard.addWidgets(
      graph('A run takes', [
        this.#world('DurationMilliseconds', 'p50'),
        this.#world('DurationMilliseconds', 'p99'),
        simulate.metricDuration({ statistic: 'Maximum', period: PERIOD }),
      ]),
      graph(
        'Invocations',
        [simulate.metricInvocations({ period: PERIOD }), simulate.metricThrottles({ period: PERIOD })],
        [
          simulate.metricErrors({ period: PERIOD }),
          this.#world('RunFailed', 'Sum'),
          deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
        ],
      ),
      graph(
        'Writes',
        [this.#world('WriteUnits', 'Sum'), table.metricConsumedWriteCapacityUnits({ period: PERIOD })],
        [this.#world('Conflicts', 'Sum')],
      ),
    )
    return dashboard
  }
}

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
import {
  AHEAD_TICKS_MAX,
  CONFLICTS_MAX,
  SIMULATOR_TIMEOUT_SECONDS,
  TICK_LAG_TICKS_MAX,
  UNDELIVERED_SECONDS_MAX,
} from './capacity.ts'
import { type Deployment, worldsOf } from './deployment.ts'
import { type Evaluation, isSeenWeekly, once, sustained, throughout } from './evaluation.ts'
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
  | 'AheadTicks'
  | 'EventsDelivered'
  | 'OldestUndeliveredSeconds'
  | 'ParkedEvents'
  | 'Conflicts'
  | 'WriteUnits'
  | 'DurationMilliseconds'
  | 'RunFailed'

interface Threshold {
  description: string
  evaluation: Evaluation
  /** @param period of the evaluation */
  metric(period: Duration): IMetric
  /** Alarms above it. */
  above: number
  missing?: TreatMissingData
}

/** Of the dashboard's graphs. */
const PERIOD = Duration.minutes(5)

export class Observability extends Construct {
  readonly dashboard: Dashboard
  /** How many there are. */
  readonly alarms: number
  readonly #options: ObservabilityOptions

  constructor(scope: Construct, id: string, options: ObservabilityOptions) {
    super(scope, id)
    this.#options = options
    const thresholds = Object.entries(this.#thresholds())
    for (const [name, threshold] of thresholds) this.#alarm(name, threshold)
    this.alarms = thresholds.length
    this.dashboard = this.#dashboard()
  }

  #thresholds(): Record<string, Threshold> {
    const { simulator, shards, deployment } = this.#options
    const { function: simulate, deadLetters } = simulator
    const [anyRun, runAfterRun] = [once(deployment.rate.minutes), sustained(deployment.rate.minutes)]
    return {
      TickLag: {
        description:
          'The world is behind its schedule and does not catch up: see the run lines for what takes the time.',
        evaluation: runAfterRun,
        metric: (period) => this.#world('TickLagTicks', 'Maximum', period),
        above: TICK_LAG_TICKS_MAX,
      },
      Ahead: {
        description:
          'The world is ahead of the clock, so its schedule has nothing to do: was it invoked for a later time?',
        evaluation: anyRun,
        metric: (period) => this.#world('AheadTicks', 'Maximum', period),
        above: AHEAD_TICKS_MAX,
      },
      MissingInvocations: this.#missingInvocations(),
      OldestUndelivered: {
        description: 'Events wait for the endpoint: it refuses them, is down, or is too slow. Nothing is lost.',
        evaluation: runAfterRun,
        metric: (period) => this.#world('OldestUndeliveredSeconds', 'Maximum', period),
        above: UNDELIVERED_SECONDS_MAX,
      },
      Parked: {
        description: 'The endpoint refused an event for good: it is kept with the answer, for a person to look at.',
        evaluation: anyRun,
        metric: (period) => this.#world('ParkedEvents', 'Maximum', period),
        above: 0,
      },
      Conflicts: {
        description: 'Runs of this world get in each other’s way all the time: is it run from somewhere else too?',
        evaluation: anyRun,
        metric: (period) => this.#world('Conflicts', 'Sum', period),
        above: CONFLICTS_MAX,
      },
      RunFailed: {
        description: 'A run could not do its work: its log line says why (environment, parameter, table, permission).',
        evaluation: anyRun,
        metric: (period) => this.#world('RunFailed', 'Sum', period),
        above: 0,
      },
      Errors: {
        description: 'The function fails outright: out of memory, timed out, or it cannot start.',
        evaluation: anyRun,
        metric: (period) => simulate.metricErrors({ period }),
        above: 0,
      },
      Throttles: {
        description: 'Runs wait for one another, run after run: they take longer than the schedule leaves them.',
        evaluation: runAfterRun,
        metric: (period) => simulate.metricThrottles({ period }),
        above: 0,
      },
      TimeNearlyUp: {
        description: 'Runs use nearly all the time that the function has: fewer events a run, or more memory.',
        evaluation: runAfterRun,
        metric: (period) => simulate.metricDuration({ period, statistic: 'Maximum' }),
        above: SIMULATOR_TIMEOUT_SECONDS * 1000 * 0.9,
      },
      DeadLetters: {
        description: 'An invocation was given up. The next run makes up for it; what was given up says why.',
        evaluation: anyRun,
        metric: (period) => deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
        above: 0,
      },
      ...(shards === undefined
        ? {}
        : {
            ShardsFailed: {
              description: 'A run by regions failed: the execution says which region and why.',
              evaluation: anyRun,
              metric: (period: Duration) => shards.metricFailed({ period }),
              above: 0,
            },
          }),
    }
  }

  #alarm(name: string, { description, evaluation, metric, above, missing }: Threshold): void {
    const { world, alarmTopicArn } = this.#options.deployment
    const alarm = new Alarm(this, name, {
      alarmDescription: `World ${world}. ${description}`,
      metric: metric(Duration.minutes(evaluation.periodMinutes)),
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm: evaluation.datapoints,
      evaluationPeriods: evaluation.of,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    })
    if (alarmTopicArn === undefined) return
    const action = new SnsAction(Topic.fromTopicArn(this, `${name}Topic`, alarmTopicArn))
    alarm.addAlarmAction(action)
    alarm.addOkAction(action)
  }

  /** What the simulator reports of its worlds: of all together for a sum, else of the one that fares worst. */
  #world(metricName: WorldMetric, statistic: string, period = PERIOD): IMetric {
    const { deployment } = this.#options
    const names = worldsOf(deployment)
    // A run that cannot even read its event does not know which region it was for.
    const reporting = metricName === 'RunFailed' ? [...new Set([...names, deployment.world])] : names
    const metrics = reporting.map(
      (World) => new Metric({ namespace: 'tutorsim', metricName, dimensionsMap: { World }, statistic, period }),
    )
    if (metrics.length === 1) return metrics[0] as Metric
    // Ids begin with a small letter and are shared by all that is drawn in one graph.
    const ids = metrics.map((_, index) => `${metricName.toLowerCase()}_${statistic.toLowerCase()}_${index}`)
    return new MathExpression({
      expression: `${statistic === 'Sum' ? 'SUM' : 'MAX'}([${ids.join(', ')}])`,
      usingMetrics: Object.fromEntries(ids.map((id, index) => [id, metrics[index] as Metric])),
      label: `${metricName} ${statistic}`,
      period,
    })
  }

  /**
   * A schedule that was deployed to be on is due whether it says so or not, and then has to come round within the periods
   * together. Else it is due where it says so, and a run has to begin within the same period.
   */
  #missingInvocations(): Threshold {
    const { rate, enabled } = this.#options.deployment
    const isDue = enabled && isSeenWeekly(rate.minutes)
    const rounds = throughout(rate.minutes)
    return {
      description: 'The schedule is on, and no run begins: is the rule enabled, is the function throttled?',
      evaluation: isDue ? rounds : { ...rounds, datapoints: 1 },
      metric: (period) => this.#missingRuns(period, isDue),
      above: 0,
      // No figures at all are what a rule that somebody switched off looks like.
      missing: isDue ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    }
  }

  /** 1 where the schedule came round and no run began. */
  #missingRuns(period: Duration, isDue: boolean): MathExpression {
    const { schedule, simulator } = this.#options
    const triggered = new Metric({
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensionsMap: { RuleName: schedule.ruleName },
      statistic: 'Sum',
      period,
    })
    return new MathExpression({
      expression: `IF(FILL(triggered, ${isDue ? 1 : 0}) > 0 AND FILL(invoked, 0) < 1, 1, 0)`,
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
      graph(
        'Behind the schedule, and ahead of the clock',
        [this.#world('TickLagTicks', 'Maximum')],
        [this.#world('AheadTicks', 'Maximum')],
      ),
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

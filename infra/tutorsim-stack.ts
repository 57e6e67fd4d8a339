// The whole of it: where worlds live, what runs them, what starts the runs, and what tells how they do.

import { CfnOutput, Stack } from 'aws-cdk-lib'
import { LambdaFunction, SfnStateMachine } from 'aws-cdk-lib/aws-events-targets'
import type { Construct } from 'constructs'
import { Backfill } from './backfill.ts'
import type { Deployment } from './deployment.ts'
import { IngestionApi } from './ingestion-api.ts'
import { Observability } from './observability.ts'
import { regionalShards } from './regional-shards.ts'
import { handOver, schedule } from './schedule.ts'
import { Simulator } from './simulator.ts'
import { WorldTable } from './world-table.ts'

export class TutorsimStack extends Stack {
  /** How many alarms it has. */
  readonly alarms: number

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id, { description: `tutorsim: the world ${deployment.world}` })
    const api = deployment.ingest ? new IngestionApi(this, 'Ingestion', deployment) : undefined
    const table = new WorldTable(this, 'WorldTable')
    const ingestApiUrl = deployment.ingestApiUrl ?? api?.url ?? ''
    const simulator = new Simulator(this, 'Simulator', { deployment, table, ingestApiUrl })
    const shards = deployment.shards === 1 ? undefined : regionalShards(this, simulator.function)
    const options = handOver(simulator.deadLetters)
    const target = shards ? new SfnStateMachine(shards, options) : new LambdaFunction(simulator.function, options)
    const rule = schedule(this, deployment, target)
    const { alarms, dashboard } = new Observability(this, 'Observability', {
      deployment,
      simulator,
      table,
      schedule: rule,
      ...(shards ? { shards } : {}),
    })
    this.alarms = alarms

    // The dashboard that the events feed finds the simulator by these two names, so they are not ours to change.
    new CfnOutput(this, 'SimulatorFunctionName', {
      value: simulator.function.functionName,
      exportName: 'IOpsDashboard-SimulatorFunctionName',
    })
    new CfnOutput(this, 'SimulatorRuleName', {
      value: rule.ruleName,
      exportName: 'IOpsDashboard-SimulatorRuleName',
    })
    new CfnOutput(this, 'WorldTableName', { value: table.tableName })
    new CfnOutput(this, 'SimulatorLogGroupName', { value: simulator.function.logGroup.logGroupName })
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: simulator.deadLetters.queueUrl })
    new CfnOutput(this, 'DashboardName', { value: dashboard.dashboardName })
    if (api) {
      new CfnOutput(this, 'IngestApiUrl', { value: api.url })
      new CfnOutput(this, 'IngestApiKeyId', { value: api.keyId })
      new CfnOutput(this, 'EventStreamName', { value: api.streamName })
    }
    if (shards) {
      const backfill = new Backfill(this, 'Backfill', deployment)
      new CfnOutput(this, 'RegionalShardsArn', { value: shards.stateMachineArn })
      new CfnOutput(this, 'BackfillArn', { value: backfill.machine.stateMachineArn })
      new CfnOutput(this, 'BackfillBucketName', { value: backfill.bucket.bucketName })
    }
  }
}

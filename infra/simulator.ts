// The simulator, what it may do, and what becomes of invocations that fail.

import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { BundledFunction } from './bundled-function.ts'
import { SIMULATOR_EVENT_AGE_SECONDS, SIMULATOR_TIMEOUT_SECONDS, simulatorMemoryMebibytes } from './capacity.ts'
import { type Deployment, worldsOf } from './deployment.ts'
import { SETTINGS_FILE } from './settings-file.ts'
import { studentsARun } from './size.ts'
import type { WorldTable } from './world-table.ts'

/** Long enough to look into on a Monday what a holiday left behind. */
const DEAD_LETTER_DAYS = 14

/** It posts events to an https URL and knows no other sink. */
const OTHER_SINKS = [
  'sinks/kinesis/kinesis.ts',
  'sinks/kinesis/read.ts',
  'sinks/file/ndjson.ts',
  'sinks/file/parquet.ts',
  'sinks/file/zst.ts',
  'sinks/http/map.ts',
  'sinks/http/sign.ts',
]

export interface SimulatorOptions {
  deployment: Deployment
  table: WorldTable
  /** https URL that events are posted to. */
  ingestApiUrl: string
}

export class Simulator extends Construct {
  readonly function: BundledFunction
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, { deployment, table, ingestApiUrl }: SimulatorOptions) {
    super(scope, id)
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(DEAD_LETTER_DAYS),
      removalPolicy: RemovalPolicy.DESTROY,
    })
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue: of the schedule and of the function, which the rule does not look at.',
    })
    this.function = new BundledFunction(this, 'Function', {
      handlerFile: 'simulator.ts',
      description: `Advances the world ${deployment.world} and delivers its events`,
      memoryMebibytes: simulatorMemoryMebibytes(studentsARun(deployment)),
      timeoutSeconds: SIMULATOR_TIMEOUT_SECONDS,
      // One run a shard: the log would sort out more, but they would only get in each other's way.
      reservedConcurrency: deployment.shards,
      unreached: OTHER_SINKS,
      ...filesBeside(deployment),
      environment: {
        ...worldEnvironment(deployment),
        WORLD_TABLE: table.tableName,
        INGEST_API_URL: ingestApiUrl,
        ...(deployment.apiKeyParameter === undefined ? {} : { INGEST_API_KEY_PARAMETER: deployment.apiKeyParameter }),
        ...(deployment.paceWithinRun ? { PACE_WITHIN_RUN: 'true' } : {}),
        ...(deployment.opening ? { OPENING: 'true' } : {}),
        ...(deployment.aheadMax === undefined ? {} : { AHEAD_MAX: deployment.aheadMax }),
        ...(deployment.ingestBatch > 1 ? { INGEST_BATCH: String(deployment.ingestBatch) } : {}),
      },
    })
    // The next scheduled run catches up on what a failed one left, so a retry would only add to the trouble.
    this.function.configureAsyncInvoke({
      retryAttempts: 0,
      maxEventAge: Duration.seconds(SIMULATOR_EVENT_AGE_SECONDS),
      onFailure: new SqsDestination(this.deadLetters),
    })
    this.function.addToRolePolicy(table.statementFor(worldsOf(deployment)))
    for (const statement of this.#keyStatements(deployment)) this.function.addToRolePolicy(statement)
  }

  /** Every principal of an account may decrypt with `aws/ssm` by way of SSM: only a key of one's own wants a grant. */
  #keyStatements({ apiKeyParameter, apiKeyKmsKeyArn }: Deployment): PolicyStatement[] {
    if (apiKeyParameter === undefined) return []
    const stack = Stack.of(this)
    const parameterArn = stack.formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: apiKeyParameter.replace(/^\//, ''),
    })
    const read = new PolicyStatement({
      sid: 'ApiKey',
      effect: Effect.ALLOW,
      actions: ['ssm:GetParameter'],
      resources: [parameterArn],
    })
    if (apiKeyKmsKeyArn === undefined) return [read]
    const decrypt = new PolicyStatement({
      sid: 'ApiKeyDecryption',
      effect: Effect.ALLOW,
      actions: ['kms:Decrypt'],
      resources: [apiKeyKmsKeyArn],
      conditions: {
        StringEquals: {
          // Of these, the one that the partition of AWS has.
          'kms:ViaService': [`ssm.${stack.region}.amazonaws.com`, `ssm.${stack.region}.${stack.urlSuffix}`],
          'kms:EncryptionContext:PARAMETER_ARN': parameterArn,
        },
      },
    })
    return [read, decrypt]
  }
}

/** What the handlers read beside their bundles. */
export function filesBeside({ settingsJson }: Deployment): { beside?: Record<string, string> } {
  return settingsJson === undefined ? {} : { beside: { [SETTINGS_FILE]: settingsJson } }
}

/** What a world is, of the handlers' environment (contract, section 7). */
export function worldEnvironment(deployment: Deployment): Record<string, string> {
  const { world, seed, scenario, settingsJson, students, streams, eventsPerRun, tick } = deployment
  return {
    WORLD: world,
    SEED: seed,
    ...(settingsJson === undefined ? {} : { SETTINGS: SETTINGS_FILE }),
    ...(scenario === undefined ? {} : { SCENARIO: scenario }),
    TICK: tick,
    STREAM_COUNT: String(streams),
    ...(students === undefined ? { EVENTS_PER_RUN: String(eventsPerRun) } : { STUDENTS: String(students) }),
  }
}

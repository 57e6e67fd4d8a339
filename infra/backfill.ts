// Long histories at once, as Parquet in a bucket: parts by region and period, many at a time. It touches no world and
// holds up no schedule: all is simulated anew from the same seed and settings, which give the same events. First each region is
// lived once, silently, which leaves the states that the parts go on from.

import { type CfnElement, Duration, RemovalPolicy, Size, Stack, Validations } from 'aws-cdk-lib'
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import { BundledFunction } from './bundled-function.ts'
import {
  BACKFILL_CONCURRENCY,
  BACKFILL_MEMORY_MEBIBYTES,
  BACKFILL_SCRATCH_MEBIBYTES,
  BACKFILL_TIMEOUT_SECONDS,
} from './capacity.ts'
import { type Deployment, REGIONS } from './deployment.ts'
import { filesBeside, worldEnvironment } from './simulator.ts'
import { allowItself, executionsArn, FUNCTION_ARN, RETRY_UNREACHED, stateMachine } from './states.ts'

/** It writes Parquet and knows no other sink. */
const OTHER_SINKS = [
  'sinks/http/http.ts',
  'sinks/kinesis/kinesis.ts',
  'sinks/kinesis/read.ts',
  'sinks/file/ndjson.ts',
  'sinks/file/zst.ts',
]
/** All events that are written lie below it. */
const PREFIX = 'events/'
/** … and the states that parts go on from, as lambda/history.ts has it. */
const CHECKPOINTS = 'checkpoints/'
/** They are made again where they are missing. */
const CHECKPOINT_DAYS = 30
/** A pass that ran out of time goes on from the last state that it left. */
const RETRY_OUT_OF_TIME = {
  ErrorEquals: ['States.Timeout', 'Sandbox.Timedout'],
  IntervalSeconds: 1,
  BackoffRate: 1,
  MaxAttempts: 20,
}

/**
 * Takes `{"parts": [{"region": …, "start": …, "from": …, "to": …}, …]}`: a run of the function for each region is its silent pass,
 * and then one for each part writes it.
 */
const DEFINITION = {
  Comment: 'Histories to Parquet, by region, period and type of event',
  StartAt: 'Regions',
  States: {
    Regions: { Type: 'Pass', Result: REGIONS, ResultPath: '$.regions', Next: 'EachRegion' },
    EachRegion: {
      Type: 'Map',
      ItemsPath: '$.regions',
      ItemSelector: { 'region.$': '$$.Map.Item.Value', 'parts.$': '$.parts' },
      MaxConcurrency: REGIONS.length,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Leave',
        States: {
          Leave: {
            Type: 'Task',
            Resource: FUNCTION_ARN,
            TimeoutSeconds: BACKFILL_TIMEOUT_SECONDS + 10,
            Retry: [...RETRY_UNREACHED, RETRY_OUT_OF_TIME],
            End: true,
          },
        },
      },
      ResultPath: null,
      Next: 'EachPart',
    },
    EachPart: {
      Type: 'Map',
      ItemsPath: '$.parts',
      MaxConcurrency: BACKFILL_CONCURRENCY,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Write',
        States: {
          Write: {
            Type: 'Task',
            Resource: FUNCTION_ARN,
            TimeoutSeconds: BACKFILL_TIMEOUT_SECONDS + 10,
            Retry: RETRY_UNREACHED,
            End: true,
          },
        },
      },
      End: true,
    },
  },
}

export class Backfill extends Construct {
  readonly bucket: Bucket
  readonly machine: StateMachine

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id)
    this.bucket = this.#bucket()
    const write = new BundledFunction(this, 'Function', {
      handlerFile: 'backfill.ts',
      description: `Writes a part of the history of the world ${deployment.world} as Parquet`,
      memoryMebibytes: BACKFILL_MEMORY_MEBIBYTES,
      timeoutSeconds: BACKFILL_TIMEOUT_SECONDS,
      unreached: OTHER_SINKS,
      whole: { 'parquet-wasm': 'node' },
      ...filesBeside(deployment),
      scratchSpace: Size.mebibytes(BACKFILL_SCRATCH_MEBIBYTES),
      environment: {
        ...worldEnvironment(deployment),
        BACKFILL_BUCKET: this.bucket.bucketName,
        BACKFILL_PREFIX: PREFIX,
      },
    })
    const { bucketArn } = this.bucket
    const [events, states] = [PREFIX, CHECKPOINTS].map((prefix) => this.bucket.arnForObjects(`${prefix}*`)) as [
      string,
      string,
    ]
    for (const statement of [
      { sid: 'PutParts', actions: ['s3:PutObject'], resources: [events] },
      { sid: 'OwnStates', actions: ['s3:GetObject', 's3:PutObject'], resources: [states] },
      // Without it S3 tells nobody that an object is not there.
      {
        sid: 'MissStates',
        actions: ['s3:ListBucket'],
        resources: [bucketArn],
        conditions: { StringLike: { 's3:prefix': `${CHECKPOINTS}*` } },
      },
    ])
      write.addToRolePolicy(new PolicyStatement({ effect: Effect.ALLOW, ...statement }))
    this.machine = stateMachine(this, 'Parts', DEFINITION, write)
    this.#allowOwnRuns()
    for (const prefix of [PREFIX, CHECKPOINTS])
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${logicalId(this.bucket)}.Arn>/${prefix}*]`,
        reason: 'Names of its objects follow from the parts that it is given, all below two prefixes of one bucket.',
      })
  }

  #bucket(): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { prefix: CHECKPOINTS, expiration: Duration.days(CHECKPOINT_DAYS) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    })
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Invented data, written by one function and made again at will: a second bucket of access logs tells nobody anything.',
    })
    return bucket
  }

  /** A distributed map runs each part as an execution of the same state machine, and has to start and watch those. */
  #allowOwnRuns(): void {
    const { machine } = this
    const policy = allowItself(this, 'OwnRuns', machine, [
      new PolicyStatement({
        sid: 'StartParts',
        effect: Effect.ALLOW,
        actions: ['states:StartExecution'],
        resources: [machine.stateMachineArn],
      }),
      new PolicyStatement({
        sid: 'WatchParts',
        effect: Effect.ALLOW,
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [executionsArn(machine)],
      }),
    ])
    Validations.of(policy).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${logicalId(machine)}.Name>:*]`,
      reason: 'Executions of this one state machine: their names are made up as they start.',
    })
  }
}

/** What cdk-nag calls a resource by in its findings. */
function logicalId(construct: Construct): string {
  return Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement)
}

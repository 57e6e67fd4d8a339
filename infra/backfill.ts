// Long histories at once, as Parquet in a bucket: parts by region and period, many at a time. It touches no world and
// holds up no schedule: a part is simulated anew from the same seed and settings, which give the same events.

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
import type { Deployment } from './deployment.ts'
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
/** Everything that is written lies below it. */
const PREFIX = 'events/'

/** Takes `{"parts": [{"region": …, "start": …, "from": …, "to": …}, …]}` and hands each part to a run of the function. */
const DEFINITION = {
  Comment: 'Histories to Parquet, by region, period and type of event',
  StartAt: 'EachPart',
  States: {
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
    const objects = this.bucket.arnForObjects(`${PREFIX}*`)
    write.addToRolePolicy(
      new PolicyStatement({ sid: 'PutParts', effect: Effect.ALLOW, actions: ['s3:PutObject'], resources: [objects] }),
    )
    this.machine = stateMachine(this, 'Parts', DEFINITION, write)
    this.#allowOwnRuns()
    Validations.of(this).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalId(this.bucket)}.Arn>/${PREFIX}*]`,
      reason:
        'It writes objects whose names follow from the parts that it is given, all below one prefix of one bucket.',
    })
  }

  #bucket(): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
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

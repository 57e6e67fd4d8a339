// `-c ingest=true`: the endpoint that the simulator posts to and the stream behind it, for an account that has neither.

import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import {
  AccessLogFormat,
  ApiKeySourceType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway'
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { BundledFunction } from './bundled-function.ts'
import { INGEST_BURST_SHARE, INGEST_MEMORY_MEBIBYTES, INGEST_TIMEOUT_SECONDS, LOG_RETENTION_DAYS } from './capacity.ts'
import type { Deployment } from './deployment.ts'
import { ingestRatePerSecond } from './size.ts'

/** What consumers of the events know the stream by. */
const STREAM_NAME = 'iops-dashboard-events'

/** Requests a second, and how many at once beyond that. */
interface Throttle {
  rateLimit: number
  burstLimit: number
}

export class IngestionApi extends Construct {
  /** Of `POST /ingest`. */
  readonly url: string
  /** The id of the API key; its value stays with API Gateway until somebody with the right to asks for it. */
  readonly keyId: string
  readonly streamName: string

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id)
    const stream = new Stream(this, 'Events', {
      streamName: STREAM_NAME,
      streamMode: StreamMode.ON_DEMAND,
      encryption: StreamEncryption.MANAGED,
      // A deployment that forgets `-c ingest=true` must not take away what consumers read.
      removalPolicy: RemovalPolicy.RETAIN,
    })
    const ingest = new BundledFunction(this, 'Function', {
      handlerFile: 'ingest.ts',
      description: 'Takes events by HTTP and puts them on the event stream',
      memoryMebibytes: INGEST_MEMORY_MEBIBYTES,
      timeoutSeconds: INGEST_TIMEOUT_SECONDS,
      environment: { EVENT_STREAM: stream.streamName },
      // One invocation an event, which the access log has already.
      logsInvocations: false,
    })
    ingest.addToRolePolicy(
      new PolicyStatement({
        sid: 'PutEvents',
        effect: Effect.ALLOW,
        actions: ['kinesis:PutRecord', 'kinesis:PutRecords'],
        resources: [stream.streamArn],
      }),
    )
    const rateLimit = ingestRatePerSecond(deployment)
    const throttle = { rateLimit, burstLimit: Math.ceil(rateLimit * INGEST_BURST_SHARE) }
    const api = this.#api(throttle)
    api.root.addResource('ingest').addMethod('POST', new LambdaIntegration(ingest, { allowTestInvoke: false }), {
      apiKeyRequired: true,
    })
    this.url = api.urlForPath('/ingest')
    this.keyId = this.#key(api, throttle)
    this.streamName = stream.streamName
  }

  #api({ rateLimit, burstLimit }: Throttle): RestApi {
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: LOG_RETENTION_DAYS as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const api = new RestApi(this, 'Api', {
      description: 'Ingestion of events',
      endpointTypes: [EndpointType.REGIONAL],
      apiKeySourceType: ApiKeySourceType.HEADER,
      cloudWatchRole: true,
      deployOptions: {
        stageName: 'live',
        throttlingRateLimit: rateLimit,
        throttlingBurstLimit: burstLimit,
        loggingLevel: MethodLoggingLevel.ERROR,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
      },
    })
    // An output of its own making, under a name that nobody could guess: IngestApiUrl says it.
    api.node.tryRemoveChild('Endpoint')
    Validations.of(api).acknowledge(
      {
        id: 'AwsSolutions-APIG2',
        reason:
          'The function checks the whole body against the six schemas and names the field at fault, which a validator here would hide.',
      },
      {
        id: 'AwsSolutions-APIG3',
        reason:
          'One client with a key, throttled, and bodies that are checked strictly: a web ACL costs more than it would keep out.',
      },
      {
        id: 'AwsSolutions-APIG4',
        reason:
          'The contract is an x-api-key over TLS: the client is not an AWS principal everywhere. Without the key a post gets 403.',
      },
      {
        id: 'AwsSolutions-COG4',
        reason: 'The client is a program; there are no users to have in a pool.',
      },
      {
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
        reason: 'The one policy that API Gateway accepts for the role by which it logs for an account.',
      },
    )
    return api
  }

  #key(api: RestApi, throttle: Throttle): string {
    const plan = api.addUsagePlan('Plan', { throttle, apiStages: [{ stage: api.deploymentStage }] })
    const key = api.addApiKey('Key', { description: 'The simulator’s' })
    plan.addApiKey(key)
    return key.keyId
  }
}

// What the synthesised template says: what may be done by whom, what is kept, what starts runs, and what alarms.

import { describe, expect, it } from 'vitest'
import { REGIONS } from '../../model/index.ts'
import { ENDPOINT, type Properties, statements, synthesise } from './synthesis.ts'

const plain = synthesise({ ...ENDPOINT, apiKeyParameter: '/tutorsim/key' })
const ingest = synthesise({ ingest: 'true' })
const shards = synthesise({ ...ENDPOINT, shards: '5' })
const everything = synthesise({
  ingest: 'true',
  shards: '5',
  alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms',
})
const all = { plain, ingest, shards, everything }

describe('permissions', () => {
  it('of the simulator: its log, its dead letters, its world’s items, its key', () => {
    const [log, deadLetters, world, key, ...others] = statements(plain, 'SimulatorFunctionRole')
    expect(log).toMatchObject({
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^SimulatorFunctionLogs/), 'Arn'] },
    })
    expect(deadLetters).toMatchObject({
      Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^SimulatorDeadLetters/), 'Arn'] },
    })
    expect(world).toEqual({
      Sid: 'OwnWorlds',
      Effect: 'Allow',
      Action: ['dynamodb:BatchWriteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^WorldTable/), 'Arn'] },
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['default', 'default#*', '#worlds'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    })
    expect(key).toMatchObject({ Action: 'ssm:GetParameter', Effect: 'Allow' })
    expect(JSON.stringify(key?.Resource)).toMatch(/:parameter\/tutorsim\/key"\]\]\}$/)
    expect(others).toEqual([])
  })

  it('of the simulator by regions: the items of each region’s world', () => {
    const own = statements(shards, 'SimulatorFunctionRole').find(({ Sid }) => Sid === 'OwnWorlds')
    expect(own?.Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys']).toEqual([
      ...REGIONS.flatMap((region) => [`default.${region}`, `default.${region}#*`]),
      '#worlds',
    ])
  })

  it('of the simulator with a key of the customer’s own: to decrypt the one parameter, by way of SSM', () => {
    const apiKeyKmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555'
    const own = synthesise({ ...ENDPOINT, apiKeyParameter: '/tutorsim/key', apiKeyKmsKeyArn })
    const statement = statements(own, 'SimulatorFunctionRole').find(({ Sid }) => Sid === 'ApiKeyDecryption')
    expect(statement).toMatchObject({ Action: 'kms:Decrypt', Resource: apiKeyKmsKeyArn })
    expect(Object.keys(statement?.Condition.StringEquals)).toEqual([
      'kms:ViaService',
      'kms:EncryptionContext:PARAMETER_ARN',
    ])
  })

  it('of the ingestion function: its log, and one action on one stream', () => {
    const [log, put, ...others] = statements(ingest, 'IngestionFunctionRole')
    expect(log?.Resource['Fn::GetAtt'][0]).toMatch(/^IngestionFunctionLogs/)
    expect(put).toMatchObject({
      Action: ['kinesis:PutRecord', 'kinesis:PutRecords'],
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^IngestionEvents/), 'Arn'] },
    })
    expect(others).toEqual([])
  })

  it('of the backfill’s function: its log, and objects below two prefixes of one bucket', () => {
    const [log, ...others] = statements(shards, 'BackfillFunctionRole')
    expect(log?.Resource['Fn::GetAtt'][0]).toMatch(/^BackfillFunctionLogs/)
    const below = (prefix: string) => ({ 'Fn::Join': ['', [expect.anything(), `/${prefix}*`]] })
    expect(others).toMatchObject([
      { Action: 's3:PutObject', Resource: below('events/') },
      { Action: ['s3:GetObject', 's3:PutObject'], Resource: below('checkpoints/') },
      {
        Action: 's3:ListBucket',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^BackfillBucket/), 'Arn'] },
        Condition: { StringLike: { 's3:prefix': 'checkpoints/*' } },
      },
    ])
  })

  it('of the state machines: one function each, and the backfill’s own executions', () => {
    const invoke = { Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [expect.any(String), 'Arn'] } }
    expect(statements(shards, 'RegionalShardsRole')).toMatchObject([invoke])
    expect(statements(shards, 'BackfillPartsRole')).toMatchObject([invoke])
    expect(statements(shards, 'RegionalShardsOwnRuns')).toMatchObject([
      { Action: 'states:ListExecutions', Resource: { Ref: expect.stringMatching(/^RegionalShards/) } },
    ])
    expect(statements(shards, 'BackfillOwnRuns').map(({ Action }) => Action)).toEqual([
      'states:StartExecution',
      ['states:DescribeExecution', 'states:StopExecution'],
    ])
  })

  it.each(Object.entries(all))('in %s: no action on all resources, no wildcard of actions', (_, synthesis) => {
    const allowed = [...synthesis.resources('AWS::IAM::Policy').values()]
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as Properties[])
      .filter(({ Effect }) => Effect === 'Allow')
    expect(allowed.length).toBeGreaterThan(3)
    for (const { Action, Resource } of allowed) {
      expect([Resource].flat()).not.toContain('*')
      for (const action of [Action].flat()) expect(action).not.toMatch(/\*/)
    }
    const managed = [...synthesis.resources('AWS::IAM::Role').values()].flatMap(
      ({ ManagedPolicyArns = [] }) => ManagedPolicyArns,
    )
    // API Gateway's, for logging, takes no other.
    expect(managed).toHaveLength(synthesis === ingest || synthesis === everything ? 1 : 0)
  })
})

describe('what is kept', () => {
  it.each(Object.entries(all))('in %s: the table, whatever happens to the stack', (_, { template }) => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
      },
    })
  })

  it('the event stream and the backfills', () => {
    everything.template.hasResource('AWS::Kinesis::Stream', {
      DeletionPolicy: 'Retain',
      Properties: {
        Name: 'iops-dashboard-events',
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
      },
    })
    everything.template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    })
    expect(JSON.stringify(everything.only('AWS::S3::BucketPolicy'))).toContain('"aws:SecureTransport":"false"')
  })

  it('logs for 30 days, dead letters for 14', () => {
    const logs = [...everything.resources('AWS::Logs::LogGroup').values()]
    expect(logs.map(({ RetentionInDays }) => RetentionInDays)).toEqual([30, 30, 30, 30])
    expect(plain.only('AWS::SQS::Queue')).toMatchObject({
      MessageRetentionPeriod: 14 * 86_400,
      SqsManagedSseEnabled: true,
    })
    expect(JSON.stringify(plain.only('AWS::SQS::QueuePolicy'))).toContain('"aws:SecureTransport":"false"')
  })
})

describe('the simulator', () => {
  const simulator = ({ resources }: typeof plain) =>
    [...resources('AWS::Lambda::Function')].find(([id]) => id.startsWith('Simulator'))?.[1]

  it('is one run at a time, on the runtime that the tests run on', () => {
    expect(simulator(plain)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 1280,
      Timeout: 300,
      ReservedConcurrentExecutions: 1,
      LoggingConfig: { LogFormat: 'JSON' },
    })
    expect(simulator(shards)?.ReservedConcurrentExecutions).toBe(5)
  })

  it.each([
    [{ students: '700000' }, 1024],
    [{ streams: '100', eventsPerRun: '20' }, 4608],
    [{ streams: '100', eventsPerRun: '20', shards: '5' }, 1280],
    [{ streams: '100', eventsPerRun: '20', tick: '2h' }, 1024],
    [{ students: '10000000' }, 8448],
  ])('has the memory for %o', (context, mebibytes) => {
    expect(simulator(synthesise({ ...ENDPOINT, ...context }))?.MemorySize).toBe(mebibytes)
  })

  it('is not tried again, and what is given up is kept', () => {
    expect(plain.only('AWS::Lambda::EventInvokeConfig')).toMatchObject({
      MaximumRetryAttempts: 0,
      // An invocation outlives the runs that it had to wait for, be they a birth and a long catch-up.
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^SimulatorDeadLetters/), 'Arn'] } },
      },
    })
  })

  it('has the contract’s environment', () => {
    expect(simulator(plain)?.Environment.Variables).toEqual({
      WORLD: 'default',
      SEED: 'demo',
      TICK: '1m',
      STREAM_COUNT: '50',
      EVENTS_PER_RUN: '10',
      WORLD_TABLE: { Ref: expect.stringMatching(/^WorldTable/) },
      INGEST_API_URL: ENDPOINT.ingestApiUrl,
      INGEST_API_KEY_PARAMETER: '/tutorsim/key',
    })
    const chosen = {
      world: 'w',
      seed: 's',
      tick: '2h',
      streams: '100',
      students: '9000',
      paceWithinRun: 'true',
      opening: 'true',
      aheadMax: '2h',
      ingestBatch: '100',
    }
    expect(simulator(synthesise({ ...ENDPOINT, ...chosen }))?.Environment.Variables).toEqual({
      WORLD: 'w',
      SEED: 's',
      TICK: '2h',
      STREAM_COUNT: '100',
      STUDENTS: '9000',
      PACE_WITHIN_RUN: 'true',
      OPENING: 'true',
      AHEAD_MAX: '2h',
      INGEST_BATCH: '100',
      WORLD_TABLE: expect.anything(),
      INGEST_API_URL: ENDPOINT.ingestApiUrl,
    })
  })

  it('posts to the deployed API where there is one', () => {
    const { INGEST_API_URL, INGEST_API_KEY_PARAMETER } = simulator(ingest)?.Environment.Variables ?? {}
    expect(JSON.stringify(INGEST_API_URL)).toMatch(/"https:\/\/".*execute-api.*"\/ingest"/)
    expect(INGEST_API_KEY_PARAMETER).toBe('/tutorsim/ingest-api-key')
  })
})

describe('the schedule', () => {
  it('is off, every minute, and hands over the event as it is', () => {
    const rule = plain.only('AWS::Events::Rule')
    expect(rule).toMatchObject({ State: 'DISABLED', ScheduleExpression: 'rate(1 minute)' })
    expect(rule.Targets).toHaveLength(1)
    expect(rule.Targets[0]).toMatchObject({
      Arn: { 'Fn::GetAtt': [expect.stringMatching(/^SimulatorFunction/), 'Arn'] },
      RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 300 },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^SimulatorDeadLetters/), 'Arn'] } },
    })
    expect(rule.Targets[0]).not.toHaveProperty('Input')
    expect(rule.Targets[0]).not.toHaveProperty('InputTransformer')
  })

  it('is on, and of another rate, where that is asked for', () => {
    const rule = synthesise({ ...ENDPOINT, enabled: 'true', rate: 'rate(2 hours)' }).only('AWS::Events::Rule')
    expect(rule).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'rate(2 hours)' })
  })

  it('starts the regional shards where there are some', () => {
    const [target] = shards.only('AWS::Events::Rule').Targets
    expect(target.Arn).toEqual({ Ref: expect.stringMatching(/^RegionalShards/) })
  })
})

describe('outputs', () => {
  it.each(Object.entries(all))('in %s: the two that others import', (_, { template }) => {
    template.hasOutput('SimulatorFunctionName', { Export: { Name: 'IOpsDashboard-SimulatorFunctionName' } })
    template.hasOutput('SimulatorRuleName', { Export: { Name: 'IOpsDashboard-SimulatorRuleName' } })
  })

  it('name what a person has to find', () => {
    const names = (synthesis: typeof plain) => Object.keys(synthesis.template.findOutputs('*')).sort()
    const always = [
      'DashboardName',
      'DeadLetterQueueUrl',
      'SimulatorFunctionName',
      'SimulatorLogGroupName',
      'SimulatorRuleName',
      'WorldTableName',
    ]
    const api = ['EventStreamName', 'IngestApiKeyId', 'IngestApiUrl']
    const machines = ['BackfillArn', 'BackfillBucketName', 'RegionalShardsArn']
    expect(names(plain)).toEqual(always)
    expect(names(ingest)).toEqual([...always, ...api].sort())
    expect(names(everything)).toEqual([...always, ...api, ...machines].sort())
  })
})

describe('the ingestion API', () => {
  it('takes POST /ingest with a key, throttled', () => {
    expect(ingest.only('AWS::ApiGateway::Resource').PathPart).toBe('ingest')
    expect(ingest.only('AWS::ApiGateway::Method')).toMatchObject({ HttpMethod: 'POST', ApiKeyRequired: true })
    expect(ingest.only('AWS::ApiGateway::UsagePlan')).toMatchObject({ Throttle: { RateLimit: 1000, BurstLimit: 500 } })
    expect(ingest.only('AWS::ApiGateway::Stage').MethodSettings).toMatchObject([
      { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 500, DataTraceEnabled: false },
    ])
  })

  it.each([
    [{}, 1000],
    [{ streams: '100', eventsPerRun: '20' }, 4000],
    [{ streams: '100', eventsPerRun: '20', tick: '2h' }, 4000],
    [{ students: '2000' }, 1000],
    [{ students: '5000000' }, 6054],
    [{ rate: 'rate(1 day)' }, 9131],
    [{ streams: '1000', eventsPerRun: '20', tick: '1h' }, 10_000],
  ])('takes as many posts as %o brings in busy hours', (context, perSecond) => {
    const { resources } = synthesise({ ingest: 'true', ...context })
    const throttle = { RateLimit: perSecond, BurstLimit: Math.ceil(perSecond / 2) }
    expect([...resources('AWS::ApiGateway::UsagePlan').values()]).toMatchObject([{ Throttle: throttle }])
    expect([...resources('AWS::ApiGateway::Stage').values()]).toMatchObject([
      { MethodSettings: [{ ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: Math.ceil(perSecond / 2) }] },
    ])
  })

  it('keeps the key’s value out of the template', () => {
    expect(ingest.only('AWS::ApiGateway::ApiKey')).not.toHaveProperty('Value')
  })

  it('is not there unless it is asked for', () => {
    for (const type of ['AWS::ApiGateway::RestApi', 'AWS::Kinesis::Stream', 'AWS::StepFunctions::StateMachine']) {
      plain.template.resourceCountIs(type, 0)
    }
  })
})

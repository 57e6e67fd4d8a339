// The stack by other people's tools: Control Tower's rules in cfn-guard, an interpreter of the states language, and the
// CDK's own command with everything bundled.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { REGIONS } from '../../model/index.ts'
import { ENDPOINT, type Properties, type Synthesis, synthesise } from '../infra/synthesis.ts'

const PROJECT = join(import.meta.dirname, '../..')
const TOOLS = join(PROJECT, 'test/lambda/package.json')
const BUNDLE_BYTES_MAX = 1_000_000
const requireTool = createRequire(TOOLS)
const output = mkdtempSync(join(tmpdir(), 'tutorsim-cdk-'))

afterAll(() => rmSync(output, { recursive: true, force: true }))

/** Rules of Control Tower that the stack does not keep, and why. */
const ANSWERED = {
  api_gw_xray_enabled_check: 'One function behind the API: its own metrics say what a trace would.',
  cloudwatch_log_group_encrypted_check: 'Logs are encrypted by CloudWatch; nothing in them is secret or personal.',
  cloudwatch_log_group_retention_period_check:
    'Logs of invented data: a month is for finding faults, a year for nobody.',
  dynamodb_table_encrypted_kms_check:
    'Encrypted by DynamoDB’s own key: a key of ours would guard invented data at a price a request.',
  lambda_function_public_access_prohibited_check:
    'API Gateway alone, for one method: the rule cannot read an ARN that is put together.',
  lambda_inside_vpc_check:
    'The functions reach public endpoints only; a network of their own would want a gateway and protect nothing.',
  s3_bucket_default_encryption_kms_check: 'Encrypted by S3’s own key, as the table is.',
  s3_bucket_logging_enabled_check: 'Invented data, written by one function and made again at will.',
  s3_bucket_object_lock_enabled_check: 'Made again at will.',
  s3_bucket_versioning_enabled_check: 'Made again at will, to the same bytes.',
  s3_event_notifications_enabled_check: 'Nobody waits for them; the state machine says when they are done.',
  sqs_dlq_check: 'It is the dead-letter queue.',
  step_functions_state_machine_logging_enabled_check: 'Standard executions keep their history for 90 days.',
  step_functions_state_machine_tracing_enabled_check: 'One function a step: its own metrics say what a trace would.',
}

interface Guard {
  ruleIds: string[]
  validate(context: { templatePaths: string[] }): { violations: { ruleName: string; violatingResources: unknown[] }[] }
}

describe('cfn-guard', () => {
  const { CfnGuardValidator } = requireTool('@cdklabs/cdk-validator-cfnguard') as { CfnGuardValidator: new () => Guard }
  const guard = new CfnGuardValidator()
  const violated = ({ app }: Synthesis) => {
    const templatePaths = app.synth().stacks.map(({ templateFullPath }) => templateFullPath)
    return guard.validate({ templatePaths }).violations.map(({ ruleName }) => ruleName)
  }
  const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:alarms'

  it('has no finding that nobody has answered for, and no answer without a finding', () => {
    expect(guard.ruleIds.length).toBeGreaterThan(200)
    const everything = synthesise({ ingest: 'true', shards: '5', alarmTopicArn, apiKeyParameter: '/x' })
    expect(violated(everything).sort()).toEqual(Object.keys(ANSWERED))
  })

  it('has none of its own for the plain stack', () => {
    for (const rule of violated(synthesise({ ...ENDPOINT, alarmTopicArn })))
      expect(Object.keys(ANSWERED)).toContain(rule)
  })

  it('asks for somebody to be told of alarms, which -c alarmTopicArn answers', () => {
    expect(violated(synthesise(ENDPOINT))).toContain('cloudwatch_alarm_action_check')
  })
})

interface Interpreter {
  run(
    input: object,
    options: { overrides: { taskResourceLocalHandlers: Record<string, (input: Properties) => Promise<unknown>> } },
  ): { result: Promise<unknown> }
}

describe('the state machines, interpreted', () => {
  const { StateMachine } = requireTool('aws-local-stepfunctions') as {
    StateMachine: new (definition: object, options: object) => Interpreter
  }
  const machines = [
    ...synthesise({ ...ENDPOINT, shards: '5' })
      .resources('AWS::StepFunctions::StateMachine')
      .values(),
  ]
  const machine = (task: string) => {
    const { DefinitionString } = machines.find(({ DefinitionString }) => DefinitionString.includes(`"${task}"`)) ?? {}
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:worker'
    return new StateMachine(JSON.parse(DefinitionString.replace(/\$\{FunctionArn\}/, arn)), {})
  }

  it('a scheduled run is one of each region, all with its time', async () => {
    const event = { version: '0', id: 'e', 'detail-type': 'Scheduled Event', time: '2026-01-05T00:01:00Z', detail: {} }
    const asked: Properties[] = []
    const simulate = async (input: Properties) => {
      asked.push(input)
      return { region: input.region }
    }
    const run = machine('Simulate').run(event, { overrides: { taskResourceLocalHandlers: { Simulate: simulate } } })
    expect(await run.result).toEqual(REGIONS.map((region) => ({ region })))
    expect(asked).toEqual(REGIONS.map((region) => ({ time: event.time, region })))
  })

  it('a scheduled run fails where a region does, and the other regions have had theirs', async () => {
    let asked = 0
    const simulate = async ({ region }: Properties) => {
      asked += 1
      if (region === 'midwest') throw new Error('table missing')
      return {}
    }
    const run = machine('Simulate').run(
      { time: '2026-01-05T00:01:00Z' },
      { overrides: { taskResourceLocalHandlers: { Simulate: simulate } } },
    )
    await expect(run.result).rejects.toThrow('table missing')
    expect(asked).toBe(REGIONS.length)
  })

  it('a backfill hands out its parts as they are', async () => {
    const parts = ['2026-01-05T00:00:00Z', '2026-02-05T00:00:00Z'].map((from) => ({
      region: 'west',
      start: '2026-01-05T00:00:00Z',
      from,
      to: '2026-03-05T00:00:00Z',
    }))
    const run = machine('Write').run(
      { parts },
      { overrides: { taskResourceLocalHandlers: { Write: async (part) => part } } },
    )
    expect(await run.result).toEqual(parts)
  })
})

describe('npx cdk synth', () => {
  const cdk = (...args: string[]) => {
    const command = ['synth', '--quiet', '--output', output, ...args]
    return spawnSync(join(PROJECT, 'node_modules/.bin/cdk'), command, { cwd: PROJECT, encoding: 'utf8' })
  }

  it('says in one line what a deployment needs', () => {
    const { status, stderr } = cdk()
    expect(status).not.toBe(0)
    expect(stderr).toContain(
      '-c ingestApiUrl: needed, the https URL that events are posted to (or -c ingest=true, which',
    )
    expect(stderr).not.toContain('    at ')
  })

  it('bundles every function to at most 1 MB, without the names that only people read', () => {
    const { status, stderr } = cdk('-c', 'ingest=true', '-c', 'shards=5')
    expect(stderr).not.toMatch(/^ERROR/m)
    expect(status).toBe(0)
    const { files } = JSON.parse(readFileSync(join(output, 'TutorsimStack.assets.json'), 'utf8')) as Properties
    const bundles = (Object.values(files) as Properties[])
      .map(({ source }) => join(output, source.path, 'index.mjs'))
      .filter((path) => existsSync(path))
    expect(bundles).toHaveLength(3)
    for (const bundle of bundles) {
      const code = readFileSync(bundle, 'utf8')
      expect(code.length).toBeLessThanOrEqual(BUNDLE_BYTES_MAX)
      expect(code).toMatch(/export\{.*\bhandler\b.*\}/)
      expect(code).not.toContain('faker')
    }
  })
})

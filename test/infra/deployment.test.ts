// What a deployment may choose, and how it hears that it may not.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { deploymentFrom } from '../../infra/deployment.ts'
import { DeploymentError } from '../../infra/deployment-error.ts'
import { worldEnvironment } from '../../infra/simulator.ts'
import { ENDPOINT } from './synthesis.ts'

describe('choices of a deployment', () => {
  it('has the contract’s defaults', () => {
    expect(deploymentFrom(ENDPOINT)).toEqual({
      world: 'default',
      seed: 'demo',
      streams: 50,
      eventsPerRun: 10,
      tick: '1m',
      paceWithinRun: false,
      opening: false,
      ingestBatch: 1,
      rate: { expression: 'rate(1 minute)', minutes: 1 },
      enabled: false,
      ingest: false,
      shards: 1,
      ...ENDPOINT,
    })
  })

  it('takes text from the command line and values from cdk.json', () => {
    for (const context of [
      { ingest: 'true', shards: '5', streams: '100', rate: 'rate(2 hours)' },
      { ingest: true, shards: 5, streams: 100, rate: 'rate(2 hours)' },
    ]) {
      const { ingest, shards, streams, rate, apiKeyParameter } = deploymentFrom(context)
      expect({ ingest, shards, streams, rate, apiKeyParameter }).toEqual({
        ingest: true,
        shards: 5,
        streams: 100,
        rate: { expression: 'rate(2 hours)', minutes: 120 },
        apiKeyParameter: '/tutorsim/ingest-api-key',
      })
    }
  })

  it('takes an empty one for none', () => {
    const empty = Object.fromEntries(
      ['seed', 'world', 'students', 'eventsPerRun', 'tick', 'rate', 'enabled', 'ingest', 'shards', 'alarmTopicArn'].map(
        (name) => [name, ''],
      ),
    )
    expect(deploymentFrom({ ...ENDPOINT, ...empty })).toEqual(deploymentFrom(ENDPOINT))
    expect(() => deploymentFrom({ ingestApiUrl: '' })).toThrow(/^-c ingestApiUrl: needed/)
  })

  it('lets the CDK’s own entries be', () => {
    const own = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:x': true, 'acknowledged-issue-numbers': [34_892] }
    expect(() => deploymentFrom({ ...ENDPOINT, ...own, 'cli-telemetry': false })).not.toThrow()
  })

  it('takes a file of settings along as JSON, and says what is wrong with one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tutorsim-deployment-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const given = (text: string) => {
      const file = join(folder, 'ours.yaml')
      writeFileSync(file, text)
      return () => deploymentFrom({ ...ENDPOINT, settings: file })
    }
    const { settingsJson = '' } = given('calls: { per_100_sessions: 8 }\nshocks: off\n')()
    expect(JSON.parse(settingsJson)).toEqual({
      'calls.per_100_sessions': 8,
      shocks: 'off',
    })
    expect(given('calls: { per_100_sessions: 80 }\n')).toThrow(
      /^-c settings .*ours\.yaml: line 1, column 28: calls\.per_100_sessions 80: a number from 0 to 40/,
    )
    expect(given('seed: x\n')).toThrow(/^-c settings .*ours\.yaml: seed is said by -c seed$/)
  })

  it('names a scenario to the functions', () => {
    const deployment = deploymentFrom({ ...ENDPOINT, scenario: 'exam-rush:mild' })
    expect(worldEnvironment(deployment)).toMatchObject({ SCENARIO: 'exam-rush:mild' })
    expect(worldEnvironment(deploymentFrom(ENDPOINT))).not.toHaveProperty('SCENARIO')
  })

  it('says which choice it is about, as a program reads it', () => {
    expect(() => deploymentFrom({ ...ENDPOINT, streams: '0' })).toThrow(
      expect.objectContaining({
        code: 'OPTION',
        option: '-c streams',
        rule: expect.stringMatching(/^must be/),
        value: '0',
      }),
    )
  })

  it.each([
    'https://u:SECRET@x.example/',
    'http://x.example/?key=SECRET',
    'htps:/SECRET',
    'https://x.example:99999/SECRET',
  ])('shows nothing of %s that may be a secret', (ingestApiUrl) => {
    for (const ingest of ['true', 'false'])
      expect(() => deploymentFrom({ ingestApiUrl, ingest })).toThrow(/^(?!.*SECRET)-c ingestApiUrl/)
  })

  it.each([
    [
      {},
      '-c ingestApiUrl: needed, the https URL that events are posted to: npx cdk synth -c ingestApiUrl=https://HOST/PATH (or -c ingest=true, which deploys one)',
    ],
    [{ ...ENDPOINT, ingest: 'true' }, /^-c ingestApiUrl https:.*: not together with -c ingest=true/],
    [
      { ingestApiUrl: 'http://x.example/' },
      '-c ingestApiUrl http://x.example/: must be an https URL without a user or password',
    ],
    [
      { ingestApiUrl: 'https://u:p@x.example/' },
      /^-c ingestApiUrl https:\/\/x.example\/: .*without a user or password$/,
    ],
    [{ ...ENDPOINT, stream: '100' }, '-c stream: no such choice; is streams meant?'],
    [{ ...ENDPOINT, studnets: '100' }, '-c studnets: no such choice; is students meant?'],
    [{ ...ENDPOINT, alarmTopicARN: 'x' }, '-c alarmTopicARN: no such choice; is alarmTopicArn meant?'],
    [{ ...ENDPOINT, events_per_run: '5' }, '-c events_per_run: no such choice; is eventsPerRun meant?'],
    [
      { ...ENDPOINT, colour: 'red' },
      /^-c colour: no such choice; there are world, seed, settings, scenario, students, .*, alarmTopicArn$/,
    ],
    [{ ...ENDPOINT, scenario: 'exam-ruhs' }, '-c scenario exam-ruhs: there is none; is exam-rush meant?'],
    [
      { ...ENDPOINT, scenario: 'exam-rush:bad' },
      /^-c scenario exam-rush:bad: must be exam-rush, or exam-rush:mild or /,
    ],
    [{ ...ENDPOINT, streams: '0' }, '-c streams 0: must be a whole number from 1 to 1000'],
    [{ ...ENDPOINT, streams: '1e3' }, '-c streams 1e3: must be a whole number from 1 to 1000'],
    [
      { ...ENDPOINT, students: '9000', eventsPerRun: '20' },
      '-c students 9000: not together with -c eventsPerRun, which sizes the world too',
    ],
    [{ ...ENDPOINT, world: 'a*' }, '-c world a*: must be up to 50 letters, digits, _ . and -'],
    [{ ...ENDPOINT, world: 'a#b' }, /^-c world a#b: must/],
    [{ ...ENDPOINT, tick: '7h' }, '-c tick 7h: must be a duration that divides a day, such as 1m, 15m or 2h'],
    [{ ...ENDPOINT, tick: '0m' }, /^-c tick 0m: must/],
    [{ ...ENDPOINT, tick: '1w' }, /^-c tick 1w: must/],
    [{ ...ENDPOINT, tick: '500ms' }, /^-c tick 500ms: must/],
    [{ ...ENDPOINT, aheadMax: 'an hour' }, '-c aheadMax an hour: must be a duration such as 1h'],
    [{ ...ENDPOINT, rate: 'rate(1 minutes)' }, /^-c rate rate\(1 minutes\): must be an EventBridge rate/],
    [{ ...ENDPOINT, rate: 'rate(2 minute)' }, /^-c rate/],
    [{ ...ENDPOINT, rate: 'rate(30 seconds)' }, /^-c rate/],
    [{ ...ENDPOINT, shards: '4' }, '-c shards 4: must be 1, or 5: one for each region'],
    [{ ...ENDPOINT, enabled: 'yes' }, '-c enabled yes: must be true or false'],
    [{ ...ENDPOINT, apiKeyParameter: 'arn:aws:ssm:x' }, /^-c apiKeyParameter .*: must be a parameter name/],
    [{ ...ENDPOINT, apiKeyParameter: '/tutorsim/*' }, /^-c apiKeyParameter/],
    [{ ...ENDPOINT, apiKeyKmsKeyArn: 'alias/mine' }, /^-c apiKeyKmsKeyArn/],
    [{ ...ENDPOINT, alarmTopicArn: 'me@example.com' }, /^-c alarmTopicArn/],
  ])('refuses %o in one line', (context, message) => {
    expect(() => deploymentFrom(context)).toThrow(message)
    expect(() => deploymentFrom(context)).toThrow(DeploymentError)
    expect(() => deploymentFrom(context)).not.toThrow('\n')
  })
})

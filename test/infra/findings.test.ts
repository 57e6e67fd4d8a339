// cdk-nag's rules, and the two things that the stack and the model have to agree on without importing one another.

import { AwsSolutionsChecks } from 'cdk-nag'
import { expect, it } from 'vitest'
import { REGIONS } from '../../infra/deployment.ts'
import { FUNCTION_ARN, LIST_EXECUTIONS } from '../../infra/states.ts'
import { REGIONS as MODEL_REGIONS } from '../../model/index.ts'
import { ENDPOINT, synthesise } from './synthesis.ts'

it.each([
  ['alone', ENDPOINT],
  ['with a key', { ...ENDPOINT, apiKeyParameter: '/tutorsim/key', enabled: 'true' }],
  ['with the ingestion API', { ingest: 'true' }],
  ['by regions', { ...ENDPOINT, shards: '5' }],
  ['with everything', { ingest: 'true', shards: '5' }],
])('cdk-nag has no finding that nobody has answered for: %s', (_, context) => {
  const { app } = synthesise(context)
  expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([])
})

it('cdk-nag is listening', () => {
  const { app } = synthesise({ ingest: 'true' })
  // Without the acknowledgements, which are metadata, there are findings.
  for (const { node } of app.node.findAll()) Object.defineProperty(node, 'metadata', { get: () => [] })
  const rules = new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName)
  expect(rules).toContain('AwsSolutions-APIG3')
})

it('the stack’s regions are the model’s', () => {
  expect(REGIONS).toEqual([...MODEL_REGIONS])
})

it('the definitions are states languages’ own JSON with placeholders that CloudFormation fills in', () => {
  const machines = [
    ...synthesise({ ...ENDPOINT, shards: '5' })
      .resources('AWS::StepFunctions::StateMachine')
      .values(),
  ]
  const [shards, backfill] = ['Simulate', 'Write'].map((task) =>
    machines.find(({ DefinitionString }) => DefinitionString.includes(`"${task}"`)),
  )
  for (const { DefinitionString } of machines) expect(JSON.parse(DefinitionString)).toHaveProperty('StartAt')
  expect(backfill?.DefinitionString.match(/\$\{\w+\}/g)).toEqual([FUNCTION_ARN, FUNCTION_ARN])
  expect(backfill?.DefinitionSubstitutions).toEqual({ FunctionArn: expect.anything() })
  expect(shards?.DefinitionString).toContain(LIST_EXECUTIONS)
  expect(shards?.DefinitionSubstitutions).toEqual({
    FunctionArn: expect.anything(),
    Partition: { Ref: 'AWS::Partition' },
  })
})

it.each(['ingest', 'shards', 'plain'])('nothing in the template is of one partition of AWS alone: %s', (kind) => {
  const { template } = synthesise(
    { plain: ENDPOINT, ingest: { ingest: 'true' }, shards: { ...ENDPOINT, shards: '5' } }[kind] ?? {},
  )
  const text = JSON.stringify(template.toJSON())
  expect(text).not.toMatch(/arn:aws[:-]/)
  // A service’s principal has this suffix in every partition.
  expect(text.replaceAll(/"(lambda|states|events|apigateway|sqs)\.amazonaws\.com"/g, '')).not.toContain('amazonaws.com')
})

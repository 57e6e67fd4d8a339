// State machines as plain Amazon States Language: what is written here is what is deployed, and what a local interpreter
// of the language can run.

import { ArnFormat, Aws, Stack, Validations } from 'aws-cdk-lib'
import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { DefinitionBody, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'

/** The function is named by this in a definition: CloudFormation's own kind of placeholder, which it fills in. */
export const FUNCTION_ARN = placeholder('FunctionArn')
/** A call of Step Functions itself; its name has the partition of AWS that the stack is in. */
export const LIST_EXECUTIONS = `arn:${placeholder('Partition')}:states:::aws-sdk:sfn:listExecutions`

/** What a task is told that finds no slot of the function free. */
export const THROTTLED = 'Lambda.TooManyRequestsException'

/**
 * Only what says that the function was not reached: it then did nothing, and one or two more tries storm nobody. What
 * the function itself reports is not tried again here, as its next scheduled run makes up for it.
 */
export const RETRY_UNREACHED = [
  {
    ErrorEquals: [THROTTLED, 'Lambda.ServiceException', 'Lambda.SdkClientException'],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 2,
    JitterStrategy: 'FULL',
  },
]

/** A state machine that may invoke one function and do nothing else. */
export function stateMachine(scope: Construct, id: string, definition: object, worker: LambdaFunction): StateMachine {
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('states.amazonaws.com') })
  role.addToPolicy(
    new PolicyStatement({
      sid: 'Work',
      effect: Effect.ALLOW,
      actions: ['lambda:InvokeFunction'],
      resources: [worker.functionArn],
    }),
  )
  const text = JSON.stringify(definition)
  const machine = new StateMachine(scope, id, {
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromString(text),
    definitionSubstitutions: {
      FunctionArn: worker.functionArn,
      ...(text.includes(LIST_EXECUTIONS) ? { Partition: Aws.PARTITION } : {}),
    },
    role,
  })
  Validations.of(machine).acknowledge(
    {
      id: 'AwsSolutions-SF1',
      reason:
        'Standard executions keep their history for 90 days, and the function logs a line a run; log delivery would need permissions on every log of the account.',
    },
    {
      id: 'AwsSolutions-SF2',
      reason:
        'One function a step: its own metrics say what a trace would, and tracing needs permissions on all resources.',
    },
  )
  return machine
}

/** Allows a state machine what concerns itself: its role is there before it is, so this cannot be the role's own policy. */
export function allowItself(scope: Construct, id: string, machine: StateMachine, own: PolicyStatement[]): Policy {
  return new Policy(scope, id, { roles: [machine.role], statements: own })
}

/** Any execution of it: what one is called is known only once it has started. */
export function executionsArn(machine: StateMachine): string {
  return Stack.of(machine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
}

function placeholder(name: string): string {
  return `\${${name}}`
}

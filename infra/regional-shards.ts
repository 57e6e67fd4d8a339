// `-c shards=5`: a run of the world is five runs at once, one for each region, each with memory and a timeout of its own.
//
// One execution at a time: a birth or a catch-up takes longer than a minute, and the function has five slots. The next
// execution finds it running and leaves; the first one that comes after it makes up for all that have left.

import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { SIMULATOR_TIMEOUT_SECONDS } from './capacity.ts'
import { REGIONS } from './deployment.ts'
import { allowItself, FUNCTION_ARN, LIST_EXECUTIONS, RETRY_UNREACHED, stateMachine, THROTTLED } from './states.ts'

/** Takes the event of the schedule, and hands its time to each region's run: `{"time": …, "region": …}`. */
const DEFINITION = {
  Comment: 'One scheduled run of a world, by region',
  StartAt: 'Executions',
  States: {
    Executions: {
      Type: 'Task',
      Resource: LIST_EXECUTIONS,
      // This one is among them.
      Parameters: { 'StateMachineArn.$': '$$.StateMachine.Id', StatusFilter: 'RUNNING', MaxResults: 2 },
      ResultPath: '$.running',
      Retry: [
        { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 3, JitterStrategy: 'FULL' },
      ],
      Next: 'IsAnotherRunning',
    },
    IsAnotherRunning: {
      Type: 'Choice',
      Choices: [{ Variable: '$.running.Executions[1]', IsPresent: true, Next: 'LeaveItToTheOther' }],
      Default: 'Regions',
    },
    LeaveItToTheOther: { Type: 'Succeed' },
    Regions: { Type: 'Pass', Result: REGIONS, ResultPath: '$.regions', Next: 'EachRegion' },
    EachRegion: {
      Type: 'Map',
      ItemsPath: '$.regions',
      ItemSelector: { 'time.$': '$.time', 'region.$': '$$.Map.Item.Value' },
      MaxConcurrency: REGIONS.length,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Simulate',
        States: {
          Simulate: {
            Type: 'Task',
            Resource: FUNCTION_ARN,
            TimeoutSeconds: SIMULATOR_TIMEOUT_SECONDS + 10,
            Retry: RETRY_UNREACHED,
            // All slots are taken, by somebody who invokes by hand: the next execution makes up for it.
            Catch: [{ ErrorEquals: [THROTTLED], Next: 'LeaveItToTheNext' }],
            End: true,
          },
          LeaveItToTheNext: { Type: 'Succeed' },
        },
      },
      End: true,
    },
  },
}

export function regionalShards(scope: Construct, simulator: LambdaFunction): StateMachine {
  const machine = stateMachine(scope, 'RegionalShards', DEFINITION, simulator)
  allowItself(scope, 'RegionalShardsOwnRuns', machine, [
    new PolicyStatement({
      sid: 'ListExecutions',
      effect: Effect.ALLOW,
      actions: ['states:ListExecutions'],
      resources: [machine.stateMachineArn],
    }),
  ])
  return machine
}

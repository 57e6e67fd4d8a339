// `-c shards=5`: a run of the world is five runs at once, one for each region, each with memory and a timeout of its own.

import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { SIMULATOR_TIMEOUT_SECONDS } from './capacity.ts'
import { REGIONS } from './deployment.ts'
import { FUNCTION_ARN, RETRY_UNREACHED, stateMachine } from './states.ts'

/** Takes the event of the schedule, and hands its time to each region's run: `{"time": …, "region": …}`. */
const DEFINITION = {
  Comment: 'One scheduled run of a world, by region',
  StartAt: 'Regions',
  States: {
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
            End: true,
          },
        },
      },
      End: true,
    },
  },
}

export function regionalShards(scope: Construct, simulator: LambdaFunction): StateMachine {
  return stateMachine(scope, 'RegionalShards', DEFINITION, simulator)
}

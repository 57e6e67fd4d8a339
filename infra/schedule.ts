// The clock: an EventBridge rule that starts a run, disabled until somebody wants the world to move.

import { Duration } from 'aws-cdk-lib'
import { type IRuleTarget, Rule, Schedule } from 'aws-cdk-lib/aws-events'
import type { TargetBaseProps } from 'aws-cdk-lib/aws-events-targets'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Deployment } from './deployment.ts'

export function schedule(scope: Construct, { rate, enabled, world }: Deployment, target: IRuleTarget): Rule {
  return new Rule(scope, 'Schedule', {
    description: `Runs the simulator for the world ${world}`,
    schedule: Schedule.expression(rate.expression),
    enabled,
    targets: [target],
  })
}

/** How hard EventBridge tries to hand over a run: the next one makes up for it. */
export function handOver(deadLetterQueue: Queue): TargetBaseProps {
  return { deadLetterQueue, retryAttempts: 2, maxEventAge: Duration.minutes(5) }
}

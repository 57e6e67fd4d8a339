// The CDK app: `npx cdk synth`, `npx cdk deploy`. What can be chosen with `-c` is in deployment.ts.

import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { deploymentFrom } from './deployment.ts'
import { DeploymentError } from './deployment-error.ts'
import { TutorsimStack } from './tutorsim-stack.ts'

try {
  const app = new App()
  // Here and not only in the tests: nobody deploys what has a finding that no one has answered for.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const deployment = deploymentFrom(app.node.getAllContext())
  const { alarms } = new TutorsimStack(app, 'TutorsimStack', deployment)
  app.synth()
  if (deployment.alarmTopicArn === undefined)
    console.error(`-c alarmTopicArn: not given, so nobody is told of the ${alarms} alarms (the ARN of an SNS topic)`)
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

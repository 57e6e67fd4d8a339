// The CDK app: `npx cdk synth`, `npx cdk deploy`. What can be chosen with `-c` is in deployment.ts.

import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { DeploymentError, deploymentFrom } from './deployment.ts'
import { TutorsimStack } from './tutorsim-stack.ts'

try {
  const app = new App()
  // Here and not only in the tests: nobody deploys what has a finding that no one has answered for.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  new TutorsimStack(app, 'TutorsimStack', deploymentFrom(app.node.getAllContext()))
  app.synth()
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

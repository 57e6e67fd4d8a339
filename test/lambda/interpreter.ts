// A state machine of the stack under an interpreter of its language, with handlers in place of what its tasks call.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Properties } from '../infra/synthesis.ts'

export type Task = (input: Properties) => Promise<unknown>

interface Interpreter {
  run(input: object, options: object): { result: Promise<unknown> }
}

const { StateMachine } = createRequire(join(import.meta.dirname, 'package.json'))('aws-local-stepfunctions') as {
  StateMachine: new (definition: object, options: object) => Interpreter
}

/** What a deployment fills in. */
const SUBSTITUTIONS = { FunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:worker', Partition: 'aws' }
/** What an execution can ask about itself. */
const CONTEXT = { StateMachine: { Id: 'arn:aws:states:eu-west-1:123456789012:stateMachine:shards' } }

/** Runs an execution. @param definition as the template has it @param tasks by the names of their states */
export function execute(definition: string, input: object, tasks: Record<string, Task>): Promise<unknown> {
  const text = definition.replaceAll(/\$\{(\w+)\}/g, (_, name: keyof typeof SUBSTITUTIONS) => SUBSTITUTIONS[name])
  const retryIntervalOverrides = Object.fromEntries(Object.keys(tasks).map((name) => [name, 0]))
  const overrides = { taskResourceLocalHandlers: tasks, retryIntervalOverrides }
  return new StateMachine(JSON.parse(text), {}).run(input, { overrides, context: CONTEXT }).result
}

/** What Step Functions says of executions under way, the asking one among them. */
export function executions(count: number): Task {
  return async () => ({ Executions: Array.from({ length: count }, () => ({ Status: 'RUNNING' })) })
}

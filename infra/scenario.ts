// The story that `-c scenario=NAME` names: one of those that the command lists.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { nearest } from '../engine/index.ts'
import { DeploymentError } from './deployment-error.ts'

const COMMAND = join(import.meta.dirname, '../cli/tutorsim.js')

interface Listed {
  scenarios: readonly { name: string; strengths: Readonly<Record<string, unknown>> }[]
}

/**
 * As the functions read it.
 * @param text `NAME`, or `NAME:mild`
 * @throws DeploymentError
 */
export function scenarioNamed(text: string): string {
  const { scenarios } = listed()
  const refuse = (rule: string): never => {
    throw new DeploymentError({ option: 'scenario', rule, value: text })
  }
  const [name = '', strength, ...more] = text.split(':')
  const names = scenarios.map((one) => one.name)
  const found = scenarios.find((one) => one.name === name)
  if (!found) {
    const meant = nearest(name, names)
    return refuse(meant ? `there is none; is ${meant} meant?` : `must be one of ${names.join(', ')}`)
  }
  const strengths = Object.keys(found.strengths)
  if (more.length > 0 || !(strength === undefined || strengths.includes(strength)))
    return refuse(`must be ${name}, or ${name}:${strengths.join(` or ${name}:`)}`)
  return text
}

function listed(): Listed {
  const { stdout, stderr, status } = spawnSync(process.execPath, [COMMAND, 'scenarios', '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  })
  if (status !== 0) throw new DeploymentError({ option: 'scenario', rule: stderr.trim() })
  return JSON.parse(stdout) as Listed
}

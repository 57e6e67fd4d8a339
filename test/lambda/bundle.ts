// The simulator as the CDK bundles it for a deployment, with the environment that the template gives it.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SimulatorBundle {
  /** Holds index.mjs. */
  folder: string
  /** Of the template, but for what only a deployment knows. */
  environment: Record<string, string>
}

interface Template {
  Resources: Record<string, Resource>
}

interface Resource {
  Type: string
  Properties: { Environment?: { Variables: Record<string, unknown> } }
  Metadata?: Record<string, string>
}

const PROJECT = join(import.meta.dirname, '../..')

/** @param output folder for the assembly @param context `-c name=value` @throws Error with what the CDK says */
export function bundleSimulator(output: string, context: Readonly<Record<string, string>> = {}): SimulatorBundle {
  const words = Object.entries({ ingestApiUrl: 'https://ingest.example.com/ingest', ...context })
  const { status, stderr } = spawnSync(
    join(PROJECT, 'node_modules/.bin/cdk'),
    ['synth', '--quiet', '--output', output, ...words.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { cwd: PROJECT, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  const template = JSON.parse(readFileSync(join(output, 'TutorsimStack.template.json'), 'utf8')) as Template
  const simulator = Object.values(template.Resources).find(({ Properties }) => variablesOf(Properties).WORLD_TABLE)
  const asset = simulator?.Metadata?.['aws:asset:path']
  if (!simulator || !asset) throw new Error('the template has no simulator')
  const environment = Object.entries(variablesOf(simulator.Properties)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return { folder: join(output, asset), environment: Object.fromEntries(environment) }
}

function variablesOf({ Environment }: Resource['Properties']): Record<string, unknown> {
  return Environment?.Variables ?? {}
}

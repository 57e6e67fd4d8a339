// The stack as a deployment would have it, with nothing bundled.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll, vi } from 'vitest'
import { deploymentFrom } from '../../infra/deployment.ts'
import { TutorsimStack } from '../../infra/tutorsim-stack.ts'

// The first use of each construct loads its part of the CDK, which takes long while other tests run beside it.
vi.setConfig({ testTimeout: 60_000 })

/** The CDK's own choices, of which a deployment has these. */
const FLAGS = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8')).context

/** Of the file of tests that imports this. An assembly each. */
const assemblies = mkdtempSync(join(tmpdir(), 'tutorsim-assemblies-'))
afterAll(() => rmSync(assemblies, { recursive: true, force: true }))

export const ENDPOINT = { ingestApiUrl: 'https://ingest.example.com/v1/ingest' }

/** As the CDK itself types what a template says. */
export type Properties = ReturnType<Template['findResources']>[string]

export interface Synthesis {
  app: App
  template: Template
  /** Resources of a type, by logical id: their properties. */
  resources(type: string): Map<string, Properties>
  /** The one resource of a type: its properties. */
  only(type: string): Properties
}

/** @param context as `-c` gives it: text */
export function synthesise(context: Record<string, string>): Synthesis {
  const outdir = mkdtempSync(join(assemblies, 'of-'))
  const app = new App({ outdir, context: { ...FLAGS, ...context, 'aws:cdk:bundling-stacks': [] } })
  const stack = new TutorsimStack(app, 'TutorsimStack', deploymentFrom(app.node.getAllContext()))
  const template = Template.fromStack(stack)
  const resources = (type: string) =>
    new Map(Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, Properties as Properties]))
  const only = (type: string) => {
    const [properties, ...others] = resources(type).values()
    if (!properties || others.length > 0) throw new Error(`${others.length + (properties ? 1 : 0)} of ${type}`)
    return properties
  }
  return { app, template, resources, only }
}

/** Statements of the policies whose logical id begins so. */
export function statements({ resources }: Synthesis, idStart: string): Properties[] {
  return [...resources('AWS::IAM::Policy')]
    .filter(([id]) => id.startsWith(idStart))
    .flatMap(([, { PolicyDocument }]) => PolicyDocument.Statement)
}

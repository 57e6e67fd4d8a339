// The commands of docs/operations.md, in a shell, with stand-ins for what would reach AWS: each names only outputs that a
// deployment prints, choices that it takes, and options that the command line has.

import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deploymentFrom } from '../../infra/deployment.ts'
import { ENDPOINT, synthesise } from './synthesis.ts'

const PROJECT = join(import.meta.dirname, '../..')
const DOCUMENT = readFileSync(join(PROJECT, 'docs/operations.md'), 'utf8')
const BLOCKS = [...DOCUMENT.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = '']) => block)
const { template } = synthesise({ ingest: 'true', shards: '5' })
const OUTPUTS = new Set(Object.keys(template.findOutputs('*')))

/** What is said under a heading; empty where there is none. */
const section = (title: string): string =>
  new RegExp(`^## ${title}\n([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, 'm').exec(DOCUMENT)?.[1] ?? ''

/** What is said of what a stack leaves behind, by its type. */
const LEFT: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Account': 'by which API Gateway logs',
  'AWS::DynamoDB::Table': 'aws dynamodb delete-table',
  'AWS::IAM::Role': 'by which API Gateway logs',
  'AWS::Kinesis::Stream': 'aws kinesis delete-stream',
  'AWS::S3::Bucket': 'aws s3 rb',
}

/** Notes its words, unit and record separators between them, and answers something that is not empty. */
const STAND_IN = `#!/bin/bash
printf '%s\\x1f' "\${0##*/}" "$@" >> "$CALLS"
printf '\\x1e' >> "$CALLS"
printf answer
`
const [UNIT, RECORD] = ['\u001f', '\u001e']

const folder = mkdtempSync(join(tmpdir(), 'operations-'))
const calls: string[][] = []

beforeAll(() => {
  for (const name of ['aws', 'npx', 'npm', 'git']) {
    writeFileSync(join(folder, name), STAND_IN)
    chmodSync(join(folder, name), 0o755)
  }
  const file = join(folder, 'calls')
  for (const block of BLOCKS) {
    const script = `set -euo pipefail\n${BLOCKS[0]}\nKEY_ID=id\n${block}`
    const env = { PATH: `${folder}:${process.env.PATH}`, CALLS: file }
    const { status, stderr } = spawnSync('bash', ['-c', script], { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${block}${stderr}`)
  }
  const records = readFileSync(file, 'utf8').split(RECORD).slice(0, -1)
  calls.push(...records.map((record) => record.split(UNIT).slice(0, -1)))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const callsOf = (...words: string[]): string[][] =>
  calls.filter((call) => words.every((word, index) => call[index] === word))

const choicesIn = (words: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    words.flatMap((word, index) => {
      const [name = '', ...value] = (words[index - 1] === '-c' ? word : '').split('=')
      return name === '' ? [] : [[name, value.join('=')]]
    }),
  )

describe('the commands of docs/operations.md', () => {
  it('run in a shell', () => {
    expect(BLOCKS.length).toBeGreaterThan(15)
    expect(callsOf('aws').length).toBeGreaterThan(30)
  })

  it('name only outputs that a deployment prints, and so does the text', () => {
    const read = calls.flatMap((call) =>
      [...call.join(' ').matchAll(/OutputKey=='(\w+)'/g)].map(([, name = '']) => name),
    )
    const named = [...DOCUMENT.matchAll(/\boutput `?([A-Z]\w+)/g)].map(([, name = '']) => name)
    expect(new Set([...read, ...named]).size).toBeGreaterThan(8)
    expect([...read, ...named].filter((name) => !OUTPUTS.has(name))).toEqual([])
  })

  it('deploy, and destroy, by choices that a deployment takes', () => {
    const deployments = [...callsOf('npx', 'cdk', 'deploy'), ...callsOf('npx', 'cdk', 'destroy')]
    expect(deployments.length).toBeGreaterThan(6)
    for (const call of deployments) expect(() => deploymentFrom(choicesIn(call)), call.join(' ')).not.toThrow()
  })

  it('and its text name choices that a deployment knows', () => {
    const names = [...DOCUMENT.matchAll(/`?-c (\w+)=?/g)].map(([, name = '']) => name)
    const tabled = [...DOCUMENT.matchAll(/^\| (`\w+`(?:, `\w+`)*) \| .* \| .* \|$/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    )
    const choices = [...new Set([...names, ...tabled.filter((name) => /^[a-z]/.test(name))])].filter(
      (name) => name !== 'name',
    )
    expect(choices.length).toBeGreaterThan(12)
    // Any value will do: what is refused is what there is not.
    for (const name of choices)
      try {
        deploymentFrom({ ...ENDPOINT, [name]: '1' })
      } catch (error) {
        expect((error as Error).message).not.toContain('no such choice')
      }
  })

  it('of tutorsim have options that there are', () => {
    const commands = callsOf('npx', 'tutorsim')
    expect(commands.length).toBeGreaterThan(4)
    const help = new Map<string, string>()
    for (const [, , name = '', ...words] of commands) {
      if (!help.has(name)) {
        const bin = join(PROJECT, 'cli/tutorsim.js')
        help.set(name, execFileSync(process.execPath, [bin, name, '--help'], { encoding: 'utf8' }))
      }
      for (const option of words.filter((word) => word.startsWith('--')))
        expect(help.get(name), `${name} ${option}`).toMatch(new RegExp(`(^|\\s)${option}\\b`, 'm'))
    }
  })

  it('and its text name alarms that there are', () => {
    const alarms = [...synthesise(ENDPOINT).resources('AWS::CloudWatch::Alarm').keys()].join(' ')
    for (const [, name = ''] of DOCUMENT.matchAll(/alarm `(\w+)`/g)) expect(alarms).toContain(name)
  })
})

describe('docs/operations.md says', () => {
  it.each([
    ['Rotate a key', /put-parameter .*--overwrite[\s\S]*\/enabled,value=false/],
    ['Roll back', /disable-rule[\s\S]*git checkout[\s\S]*cdk deploy/],
    ['Tear down', /disable-rule[\s\S]*cdk destroy/],
    ['Hours of the day', /\| UTC \| 00 \|/],
  ])('how: %s', (title, how) => {
    expect(section(title)).toMatch(how)
  })

  it('of all that is left of a stack what it costs, and how it goes', () => {
    const { Resources } = template.toJSON() as { Resources: Record<string, { Type: string; DeletionPolicy?: string }> }
    const left = Object.values(Resources).filter(({ DeletionPolicy = 'Delete' }) => DeletionPolicy !== 'Delete')
    expect(left.length).toBeGreaterThan(3)
    const rows = section('Tear down')
      .split('\n')
      .filter((line) => line.startsWith('| '))
    for (const { Type } of left)
      expect(rows.find((row) => row.includes(LEFT[Type] ?? Type)) ?? '', Type).toMatch(/\| (\$\d|nothing)/)
  })
})

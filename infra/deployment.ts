// What a deployment chooses: `-c name=value`, or "context" in cdk.json. Refused in one line each before anything is built.

import { DAY, nearest, parseDuration, SECOND } from '../engine/index.ts'
import { STUDENTS_MAX } from './capacity.ts'
import { DeploymentError } from './deployment-error.ts'
import { scenarioNamed } from './scenario.ts'
import { settingsJson } from './settings-file.ts'
import { refuseUnfit } from './size.ts'

export interface Deployment {
  world: string
  seed: string
  /** Settings as JSON, of the file that was named. */
  settingsJson?: string
  /** A built-in scenario, `NAME` or `NAME:mild`. */
  scenario?: string
  /** Size by students; else by streams x eventsPerRun. */
  students?: number
  streams: number
  eventsPerRun: number
  /** Simulated time a run, such as `1m`. */
  tick: string
  /** Spread a run's deliveries over its minute. */
  paceWithinRun: boolean
  /** First tell a target that is new to the world what stands. */
  opening: boolean
  /** How far after the clock the time of an invocation may lie, such as `1h`; Lambda's own default where there is none. */
  aheadMax?: string
  /** Events in a post at the most. */
  ingestBatch: number
  /** How often the simulator runs. */
  rate: { expression: string; minutes: number }
  /** Whether the schedule runs from the deployment on. */
  enabled: boolean
  /** Deploys the ingestion API and the event stream too. */
  ingest: boolean
  /** Where events go; the deployed API where there is none. */
  ingestApiUrl?: string
  /** Name of the SSM SecureString that holds the endpoint's key. */
  apiKeyParameter?: string
  /** The customer's own key that the parameter is encrypted with; `aws/ssm` needs no grant. */
  apiKeyKmsKeyArn?: string
  /** 1, or 5: each region a function of its own. */
  shards: 1 | 5
  /** An SNS topic that alarms are sent to. */
  alarmTopicArn?: string
}

/** Regions as the model calls them: parts of a world that never meet. */
export const REGIONS = ['northeast', 'southeast', 'midwest', 'west', 'southwest']

/** The worlds that the simulator keeps: one, or one for each region, called as it calls them. */
export function worldsOf({ world, shards }: Deployment): string[] {
  return shards === 1 ? [world] : REGIONS.map((region) => `${world}.${region}`)
}

type Context = Readonly<Record<string, unknown>>

const OPTIONS = [
  'world',
  'seed',
  'settings',
  'scenario',
  'students',
  'streams',
  'eventsPerRun',
  'tick',
  'paceWithinRun',
  'opening',
  'aheadMax',
  'ingestBatch',
  'rate',
  'enabled',
  'ingest',
  'ingestApiUrl',
  'apiKeyParameter',
  'apiKeyKmsKeyArn',
  'shards',
  'alarmTopicArn',
] as const
type Option = (typeof OPTIONS)[number]

/** What the CDK's own commands leave in the context; its other entries have a `:` or an `@`. */
const CDK_OPTIONS = ['acknowledged-issue-numbers', 'cli-telemetry']

/** Where `-c ingest=true` expects the key of the API that it creates. */
const OWN_API_KEY_PARAMETER = '/tutorsim/ingest-api-key'
const RATE_MINUTES = { minute: 1, hour: 60, day: 1440 } as const

/**
 * @param context everything that the CDK app was given, the CDK's own entries among it
 * @throws DeploymentError of one line that names the option, the rule and the value
 */
export function deploymentFrom(context: Context): Deployment {
  refuseUnknown(context)
  const ingest = flag(context, 'ingest')
  const apiKeyParameter =
    text(context, 'apiKeyParameter', /^(\/[\w.-]+)+$|^[\w.-]+$/, 'a parameter name such as /tutorsim/ingest-api-key') ??
    (ingest ? OWN_API_KEY_PARAMETER : undefined)
  const ingestApiUrl = url(context)
  if (ingest && ingestApiUrl !== undefined) {
    const rule = 'not together with -c ingest=true, whose API is the target'
    throw new DeploymentError({ option: 'ingestApiUrl', rule, value: shown(ingestApiUrl) })
  }
  if (!ingest && ingestApiUrl === undefined) {
    const needed = 'needed, the https URL that events are posted to: npx cdk synth -c ingestApiUrl=https://HOST/PATH'
    throw new DeploymentError({ option: 'ingestApiUrl', rule: `${needed} (or -c ingest=true, which deploys one)` })
  }
  const students = whole(context, 'students', 1, STUDENTS_MAX)
  const eventsPerRun = whole(context, 'eventsPerRun', 1, 10_000)
  if (students !== undefined && eventsPerRun !== undefined) {
    const rule = 'not together with -c eventsPerRun, which sizes the world too'
    throw new DeploymentError({ option: 'students', rule, value: students })
  }
  const deployment: Deployment = {
    // What IAM and the table's keys take literally, '*', '?', '$' and '#' not among it, and room for a region's name.
    world: text(context, 'world', /^[\w.-]{1,50}$/, 'up to 50 letters, digits, _ . and -') ?? 'default',
    seed: text(context, 'seed') ?? 'demo',
    ...settings(context),
    ...scenario(context),
    ...given('students', students),
    streams: whole(context, 'streams', 1, 1000) ?? 50,
    eventsPerRun: eventsPerRun ?? 10,
    tick: tick(context),
    paceWithinRun: flag(context, 'paceWithinRun'),
    opening: flag(context, 'opening'),
    ...given('aheadMax', duration(context, 'aheadMax', 'a duration such as 1h')),
    ingestBatch: whole(context, 'ingestBatch', 1, 500) ?? 1,
    rate: rate(context),
    enabled: flag(context, 'enabled'),
    ingest,
    ...given('ingestApiUrl', ingestApiUrl),
    ...given('apiKeyParameter', apiKeyParameter),
    ...given(
      'apiKeyKmsKeyArn',
      text(context, 'apiKeyKmsKeyArn', /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a KMS key'),
    ),
    shards: shards(context),
    ...given(
      'alarmTopicArn',
      text(context, 'alarmTopicArn', /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, 'the ARN of an SNS topic'),
    ),
  }
  refuseUnfit(deployment)
  return deployment
}

/** A misspelt choice would be a deployment with the default. */
function refuseUnknown(context: Context): void {
  const known: readonly string[] = [...OPTIONS, ...CDK_OPTIONS]
  const stray = Object.keys(context).find((name) => !(known.includes(name) || /[:@]/.test(name)))
  if (stray === undefined) return
  const meant = nearest(stray, OPTIONS)
  const rule = meant ? `no such choice; is ${meant} meant?` : `no such choice; there are ${OPTIONS.join(', ')}`
  throw new DeploymentError({ option: stray, rule })
}

/** An empty value is none: so a shell hands on a variable that is not set. */
function text(context: Context, option: Option, pattern = /^.+$/s, rule = 'a text'): string | undefined {
  const value = context[option]
  if (value === undefined || value === '') return undefined
  if (!pattern.test(String(value))) throw new DeploymentError({ option, rule: `must be ${rule}`, value })
  return String(value)
}

function whole(context: Context, option: Option, least: number, most: number): number | undefined {
  const rule = `a whole number from ${least} to ${most}`
  const digits = text(context, option, /^\d{1,9}$/, rule)
  if (digits === undefined) return undefined
  if (Number(digits) < least || Number(digits) > most)
    throw new DeploymentError({ option, rule: `must be ${rule}`, value: digits })
  return Number(digits)
}

function flag(context: Context, option: Option): boolean {
  return text(context, option, /^(true|false)$/, 'true or false') === 'true'
}

function shards(context: Context): 1 | 5 {
  const rule = '1, or 5: one for each region'
  return text(context, 'shards', /^[15]$/, rule) === '5' ? 5 : 1
}

function url(context: Context): string | undefined {
  const value = text(context, 'ingestApiUrl')
  if (value === undefined) return undefined
  const parsed = URL.canParse(value) ? new URL(value) : undefined
  if (parsed?.protocol !== 'https:' || parsed.username !== '' || parsed.password !== '') {
    const rule = 'must be an https URL without a user or password'
    throw new DeploymentError({ option: 'ingestApiUrl', rule, value: shown(value) })
  }
  return value
}

/** Of a URL what is no secret: user, password and query may be, and all of what is no URL. */
function shown(value: string): string | undefined {
  if (!URL.canParse(value)) return undefined
  const { protocol, host, pathname } = new URL(value)
  return host === '' ? undefined : `${protocol}//${host}${pathname}`
}

function duration(context: Context, option: Option, rule: string): string | undefined {
  const value = text(context, option)
  if (value !== undefined && parseDuration(value) === undefined)
    throw new DeploymentError({ option, rule: `must be ${rule}`, value })
  return value
}

function tick(context: Context): string {
  const rule = 'a duration that divides a day, such as 1m, 15m or 2h'
  const value = duration(context, 'tick', rule) ?? '1m'
  const milliseconds = parseDuration(value) as number
  if (milliseconds < SECOND || DAY % milliseconds !== 0)
    throw new DeploymentError({ option: 'tick', rule: `must be ${rule}`, value })
  return value
}

/** EventBridge wants the unit in the singular for 1 only. */
function rate(context: Context): Deployment['rate'] {
  const rule = "an EventBridge rate such as 'rate(1 minute)' or 'rate(2 hours)'"
  const expression = text(
    context,
    'rate',
    /^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d{1,3}) (minute|hour|day)s)\)$/,
    rule,
  )
  if (expression === undefined) return { expression: 'rate(1 minute)', minutes: 1 }
  const [count, unit] = expression.slice('rate('.length, -1).split(' ') as [string, string]
  return { expression, minutes: Number(count) * RATE_MINUTES[unit.replace(/s$/, '') as keyof typeof RATE_MINUTES] }
}

/** The file that the functions take along. */
function settings(context: Context): Pick<Deployment, 'settingsJson'> {
  const name = text(context, 'settings')
  return name === undefined ? {} : { settingsJson: settingsJson(name) }
}

function scenario(context: Context): Pick<Deployment, 'scenario'> {
  const name = text(context, 'scenario')
  return name === undefined ? {} : { scenario: scenarioNamed(name) }
}

/** An optional member that is not there at all where there is no value. */
function given<Name extends Option, Value>(name: Name, value: Value | undefined): { [name in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [name in Name]: Value })
}

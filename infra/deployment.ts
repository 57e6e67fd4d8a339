// What a deployment chooses: `-c name=value`, or "context" in cdk.json. Refused in one line each before anything is built.

import { LARGEST_REGION_SHARE, STUDENTS_AN_EVENT_A_MINUTE } from './capacity.ts'

/** A choice that cannot be deployed: the option, the rule and the value. */
export class DeploymentError extends Error {}

export interface Deployment {
  world: string
  seed: string
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

/** How many students a run of the simulator holds, at least nearly. */
export function studentsARun({ students, streams, eventsPerRun, tick, shards }: Deployment): number {
  const all = students ?? (streams * eventsPerRun * STUDENTS_AN_EVENT_A_MINUTE) / (secondsOf(tick) / 60)
  return shards === 1 ? all : all * LARGEST_REGION_SHARE
}

type Context = Readonly<Record<string, unknown>>

const OPTIONS = [
  'world',
  'seed',
  'students',
  'streams',
  'eventsPerRun',
  'tick',
  'paceWithinRun',
  'opening',
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

/** Where `-c ingest=true` expects the key of the API that it creates. */
const OWN_API_KEY_PARAMETER = '/tutorsim/ingest-api-key'
const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const
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
  if (ingest === (ingestApiUrl !== undefined)) {
    throw new DeploymentError(
      ingest
        ? `-c ingestApiUrl ${ingestApiUrl}: not together with -c ingest=true, whose API is the target`
        : '-c ingestApiUrl: needed, the https URL that events are posted to (or -c ingest=true, which deploys one)',
    )
  }
  const students = whole(context, 'students', 1, 10_000_000)
  if (students !== undefined && context.eventsPerRun !== undefined) {
    throw new DeploymentError(`-c students ${students}: not together with -c eventsPerRun, which sizes the world too`)
  }
  return {
    // What IAM and the table's keys take literally, '*', '?', '$' and '#' not among it, and room for a region's name.
    world: text(context, 'world', /^[\w.-]{1,50}$/, 'up to 50 letters, digits, _ . and -') ?? 'default',
    seed: text(context, 'seed') ?? 'demo',
    ...given('students', students),
    streams: whole(context, 'streams', 1, 1000) ?? 50,
    eventsPerRun: whole(context, 'eventsPerRun', 1, 10_000) ?? 10,
    tick: tick(context),
    paceWithinRun: flag(context, 'paceWithinRun'),
    opening: flag(context, 'opening'),
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
}

/** The CDK's own entries have a prefix; of ours none has, so a misspelt one is noticed. */
function refuseUnknown(context: Context): void {
  const known: readonly string[] = OPTIONS
  const stray = Object.keys(context).find((name) => !(known.includes(name) || /[:@]/.test(name)))
  if (stray !== undefined) throw new DeploymentError(`-c ${stray}: no such option, only ${OPTIONS.join(', ')}`)
}

function text(context: Context, option: Option, pattern = /^.+$/s, rule = 'not empty'): string | undefined {
  const value = context[option]
  if (value === undefined) return undefined
  if (!pattern.test(String(value))) throw new DeploymentError(`-c ${option} ${value}: must be ${rule}`)
  return String(value)
}

function whole(context: Context, option: Option, least: number, most: number): number | undefined {
  const rule = `a whole number from ${least} to ${most}`
  const digits = text(context, option, /^\d{1,9}$/, rule)
  if (digits === undefined) return undefined
  if (Number(digits) < least || Number(digits) > most) {
    throw new DeploymentError(`-c ${option} ${digits}: must be ${rule}`)
  }
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
    throw new DeploymentError(`-c ingestApiUrl ${value}: must be an https URL without a user or password`)
  }
  return value
}

function tick(context: Context): string {
  const rule = 'a duration that divides a day, such as 1m, 15m or 2h'
  const value = text(context, 'tick', /^[1-9]\d{0,6}[smhd]$/, rule) ?? '1m'
  if (UNIT_SECONDS.d % secondsOf(value) !== 0) throw new DeploymentError(`-c tick ${value}: must be ${rule}`)
  return value
}

function secondsOf(tick: string): number {
  return Number.parseInt(tick, 10) * UNIT_SECONDS[tick.at(-1) as keyof typeof UNIT_SECONDS]
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

/** An optional member that is not there at all where there is no value. */
function given<Name extends Option, Value>(name: Name, value: Value | undefined): { [name in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [name in Name]: Value })
}

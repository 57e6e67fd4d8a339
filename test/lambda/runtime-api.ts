// A function as Lambda runs it: its bundle in a process of its own under AWS's runtime client, which asks this small
// Runtime API for events and answers to it. One environment has one process, and one invocation at a time.
//
//     GET  /2018-06-01/runtime/invocation/next            waits for an event; its id and deadline are headers
//     POST /2018-06-01/runtime/invocation/ID/response     what the handler returned
//     POST /2018-06-01/runtime/invocation/ID/error        what it threw
//     POST /2018-06-01/runtime/init/error                 it cannot even start

import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

export interface FunctionOptions {
  /** Holds index.mjs with an export `handler`. */
  folder: string
  environment: Readonly<Record<string, string>>
  /** Of node, such as --max-old-space-size. */
  nodeOptions?: readonly string[]
  /** Pins the process to one core, by its number. */
  core?: number
}

export type Outcome =
  | { kind: 'response'; value: unknown; milliseconds: number }
  | { kind: 'error'; value: unknown; milliseconds: number }
  /** The process is gone. */
  | { kind: 'gone' }

interface Invocation {
  id: string
  event: string
  deadline: number
  began: number
  settle(outcome: Outcome): void
}

const CLIENT = join(import.meta.dirname, 'node_modules/aws-lambda-ric/index.mjs')
const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:simulator'
const INVOCATION = /^\/2018-06-01\/runtime\/invocation\/([^/]+)(?:\/(response|error))?$/

export class ExecutionEnvironment {
  /** What the function has written to standard output and error, line by line. */
  readonly lines: string[] = []
  /** From the start of the process to its first question for an event. */
  initMilliseconds = Number.NaN
  readonly #server: Server
  #child: ChildProcess | undefined
  #began = 0
  /** The client's question that waits for an event. */
  #asked: ServerResponse | undefined
  #current: Invocation | undefined
  #hasAsked = Promise.withResolvers<void>()

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response).catch(() => undefined))
  }

  static async start(options: FunctionOptions): Promise<ExecutionEnvironment> {
    const environment = new ExecutionEnvironment()
    environment.#server.listen(0, '127.0.0.1')
    await once(environment.#server, 'listening')
    environment.#spawn(options)
    return environment
  }

  /** Settles when the function waits for its first event, or is gone. */
  async ready(): Promise<void> {
    await this.#hasAsked.promise
  }

  /** One at a time. @param millisecondsLeft until the function's time is up */
  async invoke(event: unknown, millisecondsLeft = 300_000): Promise<Outcome> {
    if (this.#current) throw new Error('an environment has one invocation at a time')
    await this.ready()
    if (!this.isAlive) return { kind: 'gone' }
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const began = performance.now()
    const [id, deadline] = [randomUUID(), Date.now() + millisecondsLeft]
    this.#current = { id, event: JSON.stringify(event), deadline, began, settle: resolve }
    this.#handOut()
    return promise
  }

  get isAlive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** The most that the process has held in memory at once. */
  get peakResidentBytes(): number {
    const status = readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
  }

  /** At once, whatever it is at. */
  async kill(): Promise<void> {
    if (this.isAlive) {
      const gone = once(this.#child as ChildProcess, 'close')
      this.#child?.kill('SIGKILL')
      await gone
    }
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #spawn({ folder, environment, nodeOptions = [], core }: FunctionOptions): void {
    const { port } = this.#server.address() as AddressInfo
    const pin = core === undefined ? [] : ['taskset', '-c', String(core)]
    const [command = '', ...words] = [...pin, process.execPath, ...nodeOptions, CLIENT]
    this.#began = performance.now()
    const child = spawn(command, words, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        TZ: ':UTC',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        AWS_LAMBDA_FUNCTION_NAME: 'simulator',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
        AWS_LAMBDA_LOG_GROUP_NAME: 'simulator',
        AWS_LAMBDA_LOG_STREAM_NAME: 'local',
        AWS_LAMBDA_LOG_FORMAT: 'JSON',
        LAMBDA_TASK_ROOT: folder,
        _HANDLER: 'index.handler',
        ...environment,
      },
    })
    this.#child = child
    for (const output of [child.stdout, child.stderr])
      createInterface({ input: output }).on('line', (line) => this.lines.push(line))
    child.on('close', () => {
      this.#hasAsked.resolve()
      this.#settle({ kind: 'gone' })
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '' } = request
    const [, id, part] = INVOCATION.exec(url) ?? []
    if (request.method === 'GET' && id === 'next') {
      if (Number.isNaN(this.initMilliseconds)) this.initMilliseconds = performance.now() - this.#began
      this.#asked = response
      this.#hasAsked.resolve()
      this.#handOut()
      return
    }
    const body = await text(request)
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}')
    if (url.endsWith('/init/error')) this.lines.push(body)
    const { began = 0, id: current } = this.#current ?? {}
    if (!part || id !== current) return
    const milliseconds = performance.now() - began
    const value = JSON.parse(body)
    this.#settle({ kind: part === 'response' ? 'response' : 'error', value, milliseconds })
  }

  #handOut(): void {
    if (!this.#asked || !this.#current) return
    const { id, event, deadline } = this.#current
    this.#asked.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': id,
      'Lambda-Runtime-Deadline-Ms': String(deadline),
      'Lambda-Runtime-Invoked-Function-Arn': ARN,
    })
    this.#asked.end(event)
    this.#asked = undefined
  }

  #settle(outcome: Outcome): void {
    const { settle } = this.#current ?? {}
    this.#current = undefined
    settle?.(outcome)
  }
}

// The process that a map's expressions run in. Orders are answered one after the other, so that when it ends, or has to be
// ended because an order takes too long, the first one is to blame; what waits behind it goes to the next process.

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createRequire, getCompileCacheDir } from 'node:module'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { OperationalError } from '../../engine/index.ts'
import type { Answer, Opening } from './mapper.ts'

/** What came of an order; `ended` says why the process did not live to answer it. */
export type Reply = { answer: Answer; body: string } | { ended: string }

interface Waiting {
  order: string
  /** From when it is the first. */
  milliseconds: number
  settle(reply: Reply): void
}

const HEAP_MEGABYTES = 128
const START_MILLISECONDS = 20_000
/** How Node ends when its heap is full. */
const OUT_OF_MEMORY = ['SIGABRT', 134]

/** TypeScript in a clone, JavaScript in the built package. */
const SCRIPT = createRequire(import.meta.url).resolve('#mapper')

export class MapProcess {
  readonly #opening: Opening
  #process: ChildProcessByStdio<Writable, Readable, null> | undefined
  /** All that the process was told and has not answered yet. */
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(opening: Opening) {
    this.#opening = opening
  }

  /** Starts where no process runs. @returns what it says of the opening */
  async open(): Promise<Answer> {
    const reply = await this.#start()
    if ('answer' in reply) return reply.answer
    throw new OperationalError(`the process for --map cannot be started: ${reply.ended}`, { code: 'MAP_PROCESS' })
  }

  /** @param order JSON of an Order @param milliseconds that it may take when its turn has come */
  ask(order: string, milliseconds: number): Promise<Reply> {
    if (!this.#process) void this.#start()
    return this.#tell(order, milliseconds)
  }

  close(): void {
    this.#waiting = []
    clearTimeout(this.#timer)
    this.#process?.kill('SIGKILL')
    this.#process = undefined
  }

  #start(): Promise<Reply> {
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MEGABYTES}`, SCRIPT], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // What is meant for this process, a debugger for one, is not for that one; what it has compiled is.
      env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: getCompileCacheDir() },
      windowsHide: true,
    })
    this.#process = child
    child.stdin.on('error', () => undefined)
    child.on('error', ({ message }) => this.#ended(child, message))
    child.on('close', (code, signal) => this.#ended(child, endOf(code, signal)))
    createInterface({ input: child.stdout }).on('line', (line) => this.#answered(line))
    return this.#tell(JSON.stringify(this.#opening), START_MILLISECONDS)
  }

  #tell(order: string, milliseconds: number): Promise<Reply> {
    return new Promise((settle) => {
      this.#waiting.push({ order, milliseconds, settle })
      if (this.#waiting.length === 1) this.#time()
      this.#process?.stdin.write(`${order}\n`)
    })
  }

  /** The first order's time begins. */
  #time(): void {
    clearTimeout(this.#timer)
    const [first] = this.#waiting
    const child = this.#process
    if (!first || !child) return
    this.#timer = setTimeout(() => {
      this.#ended(child, `it takes more than ${first.milliseconds / 1000} s`)
      child.kill('SIGKILL')
    }, first.milliseconds)
  }

  #answered(line: string): void {
    const first = this.#waiting.shift()
    this.#time()
    const tab = line.indexOf('\t')
    first?.settle({ answer: JSON.parse(line.slice(0, tab)), body: line.slice(tab + 1) })
  }

  #ended(child: ChildProcessByStdio<Writable, Readable, null>, why: string): void {
    if (this.#process !== child) return
    this.#process = undefined
    const [first, ...others] = this.#waiting
    this.#waiting = []
    clearTimeout(this.#timer)
    if (others.length > 0) void this.#start()
    for (const { order, milliseconds, settle } of others) void this.#tell(order, milliseconds).then(settle)
    first?.settle({ ended: why })
  }
}

function endOf(code: number | null, signal: string | null): string {
  const end = signal ?? code ?? 0
  return OUT_OF_MEMORY.includes(end)
    ? `it needs more than ${HEAP_MEGABYTES} MB of memory`
    : `its process ended (${end})`
}

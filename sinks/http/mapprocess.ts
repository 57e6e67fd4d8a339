// The process that a map's expressions run in. Orders are answered one after the other, so that when it ends, or has to be
// ended because an order takes too long, one of the first is to blame. The first is told so, and what waits behind it goes
// to another process, one at a time.

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
  /** How long nothing may be heard, from when it is the first. */
  milliseconds: number
  resolve(reply: Reply): void
  /** Where there is no process to be had. */
  reject(error: Error): void
}

const HEAP_MEGABYTES = 128
/** An expression looks at the time by itself, and stops after a second. */
const ORDER_MILLISECONDS = 3000
const START_MILLISECONDS = 20_000
/** How Node ends when its heap is full. */
const OUT_OF_MEMORY = ['SIGABRT', 134]

/** TypeScript in a clone, JavaScript in the built package. */
const SCRIPT = createRequire(import.meta.url).resolve('#mapper')

export class MapProcess {
  /** Values of the variables that the expressions have asked for: nobody is to see them. */
  readonly secrets = new Set<string>()
  readonly #opening: Opening
  #process: ChildProcessByStdio<Writable, Readable, null> | undefined
  /** What is not answered yet, in order; the first `#told` of it the process knows of. */
  #waiting: Waiting[] = []
  #told = 0
  /** So many are told one at a time: among them are those that a process has ended over. */
  #suspects = 0
  #timer: NodeJS.Timeout | undefined

  constructor(opening: Opening) {
    this.#opening = opening
  }

  /** Starts the process. @returns what it says of the opening @throws OperationalError where there is none to be had */
  open(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MEGABYTES}`, SCRIPT], {
        stdio: ['pipe', 'pipe', 'ignore'],
        // What is meant for this process, such as a debugger, is not for that one; what this one has compiled is.
        env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: getCompileCacheDir() },
        windowsHide: true,
      })
      this.#process = child
      child.stdin.on('error', () => undefined)
      child.on('error', ({ message }) => this.#ended(child, message))
      child.on('close', (code, signal) => this.#ended(child, endOf(code, signal)))
      createInterface({ input: child.stdout }).on('line', (line) => this.#answered(line))
      const opened = (reply: Reply): void => {
        if ('answer' in reply) return resolve(reply.answer)
        reject(new OperationalError(`no process for a map: ${reply.ended}`, { code: 'MAP_PROCESS' }))
      }
      const order = JSON.stringify(this.#opening)
      this.#waiting.unshift({ order, milliseconds: START_MILLISECONDS, resolve: opened, reject })
      this.#tell()
    })
  }

  /**
   * @param order JSON of an Order
   * @throws OperationalError where there is no process to be had
   */
  ask(order: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order, milliseconds: ORDER_MILLISECONDS, resolve, reject })
      if (this.#process) this.#tell()
      else this.#restart()
    })
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#process?.kill('SIGKILL')
    this.#process = undefined
  }

  /** Tells what may be told, and sets the first order's time going. */
  #tell(): void {
    const limit = this.#suspects > 0 ? 1 : this.#waiting.length
    if (this.#told === 0) this.#setTimer()
    while (this.#told < limit) this.#process?.stdin.write(`${this.#waiting[this.#told++]?.order}\n`)
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    const child = this.#process
    const [first] = this.#waiting
    if (!child || !first) return
    this.#timer = setTimeout(() => {
      this.#ended(child, `it takes more than ${first.milliseconds / 1000} s`)
      child.kill('SIGKILL')
    }, first.milliseconds)
  }

  #answered(line: string): void {
    if (line === '') return this.#setTimer()
    const first = this.#waiting.shift()
    this.#told--
    if (this.#suspects > 0) this.#suspects--
    this.#setTimer()
    this.#tell()
    const tab = line.indexOf('\t')
    const answer: Answer = JSON.parse(line.slice(0, tab))
    for (const name of answer.secrets ?? []) this.secrets.add(process.env[name] ?? '')
    first?.resolve({ answer, body: line.slice(tab + 1) })
  }

  #ended(child: ChildProcessByStdio<Writable, Readable, null>, why: string): void {
    if (this.#process !== child) return
    clearTimeout(this.#timer)
    this.#process = undefined
    this.#told = 0
    // Itself, should it be asked again, what waited behind it, and the opening.
    this.#suspects = this.#waiting.length + 1
    this.#waiting.shift()?.resolve({ ended: why })
    if (this.#waiting.length > 0) this.#restart()
  }

  #restart(): void {
    this.open().catch((error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error)
    })
  }
}

function endOf(code: number | null, signal: string | null): string {
  const end = signal ?? code ?? 0
  return OUT_OF_MEMORY.includes(end)
    ? `it needs more than ${HEAP_MEGABYTES} MB of memory`
    : `its process ended (${end})`
}

// One try at posting one event: collects the answer as undici hands it over, and settles exactly once.

import { brotliDecompressSync, constants, unzipSync } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { OperationalError } from '../../engine/index.ts'
import type { Answer } from './answer.ts'

export interface Limits {
  headersMilliseconds: number
  bodyMilliseconds: number
  /** Of the answer, what is read. */
  answerBytes: number
}

/**
 * undici's own time-outs begin anew with each chunk and each interim answer (1xx), so an answer that trickles needs limits
 * of its own: they begin with the first of these, so that an answer in one piece is never timed here.
 */
class AnswerTooSlow extends OperationalError {
  override name = 'AnswerTooSlow'

  constructor() {
    super('the answer trickles', { code: 'ANSWER_TOO_SLOW' })
  }
}

/**
 * A handler for `dispatch`, undici's lowest layer: a fifth to a third less processor time than `request`, which builds
 * a stream for each answer.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  #done: ((answer: Answer) => void) | undefined
  readonly #limits: Limits
  #deadline = 0
  #status = 0
  #retryAfter: string | undefined
  #location: string | undefined
  #encoding = 'identity'
  #isSent = false
  #body: Buffer | undefined

  constructor(limits: Limits, done: (answer: Answer) => void) {
    this.#limits = limits
    this.#done = done
  }

  /** A connection is there, and the request sets out. */
  onRequestStart(): void {
    this.#isSent = true
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    if (status < 200) {
      this.#hurry(controller, this.#limits.headersMilliseconds)
      return
    }
    this.#status = status
    this.#deadline = 0
    const { 'retry-after': retryAfter, location, 'content-encoding': encoding } = headers
    if (retryAfter !== undefined) this.#retryAfter = String(retryAfter)
    if (location !== undefined) this.#location = String(location)
    if (encoding !== undefined) this.#encoding = String(encoding).trim().toLowerCase()
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#body) {
      this.#body = chunk
      return
    }
    if (this.#body.length < this.#limits.answerBytes) this.#body = Buffer.concat([this.#body, chunk])
    this.#hurry(controller, this.#limits.bodyMilliseconds)
  }

  onResponseEnd(): void {
    this.#settle(this.#status, undefined)
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#settle(0, error)
  }

  /** Gives up on an answer that trickles. @param limit from the first call on, for each part of an answer */
  #hurry(controller: Dispatcher.DispatchController, limit: number): void {
    const now = performance.now()
    if (this.#deadline === 0) this.#deadline = now + limit
    else if (now > this.#deadline) controller.abort(new AnswerTooSlow())
  }

  #settle(status: number, error: Error | undefined): void {
    const done = this.#done
    this.#done = undefined
    const body = textOf(this.#body, this.#encoding, this.#limits.answerBytes)
    done?.({ status, body, retryAfter: this.#retryAfter, location: this.#location, error, isUnsent: !this.#isSent })
  }
}

/** What came of an answer as text; '' where it cannot be read. Some endpoints compress without being asked to. */
function textOf(body: Buffer | undefined, encoding: string, bytesMax: number): string {
  if (!body) return ''
  const unpack = UNPACK[encoding]
  if (!unpack) return body.toString('utf8', 0, bytesMax)
  try {
    return unpack(body, bytesMax).toString('utf8')
  } catch {
    return ''
  }
}

/** An answer of which only the beginning was read ends early; one that would unpack to more than is read is not read. */
const gunzip = (body: Buffer, maxOutputLength: number): Buffer =>
  unzipSync(body, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH })
const UNPACK: Readonly<Record<string, (body: Buffer, bytesMax: number) => Buffer>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: gunzip,
  br: (body, maxOutputLength) => brotliDecompressSync(body, { maxOutputLength }),
}

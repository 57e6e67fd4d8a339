// The endpoint's API key: read from SSM before the first run, and again when it was refused: it may have been rotated.

import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { ApiKey as RotatedKey } from '../sinks/index.ts'
import { EnvironmentError } from './environment.ts'

/** Within a run the key is not read more often than this. */
const PAUSE_MILLISECONDS = 10_000

export class ApiKey implements RotatedKey {
  #key = ''
  #isStale = true
  #readAt = Number.NEGATIVE_INFINITY
  #renewal: Promise<void> | undefined
  readonly #name: string
  readonly #client = new SSMClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true },
  })

  /** @param name of a SecureString */
  constructor(name: string) {
    this.#name = name
  }

  /** As it was read last. */
  get value(): string {
    return this.#key
  }

  /** The endpoint does not take a key, which may have been changed: it is read now, or before the next run. */
  async renew(refused: string): Promise<boolean> {
    if (this.#key !== refused) return true
    this.#isStale = true
    // Many posts are refused at once: one of them asks for all.
    if (!this.#renewal) {
      // What was read just now is read again by the next run.
      if (Date.now() - this.#readAt < PAUSE_MILLISECONDS) return false
      this.#renewal = this.refresh().finally(() => {
        this.#renewal = undefined
      })
    }
    await this.#renewal.catch(() => undefined)
    return this.#key !== refused
  }

  /** Reads it where that is called for. @throws EnvironmentError, which does not hold the key */
  async refresh(): Promise<void> {
    if (!this.#isStale) return
    this.#readAt = Date.now()
    const key = await this.#fetch()
    if (key === '')
      throw new EnvironmentError({ option: 'INGEST_API_KEY_PARAMETER', rule: 'is empty', value: this.#name })
    this.#key = key
    this.#isStale = false
  }

  close(): void {
    this.#client.destroy()
  }

  async #fetch(): Promise<string> {
    try {
      const { Parameter } = await this.#client.send(new GetParameterCommand({ Name: this.#name, WithDecryption: true }))
      return Parameter?.Value?.trim() ?? ''
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException
      const rule = `cannot be read (${code ?? name})`
      throw new EnvironmentError(
        { option: 'INGEST_API_KEY_PARAMETER', rule, value: this.#name },
        {
          code: 'PARAMETER_UNREADABLE',
          cause: error,
        },
      )
    }
  }
}

// The endpoint's API key: read from SSM before the first run, and before the run after one whose key was refused.

import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { EnvironmentError } from './environment.ts'

export class ApiKey {
  #key = ''
  #isStale = true
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

  /** The endpoint does not take it: it may have been changed since. */
  refused(): void {
    this.#isStale = true
  }

  /** Reads it where that is called for. @throws EnvironmentError, which does not hold the key */
  async refresh(): Promise<void> {
    if (!this.#isStale) return
    const key = await this.#fetch()
    if (key === '')
      throw new EnvironmentError({ option: 'INGEST_API_KEY_PARAMETER', rule: 'is empty', value: this.#name })
    this.#key = key
    this.#isStale = false
  }

  /** A text that others had a hand in, without the key: an endpoint may say which one it refuses. */
  hiddenIn(text: string): string {
    return this.#key === '' ? text : text.replaceAll(this.#key, '…')
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

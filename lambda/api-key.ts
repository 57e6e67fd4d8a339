// The endpoint's API key: read from SSM when it is first needed, and again when the endpoint no longer takes it.

import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'

export class ApiKey {
  #key = ''
  readonly #name: string
  readonly #client = new SSMClient({ maxAttempts: 3 })

  /** @param name of a SecureString */
  constructor(name: string) {
    this.#name = name
  }

  /** As it was read last. */
  get value(): string {
    return this.#key
  }

  /** @returns whether it is another one than before @throws Error of one line that does not hold the key */
  async read(): Promise<boolean> {
    const before = this.#key
    try {
      const { Parameter } = await this.#client.send(new GetParameterCommand({ Name: this.#name, WithDecryption: true }))
      this.#key = Parameter?.Value ?? ''
    } catch (error) {
      const { name } = error as Error
      throw new Error(`INGEST_API_KEY_PARAMETER ${this.#name}: cannot be read (${name})`, { cause: error })
    }
    if (this.#key === '') throw new Error(`INGEST_API_KEY_PARAMETER ${this.#name}: is empty`)
    return this.#key !== before
  }
}

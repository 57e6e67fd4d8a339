// The headers of a post: what is said of it, who posts it, and its signature.

import { OptionError } from '../../engine/index.ts'
import type { Post } from './post.ts'
import type { Secrets } from './secrets.ts'
import type { Signer } from './sign.ts'

/** A key that can be changed while events are posted with it. */
export interface ApiKey {
  readonly value: string
  /** The target does not take a key. @returns whether there is another by now; does not reject */
  renew(refused: string): Promise<boolean>
}

/** A header that a target wants besides. */
export type Header = readonly [name: string, value: string]

export interface HeadersOptions {
  userAgent: string | undefined
  apiKey: string | (() => string) | ApiKey | undefined
  headers: readonly Header[]
  signer: Signer | undefined
  /** Is told of all that is secret in them. */
  secrets: Secrets
}

/** What the connection, or what is told about an event, depends on. */
const RESERVED =
  /^(connection|content-length|content-encoding|expect|host|idempotency-key|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|webhook-.*)$/i

/**
 * A header as a person gives it.
 * @throws OptionError `header`, which never holds its value: it may be a secret
 */
export function headerOf(text: string): Header {
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(0, colon)).trim()
  const value = text.slice(colon + 1).trim()
  const refuse = (rule: string): never => {
    throw new OptionError({ option: 'header', rule })
  }
  if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name)) return refuse("a name and a value, as in 'x-tenant: 7'")
  if (RESERVED.test(name)) return refuse(`${name} is not for others to set`)
  if (value === '') return refuse(`${name} has no value`)
  // As HTTP has it: anything but control characters, and no text that it could not carry.
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) return refuse(`the value of ${name} is none that a header can hold`)
  return [name, value]
}

/** The headers of each post, as undici takes them: names and values in turn. */
export class PostHeaders {
  readonly #options: HeadersOptions
  /** Those that are the same for all posts. */
  readonly #constant: readonly string[]
  readonly #hasOwnType: boolean

  constructor(options: HeadersOptions) {
    const { userAgent, headers, secrets, signer } = options
    const isGiven = (name: string): boolean => headers.some(([given]) => given.toLowerCase() === name)
    this.#options = options
    this.#hasOwnType = isGiven('content-type')
    this.#constant = [
      ...(userAgent === undefined || isGiven('user-agent') ? [] : ['user-agent', userAgent]),
      ...headers.flat(),
    ]
    for (const [, value] of headers) secrets.addHeader(value)
    for (const secret of signer?.secrets ?? []) secrets.add(secret)
  }

  /** @param apiKey as `apiKey` gives it */
  of({ key, contentType, body }: Post, apiKey: string | undefined): string[] {
    const { signer } = this.#options
    const headers = [...this.#constant, 'idempotency-key', key]
    if (!this.#hasOwnType) headers.push('content-type', contentType)
    if (apiKey !== undefined) headers.push('x-api-key', apiKey)
    if (signer) headers.push(...signer.sign(key, body))
    return headers
  }

  /** The API key to post with now. */
  apiKey(): string | undefined {
    const { apiKey, secrets } = this.#options
    const key = typeof apiKey === 'function' ? apiKey() : typeof apiKey === 'object' ? apiKey.value : apiKey
    secrets.add(key)
    return key
  }

  /** Whether there is another API key than the one that was refused. */
  async renewApiKey(refused: string | undefined): Promise<boolean> {
    const { apiKey } = this.#options
    return typeof apiKey === 'object' && refused !== undefined && apiKey.renew(refused)
  }
}

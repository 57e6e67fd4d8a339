// A bucket of S3: objects are put and fetched by signed requests. The SDK's client for S3 would be ten times the code of the
// whole rest. An object is there as a whole or not at all.

import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { partition } from '@aws-sdk/core/client'
import { SignatureV4 } from '@smithy/signature-v4'

const TRIES = 4
const BACKOFF_MILLISECONDS = 500
const NOT_FOUND = 404

type Body = Blob | Uint8Array<ArrayBuffer>

export class Bucket {
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  /** @throws Error of one line */
  async put(key: string, body: Body): Promise<void> {
    await this.#request('PUT', key, 'written', body)
  }

  /** Nothing where there is no such object. @throws Error of one line */
  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#request('GET', key, 'read')
  }

  /** Whether there is such an object. @throws Error of one line */
  async has(key: string): Promise<boolean> {
    return (await this.#request('HEAD', key, 'read')) !== undefined
  }

  /** @returns what was answered; nothing where it is that there is no such object */
  async #request(method: string, key: string, done: string, body?: Body): Promise<Uint8Array | undefined> {
    let problem = ''
    for (let failures = 0; failures < TRIES; failures++) {
      await sleep(failures === 0 ? 0 : BACKOFF_MILLISECONDS * 2 ** failures * Math.random())
      try {
        const { url, headers } = await signed(method, this.#name, key)
        const response = await fetch(url, { method, headers, ...(body ? { body } : {}) })
        const answer = new Uint8Array(await response.arrayBuffer())
        if (response.ok) return answer
        if (response.status === NOT_FOUND && method !== 'PUT') return undefined
        const code = /<Code>(\w+)/.exec(new TextDecoder().decode(answer))?.[1] ?? ''
        problem = `${response.status} ${code}`.trim()
        // Only trouble on the other side passes by itself.
        if (response.status < 500 && response.status !== 429) break
      } catch (error) {
        problem = (error as Error).message
      }
    }
    throw new Error(`s3://${this.#name}/${key}: cannot be ${done} (${problem})`)
  }
}

async function signed(
  method: string,
  bucket: string,
  key: string,
): Promise<{ url: string; headers: Record<string, string> }> {
  const { AWS_REGION: region = '', AWS_ENDPOINT_URL_S3: endpoint } = process.env
  // Each partition of AWS, such as that of China, has a suffix of its own.
  const host = `${bucket}.s3.${region}.${partition(region).dnsSuffix}`
  const base = new URL(!endpoint ? `https://${host}/` : `${endpoint}/${bucket}/`)
  const path = base.pathname + key.split('/').map(encodeURIComponent).join('/')
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false })
  const { headers } = await signer.sign({
    method,
    protocol: base.protocol,
    hostname: base.hostname,
    path,
    // TLS keeps the body as it is, and a digest of it would want the file read twice.
    headers: { host: base.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  })
  return { url: new URL(path, base).href, headers }
}

/** The function's own, from the environment that the runtime gives it. */
async function credentials() {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = process.env
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  }
}

type Bytes = string | ArrayBuffer | ArrayBufferView

/** SHA-256 as the signer wants it: keyed where there is a secret. */
class Sha256 {
  #hash: Hash | Hmac
  readonly #secret: Bytes | undefined

  constructor(secret?: Bytes) {
    this.#secret = secret
    this.#hash = begin(secret)
  }

  reset(): void {
    this.#hash = begin(this.#secret)
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
}

function begin(secret: Bytes | undefined): Hash | Hmac {
  return secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
}

function bytesOf(data: Bytes): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}

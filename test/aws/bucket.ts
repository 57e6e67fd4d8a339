// A stand-in for S3: objects are files of a folder, below the name of their bucket.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'

export interface Buckets {
  readonly url: string
  readonly folder: string
  /** Those that came, in order. */
  readonly requests: { method: string; path: string; headers: IncomingHttpHeaders }[]
  /** Answers to give before any are taken. */
  refusals: number[]
  /** With all that it holds. */
  close(): void
}

export async function openBuckets(): Promise<Buckets> {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-bucket-'))
  let puts = 0
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const { method = '', headers, url = '' } = request
    const path = decodeURIComponent(url)
    const file = join(folder, path)
    buckets.requests.push({ method, path, headers })
    const refusal = buckets.refusals.shift()
    if (refusal !== undefined) {
      response.writeHead(refusal).end('<Error><Code>Because</Code></Error>')
      return
    }
    if (method !== 'PUT') {
      const isThere = existsSync(file)
      response.writeHead(isThere ? 200 : 404).end(isThere && method === 'GET' ? readFileSync(file) : '')
      return
    }
    mkdirSync(dirname(file), { recursive: true })
    const whole = join(folder, `put-${puts++}`)
    writeFileSync(whole, body)
    renameSync(whole, file)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const buckets: Buckets = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ folder, requests: [], refusals: [] },
    close() {
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return buckets
}

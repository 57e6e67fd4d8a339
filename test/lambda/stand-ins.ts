// What stands in for AWS where DynamoDB Local does not: Parameter Store, and a front of DynamoDB Local that refuses.

import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

class LocalServer {
  url = ''
  readonly #server: Server

  constructor(listener: RequestListener) {
    this.#server = createServer(listener)
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

const JSON_1_1 = { 'Content-Type': 'application/x-amz-json-1.1' }

/** Parameter Store with one parameter, or with one answer that is none. */
export class ParameterStore extends LocalServer {
  value = ''
  /** An exception's name, instead of the value. */
  refusal: string | undefined
  reads = 0

  constructor() {
    super(async (request, response) => {
      const { Name, WithDecryption } = JSON.parse((await buffer(request)).toString())
      this.reads++
      const value = WithDecryption === true ? this.value : 'encrypted'
      if (this.refusal === undefined)
        response.writeHead(200, JSON_1_1).end(JSON.stringify({ Parameter: { Name, Value: value } }))
      else response.writeHead(400, JSON_1_1).end(JSON.stringify({ __type: this.refusal, message: 'no' }))
    })
  }
}

/** Stands before DynamoDB Local: hands requests on, counts them, and refuses what it is told to. */
export class DynamoDbFront extends LocalServer {
  /** Operations so far, such as `PutItem`. */
  readonly operations: string[] = []
  /** Those that are not permitted. */
  forbids: (operation: string) => boolean = () => false

  constructor(endpoint: string) {
    super(async (request, response) => {
      const body = await buffer(request)
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
      this.operations.push(operation)
      if (this.forbids(operation)) {
        const __type = 'com.amazon.coral.service#AccessDeniedException'
        const Message = `User: simulator is not authorized to perform: dynamodb:${operation}`
        response
          .writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0' })
          .end(JSON.stringify({ __type, Message }))
        return
      }
      const answer = await fetch(endpoint, { method: 'POST', headers: headersOf(request), body: new Uint8Array(body) })
      const bytes = Buffer.from(await answer.arrayBuffer())
      const checksum = answer.headers.get('x-amz-crc32')
      response.writeHead(answer.status, {
        'Content-Type': 'application/x-amz-json-1.0',
        ...(checksum === null ? {} : { 'x-amz-crc32': checksum }),
      })
      response.end(bytes)
    })
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const names = ['content-type', 'x-amz-target', 'x-amz-date', 'authorization']
  return Object.fromEntries(names.map((name) => [name, String(headers[name])]))
}

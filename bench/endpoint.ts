// The barest endpoint: takes a post and acknowledges it. Prints its port, and its own CPU seconds when told to stop.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const ANSWER = '{"sequenceNumber":"1"}'
const HEADERS = { 'Content-Type': 'application/json', 'Content-Length': ANSWER.length }

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.on('end', () => response.writeHead(202, HEADERS).end(ANSWER))
  request.resume()
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.on('SIGTERM', () => process.exit(0))

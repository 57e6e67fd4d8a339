// The barest endpoint: takes a post and acknowledges it; with `parse`, once it has read what is in it. Prints its port.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const ANSWER = '{"sequenceNumber":"1"}'
const HEADERS = { 'Content-Type': 'application/json', 'Content-Length': ANSWER.length }
const PARSES = process.argv[2] === 'parse'

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = []
  request.on('end', () => {
    if (PARSES) JSON.parse(Buffer.concat(chunks).toString())
    response.writeHead(202, HEADERS).end(ANSWER)
  })
  if (PARSES) request.on('data', (chunk) => chunks.push(chunk))
  else request.resume()
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.on('SIGTERM', () => process.exit(0))

// Delivery through a proxy, from the command line to an https endpoint behind it.

import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

it.runIf(hasOpenssl)(
  'events reach an https endpoint that only the proxy can reach, and the proxy sees none of them',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string]
    const subject = [
      '-subj',
      '/CN=ingest.example.com',
      '-addext',
      'subjectAltName=DNS:ingest.example.com',
      '-days',
      '2',
    ]
    spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject])
    let posts = 0
    const endpoint = createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      posts++
      request.resume().on('end', () => response.end('{}'))
    })
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve))
    const asked: string[] = []
    const proxy = createHttpServer((_, response) => response.writeHead(500).end()).on('connect', ({ url }, socket) => {
      asked.push(url ?? '')
      const through = connect((endpoint.address() as AddressInfo).port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connected\r\n\r\n')
        through.pipe(socket).pipe(through)
      })
      for (const end of [through, socket]) end.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      for (const server of [endpoint, proxy]) server.close()
      endpoint.closeAllConnections()
      rmSync(folder, { recursive: true, force: true })
    })
    const env = {
      ...process.env,
      NODE_EXTRA_CA_CERTS: cert,
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      NO_PROXY: 'other.example.com',
    }
    const words = [
      'run',
      '--store',
      'memory',
      '--students',
      '300',
      '--ticks',
      '40',
      '--json',
      '--give-up',
      '5s',
      '--streams',
      '4',
    ]
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [CLI, ...words, '--to', 'https://ingest.example.com/in'],
      { env },
    )
    const { events } = JSON.parse(stdout)
    expect(events).toBeGreaterThan(50)
    expect(posts).toBe(events)
    expect(new Set(asked)).toEqual(new Set(['ingest.example.com:443']))
    expect(asked.length).toBeLessThanOrEqual(4)
  },
  60_000,
)

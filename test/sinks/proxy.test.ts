// Networks as they are: proxies, names with several addresses, answers that are packed or wordy.

import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openHttp } from '../../sinks/http/http.ts'
import { throughProxy } from '../../sinks/http/proxy.ts'
import { Secrets } from '../../sinks/http/secrets.ts'
import { TYPES } from '../parcel.ts'
import { lineOf, startEndpoint, startSocket } from './endpoint.ts'

const URL_OF_TARGET = 'https://ingest.example.com/in'

/** A proxy that only writes down what it is asked for, and refuses it. */
async function startProxy(): Promise<{ port: number; asked: string[]; credentials: (string | undefined)[] }> {
  const asked: string[] = []
  const credentials: (string | undefined)[] = []
  const server = createHttpServer().on('connect', ({ url, headers }, socket) => {
    asked.push(url ?? '')
    credentials.push(headers['proxy-authorization'])
    socket.end('HTTP/1.1 502 No\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, asked, credentials }
}

describe('HTTPS_PROXY', () => {
  it('is what an https target is reached through, with its credentials, and its failures are tried again', async () => {
    const { port, asked, credentials } = await startProxy()
    for (const proxy of [`http://127.0.0.1:${port}`, `127.0.0.1:${port}`, `http://me:s3cret-word@127.0.0.1:${port}/`]) {
      const connections = throughProxy(URL_OF_TARGET, { HTTPS_PROXY: proxy })
      const sink = openHttp(URL_OF_TARGET, { streams: 2, types: TYPES, connections })
      const outcome = await sink.send(lineOf('a'), 0)
      await sink.close()
      expect(outcome).toMatchObject({ verdict: 'retry' })
      expect(outcome).not.toHaveProperty('isInDoubt')
      expect(JSON.stringify(outcome)).not.toContain('s3cret')
    }
    expect(asked).toEqual(Array.from({ length: 3 }, () => 'ingest.example.com:443'))
    expect(credentials).toEqual([undefined, undefined, `Basic ${btoa('me:s3cret-word')}`])
  })

  it.each([
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'example.com' }],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.example, .example.com' }],
    [{ HTTPS_PROXY: 'http://p:1', no_proxy: '*.example.com' }],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'INGEST.example.com:443' }],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }],
    [{ HTTPS_PROXY: '' }],
    [{ HTTP_PROXY: 'http://p:1' }],
    [{}],
  ])('is none for this target: %o', (variables) => {
    expect(throughProxy(URL_OF_TARGET, variables)).toBeUndefined()
  })

  it.each([
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'xample.com,ingest.example.com:8443,example.com.evil' }],
    [{ https_proxy: 'p:1' }],
    [{ ALL_PROXY: 'http://p:1' }],
  ])('is one for this target: %o', (variables) => {
    expect(throughProxy(URL_OF_TARGET, variables)).toBeDefined()
  })

  it.each([
    ['https://10.20.30.40/in', '192.168.0.0/16, 10.0.0.0/8', true],
    ['https://11.20.30.40/in', '10.0.0.0/8', false],
    ['https://[fd00::5]/in', 'fd00::/8', true],
    ['https://[fd00::5]/in', '[fd00::]/8', true],
    ['https://ingest.example.com/in', '0.0.0.0/0,::/0,10.0.0.0/99', false],
  ])('and %s under NO_PROXY=%s: is exempt: %s', (url, networks, isExempt) => {
    const connections = throughProxy(url, { HTTPS_PROXY: 'http://p:1', NO_PROXY: networks })
    expect(connections === undefined).toBe(isExempt)
  })

  it.each(['http://127.0.0.1:9/', 'https://localhost/', 'http://[::1]:9/'])(
    'has nothing to do with this machine: %s',
    (url) => {
      expect(
        throughProxy(url, { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://p:1', ALL_PROXY: 'http://p:1' }),
      ).toBeUndefined()
    },
  )

  it.each([
    'socks5://u:SECRET@h:1',
    'http://',
    'http://u:SECRET@h:99999',
    'http://u:SECRET%zz@h:1',
    'http://u%:SECRET@h:1',
  ])('that is none is refused without its value: %s', (proxy) => {
    expect(() => throughProxy(URL_OF_TARGET, { HTTPS_PROXY: proxy })).toThrow(/^HTTPS_PROXY: not an http\(s\) URL$/)
  })

  it('has a password that is secret in each spelling of a URL and of Basic', () => {
    const connections = throughProxy(URL_OF_TARGET, { HTTPS_PROXY: 'http://m%65:p%40ss%2Fword@p:1' })
    const secrets = new Secrets()
    for (const secret of connections?.secrets ?? []) secrets.add(secret)
    const sent = Buffer.from('me:p@ss/word').toString('base64')
    expect(secrets.hideIn(`p@ss/word p%40ss%2fword p%40ss/word ${sent}`)).toBe('[secret] [secret] [secret] [secret]')
  })

  it('is what the rules for addresses are about: one at an inner address is refused where the target has to be public', () => {
    for (const proxy of ['http://127.0.0.1:9', 'http://10.0.0.1:3128', 'http://[::1]:9']) {
      const connections = throughProxy(URL_OF_TARGET, { HTTPS_PROXY: proxy })
      const options = { streams: 1, types: TYPES, connections }
      expect(() => openHttp(URL_OF_TARGET, { ...options, publicOnly: true })).toThrow('is no public address')
      void openHttp(URL_OF_TARGET, options).close()
    }
  })

  it('by a name that resolves to an inner address is refused too', async () => {
    const connections = throughProxy(URL_OF_TARGET, { HTTPS_PROXY: 'http://proxy.example.com:9' })
    const lookup = (_: string, __: object, done: (error: null, found: object[]) => void) =>
      done(null, [{ address: '10.0.0.1', family: 4 }])
    const options = { streams: 1, types: TYPES, connections, publicOnly: true, lookup: lookup as never }
    const sink = openHttp(URL_OF_TARGET, options)
    onTestFinished(() => sink.close())
    expect(await sink.send(lineOf('a'), 0)).toMatchObject({
      verdict: 'halt',
      reason: expect.stringContaining('10.0.0.1'),
    })
  })
})

const hasIpv6 = await new Promise<boolean>((resolve) => {
  const server = createHttpServer().on('error', () => resolve(false))
  server.listen(0, '::1', () => {
    server.close()
    resolve(true)
  })
})

it.runIf(hasIpv6)('localhost that listens on ::1 only is reached, and so is one on 127.0.0.1 only', async () => {
  for (const host of ['::1', '127.0.0.1']) {
    const server = createHttpServer((request, response) => request.resume().on('end', () => response.end('{}')))
    await new Promise<void>((resolve) => server.listen(0, host, resolve))
    const { port } = server.address() as AddressInfo
    const sink = openHttp(`http://localhost:${port}/`, { streams: 1, types: TYPES })
    expect(await sink.send(lineOf('a'), 0)).toMatchObject({ verdict: 'acknowledged' })
    await sink.close()
    server.close()
  }
})

describe('an answer', () => {
  const RECEIPT = '{"sequenceNumber":"7"}'
  it.each<[string, Buffer]>([
    ['gzip', gzipSync(RECEIPT)],
    ['GZIP', gzipSync(RECEIPT)],
    ['x-gzip', gzipSync(RECEIPT)],
    ['deflate', deflateSync(RECEIPT)],
    ['br', brotliCompressSync(RECEIPT)],
  ])('that is packed without being asked for is read: %s', async (encoding, body) => {
    for (const status of [200, 400]) {
      const headers = { 'content-encoding': encoding }
      const endpoint = await startEndpoint(() => ({ status, headers, body: body as never }))
      const sink = openHttp(endpoint.url, { streams: 1, types: TYPES })
      const outcome = await sink.send(lineOf('a'), 0)
      expect(outcome).toMatchObject(status === 200 ? { receipt: '7' } : { verdict: 'park', answer: RECEIPT })
      await sink.close()
    }
  })

  it.each<[string, Buffer]>([
    ['that is no gzip', Buffer.from('plain')],
    ['that unpacks to far more than is read', gzipSync(Buffer.alloc(50_000_000))],
  ])('%s still has its status', async (_, body) => {
    const headers = { 'content-encoding': 'gzip' }
    const endpoint = await startEndpoint(() => ({ status: 200, headers, body: body as never }))
    const sink = openHttp(endpoint.url, { streams: 1, types: TYPES })
    onTestFinished(() => sink.close())
    expect(await sink.send(lineOf('a'), 0)).toEqual({ verdict: 'acknowledged' })
  })

  it('with 20 KB of headers, or 100, is an answer', async () => {
    for (const kilobytes of [20, 100]) {
      const lines = Array.from({ length: kilobytes }, (_, line) => `x-h${line}: ${'y'.repeat(1010)}\r\n`).join('')
      const port = await startSocket((socket) =>
        socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n${lines}content-length: 2\r\n\r\n{}`)),
      )
      const sink = openHttp(`http://127.0.0.1:${port}/`, { streams: 1, types: TYPES })
      expect(await sink.send(lineOf('a'), 0)).toEqual({ verdict: 'acknowledged' })
      await sink.close()
    }
  })
})

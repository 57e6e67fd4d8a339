// What is secret is never shown, logged or kept: neither where it was mistyped, nor where an endpoint repeats it.

import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { OptionError, withoutCredentials } from '../../engine/index.ts'
import { type HttpOptions, openHttp } from '../../sinks/http/http.ts'
import { Secrets } from '../../sinks/http/secrets.ts'
import { signerWith } from '../../sinks/http/sign.ts'
import { headerOf, openSink, targetName } from '../../sinks/index.ts'
import { TYPES } from '../parcel.ts'
import { lineOf, startEndpoint } from './endpoint.ts'

const SECRET = 's3cret/+Päss&"w<o>rd'

describe('a target that is none', () => {
  it.each([
    'https://exa mple/?api_key=SECRET',
    'https://exa mple/?code=SECRET',
    'https://exa mple/#SECRET',
    'https://u:SECRET@exa mple/',
    'https://u:SE/CRET@host:99999/SECRET@x',
    'htps://host/?key=SECRET',
    'htps://host/#SECRET',
    'https://host:99999/?key=SECRET',
    'https://host:99999/?SECRET',
    'postgres://u:SECRET@h/db',
    'postgres://u:SE@CRET@h/db',
    'postgresql://h/db?user=u&password=SECRET',
    'redis://:SECRET@h:6379',
    'u:SECRET@h/in',
    'ftp://SECRET@host/x',
    'https://me:SECRET@example.com/in',
    'https://SECRET@example.com/in',
    'http://example.com/in?key=SECRET',
    'https://example.com/\\in?key=SECRET',
    'https://[::1/?key=SECRET',
    'host/in?key=SECRET',
    'https%3A%2F%2Fhost%2F%3Fapi_key%3DSECRET',
  ])('is named without its secrets: %s', async (to) => {
    const error = await openSink(to, { streams: 1, types: TYPES }).then(
      () => undefined,
      (thrown: OptionError) => thrown,
    )
    expect(error).toBeInstanceOf(OptionError)
    for (const text of [error?.message, error?.as('--to'), String(error?.value), error?.rule])
      expect(text).not.toMatch(/SECRET|CRET@/)
    expect(error?.code).toBe('OPTION')
  })
})

describe('a header', () => {
  it.each([
    ['Authorization Bearer SECRET', undefined],
    ['SECRET', undefined],
    [': SECRET', undefined],
    ['Bad Name: SECRET', undefined],
    ['Authorization: SECRET\u0000', 'Authorization'],
    ['Authorization: SECRET\nx-other: 1', 'Authorization'],
    ['Authorization: SECRET€', 'Authorization'],
    ['Authorization:', 'Authorization'],
    ['Content-Length: SECRET', 'Content-Length'],
    ['idempotency-key: SECRET', 'idempotency-key'],
    ['webhook-id: SECRET', 'webhook-id'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding'],
  ])('that is none is refused without its value: %j', (text, value) => {
    try {
      headerOf(text)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ option: 'header', rule: expect.stringContaining(value ?? 'a name and a value') })
      expect((error as Error).message).not.toContain('SECRET')
    }
  })

  it.each([
    ['Authorization: Bearer a:b', ['Authorization', 'Bearer a:b']],
    ['x-a:1', ['x-a', '1']],
    ['X-Ä: ü', undefined],
    ['x-latin:  grün ', ['x-latin', 'grün']],
  ])('is a name and a value: %s', (text, expected) => {
    if (expected) expect(headerOf(text)).toEqual(expected)
    else expect(() => headerOf(text)).toThrow(OptionError)
  })
})

describe('an answer that repeats a secret', () => {
  const base64 = Buffer.from(SECRET).toString('base64')
  const SPELLINGS = {
    'as it is': SECRET,
    'in JSON': JSON.stringify({ error: `bad key ${SECRET}` }),
    'in JSON within JSON': JSON.stringify(JSON.stringify({ error: `bad key ${SECRET}` })),
    'in JSON that escapes more': `"${SECRET.replaceAll('/', '\\/').replaceAll('"', '\\"')}"`,
    'in JSON of ASCII': JSON.stringify(SECRET).replaceAll(
      /[^\x20-\x7e]/g,
      (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`,
    ),
    'in HTML': SECRET.replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;'),
    'in a URL': encodeURIComponent(SECRET),
    'in a form': new URLSearchParams({ k: SECRET }).toString(),
    'in lower case': SECRET.toLowerCase(),
    'in base64': base64,
    'in base64 of URLs': Buffer.from(SECRET).toString('base64url'),
    'in hexadecimal': Buffer.from(SECRET).toString('hex'),
    'in base64 of a longer text': ['user:', 'a', 'ab']
      .map((before) => Buffer.from(`${before}${SECRET}!`).toString('base64'))
      .join(' '),
    'in a URL within a URL': encodeURIComponent(encodeURIComponent(SECRET)),
    'in a URL, all of it': Array.from(Buffer.from(SECRET), (byte) => `%${byte.toString(16)}`).join(''),
    'in a URL as it once was': escape(SECRET),
    'in HTML by numbers': Array.from(SECRET, (sign) => `&#${sign.charCodeAt(0)};`).join(''),
    'in HTML by hexadecimal numbers': Array.from(SECRET, (sign) => `&#x00${sign.charCodeAt(0).toString(16)};`).join(''),
    'in HTML within HTML': SECRET.replaceAll('&', '&amp;amp;').replaceAll('/', '&amp;#x2F;'),
    'in a literal of Python': SECRET.replaceAll(/[^\w]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16)}`),
    'many times': SECRET.repeat(400),
    'behind a long text': `${'x'.repeat(1990)}${SECRET}`,
  }
  const ways: [string, (secret: string) => Partial<HttpOptions>][] = [
    ['the API key', (apiKey) => ({ apiKey })],
    ['an API key that can change', (apiKey) => ({ apiKey: () => apiKey })],
    ['a header', (secret) => ({ headers: [['authorization', `Bearer ${secret}`]] })],
    ['what else it is told', (secret) => ({ secrets: [secret] })],
  ]
  it.each(Object.entries(SPELLINGS))('is shown and kept without it: %s', async (_, spelling) => {
    for (const status of [400, 401, 403, 409, 429, 503]) {
      const endpoint = await startEndpoint(() => ({ status, body: `no: ${spelling}` }))
      for (const [, options] of ways) {
        const sink = openHttp(endpoint.url, { streams: 1, types: TYPES, ...options(SECRET) })
        const outcome = await sink.send(lineOf('a'), 0)
        await sink.close()
        const text = 'answer' in outcome ? outcome.answer : 'reason' in outcome ? outcome.reason : ''
        expect(text).toMatch(/no: /)
        expect(text).not.toMatch(/s3cret|rd"|czNjcmV0|733363726574/i)
      }
    }
  })

  it('that is the password in Basic, or the value of a parameter, is shown without it', async () => {
    const basic = `Basic ${Buffer.from('me:hunter-2').toString('base64')}`
    const digest = 'Digest username="me", response="6629fae49393a053"'
    const endpoint = await startEndpoint(() => ({ status: 401, body: 'no: hunter-2 of me:hunter-2, 6629fae49393a053' }))
    const headers = [
      ['authorization', basic],
      ['x-auth', digest],
    ] as const
    const sink = openHttp(endpoint.url, { streams: 1, types: TYPES, headers })
    onTestFinished(() => sink.close())
    const outcome = await sink.send(lineOf('a'), 0)
    expect(outcome).toMatchObject({ reason: expect.stringContaining('no: ') })
    expect(JSON.stringify(outcome)).not.toMatch(/hunter-2|6629fae4/)
  })

  it.each([4000, 100_000])('that is %i characters long is shown without any part of it', (length) => {
    const secrets = new Secrets()
    const secret = Array.from({ length: length / 8 }, (_, at) => `${at}`.padStart(8, 'key-')).join('')
    secrets.add(secret)
    for (const spelling of [secret, JSON.stringify({ secret }), Buffer.from(secret).toString('base64')])
      expect(secrets.hideIn(`no: ${spelling} it is`)).toMatch(/^no: ("?[{]"secret":")?.{0,4}\[secret\]("[}])? it is$/)
  })

  it('that is the key it is signed with, or in the URL, or in a receipt or a redirect', async () => {
    const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const endpoint = await startEndpoint(() => ({ status: 401, body: `${whsec} ${whsec.slice(6)} longquery8 tok3n` }))
    const to = `${endpoint.url}?a=longquery8&api_key=tok3n`
    const sink = await openSink(to, { streams: 1, types: TYPES, signKey: whsec })
    onTestFinished(() => sink.close())
    expect(await sink.send(lineOf('a'), 0)).toMatchObject({
      reason: expect.not.stringMatching(/MfKQ|longquery8|tok3n/),
    })
    expect(sink.target).toBe(targetName(to))

    const echo = await startEndpoint(({ headers }) => ({
      status: headers['x-turn'] === 'receipt' ? 200 : 302,
      headers: { location: `https://example.com/${headers['x-api-key']}` },
      body: JSON.stringify({ sequenceNumber: headers['x-api-key'] }),
    }))
    for (const turn of ['receipt', 'redirect']) {
      const options = { apiKey: 'k3y-of-mine', headers: [['x-turn', turn]] as const }
      const other = openHttp(echo.url, { streams: 1, types: TYPES, ...options })
      expect(JSON.stringify(await other.send(lineOf('a'), 0))).not.toContain('k3y-of-mine')
      await other.close()
    }
  })
})

describe('what looks like a credential', () => {
  it('in an answer is neither shown nor kept, though nobody here knows it', async () => {
    const credential = 'AbC123xyz7890'
    const body = JSON.stringify({ error: 'no', access_token: credential })
    for (const status of [302, 400, 401, 403, 409, 429, 503]) {
      const location = `https://example.com/?token=${credential}`
      const endpoint = await startEndpoint(() => ({ status, body, headers: { location } }))
      const sink = openHttp(endpoint.url, { streams: 1, types: TYPES })
      const said = JSON.stringify(await sink.send(lineOf('a'), 0))
      await sink.close()
      expect(said).toContain('access_token')
      expect(said).not.toContain(credential)
    }
    const endpoint = await startEndpoint(() => ({ status: 207, body: `{"results":[{"status":400,${body.slice(1)}]}` }))
    const sink = openHttp(endpoint.url, { streams: 1, types: TYPES, batch: 2 })
    onTestFinished(() => sink.close())
    const said = JSON.stringify(await sink.send(lineOf('a'), 0))
    expect(said).toContain('access_token')
    expect(said).not.toContain(credential)
  })

  it.each([
    '{"error":"no","api_key":"SECRET","of":1}',
    '{"password":"a\\"SECRET"}',
    '{"message":"{\\"token\\":\\"SECRET\\"}"}',
    "{'client_secret': 'SECRET'}",
    'Authorization: Bearer SECRET',
    'authorization: SECRET',
    'X-Api-Key: SECRET',
    'invalid token: s3SECRET',
    'Bearer S3CRETSECRET is not known',
    'token=SECRET&x=1',
    'AWS4-HMAC-SHA256 Credential=SECRET/20260105/x, Signature=SECRET',
    'see https://login.example.com/cb?state=1&code=SECRET.',
    'eyJSECRETSECRET.eyJzdWIiOiIxIn0.SECRET',
    'AKIASECRETSECRET1234',
    'ghp_SECRETSECRETSECRET1234',
    '-----BEGIN RSA PRIVATE KEY-----\nSECRET\n-----END RSA PRIVATE KEY-----',
    'amqp://u:SECRET@h/v',
    'AccountName=a;AccountKey=SECRET==;EndpointSuffix=core.windows.net',
    'Ocp-Apim-Subscription-Key: s3SECRET',
    'passphrase: s3SECRET',
    'Cookie: a=1; sid=SECRET',
    '{"set-cookie":"sid=SECRET; Path=/"}',
  ])('is left out of any text: %s', (text) => {
    expect(withoutCredentials(text)).not.toContain('SECRET')
  })

  it.each([
    '{"error":"payload.tutor_id: unknown tutor tut_104"}',
    'tick 7h: must divide a day into ticks of 1s or more',
    'https://api.example.com/ingest?3fa94c0d1e2b: delivery halted (401); 3 events undelivered',
    'Basic authentication required',
    'missing key: name',
    'unexpected token < in JSON at position 0',
    'INGEST_API_KEY_PARAMETER /tutorsim/api-key: cannot be read (ParameterNotFound)',
    'world a: 2026-01-05T00:00:00.000Z is not an instant',
    'C:\\Users\\me\\events.ndjson: cannot be opened',
    'sess_1767571272364_2801.started arrived twice',
    'cookie: none',
  ])('and nothing else is: %s', (text) => {
    expect(withoutCredentials(text)).toBe(text)
  })

  it.each([
    ['cannot read https://h/x?sig=SECRET: no such file', 'cannot read https://h/x?…: no such file'],
    ['--to https://h/in;key=SECRET: nothing arrived', '--to https://h/in;key=…: nothing arrived'],
  ])('leaves the sentence that it stands in: %s', (text, left) => {
    expect(withoutCredentials(text)).toBe(left)
  })

  it('is found in no time, whatever the text', () => {
    const secrets = new Secrets()
    secrets.add(SECRET)
    secrets.add('\\a\\\\b'.repeat(8))
    for (const part of [
      '\\',
      '\\a',
      '%25',
      '&amp;',
      's3cret',
      '//',
      '://',
      'token ',
      'a:',
      'a.',
      '"token":"',
      'eyJ',
      'basic ',
      '-----BEGIN PRIVATE KEY-----',
      '=',
    ]) {
      const began = performance.now()
      secrets.hideIn(part.repeat(65_536 / part.length))
      expect(performance.now() - began, part).toBeLessThan(1000)
    }
  })

  it('is left out once and for all: done again, nothing changes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        const once = withoutCredentials(text)
        expect(withoutCredentials(once)).toBe(once)
      }),
    )
  })
})

it('a signer takes what the libraries of the scheme take', () => {
  expect(signerWith('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').sign('id', Buffer.from('{}'))).toHaveLength(6)
})

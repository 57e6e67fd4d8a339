// Where events may be posted to: at least 200 URLs that somebody with bad intentions might try, and the good ones.

import { describe, expect, it, onTestFinished } from 'vitest'
import { guardedLookup, isWithin, type Lookup, type Reach } from '../../sinks/http/address.ts'
import { openHttp } from '../../sinks/http/http.ts'
import { parseTarget } from '../../sinks/http/url.ts'
import { TargetError } from '../../sinks/targeterror.ts'
import { TYPES } from '../parcel.ts'
import { ACCEPTED, lineOf, startEndpoint } from './endpoint.ts'

/** Addresses that only this machine, its network or its cloud can reach, or nobody. */
const INNER_IPV4 = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.0',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.100.100.200', // metadata of Alibaba Cloud
  '100.127.255.255',
  '169.254.0.1',
  '169.254.169.254', // metadata of AWS, Azure and Google Cloud
  '169.254.170.2', // credentials of ECS tasks
  '169.254.169.253',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.0.192', // metadata of Oracle Cloud
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '192.168.255.255',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
]
const INNER_IPV6 = [
  '::',
  'fd00:ec2::254', // metadata of AWS
  'fd20:ce::254', // metadata of Google Cloud
  'fc00::1',
  'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fe80::1',
  'febf::1',
  'fec0::1',
  'ff02::1',
  'ff0e::1',
  '100::1',
  '2001::1',
  '2001:0:53aa:64c:0:7fff:5601:1',
  '2001:20::1',
  '2001:db8::1',
  '2002:a9fe:a9fe::1',
  '2002:7f00:1::',
  '3fff::1',
  '64:ff9b:1::a9fe:a9fe',
  '4000::1',
  '5f00::1',
  '::7f00:1',
  '::169.254.169.254',
  '::2',
]
const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '126.255.255.255',
  '128.0.0.1',
  '169.253.255.255',
  '169.255.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '192.0.1.1',
  '192.167.1.1',
  '198.17.1.1',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2001:4860:4860::8888',
  '2a00::1',
  '2400:cb00::1',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '64:ff9b::808:808',
] // prettier-ignore
const LOOPBACK = ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:0:0:1']

const octal = (address: string) =>
  address
    .split('.')
    .map((part) => `0${Number(part).toString(8)}`)
    .join('.')
const hex = (address: string) =>
  address
    .split('.')
    .map((part) => `0x${Number(part).toString(16)}`)
    .join('.')
const number = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
/** The last two or three parts as one, as inet_aton takes it. */
const short = (address: string) => {
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number]
  return [`${a}.${b}.${c * 256 + d}`, `${a}.${(b * 256 + c) * 256 + d}`]
}
const formsOf = (address: string) => [
  address,
  `${address}.`,
  octal(address),
  hex(address),
  String(number(address)),
  `0x${number(address).toString(16)}`,
  `0${number(address).toString(8)}`,
  ...short(address),
  [...address].map((c) => (c === '.' ? '。' : String.fromCodePoint((c.codePointAt(0) as number) + 0xfee0))).join(''),
  address.replace('1', '%31'),
  `[::ffff:${address}]`,
  `[::FFFF:${address}]`,
  `[0:0:0:0:0:ffff:${address}]`,
  `[64:ff9b::${address}]`,
]
const METADATA = ['169.254.169.254', '10.0.0.1', '192.168.1.1', '172.16.0.1', '100.64.0.1', '0.0.0.0']

const HOSTILE = [
  'https://127.0.0.1\\.example.com/',
  ...METADATA.flatMap(formsOf).map((host) => `https://${host}/latest/meta-data/`),
  ...INNER_IPV4.map((host) => `https://${host}:8443/`),
  ...INNER_IPV6.map((host) => `https://[${host}]/`),
  ...INNER_IPV4.map((host) => `https://[::ffff:${host}]/`),
  ...INNER_IPV4.map((host) => `https://[64:ff9b::${host}]/`),
  'https://[64:ff9b::]/',
  'https://[fe80::1%25eth0]/',
  'https://[fe80::1%eth0]/',
  'https://[::ffff:169.254.169.254%25lo]/',
  // Not https, and not loopback.
  ...[
    'example.com',
    'localhost.example.com',
    '127.0.0.1.example.com',
    'localhost.',
    'foo.localhost',
    '1.1.1.1',
    '2130706434.example.com',
    'localhosts',
    '[::2]',
    'xn--localhost-.com',
    '127.0.0.1.nip.io',
    '[64:ff9b::1]',
    '0',
    '169.254.169.254',
    '128.0.0.1',
    'loca\u200dlhost1',
  ].map((host) => `http://${host}/in`), // prettier-ignore
  // User info, which people and parsers read differently.
  'https://me:s3cret@example.com/',
  'https://s3cret@example.com/',
  'https://:s3cret@example.com/',
  'https://example.com:443@169.254.169.254/',
  'https://example.com%2f@169.254.169.254/',
  'https://example.com\\@169.254.169.254/',
  'http://localhost@169.254.169.254/',
  'http://169.254.169.254@localhost/',
  'http://127.0.0.1:80@10.0.0.1/',
  'http://127.0.0.1\\@10.0.0.1/',
  'https://@169.254.169.254/',
  // Other schemes.
  ...['ftp', 'file', 'gopher', 'ws', 'wss', 'data', 'javascript', 'unix', 'ldap', 'dict', 'blob', 'about', 'jar'].map(
    (scheme) => `${scheme}://127.0.0.1/`,
  ), // prettier-ignore
  'file:///etc/passwd',
  'data:text/plain,x',
  'javascript:alert(1)',
  'https:169.254.169.254',
  'https:/169.254.169.254',
  'https:\\\\169.254.169.254\\',
  'https://169.254.169.254#@example.com/',
  'https://169.254.169.254?@example.com/',
  ' https://169.254.169.254/',
  'ht\ntps://169.254.169.254/',
  'https://169.254.\t169.254/',
  'HTTPS://169.254.169.254/',
  // No URLs.
  '',
  'https://',
  'https:///',
  'http://',
  '//example.com/',
  'https://exa mple/',
  'https://me:s3cret@exa mple/',
  'https://example.com:99999/',
  'https://256.256.256.256/',
  'https://1.2.3.4.5/',
  'https://0x100000000/',
  'https://[::1/',
  'https://[1:2:3]/',
  'https://[::ffff:999.1.1.1]/',
  'https://exa<mple>.com/',
  'https://%00/',
  'https://example.com%00.localhost/',
]

describe('a hostile URL', () => {
  it('there are at least 200 of', () => {
    expect(new Set(HOSTILE).size).toBeGreaterThanOrEqual(200)
  })

  it.each(HOSTILE)('is refused in one line that tells no secret: %j', (url) => {
    let message = ''
    try {
      parseTarget(url, { publicOnly: true })
    } catch (error) {
      expect(error).toBeInstanceOf(TargetError)
      message = (error as Error).message
    }
    expect(message).toMatch(/^to .*: .+$/)
    expect(message).not.toContain('s3cret')
    expect(message).not.toMatch(/\p{C}/u)
  })
})

describe('a good URL', () => {
  it.each<[string, Reach]>([
    ['https://api.example.com/v1/ingest', 'public'],
    ['https://abc123.execute-api.us-east-1.amazonaws.com/prod/ingest?x=1', 'public'],
    ['https://xn--bcher-kva.example/', 'public'],
    ['https://bücher.example/', 'public'],
    ...PUBLIC.map((address): [string, Reach] => [
      `https://${address.includes(':') ? `[${address}]` : address}/`,
      'public',
    ]),
    ['http://localhost:1/x', 'loopback'],
    ['http://LOCALHOST/', 'loopback'],
    ['https://localhost/', 'loopback'],
    ['http://127.1/', 'loopback'],
    ['http://0x7f.1/', 'loopback'],
    ['http://2130706433/', 'loopback'],
    ...LOOPBACK.map((address): [string, Reach] => [
      `http://${address.includes(':') ? `[${address}]` : address}/`,
      'loopback',
    ]),
  ])('is taken, and its connections go no further than they should: %s, %s', (url, reach) => {
    expect(parseTarget(url, { publicOnly: true }).reach).toBe(reach)
    expect(parseTarget(url).reach).toBe(reach === 'public' ? 'anywhere' : reach)
  })

  it('may be a private one where nobody forbids it', () => {
    expect(parseTarget('https://10.0.0.1/in?key=s3cret')).toEqual({
      origin: 'https://10.0.0.1',
      path: '/in?key=s3cret',
      shown: expect.stringMatching(/^https:\/\/10\.0\.0\.1\/in\?[0-9a-f]{12}$/),
      keys: [],
      reach: 'anywhere',
    })
  })

  it.each([
    'gX7pQ2mZ9rT4vK1wB8nC6yLd',
    'T0123456B0123456',
    '0b6f2c1e-1111-4222-8333-abcdefabcdef',
    'AKIAIOSFODNN7EXAMPLE',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  ])('is shown without a key that its path may hold, and what is no URL too: %s', (key) => {
    const { shown, keys, path } = parseTarget(`https://hooks.example/services/${key}/in`)
    expect(shown).toMatch(/^https:\/\/hooks\.example\/services\/\*[0-9a-f]{12}\/in$/)
    expect(keys).toEqual([key])
    expect(path).toBe(`/services/${key}/in`)
    for (const url of [`https://exa mple/${key}`, `https://host:99999/in/${key}?a=b`, `ftp://host/${key}`])
      expect(() => parseTarget(url)).toThrow(expect.not.objectContaining({ message: expect.stringContaining(key) }))
  })

  it('is shown with the parts of its path that are words', () => {
    for (const path of [
      '/v1/ingestion-events/production-europe',
      '/worlds/12345678901234567890',
      '/tutor-events-2026/v2',
    ])
      expect(parseTarget(`https://host.example${path}`).shown).toBe(`https://host.example${path}`)
  })

  it.each([
    [
      'http://example.com/in?key=s3cret',
      'http://example.com/in',
      'plain http goes to loopback only (127.0.0.0/8, ::1, localhost); use https',
    ],
    ['https://me:s3cret@example.com/in', 'https://example.com/in', 'a URL may not hold a user name or password'],
    ['https://me:s3cret@exa mple/', 'https://exa mple/', 'not a URL'],
    ['ftp://example.com/', 'ftp://example.com/', 'only https: and http: URLs are posted to'],
    [
      'https://a.example\\@b/',
      'https://a.example/@b/',
      'no backslashes, blanks or control characters, which not all read alike',
    ],
  ])('would be another than %s', (url, shown, rule) => {
    expect(() => openHttp(url, { streams: 1, types: TYPES })).toThrow(new TargetError({ rule, value: shown }))
  })
})

/** A resolver that says what a test wants, one answer after the other, the last one from then on. */
function resolver(...answers: string[][]): Lookup {
  let asked = 0
  return (_, options, callback) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] as string[]
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    if (options.all) callback(null, found)
    else callback(null, found[0]?.address ?? '', found[0]?.family)
  }
}

describe('an address that a name resolves to', () => {
  it.each([
    ...INNER_IPV4,
    ...INNER_IPV6,
    ...INNER_IPV4.map((address) => `::ffff:${address}`),
    ...LOOPBACK,
    'fe80::1%eth0',
    'x',
    '',
  ])('is not public: %s', (address) => expect(isWithin(address, 'public')).toBe(false))

  it.each(PUBLIC)('is public, and is not this machine: %s', (address) => {
    expect([isWithin(address, 'public'), isWithin(address, 'loopback')]).toEqual([true, false])
  })

  it.each(LOOPBACK)('is this machine: %s', (address) => expect(isWithin(address, 'loopback')).toBe(true))

  it.each([...INNER_IPV4, ...INNER_IPV6])('is not this machine: %s', (address) => {
    expect(isWithin(address, 'loopback')).toBe(false)
  })

  it.each([true, false])('is looked at before anything is sent there, all: %s', (all) => {
    const refusal = (reach: Reach, ...addresses: string[]) => {
      let message = ''
      guardedLookup(reach, resolver(addresses))('a.example', { all }, (error) => {
        message = error?.message ?? ''
      })
      return message
    }
    expect(refusal('public', '8.8.8.8')).toBe('')
    expect(refusal('loopback', '127.0.0.1')).toBe('')
    expect(refusal('anywhere', '10.0.0.1')).toBe('')
    expect(refusal('public', '10.0.0.1')).toBe('a.example resolves to 10.0.0.1, which is not a public address')
    expect(refusal('loopback', '8.8.8.8')).toBe('a.example resolves to 8.8.8.8, which is not this machine')
    if (all) expect(refusal('public', '8.8.8.8', '::1')).toContain('resolves to ::1')
    if (all) expect(refusal('public')).toContain('no address')
  })
})

describe('a connection', () => {
  const send = async (url: string, lookup: Lookup) => {
    const sink = openHttp(url, { streams: 1, types: TYPES, publicOnly: true, lookup })
    onTestFinished(() => sink.close())
    return sink.send(lineOf('a'), 0)
  }

  it('is not made to an inner address, whatever the name resolved to before', async () => {
    const endpoint = await startEndpoint(() => ACCEPTED)
    const { port } = new URL(endpoint.url)
    for (const address of ['127.0.0.1', '169.254.169.254', '::1']) {
      const outcome = await send(`https://rebind.example:${port}/`, resolver([address]))
      const reason = `rebind.example resolves to ${address}, which is not a public address`
      expect(outcome).toEqual({ verdict: 'halt', reason })
    }
    const sink = openHttp(`http://localhost:${port}/`, {
      streams: 1,
      types: TYPES,
      lookup: resolver(['127.0.0.1'], ['10.0.0.1']),
    })
    onTestFinished(() => sink.close())
    expect(await sink.send(lineOf('a'), 0)).toMatchObject({ verdict: 'acknowledged' })
    expect(endpoint.arrivals.length).toBe(1)
  })

  it('to localhost is not made where the name leads elsewhere', async () => {
    const reason = 'localhost resolves to 8.8.8.8, which is not this machine'
    expect(await send('http://localhost:1/', resolver(['8.8.8.8']))).toEqual({ verdict: 'halt', reason })
  })
})

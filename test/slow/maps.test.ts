// A hundred hostile maps: each ends in one line or posts what it makes, in bounded time and memory, and loses nothing.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleEvents, type Outcome } from '../../engine/index.ts'
import { openSink } from '../../sinks/index.ts'
import { parcelOfEvent, TYPES } from '../parcel.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const EVENTS = TYPES.flatMap(exampleEvents)

/** Text of so many pieces. */
const many = (piece: string, count: number): string => piece.repeat(count)
/** An object in which the same one is `a` and `b` of the next, so many times: small in memory, huge when written. */
const folded = (times: number): string =>
  `($f := function($o, $n) { $n = 0 ? $o : $f({"a": $o, "b": $o}, $n - 1) }; $f({"x": 1}, ${times}))`
/** Text doubled so many times. */
const doubled = (times: number): string =>
  `($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("abcdefgh", ${times}))`

const HOSTILE: Record<string, readonly string[]> = {
  'is no JSONata': [
    ...[
      '{',
      ')',
      '"open',
      "'open",
      '/* open',
      '`',
      '`open',
      'payload..x',
      '\u0000',
      '💥',
      '$$$',
      '%',
      '?:',
      '~>',
      ':=',
    ],
    ...[
      'function(',
      '/[/',
      '/(/',
      '{"a": }',
      '[1..',
      '|$|',
      '<html></html>',
      '---\nsession_started\n',
      '{"a": 1,}',
      '\\',
    ],
    ...[
      many('(', 20_000),
      many('[', 20_000),
      many('{"a":', 20_000),
      many('1+', 50_000),
      many('$f(', 20_000),
      many('-', 20_000),
    ],
    ...[many('payload.', 30_000), many(' ', 300_000), `${many('"a" & ', 30_000)}"a"`],
  ],
  'never comes to an end': [
    '($f := function() { $f() }; $f())',
    '($f := function($n) { 1 + $f($n) }; $f(1))',
    '($f := function($n) { $f($n + 1) & $f($n + 1) }; $f(1))',
    '($f := function($n) { [$f($n + 1)] }; $f(1))',
    '($a := function($n) { $b($n) }; $b := function($n) { $a($n) }; $a(1))',
    '($f := function($n) { $map([1..100], function($x) { $f($x) }) }; $f(1))',
    '$reduce([1..10000], function($a, $x) { $reduce([1..10000], function($b, $y) { $b + $y }) })',
    '$map([1..10000], function($x) { $map([1..10000], function($y) { $x * $y }) })',
    '$sort([1..10000], function($a, $b) { $a < $b })',
    '$sort([1..5000], function($a, $b) { $random() > 0.5 })',
    '$eval("($f := function() { $f() }; $f())")',
    '($e := "$eval($e)"; $eval($e))',
    '$sift({"a": 1}, function($v) { ($f := function() { $f() }; $f()) })',
    'payload ~> |**|{"a": $$}|',
  ],
  'makes too much': [
    ...[
      '[1..10000000]',
      '[1..9999].[1..9999]',
      '$map([1..10000], function($x) { [1..10000] })',
      doubled(17),
      doubled(40),
    ],
    ...[
      folded(25),
      folded(60),
      folded(2000),
      `$string(${folded(25)})`,
      `$string(${folded(60)})`,
      `${folded(40)} = ${folded(40)}`,
    ],
    ...[`$clone(${folded(40)})`, `$count(${folded(40)}.**)`, `$length(${doubled(30)})`, `$split(${doubled(16)}, "")`],
    ...['$pad("x", 100000000)', '$pad("x", 300000000, "ab")', '$pad("x", -1e300, "ab")', '$formatBase(1e300, 2)'],
    ...[
      `$join([1..10000].(${doubled(12)}))`,
      `$replace(${doubled(10)}, "a", ${doubled(10)})`,
      `$base64encode(${doubled(17)})`,
    ],
    ...[
      `$distinct([1..10000].({"a": $, "b": [1..20]}))`,
      `$fromMillis(0, "[Y,1000000]")`,
      `$formatNumber(1, ${many('0', 20)} & "")`,
    ],
  ],
  'is no body': [
    ...['$sum', 'function($x) { $x }', '{"a": function($x) { $x }}', '/a/', '{"a": [/a/]}', '$map(?, $sum)', '|$|{}|'],
    ...[
      '1/0',
      '{"a": -1/0}',
      '{"a": [0/0]}',
      '$number("x")',
      '$error("two\nlines\u001b[31m")',
      '$assert(false, "no")',
      '$nope()',
    ],
    ...[
      'payload.nothing',
      '$secret("SURELY_NOT_THERE")',
      '$secret(1)',
      '{1: 2}',
      '$eval("1 +")',
      '$sqrt(-1)',
      '$power(10, 400)',
    ],
  ],
  'asks for prototypes': [
    ...[
      '__proto__',
      'constructor',
      'payload.__proto__',
      'payload.constructor("return process")()',
      '$lookup(payload, "__proto__")',
    ],
    ...[
      '{"__proto__": {"polluted": true}}',
      '{"constructor": {"prototype": {"polluted": true}}}',
      '$merge([{"__proto__": {"polluted": true}}])',
    ],
    ...[
      'payload ~> |$|{"__proto__": {"polluted": true}}|',
      '$ ~> |payload|{"constructor": 1}, ["__proto__"]|',
      '{"toJSON": "x"}',
    ],
    ...[
      '{"session_started": "payload", "__proto__": "payload"}',
      '__proto__: payload',
      'session_started: payload\nconstructor: payload',
    ],
    ...['{"__proto__": "payload"}', '$spread({"__proto__": 1})', '$each({"__proto__": 1}, function($v, $k) { $k })'],
  ],
  'has a pattern that takes for ever': [
    ...['(a+)+$', '(a|aa)+$', '(a|a?)+$', '(.*a){20}$', '([a-z]+)*$', '^(([a-z])+.)+[A-Z]([a-z])+$', '(a*)*b'].map(
      (pattern) => `$contains("${many('a', 5000)}!", /${pattern}/)`,
    ),
    ...['(a)\\1', '(?=a)b', '(?<!a)b', '(a{1000}){1000}'].map((pattern) => `$match("aaa", /${pattern}/)`),
    `$replace("${many('a', 5000)}", /(a*)*$/, "b")`,
    '$match("aaa", /x*/)',
    `$toMillis("${many('1', 60)}x", "${many('[Y]', 40)}")`,
    `$parseInteger("${many('9', 400)}", "${many('0', 400)}")`,
  ],
}

const maps = Object.entries(HOSTILE).flatMap(([what, list]) => list.map((map) => ({ what, map })))

describe('a hostile map', () => {
  const taken: string[] = []
  const server = createServer(async (request, response) => {
    taken.push(await text(request))
    response.end('{}')
  })
  let url: string
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  afterAll(() => void server.close())

  it('is one of a hundred and more', () => expect(maps.length).toBeGreaterThan(100))

  it.each(maps)('that $what is told in one line, or what it makes arrives: $map', async ({ map }) => {
    const before = process.memoryUsage().rss
    const opened = await openSink(url, { streams: 1, types: TYPES, map }).catch((error: Error) => error)
    if (opened instanceof Error) {
      expect(opened).toMatchObject({ code: 'OPTION', option: 'map' })
      expect(opened.message).toMatch(/^map: [^\p{Cc}]{1,700}$/u)
    } else {
      taken.length = 0
      const outcomes: Outcome[] = []
      for (const event of EVENTS) outcomes.push(await opened.send(parcelOfEvent(event), 0))
      await opened.close()
      const posted = outcomes.filter((outcome) => outcome.verdict === 'acknowledged' && outcome.omitted === undefined)
      expect(outcomes.map(({ verdict }) => verdict)).toEqual(EVENTS.map(() => 'acknowledged'))
      expect(taken.length).toBe(posted.length)
      for (const body of taken) JSON.parse(body)
    }
    expect({}).not.toHaveProperty('polluted')
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
  })
})

describe('a map that turns hostile during a run', () => {
  let folder: string
  /** Ids that bodies say, of one event or of a batch. */
  const taken = new Set<string>()
  const server = createServer(async (request, response) => {
    for (const { id } of [JSON.parse(await text(request))].flat()) taken.add(id)
    response.end('{}')
  })
  let url: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tutorsim-maps-'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    writeFileSync(join(folder, 'good.jsonata'), '{"id": event_id}')
    const { stdout } = await tutorsim('run --store memory --students 60 --for 2d')
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).event_id as string)
    ofOne.push(...ids.filter((id) => id.includes('_1001.')).slice(0, 2))
  })
  afterAll(() => {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const tutorsim = (words: string): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [CLI, ...words.split(' ')], { cwd: folder }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      )
    })

  /** Events of one student, next to each other in their stream. */
  const ofOne: string[] = []
  const SURPRISES = {
    fails: '$number("x")',
    'recurses for ever': '($f := function() { $f() }; $f())',
    'fills the memory': `$length(${doubled(30)})`,
    'does not look at the time': `$string(${folded(60)})`,
  }
  const cases = Object.entries(SURPRISES).flatMap(([name, expression]) =>
    [1, 20].map((batch) => ({ name, expression, batch })),
  )

  it.each(cases)(
    'and $name parks those events, delivers the others and requeues when it is mended, $batch a post',
    async ({ name, expression, batch }) => {
      const world = `${name.replaceAll(' ', '-')}-${batch}`
      taken.clear()
      // Each that does not look at the time takes its process's whole patience, several times.
      const bad = name === 'does not look at the time' ? ofOne.slice(0, 1) : ofOne
      writeFileSync(
        join(folder, 'bad.jsonata'),
        `event_id in ${JSON.stringify(bad)} ? ${expression} : {"id": event_id}`,
      )
      // Few streams, so that batches are full.
      const run = `run --world ${world} --students 60 --for 2d --to ${url} --json --streams 3 --batch ${batch}`
      const { stdout, stderr, code } = await tutorsim(`${run} --map bad.jsonata`)
      expect(code, stderr).toBe(0)
      const { events, parked } = JSON.parse(stdout)
      expect(parked).toBe(bad.length)
      expect(taken.size).toBe(events - parked)
      expect(stderr).toMatch(new RegExp(`: ${parked} not sent: map: (?!every)\\w+[,:] .* \\(first: `))
      const requeued = await tutorsim(`worlds --world ${world} --requeue --to ${url} --map good.jsonata`)
      expect(requeued.stderr).toBe(`${parked} delivered, 0 still parked\n`)
      expect(taken.size).toBe(events)
    },
  )

  it('posts nothing of a world until it is mended, and all of it then', async () => {
    taken.clear()
    writeFileSync(join(folder, 'bad.jsonata'), '{"id": event_di}')
    const run = `run --world later --students 60 --for 1d --to ${url} --json`
    const bad = await tutorsim(`${run} --map bad.jsonata`)
    expect([bad.code, taken.size]).toEqual([2, 0])
    expect(bad.stderr).toMatch(/^tutorsim: --map: session_started, line 1 column 8, field id: .*\n$/)
    const good = await tutorsim(`${run} --map good.jsonata`)
    expect(taken.size).toBe(JSON.parse(good.stdout).events)
  })
})

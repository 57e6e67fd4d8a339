// What went wrong is told by class, code and fields. Messages are one line for people, and nothing in the project goes
// by them.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { named } from '../cli/terminal/store.ts'
import { isWrongUsage, lineOf, UsageError } from '../cli/terminal/usage.ts'
import {
  CodecError,
  Courier,
  DeliveryError,
  fork,
  LocalSimulation,
  OperationalError,
  OptionError,
  type Outcome,
  Runner,
  StoreError,
  WorldError,
} from '../engine/index.ts'
import { chaosModes } from '../ingest/chaos.ts'
import { EnvironmentError, environmentFrom, lineOf as lineOfLambda } from '../lambda/environment.ts'
import { createWorld, model, restoreWorld, SettingsError } from '../model/index.ts'
import { FileError, openSink, realMachine, TargetError } from '../sinks/index.ts'
import { openMemory, openStore, StoreNameError } from '../stores/index.ts'
import { parcelOfEvent, TYPES } from './parcel.ts'
import { headOf } from './stores/given.ts'

/** What is thrown, now or by the promise. */
async function thrownBy(act: () => unknown): Promise<unknown> {
  try {
    await act()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

/** Delivers one event to a target that always answers so. */
async function deliver(outcome: Outcome, giveUpMilliseconds = 1000): Promise<void> {
  const sink = {
    ...{ target: 'https://ingest.example.com/in', streams: 1, eventByEvent: true },
    send: async () => outcome,
    close: async () => undefined,
  }
  const machine = realMachine()
  const timing = { giveUpMilliseconds, backoffFloorMilliseconds: 1 }
  const courier = new Courier({ sink, timer: machine, random: () => 0, render: () => [], ...timing })
  await courier.open(0)
  await courier.take(0, [parcelOfEvent({ event_id: 'a' }).lines])
  await courier.settle().finally(() => machine.close())
}

/** Commits a HEAD of a model that nobody has yet, and opens the world. */
async function openTooNew(): Promise<void> {
  const log = openMemory().world('w')
  await log.commit(null, { ...headOf(3, 'a'), modelVersion: 99 }, [])
  const { newAttempt, ...timer } = realMachine()
  await new Runner({ log, simulation: new LocalSimulation(model), timer, newAttempt }).open()
}

const RULE_OF_TARGETS = 'not an http(s) URL, kinesis:NAME, a file that ends in .ndjson, .ndjson.zst or .parquet, or -'

describe('an option', () => {
  it.each<[act: () => unknown, kind: typeof OptionError, code: string, option: string, rule: string, value: unknown]>([
    [
      () => createWorld({ tick: '7h' }),
      SettingsError,
      'OPTION',
      'tick',
      'must divide a day into ticks of 1s or more',
      '7h',
    ],
    [() => createWorld({ students: 0 }), SettingsError, 'OPTION', 'students', 'a whole number from 1 to 10000000', 0],
    [
      () => openSink('events.csv', { streams: 1, types: TYPES }),
      TargetError,
      'OPTION',
      'to',
      RULE_OF_TARGETS,
      'events.csv',
    ],
    [
      () => openSink('https://me:s3cret@example.com/in', { streams: 1, types: TYPES }),
      TargetError,
      'OPTION',
      'to',
      'a URL may not hold a user name or password',
      'https://example.com/in',
    ],
    [() => openStore('redis:x'), StoreNameError, 'OPTION', 'store', 'memory, sqlite:FILE or dynamodb:TABLE', 'redis:x'],
    [
      () => openMemory().world('a/b'),
      StoreNameError,
      'OPTION',
      'world',
      'up to 64 letters (a to z, A to Z), digits, dots, dashes, underscores',
      'a/b',
    ],
    [
      () => openSink('/nowhere/x.ndjson', { streams: 1, types: TYPES }),
      FileError,
      'FILE_UNWRITABLE',
      'to',
      'cannot be opened for writing: its directory does not exist',
      '/nowhere/x.ndjson',
    ],
    [
      () => environmentFrom({ WORLD_TABLE: 't' }),
      EnvironmentError,
      'OPTION',
      'INGEST_API_URL',
      'needed, the https URL that events are posted to',
      undefined,
    ],
    [
      () => environmentFrom({ INGEST_API_URL: 'x', WORLD_TABLE: 't', TICK: '7h' }),
      EnvironmentError,
      'OPTION',
      'TICK',
      'must divide a day into ticks of 1s or more',
      '7h',
    ],
    [
      () => chaosModes(['calm']),
      OptionError,
      'OPTION',
      'chaos',
      'flaky, slow, down:30s, out-of-order, throttle:100, or several of them with commas between',
      'calm',
    ],
  ])('is named with its rule and its value: %s', async (act, kind, code, option, rule, value) => {
    const error = await thrownBy(act)
    expect(error).toBeInstanceOf(kind)
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ name: kind === OptionError ? 'OptionError' : kind.name, code, option, rule, value })
    const said = value === undefined ? option : `${option} ${value}`
    expect((error as Error).message).toBe(`${said}: ${rule}`)
  })

  it.each([
    ['', 'tick "": a rule'],
    [undefined, 'tick: a rule'],
    [null, 'tick null: a rule'],
    [Number.NaN, 'tick NaN: a rule'],
    [12n, 'tick 12: a rule'],
    [Symbol('s'), 'tick Symbol(s): a rule'],
    [['15m', { of: 1 }], 'tick ["15m",{"of":1}]: a rule'],
    [() => 1, 'tick a function: a rule'],
    [{ toJSON: () => undefined }, 'tick an object: a rule'],
    [Object.assign(Object.create(null), { n: 1n }), 'tick an object: a rule'],
    ['a\r\nb\u2028c', 'tick a; b; c: a rule'],
  ])('may be given anything, and says it in one line: %#', (value, message) => {
    const error = new OptionError({ option: 'tick', rule: 'a rule', value })
    expect(error.message).toBe(message)
    expect(error.as('--tick')).toBe(`--${message}`)
    expect(error.value).toBe(value)
  })

  it('is one line whatever its parts are', { timeout: 60_000 }, () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, text, text, (option, rule, value, name) => {
        const error = new OptionError({ option, rule, value })
        for (const line of [error.message, error.rule, error.as(name)])
          expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})

describe('the world outside', () => {
  const file = () => {
    const path = join(folder(), 'events.ndjson')
    writeFileSync(path, '{"mine":1}\n')
    return path
  }
  const resume = async (path: string, mark: string | undefined) => {
    const sink = await openSink(path, { streams: 1, types: TYPES })
    onTestFinished(() => sink.close())
    await sink.resume?.(mark)
  }
  const HALT: Outcome = { verdict: 'halt', reason: '401: who\nis this?', status: 401 }

  it.each<[act: () => unknown, kind: new (...args: never[]) => OperationalError, fields: object]>([
    [() => resume(file(), undefined), FileError, { code: 'FILE_FOREIGN', option: 'to' }],
    [() => resume(file(), '99:f00d'), FileError, { code: 'FILE_CHANGED', option: 'to' }],
    [
      async () => {
        const path = file()
        for (const _ of ['held', 'refused']) await resume(path, '0')
      },
      FileError,
      { code: 'FILE_LOCKED', option: 'to' },
    ],
    [() => openStore(`sqlite:${file()}`), StoreError, { code: 'STORE_FOREIGN' }],
    [() => openStore('sqlite:/dev/null/x.db'), StoreError, { code: 'STORE_UNAVAILABLE' }],
    [() => openMemory().world('w').readState(0, 'a', 0), StoreError, { code: 'STORE_DAMAGED' }],
    [
      () => fork(openMemory().world('w'), 0, openMemory().world('x'), new LocalSimulation(model), 'a', 0),
      WorldError,
      { code: 'WORLD_MISSING' },
    ],
    [openTooNew, WorldError, { code: 'WORLD_TOO_NEW' }],
    [() => restoreWorld(Buffer.from('x')), CodecError, { code: 'STATE_UNREADABLE' }],
    [
      () => deliver(HALT),
      DeliveryError,
      { code: 'DELIVERY_HALTED', target: 'https://ingest.example.com/in', undelivered: 1, status: 401 },
    ],
    [
      () => deliver({ verdict: 'retry', reason: 'ECONNREFUSED' }, 5),
      DeliveryError,
      { code: 'DELIVERY_GIVEN_UP', target: 'https://ingest.example.com/in', undelivered: 1, status: undefined },
    ],
    [
      async () => {
        throw new UsageError('frobnicate: not a command')
      },
      UsageError,
      { code: 'USAGE' },
    ],
  ])('%# tells by class and code what is wrong, in one line', async (act, kind, fields) => {
    const error = await thrownBy(act)
    expect(error).toBeInstanceOf(kind)
    expect(error).toBeInstanceOf(OperationalError)
    expect(error).toMatchObject({ name: kind.name, ...fields })
    expect((error as Error).message).toMatch(/^.+$/)
  })

  it('tells what the operating system called it', async () => {
    expect(await thrownBy(() => openSink('/nowhere/x.ndjson', { streams: 1, types: TYPES }))).toHaveProperty(
      'systemCode',
      'ENOENT',
    )
  })
})

describe('a front end', () => {
  const tick = new SettingsError({ option: 'tick', rule: 'must divide a day', value: '7h' })
  const rate = new SettingsError({ option: 'rate', rule: 'above 0', value: 0 })
  const to = new TargetError({ rule: 'not a URL', value: 'x' })
  const halted = new DeliveryError('delivery halted (403)', {
    ...{ code: 'DELIVERY_HALTED', target: 'https://e.example/in', undelivered: 9, status: 403 },
  })
  const newer = new WorldError('written by model 9, and this is model 2', { code: 'WORLD_TOO_NEW' })
  const changed = new FileError(
    { rule: 'something else was written to it since', value: 'a.ndjson' },
    { code: 'FILE_CHANGED' },
  )

  it('calls an option as its users do', () => {
    expect([tick, rate, to].map(lineOf)).toEqual([
      '--tick 7h: must divide a day',
      '--rate 0: above 0',
      '--to x: not a URL',
    ])
    expect([tick, rate, to].map(lineOfLambda)).toEqual([
      'TICK 7h: must divide a day',
      'STREAM_COUNT x EVENTS_PER_RUN 0: above 0',
      'INGEST_API_URL x: not a URL',
    ])
  })

  it('says which of its options a delivery is of', () => {
    const rest = 'https://e.example/in: delivery halted (403); 9 events undelivered'
    expect([halted.message, lineOf(halted), lineOfLambda(halted)]).toEqual([
      rest,
      `--to ${rest}`,
      `INGEST_API_URL ${rest}`,
    ])
  })

  it('adds what can be done about it', async () => {
    for (const line of [lineOf, lineOfLambda]) expect(line(newer)).toBe(`${newer.message}: take a newer tutorsim`)
    expect(lineOf(await thrownBy(() => named('w', () => Promise.reject(newer))))).toBe(
      `world w: ${newer.message}: take a newer tutorsim`,
    )
    expect(lineOf(changed)).toMatch(/^--to a\.ndjson: something else .* since; name another file, or .*--forget$/)
  })

  it('takes for wrong usage what can never be, and nothing else', () => {
    expect([tick, to, new UsageError('x')].map(isWrongUsage)).toEqual([true, true, true])
    expect([halted, newer, changed, new Error('x'), undefined].map(isWrongUsage)).toEqual(Array(5).fill(false))
  })

  it('says what is no error of the world outside as it is', () => {
    expect([new Error('a bug'), 'thrown'].map(lineOf)).toEqual(['a bug', 'thrown'])
    expect(lineOfLambda(new Error('a\nbug'))).toBe('a bug')
  })
})

describe('in the sources', () => {
  const root = join(import.meta.dirname, '..')
  const PURE = ['engine', 'model', 'stores', 'sinks', 'ingest']
  /** TypeScript below a folder, but for packages and what is hidden: another test may be making it. */
  const filesIn = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return /^(\.|node_modules$)/.test(entry.name) ? [] : filesIn(path)
      return path.endsWith('.ts') ? [path] : []
    })
  /** Lines of code, without those of comments. */
  const linesOf = (files: readonly string[]): [string, string][] =>
    files.flatMap((path) =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
        .map((line): [string, string] => [path, line.trim()]),
    )

  const SAID = '(message|problem|trouble|stderr)'
  const MATCHES = [
    new RegExp(`\\b${SAID}\\b[)\\s]*\\??\\.(match|search|startsWith|endsWith|includes|indexOf|replace)\\(`),
    new RegExp(`\\.(test|exec|match)\\([^()]*\\b${SAID}\\b`),
    new RegExp(`\\b${SAID}\\s*[!=]==\\s*['"\`]`),
    new RegExp(`switch \\([\\w.]*${SAID}\\)`),
  ]
  const matching = (lines: readonly [string, string][]) =>
    lines.filter(([, line]) => MATCHES.some((pattern) => pattern.test(line)))

  it('nobody goes by a message', () => {
    const folders = [...PURE, 'cli', 'lambda', 'infra', 'bench', 'examples', 'test']
    // What a test asserts of a message is a promise.
    const files = folders.flatMap(filesIn).filter((path) => !path.endsWith('.test.ts'))
    expect(matching(linesOf(files))).toEqual([
      // Commander's errors have no field for what is wrong, and its lines begin as ours do not.
      ['cli/main.ts', `line: help ? '' : withoutCredentials(error.message.replace(/^error: /, '')),`],
      // The parser of YAML tells that its stack has run out under the code of any other error.
      ['cli/terminal/structuredfile.ts', 'if (/stack/i.test(message)) return TOO_DEEP'],
    ])
  })

  it.each([
    "if (error.message.startsWith('x'))",
    'if ((error as Error).message.includes(text))',
    'if (/halted \\(401\\b/.test(problem)) apiKey?.refused()',
    "if (message === 'Region is missing') return",
    "return message.replace(/^--to /, 'INGEST_API_URL ')",
    'const [, status] = /(\\d+)/.exec(error.message) ?? []',
    'switch (error.message) {',
  ])('%s would be found', (line) => {
    expect(matching([['x.ts', line]])).toHaveLength(1)
  })

  it('only the command line gives options their dashes', () => {
    const dashed = linesOf(PURE.flatMap(filesIn)).filter(([, line]) => /['"`]([^'"`]*\s)?--[a-z]/.test(line))
    // A flag of Node's.
    expect(dashed.filter(([, line]) => !line.includes('--max-old-space-size'))).toEqual([])
  })

  it('the engine knows no product', () => {
    expect(linesOf(filesIn('engine')).filter(([, line]) => /tutorsim/i.test(line))).toEqual([])
  })
})

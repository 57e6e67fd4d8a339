// Delivery to Kinesis, against a stand-in that keeps real shards, behind a proxy that lets records fail one by one.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import seedrandom from 'seedrandom'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Outcome, Sink } from '../../engine/index.ts'
import { createWorld, EVENT_TYPES, type Event } from '../../model/index.ts'
import { openSink, TargetError } from '../../sinks/index.ts'
import { parcelOfEvent, TYPES } from '../parcel.ts'
import { type Kinesis, startKinesis } from './kinesis.ts'

const SEED = process.env.SEED ?? String(Math.floor(Math.random() * 1e9))
const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const STREAMS = 50
const SHARDS = 3

let kinesis: Kinesis
let calls: number[]
let stream: string

beforeAll(async () => {
  kinesis = await startKinesis()
})
afterAll(() => kinesis?.close())

beforeEach(async () => {
  kinesis.fault = () => false
  calls = []
  stream = await kinesis.createStream(SHARDS)
})

const isPut = ({ headers }: IncomingMessage) => String(headers['x-amz-target']).endsWith('.PutRecords')
const answerWith = (response: ServerResponse, status: number, type: string, message = 'no') =>
  void response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
    .end(JSON.stringify({ __type: type, message }))

async function open(streams = STREAMS): Promise<Sink> {
  const sink = await openSink(`kinesis:${stream}`, { streams, types: TYPES })
  onTestFinished(() => sink.close())
  return sink
}

const WORLD = createWorld({ seed: 'kinesis', students: 400, warmup: '0d', tick: '1d' })
const EVENTS: Event[] = Array.from({ length: 10 }, () => WORLD.step()).flat()
const lineOf = parcelOfEvent
const recordOf = ({ event_id, event_type, payload }: Event) => JSON.stringify({ event_id, event_type, payload })
const keyOf = ({ payload }: Event) =>
  'student_id' in payload
    ? payload.student_id
    : 'tutor_id' in payload
      ? payload.tutor_id
      : `${payload.subject}|${payload.region}`
const laneOf = (event: Event, streams: number) =>
  [...keyOf(event)].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 1e6, 0) % streams

/** Sends as the courier does: each lane in order, one at a time, again until it is taken. */
async function deliver(sink: Sink, events: readonly Event[]): Promise<Map<string, number>> {
  const verdicts = new Map<string, number>()
  const lanes = Map.groupBy(events, (event) => laneOf(event, sink.streams))
  const work = async ([lane, own]: [number, Event[]]) => {
    for (const event of own) {
      let outcome: Outcome
      do {
        outcome = await sink.send(lineOf(event), lane)
        verdicts.set(outcome.verdict, (verdicts.get(outcome.verdict) ?? 0) + 1)
        if (outcome.verdict === 'halt') throw new Error(outcome.reason)
      } while (outcome.verdict !== 'acknowledged')
    }
  }
  await Promise.all([...lanes].map(work))
  return verdicts
}

/** Every event at least once, and those of one partition key in order, but for repetitions. */
async function expectAll(events: readonly Event[]): Promise<void> {
  const shards = await kinesis.records(stream)
  const found = Map.groupBy(shards.flat(), ({ key }) => key)
  const sent = Map.groupBy(events, keyOf)
  expect([...found.keys()].sort()).toEqual([...sent.keys()].sort())
  for (const [key, own] of sent) {
    expect([...new Set(found.get(key)?.map(({ data }) => data))]).toEqual(own.map(recordOf))
  }
}

/** What Kinesis says to a call that the proxy has changed. */
function answerTo(incoming: IncomingMessage, call: object): Promise<string> {
  return new Promise((resolve) => {
    const response = { writeHead: () => ({ end: (body: Buffer) => resolve(body.toString()) }) }
    void kinesis.passOn(incoming, response as unknown as ServerResponse, Buffer.from(JSON.stringify(call)))
  })
}

describe('records', () => {
  it('are the events with their ids under their partition keys, each once, in order, on all shards', async () => {
    kinesis.fault = (incoming, _, body) => {
      if (isPut(incoming)) calls.push(JSON.parse(body.toString()).Records.length)
      return false
    }
    const sink = await open()
    expect([sink.target, sink.streams, sink.eventByEvent]).toEqual([`kinesis:${stream}`, STREAMS, true])
    expect(await deliver(sink, EVENTS)).toEqual(new Map([['acknowledged', EVENTS.length]]))
    await expectAll(EVENTS)
    const shards = await kinesis.records(stream)
    expect(shards.flat().length).toBe(EVENTS.length)
    expect(shards.filter((shard) => shard.length > 0).length).toBe(SHARDS)
    // What the lanes send at once goes at once.
    expect(calls.length).toBeLessThan(EVENTS.length / 5)
    expect(Math.max(...calls)).toBeGreaterThan(STREAMS / 2)
  })

  it('come over a dirty wire as to a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const world = ['--students', '100', '--warmup', '2d', '--tick', '1h', '--for', '6d', '--scenario', 'dirty-pipeline']
    const targets = ['--to', 'dirty.ndjson', '--to', `kinesis:${stream}`]
    await promisify(execFile)(process.execPath, [CLI, 'run', ...world, ...targets], { cwd: folder })
    const lines = readFileSync(join(folder, 'dirty.ndjson'), 'utf8').trimEnd().split('\n')
    const records = lines.map((line) => line.replace(/,"caused_by":(?:null|"[^"]*")/, ''))
    const keyIn = (record: string): string => {
      const [, student, tutor] = /"(?:student_id":"(\w+)|tutor_id":"(\w+))"/.exec(record) ?? []
      const field = (name: string) => new RegExp(`"${name}":"([^"]+)"`).exec(record)?.[1]
      return student ?? tutor ?? `${field('subject')}|${field('region')}`
    }
    const arrived = Map.groupBy((await kinesis.records(stream)).flat(), ({ key }) => key)
    const expected = Map.groupBy(records, keyIn)
    expect([...arrived.keys()].sort()).toEqual([...expected.keys()].sort())
    for (const [key, own] of expected) expect(arrived.get(key)?.map(({ data }) => data)).toEqual(own)
    expect(records.filter((record) => record.endsWith(' ')).length).toBeGreaterThan(5)
    expect(new Set(records).size).toBeLessThan(records.length - 20)
  })

  it('go 500 at a time at the most', async () => {
    kinesis.fault = (incoming, _, body) => {
      if (isPut(incoming)) calls.push(JSON.parse(body.toString()).Records.length)
      return false
    }
    const sink = await open(1200)
    const outcomes = await Promise.all(EVENTS.slice(0, 1200).map((event, lane) => sink.send(lineOf(event), lane)))
    expect(outcomes.every(({ verdict }) => verdict === 'acknowledged')).toBe(true)
    expect(calls.sort()).toEqual([200, 500, 500])
  })

  it(`that fail one by one are to be tried again, and only those (SEED=${SEED})`, async () => {
    const random = seedrandom(SEED)
    let refused = 0
    kinesis.fault = async (incoming, response, body) => {
      if (!isPut(incoming)) return false
      const call = JSON.parse(body.toString())
      const fails = call.Records.map(() => random() < 0.3)
      if (fails.every(Boolean)) return false
      // The rest is taken, and its answer says nothing of those that failed.
      const taken = { ...call, Records: call.Records.filter((_: unknown, index: number) => !fails[index]) }
      const results = JSON.parse(await answerTo(incoming, taken)).Records
      const failed = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' }
      const Records = fails.map((fail: boolean) => (fail ? failed : results.shift()))
      refused += fails.filter(Boolean).length
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify({ FailedRecordCount: 1, Records }))
      return true
    }
    const verdicts = await deliver(await open(), EVENTS)
    expect(refused).toBeGreaterThan(EVENTS.length / 10)
    expect(verdicts).toEqual(
      new Map([
        ['acknowledged', EVENTS.length],
        ['retry', refused],
      ]),
    ) // prettier-ignore
    await expectAll(EVENTS)
    expect((await kinesis.records(stream)).flat().length).toBe(EVENTS.length)
  })

  it(`arrive in order whatever happens to the calls (SEED=${SEED})`, async () => {
    const random = seedrandom(SEED)
    kinesis.fault = async (incoming, response, body) => {
      if (!isPut(incoming)) return false
      const chance = random()
      if (chance < 0.1) incoming.socket.resetAndDestroy()
      else if (chance < 0.2) answerWith(response, 500, 'InternalFailure')
      else if (chance < 0.3) answerWith(response, 400, 'ProvisionedThroughputExceededException')
      else if (chance < 0.4) answerWith(response, 400, 'ThrottlingException')
      else if (chance < 0.5) {
        await answerTo(incoming, JSON.parse(body.toString()))
        incoming.socket.resetAndDestroy()
      } else return false
      return true
    }
    const verdicts = await deliver(await open(), EVENTS)
    expect(verdicts.get('retry')).toBeGreaterThan(0)
    await expectAll(EVENTS)
  })
})

describe('distribution', () => {
  const distribution = (target: string) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const program = `
        import { distribution } from '${import.meta.dirname}/../../cli/commands/distribution.ts'
        try {
          process.exitCode = await distribution(process.argv[1], { json: true })
        } catch (error) {
          process.stderr.write(error.message + '\\n')
          process.exitCode = 1
        }
      `
      execFile(process.execPath, ['--input-type=module', '-e', program, target], (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      )
    })

  it('counts what is on all shards of a stream', async () => {
    await deliver(await open(), EVENTS)
    const { code, stdout } = await distribution(`kinesis:${stream}`)
    expect(code).toBe(0)
    const counts = JSON.parse(stdout).events_by_type
    for (const type of EVENT_TYPES)
      expect(counts[type], type).toBe(EVENTS.filter(({ event_type }) => event_type === type).length)
  })

  it('goes on after the last record that it read where an iterator has expired, at the start and later', async () => {
    await deliver(await open(), EVENTS)
    const expiries = new Map<string, number>()
    let [reads, ended] = [0, 0]
    kinesis.fault = async (incoming, response, body) => {
      const target = String(incoming.headers['x-amz-target'])
      if (target.endsWith('.GetShardIterator')) {
        const { ShardIteratorType } = JSON.parse(body.toString())
        expiries.set(ShardIteratorType, (expiries.get(ShardIteratorType) ?? 0) + 1)
      }
      if (!target.endsWith('.GetRecords')) return false
      // The first read of each shard, and every third one after that.
      if (reads++ < SHARDS || reads % 3 === 0) {
        ended++
        answerWith(response, 400, 'ExpiredIteratorException', 'Iterator expired.')
      } else
        await kinesis.passOn(incoming, response, Buffer.from(JSON.stringify({ ...JSON.parse(`${body}`), Limit: 100 })))
      return true
    }
    const { code, stdout } = await distribution(`kinesis:${stream}`)
    expect(code).toBe(0)
    expect(ended).toBeGreaterThan(2 * SHARDS)
    expect(expiries.get('TRIM_HORIZON')).toBeGreaterThan(SHARDS)
    expect(expiries.get('AFTER_SEQUENCE_NUMBER')).toBeGreaterThan(SHARDS)
    const counts = JSON.parse(stdout).events_by_type
    for (const type of EVENT_TYPES)
      expect(counts[type], type).toBe(EVENTS.filter(({ event_type }) => event_type === type).length)
  })

  it('of a stream whose iterators never hold fails in one line', async () => {
    await deliver(await open(), EVENTS.slice(0, 10))
    kinesis.fault = ({ headers }, response) => {
      const isRead = String(headers['x-amz-target']).endsWith('.GetRecords')
      if (isRead) answerWith(response, 400, 'ExpiredIteratorException', 'Iterator expired.')
      return isRead
    }
    const { code, stderr } = await distribution(`kinesis:${stream}`)
    expect([code, stderr]).toEqual([1, `cannot read kinesis:${stream}: ExpiredIteratorException: Iterator expired.\n`])
  })

  it('of a stream that is empty or not there fails in one line', async () => {
    expect((await distribution(`kinesis:${stream}`)).code).toBe(1)
    const { code, stderr } = await distribution('kinesis:nowhere')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^cannot read kinesis:nowhere: ResourceNotFoundException: [^\n]+\n$/)
  })
})

describe('a call that fails', () => {
  const outcomeOf = async (answer: (response: ServerResponse) => void) => {
    kinesis.fault = (_, response) => {
      answer(response)
      return true
    }
    return (await open()).send(lineOf(EVENTS[0] as Event), 0)
  }

  it.each([
    'AccessDeniedException',
    'UnrecognizedClientException',
    'InvalidSignatureException',
    'KMSDisabledException',
    'ValidationException',
  ])('halts: %s', async (type) => {
    const outcome = await outcomeOf((response) => answerWith(response, 400, type, 'not for you\nand more'))
    expect(outcome).toEqual({ verdict: 'halt', reason: `${type}: not for you`, status: 400 })
  })

  it.each<[string, number]>([
    ['ProvisionedThroughputExceededException', 400],
    ['KMSThrottlingException', 400],
    ['LimitExceededException', 400],
    ['InternalFailure', 500],
    ['ServiceUnavailable', 503],
  ])('is to be tried again: %s', async (type, status) => {
    expect(await outcomeOf((response) => answerWith(response, status, type))).toEqual({
      verdict: 'retry',
      reason: type,
    })
  })

  it('for a broken connection is to be tried again', async () => {
    const outcome = await outcomeOf((response) => response.socket?.resetAndDestroy())
    expect(outcome).toEqual({ verdict: 'retry', reason: 'ECONNRESET' })
  })

  it('for a stream that does not exist halts', async () => {
    const sink = await openSink('kinesis:nowhere', { streams: 1, types: TYPES })
    onTestFinished(() => sink.close())
    const outcome = await sink.send(lineOf(EVENTS[0] as Event), 0)
    expect(outcome.verdict).toBe('halt')
    expect(outcome).toHaveProperty('reason', expect.stringMatching(/^ResourceNotFoundException: .*nowhere/))
  })
})

describe('a name', () => {
  it.each(['kinesis:', 'kinesis:a b', 'kinesis:a/b', `kinesis:${'x'.repeat(129)}`, 'kinesis:arn:aws:kinesis:x'])(
    'of no stream is refused: %s',
    async (to) => {
      await expect(openSink(to, { streams: 1, types: TYPES })).rejects.toThrow(
        new TargetError({
          rule: "a stream's name has 1 to 128 letters, digits, dots, dashes and underscores",
          value: to,
        }),
      )
    },
  )

  it('without a region to look in is refused', async () => {
    const { AWS_REGION, AWS_CONFIG_FILE } = process.env
    onTestFinished(() => {
      process.env.AWS_REGION = AWS_REGION
      if (AWS_CONFIG_FILE === undefined) Reflect.deleteProperty(process.env, 'AWS_CONFIG_FILE')
    })
    Reflect.deleteProperty(process.env, 'AWS_REGION')
    process.env.AWS_CONFIG_FILE = '/dev/null'
    await expect(openSink('kinesis:events', { streams: 1, types: TYPES })).rejects.toThrow(
      new TargetError({ rule: 'no region is set; AWS_REGION is missing', value: 'kinesis:events' }),
    )
  })
})

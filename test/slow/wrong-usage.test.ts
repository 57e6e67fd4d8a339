// Whatever is wrong is said in one line that names the option, the rule and the value, without a stack trace.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  writeFileSync(join(folder, 'malformed.ndjson'), '{"event_id": 1\nnot json\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function tutorsim(words: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    // What is taken for good usage by mistake would run for ever.
    const child = spawn(process.execPath, [CLI, ...words.split(' ').filter(Boolean)], { cwd: folder, timeout: 20_000 })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (text) => (stdout += text))
    child.stderr.on('data', (text) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

type Case = [words: string, ...named: string[]]

function endsWith(expected: number, cases: readonly Case[]): void {
  for (const [words, ...named] of cases)
    it(`tutorsim ${words}`, async () => {
      const { code, stdout, stderr } = await tutorsim(words)
      expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
      // A run has said before where its world is and how far it goes.
      expect(stderr).toMatch(/^(a world of \d+ students begins at [^\n]+\n)?tutorsim: [^\n]+\n$/)
      for (const name of named) expect(stderr).toContain(name)
    })
}

/** The words, and what the line must name. */
const WRONG: Case[] = [
  ['run --students 0', '--students', '1 to 10000000', '0'],
  ['run --students 10000001', '--students', '1 to 10000000', '10000001'],
  ['run --students 2.5', '--students', 'whole number', '2.5'],
  ['run --students many', '--students', 'not a number', 'many'],
  ['run --students', '--students', 'missing'],
  ['run --students 5 --rate 5', '--students', '--rate', '5'],
  ['run --rate 0', '--rate', 'above 0', '0'],
  ['run --rate 1000000000', '--rate', '10000000 students', '1000000000'],
  ['run --tick 7h', '--tick', 'divide a day', '7h'],
  ['run --tick 0s', '--tick', '0s'],
  ['run --tick often', '--tick', 'duration', 'often'],
  ['run --ticks 0', '--ticks', 'whole number', '0'],
  ['run --for 10', '--for', 'duration', '10'],
  ['run --for 7m', '--for', 'whole ticks of 15m', '7m'],
  ['run --for 1d --ticks 3', '--ticks', '--for', '3'],
  ['run --settings none.yaml', '--settings', 'ENOENT', 'none.yaml'],
  ['run --settings .', '--settings', 'directory'],
  ['run --settings malformed.ndjson', '--settings', 'malformed.ndjson', 'line 3, column 1'],
  ['run --settings preset:clam', '--settings', 'preset:clam', 'preset:calm'],
  ['settings coals', 'coals', 'calls'],
  ['settings check', 'which file'],
  ['settings check none.yaml', 'none.yaml', 'ENOENT'],
  ['settings calls shocks', 'calls shocks', 'one name'],
  ['set default seed=5', 'seed=5', 'born with'],
  ['set default calls.per_100_sessions=many', 'calls.per_100_sessions=many', 'a number'],
  ['report malformed.ndjson --settings preset:clam', '--settings', 'preset:calm'],
  ['run --start yesterday', '--start', 'instant', 'yesterday'],
  ['run --start 2026-02-30', '--start', 'instant', '2026-02-30'],
  ['run --warmup 20m', '--warmup', 'whole number of ticks', '20m'],
  ['run --warmup 400d', '--warmup', '366d', '400d'],
  ['run --batch 0', '--batch', '1 to 500', '0'],
  ['run --batch 501 --to https://example.com/', '--batch', '1 to 500', '501'],
  ['run --streams 0', '--streams', '1 to', '0'],
  ['run --workers 0', '--workers', '1 to', '0'],
  ['run --give-up soon', '--give-up', 'duration', 'soon'],
  ['run --keep soon', '--keep', 'all, or a duration', 'soon'],
  ['run --keep 5d --store memory', '--keep', 'in memory', '5d'],
  ['run --pace fast', '--pace', 'realtime', 'fast'],
  ['run --world a/b', '--world', 'letters', 'a/b'],
  ['run --store redis:x', '--store', 'sqlite:FILE', 'redis:x'],
  ['run --store dynamodb:x', '--store', 'memory', 'dynamodb:x'],
  ['run --format avro', '--format', 'cloudevents', 'avro'],
  ['run --scenario x.json', '--scenario', 'no such file', 'x.json'],
  ['run --scenario nothing', '--scenario', 'a file, or one of', 'nothing'],
  ['demo --scenario dirty-pipeline', '--scenario', 'on the wire', 'dirty-pipeline'],
  ['intervene', 'world', 'missing'],
  ['intervene default', '--kind', '--file'],
  ['intervene default --kind calls', '--size', 'needed'],
  ['intervene default --kind calls --size few', '--size', 'not a number', 'few'],
  ['intervene default --file x.yaml --size 2', '--size', 'the file says all of it'],
  ['scenarios chekc', 'scenarios chekc', 'scenarios check FILE'],
  ['scenarios check malformed.ndjson', 'malformed.ndjson', 'line 3, column 1'],
  ['score --labels malformed.ndjson --detections malformed.ndjson', '--labels', 'line 1'],
  ['run --labels -', '--labels', 'the name of a file'],
  ['run --labels malformed.ndjson', '--labels', 'something else than labels', 'malformed.ndjson'],
  ['run --labels none/labels.ndjson', '--labels', 'no such file', 'none/labels.ndjson'],
  ['run --to ftp://example.com', '--to', 'ftp://example.com', 'http'],
  ['run --to http://example.com/ingest', '--to', 'loopback', 'example.com'],
  ['run --to https://user:secret@example.com/', '--to', 'user name'],
  ['run --to sqs:x', '--to', 'sqs:x'],
  ['run --to events.csv', '--to', 'events.csv'],
  ['run --json --for 1h', '--json', 'standard output', '-'],
  ['run --nonsense', '--nonsense', 'unknown'],
  ['run sideways', 'sideways', 'too many arguments'],
  ['run --studnets 5', '--studnets', '--students'],
  ['chek x', 'chek', 'check'],
  ['frobnicate', 'frobnicate', 'run, check, report, demo, ingest'],
  ['--nonsense', '--nonsense', 'unknown'],
  ['check', 'file', 'missing'],
  ['check x --max few', '--max', 'not a number', 'few'],
  ['check x --since-birth --mid-life', '--since-birth', '--mid-life'],
  ['check x --max -1', '--max', 'from 0 on', '-1'],
  ['explain', 'event_id', 'missing'],
  ['explain stu_1042', 'stu_1042', 'not the event_id of an event'],
  ['show stu_100 --last 1.5', '--last', 'from 0 on', '1.5'],
  ['run --max-rate 0.0001', '--max-rate', 'from 0.001 on', '0.0001'],
  ['run --to a.ndjson --to ./a.ndjson', '--to', 'each target once', './a.ndjson'],
  ['run --to http://localhost/in --to http://localhost:80/in', '--to', 'each target once', 'http://localhost/in'],
  ['worlds --requeue', '--requeue', '--to'],
  ['ingest --port 70000', '--port', '65535', '70000'],
  ['ingest --port lots', '--port', 'not a number', 'lots'],
]

describe('wrong usage ends with 2 and one line', () => endsWith(2, WRONG))

/** What cannot be done, though it might have been. */
const FAILED: Case[] = [
  ['run --students 5 --ticks 1 --to nowhere/x.ndjson', '--to', 'nowhere/x.ndjson', 'directory'],
  [
    'run --store memory --students 5 --for 3d --give-up 1s --to http://127.0.0.1:1/ingest',
    '--to',
    '127.0.0.1:1',
    'for 1 s',
    'gone',
  ],
  ['check missing.ndjson', 'missing.ndjson', 'no such file'],
  ['check .', 'directory'],
]

describe('failure ends with 1 and one line', () => endsWith(1, FAILED))

it('a malformed file is a matter of violations, each with its line', async () => {
  const { code, stdout, stderr } = await tutorsim('check malformed.ndjson')
  expect([code, stderr]).toEqual([1, ''])
  expect(stdout).toContain('line 1: ')
  expect(stdout).toContain('line 2: ')
  expect(stdout).not.toContain('    at ')
})

it('a reader that goes away ends a run quietly', async () => {
  const child = spawn('bash', [
    '-c',
    `"${process.execPath}" "${CLI}" run --store memory --students 500 --for 30d | head -1 >/dev/null; echo "\${PIPESTATUS[0]}"`,
  ])
  let output = ''
  child.stdout.on('data', (text) => (output += text))
  child.stderr.on('data', (text) => (output += text))
  await new Promise((resolve) => child.on('close', resolve))
  expect(output).toMatch(/^a world of 500 students begins at [^\n]+\n0\n$/)
})

// A wire that is not clean: what befalls an event is labelled, the log has it all the same, and what was kept back can be sent.

import { type ChildProcess, execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWireLabels } from '../../cli/terminal/wirelabels.ts'
import { Checker, type Violation } from '../../model/checker/index.ts'
import { sweep } from '../sweep.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const WORLD = ['--seed', 'wire', '--students', '200', '--warmup', '2d', '--tick', '1h', '--for', '4d']
const END = Date.parse('2026-01-09T00:00:00Z')
const HOUR = 3_600_000
const SEED = Math.floor(Math.random() * 1e9)
const KILLS = sweep(20, 3)
const TICKS_BETWEEN = Math.floor(90 / KILLS)
let folder: string

interface WireLabel {
  label: string
  change: 'dropped' | 'duplicated' | 'malformed' | 'delayed'
  event_id: string
  at: string
  /** When it comes that is late. */
  until?: string
  by: string[]
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  writeFileSync(
    join(folder, 'dirty.yaml'),
    `name: dirty
sentence: The wire is not clean on the second and the third day.
interventions:
  - {kind: duplicates, from: +1d, until: +3d, size: 0.1}
  - {kind: drops, from: +1d, until: +3d, size: 0.05, id: lost}
  - {kind: malformed, from: +1d, until: +3d, size: 0.05}
  - {kind: delays, from: +1d, until: +3d, size: 0.1, late: 3h}
`,
  )
  await tutorsim('run', ...WORLD, '--store', 'memory', '--to', 'clean.ndjson')
  await tutorsim(
    ...['run', ...WORLD, '--store', 'memory', '--scenario', 'dirty.yaml'],
    ...['--to', 'dirty.ndjson', '--labels', 'dirty.labels'],
  )
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function tutorsim(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...words], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

const tickOf = async (store: string): Promise<number> =>
  JSON.parse((await tutorsim('worlds', '--store', `sqlite:${store}`, '--json')).stdout).worlds[0].tick
const linesOf = (file: string): string[] => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')
const idOf = (line: string): string => /^\{"event_id":"([^"]+)"/.exec(line)?.[1] ?? ''
const labelsOf = (file: string): WireLabel[] =>
  linesOf(file)
    .map((line) => JSON.parse(line))
    .filter(({ label }) => label === 'wire')

/** Tells of each violation with what it says of which event. @returns how many there are */
function violationsOf(
  lines: readonly string[],
  onLine: (line: string) => void,
  tell: (violation: Violation, what: string) => void,
): number {
  let count = 0
  const checker = new Checker({
    report: (violation) => {
      count++
      tell(violation, `${idOf(lines[violation.line - 1] ?? '')} ${violation.rule} ${violation.message}`)
    },
  })
  for (const line of lines) {
    onLine(line)
    checker.line(line)
  }
  checker.end()
  return count
}

function isWhole(json: string): boolean {
  try {
    return typeof JSON.parse(json) === 'object'
  } catch {
    return false
  }
}

function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** What arrives of clean lines by the end of the run. */
function onWire(clean: readonly string[], labels: ReadonlyMap<string, WireLabel>): string[] {
  const left = clean.flatMap((line, place) => {
    const label = labels.get(idOf(line))
    const at = Date.parse(/"timestamp":"([^"]+)"/.exec(line)?.[1] ?? '')
    const leaves = label?.until === undefined ? at : Date.parse(label.until)
    const one = {
      line: label?.change === 'malformed' ? `${line.slice(0, -1)} ` : line,
      place,
      leaves,
      late: leaves > at,
    }
    if (label?.change === 'dropped' || leaves >= END) return []
    return label?.change === 'duplicated' ? [one, one] : [one]
  })
  left.sort((a, b) => a.leaves - b.leaves || Number(a.late) - Number(b.late) || a.place - b.place)
  return left.map(({ line }) => line)
}

describe('a dirty wire', () => {
  it('doubles, drops, damages and delays what its labels say, and nothing else', async () => {
    const labels = new Map(labelsOf('dirty.labels').map((label) => [label.event_id, label]))
    expect(new Set([...labels.values()].map(({ change, by }) => `${change} by ${by}`))).toEqual(
      new Set(['dropped by lost', 'duplicated by duplicates', 'malformed by malformed', 'delayed by delays']),
    )
    const late = [...labels.values()].flatMap(({ at, until }) => (until ? [Date.parse(until) - Date.parse(at)] : []))
    expect(Math.min(...late)).toBeGreaterThan(0)
    expect(Math.max(...late)).toBeGreaterThan(2.5 * HOUR)
    expect(Math.max(...late)).toBeLessThanOrEqual(3 * HOUR)
    expect(linesOf('dirty.ndjson')).toEqual(onWire(linesOf('clean.ndjson'), labels))
  })

  it('brings the same in any number of threads', async () => {
    const world = ['--seed', 'wire', '--students', '3000', '--warmup', '1d', '--for', '2d', '--scenario', 'dirty.yaml']
    for (const workers of ['1', '2'])
      await tutorsim('run', ...world, '--store', 'memory', '--workers', workers, '--to', `by-${workers}.ndjson`)
    expect(linesOf('by-2.ndjson').join('\n') === linesOf('by-1.ndjson').join('\n')).toBe(true)
    expect(new Set(linesOf('by-2.ndjson')).size).toBeLessThan(linesOf('by-2.ndjson').length)
  })

  it('still brings what it holds to a run that is not told of it any more', async () => {
    const store = ['--store', 'sqlite:told.db', '--to', 'told.ndjson']
    await tutorsim(
      'run',
      ...WORLD.slice(0, -2),
      ...store,
      '--for',
      '2d',
      '--scenario',
      'dirty.yaml',
      '--labels',
      'told',
    )
    await tutorsim('run', ...store, '--for', '2d')
    const labels = new Map(labelsOf('told').map((label) => [label.event_id, label]))
    expect(linesOf('told.ndjson')).toEqual(onWire(linesOf('clean.ndjson'), labels))
    const twoDays = Date.parse('2026-01-07T00:00:00Z')
    expect([...labels.values()].filter(({ until = '' }) => Date.parse(until) > twoDays).length).toBeGreaterThan(0)
  })

  it(
    `brings over kills what it brings in one go, and so do its labels (seed ${SEED})`,
    async () => {
      const random = randomFrom(SEED)
      let [posted, killAfter]: [string[], number] = [[], 0]
      let running: ChildProcess | undefined
      const server = createServer((request, response) => {
        posted.push(String(request.headers['idempotency-key']).split('/')[1] ?? '')
        if (posted.length === killAfter) running?.kill('SIGKILL')
        request.resume().on('end', () => response.end('{}'))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      const first = new Set<string>()
      try {
        for (let kills = 0; kills <= KILLS; kills++) {
          posted = []
          killAfter = kills < KILLS ? 20 + Math.floor(random() * 16 * TICKS_BETWEEN) : 0
          const ticks = String(killAfter > 0 ? TICKS_BETWEEN : 96 - (await tickOf('kill.db')))
          const targets = ['--streams', '1', '--to', to, '--to', 'kill.ndjson', '--labels', 'kill.labels']
          const told = ['--scenario', 'dirty.yaml', '--store', 'sqlite:kill.db', '--tick', '1h', '--ticks', ticks]
          await new Promise((resolve) => {
            const words = ['run', ...WORLD.slice(0, 6), ...told, ...targets]
            running = execFile(process.execPath, [CLI, ...words], { cwd: folder }, resolve)
          })
          for (const id of posted) first.add(id)
        }
      } finally {
        server.close()
      }
      expect(linesOf('kill.ndjson').join('\n') === linesOf('dirty.ndjson').join('\n')).toBe(true)
      expect([...first]).toEqual([...new Set(linesOf('dirty.ndjson').map(idOf))])
      expect(labelsOf('kill.labels')).toEqual(labelsOf('dirty.labels'))
    },
    60_000 + KILLS * 30_000,
  )

  it.each([
    ['in batches', ['--batch', '100']],
    ['as CloudEvents', ['--format', 'cloudevents']],
    ['as CloudEvents in batches', ['--format', 'cloudevents', '--batch', '100']],
  ])('does the same to events that are posted %s', async (name, form) => {
    const [taken, damaged]: string[][] = [[], []]
    // Of several, what is damaged is found by itself.
    const server = createServer(async (request, response) => {
      const body = await text(request)
      const ids = [...body.matchAll(/"(?:idempotency_key|id)":"([^"]+)"/g)].map(([, key = '']) =>
        key.replace(/.*\//, ''),
      )
      const isJson = isWhole(body)
      if (isJson) taken?.push(...ids)
      else if (ids.length === 1) damaged?.push(...ids)
      response.writeHead(isJson ? 200 : 400).end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      const store = ['--store', `sqlite:${name}.db`]
      const run = await tutorsim('run', ...WORLD, ...store, '--scenario', 'dirty.yaml', ...form, '--to', to)
      expect(run.code, run.stderr).toBe(0)
    } finally {
      server.close()
    }
    const arrived = linesOf('dirty.ndjson')
    expect(taken?.sort()).toEqual(arrived.filter(isWhole).map(idOf).sort())
    expect(damaged?.sort()).toEqual(
      arrived
        .filter((line) => !isWhole(line))
        .map(idOf)
        .sort(),
    )
  })

  it('is named by the labels where a check finds what it has done', async () => {
    const { code, stdout } = await tutorsim('check', 'dirty.ndjson', '--labels', 'dirty.labels', '--max', '1000')
    expect(code).toBe(1)
    for (const { event_id, change } of labelsOf('dirty.labels').filter(({ change }) => /^(dup|mal)/.test(change)))
      expect(stdout).toContain(`label: ${event_id} ${change} by `)
    // All of it is the wire's doing: the clean stream has no violation.
    expect((await tutorsim('check', 'clean.ndjson')).code).toBe(0)
    const { violations, violations_labelled } = JSON.parse(
      (await tutorsim('check', 'dirty.ndjson', '--labels', 'dirty.labels', '--json')).stdout,
    )
    expect(violations).toBeGreaterThan(100)
    expect(violations_labelled).toBe(violations)
  })

  it('is named by the label without which a violation would not be there', async () => {
    const clean = linesOf('clean.ndjson')
    const labels = new Map(labelsOf('dirty.labels').map((label) => [label.event_id, label]))
    const without = (id: string): string[] => onWire(clean, new Map([...labels].filter(([other]) => other !== id)))
    const wire = await readWireLabels(join(folder, 'dirty.labels'))
    const said = new Map<string, string[]>()
    const told = violationsOf(
      linesOf('dirty.ndjson'),
      (line) => wire.take(line),
      (violation, what) => {
        const id = /^label: (\S+)/.exec(wire.of(violation) ?? '')?.[1] ?? ''
        said.set(id, [...(said.get(id) ?? []), what])
      },
    )
    expect([...said.keys()]).not.toContain('')
    // One in a few, of each kind; where two events are owed one violation, neither alone undoes it.
    let [gone, left]: [number, string[]] = [0, []]
    for (const [id, whats] of [...said].filter((_, place) => place % 5 === 0)) {
      const still = new Set<string>()
      violationsOf(
        without(id),
        () => undefined,
        (_, what) => still.add(what),
      )
      for (const what of whats)
        if (still.has(what)) left.push(`${what} is not owed to ${id}`)
        else gone++
    }
    expect(told).toBeGreaterThan(100)
    expect(gone).toBeGreaterThan(30)
    expect(left.length, left.join('\n')).toBeLessThanOrEqual(gone / 50)
  })

  it('keeps back what a kept world can send later, and the log is whole', async () => {
    const posted: string[] = []
    const server = createServer((request, response) => {
      posted.push(String(request.headers['idempotency-key']).split('/')[1] ?? '')
      request.resume().on('end', () => response.end('{}'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    try {
      const run = await tutorsim('run', ...WORLD, '--scenario', 'dirty.yaml', '--to', to, '--labels', 'posted.labels')
      expect(run.code, run.stderr).toBe(0)
      const labels = labelsOf('posted.labels')
      expect(labels).toEqual(labelsOf('dirty.labels'))
      const dropped = labels.filter(({ change }) => change === 'dropped').map(({ event_id }) => event_id)
      const doubled = labels.filter(({ change }) => change === 'duplicated').map(({ event_id }) => event_id)
      const ids = linesOf('clean.ndjson').map(idOf)
      const late = labels.filter(({ until = '' }) => Date.parse(until) >= END).map(({ event_id }) => event_id)
      const kept = ids.filter((id) => !dropped.includes(id) && !late.includes(id))
      expect([...posted].sort()).toEqual([...kept, ...doubled].sort())
      const { parked } = JSON.parse((await tutorsim('worlds', '--parked', '--json')).stdout)
      expect(parked.map(({ eventId }: { eventId: string }) => eventId).sort()).toEqual([...dropped].sort())
      expect(parked[0].answer).toContain('kept back')
      expect((await tutorsim('worlds', '--verify')).code).toBe(0)
      posted.length = 0
      expect((await tutorsim('worlds', '--requeue', '--to', to)).code).toBe(0)
      expect([...posted].sort()).toEqual([...dropped].sort())
    } finally {
      server.close()
    }
  })
})

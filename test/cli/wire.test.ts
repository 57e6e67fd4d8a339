// A wire that is not clean: what befalls an event is labelled, the log has it all the same, and what was kept back can be sent.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const WORLD = ['--seed', 'wire', '--students', '200', '--warmup', '2d', '--tick', '1h', '--for', '4d']
let folder: string

interface WireLabel {
  label: string
  change: 'dropped' | 'duplicated' | 'malformed'
  event_id: string
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
`,
  )
  await tutorsim('run', ...WORLD, '--store', 'memory', '--to', 'clean.ndjson')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function tutorsim(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...words], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

const linesOf = (file: string): string[] => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')
const idOf = (line: string): string => /^\{"event_id":"([^"]+)"/.exec(line)?.[1] ?? ''
const labelsOf = (file: string): WireLabel[] =>
  linesOf(file)
    .map((line) => JSON.parse(line))
    .filter(({ label }) => label === 'wire')

describe('a dirty wire', () => {
  it('doubles, drops and damages what its labels say, and nothing else', async () => {
    await tutorsim(
      ...['run', ...WORLD, '--store', 'memory', '--scenario', 'dirty.yaml'],
      ...['--to', 'dirty.ndjson', '--labels', 'dirty.labels'],
    )
    const labels = new Map(labelsOf('dirty.labels').map((label) => [label.event_id, label]))
    expect(new Set([...labels.values()].map(({ change, by }) => `${change} by ${by}`))).toEqual(
      new Set(['dropped by lost', 'duplicated by duplicates', 'malformed by malformed']),
    )
    const expected = linesOf('clean.ndjson').flatMap((line) => {
      switch (labels.get(idOf(line))?.change) {
        case 'dropped':
          return []
        case 'duplicated':
          return [line, line]
        case 'malformed':
          return [`${line.slice(0, -1)} `]
        default:
          return [line]
      }
    })
    expect(linesOf('dirty.ndjson').join('\n')).toBe(expected.join('\n').trimEnd())
  })

  it('is named by the labels where a check finds what it has done', async () => {
    const { code, stdout } = await tutorsim('check', 'dirty.ndjson', '--labels', 'dirty.labels', '--max', '1000')
    expect(code).toBe(1)
    for (const { event_id, change } of labelsOf('dirty.labels').filter((label) => label.change !== 'dropped'))
      expect(stdout).toContain(`label: ${event_id} ${change} by `)
    expect(stdout).toMatch(/of them are labelled$/m)
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
      expect([...posted].sort()).toEqual([...ids.filter((id) => !dropped.includes(id)), ...doubled].sort())
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

// What `tutorsim run` delivers of the same world in one go, to compare with what arrived.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatInstant } from '../../engine/index.ts'
import type { Settings } from '../../model/index.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')

/** An event as it is posted. */
export interface Delivered {
  key: string
  body: string
}

/** @param more options of the run; figures, calendar and shocks of the settings come by a file */
export function undisturbed(
  { seed, students, start, tickMilliseconds, figures, calendar, shocks }: Settings,
  ticks: number,
  more: readonly string[] = [],
): Delivered[] {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  try {
    const file = join(folder, 'expected.ndjson')
    const world = ['--seed', seed, '--students', String(students), '--start', formatInstant(start)]
    const own = join(folder, 'settings.json')
    writeFileSync(own, JSON.stringify({ calendar, shocks, ...figures }))
    const length = ['--settings', own, '--tick', `${tickMilliseconds / 1000}s`, '--ticks', String(ticks)]
    execFileSync(process.execPath, [CLI, 'run', '--store', 'memory', ...world, ...length, ...more, '--to', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    // Where a wire has damaged one, it is no JSON.
    return lines.map((line) => ({
      key: /^\{"event_id":"([^"]+)"/.exec(line)?.[1] ?? '',
      body: `{${line.slice(line.indexOf('"event_type":'))}`,
    }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Bodies in order, by what keeps its events in order. */
export function byPartition(events: Iterable<Delivered>): Map<string, string[]> {
  const partitions = new Map<string, string[]>()
  for (const { body } of events) {
    const { student_id, tutor_id, subject, region } = JSON.parse(body).payload
    const partition = student_id ?? tutor_id ?? `${subject} ${region}`
    partitions.set(partition, [...(partitions.get(partition) ?? []), body])
  }
  return partitions
}

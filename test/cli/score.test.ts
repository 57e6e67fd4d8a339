// `tutorsim score` from files to figures, and what it says of files that are none.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')

const LABELS = `
{"label":"intervention","id":"outage","kind":"platform_outage","where":{"region":"west"},"begin":"2026-01-06T10:00:00.000Z","end":"2026-01-06T12:00:00.000Z","effect_begin":"2026-01-06T10:00:00.000Z","effect_end":"2026-01-06T12:00:00.000Z"}
{"label":"effect","series":"sessions_started/west","at":"2026-01-06T10:00:00.000Z","with":0,"without":40}
{"label":"effect","series":"sessions_started/west","at":"2026-01-06T11:00:00.000Z","with":0,"without":42}
`

function score(labels: string, detections: string, ...words: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'labels.ndjson'), labels)
  writeFileSync(join(folder, 'mine.ndjson'), detections)
  const args = [CLI, 'score', '--labels', 'labels.ndjson', '--detections', 'mine.ndjson', ...words]
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

it('gives a table for people, a line for each intervention and one in all', async () => {
  const { code, stdout } = await score(LABELS, '{"series":"sessions_started/west","at":"2026-01-06T11:30:00Z"}\n')
  expect(code).toBe(0)
  const [span, heading, outage, all] = stdout.split('\n')
  expect(span).toBe('1 series from 2026-01-06T10:00:00.000Z to 2026-01-06T12:00:00.000Z')
  expect(heading).toMatch(/found +precision +recall +F1 .*delay +false alarms a week +NAB$/)
  expect(outage).toMatch(/^outage +1 of 1 +1\.00 +0\.50 +0\.67 .* 1 h +0\.00 +0\.93$/)
  expect(all).toMatch(/^in all +1 of 1 /)
})

it('gives the figures as JSON', async () => {
  const { code, stdout } = await score(LABELS, '', '--json', '--from', '2026-01-05', '--until', '2026-01-19')
  expect(code).toBe(0)
  const { from, until, all, interventions } = JSON.parse(stdout)
  expect([from, until]).toEqual(['2026-01-05T00:00:00.000Z', '2026-01-19T00:00:00.000Z'])
  expect(all).toMatchObject({ windows: 1, found: 0, nab: 0, delay_hours: null })
  expect(interventions).toMatchObject([{ id: 'outage', kind: 'platform_outage', windows: 1 }])
})

it('names file, line, rule and value of what it cannot read', async () => {
  const wrong = await score(LABELS, '{"series":"calls","at":"2026-01-06"}\n{"series":"calls","at":"soon"}\n')
  expect(wrong).toMatchObject({ code: 2, stdout: '' })
  expect(wrong.stderr).toBe('tutorsim: --detections soon: line 2: at: an instant such as 2026-01-05T00:00:00Z\n')
  expect((await score(LABELS, '', '--until', '2025-01-01', '--from', '2026-01-01')).stderr).toBe(
    'tutorsim: --until 2025-01-01: after --from\n',
  )
})

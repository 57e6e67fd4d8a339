// `tutorsim explain`: what its page shows, as JSON too, and one line where there is nothing to explain.

import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/explain.md'), 'utf8')
const COMMANDS = (/```sh\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '').trim().split('\n')
const SHOWN = /```text\n([\s\S]*?)```/.exec(PAGE)?.[1]

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tutorsim = (...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words], { cwd: folder, encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('tutorsim explain', { timeout: 120_000 }, () => {
  const [run = [], explain = []] = COMMANDS.map((line) => line.split(' ').slice(2))
  beforeAll(() => expect(tutorsim(...run).status).toBe(0), 120_000)

  it('prints what its page shows', () => {
    expect(explain[0]).toBe('explain')
    expect(tutorsim(...explain)).toEqual({ status: 0, stdout: SHOWN, stderr: '' })
  })

  it('prints the chain as JSON', () => {
    const { event_id, chain, complete } = JSON.parse(tutorsim(...explain, '--json').stdout)
    expect({ event_id, complete }).toEqual({ event_id: explain[1], complete: true })
    const rules = chain.map((step: { rules: { rule: string }[] }) => step.rules.map(({ rule }) => rule))
    expect(rules).toEqual([['call.question'], ['stay.thinksOfLeaving', 'stay.leavesAtOnce']])
  })

  it('says of ticks of an older model in one line that its rules are not here', () => {
    copyFileSync(join(import.meta.dirname, '../golden/world-v3.db'), join(folder, 'old.db'))
    const words = ['explain', 'call_1767614472000_1042.logged', '--store', 'sqlite:old.db', '--world', 'golden']
    const { status, stdout, stderr } = tutorsim(...words)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^tutorsim: world golden: tick 0 is of model 3, whose rules [^\n]+ cannot be told\n$/)
  })

  it.each([
    ['stu_1042', 2, 'tutorsim: stu_1042: not the event_id of an event, such as sess_1767607200000_1042.completed\n'],
    ['call_1767795783585_1285.logged', 1, 'tutorsim: call_1767795783585_1285.logged: the world has no such event\n'],
    [
      'call_1867795783585_1285.logged',
      2,
      'tutorsim: call_1867795783585_1285.logged: the world is at 2026-01-19T00:00:00.000Z\n',
    ],
  ])('says of %s in one line what is wrong', (id, status, stderr) => {
    expect(tutorsim('explain', id)).toEqual({ status, stdout: '', stderr })
  })
})

// The file of `--calendar`: YAML or JSON, and where in it something is wrong.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readCalendar } from '../../cli/terminal/calendarfile.ts'
import { UNITED_STATES } from '../../model/state/united-states.ts'

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-calendar-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileOf(text: string): string {
  const file = join(folder, 'calendar.yaml')
  writeFileSync(file, text)
  return file
}

/** What is said of a file, without its name. */
async function wrongIn(text: string): Promise<string> {
  const file = fileOf(text)
  const error = await readCalendar(file).catch((thrown: Error) => thrown)
  return (error as Error).message.replace(file, 'FILE')
}

describe('the file of a calendar', () => {
  it('may be the one of the documentation', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/calendar.md'), 'utf8')
    const [, text = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
    const { name, days } = await readCalendar(fileOf(text))
    expect(name).toBe('Netherlands')
    expect(days?.length).toBe(5)
  })

  it('may be JSON, and have a byte order mark', async () => {
    expect(await readCalendar(fileOf(`\uFEFF${JSON.stringify(UNITED_STATES)}`))).toEqual(UNITED_STATES)
  })

  it.each([
    ['not to be read as YAML', 'name: x\ndays: [1,\n', /^calendar FILE: line 3, column 1: .+/],
    [
      'of a day',
      'days:\n  - name: x\n    lessons: 1\n    on: Eastern\n',
      /^calendar FILE: line 4, column 9: days\[0\]\.on Eastern: a day/,
    ],
    [
      'of a name',
      'days:\n  - name: x\n    lesson: 1\n',
      /^calendar FILE: line 3, column 13: days\[0\]\.lesson 1: .*lessons/,
    ],
    [
      'of a part that is missing',
      'days:\n  - on: 01-01\n    name: x\n',
      /^calendar FILE: line 2, column 5: days\[0\]\.lessons: a number/,
    ],
    ['of all of it', '5\n', /^calendar FILE: an object with any of name, months, days$/],
  ])('what is wrong %s is told with its place', async (_, text, message) => {
    expect(await wrongIn(text)).toMatch(message)
  })

  it('cannot be made of aliases without end', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (const [at, name] of [...'bcdefgh'].entries())
      bomb.push(`${name}: &${name} [${`*${'abcdefg'[at]}, `.repeat(9)}]`)
    expect(await wrongIn(bomb.join('\n'))).toMatch(/^calendar FILE: .*alias/i)
  })

  it('that is not there is named', async () => {
    await expect(readCalendar(join(folder, 'none.yaml'))).rejects.toThrow(/none\.yaml: ENOENT/)
  })
})

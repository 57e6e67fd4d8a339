// The file that `--calendar` names: a calendar as YAML or JSON. What is wrong in it is told with line and column.

import { readFileSync } from 'node:fs'
import type { Document, LineCounter } from 'yaml'
import { OptionError } from '../../engine/index.ts'
import { type CalendarInput, calendarFrom } from '../../model/index.ts'

/** Beyond it nobody has written a calendar by hand. */
const CHARACTERS_MAX = 262_144

/** @throws OptionError of one line, with the place */
export async function readCalendar(file: string): Promise<CalendarInput> {
  const text = textOf(file)
  // The parser is loaded only where there is something to parse.
  const { LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true })
  const [broken] = document.errors
  if (broken) throw wrong(file, lines, broken.pos[0], broken.message)
  try {
    return calendarFrom(contentOf(document, file))
  } catch (error) {
    if (!(error instanceof OptionError) || error.option === 'calendar') throw named(error, file)
    const inFile = error.option.replace(/^calendar\./, '')
    throw wrong(file, lines, placeOf(document, inFile), error.as(inFile))
  }
}

function textOf(file: string): string {
  try {
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
    if (text.length <= CHARACTERS_MAX) return text
  } catch (cause) {
    throw new OptionError({ option: 'calendar', rule: (cause as Error).message, value: file }, { cause })
  }
  throw new OptionError({ option: 'calendar', rule: `at most ${CHARACTERS_MAX} characters`, value: file })
}

/** Aliases may stand for a little, not for as much as an alias of aliases can. @throws OptionError */
function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    throw new OptionError({ option: 'calendar', rule: (cause as Error).message, value: file }, { cause })
  }
}

/** The same of the file as a whole. */
function named(error: unknown, file: string): unknown {
  return error instanceof OptionError && error.value !== file
    ? new OptionError({ option: 'calendar', rule: error.rule, value: file }, { cause: error })
    : error
}

/** Where the innermost part that is there begins. @param path such as `days[3].on` */
function placeOf(document: Document, path: string): number {
  const parts = path.split(/[.[\]]+/).filter((part) => part !== '')
  for (let depth = parts.length; depth >= 0; depth--) {
    const keys = parts.slice(0, depth).map((part) => (/^\d+$/.test(part) ? Number(part) : part))
    const node = document.getIn(keys, true) as { range?: readonly number[] } | undefined
    if (node?.range) return node.range[0] as number
  }
  return 0
}

function wrong(file: string, lines: LineCounter, offset: number, what: string): OptionError {
  const { line, col } = lines.linePos(offset)
  return new OptionError({ option: 'calendar', rule: `line ${line}, column ${col}: ${what}`, value: file })
}

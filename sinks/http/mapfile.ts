// The file that `--map` names: one expression for all events, or one for each type, in one of three forms.
//
//     {"at": payload.timestamp}        session_started: |            {"session_started": "{\"at\": payload.timestamp}",
//                                        {"at": payload.timestamp}    "*": "{\"at\": payload.timestamp}"}
//                                      batch: {"events": $}
//
// The second form is YAML as long as its expressions are indented, and is read here without being parsed: an expression
// stays where it is in the file, so that an error can say line and column.

import { type EventType, nearest, OptionError } from '../../engine/index.ts'
import { ALL, BATCH } from './mapnames.ts'

export interface Expression {
  text: string
  /** Where it begins in the file; undefined where it is written otherwise there, with escapes. */
  start: number | undefined
}

/** Expressions by the type they are for, `*` or `batch`. */
export type Expressions = Record<string, Expression>

/** Beyond it nobody has written a map by hand. */
const CHARACTERS_MAX = 262_144
const NAME_CHARACTERS = 64
/** A line that begins a section: a name, perhaps in quotes, and a colon. */
const HEADER = /^(["']?)([\w-]{1,64}|\*)\1[ \t]*:(?:[ \t]+([|>][-+]?$)?|$)/

/** @param text without a byte order mark @throws OptionError where it names what is no type, or names one twice */
export function readMap(text: string, types: readonly EventType[]): Expressions {
  check(text.trim() !== '', 'it is empty')
  check(text.length <= CHARACTERS_MAX, `at most ${CHARACTERS_MAX} characters, it has ${text.length}`)
  const names = [...types.map(({ name }) => name), BATCH, ALL]
  return jsonMap(text, names) ?? sectionMap(text, names) ?? { [ALL]: { text, start: 0 } }
}

function jsonMap(text: string, names: readonly string[]): Expressions | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  const entries = Object.entries(value)
  // An object without any of these names is an expression too, if a dull one.
  if (!entries.some(([name]) => names.includes(name))) return undefined
  return expressionsOf(
    entries.map(([name, expression]) => {
      check(typeof expression === 'string', `${name}: an expression is text`)
      return [name, { text: expression as string, start: undefined }]
    }),
    names,
  )
}

function sectionMap(text: string, names: readonly string[]): Expressions | undefined {
  const sections: [string, Expression][] = []
  let at = 0
  for (const line of text.split(/(?<=\n)/)) {
    const [header, quote, name = '', block] = HEADER.exec(line.trimEnd()) ?? []
    const isComment = /^(#|---\s*$)/.test(line)
    const section = sections.at(-1)?.[1]
    // Text in quotes may be a key of an object that is written from the first column on.
    if (header !== undefined && (quote === '' || names.includes(name))) {
      const rest = block === undefined ? line.slice(header.length) : ''
      sections.push([name, { text: rest, start: at + line.length - rest.length }])
    } else if (section) section.text += isComment ? line.replaceAll(/[^\r\n]/g, ' ') : line
    else if (!isComment && line.trim() !== '') return undefined
    at += line.length
  }
  if (sections.length === 0) return undefined
  return expressionsOf(
    sections.map(([name, expression]) => [name, unquoted(expression)]),
    names,
  )
}

/** What YAML takes for quoted text is its content: as an expression it could only be one and the same text for all events. */
function unquoted({ text, start }: Expression): Expression {
  const [, single, double] = /^\s*(?:'((?:[^']|'')*)'|("(?:[^"\\]|\\.)*"))\s*$/.exec(text) ?? []
  if (single !== undefined) return { text: single.replaceAll("''", "'"), start: undefined }
  if (double === undefined) return { text, start }
  try {
    return { text: JSON.parse(double), start: undefined }
  } catch {
    return { text, start }
  }
}

function expressionsOf(entries: readonly [string, Expression][], names: readonly string[]): Expressions {
  const seen = new Set<string>()
  for (const [name] of entries) {
    const shown = name.slice(0, NAME_CHARACTERS)
    const close = nearest(shown, names.slice(0, -1))
    check(names.includes(name), `${shown} is no type of event${close === undefined ? '' : `; ${close} is one`}`)
    check(!seen.has(name), `${shown} is there twice`)
    seen.add(name)
  }
  return Object.fromEntries(entries)
}

function check(holds: boolean, rule: string): void {
  if (!holds) throw new OptionError({ option: 'map', rule })
}

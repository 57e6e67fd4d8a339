// Files of YAML or JSON that people write: settings, calendars, scenarios. What is wrong in one is told in one line, with the
// file and, where it has a place in it, line and column. Files come from anywhere, so no file may cost more than a moment.

import { readFileSync, statSync } from 'node:fs'
import type { Document, Node, Range } from 'yaml'
import { OptionError, shortened } from '../../engine/index.ts'

/** Beyond it nobody has written such a file by hand. */
const BYTES_MAX = 262_144
/** What aliases stand for counts each time. */
const PARTS_MAX = 50_000
const DEPTH_MAX = 32

export interface StructuredFile {
  /** Objects, lists, texts, numbers, true, false and null. */
  readonly content: unknown
  /**
   * What is wrong with the content, as it is said of the file.
   * @param error of whoever judged the content; its option is the path of the part: `days[3].on`
   * @param root what the path begins with, if that is not in the file: `calendar` in `calendar.days[3].on`
   */
  wrong(error: unknown, root?: string): unknown
}

/** Whether a part is of a kind, which the parser's own functions tell. */
type Yaml = typeof import('yaml')

/**
 * @param option that names the file
 * @throws OptionError where it cannot be read, or is neither YAML nor JSON
 */
export async function readStructured(option: string, file: string): Promise<StructuredFile> {
  const text = textOf(option, file)
  // The parser is loaded only where there is something to parse.
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const wrongAt = (offset: number, what: string): OptionError => {
    const { line, col } = lines.linePos(offset)
    return new OptionError({ option, rule: `line ${line}, column ${col}: ${what}`, value: file })
  }
  // Whether a key is given twice is seen below in one pass: the parser would compare each with each.
  const document = yaml.parseDocument(text, {
    ...{ lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: false, schema: 'core', customTags: [] },
  })
  const [broken = document.warnings[0]] = document.errors
  if (broken) throw wrongAt(broken.pos[0], saidOf(broken))
  return {
    content: new Content(yaml, document, wrongAt).value,
    wrong(error, root) {
      if (!(error instanceof OptionError)) return error
      if (error.option === (root ?? option))
        return new OptionError({ option, rule: error.rule, value: file }, { cause: error })
      const path =
        root !== undefined && error.option.startsWith(`${root}.`) ? error.option.slice(root.length + 1) : error.option
      return wrongAt(placeOf(yaml, document, path), error.as(path))
    },
  }
}

/** A parser's words, where they fit: it repeats what it has read, and speaks of its own functions. */
function saidOf({ code, message }: { code: string; message: string }): string {
  if (/stack/i.test(message)) return TOO_DEEP
  if (code === 'MULTIPLE_DOCS') return 'a file holds one document, and a second begins here'
  return shortened(message)
}

const TOO_DEEP = `more than ${DEPTH_MAX} parts inside one another`

/** A pipe may never end, and a directory has no text. @throws OptionError */
function textOf(option: string, file: string): string {
  const fail = (rule: string, options?: ErrorOptions): never => {
    throw new OptionError({ option, rule, value: file }, options)
  }
  try {
    const stats = statSync(file)
    if (stats.isDirectory()) return fail('is a directory, not a file')
    if (!stats.isFile()) return fail('is a pipe or a device, not a file')
    if (stats.size > BYTES_MAX) return fail(`at most ${BYTES_MAX} bytes, it has ${stats.size}`)
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
  } catch (cause) {
    if (cause instanceof OptionError) throw cause
    return fail(cause instanceof TypeError ? 'is no text in UTF-8' : (cause as Error).message, { cause })
  }
}

/** Makes plain objects and lists of a document, part by part. */
class Content {
  readonly value: unknown
  readonly #yaml: Yaml
  readonly #document: Document
  readonly #wrongAt: (offset: number, what: string) => OptionError
  #parts = 0

  constructor(yaml: Yaml, document: Document, wrongAt: (offset: number, what: string) => OptionError) {
    this.#yaml = yaml
    this.#document = document
    this.#wrongAt = wrongAt
    this.value = this.#of(document.contents, 0, 0)
  }

  /** @param offset where the part begins, or the alias that stands for it */
  #of(node: Node | null, offset: number, depth: number): unknown {
    const { isAlias, isMap, isScalar, isSeq } = this.#yaml
    if (++this.#parts > PARTS_MAX)
      throw this.#wrongAt(offset, `more than ${PARTS_MAX} parts, with what aliases stand for`)
    if (depth > DEPTH_MAX) throw this.#wrongAt(offset, TOO_DEEP)
    if (node === null) return null
    if (isAlias(node)) {
      const meant = node.resolve(this.#document)
      if (!meant) throw this.#wrongAt(offset, `*${node.source} stands for nothing`)
      return this.#of(meant, offset, depth + 1)
    }
    if (isScalar(node)) return this.#scalar(node.value, startOf(node, offset))
    if (isSeq<Node>(node)) return node.items.map((item) => this.#of(item, startOf(item, offset), depth + 1))
    if (isMap<Node, Node | null>(node)) return this.#object(node.items, depth)
    throw this.#wrongAt(offset, 'an object, a list, a text, a number, true, false or null')
  }

  #object(pairs: readonly { key: Node; value: Node | null }[], depth: number): object {
    const entries = new Map<string, unknown>()
    for (const { key, value } of pairs) {
      const offset = startOf(key, 0)
      const name = this.#yaml.isScalar(key) ? key.value : undefined
      if (typeof name !== 'string') throw this.#wrongAt(offset, 'a name is a text')
      if (entries.has(name)) throw this.#wrongAt(offset, `${name} is given twice`)
      entries.set(name, this.#of(value, startOf(value, offset), depth + 1))
    }
    // Not by assignment: a name may be __proto__.
    return Object.fromEntries(entries)
  }

  #scalar(value: unknown, offset: number): unknown {
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value
    throw this.#wrongAt(offset, 'a text, a number, true, false or null')
  }
}

function startOf(node: Node | null, otherwise: number): number {
  return (node?.range as Range | null | undefined)?.[0] ?? otherwise
}

/** Where the innermost part that is there begins. @param path such as `days[3].on`; a name may have dots of its own */
function placeOf({ isAlias, isMap, isScalar, isSeq }: Yaml, document: Document, path: string): number {
  let [node, rest, offset] = [document.contents as Node | null, path, 0]
  while (true) {
    offset = startOf(node, offset)
    if (isAlias(node)) node = node.resolve(document) ?? null
    let inner: readonly [Node | null, string] | undefined
    if (isSeq<Node>(node)) {
      const [all, index] = /^\[(\d+)\]\.?/.exec(rest) ?? []
      const item = index === undefined ? undefined : node.items[Number(index)]
      if (all !== undefined && item) inner = [item, rest.slice(all.length)]
    } else if (isMap<Node, Node | null>(node)) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : ''
        if (!rest.startsWith(name) || !/^([.[]|$)/.test(rest.slice(name.length))) continue
        inner = [value ?? key, rest.slice(name.length).replace(/^\./, '')]
      }
    }
    if (inner === undefined) return offset
    ;[node, rest] = inner
  }
}

// One JSONata expression of a map, compiled, with bounds on what it may do. An expression in which something takes for
// ever all the same takes its process with it: see map.ts.

import jsonata from 'jsonata'
import { RE2JS } from 're2js'

/** What is wrong with an expression, or with what it makes of an event. */
export interface Fault {
  message: string
  /** In the expression's text, of the character at fault; undefined where it is not known. */
  position?: number | undefined
  /** The field of the body that was to be made, with dots. */
  field?: string | undefined
  /** Nobody can say whether it would go better another time. */
  isLate?: boolean
}

/** Thrown as what it carries. */
export class MapFault extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

/** Of a text that an expression makes on its way, and of one event's body. */
export const CHARACTERS_MAX = 1_000_000
const DEPTH_MAX = 100
/** `sequence`: values in a list that is made; `stack`: evaluations within one another. */
const LIMITS = { timeout: 1000, stack: 500, sequence: 10_000 }
const TIMEOUT_CODE = 'D1012'
const PATTERNS_KEPT = 100

/** Hooks that jsonata calls before and after each step. */
const BEFORE = Symbol.for('jsonata.__evaluate_entry')
const AFTER = Symbol.for('jsonata.__evaluate_exit')

type Node = { type?: string; value?: unknown; position?: number; [part: string]: unknown }
/** Objects of an example, each with the names that an expression may ask it for. */
export type Known = ReadonlyMap<object, { names: readonly string[]; lacking: string }>

export class Expression {
  readonly #expression: jsonata.Expression
  readonly #text: string
  readonly #tree: Node

  /** @param secret gives a variable of the environment @throws MapFault where it is no expression */
  constructor(text: string, secret: (name: string) => string) {
    this.#text = text
    try {
      this.#expression = jsonata(text, { ...LIMITS, RegexEngine: LinearRegExp as unknown as RegExpConstructor })
      this.#tree = this.#expression.ast() as unknown as Node
      this.#expression.registerFunction('secret', secret, '<s:s>')
      this.#hook(AFTER, ({ position }: Node, ...[, , result]: [unknown, unknown, unknown]) => {
        if (typeof result === 'string' && result.length > CHARACTERS_MAX)
          throw misstep(`text of more than ${CHARACTERS_MAX} characters`, position)
      })
    } catch (error) {
      throw this.#fault(error)
    }
    for (const node of nodesIn(this.#tree)) this.#try(node, secret)
  }

  /** @returns anything; undefined for nothing @throws MapFault */
  async of(input: unknown, variables: Readonly<Record<string, unknown>>): Promise<unknown> {
    try {
      return await this.#expression.evaluate(input, variables)
    } catch (error) {
      throw this.#fault(error)
    }
  }

  /** Like `of`, for what is known whole: to ask for a field that it does not have is a mistake. @throws MapFault */
  async ofExample(input: unknown, variables: Readonly<Record<string, unknown>>, known: Known): Promise<unknown> {
    this.#hook(BEFORE, ({ type, value, position }: Node, asked: object) => {
      const object = type === 'name' ? known.get(asked) : undefined
      if (object && !object.names.includes(value as string))
        throw misstep(`${object.lacking} ${value}; there are ${object.names.join(', ')}`, position, value)
    })
    try {
      return await this.of(input, variables)
    } finally {
      this.#hook(BEFORE, undefined)
    }
  }

  #hook(at: symbol, hook: unknown): void {
    this.#expression.assign(at as unknown as string, hook)
  }

  /** What can be told without an event: patterns, and variables that are named in place. */
  #try({ type, value, position, procedure, arguments: args }: Node, secret: (name: string) => string): void {
    try {
      if (type === 'regex') compiled(value as RegExp)
      const [name] = (args ?? []) as Node[]
      if (type === 'function' && (procedure as Node).value === 'secret' && name?.type === 'string')
        secret(name.value as string)
    } catch (error) {
      throw this.#fault(misstep((error as Error).message, position ?? 0, (procedure as Node | undefined)?.value))
    }
  }

  #fault(error: unknown): MapFault {
    const { message, code, position, token } = error as { [part in 'message' | 'code']?: string } & {
      position?: number
      token?: unknown
    }
    return new MapFault({
      message: String(message ?? error),
      position: position === undefined ? undefined : this.#begin(position, token),
      field: this.#tree && position !== undefined ? fieldAt(this.#tree, position) : undefined,
      ...(code === TIMEOUT_CODE ? { isLate: true } : {}),
    })
  }

  /** jsonata's positions are behind what they are of. */
  #begin(position: number, token: unknown): number {
    const length = typeof token === 'string' ? token.length : 0
    // Of a function they are behind the bracket.
    const end = this.#text[position - 1] === '(' ? position - 1 : position
    const start = end - length
    if (length === 0 || this.#text.slice(start, end) !== token) return Math.max(0, position - 1)
    return this.#text[start - 1] === '$' ? start - 1 : start
  }
}

/** As jsonata's own errors are. @param position behind the token */
function misstep(message: string, position: number | undefined, token?: unknown): Error {
  return Object.assign(new Error(message), { position, token })
}

/** What is outside before what is in it. */
function nodesIn(tree: unknown): Node[] {
  const nodes = new Set<object>()
  const parts = [tree]
  for (const part of parts) {
    if (part === null || typeof part !== 'object' || part instanceof RegExp || nodes.has(part)) continue
    nodes.add(part)
    parts.push(...Object.values(part))
  }
  return [...nodes] as Node[]
}

/** Which field of an object that is made a place belongs to: `properties.plan`. */
function fieldAt(tree: Node, position: number): string | undefined {
  const names: string[] = []
  for (const node of nodesIn(tree)) {
    const pairs = node.type === 'unary' && node.value === '{' ? node.lhs : (node.group as Node | undefined)?.lhs
    for (const [name, value] of (pairs ?? []) as [Node, Node][])
      if (nodesIn(value).some((part) => part.position === position)) names.push(String(name.value))
  }
  return names.length === 0 ? undefined : names.join('.')
}

/**
 * The JSON of what an expression makes.
 * @param charactersMax roughly
 * @returns undefined for nothing: no value, or null
 * @throws MapFault for what is no JSON, and where it is too large
 */
export function jsonOf(value: unknown, charactersMax: number): string | undefined {
  if (value === undefined || value === null) return undefined
  let left = charactersMax
  const path: (string | number)[] = []
  const wrong = (message: string): MapFault => new MapFault({ message, field: path.join('.') || undefined })
  const walk = (part: unknown): void => {
    left -= typeof part === 'string' ? part.length + 2 : 2
    if (left < 0) throw wrong(`a body of more than ${charactersMax} characters`)
    if (path.length > DEPTH_MAX) throw wrong(`objects more than ${DEPTH_MAX} deep`)
    if (isFunction(part)) throw wrong('a function is no value')
    if (typeof part === 'number' && !Number.isFinite(part)) throw wrong(`${part} is no value`)
    if (part === null || typeof part !== 'object') return
    const isArray = Array.isArray(part)
    for (const [name, one] of isArray ? part.entries() : Object.entries(part)) {
      if (!isArray) left -= String(name).length + 4
      path.push(name)
      walk(one)
      path.pop()
    }
  }
  walk(value)
  return JSON.stringify(value)
}

function isFunction(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return typeof value === 'function'
  return '_jsonata_function' in value || '_jsonata_lambda' in value
}

/** Compiled patterns by their text: each use of a pattern in an expression asks for it anew. */
const PATTERNS = new Map<string, RE2JS>()

/** @throws Error where it is no pattern, or one that takes more than one pass, such as `(a)\1` */
function compiled({ source, flags, ignoreCase, multiline }: RegExp): RE2JS {
  const name = `${flags}/${source}`
  const known = PATTERNS.get(name)
  if (known) return known
  if (PATTERNS.size >= PATTERNS_KEPT) PATTERNS.clear()
  const options = (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (multiline ? RE2JS.MULTILINE : 0)
  const pattern = RE2JS.compile(RE2JS.translateRegExp(source), options)
  PATTERNS.set(name, pattern)
  return pattern
}

/** As far as jsonata uses a RegExp, in a time that grows with the text alone. */
class LinearRegExp {
  lastIndex = 0
  readonly #pattern: RE2JS

  constructor(expression: RegExp) {
    this.#pattern = compiled(expression)
  }

  exec(text: string): RegExpExecArray | null {
    const matcher = this.#pattern.matcher(text)
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0
      return null
    }
    this.lastIndex = matcher.end()
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined)
    return Object.assign(groups, { index: matcher.start(), input: text }) as unknown as RegExpExecArray
  }
}

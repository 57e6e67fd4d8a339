// JSON as strangers send it. JSON.parse keeps the last of two equal keys and says nothing, so two readers of one text may
// see two values; and it takes any depth, on which everything that walks the value recursively runs out of stack.

/** Lists and objects inside one another. Events have three levels. */
export const JSON_DEPTH_MAX = 32

/** Why a text is refused that JSON.parse takes. */
export class StrictJsonError extends SyntaxError {
  /** Keys from the root to the one that is there twice, with dots between; empty where the text is nested too deep. */
  readonly path: string

  constructor(rule: string, path = '') {
    super(rule)
    this.path = path
  }
}

/** @throws SyntaxError where the text is not JSON, StrictJsonError where a key is there twice or it is nested too deep */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  refuseLoose(text)
  return value
}

/** An object or a list that has begun and not ended yet. */
interface Open {
  /** Of an object, those seen so far; a list has none. */
  keys: Set<string> | undefined
  /** The latest. */
  key: string
}

const [QUOTE, COMMA, COLON, BACKSLASH] = [34, 44, 58, 92] as const
const [LIST, LIST_END, OBJECT, OBJECT_END] = [91, 93, 123, 125] as const

/** @param text JSON, as JSON.parse has found */
function refuseLoose(text: string): void {
  const opened: Open[] = []
  let inside: Open | undefined
  let isKeyDue = false
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = closingQuote(text, at)
        if (isKeyDue) noteKey(text.slice(at, end + 1), opened)
        at = end
        break
      }
      case COLON:
        isKeyDue = false
        break
      case COMMA:
        isKeyDue = inside?.keys !== undefined
        break
      case LIST:
      case OBJECT:
        isKeyDue = text.charCodeAt(at) === OBJECT
        inside = { keys: isKeyDue ? new Set() : undefined, key: '' }
        if (opened.push(inside) > JSON_DEPTH_MAX)
          throw new StrictJsonError(`nested deeper than ${JSON_DEPTH_MAX} levels`)
        break
      case LIST_END:
      case OBJECT_END:
        opened.pop()
        inside = opened.at(-1)
        isKeyDue = false
    }
  }
}

/** @param quoted as it is written: one key may be written in several ways */
function noteKey(quoted: string, opened: readonly Open[]): void {
  const object = opened.at(-1) as Open
  object.key = quoted.includes('\\') ? JSON.parse(quoted) : quoted.slice(1, -1)
  if (object.keys?.has(object.key)) {
    const path = opened.flatMap(({ keys, key }) => (keys ? [key] : []))
    throw new StrictJsonError('there twice', path.join('.'))
  }
  object.keys?.add(object.key)
}

/** Where a text ends that begins at a quote. */
function closingQuote(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

/** Whether an odd number of backslashes is before it. */
function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text.charCodeAt(first - 1) === BACKSLASH) first--
  return (at - first) % 2 === 1
}

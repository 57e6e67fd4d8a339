// An event as it is posted: its key and its body, cut out of a rendered line without parsing it.

/** One event on its way. */
export interface Post {
  /** The `event_id`. */
  key: string
  /** `{"event_type":…,"payload":…}` */
  body: string
}

const QUOTE = 0x22
const COMMA = 0x2c
const KEY_START = '{"event_id":"'.length
const CAUSE_START = '","caused_by":'.length
const NULL_LENGTH = 'null'.length
const BODY_OPENING = Buffer.from(',"event_type":')

/**
 * Cuts `{"event_id":"…","caused_by":…,"event_type":…,"payload":…}\n` where the body begins.
 *
 * @param start first byte of the line
 * @param end just after its '\n'
 */
export function postOf(bytes: Buffer, start: number, end: number): Post {
  const keyStart = start + KEY_START
  const keyEnd = bytes.indexOf(QUOTE, keyStart)
  const cause = keyEnd + CAUSE_START
  const comma = bytes[cause] === QUOTE ? bytes.indexOf(QUOTE, cause + 1) + 1 : cause + NULL_LENGTH
  if (keyEnd < 0 || bytes[comma] !== COMMA || !opensBody(bytes, comma)) {
    throw new Error(`not a rendered event: ${bytes.toString('utf8', start, Math.min(end, start + 200)).trimEnd()}`)
  }
  return { key: bytes.toString('latin1', keyStart, keyEnd), body: `{${bytes.toString('utf8', comma + 1, end - 1)}` }
}

function opensBody(bytes: Buffer, comma: number): boolean {
  return BODY_OPENING.compare(bytes, comma, comma + BODY_OPENING.length) === 0
}

// An event as it is posted: its key and its body, cut out of a rendered line without parsing it.

/** One event on its way. */
export interface Post {
  /** The `event_id`. */
  key: string
  /** What is sent, in memory of its own. */
  body: Buffer
}

/** A rendered line and where its parts begin. */
export interface Cut {
  line: Buffer
  eventId: string
  /** null where the event has none. */
  causedBy: string | null
  /** Where the comma before `"event_type"` is. */
  comma: number
}

const QUOTE = 0x22
const OPENING_BRACE = 0x7b
const KEY_START = '{"event_id":"'.length
const CAUSE_START = '","caused_by":'.length
const NULL_LENGTH = 'null'.length
const BODY_OPENING = Buffer.from(',"event_type":')
const SHOWN_BYTES = 200

/**
 * Cuts `{"event_id":"…","caused_by":…,"event_type":…,"payload":…}\n`.
 *
 * @throws Error of one line where it is anything else
 */
export function cut(bytes: Uint8Array): Cut {
  const line = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const keyEnd = closingQuote(line, KEY_START)
  const cause = keyEnd + CAUSE_START
  const isCaused = line[cause] === QUOTE
  const comma = isCaused ? closingQuote(line, cause + 1) + 1 : cause + NULL_LENGTH
  if (!opensBody(line, comma)) {
    throw new Error(`not a rendered event: ${line.toString('utf8', 0, SHOWN_BYTES).trimEnd()}`)
  }
  const causedBy = isCaused ? line.toString('latin1', cause + 1, comma - 1) : null
  return { line, eventId: line.toString('latin1', KEY_START, keyEnd), causedBy, comma }
}

// Some ten bytes each: a call of Buffer's own methods takes longer to begin than these take in all.

function closingQuote(line: Buffer, start: number): number {
  let end = start
  while (end < line.length && line[end] !== QUOTE) end++
  return end
}

function opensBody(line: Buffer, comma: number): boolean {
  for (let index = 0; index < BODY_OPENING.length; index++)
    if (line[comma + index] !== BODY_OPENING[index]) return false
  return true
}

/** The body of contract section 2: `{"event_type":…,"payload":…}`. */
export function plainPost(bytes: Uint8Array): Post {
  const { line, eventId, comma } = cut(bytes)
  return { key: eventId, body: plainBody(line, comma) }
}

/** Copied, as the line is its sender's again once the try is over, and a connection may be still at it by then. */
export function plainBody(line: Buffer, comma: number): Buffer {
  const body = Buffer.allocUnsafe(line.length - 1 - comma)
  line.copy(body, 0, comma, line.length - 1)
  body[0] = OPENING_BRACE
  return body
}

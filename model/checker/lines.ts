// One line of text to one event, or to the reason why it is none. The hot path judges by the fields of each type, in a tenth
// of the time of the schemas, which are asked only to say what is wrong.

import { parseStrictJson, payloadTest, StrictJsonError } from '../../engine/index.ts'
import { type Event, eventTypes } from '../events/index.ts'
import { eventSchema } from '../posted/schemas.ts'

/** Longer lines are refused unread. */
export const LINE_CHARACTERS_MAX = 1_000_000

const KEYS = ['event_id', 'caused_by', 'event_type', 'payload']
/** What tells the payloads of each type. */
const PAYLOAD_TESTS = new Map<unknown, (payload: object) => boolean>(
  eventTypes.map(({ name, fields }) => [name, payloadTest(fields)]),
)

/** An event, or what is wrong with the line. */
export function readEvent(text: string): Event | string {
  if (text.length > LINE_CHARACTERS_MAX) return `longer than ${LINE_CHARACTERS_MAX} characters`
  try {
    const value: unknown = JSON.parse(text)
    // Written as the generator writes it, a line has no key twice: so much is known in half the time.
    if (isEvent(value) && JSON.stringify(value) === text) return value
    const strict = parseStrictJson(text)
    return isEvent(strict) ? strict : explain(strict)
  } catch (error) {
    return text.trim() === '' ? 'empty line' : notStrict(error as Error)
  }
}

function notStrict(error: Error): string {
  if (!(error instanceof StrictJsonError)) return `not JSON, ${error.message}`
  return `${error.path || 'line'}: ${error.message}`
}

function isEvent(value: unknown): value is Event {
  if (typeof value !== 'object' || value === null || !isInOrder(value)) return false
  const { event_id, caused_by, event_type, payload } = value as Record<string, unknown>
  if (!isText(event_id) || !(caused_by === null || isText(caused_by))) return false
  const isPayload = PAYLOAD_TESTS.get(event_type)
  return isPayload !== undefined && typeof payload === 'object' && payload !== null && isPayload(payload)
}

function isInOrder(event: object): boolean {
  let at = 0
  for (const key in event) if (key !== KEYS[at++]) return false
  return at === KEYS.length
}

function explain(value: unknown): string {
  const issue = eventSchema.safeParse(value).error?.issues[0]
  if (issue === undefined) {
    return `keys: says ${Object.keys(value as Event).join(', ')}, expected ${KEYS.join(', ')} in this order`
  }
  const said = issue.path.reduce<unknown>((inside, key) => (inside as Record<PropertyKey, unknown>)[key], value)
  return `${issue.path.join('.') || 'line'}: says ${JSON.stringify(said)}, ${issue.message}`
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

// Posts that are CloudEvents: version 1.0, structured mode, one event a post.

import { Refusal } from '../model/posted/index.ts'

/** What a CloudEvent says, as a plain post would: the body of contract section 2, and the key. */
export interface Unwrapped {
  key: string
  body: { event_type: unknown; payload: unknown }
}

const TEXT_ATTRIBUTES = [
  'id',
  'source',
  'type',
  'time',
  'subject',
  'dataschema',
  'partitionkey',
  'sequence',
  'causedby',
]
const REQUIRED = new Set(['id', 'source', 'type'])
const ID_LIMIT = 255

/**
 * @param value the body, parsed
 * @param key the Idempotency-Key, if there is one
 * @throws Refusal that names the attribute
 */
export function unwrap(value: unknown, key: string | undefined): Unwrapped {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('body: not a CloudEvent', { status: 400 })
  const attributes = new Map(Object.entries(value))
  if (attributes.get('specversion') !== '1.0') throw wrong('specversion', 'must be 1.0')
  for (const name of attributes.keys()) {
    if (!/^[a-z0-9]{1,100}$/.test(name))
      throw new Refusal('body: an attribute with other than lower-case letters and digits', { status: 400 })
  }
  for (const name of TEXT_ATTRIBUTES) requireText(name, attributes.get(name))
  if ((attributes.get('id') as string).length > ID_LIMIT) throw wrong('id', `above ${ID_LIMIT} characters`)
  if (key !== undefined && key !== attributes.get('id')) throw wrong('id', 'must be the Idempotency-Key')
  const type = attributes.get('datacontenttype') ?? 'application/json'
  if (type !== 'application/json') throw wrong('datacontenttype', 'must be application/json')
  const payload: unknown = attributes.get('data')
  const time = attributes.get('time')
  if (time !== undefined && time !== (payload as { timestamp?: unknown } | null | undefined)?.timestamp) {
    throw wrong('time', 'must be the timestamp in data')
  }
  return { key: attributes.get('id') as string, body: { event_type: attributes.get('type'), payload } }
}

/** The name that a field of the body has in a CloudEvent. */
export function attributeOf(field: string): string {
  if (field === 'event_type') return 'type'
  return field.replace(/^payload(?=$|\.)/, 'data')
}

function requireText(name: string, value: unknown): void {
  if (value === undefined && !REQUIRED.has(name)) return
  if (typeof value !== 'string' || value === '') throw wrong(name, 'must be text, and not empty')
}

function wrong(field: string, rule: string): Refusal {
  return new Refusal(`${field}: ${rule}`, { status: 400, field })
}

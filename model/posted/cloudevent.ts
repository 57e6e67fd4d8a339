// Events that are posted as CloudEvents: version 1.0, as structured and batched mode have them.

import { Refusal } from './event.ts'

/** What a CloudEvent says, as a plain post would: the body of contract section 2, and the key, of `source` and `id`. */
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
 * @param header the Idempotency-Key, if there is one: the event's key, or its bare `id`
 * @throws Refusal that names the attribute
 */
export function unwrap(value: unknown, header: string | undefined): Unwrapped {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('body: not a CloudEvent', { status: 400 })
  const attributes = new Map(Object.entries(value))
  if (attributes.get('specversion') !== '1.0') throw wrong('specversion', 'must be 1.0')
  for (const name of attributes.keys()) {
    if (!/^[a-z0-9]{1,100}$/.test(name))
      throw new Refusal('body: an attribute with other than lower-case letters and digits', { status: 400 })
  }
  for (const name of TEXT_ATTRIBUTES) requireText(name, attributes.get(name))
  const id = attributes.get('id') as string
  if (id.length > ID_LIMIT) throw wrong('id', `above ${ID_LIMIT} characters`)
  const key = keyOf(attributes.get('source') as string, id)
  if (header !== undefined && header !== key && header !== id) throw wrong('id', 'must be that of the Idempotency-Key')
  const type = attributes.get('datacontenttype') ?? 'application/json'
  if (type !== 'application/json') throw wrong('datacontenttype', 'must be application/json')
  const payload: unknown = attributes.get('data')
  const time = attributes.get('time')
  if (time !== undefined && time !== (payload as { timestamp?: unknown } | null | undefined)?.timestamp) {
    throw wrong('time', 'must be the timestamp in data')
  }
  return { key, body: { event_type: attributes.get('type'), payload } }
}

/** The name that a field of the body has in a CloudEvent. */
export function attributeOf(field: string): string {
  if (field === 'event_type') return 'type'
  return field.replace(/^payload(?=$|\.)/, 'data')
}

/** The key that a plain post of the same event has, where the source is a world. */
function keyOf(source: string, id: string): string {
  const world = /^\/worlds\/([^/]+)$/.exec(source)?.[1]
  return world === undefined ? `${source} ${id}` : `${world}/${id}`
}

function requireText(name: string, value: unknown): void {
  if (value === undefined && !REQUIRED.has(name)) return
  if (typeof value !== 'string' || value === '') throw wrong(name, 'must be text, and not empty')
}

function wrong(field: string, rule: string): Refusal {
  return new Refusal(`${field}: ${rule}`, { status: 400, field })
}

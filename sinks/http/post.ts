// An event as it is posted: its key and its body, out of a rendered line.

import { bodyIn, keyOf, type Parcel } from '../../engine/index.ts'

/** One event on its way. */
export interface Post {
  /** `<world id>/<event_id>`; the bare `event_id` of what an older version committed. */
  key: string
  /** What is sent, in memory of its own. */
  body: Buffer
}

const OPENING_BRACE = 0x7b

/**
 * The body of contract section 2: `{"event_type":…,"payload":…}`. Copied, as the line is its sender's again once the try is
 * over, and a connection may be still at it by then.
 */
export function plainPost(parcel: Parcel): Post {
  const { bytes } = parcel
  const comma = bodyIn(parcel)
  const body = Buffer.allocUnsafe(bytes.length - 1 - comma)
  bytes.copy(body, 0, comma, bytes.length - 1)
  body[0] = OPENING_BRACE
  return { key: keyOf(parcel), body }
}

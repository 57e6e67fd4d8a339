// One post as the deployed ingestion API judges it: by the rules of the reference API, with its very answers.

import { type Posted, type PostedEvent, postedIn, Refusal } from '../model/posted/index.ts'

export interface Accepted {
  /** The sender's key: `<world id>/<event_id>`; null where none came. */
  key: string | null
  event: PostedEvent
}

const BODY_LIMIT = 256 * 1024

/**
 * @param headers by their names in lower case
 * @returns of a batch a list, in it for each event what is to be put, or why it is refused
 * @throws Refusal of the post as a whole
 */
export function judge(
  headers: Readonly<Record<string, string | undefined>>,
  body: Buffer,
): Accepted | (Accepted | Refusal)[] {
  if (body.length > BODY_LIMIT) throw new Refusal(`body: above ${BODY_LIMIT} bytes`, { status: 413 })
  const posted = postedIn(headers, body)
  return Array.isArray(posted) ? posted.map(judged) : accepted(posted)
}

function accepted({ key, event }: Posted): Accepted {
  return { key: key ?? null, event: event() }
}

function judged(read: () => Posted): Accepted | Refusal {
  try {
    return accepted(read())
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

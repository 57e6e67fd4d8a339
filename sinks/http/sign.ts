// Signatures by the Standard Webhooks scheme (https://www.standardwebhooks.com): `webhook-id`, the key of the post;
// `webhook-timestamp`, the second at which it was sent; `webhook-signature`, an HMAC over both and the body. Who takes posts
// verifies them with a library of that scheme, in this language such:
//
//     new Webhook(secret).verify(body, request.headers)

import { Webhook } from 'standardwebhooks'

/** Signs posts. */
export interface Signer {
  /** What it signs with, in each way to write it. */
  readonly secrets: readonly string[]
  /** @returns headers of a post, names and values in turn */
  sign(id: string, body: Buffer): string[]
}

/**
 * @param secret as libraries of the scheme take it: base64, with `whsec_` before it or without. Any other text, or bytes, are
 *   the key themselves, which such libraries call raw.
 */
export function signerWith(secret: string | Uint8Array): Signer {
  const webhook = webhookOf(secret)
  const text = typeof secret === 'string' ? secret : Buffer.from(secret).toString('latin1')
  return {
    secrets: [text, text.replace(/^whsec_/, '')],
    sign(id, body) {
      const sent = new Date()
      const timestamp = String(Math.floor(sent.getTime() / 1000))
      return ['webhook-id', id, 'webhook-timestamp', timestamp, 'webhook-signature', webhook.sign(id, sent, body)]
    },
  }
}

function webhookOf(secret: string | Uint8Array): Webhook {
  if (typeof secret !== 'string') return new Webhook(secret, { format: 'raw' })
  try {
    return new Webhook(secret)
  } catch {
    return new Webhook(Buffer.from(secret), { format: 'raw' })
  }
}

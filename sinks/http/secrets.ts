// Values that nobody is to see or to keep, in texts that may repeat them: an endpoint quotes what it was sent.

import type { Answer } from './answer.ts'

const SHOWN = '[secret]'

/** An answer, of which nobody knows what it repeats. */
export function secretFree(answer: Answer, secrets: ReadonlySet<string>): Answer {
  if (secrets.size === 0) return answer
  const { body, location } = answer
  return {
    ...{ ...answer, body: withoutSecrets(body, secrets) },
    ...(location === undefined ? {} : { location: withoutSecrets(location, secrets) }),
  }
}

/** A text without the secrets, nor what they look like within JSON, a URL or Base64. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  const forms = new Set([...secrets].flatMap(formsOf))
  // One may be part of another.
  for (const form of [...forms].sort((a, b) => b.length - a.length)) text = text.replaceAll(form, SHOWN)
  return text
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64')
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64].filter((form) => form !== '')
}

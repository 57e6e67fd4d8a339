// What an endpoint may say, and nobody may read: the secrets that events are posted with. An endpoint can repeat them in its
// answer, as they are or as its own format spells them.

/** Shorter ones would take ordinary words out of a text, and keep nothing secret. */
const SECRET_CHARACTERS_MIN = 4
const WORD_CHARACTERS_MIN = 8
const HIDDEN = '[secret]'

export class Secrets {
  readonly #known = new Set<string>()
  #form: RegExp | undefined

  /** @param secret one that is known already, or empty, changes nothing */
  add(secret: string | Uint8Array | undefined): void {
    if (secret === undefined || secret.length < SECRET_CHARACTERS_MIN) return
    const text = typeof secret === 'string' ? secret : Buffer.from(secret).toString('latin1')
    if (this.#known.has(text)) return
    this.#known.add(text)
    // Longest first, as one spelling can begin with another.
    const spellings = [...this.#known].flatMap(spellingsOf).sort((a, b) => b.length - a.length)
    this.#form = new RegExp([...new Set(spellings)].map(escaped).join('|'), 'gi')
  }

  /** A header's value, and the words of it: `Bearer <token>`. */
  addHeader(value: string): void {
    this.add(value)
    for (const word of value.split(/[\s,;=]+/)) if (word.length >= WORD_CHARACTERS_MIN) this.add(word)
  }

  /** A text without them. */
  hideIn(text: string): string {
    return this.#form ? text.replace(this.#form, HIDDEN) : text
  }
}

function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const json = JSON.stringify(secret).slice(1, -1)
  const base64 = bytes.toString('base64')
  return [
    ...[secret, json, json.replaceAll('/', '\\/'), encodeURIComponent(secret)],
    ...[encodeURIComponent(secret).replaceAll('%20', '+'), encodeURI(secret)],
    secret.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign),
    secret.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
    json.replaceAll(/[^\x20-\x7e]/g, unicodeEscape),
    json.replaceAll(/[^\x20-\x7e]|[&<>'+=]/g, unicodeEscape),
    JSON.stringify(json).slice(1, -1),
    ...[base64, base64.replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex')],
    secret.trim(),
  ].filter(({ length }) => length >= SECRET_CHARACTERS_MIN)
}

function unicodeEscape(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

// What an endpoint may say, and nobody may read: the secrets that events are posted with. An endpoint can repeat them in its
// answer, as they are or as its own format spells them.

/** Shorter ones would take ordinary words out of a text, and keep nothing secret. */
const SECRET_CHARACTERS_MIN = 4
const WORD_CHARACTERS_MIN = 8
const TOLD_CHARACTERS = 64
const HIDDEN = '[secret]'
const SYNTAX = /[\\^$.*+?()[\]{}|/-]/g

export class Secrets {
  readonly #known = new Set<string>()
  #forms: RegExp[] = []

  /** @param secret one that is known already, or empty, changes nothing */
  add(secret: string | Uint8Array | undefined): void {
    if (secret === undefined) return
    const text = (typeof secret === 'string' ? secret : Buffer.from(secret).toString('latin1')).trim()
    if (text.length < SECRET_CHARACTERS_MIN || this.#known.has(text)) return
    this.#known.add(text)
    // Longest first, as one can begin with another.
    const all = [...this.#known].sort((a, b) => b.length - a.length)
    this.#forms = all.map((one) => new RegExp(formsOf(one).join('|'), 'gi'))
  }

  /** A header's value, the words of it (`Bearer <token>`), and what `Basic` stands for. */
  addHeader(value: string): void {
    this.add(value)
    for (const word of value.split(/[\s,;=]+/))
      if (word.length >= WORD_CHARACTERS_MIN) this.add(word.replace(/^"(.*)"$/, '$1'))
    const [, basic] = /^basic\s+([\w+/=-]+)$/i.exec(value) ?? []
    if (basic !== undefined) this.addUser(Buffer.from(basic, 'base64').toString())
  }

  /** A name and its password, with a colon between. */
  addUser(pair: string): void {
    this.add(pair)
    this.add(pair.slice(pair.indexOf(':') + 1))
  }

  /** A text without them. */
  hideIn(text: string): string {
    return this.#forms.reduce((left, form) => left.replace(form, HIDDEN), text)
  }
}

/**
 * Expressions for a secret in any mixture of the escapes of JSON, URLs and HTML, and in what bytes are written as. A long one
 * is told by its beginning, and goes on up to what no key holds.
 */
function formsOf(secret: string): string[] {
  const beginning = secret.slice(0, TOLD_CHARACTERS)
  const signs = beginning.match(/\\+|[^\\]/gu) ?? []
  const bytes = [Buffer.from(beginning), Buffer.from(beginning, 'latin1')]
  const written = bytes.flatMap((one) => [one.toString('hex'), ...base64Forms(one)])
  const rest = secret === beginning ? '' : String.raw`[^\s"'<>]*`
  return [signs.map(signForm).join(''), ...new Set(written)].map((form) => form + rest)
}

/** A sign of a secret, or several backslashes, each of which may have been doubled again and again. */
function signForm(sign: string): string {
  if (sign.startsWith('\\'))
    // Begun only where a run of them begins, so that a text of nothing else is no work.
    return String.raw`(?:(?<!\\)\\{${sign.length},}|(?:${signForms('\\')}){${sign.length}})`
  return `(?:${String.raw`\\{0,8}`}${sign.replace(SYNTAX, String.raw`\$&`)}|${signForms(sign)})`
}

/** Ways to write a sign with others. */
function signForms(sign: string): string {
  const point = sign.codePointAt(0) as number
  const inUrls = (bytes: Uint8Array): string => Array.from(bytes, (byte) => `%(?:25)*${digits(byte, 2)}`).join('')
  const name = ENTITIES[sign]
  const forms = [
    // In UTF-16, as JSON and JavaScript have it.
    Array.from({ length: sign.length }, (_, at) => String.raw`\\{1,8}u${digits(sign.charCodeAt(at), 4)}`).join(''),
    inUrls(Buffer.from(sign)),
    `&(?:amp;)*#0*${point};`,
    `&(?:amp;)*#x0*${point.toString(16)};`,
  ]
  if (point < 0x100) forms.push(String.raw`\\{1,8}x${digits(point, 2)}`, inUrls(Uint8Array.of(point)))
  if (sign === ' ') forms.push(String.raw`\+`)
  if (name !== undefined) forms.push(`&(?:amp;)*${name};`)
  return forms.join('|')
}

function digits(value: number, length: number): string {
  return value.toString(16).padStart(length, '0')
}

/** Base64 of a text that holds the bytes somewhere: by where they begin in a group of three, but for digits that they share. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const whole = Math.floor(((before + bytes.length) * 8) / 6)
    const shared = Math.ceil((before * 8) / 6)
    const form = text.slice(shared, whole)
    if (form.length < SECRET_CHARACTERS_MIN) return []
    return `${form.replaceAll(/[+/]/g, (sign) => (sign === '+' ? '[+-]' : '[/_]'))}(?:[\\w+/-]?={1,2})?`
  })
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
  '/': 'sol',
  '+': 'plus',
  '=': 'equals',
}

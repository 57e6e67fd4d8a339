// Text that others wrote, such as an endpoint's answer or a mistyped option, as it may be shown and kept.

const SHOWN_CHARACTERS = 200
const HIDDEN = '…'

/** Its beginning, on one line and free of anything that could move a terminal's cursor. */
export function printable(text: string): string {
  return text
    .slice(0, SHOWN_CHARACTERS)
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
}

/** Names whose value is a credential, or what they end with: `x-api-key`, `access_token`. */
const NAME =
  '(?:(?:api|access|account|private|secret|shared|subscription|functions?|master|signing|encryption)[_-]?key|secret|passw(?:or)?d|passphrase|pwd|token|credential|authori[sz]ation|signature|session[_-]?id|jsessionid)s?'
const SCHEME = '(?:bearer|basic|digest|negotiate|token|apikey|hmac)'
/** Up to what would end it in a header, a query or a list, or in a sentence that goes on after a colon. */
const VALUE = String.raw`(?:[^\s"'<>&,;}\])\\…:]|:(?!\s|$))+`

const form = (source: string): RegExp => new RegExp(source, 'gi')

/**
 * What is a credential for certain; what stays is the first group. All repetitions are bounded, as a text can be made to be
 * slow to search.
 */
const CERTAIN: readonly RegExp[] = [
  form(String.raw`()-----BEGIN [^-]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [^-]{0,40}-----|$)`),
  // A URL's query and fragment, but for the digest that tutorsim shows in place of a query.
  form(String.raw`(:\/{1,2}[^\s"'<>?#]{0,500}[?#])(?!…|[\da-f]{12}(?![\w=&%]))(?:[^\s"'<>:]|:(?!\s|$))*`),
  // `"password": "…"`, also within a JSON text that is a text itself, and `token=…`.
  form(String.raw`(${NAME}"\s*:\s*")(?:[^"\\]|\\[^])*`),
  form(String.raw`(${NAME}\\"\s*:\s*\\")[^"\\]*`),
  form(String.raw`(${NAME}'?\s*[:=]\s*')[^']*`),
  form(String.raw`(${NAME}\s*=\s*"?|${NAME}%3d)${VALUE}`),
  form(String.raw`((?:^|[?&;\s"'])(?:key|sig|code|auth|pass|pw)=)${VALUE}`),
  form(String.raw`(cookie"?\s*:\s*"?)(?=[^\s=;"]{1,100}=)[^\n"<>…]+`),
  form(String.raw`(authori[sz]ation\s*:\s*)(?:${SCHEME}\s+)?${VALUE}`),
  // Keys that can be told by their form: JSON Web Tokens, and those of well-known services.
  form(String.raw`()\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}`),
  /()\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /()\b(?:gh[pousr]_|github_pat_|glpat-|npm_|xox[a-z]-|[sr]k_(?:live|test)_|sk-|whsec_|AIza)[\w+/=-]{8,}/g,
]
/** What is one only where it looks like no word: `invalid token: …`, `Basic …`. */
const LIKELY: readonly RegExp[] = [
  form(String.raw`(${NAME}\s*(?::|%3a)\s*)(${VALUE})`),
  form(String.raw`(\b${SCHEME}\s+)(${VALUE})`),
]
/** User name and password, with or without what kind of URL it is. */
const USERS: readonly RegExp[] = [
  /(\/\/)[^\s"'<>]{0,500}@/g,
  /()(?<![\w/])[\w.+-]{1,64}:[^\s"'<>@/:]{1,200}@(?=[\w[])/g,
]

/** Whatever looks like a credential is left out of it. What is known to be secret is for who knows it. */
export function withoutCredentials(text: string): string {
  const withoutUsers = USERS.reduce((left, user) => left.replace(user, `$1${HIDDEN}@`), text)
  const withoutCertain = CERTAIN.reduce((left, one) => left.replace(one, `$1${HIDDEN}`), withoutUsers)
  return LIKELY.reduce(
    (left, one) => left.replace(one, (whole, before, value) => (isWord(value) ? whole : before + HIDDEN)),
    withoutCertain,
  )
}

/** No digit, at the most one capital, and short. */
function isWord(value: string): boolean {
  return value.length < 24 && /^[^\dA-Z]*[A-Z]?[^\dA-Z]*$/.test(value)
}

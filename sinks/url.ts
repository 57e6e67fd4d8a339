// The rules for an ingestion URL: https anywhere, plain http only where it never leaves the machine.

/** Where to post, and how to name the place in a message. */
export interface Target {
  origin: string
  /** Path with its query. */
  path: string
  /** For people: the query is left out, as it may hold a secret. */
  shown: string
}

/** There can be no delivery to what `--to` names, whatever happens. */
export class TargetError extends Error {
  override name = 'TargetError'
}

/**
 * @param url as given with `--to`
 * @throws TargetError: one line that names the option, the value and the rule
 */
export function parseTarget(url: string): Target {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed) throw new TargetError(`--to ${withoutUserInfo(url)}: not a URL`)
  const shown = `${parsed.protocol}//${parsed.host}${parsed.pathname}`
  if (parsed.username || parsed.password)
    throw new TargetError(`--to ${shown}: a URL may not hold a user name or password`)
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    throw new TargetError(`--to ${shown}: only https: and http: URLs are posted to`)
  }
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname)) {
    throw new TargetError(`--to ${shown}: plain http goes to loopback only (127.0.0.0/8, ::1, localhost); use https`)
  }
  return { origin: parsed.origin, path: parsed.pathname + parsed.search, shown }
}

/** A URL's host name is in canonical form by now: `127.1` and `0x7f.1` read `127.0.0.1`. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

function withoutUserInfo(text: string): string {
  return text.replace(/\/\/.*@/s, '//')
}

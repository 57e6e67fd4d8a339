// The rules for an ingestion URL: https anywhere, plain http only where it never leaves the machine.

import { hash } from 'node:crypto'
import { isIP } from 'node:net'
import { TargetError } from '../targeterror.ts'
import { isWithin, type Reach } from './address.ts'

/** Of the digest that stands for what may be a secret. */
const DIGEST_DIGITS = 12
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
/** What nobody made up: long and without a break, of letters and digits, or longer and of both cases. */
const RANDOM = /^(?=.*[A-Za-z])(?=.*\d)[A-Za-z\d%+=]{12,}$|^(?=.*[a-z])(?=.*[A-Z])[A-Za-z]{20,}$/

/** Where to post, and how to name the place in a message. */
export interface Target {
  origin: string
  /** Path with its query. */
  path: string
  /** For people, and the cursor's name: of the query, and of what looks like a key in the path, only a digest. */
  shown: string
  /** Parts of the path that look like keys. */
  keys: readonly string[]
  /** How far its connections may go, whatever its name resolves to. */
  reach: Reach
}

export interface UrlRules {
  /** No private, link-local or metadata address: for where a URL may come from somebody else. */
  publicOnly?: boolean | undefined
}

/**
 * A host that is written as loopback (127.0.0.0/8, ::1, localhost) is this machine and may be nothing else; any other
 * is somewhere else, and with `publicOnly` has to be public, which excludes this machine too.
 *
 * @throws TargetError
 */
export function parseTarget(url: string, { publicOnly = false }: UrlRules = {}): Target {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed) throw new TargetError({ rule: 'not a URL', value: showable(url) })
  const shown = `${parsed.protocol}//${parsed.host}${withoutKeys(parsed.pathname)}`
  if (/[\\\s\p{C}]/u.test(url)) {
    throw new TargetError({
      rule: 'no backslashes, blanks or control characters, which not all read alike',
      value: shown,
    })
  }
  if (parsed.username || parsed.password)
    throw new TargetError({ rule: 'a URL may not hold a user name or password', value: shown })
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    throw new TargetError({ rule: 'only https: and http: URLs are posted to', value: shown })
  }
  const query = parsed.search === '' ? '' : `?${digestOf(parsed.search)}`
  const target = {
    origin: parsed.origin,
    path: parsed.pathname + parsed.search,
    shown: shown + query,
    keys: parsed.pathname.split('/').filter(isLikeAKey),
  }
  // In canonical form by now: `127.1`, `0x7f.1` and `017700000001` read `127.0.0.1`.
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  if (host === 'localhost' || isWithin(host, 'loopback')) return { ...target, reach: 'loopback' }
  if (parsed.protocol === 'http:') {
    throw new TargetError({
      rule: 'plain http goes to loopback only (127.0.0.0/8, ::1, localhost); use https',
      value: shown,
    })
  }
  if (!publicOnly) return { ...target, reach: 'anywhere' }
  if (isIP(host) !== 0 && !isWithin(host, 'public'))
    throw new TargetError({ rule: `${host} is no public address`, value: shown })
  return { ...target, reach: 'public' }
}

/** Whether a part of a path looks like a key: many a webhook is kept by such a one. */
function isLikeAKey(part: string): boolean {
  return UUID.test(part) || part.split(/[-_.~]/).some((piece) => RANDOM.test(piece))
}

/** Each part of a path that looks like a key as the digest that stands for it. */
function withoutKeys(path: string): string {
  return path.replaceAll(/[^/?#]+/g, (part) => (isLikeAKey(part) ? `*${digestOf(part)}` : part))
}

function digestOf(text: string): string {
  return hash('sha256', text).slice(0, DIGEST_DIGITS)
}

/** What is no URL has none of a URL's parts for certain: without what may be a password, a key or a query. */
export function showable(text: string): string {
  return (text.includes('//') ? withoutKeys(text) : text)
    .replace(/^([^@]*?\/\/)?.*@/s, '$1')
    .replace(/[?#].*/s, '?…')
    .replaceAll(/\p{C}/gu, ' ')
}

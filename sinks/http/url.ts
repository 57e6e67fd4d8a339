// The rules for an ingestion URL: https anywhere, plain http only where it never leaves the machine.

import { hash } from 'node:crypto'
import { isIP } from 'node:net'
import { TargetError } from '../targeterror.ts'
import { isWithin, type Reach } from './address.ts'

/** Of the digest that stands for a query. */
const QUERY_DIGITS = 12

/** Where to post, and how to name the place in a message. */
export interface Target {
  origin: string
  /** Path with its query. */
  path: string
  /** For people, and the cursor's name: of the query, which may hold a secret, only a digest. */
  shown: string
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
  const shown = `${parsed.protocol}//${parsed.host}${parsed.pathname}`
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
  const query = parsed.search === '' ? '' : `?${hash('sha256', parsed.search).slice(0, QUERY_DIGITS)}`
  const target = {
    origin: parsed.origin,
    path: parsed.pathname + parsed.search,
    shown: shown + query,
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

/** What is no URL has none of a URL's parts for certain: without what may be a password or a query. */
export function showable(text: string): string {
  return text
    .replace(/^([^@]*?\/\/)?.*@/s, '$1')
    .replace(/[?#].*/s, '?…')
    .replaceAll(/\p{C}/gu, ' ')
}

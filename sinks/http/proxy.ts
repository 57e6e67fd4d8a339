// Posts through a proxy, as HTTPS_PROXY and NO_PROXY ask for. What is on this machine is never asked of a proxy. The proxy is
// then what a connection goes to, so the rules for addresses are about the proxy.

import { BlockList, isIP } from 'node:net'
import { type Pool, ProxyAgent } from 'undici'
import { OptionError } from '../../engine/index.ts'
import { isWithin } from './address.ts'
import type { OpenConnections } from './http.ts'
import { parseTarget } from './url.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** @returns how connections to a URL are opened where they go through a proxy @throws TargetError, OptionError */
export function throughProxy(url: string, variables: Variables): OpenConnections | undefined {
  const { origin, reach } = parseTarget(url)
  const variable = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'].find((name) => variables[name])
  if (reach === 'loopback' || variable === undefined || isExempt(new URL(origin), variables)) return undefined
  const text = variables[variable] as string
  const proxy = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  // Its value is not shown: it may hold a password.
  const user = proxy && /^https?:$/.test(proxy.protocol) ? userOf(proxy) : undefined
  if (!proxy || !user) throw new OptionError({ option: variable, rule: 'not an http(s) URL' })
  return {
    secrets: [user.password, `${user.name}:${user.password}`],
    open(_, { connect, reach: allowed, ...settings }) {
      const host = proxy.hostname.replace(/^\[(.*)\]$/, '$1')
      if (isIP(host) !== 0 && !isWithin(host, allowed))
        throw new OptionError({ option: variable, rule: `${host} is no public address` })
      const { lookup, ...requestTls } = connect
      return new ProxyAgent({ ...(settings as Pool.Options), uri: proxy.href, proxyTls: { ...connect }, requestTls })
    },
  }
}

/** Who a proxy is told that asks; undefined where that is not encoded as in a URL. */
function userOf({ username, password }: URL): { name: string; password: string } | undefined {
  try {
    return { name: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    return undefined
  }
}

/** NO_PROXY: names, with all below them, addresses, either with a port, networks such as 10.0.0.0/8; `*` for all. */
function isExempt({ hostname, port }: URL, variables: Variables): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  const entries = (variables.no_proxy || variables.NO_PROXY || '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
  return entries.some((entry) => {
    if (entry === '*') return true
    const [, network, prefix] = /^\[?([\d.]+|[\da-f:.]*:[\da-f:.]*)\]?\/(\d{1,3})$/.exec(entry) ?? []
    if (network !== undefined) return isInNetwork(host, network, Number(prefix))
    const [, bracketed, plain, entryPort] = /^(?:\[(.+)\]|([^:]*|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? []
    const name = (bracketed ?? plain ?? entry).replace(/^\*?\./, '')
    if (entryPort !== undefined && entryPort !== (port || '443')) return false
    return host === name || host.endsWith(`.${name}`)
  })
}

function isInNetwork(host: string, network: string, prefix: number): boolean {
  const family = isIP(network)
  if (family === 0 || isIP(host) !== family || prefix > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  const type = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(network, prefix, type)
  return list.check(host, type)
}

// Which addresses a connection may go to. A name is judged by the addresses that it resolves to, at the moment of
// connecting: what it resolved to before says nothing (DNS rebinding).

import { lookup as resolveName } from 'node:dns'
import { BlockList, isIPv4, isIPv6, type LookupFunction } from 'node:net'
import { OperationalError } from '../../engine/index.ts'

/** How far connections may go: to this machine, to what the whole internet can reach, or anywhere. */
export type Reach = 'loopback' | 'public' | 'anywhere'

/** A connection was refused because of where it would go. */
class AddressForbidden extends OperationalError {
  override name = 'AddressForbidden'

  constructor(message: string) {
    super(message, { code: 'ADDRESS_FORBIDDEN' })
  }
}

/** A node:net `lookup`: what resolves a host name for a connection. */
export type Lookup = LookupFunction

const LOOPBACK = listOf(['127.0.0.0/8', '::1/128'])

/** IPv4 that is not for everybody: IANA's special-purpose registry, multicast and what is reserved. */
const SPECIAL = listOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10', // behind a carrier's NAT
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local, with the metadata services of most clouds
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])

/** All of IPv6 that is routed on the internet, … */
const GLOBAL_UNICAST = listOf(['2000::/3'])
/** … but for these: protocols (Teredo among them), documentation, and 6to4, which hides an IPv4 address. */
const SPECIAL_UNICAST = listOf(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])
/** An IPv4 address behind a NAT64 gateway, as DNS64 answers in networks that have IPv6 only. */
const NAT64_PREFIX = '64:ff9b::'

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address, prefix] = network.split('/') as [string, string]
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return list
}

/** Whether a connection to an address, as a resolver gives it, stays within reach. What is no address does not. */
export function isWithin(address: string, reach: Reach): boolean {
  if (reach === 'anywhere') return true
  return reach === 'loopback' ? isLoopback(address) : isPublic(address)
}

function isLoopback(address: string): boolean {
  const v4 = embeddedIpv4(address)
  return v4 === undefined ? isIPv6(address) && LOOPBACK.check(address, 'ipv6') : LOOPBACK.check(v4, 'ipv4')
}

function isPublic(address: string): boolean {
  const v4 = embeddedIpv4(address)
  if (v4 !== undefined) return !SPECIAL.check(v4, 'ipv4')
  return isIPv6(address) && GLOBAL_UNICAST.check(address, 'ipv6') && !SPECIAL_UNICAST.check(address, 'ipv6')
}

/** The IPv4 address that is meant: itself, mapped into IPv6, or behind NAT64. */
function embeddedIpv4(address: string): string | undefined {
  if (isIPv4(address)) return address
  const canonical = canonicalIpv6(address)
  const hex = /^(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(canonical)
  if (!hex) return canonical === NAT64_PREFIX ? '0.0.0.0' : undefined
  const [high, low] = [Number.parseInt(hex[1] ?? '0', 16), Number.parseInt(hex[2] as string, 16)]
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

/** In the one form that URLs use: lower case, hexadecimal, the longest run of zeros left out. Empty for no address. */
function canonicalIpv6(address: string): string {
  return isIPv6(address) && !address.includes('%') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : ''
}

/**
 * A `lookup` for connections that refuses a name if any of its addresses is out of reach: a name with one good and one
 * bad address is an attack, or a mistake.
 *
 * @param resolve how names are resolved
 */
export function guardedLookup(reach: Reach, resolve: Lookup = resolveHost): Lookup {
  return (hostname, options, callback) => {
    resolve(hostname, options, (error, found, family) => {
      if (error) return callback(error, found, family)
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address)
      const bad = addresses.find((address) => !isWithin(address, reach))
      if (bad !== undefined || addresses.length === 0) {
        return callback(new AddressForbidden(refusal(hostname, bad, reach)), found, family)
      }
      callback(null, found, family)
    })
  }
}

/** `localhost` is this machine by both of its addresses, whatever a hosts file says: something may listen on one only. */
const resolveHost: Lookup = (hostname, options, callback) => {
  if (hostname !== 'localhost' || options.all !== true) return (resolveName as Lookup)(hostname, options, callback)
  callback(null, LOCALHOST)
}

const LOCALHOST = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

function refusal(hostname: string, address: string | undefined, reach: Reach): string {
  const rule = reach === 'loopback' ? 'which is not this machine' : 'which is not a public address'
  return `${hostname} resolves to ${address ?? 'no address'}, ${rule}`
}

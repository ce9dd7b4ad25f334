// What an IP address is, told from its bytes alone: open to all, open only when the operator lists it, or never dialled.
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

export type AddressKind = {
  reach: 'public' | 'private' | 'never'
  /** What the address is, as the end of a sentence: "a private network address". */
  what: string
  /** The IPv4 address carried inside this IPv6 one; it is judged too. */
  inner?: string
}

export type AddressRange = { bytes: readonly number[]; bits: number }

type Row = [cidr: string, reach: 'private' | 'never', what: string, innerAt?: number]

const METADATA = 'a cloud metadata address'

// First match wins. Sources: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and updates), and the
// metadata addresses documented by AWS, Google, Azure, Oracle and Alibaba. `innerAt` is the byte where an embedded IPv4 begins.
const ROWS: readonly Row[] = [
  ['169.254.0.0/16', 'never', 'a link-local address, where cloud metadata lives'],
  ['168.63.129.16/32', 'never', METADATA],
  ['100.100.100.200/32', 'never', METADATA],
  ['192.0.0.192/32', 'never', METADATA],
  ['fd00:ec2::254/128', 'never', METADATA],
  ['fd00:ec2::23/128', 'never', METADATA],
  ['fd20:ce::254/128', 'never', METADATA],
  ['fd00:c1::a9fe:a9fe/128', 'never', METADATA],
  ['0.0.0.0/8', 'never', 'an unspecified address'],
  ['224.0.0.0/4', 'never', 'a multicast address'],
  ['255.255.255.255/32', 'never', 'the broadcast address'],
  ['::/128', 'never', 'an unspecified address'],
  ['ff00::/8', 'never', 'a multicast address'],
  ['fe80::/10', 'never', 'a link-local address'],
  ['127.0.0.0/8', 'private', 'a loopback address'],
  ['10.0.0.0/8', 'private', 'a private network address'],
  ['172.16.0.0/12', 'private', 'a private network address'],
  ['192.168.0.0/16', 'private', 'a private network address'],
  ['100.64.0.0/10', 'private', 'a carrier-grade NAT address'],
  ['192.0.0.0/24', 'private', 'an address reserved for protocols'],
  ['192.0.2.0/24', 'private', 'a documentation address'],
  ['198.51.100.0/24', 'private', 'a documentation address'],
  ['203.0.113.0/24', 'private', 'a documentation address'],
  ['198.18.0.0/15', 'private', 'a benchmarking address'],
  ['192.88.99.0/24', 'private', 'a 6to4 relay address'],
  ['192.31.196.0/24', 'private', 'an AS112 address'],
  ['192.175.48.0/24', 'private', 'an AS112 address'],
  ['192.52.193.0/24', 'private', 'an AMT address'],
  ['240.0.0.0/4', 'private', 'a reserved address'],
  ['::1/128', 'private', 'a loopback address'],
  ['::ffff:0:0/96', 'private', 'an IPv4-mapped address', 12],
  ['::ffff:0:0:0/96', 'private', 'an IPv4-translated address', 12],
  ['::/96', 'private', 'an IPv4-compatible address', 12],
  ['64:ff9b::/96', 'private', 'a NAT64 address', 12],
  ['64:ff9b:1::/48', 'private', 'a local NAT64 address', 12],
  ['2002::/16', 'private', 'a 6to4 address', 2],
  ['2001::/32', 'private', 'a Teredo address'],
  ['2001::/23', 'private', 'an address reserved for protocols'],
  ['2001:db8::/32', 'private', 'a documentation address'],
  ['3fff::/20', 'private', 'a documentation address'],
  ['2620:4f:8000::/48', 'private', 'an AS112 address'],
  ['fc00::/7', 'private', 'a unique local address'],
  ['fec0::/10', 'private', 'a site-local address'],
]

const PUBLIC: AddressKind = { reach: 'public', what: 'a public address' }
const GLOBAL_UNICAST_V6 = range('2000::/3')
const TABLE = ROWS.map(([cidr, reach, what, innerAt]) => ({ ...range(cidr), reach, what, innerAt }))

/** The 4 or 16 bytes of an address in its plain written form; undefined for anything else, zone ids included. */
export function addressBytes(text: string): readonly number[] | undefined {
  if (isIP(text) === 0 || text.includes('%')) return undefined
  return ipaddr.parse(text).toByteArray()
}

/** Whether the address lies in the range. An IPv4 range never covers an IPv6 address, whatever that embeds. */
export function covers(range: AddressRange, bytes: readonly number[]): boolean {
  if (range.bytes.length !== bytes.length) return false
  const whole = range.bits >> 3
  for (let at = 0; at < whole; at += 1) if (range.bytes[at] !== bytes[at]) return false
  const rest = range.bits & 7
  if (rest === 0) return true
  return ((range.bytes[whole] ?? 0) ^ (bytes[whole] ?? 0)) >> (8 - rest) === 0
}

/** What kind of address these bytes are. */
export function classify(bytes: readonly number[]): AddressKind {
  const row = TABLE.find((entry) => covers(entry, bytes))
  if (row === undefined) {
    if (bytes.length === 4 || covers(GLOBAL_UNICAST_V6, bytes)) return PUBLIC
    return { reach: 'private', what: 'a reserved address' }
  }
  if (row.innerAt === undefined) return { reach: row.reach, what: row.what }
  const inner = bytes.slice(row.innerAt, row.innerAt + 4)
  // A metadata address in disguise stays one: no allow list can open it.
  const reach = classify(inner).reach === 'never' ? 'never' : row.reach
  return { reach, what: row.what, inner: inner.join('.') }
}

/** What a range is when nothing in it may ever be dialled; undefined when some of it may. */
export function neverWhat({ bytes, bits }: AddressRange): string | undefined {
  const kind = bits === bytes.length * 8 ? classify(bytes) : undefined
  if (kind?.reach === 'never') return kind.what
  return TABLE.find((row) => row.reach === 'never' && row.bits <= bits && covers(row, bytes))?.what
}

/** A CIDR in its plain written form, such as `10.2.0.0/16`; the caller has checked the text. */
export function range(cidr: string): AddressRange {
  const [address, bits] = ipaddr.parseCIDR(cidr)
  return { bytes: address.toByteArray(), bits }
}

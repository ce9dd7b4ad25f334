// LOCKKEEPER_EGRESS_ALLOW: the operator's list of private places that may be called.
import ipaddr from 'ipaddr.js'
import { addressBytes, neverWhat, range, type AddressRange } from './address.ts'

export type AllowEntry =
  | { kind: 'host'; host: string; port: number | null }
  | { kind: 'range'; range: AddressRange; port: number | null }

const VARIABLE = 'LOCKKEEPER_EGRESS_ALLOW'

/** Names of cloud metadata services; refused before DNS and never to be allowed. */
export const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
  'instance-data',
  'instance-data.ec2.internal',
  'rancher-metadata',
])

/** Reads a list such as `wiki.corp:8090, 127.0.0.1:8090, [::1]:8090, 10.2.0.0/16`. Throws an Error with a plain sentence on a bad entry. */
export function parseEgressAllow(text: string): AllowEntry[] {
  return text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(parseEntry)
}

/** Whether the list opens this host name or address (bytes) at this port. */
export function isListed(
  allow: readonly AllowEntry[],
  place: { host?: string; bytes?: readonly number[]; port: number },
  coversBytes: (range: AddressRange, bytes: readonly number[]) => boolean,
): boolean {
  return allow.some((entry) => {
    if (entry.port !== null && entry.port !== place.port) return false
    if (entry.kind === 'host') return entry.host === place.host
    return place.bytes !== undefined && coversBytes(entry.range, place.bytes)
  })
}

function parseEntry(entry: string): AllowEntry {
  if (entry.includes('://')) throw bad(entry, 'it carries a scheme; write the host and, if you like, a port')
  if (entry.includes('/')) return parseRange(entry)
  const { host, port } = splitPort(entry)
  const bytes = addressBytes(host)
  if (bytes !== undefined) {
    const single = { bytes, bits: bytes.length * 8 }
    refuseNever(entry, single)
    return { kind: 'range', range: single, port }
  }
  return { kind: 'host', host: readHost(entry, host), port }
}

function parseRange(entry: string): AllowEntry {
  if (!ipaddr.isValidCIDR(entry) || addressBytes(entry.slice(0, entry.indexOf('/'))) === undefined) {
    throw bad(entry, 'it is no network such as 10.2.0.0/16 (a network takes no port)')
  }
  const [address] = ipaddr.parseCIDR(entry)
  const network = (address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(entry)
  if (network.toString() !== address.toString()) {
    throw bad(entry, `its host bits are set; write ${network.toString()}${entry.slice(entry.indexOf('/'))}`)
  }
  const parsed = range(entry)
  // A wider network may contain metadata addresses; those stay refused when they are judged.
  refuseNever(entry, parsed)
  return { kind: 'range', range: parsed, port: null }
}

function splitPort(entry: string): { host: string; port: number | null } {
  if (addressBytes(entry) !== undefined) return { host: entry, port: null }
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(entry)
  const host = match?.[1] ?? ''
  const port = match?.[2] === undefined ? null : Number(match[2])
  if (host === '' || (port !== null && (port < 1 || port > 65_535))) {
    throw bad(entry, 'it is none of host, host:port, address, address:port, [IPv6]:port or network')
  }
  if (!host.startsWith('[')) return { host, port }
  const inner = host.slice(1, -1)
  if (addressBytes(inner)?.length !== 16) throw bad(entry, 'there is no IPv6 address between the brackets')
  return { host: inner, port }
}

function readHost(entry: string, text: string): string {
  const host = URL.parse(`http://${text}/`)?.hostname.replace(/\.$/, '') ?? ''
  if (/[@?#%\\]/.test(text) || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host)) {
    throw bad(entry, 'it is no host name; wildcards are not accepted here')
  }
  const bytes = addressBytes(host)
  if (bytes !== undefined) throw bad(entry, `write the address in its plain form, ${host}`)
  if (METADATA_NAMES.has(host)) throw bad(entry, 'cloud metadata can never be allowed')
  return host
}

function refuseNever(entry: string, range: AddressRange): void {
  const what = neverWhat(range)
  if (what !== undefined) throw bad(entry, `it is ${what}, which can never be allowed`)
}

function bad(entry: string, why: string): Error {
  return new Error(`${VARIABLE}: the entry ${JSON.stringify(entry.slice(0, 100))} cannot be used: ${why}.`)
}

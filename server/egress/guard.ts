// The guard's judgement: may this URL be called at all? Pure, but for DNS, which the caller lends. Dials nothing.
// Order: raw text, scheme, user info, host, own address, name list, port, literal address, then one resolution with every answer judged.
import { isIP } from 'node:net'
import { addressBytes, classify, covers } from './address.ts'
import { isListed, METADATA_NAMES, type AllowEntry } from './allow.ts'

export { parseEgressAllow, type AllowEntry } from './allow.ts'

export type Address = { address: string; family: 4 | 6 }
export type Resolver = (host: string) => Promise<Address[]>
/** `ownOrigins` are Lockkeeper's own listening address and public URL: calling them would loop, so they are refused. Replace the lists, never change them in place. */
export type EgressRules = { allow: readonly AllowEntry[]; ownOrigins: readonly string[] }

export type RefusalCode =
  | 'egress-malformed'
  | 'egress-scheme'
  | 'egress-user-info'
  | 'egress-port'
  | 'egress-own-address'
  | 'egress-name'
  | 'egress-metadata'
  | 'egress-private'
  | 'dns-not-found'
  | 'dns-failed'
export type Refusal = { allowed: false; code: RefusalCode; reason: string }
/** A URL that stands so far: `literal` when its host is an address (no DNS needed), `local` when each answer must be listed by the operator. */
export type Candidate = { allowed: true; url: URL; port: number; literal?: Address; local: boolean }
export type Verdict = { allowed: true; url: URL; addresses: Address[] } | Refusal

const MAX_URL_LENGTH = 16_384
// WHATWG parsing would strip, fold or move these; parsers disagree about the host then, so the text is refused as it stands.
// oxlint-disable-next-line no-control-regex
const TREACHEROUS = /[\u0000-\u0020\u007f\\]/
const HOST_NAME = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/
const UNROUTED_NAME = /(^|\.)(onion|i2p)$/
const LOCAL_NAME = /^[^.]+$|\.(localhost|localdomain|local|internal|intranet|lan|home\.arpa)$/

// The ports the Fetch standard blocks (https://fetch.spec.whatwg.org/#port-blocking): other protocols that could be talked into.
const BLOCKED_PORTS: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
])

/** Judges what can be told without DNS. The URL comes back canonical: punycode, lower case, no trailing dot, no fragment. */
export function judgeUrl(raw: string, rules: EgressRules): Candidate | Refusal {
  const url = readUrl(raw)
  if (!(url instanceof URL)) return url
  const port = portOf(url)
  const host = bareHost(url)
  const family = isIP(host)
  if (isOwn(rules, host, port))
    return refuse('egress-own-address', `${url.host} is Lockkeeper itself and may not be called.`)
  const listed = isListed(rules.allow, { host, port }, covers)
  if (family === 4 || family === 6) {
    const refusal = judgeAddress(host, { host, port, listed: false, local: false }, rules)
    return (
      refusal ??
      judgePort(url, port, true, rules) ?? {
        allowed: true,
        url,
        port,
        literal: { address: host, family },
        local: false,
      }
    )
  }
  const local = LOCAL_NAME.test(host) && !listed
  const refusal = judgeName(host, port, local, rules) ?? judgePort(url, port, listed, rules)
  return refusal ?? { allowed: true, url, port, local }
}

/** Judges a URL completely: one resolution at most, every answer judged. Only the returned addresses may be dialled. */
export async function judge(raw: string, rules: EgressRules, resolve: Resolver): Promise<Verdict> {
  const candidate = judgeUrl(raw, rules)
  if (!candidate.allowed) return candidate
  if (candidate.literal !== undefined) return { allowed: true, url: candidate.url, addresses: [candidate.literal] }
  return resolveCandidate(candidate, rules, resolve)
}

/** The DNS half of `judge`, for a candidate that is a name. */
export async function resolveCandidate(candidate: Candidate, rules: EgressRules, resolve: Resolver): Promise<Verdict> {
  const { url, port, local } = candidate
  const host = url.hostname
  let addresses: Address[]
  try {
    addresses = await resolve(host)
  } catch (error) {
    if (isNotFound(error))
      return refuse('dns-not-found', `${host} has no address in DNS. Check the spelling of the host.`)
    return refuse('dns-failed', `DNS could not be asked for ${host} (${errorCode(error)}). It may work later.`)
  }
  if (addresses.length === 0)
    return refuse('dns-not-found', `${host} has no address in DNS. Check the spelling of the host.`)
  const listed = isListed(rules.allow, { host, port }, covers)
  for (const { address } of addresses) {
    const refusal = judgeAddress(address, { host, port, listed, local }, rules)
    if (refusal !== undefined) return refusal
  }
  return { allowed: true, url, addresses }
}

function readUrl(raw: string): URL | Refusal {
  if (raw.length > MAX_URL_LENGTH)
    return refuse('egress-malformed', `The URL is longer than ${MAX_URL_LENGTH} characters.`)
  if (TREACHEROUS.test(raw)) {
    return refuse(
      'egress-malformed',
      'The URL contains a space, a control character or a backslash; encode them or take them out.',
    )
  }
  if (!/^https?:/i.test(raw)) return refuse('egress-scheme', 'Only http and https URLs may be called.')
  const authority = /^https?:\/\/([^/?#]+)/i.exec(raw)?.[1]
  if (authority === undefined) return refuse('egress-malformed', 'The URL has no host after the two slashes.')
  if (authority.includes('@')) {
    return refuse(
      'egress-user-info',
      'The URL carries a user name or password before the host; use a credential instead.',
    )
  }
  const url = URL.parse(raw)
  if (url === null) return refuse('egress-malformed', 'The URL cannot be read: its host or port is not valid.')
  url.hash = ''
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1)
  const host = bareHost(url)
  if (isIP(host) === 0 && (host.length > 253 || !HOST_NAME.test(host))) {
    return refuse('egress-malformed', 'The host of the URL is no valid host name.')
  }
  return url
}

function judgePort(url: URL, port: number, listed: boolean, rules: EgressRules): Refusal | undefined {
  if (!BLOCKED_PORTS.has(port)) return undefined
  const explicit = rules.allow.filter((entry) => entry.port === port)
  const host = bareHost(url)
  const bytes = addressBytes(host)
  if (listed && isListed(explicit, bytes ? { bytes, port } : { host, port }, covers)) return undefined
  return refuse('egress-port', `Port ${port} of ${url.hostname} belongs to another protocol and may not be called.`)
}

function judgeName(host: string, port: number, local: boolean, rules: EgressRules): Refusal | undefined {
  if (METADATA_NAMES.has(host))
    return refuse('egress-metadata', `${host} is a cloud metadata name and may never be called.`)
  if (UNROUTED_NAME.test(host))
    return refuse('egress-name', `${host} belongs to a network that Lockkeeper does not reach.`)
  // A local name goes on to DNS only if the operator opened addresses at this port; each answer must then be one of them.
  const mayBeListed = rules.allow.some(
    (entry) => entry.kind === 'range' && (entry.port === null || entry.port === port),
  )
  if (local && !mayBeListed) return refuse('egress-name', `${host} is a local name. ${howToOpen(host, port)}`)
  return undefined
}

type Place = { host: string; port: number; listed: boolean; local: boolean }

function judgeAddress(address: string, place: Place, rules: EgressRules): Refusal | undefined {
  const { host, port } = place
  const bytes = addressBytes(address)
  if (bytes === undefined) return refuse('egress-private', `${host} leads to an address that cannot be read.`)
  const kind = classify(bytes)
  // The answer itself is left out of the sentence: names must not map an inner network for whoever asks.
  const subject = host === address ? `${address} is` : `${host} leads to`
  if (kind.reach === 'never') return refuse('egress-metadata', `${subject} ${kind.what} and may never be called.`)
  if (isOwn(rules, address, port))
    return refuse('egress-own-address', `${subject} Lockkeeper itself and may not be called.`)
  if (kind.reach === 'public' && !place.local) return undefined
  const open = place.listed || isListed(rules.allow, { bytes, port }, covers)
  if (open && isInnerOpen(kind.inner, place, rules)) return undefined
  return refuse('egress-private', `${subject} ${kind.what}. ${howToOpen(host, port)}`)
}

/** An embedded IPv4 address (NAT64 and the like) must itself be public or listed. */
function isInnerOpen(inner: string | undefined, place: Place, rules: EgressRules): boolean {
  const bytes = inner === undefined ? undefined : addressBytes(inner)
  if (bytes === undefined) return true
  return (
    classify(bytes).reach === 'public' || place.listed || isListed(rules.allow, { bytes, port: place.port }, covers)
  )
}

type OwnPlace = { host: string; port: number }
const OWN_PLACES = new WeakMap<readonly string[], OwnPlace[]>()

function ownPlaces({ ownOrigins }: EgressRules): OwnPlace[] {
  const known = OWN_PLACES.get(ownOrigins)
  if (known !== undefined) return known
  const places = ownOrigins.map((origin) => {
    const url = new URL(origin)
    return { host: bareHost(url).replace(/\.$/, ''), port: portOf(url) }
  })
  OWN_PLACES.set(ownOrigins, places)
  return places
}

function isOwn(rules: EgressRules, host: string, port: number): boolean {
  return ownPlaces(rules).some((own) => {
    if (own.host === host) return own.port === port || (isWebPort(own.port) && isWebPort(port))
    // Listening on every address, or on localhost, is listening on loopback.
    return own.port === port && ['0.0.0.0', '::', 'localhost'].includes(own.host) && isLoopback(host)
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function isWebPort(port: number): boolean {
  return port === 80 || port === 443
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

function bareHost(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
}

function howToOpen(host: string, port: number): string {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  return `An operator can open it by adding ${place} to LOCKKEEPER_EGRESS_ALLOW.`
}

function isNotFound(error: unknown): boolean {
  return ['ENOTFOUND', 'ENODATA', 'NOTFOUND'].includes(errorCode(error))
}

function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return 'unknown error'
}

function refuse(code: RefusalCode, reason: string): Refusal {
  return { allowed: false, code, reason }
}

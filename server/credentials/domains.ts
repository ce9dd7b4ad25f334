// Where a credential's secret may travel: exact hosts and wildcards below a domain, compared on the canonical host.
import { isIP } from 'node:net'
import { parse } from 'tldts'

/** `host` is punycode, lower case, IPv6 in brackets; without the `*.` of a wildcard. `port` null means the scheme's own port. */
export type Domain = { host: string; wildcard: boolean; port: number | null }
/** `normalised` is what is stored; `note` says what was changed, `suggestion` what would be accepted instead. */
export type ParsedDomain =
  | { ok: true; domain: Domain; normalised: string; note?: string }
  | { ok: false; reason: string; suggestion?: string }
export type DomainMatcher = (url: string, options: { allowHttp: boolean }) => DomainMatch
export type DomainMatch = { allowed: true; domain: string } | { allowed: false; reason: string }

const HOST_NAME = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/
// WHATWG parsing would strip, fold or move these; parsers disagree about the host then.
// oxlint-disable-next-line no-control-regex
const TREACHEROUS = /[\u0000-\u0020\u007f\\]/

/** Reads one entry of a domain list. A pasted `https://host/` becomes its host; everything unclear is refused with a reason. */
export function parseDomain(text: string): ParsedDomain {
  const entry = text.trim()
  if (entry === '') return refuse('The domain is empty.')
  if (entry.includes('://')) return fromUrl(entry)
  if (TREACHEROUS.test(entry) || /[/?#@%]/.test(entry)) {
    return refuse(`${quoted(entry)} must be a host with an optional port: no path, user name, space or percent sign.`)
  }
  const wildcard = entry.startsWith('*.')
  const place = splitPort(wildcard ? entry.slice(2) : entry)
  if (place === undefined)
    return refuse(`${quoted(entry)} has no valid port: use a number from 1 to 65535 after the colon.`)
  const host = readHost(place.host, entry)
  if (typeof host !== 'string') return host
  const reason = judgeHost(host, wildcard, entry)
  if (reason !== undefined) return refuse(reason)
  const domain = { host, wildcard, port: place.port }
  const normalised = printDomain(domain)
  if (/[^\u0020-\u007e]/.test(entry))
    return { ok: true, domain, normalised, note: `Stored in its ASCII form, ${normalised}.` }
  return { ok: true, domain, normalised }
}

/** The stored form; reading it again gives the same domain. */
export function printDomain({ host, wildcard, port }: Domain): string {
  return `${wildcard ? '*.' : ''}${host}${port === null ? '' : `:${port}`}`
}

/** Whether a secret may be sent to this URL. Entries that cannot be read match nothing; an empty list denies everything. */
export function matchesDomains(url: string, domains: readonly string[], options: { allowHttp: boolean }): DomainMatch {
  return domainMatcher(domains)(url, options)
}

/** `matchesDomains` for one list and many URLs: the list is read once. */
export function domainMatcher(domains: readonly string[]): DomainMatcher {
  const entries = domains.map(parseDomain).filter((entry) => entry.ok)
  return (url, { allowHttp }) => {
    const target = readTarget(url)
    if (!('host' in target)) return { allowed: false, reason: target.reason }
    const found = entries.find((entry) => covers(entry.domain, target))
    if (found === undefined)
      return { allowed: false, reason: `${target.shown} is not allowed. ${allowedList(domains)}` }
    if (target.scheme === 'http' && !allowHttp)
      return { allowed: false, reason: `${target.shown} would be called over http, in clear text; use https.` }
    return { allowed: true, domain: found.normalised }
  }
}

type Target = { scheme: 'http' | 'https'; host: string; port: number; isDefaultPort: boolean; shown: string }

function covers(domain: Domain, target: Target): boolean {
  const isPort = domain.port === null ? target.isDefaultPort : domain.port === target.port
  if (!isPort) return false
  if (!domain.wildcard) return domain.host === target.host
  return isIP(target.host) === 0 && target.host.endsWith(`.${domain.host}`)
}

function readTarget(raw: string): Target | { reason: string } {
  if (TREACHEROUS.test(raw)) return { reason: 'The URL contains a space, a control character or a backslash.' }
  const authority = /^https?:\/\/([^/?#]+)/i.exec(raw)?.[1]
  if (authority === undefined) return { reason: 'The URL is not a complete http or https URL.' }
  if (authority.includes('@')) return { reason: 'The URL carries a user name or password.' }
  const url = URL.parse(raw)
  if (url === null) return { reason: 'The URL cannot be read.' }
  const host = url.hostname.replace(/\.$/, '')
  if (!host.startsWith('[') && !HOST_NAME.test(host)) return { reason: 'The host of the URL is no valid host name.' }
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const defaultPort = scheme === 'https' ? 443 : 80
  const port = url.port === '' ? defaultPort : Number(url.port)
  return { scheme, host, port, isDefaultPort: port === defaultPort, shown: url.host }
}

/** A whole URL of a site's root means its host. One with a path would be widened by taking the host, so it is only offered. */
function fromUrl(entry: string): ParsedDomain {
  const url = TREACHEROUS.test(entry) ? null : URL.parse(entry)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  const bare = isWeb && url.username === '' && url.password === '' ? parseDomain(url.host) : undefined
  if (bare?.ok !== true) return refuse(`${quoted(entry)} is no host. Write the host alone, such as api.example.com.`)
  if (/^https:\/\/[^/?#@]+\/$/i.test(entry)) return { ...bare, note: `Shortened to the host, ${bare.normalised}.` }
  return {
    ...refuse(`${quoted(entry)} is a URL. Write the host alone: ${bare.normalised}.`),
    suggestion: bare.normalised,
  }
}

function splitPort(text: string): { host: string; port: number | null } | undefined {
  if (isIP(text) === 6) return { host: `[${text}]`, port: null }
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text)
  if (match?.[1] === undefined) return undefined
  const port = match[2] === undefined ? null : Number(match[2])
  return port !== null && (port < 1 || port > 65_535) ? undefined : { host: match[1], port }
}

function readHost(text: string, entry: string): string | ParsedDomain {
  if (text.startsWith('.')) {
    return {
      ...refuse(`${quoted(entry)} begins with a dot. For every host below it write *${text}.`),
      suggestion: `*${text}`,
    }
  }
  if (text.includes('*')) return refuse(`${quoted(entry)}: a star may only stand at the beginning, as *.example.com.`)
  const host = URL.parse(`https://${text}/`)?.hostname.replace(/\.$/, '')
  if (host === undefined || host.length > 253) return refuse(`${quoted(entry)} is no valid host.`)
  if (host.startsWith('[')) return host
  if (!HOST_NAME.test(host)) return refuse(`${quoted(entry)} is no valid host.`)
  if (isIP(host) !== 0 && host !== text.replace(/\.$/, '')) {
    return { ...refuse(`${quoted(entry)} is another spelling of ${host}. Write it plainly.`), suggestion: host }
  }
  return host
}

function judgeHost(host: string, wildcard: boolean, entry: string): string | undefined {
  const isAddress = host.startsWith('[') || isIP(host) !== 0
  if (isAddress) return wildcard ? `${quoted(entry)}: a wildcard cannot stand before an address.` : undefined
  const { publicSuffix, isIcann } = parse(host, { allowPrivateDomains: true, validateHostname: false })
  if (publicSuffix !== host) return undefined
  if (wildcard) return `${quoted(entry)} covers hosts of many owners. Name a domain of your own, such as *.example.com.`
  return isIcann === true ? `${quoted(entry)} is a public suffix, not a host.` : undefined
}

function allowedList(domains: readonly string[]): string {
  if (domains.length === 0) return 'No domain is allowed yet.'
  const shown = domains.slice(0, 10).join(', ')
  return domains.length > 10 ? `Allowed: ${shown} and ${domains.length - 10} more.` : `Allowed: ${shown}.`
}

function quoted(text: string): string {
  // What was pasted may hold a password or a key.
  if (/[@?#]/.test(text)) return 'The entry'
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}

function refuse(reason: string): { ok: false; reason: string } {
  return { ok: false, reason }
}

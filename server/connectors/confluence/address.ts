/** Every form in which people paste a Confluence address, brought to one. */
import { Problem } from '#server/platform/problem.ts'

export type Site = {
  /** https://host[:port], what the person sees and what links point at. */
  origin: string
  /** Where the REST API starts: `${origin}/wiki` on Cloud. */
  base: string
  /** What was taken away from the pasted text, for the person to see; empty when nothing was. */
  note: string
}

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i
const HOST = /^([a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]+\])$/
/** The vendor's addresses that are nobody's site. */
const NO_SITES: ReadonlySet<string> = new Set(['atlassian.net', 'api.atlassian.com', 'id.atlassian.com'])

/**
 * `foo`, `foo.atlassian.net`, `https://foo.atlassian.net/wiki/spaces/X/pages/1`, a custom domain, `http://127.0.0.1:8090`:
 * all become the site's origin and base. Path, query and fragment of a pasted page address are dropped and noted; user
 * info, other schemes and ports on atlassian.net are refused with what to type instead.
 */
export function cloudSite(text: string): Site {
  const trimmed = text.trim()
  const url = parse(LABEL.test(trimmed) ? `${trimmed}.atlassian.net` : trimmed)
  const isVendor = url.hostname === 'atlassian.net' || url.hostname.endsWith('.atlassian.net')
  if (isVendor && url.port !== '') throw refused(`${url.hostname} has no port ${url.port}. Type ${url.hostname}.`)
  if (NO_SITES.has(url.hostname))
    throw refused(`${url.hostname} is not a site. Type the site's own address, such as your-site.atlassian.net.`)
  if (isVendor) url.protocol = 'https:'
  const extra = url.pathname.replace(/^\/wiki(\/|$)/, '/').replace(/\/+$/, '') + url.search + url.hash
  const note =
    extra === '' ? '' : `Only ${url.host} is used; the rest of what was pasted (a page's address?) is dropped.`
  return { origin: url.origin, base: `${url.origin}/wiki`, note }
}

/** A web address with a plain host, lower case, in its ASCII form, without the dot of a fully qualified name. */
function parse(text: string): URL {
  if (text === '') throw refused('Give the address, such as your-site.atlassian.net.')
  // oxlint-disable-next-line no-control-regex
  if (/[\s\u0000-\u001f\u007f\\]/.test(text))
    throw refused('An address has no spaces, line breaks or backslashes. Type it as your-site.atlassian.net.')
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]
  const rest = scheme === undefined ? text : text.slice(scheme.length + 3)
  // Not repeated in the sentence: what stands before the @ may be a password.
  if (/^[^/?#]*@/.test(rest))
    throw refused('The address must not hold a user name or password. Type the host alone; they have their own fields.')
  if (scheme !== undefined && !/^https?$/i.test(scheme))
    throw refused(`${scheme}:// is not how Confluence is reached. Type it as https://your-site.atlassian.net.`)
  const url = URL.parse(`${scheme ?? 'https'}://${rest}`)
  if (url?.hostname.endsWith('.') === true) url.hostname = url.hostname.slice(0, -1)
  if (url === null || !HOST.test(url.hostname))
    throw refused(
      `${JSON.stringify(rest.split(/[/?#]/)[0]?.slice(0, 100))} is no host. Type it as your-site.atlassian.net.`,
    )
  return url
}

function refused(detail: string): Problem {
  return new Problem(422, 'bad-address', detail, { errors: [{ path: 'settings.url', message: detail }] })
}

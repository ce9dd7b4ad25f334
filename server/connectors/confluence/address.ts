/** Every form in which people paste a Confluence address, brought to one. */
import { Problem } from '#server/platform/problem.ts'

export type Site = {
  /** https://host[:port]. */
  origin: string
  /** What the person sees, and what is stored: the origin on Cloud, with the context path on Data Center. */
  url: string
  /** Where the REST API starts, and what the addresses of pages start with: `${origin}/wiki` on Cloud. */
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
  const url = parse(LABEL.test(trimmed) ? `${trimmed}.atlassian.net` : trimmed, 'your-site.atlassian.net')
  const isVendor = url.hostname === 'atlassian.net' || url.hostname.endsWith('.atlassian.net')
  if (isVendor && url.port !== '') throw refused(`${url.hostname} has no port ${url.port}. Type ${url.hostname}.`)
  if (NO_SITES.has(url.hostname))
    throw refused(`${url.hostname} is not a site. Type the site's own address, such as your-site.atlassian.net.`)
  if (isVendor) url.protocol = 'https:'
  const extra = url.pathname.replace(/^\/wiki(\/|$)/, '/').replace(/\/+$/, '') + url.search + url.hash
  const note =
    extra === '' ? '' : `Only ${url.host} is used; the rest of what was pasted (a page's address?) is dropped.`
  return { origin: url.origin, url: url.origin, base: `${url.origin}/wiki`, note }
}

/** What the path of a Confluence goes on with after its context path: of a pasted page's address, all from there on is dropped. */
const OWN_PATHS =
  /\/(?:(?:display|pages|spaces|rest|download|label|people|plugins|admin|s|x|calendar|questions)(?=\/|$)|[a-z0-9-]+\.action(?=[/;]|$)).*$/i

/**
 * `https://wiki.example.com`, `wiki.example.com:8090/confluence`, the address of a page: origin and context path of a Data
 * Center. What follows the context path is dropped and noted. A site of the vendor's cloud is refused.
 */
export function dataCenterSite(text: string): Site {
  const url = parse(text.trim(), 'https://wiki.example.com')
  if (url.hostname === 'atlassian.net' || url.hostname.endsWith('.atlassian.net'))
    throw refused(`${url.hostname} is Confluence Cloud. Choose Cloud as the deployment.`)
  const context = url.pathname
    .replace(OWN_PATHS, '')
    .replace(/\/{2,}/g, '/')
    .replace(/\/+$/, '')
  const base = `${url.origin}${context}`
  const isWhole = url.pathname.replace(/\/+$/, '') === context && url.search === '' && url.hash === ''
  const note = isWhole ? '' : `Only ${base} is used; the rest of what was pasted (a page's address?) is dropped.`
  return { origin: url.origin, url: base, base, note }
}

/** A web address with a plain host, lower case, in its ASCII form, without the dot of a fully qualified name. */
function parse(text: string, example: string): URL {
  const host = example.replace('https://', '')
  if (text === '') throw refused(`Give the address, such as ${host}.`)
  // oxlint-disable-next-line no-control-regex
  if (/[\s\u0000-\u001f\u007f\\]/.test(text))
    throw refused(`An address has no spaces, line breaks or backslashes. Type it as ${host}.`)
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]
  const rest = scheme === undefined ? text : text.slice(scheme.length + 3)
  // Not repeated in the sentence: what stands before the @ may be a password.
  if (/^[^/?#]*@/.test(rest))
    throw refused('The address must not hold a user name or password. Type the host alone; they have their own fields.')
  if (scheme !== undefined && !/^https?$/i.test(scheme))
    throw refused(`${scheme}:// is not how Confluence is reached. Type it as https://${host}.`)
  const url = URL.parse(`${scheme ?? 'https'}://${rest}`)
  if (url?.hostname.endsWith('.') === true) url.hostname = url.hostname.slice(0, -1)
  if (url === null || !HOST.test(url.hostname))
    throw refused(`${JSON.stringify(rest.split(/[/?#]/)[0]?.slice(0, 100))} is no host. Type it as ${host}.`)
  return url
}

function refused(detail: string): Problem {
  return new Problem(422, 'bad-address', detail, { errors: [{ path: 'settings.url', message: detail }] })
}

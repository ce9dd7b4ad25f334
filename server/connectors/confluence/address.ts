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

/**
 * `foo`, `foo.atlassian.net`, `https://foo.atlassian.net/wiki/spaces/X/pages/1`, a custom domain, `http://127.0.0.1:8090`:
 * all become the site's origin and base. Path, query and fragment of a pasted page address are dropped and noted; user
 * info, other schemes and ports on atlassian.net are refused with what to type instead.
 */
export function cloudSite(text: string): Site {
  const trimmed = text.trim()
  const url = parse(LABEL.test(trimmed) ? `${trimmed}.atlassian.net` : trimmed)
  if (url.username !== '' || url.password !== '')
    throw refused(
      `The address must not hold a user name or password. Type ${url.host} and put them in their own fields.`,
    )
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refused(
      `${url.protocol}// is not how Confluence is reached. Type https://${url.host || 'your-site.atlassian.net'}.`,
    )
  const isVendor = url.hostname === 'atlassian.net' || url.hostname.endsWith('.atlassian.net')
  if (isVendor && url.port !== '') throw refused(`${url.hostname} has no port ${url.port}. Type ${url.hostname}.`)
  if (url.hostname === 'atlassian.net' || url.hostname === 'api.atlassian.com' || url.hostname === 'id.atlassian.com')
    throw refused(`${url.hostname} is not a site. Type the site's own address, such as your-site.atlassian.net.`)
  if (isVendor) url.protocol = 'https:'
  const extra = url.pathname.replace(/^\/wiki(\/|$)/, '/').replace(/\/+$/, '') + url.search + url.hash
  const note =
    extra === '' ? '' : `Only ${url.host} is used; the rest of what was pasted (a page's address?) is dropped.`
  return { origin: url.origin, base: `${url.origin}/wiki`, note }
}

function parse(text: string): URL {
  // oxlint-disable-next-line no-control-regex
  if (text === '' || /[\s\u0000-\u001f\\]/.test(text))
    throw refused('An address has no spaces, line breaks or backslashes. Type it as your-site.atlassian.net.')
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.parse(withScheme)
  if (url === null || url.hostname === '')
    throw refused(`${JSON.stringify(text.slice(0, 100))} is not an address. Type it as your-site.atlassian.net.`)
  return url
}

function refused(detail: string): Problem {
  return new Problem(422, 'bad-address', detail, { errors: [{ path: 'settings.url', message: detail }] })
}

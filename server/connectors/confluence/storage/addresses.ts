/** What the links of a page need: turn references into addresses. */
export type LinkContext = {
  /** Where Confluence is, for example `https://site.atlassian.net/wiki`. */
  baseUrl: string
  /** Key of the page's own space: links that name no space are in it. */
  spaceKey?: string | undefined
  /** External id of the page itself: its attachments are below it. */
  pageId?: string | undefined
  /** Names of people by account id, where they are known. */
  names?: ReadonlyMap<string, string> | undefined
}

/**
 * The address as it may stand in a document, or undefined for one that is not http, https, mailto or relative.
 * Browsers drop tabs, line breaks and leading control characters, so they go before the scheme is read.
 */
export function safeUrl(url: string, context: LinkContext): string | undefined {
  // oxlint-disable-next-line no-control-regex
  const clean = url.replace(/[\0-\x1f\x7f]+/g, '').trim()
  if (clean === '') return undefined
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(clean)?.[1]?.toLowerCase()
  if (scheme !== undefined) return scheme === 'http' || scheme === 'https' || scheme === 'mailto' ? clean : undefined
  if (clean.startsWith('/') && !clean.startsWith('//')) return originOf(context.baseUrl) + clean
  return clean
}

/** Address of a page by title. Without a space Confluence has no such address, so it is a search for the title. */
export function pageUrl(context: LinkContext, title: string, spaceKey?: string, anchor?: string): string {
  const key = spaceKey || context.spaceKey
  const suffix = anchor ? `#${encodeFragment(anchor)}` : ''
  if (!key) return `${base(context)}/search?text=${encodeTitle(title)}${suffix}`
  return `${base(context)}/display/${encodeTitle(key)}/${encodeTitle(title)}${suffix}`
}

/** Address of a blog post; `day` is `YYYY/MM/DD` as storage format has it. */
export function blogPostUrl(context: LinkContext, title: string, day: string, spaceKey?: string): string {
  const path = /^(\d{4})[/-](\d{2})[/-](\d{2})/.exec(day)
  return pageUrl(context, title, spaceKey).replace(/\/([^/]*)$/, path ? `/${path[1]}/${path[2]}/${path[3]}/$1` : '/$1')
}

/** Address of any content by its id. */
export function contentUrl(context: LinkContext, id: string): string {
  return `${base(context)}/pages/viewpage.action?pageId=${encodeURIComponent(id)}`
}

/** Address of a space's front page. */
export function spaceUrl(context: LinkContext, key: string): string {
  return `${base(context)}/display/${encodeTitle(key)}`
}

/** Address of an attachment's bytes; a relative one where the page's id is not known. */
export function attachmentUrl(context: LinkContext, filename: string, pageId = context.pageId): string {
  const name = encodeComponent(filename)
  return pageId ? `${base(context)}/download/attachments/${encodeURIComponent(pageId)}/${name}` : name
}

/** Address of a Jira issue on the same Cloud site, undefined elsewhere: only the site knows its application links. */
export function jiraIssueUrl(context: LinkContext, key: string): string | undefined {
  const origin = originOf(context.baseUrl)
  return origin.endsWith('.atlassian.net') ? `${origin}/browse/${encodeComponent(key)}` : undefined
}

/** `#anchor` with the characters that may stand in one kept readable. */
export function encodeFragment(anchor: string): string {
  return anchor.replace(/[\s<>"`\\^{|}]/g, (character) => encodeComponent(character))
}

/** The page id in an address of this Confluence (`…/pages/123/Title`, `?pageId=123`), or the address itself. */
export function linkTarget(context: LinkContext, url: string): string | undefined {
  if (!/^https?:\/\//i.test(url)) return undefined
  if (!url.startsWith(base(context))) return url
  return /\/pages\/(?:edit-v2\/)?(\d+)(?:[/?#]|$)|[?&]pageId=(\d+)/.exec(url)?.slice(1).find(Boolean) ?? url
}

function base(context: LinkContext): string {
  return context.baseUrl.endsWith('/') ? context.baseUrl.slice(0, -1) : context.baseUrl
}

function originOf(baseUrl: string): string {
  return /^https?:\/\/[^/?#]+/i.exec(baseUrl)?.[0] ?? ''
}

function encodeTitle(title: string): string {
  return encodeComponent(title).replaceAll('%20', '+')
}

/** encodeURIComponent throws on half a surrogate pair, which a broken page may hold. */
function encodeComponent(value: string): string {
  return encodeURIComponent(value.toWellFormed())
}

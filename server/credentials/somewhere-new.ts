/**
 * What a change of a credential's limits would open: places or ways for the stored secret that it could not go before. Who
 * wants one of them gives the secret again, so that nobody leads away a secret that he does not know.
 */
import type { CredentialKind } from '#schema/credential.ts'
import { Problem } from '#server/platform/problem.ts'
import { parseDomain, type Domain } from './domains.ts'

/** What decides where a secret goes, and on which header. */
export type Limits = {
  kind: CredentialKind
  header: string | null
  domains: readonly string[]
  allowHttp: boolean
}

/** The field that opens something, and what it opens, to follow "because". */
export type News = { path: string; because: string }

/** The field of each kind that holds its secret, as requests name it. */
export const SECRET_PATH: Record<CredentialKind, string> = {
  basic: 'basic.password',
  bearer: 'bearer.token',
  custom: 'custom.value',
}

/** What `next` opens that `old` did not; empty when the stored secret stays within what it was given for. */
export function somewhereNew(old: Limits, next: Limits): News[] {
  const news: News[] = []
  if (next.kind !== old.kind) news.push({ path: 'kind', because: 'the kind changes' })
  else if (next.kind === 'custom' && lower(next.header) !== lower(old.header))
    news.push({ path: 'custom.header', because: 'the header changes' })
  const known = old.domains.flatMap((entry) => readDomain(entry, next.allowHttp))
  next.domains.forEach((entry, index) => {
    const opened = readDomain(entry, next.allowHttp).filter((domain) => !known.some((one) => includes(one, domain)))
    if (opened.length > 0) news.push({ path: `domains.${index}`, because: `${entry} is added` })
  })
  if (next.allowHttp && !old.allowHttp) news.push({ path: 'allowHttp', because: 'http is allowed' })
  return news
}

/** The 422 that asks for the secret again; its `errors` name the field that the secret goes into. */
export function secretNeeded(name: string, kind: CredentialKind, news: readonly News[]): Problem {
  const reasons = news.slice(0, 3).map(({ because }) => because)
  const more = news.length > reasons.length ? `, and ${news.length - reasons.length} more` : ''
  const message = `Enter the secret of "${name}" again: it could go somewhere new, because ${reasons.join(', ')}${more}.`
  return new Problem(422, 'secret-needed', message, { errors: [{ path: SECRET_PATH[kind], message }] })
}

/** What cannot be read matches no address, so it opens none. */
function readDomain(entry: string, allowHttp: boolean): Domain[] {
  const parsed = parseDomain(entry)
  if (!parsed.ok) return []
  // Without http an entry's own port is 443; with it, 443 for https and 80 for http, which one number does not say.
  return [{ ...parsed.domain, port: parsed.domain.port ?? (allowHttp ? null : 443) }]
}

/** Whether every address that `inner` matches is matched by `outer` too. */
function includes(outer: Domain, inner: Domain): boolean {
  if (outer.port !== inner.port) return false
  if (outer.host === inner.host && outer.wildcard === inner.wildcard) return true
  return outer.wildcard && inner.host.endsWith(`.${outer.host}`)
}

function lower(header: string | null): string {
  return (header ?? '').toLowerCase()
}

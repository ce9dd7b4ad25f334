/** How domain rules read, and whether a URL would be allowed by them. Nothing is sent, and nothing is stored. */
import type { DomainsCheck, DomainsVerdict, JudgedDomain } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { forbidden } from '#server/platform/problem.ts'
import { showDomain } from './domain-list.ts'
import { matchesDomains, parseDomain } from './domains.ts'
import { requireLevel } from './level.ts'
import { administers, findScope, refuseIntegrations, type Scope } from './scope.ts'
import { getAnyCredential } from './store.ts'

/** Judges the URL by the credential's own domains, or by those given instead. */
export async function checkDomains(
  app: Pick<App, 'db'>,
  actor: Actor,
  id: string,
  input: DomainsCheck,
): Promise<DomainsVerdict> {
  const row = await getAnyCredential(app.db, id)
  await requireLevel(app.db, actor, row, 'view')
  return judge(input, { domains: row.domains, allowHttp: row.allow_http })
}

/** The same for a credential that is still being made. For admins of the scope, and who may view anything in it. */
export async function checkNewDomains(
  app: Pick<App, 'db'>,
  actor: Actor,
  label: string,
  input: DomainsCheck,
): Promise<DomainsVerdict> {
  const scope = await findScope(app.db, actor, label)
  refuseIntegrations(scope)
  if (!administers(actor, scope) && !(await viewsAny(app.db, actor, scope)))
    throw forbidden(`You may not see any credential of ${scope.name}.`)
  return judge(input, { domains: [], allowHttp: false })
}

function judge(input: DomainsCheck, stored: { domains: readonly string[]; allowHttp: boolean }): DomainsVerdict {
  const domains = input.domains ?? stored.domains
  const judged = domains.map(judgeEntry)
  if (input.url === undefined) return { allowed: false, reason: 'Give a URL to try.', domains: judged }
  const verdict = matchesDomains(input.url, domains, { allowHttp: input.allowHttp ?? stored.allowHttp })
  const reason = verdict.allowed ? `It would be sent: ${verdict.domain} allows it.` : verdict.reason
  return { allowed: verdict.allowed, reason, domains: judged }
}

function judgeEntry(entry: string): JudgedDomain {
  const parsed = parseDomain(entry)
  if (!parsed.ok) {
    const { reason, suggestion = null } = parsed
    return { entry, ok: false, normalised: null, unicode: null, reason, suggestion }
  }
  const { normalised, note = null } = parsed
  const { unicode } = showDomain(normalised)
  return { entry, ok: true, normalised, unicode, reason: note, suggestion: null }
}

async function viewsAny(db: Db, actor: Actor, scope: Scope): Promise<boolean> {
  if (actor.kind === 'system') return true
  const found = await db
    .selectFrom('credential_grants as g')
    .innerJoin('credentials as c', 'c.id', 'g.credential_id')
    .select('c.id')
    .where('c.scope', '=', scope.id)
    .where('g.principal', 'in', actor.principals)
    .where('g.level', '<>', 'use')
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

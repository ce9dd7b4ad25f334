/** Where a credential is used, as far as the viewer may see it: the rest is counted. */
import type { Usage } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import type { Actor } from '#server/platform/actor.ts'
import { requireLevel } from './level.ts'
import { findReferences } from './references.ts'
import { getAnyCredential } from './store.ts'

/** What refers to it, by kind and name, and when it was last used. */
export async function readUsage(app: Pick<App, 'db'>, actor: Actor, id: string): Promise<Usage> {
  const row = await getAnyCredential(app.db, id)
  await requireLevel(app.db, actor, row, 'view')
  const seen = (await findReferences(app.db, actor, [id])).get(id)
  return {
    usedBy: seen?.usedBy ?? [],
    hidden: seen?.hidden ?? 0,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedHost: row.last_used_host,
    lastUsedBy: row.last_used_by,
  }
}

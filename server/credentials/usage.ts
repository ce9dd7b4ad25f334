/** Where a credential is used, as far as the viewer may see it: the rest is counted. */
import { UsedBy, type Usage } from '#schema/credential.ts'
import { canReadSpace } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import type { Actor } from '#server/platform/actor.ts'
import { requireLevel } from './level.ts'
import { administers, GLOBAL } from './scope.ts'
import { getAnyCredential } from './store.ts'

/** What refers to it, by kind and name, and when it was last used. */
export async function readUsage(app: Pick<App, 'db'>, actor: Actor, id: string): Promise<Usage> {
  const row = await getAnyCredential(app.db, id)
  await requireLevel(app.db, actor, row, 'view')
  const references = await app.db
    .selectFrom('credential_references as r')
    .leftJoin('spaces as s', 's.id', 'r.space_id')
    .select(['r.kind', 'r.ref_id as id', 'r.name', 'r.space_id', 's.key as space'])
    .where('r.credential_id', '=', id)
    .orderBy('r.kind')
    .orderBy('r.name')
    .orderBy('r.ref_id')
    .execute()
  const visible = references.filter(({ space_id }) =>
    space_id === null ? administers(actor, GLOBAL) : canReadSpace(actor, space_id),
  )
  return {
    usedBy: visible.map((reference) => UsedBy.parse(reference)),
    hidden: references.length - visible.length,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedHost: row.last_used_host,
    lastUsedBy: row.last_used_by,
  }
}

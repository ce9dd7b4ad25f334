import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { requireLevel } from './level.ts'
import { presentCredential } from './read.ts'
import { auditRefusals } from './refusals.ts'
import { deleteCredential, lockCredential } from './store.ts'

/** Its secret, permissions and versions end with it. Who referred to it still does, and says that it was deleted. */
export async function removeCredential(
  app: Pick<App, 'db' | 'clock' | 'keys'>,
  actor: Actor,
  id: string,
): Promise<void> {
  await auditRefusals(app, actor, `credential:${id}`, 'delete', () =>
    transact(app.db, async (tx) => {
      await requireLevel(tx, actor, await lockCredential(tx, id), 'administrate')
      const { name, scope, kind } = await presentCredential(app, tx, actor, id)
      const references = await countReferences(tx, id)
      await deleteCredential(tx, id)
      await record(tx, actor, 'credential.deleted', `credential:${id}`, { name, scope, kind, references })
    }),
  )
}

async function countReferences(tx: Tx, id: string): Promise<number> {
  const row = await tx
    .selectFrom('credential_references')
    .select(sql<number>`count(*)`.as('count'))
    .where('credential_id', '=', id)
    .executeTakeFirstOrThrow()
  return row.count
}

/** Who refers to a credential: written by whoever refers, in the transaction that makes or ends the reference. */
import { sql } from 'kysely'
import { UsedBy } from '#schema/credential.ts'
import { canReadSpace } from '#server/access/policy.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { administers, GLOBAL } from './scope.ts'

/** `spaceId` null: seen by platform admins alone. */
export type Reference = Pick<UsedBy, 'kind' | 'id' | 'name'> & { spaceId: string | null }

/** Says that `reference` uses these credentials and no others. */
export async function setReferences(tx: Tx, reference: Reference, credentialIds: readonly string[]): Promise<void> {
  const { kind, id, name, spaceId } = reference
  await tx.deleteFrom('credential_references').where('kind', '=', kind).where('ref_id', '=', id).execute()
  if (credentialIds.length === 0) return
  const rows = [...new Set(credentialIds)].map((credential_id) => ({
    credential_id,
    kind,
    ref_id: id,
    name,
    space_id: spaceId,
  }))
  await tx.insertInto('credential_references').values(rows).execute()
}

/** What uses a credential, as far as the actor may see it, by kind and name; the rest is counted. */
export type Seen = { usedBy: UsedBy[]; hidden: number }

/** By the credential's id; one that nothing uses is not among them. */
export async function findReferences(
  db: Db,
  actor: Actor,
  credentialIds: readonly string[],
): Promise<Map<string, Seen>> {
  const rows = await db
    .selectFrom('credential_references as r')
    .leftJoin('spaces as s', 's.id', 'r.space_id')
    .select(['r.credential_id', 'r.kind', 'r.ref_id as id', 'r.name', 'r.space_id', 's.key as space'])
    .where('r.credential_id', '=', sql<string>`any(${credentialIds}::uuid[])`)
    .orderBy('r.kind')
    .orderBy(sql`lower(r.name)`)
    .orderBy('r.ref_id')
    .execute()
  const seen = new Map<string, Seen>()
  for (const [id, uses] of Map.groupBy(rows, (row) => row.credential_id)) {
    const visible = uses.filter(({ space_id: spaceId }) =>
      spaceId === null ? administers(actor, GLOBAL) : canReadSpace(actor, spaceId),
    )
    seen.set(id, { usedBy: visible.map((use) => UsedBy.parse(use)), hidden: uses.length - visible.length })
  }
  return seen
}

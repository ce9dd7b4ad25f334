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

/** By the credential's id; one that nothing uses is not among them. Deliveries that wait are one use for each workflow. */
export async function findReferences(
  db: Db,
  actor: Actor,
  credentialIds: readonly string[],
): Promise<Map<string, Seen>> {
  const [references, deliveries] = await Promise.all([
    listReferences(db, credentialIds),
    listOpenDeliveries(db, credentialIds),
  ])
  const seen = new Map<string, Seen>()
  for (const [id, uses] of Map.groupBy(references, (row) => row.credential_id)) {
    const visible = uses.filter((row) => maySee(actor, row))
    seen.set(id, { usedBy: visible.map((use) => UsedBy.parse(use)), hidden: uses.length - visible.length })
  }
  for (const waiting of Map.groupBy(deliveries, (row) => `${row.credential_id} ${row.id}`).values()) {
    const id = waiting[0]?.credential_id ?? ''
    const { usedBy, hidden } = seen.get(id) ?? { usedBy: [], hidden: 0 }
    const visible = waiting.filter((row) => maySee(actor, row))
    const more = waiting.length > visible.length ? 1 : 0
    seen.set(id, { usedBy: [...usedBy, ...describeDeliveries(visible)], hidden: hidden + more })
  }
  return seen
}

function maySee(actor: Actor, { space_id: spaceId }: { space_id: string | null }): boolean {
  return spaceId === null ? administers(actor, GLOBAL) : canReadSpace(actor, spaceId)
}

function listReferences(db: Db, credentialIds: readonly string[]) {
  return db
    .selectFrom('credential_references as r')
    .leftJoin('spaces as s', 's.id', 'r.space_id')
    .select(['r.credential_id', 'r.kind', 'r.ref_id as id', 'r.name', 'r.space_id', 's.key as space'])
    .where('r.credential_id', '=', sql<string>`any(${credentialIds}::uuid[])`)
    .orderBy('r.kind')
    .orderBy(sql`lower(r.name)`)
    .orderBy('r.ref_id')
    .execute()
}

type Waiting = {
  credential_id: string
  id: string
  name: string
  space_id: string | null
  space: string | null
  count: number
}

/** Those of one workflow for one space in a row; a global workflow has as many rows as spaces whose pages it tells of. */
async function listOpenDeliveries(db: Db, credentialIds: readonly string[]): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select d.credential_id, d.workflow_id as id, max(d.workflow_name) as name, d.space_id, s.key as space, count(*) as count
    from deliveries d left join spaces s on s.id = d.space_id
    where d.status in ('queued', 'failed') and d.credential_id = any(${credentialIds}::uuid[])
    group by d.credential_id, d.workflow_id, d.space_id, s.key
    order by lower(max(d.workflow_name)), d.workflow_id`.execute(db)
  return rows
}

function describeDeliveries(waiting: readonly Waiting[]): UsedBy[] {
  const [first] = waiting
  if (first === undefined) return []
  const count = waiting.reduce((sum, one) => sum + one.count, 0)
  const name = `${count} queued ${count === 1 ? 'delivery' : 'deliveries'} of ${first.name}`
  return [{ kind: 'delivery', id: first.id, name, space: waiting.length === 1 ? first.space : null }]
}

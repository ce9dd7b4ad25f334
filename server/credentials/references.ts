/** Who refers to a credential: written by whoever refers, in the transaction that makes or ends the reference. */
import type { UsedBy } from '#schema/credential.ts'
import type { Tx } from '#server/db/open.ts'

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

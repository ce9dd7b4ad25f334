import type { Db } from '#server/db/open.ts'

/** Outside ids that documents name as their parent and that are not in the store or are hidden, each with the space it belongs to. */
export async function listMissingParents(
  db: Db,
  integrationId: string,
  limit: number,
): Promise<{ externalId: string; spaceId: string }[]> {
  const rows = await db
    .selectFrom('documents as child')
    .leftJoin('documents as parent', (join) =>
      join
        .onRef('parent.integration_id', '=', 'child.integration_id')
        .onRef('parent.external_id', '=', 'child.parent_external_id')
        .on('parent.deleted_at', 'is', null),
    )
    .select(['child.parent_external_id', 'child.space_id'])
    .distinct()
    .where('child.integration_id', '=', integrationId)
    .where('child.parent_external_id', 'is not', null)
    .where('child.deleted_at', 'is', null)
    .where('parent.id', 'is', null)
    .limit(limit)
    .execute()
  return rows.map((row) => ({ externalId: row.parent_external_id ?? '', spaceId: row.space_id }))
}

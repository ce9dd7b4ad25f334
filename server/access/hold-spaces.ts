import type { Tx } from '#server/db/open.ts'

/** What goes with spaces, for the record: how many credentials, and the names of at most 50 of them. */
export type HeldCredentials = { credentials: number; credentialNames: string[] }

const NAMED = 50

/**
 * Holds spaces that are about to be deleted, and their credentials; undefined when there are none. Spaces first, then
 * credentials, then (when they go) keys: the order in which editing, rotating and re-generating hold them, so that none
 * waits for another in a circle.
 */
export async function holdSpaces(
  tx: Tx,
  by: { id: string } | { integrationId: string },
): Promise<HeldCredentials | undefined> {
  const spaces = await tx
    .selectFrom('spaces')
    .select('id')
    .where('id' in by ? 'id' : 'integration_id', '=', 'id' in by ? by.id : by.integrationId)
    .orderBy('id')
    .forUpdate()
    .execute()
  const ids = spaces.map(({ id }) => id)
  if (ids.length === 0) return undefined
  const rows = await tx
    .selectFrom('credentials')
    .innerJoin('spaces', 'spaces.id', 'credentials.space_id')
    .select(['credentials.name', 'credentials.name_key', 'spaces.key'])
    .where('space_id', 'in', ids)
    .orderBy('credentials.id')
    .forUpdate('credentials')
    .execute()
  const names = rows.sort((a, b) => compare(a.key, b.key) || compare(a.name_key, b.name_key)).map(({ name }) => name)
  return { credentials: names.length, credentialNames: names.slice(0, NAMED) }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

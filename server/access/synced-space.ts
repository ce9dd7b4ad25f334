import { sql } from 'kysely'
import type { z } from 'zod'
import type { SpaceKind } from '#schema/access.ts'
import type { Tx } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'
import { lockSpaceKeys } from './spaces.ts'

export type SyncedSpace = {
  integrationId: string
  externalId: string
  key: string
  name: string
  kind: z.infer<typeof SpaceKind>
  archived: boolean
  homepageExternalId: string | null
}

/**
 * Makes the space of an outside space, or brings it up to date. It keeps the key it once got; where another space holds
 * the wanted key (in any letter-case), a new one gets KEY~2, KEY~3 … Nobody but admins sees it until members are set.
 */
export async function ensureSyncedSpace(tx: Tx, space: SyncedSpace): Promise<{ id: string; key: string }> {
  const known = await updateSynced(tx, space)
  if (known !== undefined) return known
  await lockSpaceKeys(tx)
  const madeMeanwhile = await updateSynced(tx, space)
  if (madeMeanwhile !== undefined) return madeMeanwhile
  const key = await freeKey(tx, space.key)
  const { integrationId, externalId, name, kind, archived, homepageExternalId } = space
  return tx
    .insertInto('spaces')
    .values({
      id: newId(),
      key,
      name,
      kind,
      archived,
      integration_id: integrationId,
      external_id: externalId,
      homepage_external_id: homepageExternalId,
    })
    .returning(['id', 'key'])
    .executeTakeFirstOrThrow()
}

/** Writes only what differs: an unchanged space is read, not touched. */
async function updateSynced(tx: Tx, space: SyncedSpace): Promise<{ id: string; key: string } | undefined> {
  const { integrationId, externalId, name, kind, archived, homepageExternalId } = space
  const found = await tx
    .selectFrom('spaces')
    .select(['id', 'key', 'name', 'kind', 'archived', 'homepage_external_id'])
    .where('integration_id', '=', integrationId)
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  if (found === undefined) return undefined
  const same =
    found.name === name &&
    found.kind === kind &&
    found.archived === archived &&
    found.homepage_external_id === homepageExternalId
  if (!same) {
    await tx
      .updateTable('spaces')
      .set({ name, kind, archived, homepage_external_id: homepageExternalId, updated_at: sql`now()` })
      .where('id', '=', found.id)
      .execute()
  }
  return { id: found.id, key: found.key }
}

async function freeKey(tx: Tx, wanted: string): Promise<string> {
  const rows = await tx
    .selectFrom('spaces')
    .select(sql<string>`lower(key)`.as('key'))
    .where(sql<boolean>`lower(key) = lower(${wanted}) or starts_with(lower(key), lower(${`${wanted}~`}))`)
    .execute()
  const taken = new Set(rows.map((row) => row.key))
  if (!taken.has(wanted.toLowerCase())) return wanted
  let number = 2
  while (taken.has(`${wanted.toLowerCase()}~${number}`)) number += 1
  return `${wanted}~${number}`
}

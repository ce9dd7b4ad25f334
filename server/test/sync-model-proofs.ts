/** What must be so whatever happened: after any step, when a quarantine ends, and when all came to rest. */
import { sql } from 'kysely'
import { expect } from 'vitest'
import { pageOf } from '#schema/common.ts'
import { Document } from '#schema/document.ts'
import { purgeHidden } from '#server/integrations/purge.ts'
import { storedTruth, wantedTruth } from './sync-site.ts'
import { PEOPLE, type World } from './sync-model-world.ts'

/** For a pass over what is hidden; generous. */
const PURGE_MS = 60_000

/** What the site holds is in the store, and nothing else; each of `PEOPLE` is shown what the site lets him read. How many documents. */
export async function proveEqual(world: World): Promise<number> {
  const { server, simulator } = world
  const stored = await storedTruth(server.db)
  expect(withoutEmptyFolders(stored)).toEqual(withoutEmptyFolders(wantedTruth(simulator)))
  const living = new Set(simulator.control.truth().nodes.map((node) => node.id))
  expect(stored.filter((node) => !living.has(node.id))).toEqual([])
  for (const { email } of PEOPLE) await proveReaders(world, email, stored)
  return stored.length
}

/** Lists, for a person, show exactly what the site lets his account read. */
async function proveReaders(world: World, email: string, stored: readonly Compared[]): Promise<void> {
  const account = world.accounts.get(email) ?? ''
  const wanted = stored.filter(({ id }) => world.simulator.control.readers(id).includes(account)).map(({ id }) => id)
  const shown: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const at = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = DocumentPage.parse((await world.server.as(email).get(`/documents?limit=250${at}`)).body)
    shown.push(...page.items.map((document) => document.externalId))
    cursor = page.nextCursor
  }
  expect(shown.toSorted()).toEqual(wanted.toSorted())
}

const DocumentPage = pageOf(Document.pick({ externalId: true }))

/** No list tells of a folder in which nothing is: one that was met before may be there or not. */
function withoutEmptyFolders(nodes: readonly Compared[]): Compared[] {
  const parents = new Set(nodes.map((node) => node.parentId))
  const kept = nodes.filter((node) => node.kind !== 'folder' || parents.has(node.id))
  return kept.length === nodes.length ? kept : withoutEmptyFolders(kept)
}

type Compared = Awaited<ReturnType<typeof storedTruth>>[number]

/** Lets the time of all that is hidden run out, purges, and gives what is still there its time anew; how many went. */
export async function endQuarantine(world: World): Promise<number> {
  const { server, integrationId } = world
  await proveNothingLivingPurged(world)
  const hiddenAt = (at: string) =>
    sql`
      update documents set deleted_at = ${at}::timestamptz
      where integration_id = ${integrationId} and deleted_at is not null`.execute(server.db)
  await hiddenAt('2001-01-01')
  const purged = await purgeHidden(server.beside, AbortSignal.timeout(PURGE_MS))
  await hiddenAt('now')
  await proveNothingLivingPurged(world)
  return purged
}

/** No document that lives on the site has lost its row, or got another, since it was last looked. */
export async function proveNothingLivingPurged(world: World): Promise<void> {
  const { nodes } = world.simulator.control.truth()
  const living = new Set(nodes.filter((node) => node.status !== 'trashed').map((node) => node.id))
  const rows = new Map((await listRows(world)).map((row) => [row.external_id, row.id]))
  const lost = [...world.rows].filter(([externalId, id]) => living.has(externalId) && rows.get(externalId) !== id)
  expect(lost.map(([externalId]) => externalId)).toEqual([])
  world.rows = rows
}

/** When its quarantine ends, nothing stays as thrown away, and no row of what the site has in its trash and said so. How many went. */
export async function proveThrownAwayGone(world: World): Promise<number> {
  const { nodes } = world.simulator.control.truth()
  const inTrash = new Set(nodes.filter((node) => node.status === 'trashed').map((node) => node.id))
  const isThrownAway = (row: { deleted_reason: string | null }) => row.deleted_reason === 'trashed'
  const due = (await listRows(world)).filter((row) => isThrownAway(row) && inTrash.has(row.external_id))
  const purged = await endQuarantine(world)
  const left = await listRows(world)
  expect(left.filter(isThrownAway)).toEqual([])
  const ids = new Set(left.map((row) => row.id))
  expect(due.filter((row) => ids.has(row.id))).toEqual([])
  return purged
}

function listRows({ server, integrationId }: World) {
  return server.db
    .selectFrom('documents')
    .select(['id', 'external_id', 'deleted_reason'])
    .where('integration_id', '=', integrationId)
    .execute()
}

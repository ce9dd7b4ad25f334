/** What is written to: a document or a space of an integration, its Confluence opened, and who may. */
import { sql } from 'kysely'
import { authorize, canReadSpace, spaceRole } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import type { Pushing } from '#server/connectors/confluence/pushing.ts'
import type { Source } from '#server/connectors/confluence/source.ts'
import type { PulledPage } from '#server/connectors/confluence/pull.ts'
import type { LinkContext } from '#server/connectors/confluence/storage/addresses.ts'
import { getReadableDocument, isOpenTo } from '#server/content/read-access.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { forbidden, notFound, Problem } from '#server/platform/problem.ts'
import { openConnection } from '../open-source.ts'
import { getIntegrationRow } from '../store.ts'
import { requireSpaceReader, requireUpdater } from './may-update.ts'
import { movedAway } from './refusals.ts'
import { renewReaders } from './renew-readers.ts'

export type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'config' | 'log'>

/** An integration's Confluence, open for changes. */
export type Outlet = {
  integrationId: string
  integrationName: string
  siteBase: string
  source: Source
  push: Pushing
  settings: Awaited<ReturnType<typeof openConnection>>['settings']
}

export type TargetSpace = Outlet & {
  spaceId: string
  /** As Confluence calls it. */
  spaceKey: string
  spaceName: string
  spaceExternalId: string
  homepageExternalId: string | null
}

/** A page or blog post as it is stored, and where it really is. */
export type Target = TargetSpace & {
  id: string
  externalId: string
  type: 'page' | 'blogpost'
  title: string
  /** Its address, and the space's key here: what its edit view was made with. */
  url: string | null
  shownKey: string
  version: number
  storage: string
  labels: string[]
  parentExternalId: string | null
}

/** Retries of reads: a person waits for the answer. */
const MAX_TRIES = 2

/** An integration, open for changes. */
export async function openOutlet(app: Needs, integrationId: string): Promise<Outlet> {
  const row = await getIntegrationRow(app.db, integrationId)
  const { source, settings, siteBase } = await openConnection(app, row, { maxTries: MAX_TRIES, isUrgent: true })
  return { integrationId, integrationName: row.name, siteBase, source, push: source.push, settings }
}

/** `write` is sent in the end; a `draft` is not: whoever may propose edits may make one. */
export type Intent = 'write' | 'draft'

/** A document that the actor may write, whose Confluence is open. `removed`: one that lies in the trash. */
export async function openTarget(
  app: Needs,
  actor: Actor,
  id: string,
  { removed = false, intent = 'write' }: { removed?: boolean; intent?: Intent } = {},
): Promise<Target> {
  const row = await findRow(app.db, id)
  if (row === undefined || (row.deleted_at !== null) !== removed) throw notFound('Document', id)
  // What is hidden because its space is not synced, or not seen by the key any more, lies in no trash.
  if (removed && row.deleted_reason !== 'trashed') throw notFound('Document', id)
  if (!removed) await getReadableDocument(app.db, actor, id)
  else if (!(await isOpenTo(app.db, actor, id))) throw notFound('Document', id)
  // Whom a lock of Confluence lets read may be no member of the space here.
  if (spaceRole(actor, row.space_id) === undefined)
    throw forbidden('This needs the role editor in the space; you have none.')
  authorize(actor, actionFor(actor, intent), row.space_id)
  const { type } = row
  if (row.integration_id === null || row.space_external_id === null || (type !== 'page' && type !== 'blogpost'))
    throw new Problem(
      422,
      'not-writable',
      `“${row.title}” cannot be changed here: only pages and blog posts of a connected Confluence can.`,
    )
  if (!removed && row.status !== 'current')
    throw new Problem(
      422,
      'not-current',
      `“${row.title}” is ${row.status} in Confluence. Only current pages can be changed.`,
    )
  const outlet = await openOutlet(app, row.integration_id)
  const { external_id: externalId, title } = row
  const space = toSpace(row, row.space_external_id)
  requireSynced(outlet, space)
  if (outlet.settings.readers === 'confluence') {
    await requireUpdater(app.db, actor, { ...outlet, externalId, title })
    const parentExternalId = row.parent_external_id
    // What comes out of the trash is shown by the locks that it is stored with.
    if (!removed) await renewReaders(app.db, actor, { ...outlet, id, externalId, type, title, parentExternalId })
  }
  return {
    ...outlet,
    ...space,
    id,
    externalId,
    type,
    title,
    url: row.url,
    shownKey: row.space_key,
    version: row.version,
    storage: row.storage,
    labels: row.labels,
    parentExternalId: row.parent_external_id,
  }
}

/** A space in which the actor may write, whose Confluence is open. */
export async function openTargetSpace(
  app: Needs,
  actor: Actor,
  key: string,
  intent: Intent = 'write',
): Promise<TargetSpace> {
  const row = await app.db
    .selectFrom('spaces')
    .selectAll()
    .where(sql`lower(key)`, '=', key.toLowerCase())
    .executeTakeFirst()
  if (row === undefined || !canReadSpace(actor, row.id)) throw notFound('Space', key)
  authorize(actor, actionFor(actor, intent), row.id)
  if (row.integration_id === null || row.external_id === null)
    throw new Problem(
      422,
      'not-writable',
      `Nothing can be written in the space “${row.name}”: it is of no connected Confluence.`,
    )
  const outlet = await openOutlet(app, row.integration_id)
  if (outlet.settings.readers === 'confluence') await requireSpaceReader(app.db, actor, row)
  const space = toSpace({ ...row, space_id: row.id, space_key: row.key, space_name: row.name }, row.external_id)
  requireSynced(outlet, space)
  return { ...outlet, ...space }
}

function requireSynced({ settings }: Outlet, { spaceKey, spaceName }: { spaceKey: string; spaceName: string }): void {
  if (settings.spaces !== 'all' && !settings.spaces.includes(spaceKey))
    throw new Problem(
      422,
      'not-writable',
      `The space “${spaceName}” is not synced any more: nothing can be written in it.`,
    )
}

function actionFor(actor: Actor, intent: Intent): 'document.write' | 'document.propose' {
  return intent === 'draft' && actor.kind === 'user' && actor.mayPropose === true
    ? 'document.propose'
    : 'document.write'
}

/** What links of a body refer to. */
export function linksOf(target: { siteBase: string; spaceKey: string; externalId?: string }): LinkContext {
  return { baseUrl: target.siteBase, spaceKey: target.spaceKey, pageId: target.externalId ?? '' }
}

/** The page as it is in Confluence now, to be changed; a Problem when it is not there, or not in its space, to be changed. */
export async function readLive(target: Target): Promise<PulledPage & { storage: string }> {
  const live = await target.push.readPage(target)
  if (live === undefined)
    throw new Problem(
      409,
      'gone',
      `“${target.title}” is not in Confluence any more, or hidden from the account of “${target.integrationName}”.`,
    )
  // Its readers are others now, whom only a sync can tell.
  if (live.spaceExternalId !== target.spaceExternalId) throw movedAway(target.title)
  if (live.status !== 'current' || live.storage === undefined)
    throw new Problem(
      409,
      'not-current',
      `“${live.title}” is ${live.status} in Confluence. Only current pages can be changed.`,
    )
  return { ...live, storage: live.storage }
}

function findRow(db: Db, id: string) {
  return db
    .selectFrom('documents')
    .innerJoin('spaces', 'spaces.id', 'documents.space_id')
    .select([
      'documents.external_id',
      'documents.type',
      'documents.title',
      'documents.url',
      'documents.version',
      'documents.status',
      'documents.storage',
      'documents.labels',
      'documents.parent_external_id',
      'documents.integration_id',
      'documents.space_id',
      'documents.deleted_at',
      'documents.deleted_reason',
      'spaces.key as space_key',
      'spaces.name as space_name',
      'spaces.external_id as space_external_id',
      'spaces.homepage_external_id',
    ])
    .where('documents.id', '=', id)
    .executeTakeFirst()
}

function toSpace(
  row: { space_id: string; space_key: string; space_name: string; homepage_external_id: string | null },
  spaceExternalId: string,
) {
  return {
    spaceId: row.space_id,
    // A key that was taken here got a number; the tilde of a personal space stands in front.
    spaceKey: row.space_key.replace(/(?<=.)~\d+$/, ''),
    spaceName: row.space_name,
    spaceExternalId,
    homepageExternalId: row.homepage_external_id,
  }
}

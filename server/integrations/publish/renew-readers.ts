/**
 * Who may read a page is known here since the last sync. Before anything of what it is now is shown, or changed, Confluence
 * is asked again: what is set on the page and on all above it, and where it stands. One or two requests a write.
 */
import { sql } from 'kysely'
import type { Source } from '#server/connectors/confluence/source.ts'
import type { PushedTo } from '#server/connectors/confluence/push.ts'
import { isOpenTo } from '#server/content/read-access.ts'
import { setRestrictions } from '#server/content/restrictions.ts'
import type { Db } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { holdIntegration } from '../run-store.ts'

type Page = PushedTo & {
  id: string
  integrationId: string
  title: string
  parentExternalId: string | null
  source: Source
}
type Stored = { id: string; externalId: string }

/** Deeper than any tree; ends a circle of parents. */
const MOST_LEVELS = 60

/** Throws 404 when the actor may not read the page as it stands there now. Platform admins read all. */
export async function renewReaders(db: Db, actor: Actor, page: Page): Promise<void> {
  if (actor.kind === 'system' || actor.role === 'admin') return
  const live = await page.source.push.readPage(page)
  // Nothing of it is used then.
  if (live === undefined || live.status === 'trashed') return
  const above = await listUpwards(db, page.integrationId, live.parentExternalId)
  await renew(
    db,
    page,
    [page.externalId],
    above.map((one) => one.externalId),
  )
  if (!(await isOpenTo(db, actor, page.id))) throw notFound('Document', page.id)
  if (live.parentExternalId === null || live.parentExternalId === page.parentExternalId) return
  const [parent] = above
  if (parent === undefined)
    throw new Problem(
      409,
      'moved',
      `“${page.title}” was moved in Confluence below something that is not known here yet. Sync first.`,
    )
  if (!(await isOpenTo(db, actor, parent.id))) throw notFound('Document', page.id)
}

/** Each list is asked for on its own: one id alone is not searched for, so that an index which is behind hides nothing of it. */
async function renew(db: Db, { source, integrationId, title }: Page, ...lists: string[][]): Promise<void> {
  const asked = lists.filter((ids) => ids.length > 0)
  const answers = await Promise.all(asked.map((ids) => source.findRestrictions(ids)))
  const told = new Map(answers.flatMap((answer) => [...answer]))
  if ([...told.values()].some((one) => 'failed' in one))
    throw new Problem(502, 'not-told', `Confluence does not tell now who may read “${title}”. Try again in a moment.`)
  await transact(db, async (tx) => {
    if (await holdIntegration(tx, integrationId)) await setRestrictions(tx, integrationId, told)
  })
}

/** From this document up to the top of the tree, as far as it is stored. */
async function listUpwards(db: Db, integrationId: string, externalId: string | null): Promise<Stored[]> {
  const { rows } = await sql<Stored>`
    with recursive path as (
      select id, external_id, parent_external_id, 0 as depth from documents
      where integration_id = ${integrationId} and external_id = ${externalId} and deleted_at is null
      union all
      select parent.id, parent.external_id, parent.parent_external_id, depth + 1
      from path join documents as parent on parent.integration_id = ${integrationId}
        and parent.external_id = path.parent_external_id and parent.deleted_at is null
      where depth < ${MOST_LEVELS}
    )
    select id, external_id as "externalId" from path order by depth`.execute(db)
  return rows
}

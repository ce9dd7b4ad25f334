import { sql } from 'kysely'
import type { DocumentDetail, DocumentFormat } from '#schema/document.ts'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound } from '#server/platform/problem.ts'
import { findNames } from './people.ts'
import { documentColumns, presentDocument, type DocumentRow } from './present.ts'
import { getReadableDocument } from './read-access.ts'

/** Makes HTML of raw storage; lent by the door, because only connectors know the format. */
export type RenderStorage = (
  storage: string,
  about: { url: string | null; spaceKey: string; externalId: string; names: ReadonlyMap<string, string> },
) => string

type DetailRow = DocumentRow & {
  body: string
  integration_id: string | null
  integration_name: string | null
}

/** Deeper trees show their nearest ancestors; also ends a circle of parents. */
const MOST_ANCESTORS = 50

/** A document with its body in the asked format and the path to it. Another's document is "not found". */
export async function getDocument(
  app: Pick<App, 'db'>,
  actor: Actor,
  id: string,
  format: DocumentFormat,
  render: RenderStorage,
): Promise<DocumentDetail> {
  await getReadableDocument(app.db, actor, id)
  const row = await findDetail(app.db, id, format)
  if (row === undefined) throw notFound('Document', id)
  const { integration_id, integration_name } = row
  const names = format === 'html' ? await findNames(app.db, integration_id ?? id, accountsIn(row.body)) : new Map()
  const about = { url: row.url, spaceKey: row.space_key, externalId: row.external_id, names }
  return {
    ...presentDocument(row),
    format,
    body: format === 'html' ? render(row.body, about) : row.body,
    ancestors: await listAncestors(app.db, id),
    integration:
      integration_id === null || integration_name === null ? null : { id: integration_id, name: integration_name },
  }
}

/** Account ids that a page's raw storage mentions. */
function accountsIn(storage: string): string[] {
  return [...new Set(Array.from(storage.matchAll(/ri:account-id="([^"]{1,128})"/g), (match) => match[1] ?? ''))].slice(
    0,
    1000,
  )
}

async function findDetail(db: Db, id: string, format: DocumentFormat): Promise<DetailRow | undefined> {
  const { rows } = await sql<DetailRow>`
    select ${documentColumns}, document.integration_id, integration.name as integration_name,
      ${format === 'markdown' ? sql`document.markdown` : sql`document.storage`} as body
    from documents as document
    join spaces as space on space.id = document.space_id
    left join integrations as integration on integration.id = document.integration_id
    where document.id = ${id} and document.deleted_at is null`.execute(db)
  return rows[0]
}

/** From the top of the space down to the parent. */
async function listAncestors(db: Db, id: string): Promise<{ id: string; title: string }[]> {
  const { rows } = await sql<{ id: string; title: string }>`
    with recursive path as (
      select id, title, integration_id, space_id, parent_external_id, 0 as depth, array[id] as seen
      from documents where id = ${id}
      union all
      select parent.id, parent.title, parent.integration_id, parent.space_id, parent.parent_external_id, depth + 1,
        seen || parent.id
      from path
      join documents as parent on parent.integration_id = path.integration_id
        and parent.external_id = path.parent_external_id and parent.space_id = path.space_id
      where parent.deleted_at is null and parent.status in ('current', 'archived') and parent.id <> all(seen)
        and depth < ${MOST_ANCESTORS}
    )
    select id, title from path where depth > 0 order by depth desc`.execute(db)
  return rows
}

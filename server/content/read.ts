import { sql } from 'kysely'
import type { DocumentDetail, DocumentFormat } from '#schema/document.ts'
import { findReader, mayRead, type Reader } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound } from '#server/platform/problem.ts'
import { findMentioned } from './people.ts'
import { documentColumns, presentDocument, type DocumentRow } from './present.ts'

/** Makes HTML, or Markdown to edit, of raw storage; lent by the door, because only connectors know the format. */
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
  const reader = await findReader(app.db, actor)
  const row = await findDetail(app.db, reader, id, format)
  if (row === undefined) throw notFound('Document', id)
  const { integration_id, integration_name } = row
  const isRendered = format === 'html' || format === 'edit'
  const names = isRendered ? await findMentioned(app.db, integration_id ?? id, row.body) : new Map()
  const about = { url: row.url, spaceKey: row.space_key, externalId: row.external_id, names }
  return {
    ...presentDocument(row),
    format,
    body: isRendered ? render(row.body, about) : row.body,
    ancestors: await listAncestors(app.db, reader, id),
    integration:
      integration_id === null || integration_name === null ? null : { id: integration_id, name: integration_name },
  }
}

async function findDetail(db: Db, reader: Reader, id: string, format: DocumentFormat): Promise<DetailRow | undefined> {
  const { rows } = await sql<DetailRow>`
    select ${documentColumns(reader)}, document.integration_id, integration.name as integration_name,
      ${format === 'markdown' ? sql`document.markdown` : sql`document.storage`} as body
    from documents as document
    join spaces as space on space.id = document.space_id
    left join integrations as integration on integration.id = document.integration_id
    where document.id = ${id} and document.deleted_at is null and ${mayRead(reader)}`.execute(db)
  return rows[0]
}

const OF_PARENT = { space: sql`parent.space_id`, set: sql`parent.access_set_id` }

/** From the top of the space down to the parent. */
async function listAncestors(db: Db, reader: Reader, id: string): Promise<{ id: string; title: string }[]> {
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
        and ${mayRead(reader, OF_PARENT)}
        and depth < ${MOST_ANCESTORS}
    )
    select id, title from path where depth > 0 order by depth desc`.execute(db)
  return rows
}

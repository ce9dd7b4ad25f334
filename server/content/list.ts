import { sql, type RawBuilder } from 'kysely'
import type { Document, DocumentQuery } from '#schema/document.ts'
import { findReader, mayRead } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { Problem } from '#server/platform/problem.ts'
import { documentColumns, presentDocument, type DocumentRow } from './present.ts'
import { getReadableDocument } from './read-access.ts'

type ListedRow = DocumentRow & { sort_position: number; title_folded: string }

/** Sorts behind every position: a document without one comes last. */
const NO_POSITION = sql.lit(Number.MAX_SAFE_INTEGER)

/**
 * Documents the actor may read. With `parent` they come in the order of the tree (position, then title); `parent=none` are
 * those whose parent is not here to be seen. Without `parent`: in the order they came. `status` by default is current or archived.
 */
export async function listDocuments(app: Pick<App, 'db'>, actor: Actor, query: DocumentQuery): Promise<Page<Document>> {
  const conditions: RawBuilder<unknown>[] = [sql`document.deleted_at is null`, statusCondition(query)]
  const reader = await findReader(app.db, actor)
  conditions.push(mayRead(reader))
  if (query.space !== undefined) conditions.push(sql`lower(space.key) = lower(${query.space})`)
  if (query.type !== undefined) conditions.push(sql`document.type = ${query.type}`)
  if (query.label !== undefined) conditions.push(sql`document.labels @> array[${query.label}]::text[]`)
  if (query.parent !== undefined) conditions.push(await parentCondition(app.db, actor, query.parent))
  const inTree = query.parent !== undefined
  if (query.cursor !== undefined) conditions.push(inTree ? treeCursor(query.cursor) : flatCursor(query.cursor))

  const { rows } = await sql<ListedRow>`
    select ${documentColumns(reader)}, document.title_folded, coalesce(document.position, ${NO_POSITION}) as sort_position
    from documents as document
    join spaces as space on space.id = document.space_id
    where ${sql.join(conditions, sql` and `)}
    order by ${inTree ? sql`sort_position, document.title_folded, document.id` : sql`document.id`}
    limit ${query.limit + 1}`.execute(app.db)
  const page = toPage(rows, query.limit, (row) => (inTree ? [row.sort_position, row.title_folded, row.id] : [row.id]))
  return { items: page.items.map(presentDocument), nextCursor: page.nextCursor }
}

function statusCondition({ status }: DocumentQuery): RawBuilder<unknown> {
  return status === undefined ? sql`document.status in ('current', 'archived')` : sql`document.status = ${status}`
}

async function parentCondition(db: Db, actor: Actor, parent: string): Promise<RawBuilder<unknown>> {
  if (parent === 'none')
    return sql`not exists (select from documents as parent
      where parent.integration_id = document.integration_id and parent.external_id = document.parent_external_id
        and parent.space_id = document.space_id and parent.deleted_at is null
        and parent.status in ('current', 'archived'))`
  const { spaceId, externalId, integrationId } = await getReadableDocument(db, actor, parent)
  return sql`document.space_id = ${spaceId} and document.parent_external_id = ${externalId}
    and document.integration_id = ${integrationId}`
}

function treeCursor(cursor: string): RawBuilder<unknown> {
  const [position, title, id] = fromCursor(cursor, 3)
  if (!Number.isSafeInteger(position) || typeof title !== 'string' || !isId(id)) throw badCursor()
  return sql`(coalesce(document.position, ${NO_POSITION}), document.title_folded, document.id)
    > (${position}::bigint, ${title.replaceAll('\0', '')}, ${id}::uuid)`
}

function flatCursor(cursor: string): RawBuilder<unknown> {
  const [id] = fromCursor(cursor, 1)
  if (!isId(id)) throw badCursor()
  return sql`document.id > ${id}::uuid`
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
}

function badCursor(): Problem {
  return new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}

/** Attachments and comments as readers of their document see them, and which of them are stored, for a sync. */
import { sql } from 'kysely'
import { z } from 'zod'
import type { ListQuery } from '#schema/common.ts'
import { Attachment, type Comment, type CommentQuery } from '#schema/document-parts.ts'
import { ConfluenceSettings } from '#schema/integration.ts'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { Problem } from '#server/platform/problem.ts'
import { findNames } from './people.ts'
import { getReadableDocument } from './read-access.ts'
import type { RenderStorage } from './read.ts'

/** Where comments without a time stand. */
const FIRST_PLACE = '0001-01-01T00:00:00Z'
const PLACE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const FileSettings = z.object({ attachmentMegabytes: ConfluenceSettings.shape.attachmentMegabytes })

/** A document's attachments in the order they were met, with the largest file that can be added. */
export async function listAttachments(
  app: Pick<App, 'db'>,
  actor: Actor,
  documentId: string,
  query: ListQuery,
): Promise<Page<Attachment> & { fileMegabytes: number | null }> {
  const { integrationId } = await getReadableDocument(app.db, actor, documentId)
  const after = query.cursor === undefined ? undefined : readId(fromCursor(query.cursor, 1)[0])
  const rows = await app.db
    .selectFrom('attachments')
    .leftJoin('source_people', (join) =>
      join
        .onRef('source_people.integration_id', '=', 'attachments.integration_id')
        .onRef('source_people.account_id', '=', 'attachments.author'),
    )
    .select([
      'attachments.id',
      'attachments.external_id',
      'attachments.name',
      'media_type',
      'size',
      'version',
      'comment',
      'source_people.name as author_name',
      'version_at',
      'file_state',
      'file_detail',
      'text_state',
      'text_detail',
    ])
    .where('document_id', '=', documentId)
    .where('deleted_at', 'is', null)
    .$if(after !== undefined, (select) => select.where('attachments.id', '>', after ?? ''))
    .orderBy('attachments.id')
    .limit(query.limit + 1)
    .execute()
  const page = toPage(rows, query.limit, (row) => [row.id])
  const items = page.items.map((row) =>
    Attachment.parse({
      id: row.id,
      externalId: row.external_id,
      name: row.name,
      mediaType: row.media_type,
      size: row.size,
      version: row.version,
      comment: row.comment,
      author: row.author_name,
      updatedAt: row.version_at?.toISOString() ?? null,
      file: row.file_state,
      fileDetail: row.file_detail,
      text: row.text_state,
      textDetail: row.text_detail,
    }),
  )
  return { items, nextCursor: page.nextCursor, fileMegabytes: await findFileLimit(app.db, integrationId) }
}

async function findFileLimit(db: Db, integrationId: string | null): Promise<number | null> {
  if (integrationId === null) return null
  const row = await db.selectFrom('integrations').select('settings').where('id', '=', integrationId).executeTakeFirst()
  return row === undefined ? null : FileSettings.parse(row.settings).attachmentMegabytes
}

type CommentRow = {
  id: string
  external_id: string
  kind: 'footer' | 'inline'
  parent_id: string | null
  author: string | null
  source_created_at: Date | null
  version_at: Date | null
  storage: string
  markdown: string
  resolution: Comment['resolution']
  selection: string | null
  /** Where it stands in the list: comments without a time come first. */
  place: string
}

/** A document's comments, the oldest first. */
export async function listComments(
  app: Pick<App, 'db'>,
  actor: Actor,
  documentId: string,
  query: CommentQuery,
  render: RenderStorage,
): Promise<Page<Comment>> {
  const document = await getReadableDocument(app.db, actor, documentId)
  const after = query.cursor === undefined ? undefined : readPlace(query.cursor)
  const rows = await findComments(app.db, documentId, query, after)
  const page = toPage(rows, query.limit, (row) => [row.place, row.id])
  const about = await findAddress(app.db, documentId)
  const accounts = page.items.flatMap((row) => [
    ...(row.author === null ? [] : [row.author]),
    ...mentioned(row.storage),
  ])
  const names = await findNames(app.db, document.integrationId ?? documentId, [...new Set(accounts)])
  const items = page.items.map((row) => ({
    id: row.id,
    externalId: row.external_id,
    kind: row.kind,
    parentId: row.parent_id,
    author: row.author === null ? null : (names.get(row.author) ?? null),
    createdAt: row.source_created_at?.toISOString() ?? null,
    updatedAt: row.version_at?.toISOString() ?? null,
    markdown: row.markdown,
    html: render(row.storage, { ...about, externalId: document.externalId, names }),
    resolution: row.resolution,
    selection: row.selection,
  }))
  return { items, nextCursor: page.nextCursor }
}

async function findComments(
  db: Db,
  documentId: string,
  { kind, limit }: CommentQuery,
  after: { place: string; id: string } | undefined,
): Promise<CommentRow[]> {
  const place = sql`coalesce(comment.source_created_at, ${FIRST_PLACE}::timestamptz)`
  const { rows } = await sql<CommentRow>`
    select comment.id, comment.external_id, comment.kind, comment.author, comment.source_created_at, comment.version_at,
      comment.storage, comment.markdown, comment.resolution, comment.selection, to_char(${place} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place,
      (select parent.id from comments as parent
        where parent.integration_id = comment.integration_id and parent.external_id = comment.parent_external_id
          and parent.document_id = comment.document_id and parent.deleted_at is null) as parent_id
    from comments as comment
    where comment.document_id = ${documentId} and comment.deleted_at is null
      and (${kind ?? null}::text is null or comment.kind = ${kind ?? null})
      and (${after?.id ?? null}::uuid is null
        or (${place}, comment.id) > (${after?.place ?? FIRST_PLACE}::timestamptz, ${after?.id ?? null}::uuid))
    order by ${place}, comment.id
    limit ${limit + 1}`.execute(db)
  return rows
}

async function findAddress(db: Db, documentId: string): Promise<{ url: string | null; spaceKey: string }> {
  const row = await db
    .selectFrom('documents')
    .innerJoin('spaces', 'spaces.id', 'documents.space_id')
    .select(['documents.url', 'spaces.key'])
    .where('documents.id', '=', documentId)
    .executeTakeFirst()
  return { url: row?.url ?? null, spaceKey: row?.key ?? '' }
}

/** Account ids that a comment mentions. */
function mentioned(storage: string): string[] {
  return Array.from(storage.matchAll(/ri:account-id="([^"]{1,128})"/g), (match) => match[1] ?? '').slice(0, 100)
}

function readPlace(cursor: string): { place: string; id: string } {
  const [place, id] = fromCursor(cursor, 2)
  if (typeof place !== 'string' || !PLACE.test(place) || Number.isNaN(Date.parse(place))) throw badCursor()
  return { place, id: readId(id) }
}

function readId(id: unknown): string {
  if (typeof id === 'string' && UUID.test(id)) return id
  throw badCursor()
}

function badCursor(): Problem {
  return new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}

export type PlacedPart = { external_id: string; space_id: string; page_external_id: string }

/** The parts that hang on visible documents, in the order of their external ids, after `after`: to compare with a listing. */
export async function listPlacedParts(
  db: Db,
  integrationId: string,
  { stream, spaceIds }: { stream: 'attachments' | 'footer-comments' | 'inline-comments'; spaceIds: readonly string[] },
  after: string,
  limit: number,
): Promise<PlacedPart[]> {
  const from =
    stream === 'attachments'
      ? sql`attachments as part`
      : sql`(select * from comments where kind = ${stream === 'inline-comments' ? 'inline' : 'footer'}) as part`
  const { rows } = await sql<PlacedPart>`
    select part.external_id, document.space_id, document.external_id as page_external_id
    from ${from}
    join documents as document on document.id = part.document_id and document.deleted_at is null
      and document.space_id = any(${spaceIds}::uuid[])
    where part.integration_id = ${integrationId} and part.deleted_at is null and part.external_id > ${after}
    order by part.external_id
    limit ${limit}`.execute(db)
  return rows
}

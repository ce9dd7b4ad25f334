import type { ListQuery } from '#schema/common.ts'
import type { DocumentVersion } from '#schema/document.ts'
import type { App } from '#server/app.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { Problem } from '#server/platform/problem.ts'
import { getReadableDocument } from './read-access.ts'

/** The versions seen by a sync or made here, newest first; not every version the source may have. */
export async function listVersions(
  app: Pick<App, 'db'>,
  actor: Actor,
  id: string,
  query: ListQuery,
): Promise<Page<DocumentVersion>> {
  await getReadableDocument(app.db, actor, id)
  const before = query.cursor === undefined ? undefined : readCursor(query.cursor)
  const rows = await app.db
    .selectFrom('document_versions')
    .leftJoin('documents', 'documents.id', 'document_versions.document_id')
    .leftJoin('source_people', (join) =>
      join
        .onRef('source_people.integration_id', '=', 'documents.integration_id')
        .onRef('source_people.account_id', '=', 'document_versions.author'),
    )
    .select(['number', 'source_people.name as author', 'message', 'minor_edit', 'at'])
    .where('document_id', '=', id)
    .$if(before !== undefined, (select) => select.where('number', '<', before ?? 0))
    .orderBy('number', 'desc')
    .limit(query.limit + 1)
    .execute()
  const page = toPage(rows, query.limit, (row) => [row.number])
  return {
    items: page.items.map((row) => ({
      number: row.number,
      author: row.author,
      message: row.message,
      minorEdit: row.minor_edit,
      createdAt: row.at?.toISOString() ?? null,
    })),
    nextCursor: page.nextCursor,
  }
}

function readCursor(cursor: string): number {
  const [number] = fromCursor(cursor, 1)
  if (typeof number === 'number' && Number.isInteger(number) && Math.abs(number) < 2 ** 31) return number
  throw new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}

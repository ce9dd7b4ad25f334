/** The attachments and comments that a brake holds back, each with its page. Of a comment not its words: those are for who may read the page. */
import { sql } from 'kysely'
import type { BrakedDocument } from '#schema/sync-health.ts'
import type { Db } from '#server/db/open.ts'

type Row = {
  id: string
  external_id: string
  title: string
  version_at: Date | null
  page_id: string
  page_title: string
}

/** In the order of their external ids, after `after`. */
export async function listBrakedParts(
  db: Db,
  brakeId: string,
  type: 'attachment' | 'comment',
  { after, limit }: { after: string; limit: number },
): Promise<BrakedDocument[]> {
  const isFile = type === 'attachment'
  const { rows } = await sql<Row>`
    select part.id, part.external_id, ${isFile ? sql`part.name` : sql`coalesce(person.name, '')`} as title, part.version_at,
      page.id as page_id, page.title as page_title
    from sync_brakes as brake
    join ${isFile ? sql`attachments` : sql`comments`} as part
      on part.integration_id = brake.integration_id and part.external_id = any(brake.external_ids)
    join documents as page on page.id = part.document_id
    left join source_people as person
      on person.integration_id = part.integration_id and person.account_id = part.author
    where brake.id = ${brakeId} and part.external_id > ${after}
    order by part.external_id
    limit ${limit}`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    externalId: row.external_id,
    title: row.title === '' ? 'Unknown author' : row.title,
    type,
    updatedAt: row.version_at?.toISOString() ?? null,
    page: { id: row.page_id, title: row.page_title },
  }))
}

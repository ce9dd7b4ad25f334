/** Which documents a workflow with statuses applies to, as conditions of SQL. The same rules as match.ts has for one page. */
import { sql, type RawBuilder } from 'kysely'
import type { AppliesTo } from '#schema/workflow.ts'
import type { StatusWorkflow } from './statuses.ts'

/** Trashed, drafts and removed ones have no status. */
export const isVisible: RawBuilder<boolean> = sql`document.deleted_at is null and document.status in ('current', 'archived')`

/** For `documents as document`; a definition with trees needs `branches(trees)` in the statement's `with recursive`. */
export function applies({ spaceId, definition }: Pick<StatusWorkflow, 'spaceId' | 'definition'>): RawBuilder<boolean> {
  const { types, labels, trees }: AppliesTo = definition.appliesTo ?? {}
  const conditions = [isVisible]
  if (spaceId !== null) conditions.push(sql`document.space_id = ${spaceId}`)
  if (types !== undefined) conditions.push(sql`document.type = any(${types}::text[])`)
  if (labels !== undefined) conditions.push(sql`document.labels && ${labels}::text[]`)
  if (trees !== undefined) conditions.push(sql`document.id in (select id from branch)`)
  return sql`${sql.join(conditions, sql` and `)}`
}

/** The table `branch`: these documents and all below them, as long as the chain of visible parents holds. */
export function branches(trees: readonly string[]): RawBuilder<unknown> {
  return sql`branch as (
      select document.id, document.integration_id, document.space_id, document.external_id
      from documents as document where document.id = any(${trees}::uuid[]) and ${isVisible}
      union
      select document.id, document.integration_id, document.space_id, document.external_id
      from branch
      join documents as document on document.space_id = branch.space_id
        and document.parent_external_id = branch.external_id and document.integration_id = branch.integration_id
      where ${isVisible}
    )`
}

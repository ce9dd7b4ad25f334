/** What a person sent, as the storage that would be written; refused where a save would touch more than he edited. */
import { applyEdit } from '#server/connectors/confluence/storage/edit-view.ts'
import { markdownToStorage } from '#server/connectors/confluence/storage/from-markdown.ts'
import type { LinkContext } from '#server/connectors/confluence/storage/addresses.ts'
import { findMentioned } from '#server/content/people.ts'
import type { Db } from '#server/db/open.ts'
import { Problem } from '#server/platform/problem.ts'
import { linkContext } from '../render.ts'
import type { Target } from './target.ts'

export type Body = { markdown?: string | undefined; storage?: string | undefined }

/** The storage of a new document. */
export function newStorage({ markdown, storage }: Body, context: LinkContext): string {
  return storage ?? markdownToStorage(markdown ?? '', context)
}

/** `base` with the edit in it; without a body it stays. Markdown is read as an edit of the base's edit view. */
export async function editedStorage(db: Db, target: Target, base: string, body: Body): Promise<string> {
  if (body.storage !== undefined) return body.storage
  if (body.markdown === undefined) return base
  const { storage, refused } = applyEdit(base, body.markdown, await contextOf(db, target, base))
  if (refused.length === 0) return storage
  const errors = refused.map(({ reason }) => ({ path: 'markdown', message: reason }))
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  throw new Problem(
    422,
    'not-editable',
    `Nothing was saved: ${errors[0]?.message ?? 'a block cannot be edited as Markdown.'}${more}`,
    { errors },
  )
}

/** With what a document's Markdown is made of its storage, wherever it is shown to be edited or compared. */
export async function contextOf(db: Db, target: Target, storage: string): Promise<LinkContext> {
  const names = await findMentioned(db, target.integrationId, storage)
  return linkContext({ url: target.url, spaceKey: target.shownKey, externalId: target.externalId, names })
}

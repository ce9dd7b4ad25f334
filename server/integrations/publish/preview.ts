/** What a publish would send, and how it differs from what is there: nothing is sent. */
import type { DocumentDiff, PublishPreview } from '#schema/publish.ts'
import type { LinkContext } from '#server/connectors/confluence/storage/addresses.ts'
import { diffStorage } from '#server/connectors/confluence/storage/diff.ts'
import type { Text } from './merge.ts'

export function diffOf(before: Text | undefined, after: Text, context: LinkContext): DocumentDiff {
  const blocks = diffStorage(before?.storage ?? '', after.storage, context)
  const title =
    before === undefined || before.title === after.title ? null : { before: before.title, after: after.title }
  return { title, blocks, changed: blocks.filter((step) => step.kind !== 'same').length }
}

/** `before` undefined: the document is to be made. */
export function previewOf(
  documentId: string | null,
  before: (Text & { version: number }) | undefined,
  after: Text,
  merged: boolean,
  context: LinkContext,
): PublishPreview {
  const isSame = before !== undefined && before.storage === after.storage && before.title === after.title
  return {
    document: documentId,
    title: after.title,
    storage: after.storage,
    version: (before?.version ?? 0) + (isSame ? 0 : 1),
    diff: diffOf(before, after, context),
    merged,
  }
}

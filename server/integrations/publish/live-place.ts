/** Where a page is to stand: what is there must be in its space in Confluence too, not only in the store. */
import { nodeType } from '#server/connectors/confluence/nodes.ts'
import { movedAway } from './refusals.ts'
import type { TargetSpace } from './target.ts'

/** Throws 409 `moved` when the page or folder is in another space now. What is gone there, the write is refused for. */
export async function requireLivePlace(
  space: TargetSpace,
  { type, externalId, title }: { type: string; externalId: string; title: string },
): Promise<void> {
  const kind = nodeType(type)
  const live =
    kind === undefined
      ? await space.push.readPage({ type: 'page', externalId })
      : await space.source.findNode(kind, externalId)
  if (live?.spaceExternalId !== undefined && live.spaceExternalId !== space.spaceExternalId) throw movedAway(title)
}

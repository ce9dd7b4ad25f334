/** What is being written in Confluence's own editor while a page is to be published from here. */
import type { PulledPage } from '#server/connectors/confluence/pull.ts'
import { Problem } from '#server/platform/problem.ts'
import { isSameText } from './same-body.ts'
import type { Target } from './target.ts'

/**
 * Throws 409 when somebody's writing there is in no version yet: a publish may replace it, as by the vendor's word it is merged
 * only where both do not differ much. Of a page it is a draft, which somebody must publish or discard; of a live document,
 * which has neither drafts nor publishing, what was typed since its last version.
 */
export async function refuseUnpublished(target: Target, live: PulledPage & { storage: string }): Promise<void> {
  const held = await target.push.readDraft(target)
  if (held === undefined || isSameText({ title: held.title, storage: held.storage ?? '' }, live)) return
  // A version that was made since our look: the write meets it, and is merged with it.
  if (held.status === 'current' && held.version !== live.version) return
  if (await target.push.isLive(target)) throw beingWritten(live.title)
  if (held.status === 'draft') throw unpublished(live.title)
}

function beingWritten(title: string): Problem {
  return new Problem(
    409,
    'being-written',
    `“${title}” is a live document, and somebody is writing in it: what was typed last is in no version yet and could be lost. Try again when Confluence has saved a version of it.`,
  )
}

function unpublished(title: string): Problem {
  return new Problem(
    409,
    'draft',
    `Somebody has changes of “${title}” in Confluence that are not published yet. They could be lost; have them published or discarded there first.`,
  )
}

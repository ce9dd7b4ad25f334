/** Brings one batch of pulled attachments or comments into the store; what hangs on documents that are not here is passed over. */
import { setImmediate as breathe } from 'node:timers/promises'
import type { PulledAttachment, PulledComment } from '#server/connectors/confluence/parts.ts'
import { convertStorage } from '#server/connectors/confluence/storage/convert.ts'
import { findVersions } from '#server/content/find.ts'
import { putAttachments } from '#server/content/put-attachments.ts'
import { findComments, putComments, type IncomingComment } from '#server/content/put-comments.ts'
import type { Tx } from '#server/db/open.ts'
import { wakeAfterCommit } from '#server/jobs/wake.ts'
import { count, write, type Sync } from './context.ts'

/** Comments converted before other work gets its turn. */
const COMMENTS_PER_BREATH = 50

export async function putAttachmentBatch(sync: Sync, pulled: PulledAttachment[]): Promise<void> {
  await write(sync, async (tx) => {
    const homes = await findHomes(sync, tx, pulled)
    const incoming = [...newest(pulled)].flatMap((one) => {
      const documentId = homes.get(one.pageExternalId ?? '')
      return documentId === undefined ? [] : [{ ...one, documentId }]
    })
    const changed = await putAttachments(tx, sync.integrationId, incoming, sync.attachmentMegabytes)
    if (changed > 0) wakeAfterCommit(tx, 'files')
    await count(sync, tx, {})
  })
}

export async function putCommentBatch(sync: Sync, pulled: PulledComment[]): Promise<void> {
  await write(sync, async (tx) => {
    const homes = await findHomes(sync, tx, pulled)
    const ids = pulled.flatMap((one) => [
      one.externalId,
      ...(one.parentExternalId === null ? [] : [one.parentExternalId]),
    ])
    const known = await findComments(tx, sync.integrationId, ids)
    const incoming: IncomingComment[] = []
    for (const [index, one] of [...newest(pulled)].entries()) {
      if (index % COMMENTS_PER_BREATH === COMMENTS_PER_BREATH - 1) await breathe()
      const documentId =
        one.pageExternalId === null ? known.get(one.parentExternalId ?? '')?.documentId : homes.get(one.pageExternalId)
      const stored = known.get(one.externalId)
      const isSame =
        stored !== undefined &&
        !stored.deleted &&
        stored.version >= one.version &&
        stored.documentId === documentId &&
        stored.resolution === one.resolution
      if (documentId !== undefined && !isSame) incoming.push(toIncoming(sync, documentId, one))
    }
    await putComments(tx, sync.integrationId, incoming)
    await count(sync, tx, {})
  })
}

function toIncoming(sync: Sync, documentId: string, one: PulledComment): IncomingComment {
  const context = { baseUrl: sync.siteBase, spaceKey: '', pageId: one.pageExternalId ?? '' }
  const { markdown, text } = convertStorage(one.storage, context)
  return { ...one, documentId, markdown, text }
}

/** The ids here of the pages that parts hang on. */
async function findHomes(
  sync: Sync,
  tx: Tx,
  pulled: readonly { pageExternalId: string | null }[],
): Promise<Map<string, string>> {
  const pages = [...new Set(pulled.flatMap(({ pageExternalId }) => (pageExternalId === null ? [] : [pageExternalId])))]
  const known = await findVersions(tx, sync.integrationId, pages)
  return new Map([...known].map(([externalId, { id }]) => [externalId, id]))
}

/** Of doubles the one with the higher version: a list may show an item twice that was changed while it was walked. */
function newest<T extends { externalId: string; version: number }>(pulled: readonly T[]): Iterable<T> {
  const byId = new Map<string, T>()
  for (const one of pulled) {
    const other = byId.get(one.externalId)
    if (other === undefined || other.version <= one.version) byId.set(one.externalId, one)
  }
  return byId.values()
}

/**
 * What hangs on pages: attachments and comments, by three lists of the whole site and never by a request a page. What a list
 * may not show is a gap that the run tells of, not its failure: the pages are complete without.
 */
import type { PartBatch, PartKind, PulledAttachment, PulledComment } from '#server/connectors/confluence/parts.ts'
import { indexWaiting } from '#server/content/parts.ts'
import { judgeFilesAnew } from '#server/content/put-attachments.ts'
import { Upstream } from '#server/platform/problem.ts'
import { findWatermarks, setWatermarks } from '../run-store.ts'
import { count, write, type Sync } from './context.ts'
import { diagnose, isAboutAll } from './diagnose.ts'
import { noteSkippedParts } from './note-parts.ts'
import { nameAuthors } from './people.ts'
import { putAttachmentBatch, putCommentBatch } from './put-parts.ts'
import { removeConfirmedParts, removeVanishedParts } from './vanished-parts.ts'

/** The lists are of the whole site: their watermarks stand beside those of the spaces under this name. */
const WHOLE_SITE = '*'
const OVERLAP_MS = 5 * 60_000
/** A run that met no news of pages looks for those of their parts so often. */
const LOOK_EVERY_MS = 15 * 60_000

const SCOPES: Readonly<Record<PartKind, string>> = {
  attachments: 'read:attachment:confluence',
  'footer-comments': 'read:comment:confluence',
  'inline-comments': 'read:comment:confluence',
}
const KINDS = ['attachments', 'footer-comments', 'inline-comments'] as const

/**
 * Brings attachments and comments up to date: in full and sweep runs, and where spaces are new, by their whole lists, which
 * also show what is gone; else the newest changes, when pages changed too or it is time.
 */
export async function syncParts(
  sync: Sync,
  { isFirst, hasNews }: { isFirst: boolean; hasNews: boolean },
): Promise<void> {
  const isWhole = sync.mode !== 'incremental' || isFirst
  if (sync.mode !== 'incremental')
    await write(sync, (tx) => judgeFilesAnew(tx, sync.integrationId, sync.attachmentMegabytes, sync.mode === 'full'))
  let walked = 0
  for (const kind of KINDS) {
    await removeConfirmedParts(sync, kind).catch((error: unknown) => noteGap(sync, kind, error))
    const until = isWhole ? undefined : await findStart(sync, kind, hasNews)
    if (!isWhole && until === undefined) continue
    await walkKind(sync, kind, until).catch((error: unknown) => noteGap(sync, kind, error))
    walked += 1
  }
  if (walked > 0) await nameAuthors(sync)
  await indexWaiting(sync.app.db, sync.signal)
}

/** From when on an incremental run looks; undefined = not now. A kind that never came to its end waits for the next sweep. */
async function findStart(sync: Sync, kind: PartKind, hasNews: boolean): Promise<number | undefined> {
  const completeUntil = (await findWatermarks(sync.app.db, sync.integrationId, kind)).get(WHOLE_SITE)?.getTime()
  if (completeUntil === undefined) return undefined
  const now = (sync.source.client.serverTime ?? sync.app.clock.now()).getTime()
  return hasNews || now - completeUntil >= LOOK_EVERY_MS ? completeUntil - OVERLAP_MS : undefined
}

/** Walks down to what is older than `until`, or the whole list; only a proper end moves the watermark and shows what is gone. */
async function walkKind(sync: Sync, kind: PartKind, until: number | undefined): Promise<void> {
  const seen = new Set<string>()
  let began: Date | undefined
  let unreadable = 0
  let previous = Number.POSITIVE_INFINITY
  let isOrdered = true
  for await (const batch of batchesOf(sync, kind, until !== undefined)) {
    sync.signal.throwIfAborted()
    began ??= sync.source.client.serverTime
    for (const { externalId, at } of batch.items) {
      seen.add(externalId)
      if (at > previous) isOrdered = false
      previous = at
    }
    unreadable += batch.unreadable
    await batch.put()
    // Trusted to be in order only as far as it proves to be.
    if (until !== undefined && isOrdered && previous < until) break
  }
  const completeUntil = began ?? sync.app.clock.now()
  if (until === undefined && unreadable === 0) await removeVanishedParts(sync, kind, seen)
  if (unreadable > 0) await noteSkippedParts(sync, kind, `${unreadable} came in a form that could not be read.`)
  await write(sync, async (tx) => {
    await setWatermarks(tx, sync.integrationId, kind, [WHOLE_SITE], completeUntil)
    await count(sync, tx, {})
  })
}

type Batch = { items: { externalId: string; at: number }[]; unreadable: number; put: () => Promise<void> }

async function* batchesOf(sync: Sync, kind: PartKind, newestFirst: boolean): AsyncGenerator<Batch> {
  if (kind === 'attachments') {
    for await (const batch of sync.source.walkAttachments({ newestFirst }))
      yield toBatch(batch, () => putAttachmentBatch(sync, batch.items))
    return
  }
  for await (const batch of sync.source.walkComments(kind === 'inline-comments' ? 'inline' : 'footer', { newestFirst }))
    yield toBatch(batch, () => putCommentBatch(sync, batch.items))
}

function toBatch<T extends PulledAttachment | PulledComment>(batch: PartBatch<T>, put: () => Promise<void>): Batch {
  return {
    // Some sites give no time: such an item may be new.
    items: batch.items.map(({ externalId, versionAt }) => ({
      externalId,
      at: versionAt?.getTime() ?? Number.POSITIVE_INFINITY,
    })),
    unreadable: batch.unreadable,
    put,
  }
}

/** A key that lost everything stops the run; a list that it may not read, or that broke off, is told of. */
async function noteGap(sync: Sync, kind: PartKind, error: unknown): Promise<void> {
  if (!(error instanceof Upstream) || sync.signal.aborted) throw error
  const isScope = error.code === 'missing-scope'
  const cause = isScope ? error : await diagnose(sync, error)
  if (!isScope && isAboutAll(cause)) throw cause
  const reason = isScope
    ? `The API key may not read them: it lacks the scope ${SCOPES[kind]}. Pages are complete. Make a key that has it to get them too.`
    : `Their list could not be read to the end: ${cause.message} Pages are complete; what is stored of these stays as it was.`
  await noteSkippedParts(sync, kind, reason)
}

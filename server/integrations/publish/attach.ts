/** Attaches a file to a page or blog post: a new attachment, or a new version of the one that has its name. */
import type { Attachment } from '#schema/document-parts.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { isMade, storeFile } from './arrive-file.ts'
import { refusalOf } from './refusals.ts'
import { sendOnce } from './send.ts'
import { settleDocument } from './settle.ts'
import { beginPublish } from './store.ts'
import { openTarget, readLive, type Needs } from './target.ts'

/** What one request may bring, whatever the integration's own limit. */
export const MOST_FILE_BYTES = 100_000_000
const MEGABYTE = 1024 * 1024

export type GivenFile = { name: string; mediaType: string; bytes: Uint8Array; comment: string; minorEdit: boolean }

/** Throws when the actor may not attach anything there: asked before the file is read. */
export async function admitFile(app: Needs, actor: Actor, id: string): Promise<void> {
  await openTarget(app, actor, id)
}

export async function attachFile(app: Needs, actor: Actor, id: string, file: GivenFile): Promise<Attachment> {
  const target = await openTarget(app, actor, id)
  const megabytes = target.settings.attachmentMegabytes
  if (file.bytes.length > megabytes * MEGABYTE)
    throw new Problem(
      413,
      'too-large',
      `“${file.name}” is larger than the ${megabytes} MB that “${target.integrationName}” takes of a file.`,
    )
  await settleDocument(app, target)
  await readLive(target)
  const { push, integrationId, spaceId, externalId, type } = target
  const former = await push.findFile(target, file.name)
  const version = (former?.version ?? 0) + 1
  const size = file.bytes.length
  const publishId = await beginPublish(app.db, {
    kind: 'attach',
    integrationId,
    spaceId,
    documentId: id,
    externalId,
    type,
    title: file.name,
    baseVersion: version - 1,
    target: String(size),
    message: file.comment,
    minorEdit: file.minorEdit,
    actorId: actor.kind === 'user' ? actor.id : null,
    at: app.clock.now(),
  })
  if (publishId === undefined) throw new Error('a publish of its own id could not be begun')
  try {
    const attached = await sendOnce(app, publishId, {
      write: () => push.attachFile(target, file),
      arrived: async () => {
        const now = await push.findFile(target, file.name)
        return isMade(now, { version, size }) ? now : undefined
      },
      // A second one of the same would be a second version.
      isGuarded: false,
    })
    return await storeFile(app, { ...target, megabytes }, id, attached, {
      id: publishId,
      kind: 'attach',
      actor,
      message: file.comment,
    })
  } catch (error) {
    throw refusalOf(error, target)
  }
}

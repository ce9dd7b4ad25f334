/** Whether what was sent is there: asked when its answer was lost. Each throws Upstream when it cannot be seen. */
import type { Pushing } from '#server/connectors/confluence/pushing.ts'
import type { PulledPage } from '#server/connectors/confluence/pull.ts'
import type { PushedTo } from '#server/connectors/confluence/push.ts'
import { bodyHash } from './same-body.ts'

/** Clocks may differ so much: what Confluence dates earlier than this before we sent it is not ours. */
const CLOCK_MS = 5 * 60_000

/** The page as it is now, when the version that was sent is among its versions, with our title and body. A message proves nothing: two people may give the same. */
export async function findEdited(
  push: Pushing,
  to: PushedTo,
  sent: { version: number; title: string; storageHash: string | null },
): Promise<PulledPage | undefined> {
  const now = await push.readPage(to)
  if (now === undefined || now.version < sent.version) return undefined
  const made = now.version === sent.version ? now : await push.readVersion(to, sent.version)
  if (made?.storage === undefined || tidy(made.title) !== tidy(sent.title)) return undefined
  return bodyHash(made.storage) === sent.storageHash ? now : undefined
}

/** The page or blog post that was made: by title in the space and with our body, not before we sent it. */
export async function findCreated(
  push: Pushing,
  where: { type: PushedTo['type']; spaceExternalId: string; title: string },
  sent: { storageHash: string | null; at: Date },
): Promise<PulledPage | undefined> {
  const found = await push.findByTitle(where)
  return found.find(
    (page) =>
      page.status === 'current' &&
      bodyHash(page.storage ?? '') === sent.storageHash &&
      (page.createdAt === null || page.createdAt.getTime() >= sent.at.getTime() - CLOCK_MS),
  )
}

/** Whether it lies in the trash, or is gone altogether. */
export async function isTrashed(push: Pushing, to: PushedTo): Promise<boolean> {
  const page = await push.readPage(to)
  return page === undefined || page.status === 'trashed'
}

export async function findRestored(push: Pushing, to: PushedTo): Promise<PulledPage | undefined> {
  const page = await push.readPage(to)
  return page?.status === 'current' ? page : undefined
}

/** `parent`: where it was to go; null: the top of the space. */
export async function findMoved(
  push: Pushing,
  to: PushedTo & { spaceExternalId: string },
  parent: string | null,
): Promise<PulledPage | undefined> {
  const page = await push.readPage(to)
  return page?.spaceExternalId === to.spaceExternalId && page.parentExternalId === parent ? page : undefined
}

export async function hasLabels(push: Pushing, to: PushedTo, labels: readonly string[]): Promise<boolean> {
  const now = await push.listLabelsOf(to)
  return now.length === labels.length && labels.every((name) => now.includes(name))
}

function tidy(title: string): string {
  return title.trim().replaceAll(/\s+/g, ' ')
}

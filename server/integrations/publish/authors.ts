/** In whose name a change came that a sync meets while whoever sent it still waits for the answer. */
import type { Db, Tx } from '#server/db/open.ts'
import { bodyHash } from './same-body.ts'
import { listOpenPublishes, type PublishRow } from './store.ts'

/** What of a page is needed to know it again. */
export type Met = { externalId: string; title: string; version: number; storage?: string | undefined }

/** Tells the person, if any, whose publish under way made this happening. */
export type AuthorOf = (what: string, met: Met) => string | null

export async function findAuthors(db: Db | Tx, integrationId: string): Promise<AuthorOf> {
  const open = await listOpenPublishes(db, integrationId)
  return (what, met) => open.find((publish) => isMadeBy(publish, what, met))?.actor_id ?? null
}

function isMadeBy(publish: PublishRow, what: string, met: Met): boolean {
  const isSame = publish.external_id === met.externalId
  switch (what) {
    case 'created':
      if (publish.kind === 'restore') return isSame
      return publish.kind === 'create' && publish.title === met.title && hasBody(publish, met)
    case 'updated':
      return publish.kind === 'edit' && isSame && publish.base_version === met.version - 1 && hasBody(publish, met)
    case 'moved':
      return publish.kind === 'move' && isSame
    case 'labelled':
      return publish.kind === 'labels' && isSame
    default:
      return publish.kind === 'trash' && isSame
  }
}

function hasBody(publish: PublishRow, { storage }: Met): boolean {
  return storage !== undefined && bodyHash(storage) === publish.storage_hash
}

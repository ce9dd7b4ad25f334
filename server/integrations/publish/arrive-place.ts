/** Brings changes without a new version into the store: where a page stands, its labels, that it lies in the trash. */
import type { PulledPage } from '#server/connectors/confluence/pull.ts'
import type { App } from '#server/app.ts'
import { placeDocuments, setLabels } from '#server/content/place.ts'
import { removeDocuments } from '#server/content/remove.ts'
import { actorIdOf, arrive, storePage, tell, type Place, type Sent } from './arrive.ts'
import { movedAway } from './refusals.ts'

/** A stored document, as events name it. */
export type Stored = { id: string; externalId: string; type: string; title: string; version: number }

/** Where a move made a version, as on Data Center, or somebody edited it meanwhile, the page is stored as a whole. */
export async function storeMoved(
  app: Pick<App, 'db'>,
  place: Place,
  document: Stored,
  page: PulledPage,
  sent: Sent,
): Promise<void> {
  if (page.spaceExternalId !== place.spaceExternalId) throw movedAway(document.title)
  if (page.version !== document.version && page.storage !== undefined) {
    await storePage(app, place, page, sent)
    return
  }
  await arrive(app, place, sent, async (tx) => {
    const { externalId, parentExternalId, position } = page
    const [change] = await placeDocuments(tx, place.integrationId, [{ externalId, parentExternalId, position }])
    if (change?.moved === true)
      await tell(tx, place, document, 'moved', sent.id, { actorId: actorIdOf(sent), changed: ['parent'] })
    return { documentId: document.id, detail: { title: document.title, parent: parentExternalId } }
  })
}

export async function storeLabelled(
  app: Pick<App, 'db'>,
  place: Place,
  document: Stored,
  labels: string[],
  sent: Sent,
): Promise<void> {
  await arrive(app, place, sent, async (tx) => {
    const [change] = await setLabels(tx, place.integrationId, new Map([[document.externalId, labels]]))
    if (change !== undefined) {
      const { added, removed } = change
      const more = { actorId: actorIdOf(sent), labels, changed: ['labels'], added, removed }
      await tell(tx, place, document, 'labelled', sent.id, more)
    }
    return { documentId: document.id, detail: { title: document.title, labels } }
  })
}

export async function storeTrashed(app: Pick<App, 'db'>, place: Place, document: Stored, sent: Sent): Promise<void> {
  await arrive(app, place, sent, async (tx) => {
    const removed = await removeDocuments(tx, place.integrationId, [document.externalId], 'trashed')
    if (removed.length > 0) {
      const more = { actorId: actorIdOf(sent), reason: 'trashed' }
      await tell(tx, place, document, 'deleted', `${document.version}:${sent.id}`, more)
    }
    return { documentId: document.id, detail: { title: document.title, version: document.version } }
  })
}

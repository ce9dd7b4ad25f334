/** Small changes that workflows make in Confluence: labels and comments, in the name of the integration's account. */
import type { App } from '#server/app.ts'
import type { PushedTo } from '#server/connectors/confluence/push.ts'
import type { Pushing } from '#server/connectors/confluence/pushing.ts'
import { setLabels } from '#server/content/place.ts'
import { transact } from '#server/db/transact.ts'
import { emit } from '#server/events/emit.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { openConnection } from './open-source.ts'
import { getIntegrationRow } from './store.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'config'>

/** Why: `once` names the change, however often it is tried; `depth` and `actorId` go on with the event that tells of it. */
export type Cause = { once: string; depth: number; actorId: string | null }

export type LabelChange = { add?: readonly string[]; remove?: readonly string[] }

/**
 * Adds and removes labels there, then here with the event page.labelled, once. Throws Upstream when Confluence does not
 * answer well: trying again does it once all the same.
 */
export async function changeLabels(app: Needs, documentId: string, change: LabelChange, cause: Cause): Promise<void> {
  const { push, document } = await openDocument(app, documentId)
  const add = change.add ?? []
  const remove = change.remove ?? []
  if (add.length > 0) await push.addLabels(document, add)
  for (const name of remove) await push.removeLabel(document, name)
  const labels = await push.listLabelsOf(document)
  await transact(app.db, async (tx) => {
    const changed = await setLabels(tx, document.integrationId, new Map([[document.externalId, labels]]))
    if (changed.length === 0) return
    await emit(tx, {
      type: 'page.labelled',
      dedupeKey: `${document.integrationId}:${document.externalId}:labelled:${cause.once}`,
      spaceId: document.spaceId,
      subjectId: documentId,
      actorId: cause.actorId,
      depth: cause.depth,
      payload: {
        documentId,
        externalId: document.externalId,
        title: document.title,
        labels,
        changed: ['labels'],
        added: labels.filter((name) => !document.labels.includes(name)),
        removed: document.labels.filter((name) => !labels.includes(name)),
      },
    })
  })
}

/** Comments on the page, once for each `once`. */
export async function addComment(app: Needs, documentId: string, text: string, once: string): Promise<void> {
  const { push, document } = await openDocument(app, documentId)
  await push.addComment(document, text, once)
}

type Target = PushedTo & {
  integrationId: string
  spaceId: string
  title: string
  labels: string[]
}

async function openDocument(app: Needs, documentId: string): Promise<{ push: Pushing; document: Target }> {
  const row = await app.db
    .selectFrom('documents')
    .select(['external_id', 'type', 'title', 'labels', 'space_id', 'integration_id'])
    .where('id', '=', documentId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) throw notFound('Document', documentId)
  if (row.integration_id === null || (row.type !== 'page' && row.type !== 'blogpost'))
    throw new Problem(
      422,
      'not-writable',
      `“${row.title}” cannot be labelled or commented on: it is no page or blog post of an integration.`,
    )
  const integration = await getIntegrationRow(app.db, row.integration_id)
  const { source } = await openConnection(app, integration)
  const { external_id: externalId, type, title, labels, space_id: spaceId, integration_id: integrationId } = row
  return { push: source.push, document: { externalId, type, title, labels, spaceId, integrationId } }
}

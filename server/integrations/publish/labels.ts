/** Sets the labels of a page or blog post. */
import { afterWrite } from '#server/connectors/confluence/push-outcome.ts'
import { tidyLabels } from '#server/content/incoming.ts'
import type { Actor } from '#server/platform/actor.ts'
import { storeLabelled } from './arrive-place.ts'
import { hasLabels } from './find-arrived.ts'
import { field, refusalOf } from './refusals.ts'
import { sendOnce } from './send.ts'
import { settleDocument } from './settle.ts'
import { beginPublish } from './store.ts'
import { openTarget, readLive, type Needs } from './target.ts'

/** What Confluence does not take in a label. */
const WRONG = /[\s:;,.?&[\]()#^*!@<>'"\\/]/

/** Exactly these labels; those that are there already are not sent. */
export async function setDocumentLabels(
  app: Needs,
  actor: Actor,
  id: string,
  wanted: readonly string[],
): Promise<string> {
  const labels = readLabels(wanted)
  const target = await openTarget(app, actor, id)
  await settleDocument(app, target)
  await readLive(target)
  const { push, integrationId, spaceId, externalId, type, title } = target
  const now = await push.listLabelsOf(target)
  const add = labels.filter((name) => !now.includes(name))
  const remove = now.filter((name) => !labels.includes(name))
  if (add.length + remove.length === 0 && sameList(target.labels, labels)) return id
  const publishId = await beginPublish(app.db, {
    kind: 'labels',
    integrationId,
    spaceId,
    documentId: id,
    externalId,
    type,
    title,
    target: JSON.stringify(labels),
    actorId: actor.kind === 'user' ? actor.id : null,
    at: app.clock.now(),
  })
  if (publishId === undefined) throw new Error('a publish of its own id could not be begun')
  const write = async () => {
    if (add.length > 0) await push.addLabels(target, add)
    for (const [index, name] of remove.entries()) {
      const removal = () => push.removeLabel(target, name)
      await (add.length + index > 0 ? afterWrite(removal) : removal())
    }
    return true
  }
  const arrived = async () => ((await hasLabels(push, target, labels)) ? true : undefined)
  try {
    await sendOnce(app, publishId, { write, arrived, isGuarded: true })
  } catch (error) {
    throw refusalOf(error, target)
  }
  await storeLabelled(app, target, target, labels, { id: publishId, kind: 'labels', actor })
  return id
}

/** As Confluence keeps them, in small letters; 422 names one that it does not take. */
export function readLabels(given: readonly string[]): string[] {
  const labels = tidyLabels(given.map((name) => name.toLowerCase()))
  const wrong = labels.find((name) => WRONG.test(name))
  if (wrong !== undefined)
    throw field(422, 'invalid-label', 'labels', `“${wrong}” is no label: use letters, digits, - and _ alone.`)
  return labels
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name))
}

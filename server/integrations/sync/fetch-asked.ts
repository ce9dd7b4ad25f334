/** Documents that a person asked for singly: what a run had skipped, and what was hidden and is to come back. */
import { nodeType } from '#server/connectors/confluence/nodes.ts'
import { Upstream } from '#server/platform/problem.ts'
import { forgetAsked, listAsked, type Asked } from '../asked.ts'
import { write, type Sync } from './context.ts'
import { isAboutAll } from './diagnose.ts'
import { putNodes } from './nodes.ts'
import { noteUnreadable, putBatch } from './put.ts'

/** As many as one request takes. */
const ASKED_AT_ONCE = 250

/** Asks for each once; what Confluence does not have any more stays as it is here. */
export async function fetchAsked(sync: Sync): Promise<void> {
  for (;;) {
    const asked = await listAsked(sync.app.db, sync.integrationId, ASKED_AT_ONCE)
    if (asked.length === 0) return
    sync.signal.throwIfAborted()
    const ids = asked.map((one) => one.externalId)
    // What was skipped because it has no id cannot be asked for.
    const known = asked.filter((one) => /^\d+$/.test(one.externalId))
    await alone(sync, known, async () => {
      await fetchPages(sync, 'pages', known)
      await fetchPages(sync, 'blogposts', known)
    })
    for (const one of known) await alone(sync, [one], () => fetchNode(sync, one))
    await write(sync, (tx) => forgetAsked(tx, sync.integrationId, ids))
  }
}

/** A failure is listed at what was asked for, and stops nothing else; what concerns the whole connection is thrown. */
async function alone(sync: Sync, asked: readonly Asked[], work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Upstream) || sync.signal.aborted || isAboutAll(error)) throw error
    const items = asked.map(({ externalId }) => ({ externalId, title: externalId, reason: error.message }))
    await write(sync, (tx) => noteUnreadable(sync, tx, null, items))
  }
}

async function fetchPages(sync: Sync, kind: 'pages' | 'blogposts', asked: readonly Asked[]): Promise<void> {
  const type = kind === 'pages' ? 'page' : 'blogpost'
  const ids = asked.filter((one) => one.type === type).map((one) => one.externalId)
  if (ids.length === 0) return
  const { pages, unreadable } = await sync.source.getPages(kind, ids)
  for (const [id, own] of Map.groupBy(pages, (page) => page.spaceExternalId)) {
    const space = sync.spaces.get(id)
    if (space !== undefined) await putBatch(sync, space, own, async () => {})
  }
  await write(sync, (tx) => noteUnreadable(sync, tx, null, unreadable))
}

async function fetchNode(sync: Sync, { externalId, type }: Asked): Promise<void> {
  const kind = nodeType(type)
  if (kind === undefined) return
  const node = await sync.source.findNode(kind, externalId)
  if (node === undefined || node.status === 'trashed') return
  const stored = await sync.app.db
    .selectFrom('documents')
    .select('space_id')
    .where('integration_id', '=', sync.integrationId)
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  if (stored !== undefined) await putNodes(sync, stored.space_id, [node])
}

import { expect } from 'vitest'
import { z } from 'zod'
import { Document, DocumentDetail } from '#schema/document.ts'
import type { SimulatorOptions } from '#simulator/start.ts'
import type { Client } from './client.ts'
import { newPerson, withNewKey, type Signed } from './people.ts'
import { startSyncSite, type SyncSite } from './sync-site.ts'

export type PublishSite = SyncSite & {
  /** The key of the space that is written in. */
  space: string
  /** May write in the space. */
  editor: Signed
  /** Reads alone. */
  reader: Signed
  /** Is no member. */
  stranger: Signed
  /** Another editor's API key that may only propose. */
  agent: Client
  /** A page there and here; its id here. */
  newPage(page?: { title?: string; storage?: string; labels?: string[]; parentId?: string }): Promise<Page>
  read(id: string, client?: Client): Promise<Document>
}
export type Page = { id: string; externalId: string; title: string; version: number }

let pages = 0

/** A Lockkeeper beside a simulated Confluence, with people of every role in its first space. */
export async function startPublishSite(
  simulator: SimulatorOptions = { pages: 4, spaces: 2 },
  readers: 'members' | 'confluence' = 'members',
): Promise<PublishSite> {
  await using opening = new AsyncDisposableStack()
  const site = opening.use(await startSyncSite({ simulator }))
  const { server, admin } = site
  const space = site.simulator.control.truth().spaces[0]?.key ?? ''
  const editor = await newPerson(server, admin, 'edda')
  const reader = await newPerson(server, admin, 'rita')
  const stranger = await newPerson(server, admin, 'sam')
  const members = [
    { principal: `user:${editor.id}`, role: 'editor' },
    { principal: `user:${reader.id}`, role: 'reader' },
  ]
  expect(await admin.put(`/spaces/${space}/members`, { members })).toMatchObject({ status: 200 })
  await admin.patch(`/integrations/${site.integrationId}`, { settings: { readers } })
  await site.lastRun()
  const agent = await withNewKey(server, editor.client, { name: 'agent', scopes: ['read', 'propose'] })
  const opened = opening.move()
  return {
    ...site,
    space,
    editor,
    reader,
    stranger,
    agent,
    async newPage({ title = `Gate ${(pages += 1)}`, storage = '<p>Open the gates.</p>', labels, parentId } = {}) {
      const { control } = site.simulator
      const { id: externalId } = control.createPage({
        space,
        title,
        storage,
        ...(labels === undefined ? {} : { labels }),
        ...(parentId === undefined ? {} : { parentId }),
      })
      expect(await site.sync('incremental')).toMatchObject({ status: 'succeeded' })
      if (labels !== undefined) expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded' })
      const row = await site.db
        .selectFrom('documents')
        .select(['id', 'version'])
        .where('external_id', '=', externalId)
        .executeTakeFirstOrThrow()
      return { id: row.id, externalId, title, version: row.version }
    },
    async read(id, client = editor.client) {
      return Document.parse((await client.get(`/documents/${id}`)).body)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Types of the events about a document since it came, with who caused them. */
export async function eventsOf(site: Pick<SyncSite, 'db'>, id: string) {
  const rows = await site.db
    .selectFrom('events')
    .select(['type', 'actor_id as actorId', 'payload'])
    .where('subject_id', '=', id)
    .where('type', 'like', 'page.%')
    .orderBy('id')
    .execute()
  return rows.map(({ payload, ...event }) => ({ ...event, payload: z.record(z.string(), z.unknown()).parse(payload) }))
}

/** What the audit says of a document: actions with who did them. */
export async function auditOf(site: Pick<SyncSite, 'db'>, target: string) {
  const rows = await site.db
    .selectFrom('audit')
    .select(['action', 'actor'])
    .where('target', '=', target)
    .orderBy('seq')
    .execute()
  return rows.map(({ action, actor }) => `${action} ${actor}`)
}

/** How many requests of this kind reached the site since the log was cleared. */
export function sentTo(site: Pick<SyncSite, 'simulator'>, method: string): number {
  return site.simulator.requests.recent.filter((entry) => entry.method === method).length
}

/** The edit view of a document. */
export async function editViewOf(site: PublishSite, id: string): Promise<string> {
  return DocumentDetail.parse((await site.editor.client.get(`/documents/${id}?as=edit`)).body).body
}

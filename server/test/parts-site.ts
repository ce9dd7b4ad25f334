import { expect } from 'vitest'
import { z } from 'zod'
import { AttachmentPage, CommentPage, type Attachment, type Comment } from '#schema/document-parts.ts'
import { SearchResult, type SearchHit } from '#schema/document.ts'
import type { SimulatorOptions } from '#simulator/start.ts'
import { pagesOf, startSyncSite, type SyncSite } from './sync-site.ts'

export type PartsSite = SyncSite & {
  /** A page there; where it is here. */
  page: { externalId: string; id: string }
  other: { externalId: string; id: string }
  /** Waits until no file waits to be fetched or read, and all is indexed. */
  settled(): Promise<void>
  attachments(id?: string): Promise<Attachment[]>
  attachment(name: string): Promise<Attachment>
  comments(id?: string, kind?: 'footer' | 'inline'): Promise<Comment[]>
  find(q: string): Promise<SearchHit[]>
}

const patient = { timeout: 60_000 }

/** A synced site whose files are fetched, without any part of its own. */
export async function startPartsSite(simulator: SimulatorOptions = {}): Promise<PartsSite> {
  const world = { pages: 6, spaces: 1, blogPosts: 1, attachments: 0, comments: 0, ...simulator }
  const site = await startSyncSite({ simulator: world, files: true })
  const [first = '', second = ''] = pagesOf(site.simulator, site.simulator.control.truth().spaces[0]?.key ?? '')
  const here = async (externalId: string) => ({ externalId, id: await idOf(site, externalId) })
  const page = await here(first)
  const list = async <T>(shape: z.ZodType<{ items: T[]; nextCursor: string | null }>, path: string): Promise<T[]> => {
    const items: T[] = []
    for (let cursor = ''; ;) {
      const answer = await site.admin.get(`${path}${path.includes('?') ? '&' : '?'}limit=200${cursor}`)
      expect(answer).toMatchObject({ status: 200 })
      const read = shape.parse(answer.body)
      items.push(...read.items)
      if (read.nextCursor === null) return items
      cursor = `&cursor=${read.nextCursor}`
    }
  }
  const attachments = (id = page.id) => list(AttachmentPage, `/documents/${id}/attachments`)
  return {
    ...site,
    page,
    other: await here(second),
    attachments,
    async attachment(name) {
      const found = (await attachments()).find((one) => one.name === name)
      if (found === undefined) throw new Error(`there is no attachment ${name}`)
      return found
    },
    comments: (id = page.id, kind) =>
      list(CommentPage, `/documents/${id}/comments${kind === undefined ? '' : `?kind=${kind}`}`),
    async find(q) {
      const { body } = await site.admin.get(`/search?q=${encodeURIComponent(q)}`)
      return SearchResult.parse(body).items.filter((hit) => !hit.partial)
    },
    settled: () => expect.poll(() => countWaiting(site), patient).toBe(0),
  }
}

async function idOf(site: SyncSite, externalId: string): Promise<string> {
  const row = await site.db
    .selectFrom('documents')
    .select('id')
    .where('external_id', '=', externalId)
    .executeTakeFirstOrThrow()
  return row.id
}

async function countWaiting({ db }: SyncSite): Promise<number> {
  const files = await db
    .selectFrom('attachments')
    .select('id')
    .where('deleted_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('file_state', '=', 'waiting'),
        eb.and([eb('file_state', '=', 'stored'), eb('text_state', '=', 'waiting')]),
      ]),
    )
    .execute()
  const documents = await db.selectFrom('document_reindexing').select('document_id').execute()
  return files.length + documents.length
}

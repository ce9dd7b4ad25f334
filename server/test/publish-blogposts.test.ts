import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AttachmentPage } from '#schema/document-parts.ts'
import { DocumentDetail } from '#schema/document.ts'
import type { RunMode, SyncRun } from '#schema/integration.ts'
import { EditConflict, PublishPreview } from '#schema/publish.ts'
import type { Simulator } from '#simulator/start.ts'
import type { Db } from '#server/db/open.ts'
import type { TestApp } from './app.ts'
import { attachText } from './attaching.ts'
import type { Client } from './client.ts'
import { startDataCenterSite } from './data-center-site.ts'
import { auditOf, eventsOf, sentTo } from './publish-site.ts'
import { startSyncSite, storedTruth, wantedTruth } from './sync-site.ts'

type Site = AsyncDisposable & {
  simulator: Simulator
  server: TestApp
  admin: Client
  db: Db
  sync(mode: RunMode): Promise<SyncRun>
}
type Post = { id: string; externalId: string; title: string }

const simulated = { pages: 6, spaces: 2, blogPosts: 6 }

const deployments: [name: string, open: () => Promise<Site>][] = [
  ['Cloud', () => startSyncSite({ simulator: simulated })],
  [
    'Data Center',
    async () => {
      const site = await startDataCenterSite(simulated)
      const id = await site.connect()
      return { ...site, sync: (mode) => site.sync(id, mode) }
    },
  ],
]

describe.each(deployments)('a blog post on %s', (_, open) => {
  let site: Site
  let space = ''
  let adminId = ''
  let made = 0
  beforeAll(async () => {
    site = await open()
    space = site.simulator.control.truth().spaces[0]?.key ?? ''
    const me = z.object({ user: z.object({ id: z.string() }) }).parse((await site.admin.get('/me')).body)
    adminId = me.user.id
  })
  afterAll(() => site[Symbol.asyncDispose]())
  beforeEach(() => site.simulator.control.clearFaults())

  const there = ({ externalId }: Post) => site.simulator.control.page(externalId)
  const put = ({ id }: Post, change: Record<string, unknown>) => site.admin.put(`/documents/${id}`, change)

  /** A post that somebody wrote there, as a sync brought it. */
  async function newPost(storage = '<p>Open the gates.</p>'): Promise<Post> {
    const title = `Gate news ${(made += 1)}`
    const { id: externalId } = site.simulator.control.createPage({ space, kind: 'blogpost', title, storage })
    expect(await site.sync('incremental')).toMatchObject({ status: 'succeeded', counts: { created: 1 } })
    const row = site.db.selectFrom('documents').select('id').where('external_id', '=', externalId)
    site.simulator.control.clearRequests()
    return { id: (await row.executeTakeFirstOrThrow()).id, externalId, title }
  }

  /** What was published is not news for a sync. */
  async function expectQuiet(): Promise<void> {
    for (const mode of ['incremental', 'sweep'] as const)
      expect((await site.sync(mode)).counts).toMatchObject({ created: 0, updated: 0, deleted: 0 })
    expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  }

  test('is made with labels, and stands below no page', async () => {
    const draft = {
      space,
      type: 'blogpost',
      title: 'The gates are open',
      markdown: 'A **first** line.',
      labels: ['news'],
    }
    const answer = await site.admin.post('/documents', draft)
    expect(answer).toMatchObject({
      status: 201,
      body: { type: 'blogpost', version: 1, parentId: null, labels: ['news'] },
    })
    const post = DocumentDetail.pick({ id: true, externalId: true, title: true }).parse(answer.body)
    expect(there(post)).toMatchObject({ kind: 'blogpost', parentId: null, title: draft.title, labels: ['news'] })
    expect(there(post).storage).toBe('<p>A <strong>first</strong> line.</p>')
    await expectQuiet()
    expect(await site.admin.post('/documents', { ...draft, title: 'Below', parentId: post.id })).toMatchObject({
      status: 422,
    })
  })

  test('is edited in Markdown, which leaves the markup around the words alone', async () => {
    const storage = '<p style="text-align: center;">Open the <span style="color: red;">gates</span> at noon.</p>'
    const post = await newPost(storage)
    const { body } = DocumentDetail.parse((await site.admin.get(`/documents/${post.id}?as=edit`)).body)
    const change = { version: 1, markdown: body.replace('noon', 'dusk') }
    expect(await put(post, change)).toMatchObject({ status: 200, body: { type: 'blogpost', version: 2 } })
    expect(there(post)).toMatchObject({ kind: 'blogpost', version: 2, storage: storage.replace('noon', 'dusk') })
    await expectQuiet()
  })

  test('is edited in storage, told once in the name of who did it, and W4: saving nothing sends nothing', async () => {
    const post = await newPost()
    const change = { version: 1, title: `${post.title}!`, storage: '<p>Shut them.</p>', message: 'the flood' }
    expect(await put(post, change)).toMatchObject({ status: 200, body: { title: `${post.title}!`, version: 2 } })
    expect(there(post)).toMatchObject({ title: `${post.title}!`, storage: '<p>Shut them.</p>', version: 2 })
    expect(await put(post, { version: 2, storage: '<p>Shut them.</p>' })).toMatchObject({ status: 200 })
    expect(sentTo(site, 'PUT')).toBe(1)
    await expectQuiet()
    expect((await eventsOf(site, post.id)).map(({ type, actorId }) => [type, actorId])).toEqual([
      ['page.created', null],
      ['page.updated', adminId],
    ])
    expect((await site.admin.get(`/documents/${post.id}/versions`)).body).toMatchObject({
      items: [{ number: 2, message: 'the flood' }, { number: 1 }],
    })
  })

  test('W1: is merged with what others changed elsewhere in it', async () => {
    const post = await newPost('<p>One.</p><p>Two.</p><p>Three.</p>')
    site.simulator.control.editPage(post.externalId, { storage: '<p>One!</p><p>Two.</p><p>Three.</p>' })
    const change = { version: 1, storage: '<p>One.</p><p>Two.</p><p>Three?</p>' }
    const preview = await site.admin.put(`/documents/${post.id}?dryRun=true`, change)
    expect(PublishPreview.parse(preview.body)).toMatchObject({ merged: true, version: 3 })
    expect(await put(post, change)).toMatchObject({ status: 200, body: { version: 3 } })
    expect(there(post)).toMatchObject({ version: 3, storage: '<p>One!</p><p>Two.</p><p>Three?</p>' })
    await expectQuiet()
  })

  test('W1: is a conflict with both sides where the same block was changed, and takes what was chosen', async () => {
    const post = await newPost('<p>One.</p><p>Two.</p>')
    site.simulator.control.editPage(post.externalId, { storage: '<p>Theirs.</p><p>Two.</p>' })
    const answer = await put(post, { version: 1, storage: '<p>Mine.</p><p>Two.</p>' })
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } })
    const { conflict } = z.object({ conflict: EditConflict }).parse(answer.body)
    expect(conflict).toMatchObject({ base: 1, current: { version: 2 } })
    expect(conflict.parts.filter((part) => part.kind === 'conflict')).toMatchObject([
      { mine: { storage: '<p>Mine.</p>' }, theirs: { storage: '<p>Theirs.</p>' }, base: { storage: '<p>One.</p>' } },
    ])
    expect(sentTo(site, 'PUT')).toBe(0)
    const chosen = { version: 2, storage: '<p>Mine and theirs.</p><p>Two.</p>' }
    expect(await put(post, chosen)).toMatchObject({ status: 200, body: { version: 3 } })
    expect(there(post).storage).toBe(chosen.storage)
    await expectQuiet()
  })

  test('W6: may have the title of another post', async () => {
    const [post, other] = [await newPost(), await newPost()]
    expect(await put(post, { version: 1, title: other.title })).toMatchObject({ status: 200 })
    await expectQuiet()
  })

  test('W9: whose answer is lost is edited once', async () => {
    const post = await newPost()
    site.simulator.control.setFault({ kind: 'cut', match: { method: 'PUT', path: post.externalId, times: 1 } })
    expect(await put(post, { version: 1, storage: '<p>Once.</p>' })).toMatchObject({
      status: 200,
      body: { version: 2 },
    })
    expect(sentTo(site, 'PUT')).toBe(1)
    expect(there(post)).toMatchObject({ version: 2, storage: '<p>Once.</p>' })
    await expectQuiet()
  })

  test('has exactly the labels that are set', async () => {
    const post = await newPost()
    const set = (labels: string[]) => site.admin.put(`/documents/${post.id}/labels`, { labels })
    expect(await set(['one', 'two'])).toMatchObject({ status: 200, body: { labels: ['one', 'two'] } })
    expect(await set(['two', 'three'])).toMatchObject({ status: 200 })
    expect(there(post).labels.toSorted()).toEqual(['three', 'two'])
    await expectQuiet()
  })

  test('takes files, the same name again as a new version', async () => {
    const post = await newPost()
    expect(await attachText(site.server, post.id, 'plan.txt', 'one')).toMatchObject({
      status: 201,
      body: { version: 1 },
    })
    expect(await attachText(site.server, post.id, 'plan.txt', 'two!')).toMatchObject({
      status: 201,
      body: { version: 2, size: 4 },
    })
    const files = site.simulator.control.truth().attachments.filter((one) => one.pageId === post.externalId)
    expect(files).toMatchObject([{ name: 'plan.txt', version: 2, status: 'current' }])
    await expectQuiet()
    const listed = AttachmentPage.parse((await site.admin.get(`/documents/${post.id}/attachments`)).body)
    expect(listed.items).toMatchObject([{ name: 'plan.txt', version: 2, size: 4 }])
  })

  test('goes to the trash and comes back as the same document; it is not moved', async () => {
    const post = await newPost()
    expect(await site.admin.post(`/documents/${post.id}/move`, { parentId: null })).toMatchObject({
      status: 422,
      body: { code: 'not-movable' },
    })
    expect(await site.admin.delete(`/documents/${post.id}`)).toMatchObject({ status: 204 })
    expect(there(post).status).toBe('trashed')
    expect(await site.admin.get(`/documents/${post.id}`)).toMatchObject({ status: 404 })
    await expectQuiet()
    const restored = await site.admin.post(`/documents/${post.id}/restore`)
    expect(restored).toMatchObject({ status: 200, body: { id: post.id, title: post.title, type: 'blogpost' } })
    expect(there(post)).toMatchObject({ status: 'current', storage: '<p>Open the gates.</p>' })
    await expectQuiet()
    expect((await eventsOf(site, post.id)).map(({ type, actorId }) => [type, actorId])).toEqual([
      ['page.created', null],
      ['page.deleted', adminId],
      ['page.created', adminId],
    ])
    expect(await auditOf(site, `document:${post.id}`)).toEqual(
      ['trashed', 'restored'].map((what) => `document.${what} ${adminId}`),
    )
  })

  test('that somebody purged there cannot be restored', async () => {
    const post = await newPost()
    await site.admin.delete(`/documents/${post.id}`)
    site.simulator.control.purgePage(post.externalId)
    expect(await site.admin.post(`/documents/${post.id}/restore`)).toMatchObject({
      status: 409,
      body: { code: 'purged' },
    })
  })
})

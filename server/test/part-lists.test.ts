import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { DocumentDetail } from '#schema/document.ts'
import { DocumentDiff } from '#schema/publish.ts'
import { READ_SCOPES } from './connecting.ts'
import { startPartsSite } from './parts-site.ts'
import { EMAIL, startSyncSite } from './sync-site.ts'

const Listed = z.object({ items: z.array(z.object({ id: z.string() })), nextCursor: z.string().nullable() })

test('T3: a key that lacks the scope for attachments brings all the rest, and the run names the scope', async () => {
  const scopes = [...READ_SCOPES, 'read:comment:confluence']
  const simulator = { pages: 20, spaces: 1, attachments: 5, comments: 8, users: [{ email: EMAIL, scopes }] }
  await using site = await startSyncSite({ simulator })
  const run = await site.lastRun()
  expect(run).toMatchObject({ status: 'succeeded', error: null })
  const skipped = await site.skipped(run)
  expect(skipped.filter((one) => one.type === 'attachments')).toMatchObject([
    { title: 'Attachments', reason: expect.stringContaining('read:attachment:confluence') },
  ])
  const comments = await site.db.selectFrom('comments').select('id').execute()
  expect(comments).toHaveLength(8)
})

test('S3: a page with 5,000 attachments and 3,000 comments comes by lists of the site, and its lists are paged', async () => {
  const simulator = { pages: 1, spaces: 1, blogPosts: 0, attachments: 5000, comments: 3000 }
  await using site = await startSyncSite({ simulator })
  expect(await site.lastRun()).toMatchObject({ status: 'succeeded' })
  const { counts } = site.simulator.requests
  expect(counts['GET /wiki/api/v2/attachments']).toBe(20)
  expect((counts['GET /wiki/api/v2/footer-comments'] ?? 0) + (counts['GET /wiki/api/v2/inline-comments'] ?? 0)).toBe(13)
  const { id } = await site.db.selectFrom('documents').select('id').executeTakeFirstOrThrow()
  for (const [part, all] of [
    ['attachments', 5000],
    ['comments', 3000],
  ] as const) {
    const seen = new Set<string>()
    for (let cursor: string | null = ''; cursor !== null;) {
      const path = `/documents/${id}/${part}?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`
      const body = Listed.parse((await site.admin.get(path)).body)
      for (const item of body.items) seen.add(item.id)
      cursor = body.nextCursor
    }
    expect(seen.size).toBe(all)
  }
  // What the list shows no more is asked for singly; of too much at once nothing goes.
  site.simulator.control.setFault({ kind: 'early-end', match: { path: /v2\/(?:attachments|footer-comments)/ } })
  const early = await site.sync('sweep')
  expect((await site.skipped(early)).map((one) => one.type)).toEqual(['attachments', 'footer-comments'])
  site.simulator.control.clearFaults()
  site.simulator.control.setFault({ kind: 'repeat-cursor', match: { path: /v2\/attachments/ } })
  expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded', counts: { skipped: 1 } })
  const left = await site.db.selectFrom('attachments').select('id').where('deleted_at', 'is', null).execute()
  expect(left).toHaveLength(5000)
})

test('old versions are shown and compared as Confluence keeps them; what it does not have is not found', async () => {
  await using site = await startPartsSite()
  const { control } = site.simulator
  const created = control.createPage({
    space: control.truth().spaces[0]?.key ?? '',
    title: 'Gate rules',
    storage: '<p>Open at six.</p><p>Close at ten.</p>',
  })
  control.editPage(created.id, { title: 'Rules of the gate', storage: '<p>Open at seven.</p><p>Close at ten.</p>' })
  await site.sync('incremental')
  const { id } = await site.db
    .selectFrom('documents')
    .select('id')
    .where('external_id', '=', created.id)
    .executeTakeFirstOrThrow()
  const old = DocumentDetail.parse((await site.admin.get(`/documents/${id}/versions/1`)).body)
  expect(old).toMatchObject({
    id,
    version: 1,
    title: 'Gate rules',
    format: 'markdown',
    body: expect.stringContaining('Open at six.'),
  })
  const now = DocumentDetail.parse((await site.admin.get(`/documents/${id}/versions/2?as=storage`)).body)
  expect(now).toMatchObject({ version: 2, body: expect.stringContaining('Open at seven.') })
  const diff = DocumentDiff.parse((await site.admin.get(`/documents/${id}/versions/2/diff`)).body)
  expect(diff).toMatchObject({ title: { before: 'Gate rules', after: 'Rules of the gate' }, changed: 1 })
  expect(diff.blocks).toMatchObject([{ kind: 'changed', before: expect.stringContaining('six') }, { kind: 'same' }])
  const first = DocumentDiff.parse((await site.admin.get(`/documents/${id}/versions/1/diff`)).body)
  expect(first.blocks.every((step) => step.kind === 'added')).toBe(true)
  expect(await site.admin.get(`/documents/${id}/versions/3`)).toMatchObject({ status: 404 })
  expect(await site.admin.get(`/documents/${id}/versions/0`)).toMatchObject({ status: 400 })
  control.setFault({ kind: 'status', status: 500, match: { path: /version=1/ } })
  expect(await site.admin.get(`/documents/${id}/versions/1`)).toMatchObject({ status: 502 })
}, 120_000)

test('an incremental run looks for new comments and files when pages changed or it is time, and else asks nothing', async () => {
  await using site = await startPartsSite()
  const { control, requests } = site.simulator
  const asked = () => requests.counts['GET /wiki/api/v2/footer-comments'] ?? 0
  const before = asked()
  control.addComment(site.page.externalId, { kind: 'footer', storage: '<p>Mind the dunlin.</p>' })
  control.addAttachment(site.page.externalId, { name: 'new.txt', content: 'a knot' })
  await site.sync('incremental')
  expect(asked()).toBe(before)
  await sql`update sync_watermarks set complete_until = complete_until - interval '20 minutes' where space_external_id = '*'`.execute(
    site.db,
  )
  await site.sync('incremental')
  await site.settled()
  expect(asked()).toBe(before + 1)
  expect((await site.find('dunlin'))[0]).toMatchObject({ matchedIn: { kind: 'comment' } })
  expect((await site.find('knot'))[0]).toMatchObject({ matchedIn: { name: 'new.txt' } })
  const [comment] = control.comments(site.page.externalId)
  control.editComment(comment?.id ?? '', '<p>Mind the ruff.</p>')
  control.editPage(site.other.externalId, { storage: '<p>News.</p>' })
  await site.sync('incremental')
  await site.settled()
  expect(await site.find('dunlin')).toEqual([])
  expect((await site.find('ruff'))[0]?.document.id).toBe(site.page.id)
})

test('files whose host the operator did not open wait, and say why', async () => {
  await using site = await startSyncSite({ simulator: { pages: 3, spaces: 1, attachments: 2, comments: 0 } })
  const details = async () =>
    (await site.db.selectFrom('attachments').select('file_detail').execute()).map((row) => row.file_detail)
  await expect.poll(details, { timeout: 20_000 }).toEqual(Array(2).fill(expect.stringContaining('loopback address')))
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { Attachment } from '#schema/document-parts.ts'
import { Brake, BrakedDocument } from '#schema/sync-health.ts'
import { startPartsSite, type PartsSite } from './parts-site.ts'

let site: PartsSite

beforeEach(async () => {
  site = await startPartsSite()
})
afterEach(() => site[Symbol.asyncDispose]())

const files = Array.from({ length: 60 }, (_, index) => `plan-${index + 100}.txt`)
const gone = files.slice(0, 25)
const ONE = 'GET /wiki/api/v2/attachments/{id}'

/** 60 files on the page; in each a word of its own. */
async function addFiles(): Promise<void> {
  for (const name of files)
    site.simulator.control.addAttachment(site.page.externalId, { name, content: `${wordOf(name)} stands here` })
  await site.sync('sweep')
  await site.settled()
}

const wordOf = (name: string) => `curlew${name.replaceAll(/\D/g, '')}`

function deleteFiles(names: readonly string[]): void {
  for (const name of names) site.simulator.control.removeAttachment(site.page.externalId, name)
}

/** Footer comments, the n-th saying `godwit<n>`; their ids there. */
async function addComments(count: number): Promise<string[]> {
  const ids = Array.from(
    { length: count },
    (_, index) =>
      site.simulator.control.addComment(site.page.externalId, {
        kind: 'footer',
        storage: `<p>godwit${index + 100} was seen</p>`,
      }).id,
  )
  await site.sync('sweep')
  await site.settled()
  return ids
}

async function brakes(state?: string): Promise<Brake[]> {
  const query = state === undefined ? '' : `?state=${state}`
  const { body } = await site.admin.get(`/integrations/${site.integrationId}/brakes${query}`)
  return z.object({ items: z.array(Brake) }).parse(body).items
}

async function waiting(): Promise<Brake> {
  const [brake, ...more] = await brakes('waiting')
  expect(more).toEqual([])
  if (brake === undefined) throw new Error('no brake is waiting')
  return brake
}

async function listOf(brake: Brake, limit = 250): Promise<BrakedDocument[]> {
  const items: BrakedDocument[] = []
  for (let cursor = ''; ;) {
    const { body } = await site.admin.get(`/brakes/${brake.id}/documents?limit=${limit}${cursor}`)
    const page = z.object({ items: z.array(BrakedDocument), nextCursor: z.string().nullable() }).parse(body)
    items.push(...page.items)
    if (page.nextCursor === null) return items
    cursor = `&cursor=${page.nextCursor}`
  }
}

const decide = (brake: Brake, how: 'confirm' | 'reject', body: object = { gone: brake.gone }) =>
  site.admin.post(`/brakes/${brake.id}/${how}`, body)
const names = (attachments: readonly Attachment[]) => attachments.map(({ name }) => name).toSorted()

test('D6: 25 of 60 files deleted at once stay and are told of once, and go from page, list and search when an admin confirms', async () => {
  await addFiles()
  deleteFiles(gone)
  await site.sync('sweep')
  const run = await site.sync('sweep')
  expect(await site.skipped(run)).toMatchObject([
    { type: 'space', reason: expect.stringContaining('25 of 60 attachments') },
  ])
  expect(names(await site.attachments())).toEqual(files)
  expect(await site.find(wordOf('plan-100.txt'))).toHaveLength(1)
  const brake = await waiting()
  expect(brake).toMatchObject({ reason: 'attachments', gone: 25, all: 60 })
  const events = await site.db.selectFrom('events').select('payload').where('type', '=', 'sync.braked').execute()
  expect(events).toMatchObject([{ payload: { code: 'attachments', gone: 25 } }])
  const news = await site.db.selectFrom('notifications').select('title').where('kind', '=', 'sync').execute()
  expect(news).toMatchObject([{ title: expect.stringContaining('25 attachments') }])
  const items = await listOf(brake, 10)
  expect(items.map(({ title }) => title).toSorted()).toEqual(gone)
  expect(items[0]).toMatchObject({ type: 'attachment', page: { id: site.page.id } })

  expect(await decide(brake, 'confirm', { gone: 24 })).toMatchObject({ status: 409 })
  expect(await decide(brake, 'confirm')).toMatchObject({ status: 200, body: { state: 'confirmed' } })
  expect(await site.lastRun()).toMatchObject({ status: 'succeeded' })
  expect(names(await site.attachments())).toEqual(files.slice(25))
  expect(await site.find(wordOf('plan-100.txt'))).toEqual([])
  expect(await site.find(wordOf('plan-130.txt'))).toHaveLength(1)
  const file = `/documents/${site.page.id}/attachments/${items[0]?.id}/file`
  expect(await site.admin.get(file)).toMatchObject({ status: 404 })
  await site.sync('sweep')
  expect(await brakes()).toMatchObject([{ id: brake.id, state: 'confirmed' }])
})

test('rejected files stay and are not asked for again; others that vanish go', async () => {
  await addFiles()
  deleteFiles(gone)
  await site.sync('sweep')
  expect(await decide(await waiting(), 'reject')).toMatchObject({ status: 200, body: { state: 'rejected' } })
  deleteFiles(files.slice(-2))
  const { counts } = site.simulator.requests
  const before = counts[ONE] ?? 0
  const run = await site.sync('sweep')
  expect(counts[ONE]).toBe(before + 2)
  expect(await site.skipped(run)).toMatchObject([{ reason: expect.stringContaining('rejected their removal') }])
  expect(await brakes('waiting')).toEqual([])
  expect(names(await site.attachments())).toEqual(files.slice(0, -2))
  expect(await site.find(wordOf('plan-100.txt'))).toHaveLength(1)
})

test('comments are held back likewise, each kind for itself, and the list names who wrote them, not what', async () => {
  const ids = await addComments(60)
  for (const id of ids.slice(0, 25)) site.simulator.control.removeComment(id)
  await site.sync('sweep')
  const brake = await waiting()
  expect(brake).toMatchObject({ reason: 'footer-comments', gone: 25, all: 60 })
  const items = await listOf(brake)
  expect(items.map(({ externalId }) => externalId).toSorted()).toEqual(ids.slice(0, 25).toSorted())
  expect(JSON.stringify(items)).not.toContain('godwit')
  expect(await site.comments()).toHaveLength(60)
  await decide(brake, 'confirm')
  await site.lastRun()
  expect((await site.comments()).map((one) => one.externalId).toSorted()).toEqual(ids.slice(25).toSorted())
  expect(await site.find('godwit100')).toEqual([])
  expect(await site.find('godwit130')).toHaveLength(1)
})

test.each([
  {
    name: 'breaks off',
    fault: { kind: 'status', status: 400, match: { path: /footer-comments\?.*cursor=/ } } as const,
  },
  { name: 'ends early', fault: { kind: 'early-end', match: { path: /footer-comments\?/ } } as const },
])('a list that $name removes nothing and holds nothing back', async ({ fault }) => {
  const ids = await addComments(320)
  site.simulator.control.setFault(fault)
  const run = await site.sync('sweep')
  expect(await site.skipped(run)).toMatchObject([{ type: 'footer-comments' }])
  expect(await brakes()).toEqual([])
  expect(await site.comments()).toHaveLength(ids.length)
})

test('what is there again when the confirmed run asks stays, and the brake is over', async () => {
  await addComments(320)
  const { control } = site.simulator
  control.setFault({ kind: 'early-end', match: { path: /footer-comments\?/ } })
  control.setFault({ kind: 'status', status: 404, match: { path: /footer-comments\/\d/ } })
  await site.sync('sweep')
  const brake = await waiting()
  expect(brake).toMatchObject({ gone: 70, all: 320 })
  control.clearFaults()
  await decide(brake, 'confirm')
  await site.lastRun()
  expect(await brakes()).toMatchObject([{ id: brake.id, state: 'over' }])
  expect(await site.comments()).toHaveLength(320)
})

test('a confirmed removal that the key may not carry out waits, and the run succeeds', async () => {
  await addFiles()
  deleteFiles(gone)
  await site.sync('sweep')
  const { control } = site.simulator
  control.setFault({ kind: 'status', status: 403, match: { path: /api\/v2\/attachments\/att/ } })
  await decide(await waiting(), 'confirm')
  const run = await site.lastRun()
  expect(run).toMatchObject({ status: 'succeeded' })
  expect(await site.skipped(run)).toMatchObject([{ type: 'attachments' }])
  expect(names(await site.attachments())).toEqual(files)
  control.clearFaults()
  await site.sync('incremental')
  expect(names(await site.attachments())).toEqual(files.slice(25))
})

test('D2: what hangs on pages of a space that cannot be read now stays until it can', async () => {
  await addFiles()
  deleteFiles(files.slice(0, 2))
  const { control } = site.simulator
  const id = control.truth().spaces[0]?.id
  control.setFault({ kind: 'status', status: 500, retryAfter: '0', match: { path: `pages\\?space-id=${id}&` } })
  expect(await site.sync('sweep')).toMatchObject({ status: 'failed', error: { code: 'incomplete' } })
  expect(names(await site.attachments())).toEqual(files)
  control.clearFaults()
  await site.sync('sweep')
  expect(names(await site.attachments())).toEqual(files.slice(2))
})

test('what hangs on a page that is held back stays with it', async () => {
  await site[Symbol.asyncDispose]()
  site = await startPartsSite({ pages: 60 })
  const { control } = site.simulator
  const pages = control.truth().nodes.filter((node) => node.kind === 'page')
  const childless = pages.filter((page) => !pages.some((other) => other.parentId === page.id)).slice(0, 30)
  expect(childless).toHaveLength(30)
  for (const { id } of childless) control.addAttachment(id, { name: `of-${id}.txt`, content: 'a whimbrel' })
  await site.sync('sweep')
  await site.settled()
  for (const { id } of childless) control.purgePage(id)
  await site.sync('sweep')
  expect(await waiting()).toMatchObject({ reason: 'vanished', gone: 30 })
  const left = await site.db.selectFrom('attachments').select('id').where('deleted_at', 'is', null).execute()
  expect(left).toHaveLength(30)
})

import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { removeUnusedBlobs } from '#server/content/blobs.ts'
import type { Fault } from '#simulator/faults.ts'
import { makeDocx, makeLockedPdf, makeZip } from './make-files.ts'
import { startPartsSite, type PartsSite } from './parts-site.ts'
import { newPerson } from './people.ts'

let site: PartsSite

beforeAll(async () => {
  site = await startPartsSite()
})
afterEach(() => site.simulator.control.clearFaults())
afterAll(() => site[Symbol.asyncDispose]())

const base64 = (bytes: Buffer) => ({ content: bytes.toString('base64'), encoding: 'base64' as const })
const setLimit = (attachmentMegabytes: number) =>
  site.admin.patch(`/integrations/${site.integrationId}`, { settings: { attachmentMegabytes } })

test('F4: hostile, encrypted, broken and mislabelled files are kept, each with its reason, and the others are read', async () => {
  const files = {
    'bomb.docx': makeZip([{ name: 'word/document.xml', content: Buffer.alloc(80_000_000, 0x20) }]),
    'huge-claim.docx': makeZip([{ name: 'word/document.xml', content: '<w:t>avocet</w:t>', claims: 2_147_483_647 }]),
    'locked.pdf': makeLockedPdf(),
    'cut.docx': makeDocx('whole').subarray(0, 90),
    'really-text.pdf': Buffer.from('only words of a sandpiper'),
    'picture.png': Buffer.from('89504e470d0a1a0a0000000d', 'hex'),
    'good.txt': Buffer.from('a good godwit'),
    'photo.png': Buffer.from('no picture but a curlew'),
  }
  for (const [name, bytes] of Object.entries(files))
    site.simulator.control.addAttachment(site.page.externalId, {
      name,
      mediaType: name === 'photo.png' ? 'image/png' : 'application/x-anything',
      ...base64(bytes),
    })
  await site.sync('sweep')
  await site.settled()
  const states = (await site.attachments()).map(({ name, file, text, textDetail }) => [name, file, text, textDetail])
  expect(states).toEqual([
    ['bomb.docx', 'stored', 'failed', expect.stringContaining('unpacks to more than 64 MB')],
    ['huge-claim.docx', 'stored', 'extracted', ''],
    ['locked.pdf', 'stored', 'failed', expect.stringContaining('password')],
    ['cut.docx', 'stored', 'failed', expect.stringContaining('broken')],
    ['really-text.pdf', 'stored', 'extracted', expect.stringContaining('plain text')],
    ['picture.png', 'stored', 'none', ''],
    ['good.txt', 'stored', 'extracted', ''],
    ['photo.png', 'stored', 'extracted', ''],
  ])
  for (const word of ['avocet', 'sandpiper', 'godwit', 'curlew'])
    expect((await site.find(word))[0]?.document.id).toBe(site.page.id)
})

test('F6: a file over the limit is listed with that as the reason, and fetched once the limit lets it in', async () => {
  expect(await setLimit(1)).toMatchObject({ status: 200 })
  const content = `whimbrel ${'x'.repeat(1_500_000)}`
  site.simulator.control.addAttachment(site.page.externalId, { name: 'large.txt', content })
  await site.sync('sweep')
  const large = await site.attachment('large.txt')
  expect(large).toMatchObject({ file: 'too-large', fileDetail: expect.stringContaining('1 MB'), text: 'none' })
  const path = `/documents/${site.page.id}/attachments/${large.id}/file`
  expect(await site.admin.get(path)).toMatchObject({
    status: 409,
    body: { code: 'not-fetched', detail: expect.stringContaining('1 MB') },
  })
  await setLimit(5)
  await site.sync('sweep')
  await site.settled()
  expect(await site.attachment('large.txt')).toMatchObject({ file: 'stored', size: 1_500_009 })
  const answer = await site.admin.get(path)
  expect(answer.body).toBe(content)
})

test('a download that fails is tried again later, and says so meanwhile', async () => {
  const { control } = site.simulator
  control.setFault({ kind: 'status', status: 503, match: { path: /\/download/, times: 1 } })
  control.addAttachment(site.page.externalId, { name: 'later.txt', content: 'a late lapwing' })
  await site.sync('sweep')
  const waiting = async () => (await site.attachment('later.txt')).fileDetail
  await expect.poll(waiting, { timeout: 20_000 }).toContain('503')
  await sql`update attachments set due_at = now()`.execute(site.db)
  await site.settled()
  expect(await site.attachment('later.txt')).toMatchObject({ file: 'stored', fileDetail: '', text: 'extracted' })
})

/** Files on their last try, taken up again now; waits until all that happened to them is noted. */
async function tryOnceMore(names: readonly string[]): Promise<void> {
  await sql`update attachments set tries = 5, due_at = now(), file_detail = '' where file_state = 'waiting'`.execute(
    site.db,
  )
  const isNoted = async () => (await listFiles(names)).every((file) => file.file_detail !== '')
  await expect.poll(isNoted, { timeout: 30_000 }).toBe(true)
}

function listFiles(names: readonly string[]) {
  return site.db
    .selectFrom('attachments')
    .select(['name', 'file_state', 'file_detail', 'tries'])
    .where('name', 'in', names)
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute()
}

test.each<[string, Fault]>([
  ['a limit', { kind: '429', retryAfter: '1' }],
  ['an outage', { kind: 'status', status: 503 }],
  ['an outage that says how long', { kind: 'status', status: 503, retryAfter: '1' }],
  ['a gateway without a server', { kind: 'status', status: 502 }],
])('R3: %s puts all files off, and costs none of them a try', async (what, fault) => {
  const { control } = site.simulator
  const names = Array.from({ length: 40 }, (_, index) => `${what} ${index}.txt`)
  for (const name of names) control.addAttachment(site.page.externalId, { name, content: name })
  control.setFault({ ...fault, match: { path: /\/download/ } })
  control.clearRequests()
  await site.sync('sweep')
  await tryOnceMore(names)
  for (const file of await listFiles(names)) expect(file).toMatchObject({ file_state: 'waiting' })
  const asked = () => site.simulator.requests.recent.filter(({ path }) => path.includes('/download')).length
  const before = asked()
  await tryOnceMore(names)
  for (const file of await listFiles(names)) expect(file).toMatchObject({ file_state: 'waiting' })
  // More than are taken up at once, and no more than five are asked for, three at once; those whose time is a second come by again and again.
  if (fault.retryAfter === undefined) expect(asked() - before).toBeLessThanOrEqual(5)
  control.clearFaults()
  await sql`update attachments set due_at = now() where file_state = 'waiting'`.execute(site.db)
  await site.settled()
  for (const file of await listFiles(names)) expect(file).toMatchObject({ file_state: 'stored' })
})

test.each([500, 504])('files at which the server answers %d, and only at them, hold up nobody', async (status) => {
  const { control } = site.simulator
  const add = (name: string) => control.addAttachment(site.page.externalId, { name, content: name }).id
  const bad = Array.from({ length: 4 }, (_, index) => `bad ${status} ${index}.txt`)
  const ids = bad.map(add)
  control.setFault({ kind: 'status', status, match: { path: `(${ids.join('|')})/download` } })
  await site.sync('sweep')
  await expect
    .poll(async () => (await listFiles(bad)).every((file) => file.file_detail !== ''), { timeout: 30_000 })
    .toBe(true)
  const good = Array.from({ length: 4 }, (_, index) => `good ${status} ${index}.txt`)
  for (const name of good) add(name)
  await site.sync('sweep')
  const stored = async () => (await listFiles(good)).filter((file) => file.file_state === 'stored').length
  await expect.poll(stored, { timeout: 30_000 }).toBe(4)
  await tryOnceMore(bad)
  control.clearFaults()
  const left = new Set((await listFiles(bad)).map((file) => file.file_state))
  // A gateway's failure is nobody's fault while no other file comes through.
  expect([...left]).toEqual([status === 500 ? 'failed' : 'waiting'])
  await sql`update attachments set due_at = now() where file_state = 'waiting'`.execute(site.db)
  await site.settled()
})

test('the same bytes are kept once, and go when nothing refers to them', async () => {
  const { control } = site.simulator
  for (const { externalId } of [site.page, site.other])
    control.addAttachment(externalId, { name: 'twin.txt', content: 'twin terns' })
  await site.sync('sweep')
  await site.settled()
  const { sha256 } = await site.db
    .selectFrom('attachments')
    .select('sha256')
    .where('name', '=', 'twin.txt')
    .distinct()
    .executeTakeFirstOrThrow()
  const count = async () =>
    (await site.db.selectFrom('blob_chunks').select('position').where('sha256', '=', sha256).execute()).length
  const clean = async () => {
    await sql`update blobs set created_at = now() - interval '2 hours'`.execute(site.db)
    await removeUnusedBlobs(site.db, new AbortController().signal)
  }
  expect(await count()).toBe(1)
  control.removeAttachment(site.page.externalId, 'twin.txt')
  await site.sync('sweep')
  await clean()
  expect(await count()).toBe(1)
  control.removeAttachment(site.other.externalId, 'twin.txt')
  await site.sync('sweep')
  await clean()
  expect(await count()).toBe(0)
})

test('pages and drawings of somebody’s go out as bytes to be saved, whatever their name', async () => {
  const { control } = site.simulator
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  control.addAttachment(site.page.externalId, { name: 'a "b"\r\n/Łódź.svg', mediaType: 'image/svg+xml', content: svg })
  control.addAttachment(site.page.externalId, {
    name: 'page.html',
    mediaType: 'text/html',
    content: '<script>alert(1)</script>',
  })
  await site.sync('sweep')
  await site.settled()
  for (const { id, name } of (await site.attachments()).filter((one) => /svg|html/.test(one.name))) {
    const { headers } = await site.admin.get(`/documents/${site.page.id}/attachments/${id}/file`)
    expect(headers.get('content-type'), name).toBe('application/octet-stream')
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[^"\r\n]*"; filename\*=UTF-8''[\w.%-]+$/)
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
  }
})

test('who may not read the page finds none of its parts', async () => {
  const { client } = await newPerson(site.server, site.admin, 'sam')
  const { id } = await site.attachment('good.txt')
  for (const path of ['attachments', `attachments/${id}/file`, 'comments', 'versions/1', 'versions/1/diff'])
    expect(await client.get(`/documents/${site.page.id}/${path}`), path).toMatchObject({ status: 404 })
  expect(await client.get('/search?q=godwit')).toMatchObject({ status: 200, body: { items: [], total: 0 } })
  expect(await site.admin.get(`/documents/${site.other.id}/attachments/${id}/file`)).toMatchObject({ status: 404 })
})

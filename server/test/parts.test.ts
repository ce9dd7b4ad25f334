import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeDocx, makePdf } from './make-files.ts'
import { startPartsSite, type PartsSite } from './parts-site.ts'

let site: PartsSite

beforeAll(async () => {
  site = await startPartsSite()
})
afterAll(() => site[Symbol.asyncDispose]())

const base64 = (bytes: Buffer) => ({ content: bytes.toString('base64'), encoding: 'base64' as const })

test('a word that stands only in a PDF or a Word file finds the page, and says in which file', async () => {
  const { control } = site.simulator
  control.addAttachment(site.page.externalId, {
    name: 'gate.pdf',
    ...base64(makePdf(['Calibrated by Quillfeather in June'])),
  })
  control.addAttachment(site.page.externalId, {
    name: 'plan.docx',
    ...base64(makeDocx('Call Wrenthistle before opening')),
  })
  await site.sync('sweep')
  await site.settled()
  const [pdf] = await site.find('quillfeather')
  const { id } = await site.attachment('gate.pdf')
  expect(pdf).toMatchObject({
    document: { id: site.page.id },
    matchedIn: { kind: 'attachment', id, name: 'gate.pdf' },
    excerpt: expect.stringContaining('<mark>Quillfeather</mark>'),
  })
  expect((await site.find('wrenthistle'))[0]).toMatchObject({ matchedIn: { name: 'plan.docx' } })
  expect((await site.find('gate.pdf'))[0]).toMatchObject({ document: { id: site.page.id } })
})

test('a word that stands only in a comment finds the page; a page’s own words are told as before', async () => {
  const { control } = site.simulator
  const { id: externalId } = control.addComment(site.page.externalId, {
    kind: 'footer',
    storage: '<p>Ask the <strong>Oystercatcher</strong> team.</p>',
  })
  control.addComment(site.page.externalId, { kind: 'footer', storage: '<p>Answered there.</p>', parentId: externalId })
  control.addComment(site.page.externalId, {
    kind: 'inline',
    storage: '<p>Is this so?</p>',
    selection: 'gate',
    resolved: true,
  })
  control.editPage(site.other.externalId, { storage: '<p>The bittern booms.</p>' })
  expect(await site.sync('incremental')).toMatchObject({ status: 'succeeded' })
  await site.settled()
  const comments = await site.comments()
  expect(comments).toMatchObject([
    { kind: 'footer', markdown: expect.stringContaining('**Oystercatcher**'), parentId: null, resolution: null },
    { kind: 'footer', markdown: expect.stringContaining('Answered'), parentId: comments[0]?.id },
    { kind: 'inline', selection: 'gate', resolution: 'resolved' },
  ])
  expect(comments[0]?.html).toContain('<strong>Oystercatcher</strong>')
  expect(comments[0]?.author).not.toBeNull()
  expect(await site.comments(site.page.id, 'inline')).toHaveLength(1)
  const [hit] = await site.find('oystercatchers')
  expect(hit).toMatchObject({ document: { id: site.page.id }, matchedIn: { kind: 'comment', id: comments[0]?.id } })
  expect(hit?.excerpt).toContain('<mark>Oystercatcher</mark>')
  expect((await site.find('bittern'))[0]).toMatchObject({ document: { id: site.other.id }, matchedIn: null })
})

test('what a page’s parts say stays found when the page is edited, moved and labelled', async () => {
  const { control } = site.simulator
  control.editPage(site.page.externalId, { storage: '<p>Rewritten altogether.</p>', title: 'Another title' })
  control.addLabel(site.page.externalId, 'machines')
  await site.sync('sweep')
  for (const q of ['quillfeather', 'oystercatcher', 'rewritten'])
    expect((await site.find(q))[0]?.document.id).toBe(site.page.id)
})

test('F1, F2: bytes come by the REST download, from another host that is sent no key, and go out as they are', async () => {
  const counts = site.simulator.requests.counts
  expect(Object.keys(counts).filter((path) => path.includes('/download/attachments'))).toEqual([])
  const { id } = await site.attachment('gate.pdf')
  const path = `/documents/${site.page.id}/attachments/${id}/file`
  const answer = await site.admin.send('GET', path)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="gate.pdf"; filename*=UTF-8''gate.pdf`)
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('content-security-policy')).toContain('sandbox')
  expect(Number(answer.headers.get('content-length'))).toBe((await site.attachment('gate.pdf')).size)
})

test('a new version replaces bytes and words; F5: the same name on two pages is two files', async () => {
  const { control } = site.simulator
  control.addAttachment(site.page.externalId, { name: 'same.txt', content: 'the first heron' })
  control.addAttachment(site.other.externalId, { name: 'same.txt', content: 'quite another egret' })
  await site.sync('sweep')
  await site.settled()
  expect((await site.find('egret'))[0]).toMatchObject({
    document: { id: site.other.id },
    matchedIn: { name: 'same.txt' },
  })
  control.addAttachment(site.page.externalId, { name: 'same.txt', content: 'the second spoonbill' })
  await site.sync('sweep')
  await site.settled()
  expect(await site.attachment('same.txt')).toMatchObject({ version: 2, file: 'stored', text: 'extracted' })
  expect(await site.find('heron')).toEqual([])
  expect((await site.find('spoonbill'))[0]?.document.id).toBe(site.page.id)
})

test('D6: what is deleted on a living page goes with the next sweep, out of lists, search and store', async () => {
  const { control } = site.simulator
  const gone = await site.attachment('plan.docx')
  control.removeAttachment(site.page.externalId, 'plan.docx')
  for (const { id, storage } of control.comments(site.page.externalId))
    if (storage.includes('Oystercatcher')) control.removeComment(id)
  await site.sync('sweep')
  expect((await site.attachments()).map((one) => one.name)).not.toContain('plan.docx')
  expect((await site.comments()).map((one) => one.markdown).join()).not.toContain('Oystercatcher')
  expect(await site.find('wrenthistle')).toEqual([])
  expect(await site.find('oystercatcher')).toEqual([])
  expect(await site.admin.get(`/documents/${site.page.id}/attachments/${gone.id}/file`)).toMatchObject({ status: 404 })
})

test('a list that the site refuses removes nothing; the run succeeds and says what it lacks', async () => {
  const { control } = site.simulator
  const before = [await site.attachments(), await site.comments()]
  control.setFault({ kind: 'status', status: 400, match: { path: /api\/v2\/(?:attachments|footer-comments)\?/ } })
  const run = await site.sync('sweep')
  control.clearFaults()
  expect(run).toMatchObject({ status: 'succeeded', counts: { skipped: 2 } })
  expect(await site.skipped(run)).toMatchObject([
    { type: 'attachments', reason: expect.stringContaining('Pages are complete') },
    { type: 'footer-comments' },
  ])
  expect([await site.attachments(), await site.comments()]).toEqual(before)
})

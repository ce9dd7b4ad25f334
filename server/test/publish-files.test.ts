import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { Attachment, AttachmentPage } from '#schema/document-parts.ts'
import { auditOf, sentTo, startPublishSite, type Page, type PublishSite } from './publish-site.ts'
import { PASSWORD } from './people.ts'

let site: PublishSite
let page: Page
let cookies: Record<string, string>
beforeAll(async () => {
  site = await startPublishSite()
  const answer = await site.server.client.post('/sessions', { email: site.editor.email, password: PASSWORD })
  cookies = {
    cookie: answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  }
})
afterAll(() => site[Symbol.asyncDispose]())
beforeEach(async () => {
  site.simulator.control.clearFaults()
  page = await site.newPage()
  site.simulator.control.clearRequests()
})

async function attach(name: string, text: string, headers: Record<string, string> = cookies, comment = '') {
  const form = new FormData()
  form.set('file', new File([text], name, { type: 'text/plain' }))
  if (comment !== '') form.set('comment', comment)
  const answer = await fetch(`${site.server.url}/api/v1/documents/${page.id}/attachments`, {
    method: 'POST',
    headers: { ...headers, 'sec-fetch-site': 'same-origin' },
    body: form,
  })
  return { status: answer.status, body: z.unknown().parse(await answer.json()) }
}
const there = () =>
  site.simulator.control.truth().attachments.filter((one) => one.pageId === page.externalId && one.status === 'current')

test('a file is attached there and here, and with the same name again it is a new version', async () => {
  const first = await attach('Plan – A & B.txt', 'one', cookies, 'the first')
  expect(first).toMatchObject({
    status: 201,
    body: { name: 'Plan – A & B.txt', version: 1, comment: 'the first', size: 3 },
  })
  expect(await attach('Plan – A & B.txt', 'two!')).toMatchObject({ status: 201, body: { version: 2, size: 4 } })
  expect(there()).toMatchObject([{ name: 'Plan – A & B.txt', version: 2 }])
  const listed = AttachmentPage.parse((await site.editor.client.get(`/documents/${page.id}/attachments`)).body)
  expect(listed.items).toMatchObject([{ id: Attachment.parse(first.body).id, version: 2, size: 4 }])
  expect(await auditOf(site, `document:${page.id}`)).toEqual(Array(2).fill(`document.attached ${site.editor.id}`))
})

test('a file whose answer is lost is attached once', async () => {
  site.simulator.control.setFault({ kind: 'cut', match: { method: 'PUT', path: 'child/attachment', times: 1 } })
  expect(await attach('a.txt', 'one')).toMatchObject({ status: 201, body: { version: 1 } })
  expect(sentTo(site, 'PUT')).toBe(1)
  expect(there()).toMatchObject([{ version: 1 }])
})

test('signed out, without a role, as a reader and as a key that proposes nothing is attached', async () => {
  expect(await attach('a.txt', 'x', {})).toMatchObject({ status: 401 })
  const wrong: [string, number][] = [
    [site.stranger.email, 404],
    [site.reader.email, 403],
  ]
  for (const [email, status] of wrong) {
    const answer = await site.server.client.post('/sessions', { email, password: PASSWORD })
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    expect(await attach('a.txt', 'x', { cookie })).toMatchObject({ status })
  }
  const answer = await site.agent.send('POST', `/documents/${page.id}/attachments`, { body: {} })
  expect(answer.status).toBe(403)
  expect(sentTo(site, 'PUT')).toBe(0)
})

test('a name with a slash, a form without a file and a file that is too large are refused', async () => {
  expect(await attach('a/b.txt', 'x')).toMatchObject({ status: 400 })
  expect(
    await site.editor.client.send('POST', `/documents/${page.id}/attachments`, { body: { file: 'x' } }),
  ).toMatchObject({ status: 415, body: { code: 'not-multipart' } })
  await site.admin.patch(`/integrations/${site.integrationId}`, { settings: { attachmentMegabytes: 1 } })
  const listed = AttachmentPage.parse((await site.editor.client.get(`/documents/${page.id}/attachments`)).body)
  expect(listed.fileMegabytes).toBe(1)
  expect(await attach('big.txt', 'x'.repeat(1024 * 1024 + 1))).toMatchObject({
    status: 413,
    body: { code: 'too-large' },
  })
  expect(sentTo(site, 'PUT')).toBe(0)
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { openEgress, type Egress } from '#server/egress/fetch.ts'
import { parseEgressAllow } from '#server/egress/guard.ts'
import { systemClock } from '#server/platform/clock.ts'
import { jsonReply, pageReply, redirectReply, startLoopback, type Loopback } from '#server/test/loopback.ts'
import { openClient, type Client } from './client.ts'
import { filePath, getVersion, hasPart, walkAttachments, walkComments } from './parts.ts'

let site: Loopback
let media: Loopback
let open: Egress
beforeEach(async () => {
  site = await startLoopback(jsonReply(404, {}))
  media = await startLoopback((response) => void response.writeHead(200).end('the bytes'))
  open = openEgress({ rules: { allow: parseEgressAllow(`${site.host},${media.host}`), ownOrigins: [] } })
})
afterEach(async () => {
  await open[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
  await media[Symbol.asyncDispose]()
})

const limits = { maxBytes: 1000, timeoutMs: 5000 }
const path = filePath({ pageExternalId: '12', externalId: 'att7' })

/** Sends a key, as an integration's fetch does. */
function client(openFetch: Egress | undefined = open): Client {
  return openClient({
    fetch: (url, init) => open(url, { ...init, headers: { ...init?.headers, authorization: 'Basic key' } }),
    openFetch,
    base: `${site.url}/wiki`,
    clock: systemClock,
    maxTries: 1,
  })
}

async function allOf<T>(walk: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of walk) all.push(one)
  return all
}

test('F1: a redirect to another host is followed once, and the key stays', async () => {
  site.reply = redirectReply(`${media.url}/file/1?token=abc`)
  const answer = await client().openFile(path, limits)
  expect(await answer.text()).toBe('the bytes')
  expect(site.asked[0]).toMatchObject({
    url: '/wiki/rest/api/content/12/child/attachment/att7/download',
    headers: { authorization: 'Basic key' },
  })
  expect(media.asked[0]?.url).toBe('/file/1?token=abc')
  expect(media.asked[0]?.headers).not.toHaveProperty('authorization')
})

test('a second redirect, one that leads nowhere and one without permission are refused', async () => {
  site.reply = redirectReply(`${media.url}/file/1`)
  media.reply = redirectReply(`${media.url}/login`)
  await expect(client().openFile(path, limits)).rejects.toMatchObject({ code: 'redirected' })
  expect(media.asked).toHaveLength(1)
  await expect(
    openClient({ fetch: open, base: site.url, clock: systemClock }).openFile(path, limits),
  ).rejects.toMatchObject({ code: 'redirected' })
  site.reply = redirectReply('http://169.254.169.254/latest')
  await expect(client().openFile(path, limits)).rejects.toMatchObject({ code: 'egress-metadata' })
})

test('a file that goes on beyond the limit ends with an error, as does a refusal of the other host', async () => {
  site.reply = redirectReply(`${media.url}/file/1`)
  media.reply = pageReply(200, 'x'.repeat(5000))
  const answer = client().openFile(path, limits)
  await expect(answer.then((one) => one.bytes())).rejects.toMatchObject({ code: 'too-large' })
  media.reply = jsonReply(403, { error: 'The token does not open this file' })
  await expect(client().openFile(path, limits)).rejects.toMatchObject({ code: 'forbidden', status: 403 })
})

test('F3: attachments without a version, a time, a size or a page are read as far as they go', async () => {
  const bare = { id: 'att1', title: 'a.txt' }
  const whole = {
    id: 'att2',
    title: 'b.txt',
    blogPostId: 5,
    mediaType: 'text/plain',
    fileSize: 4,
    comment: 'first',
    version: { number: 3, authorId: 'olu', createdAt: '2026-03-01T10:00:00.000Z' },
  }
  site.reply = jsonReply(200, { results: [bare, whole, { id: 'att3' }] })
  const [batch] = await allOf(walkAttachments(client(), { newestFirst: true }))
  expect(batch).toMatchObject({ unreadable: 1, next: null })
  expect(batch?.items).toEqual([
    {
      externalId: 'att1',
      pageExternalId: null,
      name: 'a.txt',
      mediaType: '',
      size: null,
      version: 1,
      versionAt: null,
      author: null,
      comment: '',
    },
    {
      externalId: 'att2',
      pageExternalId: '5',
      name: 'b.txt',
      mediaType: 'text/plain',
      size: 4,
      version: 3,
      versionAt: new Date('2026-03-01T10:00:00Z'),
      author: 'olu',
      comment: 'first',
    },
  ])
  expect(site.asked[0]?.url).toBe('/wiki/api/v2/attachments?status=current&limit=250&sort=-modified-date')
})

test('a comment with a state that nobody knows is a comment all the same', async () => {
  const comment = {
    id: '9',
    pageId: '1',
    resolutionStatus: 'pondering',
    properties: 7,
    body: { storage: { value: '<p>x</p>' } },
  }
  site.reply = jsonReply(200, { results: [comment] })
  const [batch] = await allOf(walkComments(client(), 'inline', { newestFirst: false }))
  expect(batch?.items).toMatchObject([{ externalId: '9', storage: '<p>x</p>', resolution: null, selection: null }])
})

test('a part is gone when it is not found or in the trash, and not when the site fails', async () => {
  expect(await hasPart(client(), 'attachments', 'att1')).toBe(false)
  site.reply = jsonReply(200, { id: 'att1', status: 'trashed' })
  expect(await hasPart(client(), 'attachments', 'att1')).toBe(false)
  site.reply = jsonReply(200, { id: 'att1', status: 'current' })
  expect(await hasPart(client(), 'footer-comments', '1')).toBe(true)
  site.reply = jsonReply(500, {})
  await expect(hasPart(client(), 'attachments', 'att1')).rejects.toMatchObject({ status: 500 })
})

test('a version that neither pages nor blog posts have is none', async () => {
  expect(await getVersion(client(), '1', 4)).toBeUndefined()
  expect(site.asked.map((one) => one.url)).toEqual([
    '/wiki/api/v2/pages/1?version=4&body-format=storage',
    '/wiki/api/v2/blogposts/1?version=4&body-format=storage',
  ])
})

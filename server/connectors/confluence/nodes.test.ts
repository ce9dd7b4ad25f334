import { afterEach, beforeEach, expect, test } from 'vitest'
import { openEgress, type Egress } from '#server/egress/fetch.ts'
import { parseEgressAllow } from '#server/egress/guard.ts'
import { systemClock } from '#server/platform/clock.ts'
import { jsonReply, startLoopback, type Loopback } from '#server/test/loopback.ts'
import { openClient } from './client.ts'
import { findFolders } from './nodes.ts'

let fetch: Egress
let site: Loopback
beforeEach(async () => {
  site = await startLoopback(jsonReply(404, {}))
  fetch = openEgress({ rules: { allow: parseEgressAllow('127.0.0.1'), ownOrigins: [] } })
})
afterEach(async () => {
  await fetch[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
})

const page = { id: '1', type: 'page', ancestors: [{ id: '9' }, { id: '11' }] }
const children = new Map([['1', '11']])

function folder(id: string, above: string[], more: Record<string, unknown> = {}) {
  return {
    id,
    type: 'folder',
    status: 'current',
    title: `Folder ${id}`,
    extensions: { position: 7 },
    ancestors: above.map((one) => ({ id: one, type: 'page' })),
    version: { number: 3, when: '2026-03-01T10:00:00.000Z' },
    history: { createdBy: { accountId: 'anna' }, createdDate: '2026-02-01T10:00:00.000Z' },
    _links: { webui: `/spaces/DOC/folder/${id}` },
    ...more,
  }
}

/** The parents that are told by an answer of these rows, by folder. */
async function parentsTold(results: unknown[], ids = ['11', '12', '13']): Promise<Record<string, string | null>> {
  site.reply = jsonReply(200, { results })
  const client = openClient({ fetch, base: `${site.url}/wiki`, clock: systemClock, retryStartMs: 1, maxTries: 2 })
  const found = await findFolders(client, ids, children)
  return Object.fromEntries([...found].map(([id, node]) => [id, node.parentExternalId]))
}

test('a folder that the search shows is told in full, its parent is the last of its ancestors', async () => {
  site.reply = jsonReply(200, { results: [page, folder('11', ['8', '9'])] })
  const client = openClient({ fetch, base: `${site.url}/wiki`, clock: systemClock })
  expect([...(await findFolders(client, ['11'], children)).values()]).toEqual([
    {
      externalId: '11',
      type: 'folder',
      title: 'Folder 11',
      status: 'current',
      parentExternalId: '9',
      position: 7,
      version: 3,
      versionAt: new Date('2026-03-01T10:00:00.000Z'),
      author: 'anna',
      createdAt: new Date('2026-02-01T10:00:00.000Z'),
      webPath: '/spaces/DOC/folder/11',
    },
  ])
  expect(site.asked.map((asked) => new URL(asked.url, site.url).searchParams.get('cql'))).toEqual([
    'type in (page,folder) and id in (1,11)',
  ])
})

test('folders in folders, and one at the top beside others that are not', async () => {
  expect(await parentsTold([page, folder('11', ['9']), folder('12', ['9', '11']), folder('13', [])])).toEqual({
    '11': '9',
    '12': '11',
    '13': null,
  })
})

test.each([
  ['shows no page to judge by', [folder('11', ['9']), folder('12', ['9', '11'])]],
  [
    'leaves folders out of what is above a page',
    [{ ...page, ancestors: [{ id: '9' }] }, folder('11', ['9']), folder('12', ['9'])],
  ],
  ['shows nothing above any folder', [page, folder('11', []), folder('12', [])]],
  ['names no ancestors at all', [page, folder('11', [], { ancestors: undefined })]],
  ['lacks the order among its brothers', [page, folder('11', ['9'], { extensions: {} })]],
  ['shows what is in the trash', [page, folder('11', ['9'], { status: 'trashed' })]],
  ['calls it something else', [page, folder('11', ['9'], { type: 'whiteboard' })]],
  ['is of something that nobody asked for', [page, folder('99', ['9'])]],
  ['is empty', []],
])('an answer that %s tells nothing', async (_, results) => {
  expect(await parentsTold(results)).toEqual({})
})

test('many are asked for 200 at a time; an id that is no number is not put into the query', async () => {
  const ids = Array.from({ length: 450 }, (_, index) => String(1000 + index))
  await parentsTold([], [...ids, '5) or type in (page'])
  expect(site.asked).toHaveLength(3)
  expect(site.asked.map((asked) => decodeURIComponent(asked.url)).join(' ')).not.toContain('or type')
})

test('a search that is refused throws, and is not repeated', async () => {
  site.reply = jsonReply(400, { message: 'Could not parse cql' })
  const client = openClient({ fetch, base: `${site.url}/wiki`, clock: systemClock })
  await expect(findFolders(client, ['11'], children)).rejects.toMatchObject({ code: 'bad-request' })
  expect(site.asked).toHaveLength(1)
})

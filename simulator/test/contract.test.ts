import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasShared, openContract, type Contract } from './contract.ts'
import { openSite, type Ask, type Site } from './site.ts'

if (!hasShared)
  console.warn("SKIPPED: the simulator against the vendor's API documents: ../shared/confluence-api is absent")

const v2 = '/wiki/api/v2'
const v1 = '/wiki/rest/api'

describe.skipIf(!hasShared)("answers obey the vendor's API documents", () => {
  let site: Site
  let documents: Record<'v2' | 'v1' | 'v1Old', Contract>
  let at: Awaited<ReturnType<typeof prepare>>

  beforeAll(async () => {
    site = await openSite()
    documents = {
      v2: openContract('cloud-v2', v2),
      v1: openContract('cloud-v1', ''),
      v1Old: openContract('cloud-v1-2024-02', ''),
    }
    at = await prepare(site)
  })
  afterAll(async () => site[Symbol.asyncDispose]())

  async function judged(document: keyof typeof documents, path: string, ask: Ask = {}, status = 200): Promise<void> {
    const answer = await site.ask(path, ask)
    expect(answer.status, `${path}: ${answer.text.slice(0, 300)}`).toBe(status)
    expect(documents[document].check(ask.method ?? 'GET', path.split('?')[0] ?? '', status, answer.json), path).toEqual(
      [],
    )
  }

  it('and the judge refuses a wrong answer', () => {
    expect(
      documents.v2.check('GET', `${v2}/pages`, 200, { results: [{ id: 7, version: { number: 'x' } }] }),
    ).toHaveLength(2)
    expect(documents.v1.check('GET', `${v1}/search`, 200, { results: [] })).not.toEqual([])
    expect(documents.v2.check('GET', `${v2}/nothing`, 200, {})).toEqual(['cloud-v2 knows no GET /wiki/api/v2/nothing'])
  })

  it('for every list and read of v2', async () => {
    for (const path of readsOfV2(at)) await judged('v2', `${v2}${path}`)
  })

  it('for the writes of v2', async () => {
    const body = { representation: 'storage', value: '<p>Written by a test.</p>' }
    const json = (method: string, value: unknown): Ask => ({ method, body: value })
    await judged('v2', `${v2}/pages`, json('POST', { spaceId: at.spaceId, title: 'A page of the contract', body }))
    await judged(
      'v2',
      `${v2}/pages/${at.page}`,
      json('PUT', {
        id: at.page,
        status: 'current',
        title: 'Changed',
        body,
        version: { number: at.version + 1, message: 'why' },
      }),
    )
    await judged('v2', `${v2}/pages/${at.page}/title`, json('PUT', { status: 'current', title: 'Changed again' }))
    await judged('v2', `${v2}/blogposts`, json('POST', { spaceId: at.spaceId, title: 'A post', body }))
    await judged('v2', `${v2}/folders`, json('POST', { spaceId: at.spaceId, title: 'A folder' }))
    await judged('v2', `${v2}/footer-comments`, json('POST', { pageId: at.page, body }), 201)
    await judged(
      'v2',
      `${v2}/inline-comments`,
      json('POST', {
        pageId: at.page,
        body,
        inlineCommentProperties: { textSelection: 'a', textSelectionMatchCount: 1, textSelectionMatchIndex: 0 },
      }),
      201,
    )
    await judged('v2', `${v2}/users-bulk`, json('POST', { accountIds: [at.account] }))
    await judged('v2', `${v2}/content/convert-ids-to-types`, json('POST', { contentIds: [at.page, at.folder] }))
    await judged('v2', `${v2}/pages/${at.spare}`, { method: 'DELETE' }, 204)
    await judged('v2', `${v2}/pages/${at.spare}?purge=true`, { method: 'DELETE' }, 204)
  })

  it('for the calls of v1 that v2 lacks', async () => {
    for (const path of readsOfV1(at)) await judged('v1', `${v1}${path}`)
    await judged('v1', `${v1}/content/${at.page}/label`, {
      method: 'POST',
      body: [{ prefix: 'global', name: 'contract' }],
    })
    await judged('v1', `${v1}/content/${at.page}/label/contract`, { method: 'DELETE' }, 204)
    await judged('v1', `${v1}/content/${at.child}/move/append/${at.page}`, { method: 'PUT' })
    await judged('v1', `${v1}/content/archive`, { method: 'POST', body: { pages: [{ id: at.child }] } }, 202)
    await judged('v1', `${v1}/content/${at.attachmentPage}/child/attachment/${at.attachment}/download`, {}, 302)
    await judged('v1', `${v1}/content/${at.page}/child/attachment`, {
      method: 'POST',
      body: form(),
      headers: { 'x-atlassian-token': 'nocheck' },
    })
    await judged('v1', `${v1}/content/${at.page}/restriction`, {
      method: 'PUT',
      body: [{ operation: 'update', restrictions: { user: [{ accountId: at.account }] } }],
    })
  })

  it('for the old reads of v1 that still answer', async () => {
    for (const path of oldReads(at)) await judged('v1Old', `${v1}${path}`)
  })
})

type Ids = Awaited<ReturnType<typeof prepare>>

async function prepare(site: Site) {
  const { nodes, attachments, comments, spaces } = site.control.truth()
  const pick = (kind: string) => nodes.find((node) => node.kind === kind && node.parentId !== null)
  const page = nodes.find(
    (node) => node.kind === 'page' && node.labels.length > 0 && node.parentId !== null && node.status === 'current',
  )
  const child = nodes.findLast((node) => node.kind === 'page' && node.status === 'current')
  const spare = nodes.findLast((node) => node.kind === 'page' && node.status === 'current' && node !== child)
  const labels = await site.ask(`${v2}/labels`)
  return {
    page: page?.id ?? '',
    version: page?.version ?? 0,
    root: nodes[0]?.id ?? '',
    child: child?.id ?? '',
    spare: spare?.id ?? '',
    folder: pick('folder')?.id ?? '',
    post: nodes.find((node) => node.kind === 'blogpost')?.id ?? '',
    spaceId: spaces[0]?.id ?? '',
    spaceKey: spaces[0]?.key ?? '',
    attachment: attachments[0]?.id ?? '',
    attachmentPage: attachments[0]?.pageId ?? '',
    footer: comments.find((one) => one.kind === 'footer')?.id ?? '',
    inline: comments.find((one) => one.kind === 'inline')?.id ?? '',
    label: /"id":"(\d+)"/.exec(labels.text)?.[1] ?? '',
    account: site.control.addUser({ email: 'second@lockkeeper.example', key: 'k' }).accountId,
  }
}

function readsOfV2(at: Ids): string[] {
  const more =
    'body-format=storage&include-labels=true&include-versions=true&include-operations=true&include-likes=true&include-properties=true'
  return [
    '/spaces',
    '/spaces?description-format=plain',
    `/spaces/${at.spaceId}`,
    `/spaces/${at.spaceId}/role-assignments`,
    `/spaces/${at.spaceId}/pages?limit=5`,
    `/spaces/${at.spaceId}/blogposts`,
    `/spaces/${at.spaceId}/content/labels`,
    '/pages?body-format=storage&limit=5',
    '/pages?sort=-modified-date',
    `/pages/${at.page}?${more}`,
    '/blogposts?body-format=storage',
    `/blogposts/${at.post}?body-format=storage`,
    `/folders/${at.folder}`,
    `/pages/${at.root}/direct-children`,
    `/pages/${at.root}/descendants?depth=5`,
    `/pages/${at.page}/ancestors`,
    `/folders/${at.folder}/direct-children`,
    `/pages/${at.page}/labels`,
    '/labels',
    `/labels/${at.label}/pages`,
    `/pages/${at.page}/versions?body-format=storage`,
    `/pages/${at.page}/versions/1`,
    '/attachments',
    `/attachments/${at.attachment}`,
    `/pages/${at.attachmentPage}/attachments`,
    '/footer-comments?body-format=storage',
    '/inline-comments',
    `/footer-comments/${at.footer}`,
    `/inline-comments/${at.inline}`,
    `/footer-comments/${at.footer}/children`,
    `/pages/${at.page}/footer-comments`,
    `/pages/${at.page}/inline-comments`,
  ]
}

function readsOfV1(at: Ids): string[] {
  const cql = encodeURIComponent('type in (page, blogpost, folder) order by lastmodified desc')
  return [
    '/user/current',
    `/user?accountId=${at.account}`,
    `/content/search?cql=${cql}&limit=7&expand=metadata.labels,version,space,ancestors,history`,
    `/content/search?cql=${cql}&expand=body.storage&limit=3`,
    `/search?cql=${cql}&limit=3`,
    `/content/${at.page}/restriction`,
    `/content/${at.page}/restriction/byOperation`,
    `/content/${at.page}/restriction/byOperation/read`,
  ]
}

function oldReads(at: Ids): string[] {
  return [
    '/space?limit=2',
    `/space/${at.spaceKey}`,
    `/content?spaceKey=${at.spaceKey}&limit=3&expand=body.storage,version`,
    `/content/${at.page}?expand=body.storage,version,space,metadata.labels,ancestors,restrictions,children.page`,
    `/content/${at.page}/label`,
    `/content/${at.attachmentPage}/child/attachment`,
    `/content/${at.root}/child/page`,
  ]
}

function form(): FormData {
  const data = new FormData()
  data.append('file', new Blob(['hello'], { type: 'text/plain' }), 'hello.txt')
  data.append('minorEdit', 'true')
  return data
}

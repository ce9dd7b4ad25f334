import { existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { shared } from './contract.ts'
import { openJudged } from './dc-site.ts'
import { list } from './json.ts'
import type { Site } from './site.ts'

let site: Site

beforeEach(async () => {
  site = await openJudged({ sample: true })
})
afterEach(async () => site[Symbol.asyncDispose]())

const Links = z.looseObject({
  limit: z.number(),
  size: z.number(),
  results: z.array(z.looseObject({ id: z.string() })),
  _links: z.looseObject({ next: z.string().optional(), base: z.string(), context: z.string() }),
})

/** All ids of a list, by its next links; each goes on from `base`. */
async function walk(path: string): Promise<{ ids: string[]; sizes: number[]; links: string[] }> {
  const ids: string[] = []
  const sizes: number[] = []
  const links: string[] = []
  for (let next: string | undefined = path; next !== undefined;) {
    const page = Links.parse((await site.ask(next)).json)
    ids.push(...page.results.map((row) => row.id))
    sizes.push(page.size)
    next = page._links.next
    if (next !== undefined) links.push(next)
  }
  return { ids, sizes, links }
}

function pagesOf(status = 'current'): string[] {
  return site.control
    .truth()
    .nodes.filter((node) => node.kind === 'page' && node.status === status)
    .map((node) => node.id)
    .sort((a, b) => Number(a) - Number(b))
}

it('holds the same knowledge as a Cloud site, in the forms of its own', () => {
  const { nodes, spaces, attachments } = site.control.truth()
  expect(nodes.some((node) => node.kind === 'folder' || node.status === 'archived')).toBe(false)
  expect(spaces.some((space) => space.type === 'knowledge_base')).toBe(false)
  expect(attachments.every((file) => /^\d+$/.test(file.id))).toBe(true)
  const bodies = nodes.map((node) => site.control.page(node.id).storage).join('')
  expect(bodies).not.toContain('ri:account-id')
  expect(bodies).toMatch(/ri:userkey="[0-9a-f]{32}"/)
})

describe('lists', () => {
  it('by offset give all pages, fewer at a time than asked for, with next links that leave out the context path', async () => {
    const plain = await walk('/rest/api/content?limit=250')
    expect(plain.ids).toEqual(pagesOf())
    expect(plain.sizes[0]).toBe(200)
    const whole = await walk('/rest/api/content?type=page&expand=body.storage,version&limit=200')
    expect(whole.ids).toEqual(pagesOf())
    expect(whole.sizes[0]).toBe(50)
    expect(whole.links[0]).toBe('/rest/api/content?type=page&expand=body.storage%2Cversion&limit=50&start=50')
  })

  it('by cursor give all pages, posts or those of a space, in the form of the vendor’s own example', async () => {
    const scan = await walk('/rest/api/content/scan?limit=7')
    expect(scan.ids).toEqual(pagesOf())
    expect(scan.links[0]).toMatch(/^\/rest\/api\/content\/scan\?cursor=content:false:\d+&limit=7$/)
    expect((await walk('/rest/api/content/scan?type=blogpost')).ids.length).toBeGreaterThan(4)
    const ofSpace = await walk('/rest/api/content/scan?spaceKey=SUP&limit=20')
    expect(ofSpace.ids).toEqual((await walk('/rest/api/space/SUP/content/page?limit=20')).ids)
    expect((await site.ask('/rest/api/content/scan?cursor=x')).status).toBe(400)
  })

  it('are short or empty where rows are hidden from the caller, and go on', async () => {
    const all = pagesOf()
    for (const id of all.slice(0, 15)) site.control.setRestriction(id, { read: { users: [], groups: ['nobody'] } })
    const visible = (await walk('/rest/api/content/search?cql=type%3Dpage&limit=25')).ids
    for (const path of ['/rest/api/content?limit=10', '/rest/api/content/scan?limit=10']) {
      const { ids, sizes } = await walk(path)
      expect(sizes[0]).toBe(0)
      expect([...ids].sort()).toEqual([...visible].sort())
    }
  })

  it('lie on demand, without a loss', async () => {
    for (const path of ['/rest/api/content?limit=20', '/rest/api/content/scan?limit=20']) {
      site.control.setFault({ kind: 'empty-page-with-next', match: { path: 'content', times: 2 } })
      site.control.setFault({ kind: 'short-page', match: { path: 'content', times: 2 } })
      const { ids, sizes } = await walk(path)
      expect(sizes.slice(0, 4)).toEqual([0, 0, 3, 3])
      expect(ids).toEqual(pagesOf())
      site.control.clearFaults()
    }
  })

  it('may hide that they are capped, and count on by what was asked for', async () => {
    site.control.setDataCenter({ capsTold: false, caps: { plain: 20, bodies: 10 } })
    const { ids, links } = await walk('/rest/api/content?limit=30')
    expect(links[0]).toContain('limit=30&start=30')
    const all = pagesOf()
    expect(ids).toEqual(all.filter((_, at) => at % 30 < 20))
  })

  it('of the trash', async () => {
    const [, second = ''] = pagesOf()
    site.control.trashPage(second)
    expect((await walk('/rest/api/content?status=trashed')).ids).toEqual([second])
    expect((await walk('/rest/api/content/scan?status=trashed')).ids).toEqual([second])
    expect((await walk('/rest/api/content?status=any&limit=300')).ids).toContain(second)
    expect((await site.ask(`/rest/api/content/${second}`)).status).toBe(404)
    expect((await site.ask(`/rest/api/content/${second}?status=trashed`)).json).toMatchObject({ status: 'trashed' })
  })
})

describe('search', () => {
  const search = (cql: string, more = '') => `/rest/api/content/search?cql=${encodeURIComponent(cql)}${more}`

  it('finds pages, posts, files and comments by type, space and container', async () => {
    const { attachments, comments } = site.control.truth()
    expect((await walk(search('type = attachment', '&limit=200'))).ids).toHaveLength(attachments.length)
    expect((await walk(search('type = comment', '&limit=200'))).ids).toHaveLength(comments.length)
    const pageId = comments[0]?.pageId ?? ''
    const own = comments.filter((one) => one.pageId === pageId).map((one) => one.id)
    expect((await walk(search(`type = comment and container = ${pageId}`))).ids).toEqual(own)
    expect((await walk(search('type = page and space = SUP'))).ids.length).toBeGreaterThan(20)
  })

  it('reads dates in the zone of whoever asks, by the minute; who has chosen none has the server’s', async () => {
    const at = Date.UTC(2026, 2, 10, 20, 30, 45)
    const { id } = site.control.createPage({ space: 'SUP', title: 'Edited at a known time', at })
    const found = async (text: string, auth?: string) =>
      list(await site.ask(search(`id = ${id} and lastmodified >= "${text}"`), auth === undefined ? {} : { auth })).ids
    // Sydney is eleven hours ahead in March.
    expect(await found('2026-03-11 07:30')).toEqual([id])
    expect(await found('2026-03-11 07:31')).toEqual([])
    for (const [timeZone, hit, miss] of [
      ['Asia/Kathmandu', '2026-03-11 02:15', '2026-03-11 02:16'],
      ['Pacific/Pago_Pago', '2026-03-10 09:30', '2026-03-10 09:31'],
    ] as const) {
      site.control.addUser({ email: `${timeZone}@lockkeeper.example`, key: timeZone, timeZone })
      expect(await found(hit, `Bearer ${timeZone}`)).toEqual([id])
      expect(await found(miss, `Bearer ${timeZone}`)).toEqual([])
    }
  })

  it('counts, sorts and wraps', async () => {
    const cql = encodeURIComponent('type in (page, blogpost) order by lastmodified desc')
    const answer = await site.ask(`/rest/api/search?cql=${cql}&limit=3&includeArchivedSpaces=true`)
    const { nodes } = site.control.truth()
    expect(answer.json).toMatchObject({ totalSize: nodes.filter((node) => node.status === 'current').length, size: 3 })
    const newest =
      nodes
        .map((node) => node.modifiedAt)
        .sort()
        .at(-1) ?? ''
    expect(answer.text).toContain(`"id":"${nodes.find((node) => node.modifiedAt === newest)?.id}"`)
    expect((await site.ask('/rest/api/search?cql=colour%20%3D%20red')).status).toBe(400)
  })
})

it('tells of a page what is expanded, and times with the server’s offset', async () => {
  const node = site.control.truth().nodes.find((one) => one.labels.length > 0 && one.parentId !== null)
  const id = node?.id ?? ''
  site.control.setRestriction(id, { read: { users: [], groups: ['confluence-users'] } })
  const expand =
    'body.storage,version,ancestors,space,history.lastUpdated,metadata.labels,container,restrictions.read.restrictions.user,restrictions.read.restrictions.group'
  const { json } = await site.ask(`/rest/api/content/${id}?expand=${expand}`)
  const offset = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+1[01]:00$/
  expect(json).toMatchObject({
    id,
    version: { number: node?.version, when: expect.stringMatching(offset), by: { userKey: expect.any(String) } },
    history: { createdDate: expect.stringMatching(offset), lastUpdated: { when: expect.stringMatching(offset) } },
    space: { key: node?.space },
    metadata: { labels: { results: node?.labels.map((name) => ({ name })) } },
    restrictions: {
      read: { restrictions: { user: { results: [] }, group: { results: [{ name: 'confluence-users' }] } } },
    },
    body: { storage: { value: site.control.page(id).storage } },
  })
  expect(JSON.stringify(json)).not.toContain('accountId')
  const Bare = z.looseObject({ _expandable: z.record(z.string(), z.string()) })
  const { _expandable: left } = Bare.parse((await site.ask(`/rest/api/content/${id}`)).json)
  expect(Object.keys(left)).toEqual(
    expect.arrayContaining(['ancestors', 'body', 'metadata', 'restrictions', 'children']),
  )
})

it('gives older bodies by version, and lists versions', async () => {
  const { id } = site.control.createPage({ space: 'SUP', title: 'With a past', storage: '<p>one</p>' })
  site.control.editPage(id, { storage: '<p>two</p>', message: 'second' })
  const old = await site.ask(`/rest/api/content/${id}?status=historical&version=1&expand=body.storage,version`)
  expect(old.json).toMatchObject({
    status: 'historical',
    version: { number: 1 },
    body: { storage: { value: '<p>one</p>' } },
  })
  expect((await site.ask(`/rest/api/content/${id}?version=1`)).status).toBe(404)
  const versions = await site.ask(`/rest/experimental/content/${id}/version?expand=content.body.storage`)
  expect(versions.json).toMatchObject({
    results: [
      { number: 2, message: 'second' },
      { number: 1, content: { body: { storage: { value: '<p>one</p>' } } } },
    ],
  })
  expect((await site.ask(`/rest/api/content/${id}/history`)).json).toMatchObject({
    lastUpdated: { number: 2 },
    previousVersion: { number: 1 },
  })
})

it('gives files behind the same sign-in, and comments with their threads', async () => {
  const [file] = site.control.truth().attachments
  const files = z
    .looseObject({
      results: z.array(z.looseObject({ id: z.string(), _links: z.looseObject({ download: z.string() }) })),
    })
    .parse((await site.ask(`/rest/api/content/${file?.pageId}/child/attachment?expand=version,container`)).json)
  const download = files.results.find((one) => one.id === file?.id)?._links.download ?? ''
  expect(download).toMatch(/^\/download\/attachments\//)
  expect((await site.ask(download)).status).toBe(200)
  expect((await site.ask(download, { auth: null })).status).toBe(403)
  const { id: pageId } = site.control.createPage({ space: 'SUP', title: 'With remarks' })
  const { id } = site.control.addComment(pageId, {
    kind: 'inline',
    storage: '<p>why?</p>',
    selection: 'remarks',
    resolved: true,
  })
  const { id: reply } = site.control.addComment(pageId, { kind: 'inline', storage: '<p>because</p>', parentId: id })
  const comments = `/rest/api/content/${pageId}/child/comment`
  const expand = 'expand=body.storage,version,ancestors,extensions.inlineProperties,extensions.resolution'
  expect((await walk(comments)).ids).toEqual([id])
  expect((await walk(`${comments}?depth=all&limit=1`)).ids).toEqual([id, reply])
  expect((await site.ask(`${comments}?depth=all&${expand}`)).json).toMatchObject({
    results: [
      {
        extensions: {
          location: 'inline',
          inlineProperties: { originalSelection: 'remarks' },
          resolution: { status: 'resolved' },
        },
      },
      { id: reply, ancestors: [{ id }], body: { storage: { value: '<p>because</p>' } } },
    ],
  })
  expect((await walk(`${comments}?location=footer`)).ids).toEqual([])
})

it('answers every other read in the vendor’s form', async () => {
  const [page = ''] = pagesOf()
  site.control.addUser({ email: 'boss@lockkeeper.example', key: 'boss', groups: ['confluence-administrators', 'a/b'] })
  const boss = { auth: 'Bearer boss' }
  for (const path of [
    '/rest/api/server-information',
    '/rest/api/user/current',
    '/rest/api/user?username=demo',
    '/rest/api/user/memberof?username=boss',
    '/rest/api/group',
    '/rest/api/group/confluence-users',
    '/rest/api/group/confluence-users/member',
    '/rest/api/space?type=global&expand=description.plain,homepage,icon,metadata',
    '/rest/api/space/SUP',
    '/rest/api/space/SUP/permissions',
    '/rest/api/space/SUP/trash',
    `/rest/api/content?ids=${page}&expand=space`,
    `/rest/api/content/${page}/child/page`,
    `/rest/api/content/${page}/descendant/page`,
    `/rest/api/content/${page}/label`,
    `/rest/api/content/${page}/restriction/byOperation`,
    `/rest/api/content/${page}/restriction/byOperation/read?expand=restrictions.group`,
  ])
    expect([path, (await site.ask(path, boss)).status]).toEqual([path, 200])
  expect((await site.ask('/rest/api/group/a%2Fb/member', boss)).status).toBe(400)
  expect((await site.ask('/rest/api/group/confluence-users/member')).status).toBe(403)
})

const recorded = new URL('fixtures/rest/doc-dc-content-scan.json', shared)

it.skipIf(!existsSync(recorded))('scans in the very fields of the vendor’s example', async () => {
  const Row = z.looseObject({ _links: z.looseObject({}), _expandable: z.looseObject({}) })
  const Scan = z.looseObject({ results: z.array(Row), _links: z.looseObject({}) })
  const { response } = z.object({ response: Scan }).parse(JSON.parse(readFileSync(recorded, 'utf8')))
  const given = Scan.parse((await site.ask('/rest/api/content/scan?limit=2')).json)
  const fields = ({ results: [row], _links: links, ...rest }: z.infer<typeof Scan>) => {
    const { _links: own, _expandable: left, ...facts } = row ?? { _links: {}, _expandable: {} }
    return [rest, links, facts, own, left].map((part) => Object.keys(part).sort())
  }
  expect(fields(given)).toEqual(fields(response))
})

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { all, BOT, openDataCenterSource, type DataCenterSource } from '#server/test/data-center-source.ts'
import { Upstream } from '#server/platform/problem.ts'
import type { Simulator } from '#simulator/start.ts'
import { openDataCenter } from './data-center.ts'
import type { PageList, PulledBatch, PulledPage } from './pull.ts'
import type { Source } from './source.ts'

const USUAL = { version: '10.0.3', caps: { plain: 200, bodies: 50 }, capsTold: true }

let opened: DataCenterSource
let simulator: Simulator
let source: Source
let space = ''
beforeAll(async () => {
  opened = await openDataCenterSource({ pages: 180, spaces: 2, attachments: 30, comments: 40 })
  ;({ simulator, source, space } = opened)
})
afterAll(() => opened[Symbol.asyncDispose]())
afterEach(() => {
  simulator.control.clearFaults()
  simulator.control.setDataCenter(USUAL)
  simulator.control.setSearchLag(0)
})

const idsOf = (all: { externalId: string }[]) => all.map((one) => one.externalId).toSorted()

async function walk(more: Partial<PageList> = {}, cursor: string | null = null): Promise<PulledBatch[]> {
  const list = {
    kind: 'pages',
    spaceIds: [space],
    statuses: ['current', 'archived'],
    bodies: true,
    limit: 250,
    ...more,
  } as const
  return all(source.walkPages(list, cursor))
}
const pagesIn = (batches: PulledBatch[]): PulledPage[] => batches.flatMap((batch) => batch.pages)

/** A scan is what newer servers have; older ones give numbered lists. */
describe.each(['10.0.3', '7.17.0'])('lists of version %s', (version) => {
  test('P8: are walked to their end, whatever the server caps', async () => {
    simulator.control.setDataCenter({ version, caps: { plain: 70, bodies: 30 } })
    const walked = await openAgain().walk()
    expect(idsOf(pagesIn(walked))).toEqual(opened.pageIds())
    expect(walked.length).toBeGreaterThan(2)
  })

  test('P8: are walked to their end where the server hides that it caps', async () => {
    simulator.control.setDataCenter({ version, caps: { plain: 70, bodies: 30 }, capsTold: false })
    expect([...new Set(idsOf(pagesIn(await openAgain().walk())))]).toEqual(opened.pageIds())
  })

  test('P1, P2: go on after a short page and an empty one', async () => {
    simulator.control.setDataCenter({ version })
    const path = /\/content(\/scan)?\?type=page&spaceKey/
    simulator.control.setFault({ kind: 'short-page', match: { path, times: 1 } })
    simulator.control.setFault({ kind: 'empty-page-with-next', match: { path, times: 2 } })
    expect([...new Set(idsOf(pagesIn(await openAgain().walk())))]).toEqual(opened.pageIds())
  })

  test('P2: go on over many windows of which nothing may be seen', async () => {
    simulator.control.setDataCenter({ version, caps: { plain: 10, bodies: 5 } })
    const hidden = opened.pageIds().slice(10, 60)
    for (const id of hidden) simulator.control.setRestriction(id, { read: { users: [], groups: ['nobody'] } })
    const seen = idsOf(pagesIn(await openAgain().walk()))
    for (const id of hidden) simulator.control.setRestriction(id, null)
    const isHidden = (id: string | null): boolean =>
      id !== null && (hidden.includes(id) || isHidden(simulator.control.page(id).parentId))
    expect(seen).toEqual(opened.pageIds().filter((id) => !isHidden(id)))
  })

  test('P7: end with an error at a link to another host', async () => {
    simulator.control.setDataCenter({ version })
    simulator.control.setFault({ kind: 'foreign-next', match: { path: /spaceKey/ } })
    await expect(openAgain().walk()).rejects.toThrow(/at another host/)
  })

  test('are taken up where a walk stood', async () => {
    simulator.control.setDataCenter({ version })
    const { walk: again } = openAgain()
    const [first] = await again()
    const rest = await again({}, first?.next ?? null)
    expect(idsOf([...(first?.pages ?? []), ...pagesIn(rest)])).toEqual(opened.pageIds())
  })

  test('lose one page alone whose body the server cannot put together', async () => {
    simulator.control.setDataCenter({ version })
    const [, , , id = ''] = opened.pageIds()
    const bad = simulator.control.page(id)
    simulator.control.setFault({ kind: 'status', status: 500, match: { path: /type=page&spaceKey.*body\.storage/ } })
    simulator.control.setFault({
      kind: 'status',
      status: 500,
      match: { path: new RegExp(`(content/${id}\\?|(\\(|%2C)${id}(\\)|%2C)).*body\\.storage`) },
    })
    const batches = await openAgain().walk()
    expect(idsOf(pagesIn(batches))).toEqual(opened.pageIds().filter((one) => one !== id))
    expect(pagesIn(batches).every((page) => page.storage !== undefined)).toBe(true)
    expect(batches.flatMap((batch) => batch.unreadable)).toEqual([
      { externalId: id, title: bad.title, reason: expect.stringContaining('fails when it is asked for the body') },
    ])
  })
})

/** A source that has seen nothing of the server yet. */
function openAgain() {
  const again = openDataCenter(source.client)
  return {
    walk: async (more: Partial<PageList> = {}, cursor: string | null = null): Promise<PulledBatch[]> => {
      const list = {
        kind: 'pages',
        spaceIds: [space],
        statuses: ['current'],
        bodies: true,
        limit: 250,
        ...more,
      } as const
      return all(again.walkPages(list, cursor))
    },
  }
}

test('P3: the same page of a list twice is an error, never an end', async () => {
  simulator.control.setFault({ kind: 'repeat-cursor', match: { path: /scan\?type=page&spaceKey/ } })
  await expect(walk()).rejects.toThrow(/same page of a list twice/)
})

test('several spaces come one after the other, each of them resumable', async () => {
  const keys = simulator.control.truth().spaces.map((one) => one.key)
  const batches = await walk({ kind: 'blogposts', spaceIds: keys })
  expect(batches.at(-1)?.next).toBeNull()
  const second = batches.findIndex((batch) => batch.next?.startsWith('1:'))
  const rest = await walk({ kind: 'blogposts', spaceIds: keys }, batches[second]?.next ?? null)
  expect(pagesIn(rest)).toEqual(pagesIn(batches.slice(second + 1)))
})

test('pages come by their ids, those too that the search does not show yet; what is gone does not', async () => {
  const { id: fresh } = simulator.control.createPage({ space, title: 'Fresh', labels: ['new'] })
  simulator.control.setSearchLag(3_600_000)
  const [old = ''] = opened.pageIds()
  const { pages } = await source.getPages('pages', [old, fresh, '424242'])
  expect(idsOf(pages)).toEqual([old, fresh].toSorted())
  expect(pages.find((page) => page.externalId === fresh)).toMatchObject({ title: 'Fresh', labels: ['new'], version: 1 })
  simulator.control.trashPage(fresh)
  expect(await source.pageState(fresh)).toBe('trashed')
  simulator.control.purgePage(fresh)
  expect(await source.pageState(fresh)).toBe('gone')
  expect(await source.pageState(old)).toBe('elsewhere')
})

describe('what hangs on pages', () => {
  test('attachments and comments of all pages come by search', async () => {
    const truth = simulator.control.truth()
    const files = (await all(source.walkAttachments({ newestFirst: false }))).flatMap((batch) => batch.items)
    expect(files.map(({ name, pageExternalId }) => `${pageExternalId} ${name}`).toSorted()).toEqual(
      truth.attachments.map(({ name, pageId }) => `${pageId} ${name}`).toSorted(),
    )
    for (const kind of ['footer', 'inline'] as const) {
      const batches = await all(source.walkComments(kind, { newestFirst: true }))
      const own = truth.comments.filter((comment) => comment.kind === kind && comment.status === 'current')
      expect(idsOf(batches.flatMap((batch) => batch.items))).toEqual(own.map((comment) => comment.id).toSorted())
    }
  })

  test('a file’s bytes come from below the context path; one that is trashed is no part any more', async () => {
    const [page = ''] = opened.pageIds()
    simulator.control.addAttachment(page, { name: 'a plan & more.txt', content: 'the plan' })
    const files = (await all(source.walkAttachments({ newestFirst: true }))).flatMap((batch) => batch.items)
    const file = files.find((one) => one.name === 'a plan & more.txt')
    const externalId = file?.externalId ?? ''
    expect(file).toMatchObject({ pageExternalId: page, size: 8, mediaType: 'text/plain' })
    const limits = { maxBytes: 1000, timeoutMs: 5000 }
    expect(await (await source.openFile({ pageExternalId: page, externalId }, limits)).text()).toBe('the plan')
    expect(await source.hasPart('attachments', externalId)).toBe(true)
    simulator.control.removeAttachment(page, 'a plan & more.txt')
    expect(await source.hasPart('attachments', externalId)).toBe(false)
  })

  test('a page is told as it was in a version', async () => {
    const [page = ''] = opened.pageIds()
    const before = simulator.control.page(page)
    simulator.control.editPage(page, { storage: '<p>now</p>', message: 'why' })
    expect(await source.getVersion(page, before.version)).toMatchObject({
      storage: before.storage,
      number: before.version,
    })
    expect(await source.getVersion(page, before.version + 1)).toMatchObject({ storage: '<p>now</p>', message: 'why' })
    expect(await source.getVersion(page, 99)).toBeUndefined()
  })
})

describe('readers', () => {
  test('of a space are told to its admins, of pages by search and singly', async () => {
    expect(await source.listSpaceReaders({ externalId: space, key: space })).toContain('group:confluence-users')
    const [page = '', other = ''] = opened.pageIds()
    simulator.control.setRestriction(page, { read: { users: [], groups: ['confluence-administrators'] } })
    const told = new Map<string, string[] | undefined>()
    for await (const batch of source.walkMarks([space])) for (const [id, { readers }] of batch) told.set(id, readers)
    expect(told.get(page)).toEqual(['group:confluence-administrators'])
    expect(told.get(other)).toEqual([])
    expect(await source.findRestrictions([page, other])).toEqual(
      new Map([
        [page, { readers: ['group:confluence-administrators'] }],
        [other, { readers: [] }],
      ]),
    )
    expect(await source.findRestrictions([page])).toEqual(
      new Map([[page, { readers: ['group:confluence-administrators'] }]]),
    )
    simulator.control.setRestriction(page, null)
  })

  test('in a group are told by their keys; a name with a slash cannot be asked for', async () => {
    const { members } = await source.groupMembers('confluence-administrators')
    expect(members.length).toBeGreaterThan(0)
    const accounts = await source.findAccounts(members, true)
    expect(accounts.get(members[0] ?? '')).toMatchObject({ active: true, guest: false })
    await expect(source.groupMembers('a/b')).rejects.toThrow(Upstream)
  })

  test('of a space that the account does not administer are not told', async () => {
    simulator.control.setAccount(BOT, { groups: ['confluence-users'] })
    await expect(source.listSpaceReaders({ externalId: space, key: space })).rejects.toThrow(Upstream)
    simulator.control.setAccount(BOT, { groups: ['confluence-administrators', 'confluence-users'] })
  })
})

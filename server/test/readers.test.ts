import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { DocumentAccess, SourceAccount, SourceAccountPage } from '#schema/read-access.ts'
import { z } from 'zod'
import { startReadingWorld, type Reader, type ReadingWorld } from './reading-world.ts'

let world: ReadingWorld
beforeAll(async () => {
  world = await startReadingWorld()
})
afterAll(() => world[Symbol.asyncDispose]())
afterEach(() => {
  world.control.clearFaults()
  for (const id of [world.top, world.middle, world.leaf, world.other]) world.control.setRestriction(id, null)
})

/** Readable for these alone, and for the connection's own account. */
function restrict(id: string, to: { users?: Reader[]; groups?: string[] }) {
  const users = (to.users ?? []).map((reader) => reader.accountId)
  world.control.setRestriction(id, { read: { users, groups: [...(to.groups ?? []), 'bots'] } })
}

async function status(reader: Reader, externalId: string): Promise<number> {
  return (await reader.client.get(`/documents/${await world.idOf(externalId)}`)).status
}

async function whoReads(externalId: string): Promise<string> {
  const { ann, bea, cid } = world
  const found: string[] = []
  for (const [name, reader] of Object.entries({ ann, bea, cid }))
    if ((await status(reader, externalId)) === 200) found.push(name)
  return found.join(' ')
}

async function access(reader: Reader, externalId: string, about?: Reader): Promise<DocumentAccess> {
  const query = about === undefined ? '' : `?user=${about.id}`
  const { body } = await reader.client.get(`/documents/${await world.idOf(externalId)}/access${query}`)
  return DocumentAccess.parse(body)
}

describe('who may read in Confluence may read here', () => {
  test('people whose addresses are shown read everything that is open; who hides his reads nothing (A6)', async () => {
    expect(await whoReads(world.top)).toBe('ann bea')
    expect(await world.listed(world.cid)).toEqual([])
    const everything = await world.listed(world.ann)
    expect(everything.length).toBeGreaterThan(20)
    const { body } = await world.ann.client.get('/spaces')
    expect(z.object({ items: z.array(z.object({ role: z.string() })) }).parse(body).items).toEqual([
      { role: 'reader' },
      { role: 'reader' },
    ])
    expect((await world.cid.client.get('/spaces')).body).toMatchObject({ items: [] })
  })

  test('of a parent for A and B and a child for B and C, B alone reads the child (A1), after one sweep (A7)', async () => {
    restrict(world.top, { users: [world.ann, world.bea] })
    restrict(world.middle, { users: [world.bea, world.cid] })
    await world.site.sync('sweep')
    expect(await whoReads(world.top)).toBe('ann bea')
    expect(await whoReads(world.middle)).toBe('bea')
    expect(await whoReads(world.leaf)).toBe('bea')
    expect(await whoReads(world.other)).toBe('ann bea')
  })

  test('a lifted restriction, and one that names nobody, let everybody in again (A2)', async () => {
    restrict(world.top, { users: [world.bea] })
    await world.site.sync('sweep')
    expect(await whoReads(world.leaf)).toBe('bea')
    world.control.setRestriction(world.top, { read: { users: [], groups: [] } })
    await world.site.sync('sweep')
    expect(await whoReads(world.leaf)).toBe('ann bea')
  })

  test('a group lets its members in, and no longer whom it loses (A3)', async () => {
    restrict(world.top, { groups: ['chiefs'] })
    await world.site.sync('sweep')
    expect(await whoReads(world.middle)).toBe('bea')
    world.control.setAccount('bea@lockkeeper.example', { groups: ['confluence-users'] })
    world.control.setAccount('ann@lockkeeper.example', { groups: ['confluence-users', 'chiefs'] })
    await world.site.sync('sweep')
    expect(await whoReads(world.middle)).toBe('ann')
    world.control.setAccount('ann@lockkeeper.example', { groups: ['confluence-users'] })
    world.control.setAccount('bea@lockkeeper.example', { groups: ['confluence-users', 'chiefs'] })
  })

  test('a space is open by class, by role, by group, or to some (A3)', async () => {
    const { control, key, ann, bea } = world
    const former = [ann, bea, world.cid].map((one) => ({ type: 'user' as const, id: one.accountId }))
    control.setSpaceReaders(key, [{ type: 'role', id: 'role-1' }], { 'role-1': [{ type: 'user', id: ann.accountId }] })
    await world.site.sync('sweep')
    expect(await whoReads(world.top)).toBe('ann')
    control.setSpaceReaders(key, [{ type: 'group', id: 'chiefs' }])
    await world.site.sync('sweep')
    expect(await whoReads(world.top)).toBe('bea')
    control.setSpaceReaders(key, [{ type: 'access-class', id: 'ALL_PRODUCT_ADMINS' }])
    await world.site.sync('sweep')
    expect(await whoReads(world.top)).toBe('')
    control.setSpaceReaders(key, [{ type: 'access-class', id: 'ALL_LICENSED_USERS' }, ...former])
    control.setAccount('ann@lockkeeper.example', { guest: true })
    control.setSpaceReaders(key, [{ type: 'access-class', id: 'ALL_LICENSED_USERS' }])
    await world.site.sync('sweep')
    expect(await whoReads(world.top)).toBe('bea')
    control.setAccount('ann@lockkeeper.example', { guest: false })
    control.setSpaceReaders(key, [{ type: 'access-class', id: 'ALL_LICENSED_USERS' }, ...former])
    await world.site.sync('sweep')
    expect(await whoReads(world.top)).toBe('ann bea')
  })

  test('a bulk read that one page makes fail is made up for page by page (A4)', async () => {
    restrict(world.top, { users: [world.bea] })
    world.control.setFault({ kind: 'status', match: { path: '/content/search.*restrictions' }, status: 404 })
    await world.site.sync('sweep')
    expect(await whoReads(world.top)).toBe('bea')
    expect(await wrongly()).toEqual([])
  })

  test('what is set on an archived page is told by one sweep as well, also where the site does not search the archive', async () => {
    const gone = world.control.createPage({ space: world.key, title: 'Put away', parentId: null })
    world.control.archivePage(gone.id)
    await world.site.sync('sweep')
    expect(await whoReads(gone.id)).toBe('ann bea')
    restrict(gone.id, { users: [world.bea] })
    await world.site.sync('sweep')
    expect(await whoReads(gone.id)).toBe('bea')
    world.control.setFault({ kind: 'status', match: { path: 'cqlcontext' }, status: 400 })
    world.control.setRestriction(gone.id, null)
    await world.site.sync('full')
    expect(await whoReads(gone.id)).toBe('ann bea')
    expect(await wrongly()).toEqual([])
  })

  test('a page that is not told of is shut with what is below it, said so, and nothing else is (A5)', async () => {
    const fresh = world.control.createPage({ space: world.key, title: 'A page nobody asks about', parentId: null })
    const below = world.control.createPage({ space: world.key, title: 'Below it', parentId: fresh.id })
    world.control.setSearchLag(3_600_000)
    world.control.setFault({ kind: 'status', match: { path: `/content/${fresh.id}/restriction` }, status: 500 })
    const run = await world.site.sync('sweep')
    expect(run.status).toBe('succeeded')
    expect(await whoReads(fresh.id)).toBe('')
    expect(await whoReads(below.id)).toBe('')
    expect(await whoReads(world.top)).toBe('ann bea')
    expect(await world.site.skipped(run)).toMatchObject([
      { externalId: fresh.id, title: 'A page nobody asks about', reason: expect.stringContaining('Only admins') },
    ])
    world.control.clearFaults()
    await world.site.sync('sweep')
    expect(await whoReads(below.id)).toBe('ann bea')
    world.control.setSearchLag(0)
  })

  test('a new page is known to whom it is restricted by the very run that brings it', async () => {
    const parent = world.control.createPage({ space: world.key, title: 'For chiefs', parentId: world.other })
    restrict(parent.id, { groups: ['chiefs'] })
    const child = world.control.createPage({ space: world.key, title: 'Below the chiefs', parentId: parent.id })
    await world.site.sync('incremental')
    expect(await whoReads(parent.id)).toBe('bea')
    expect(await whoReads(child.id)).toBe('bea')
    expect(await wrongly()).toEqual([])
  })

  test('a page that is made here is readable at once for whom it is readable there', async () => {
    restrict(world.other, { groups: ['chiefs'] })
    await world.site.sync('sweep')
    const make = async (title: string, parent: string) => {
      const input = { space: world.key, parentId: await world.idOf(parent), title, markdown: 'Made here.' }
      const { status, body } = await world.site.admin.post('/documents', input)
      expect(status, JSON.stringify(body)).toBe(201)
      return z.object({ externalId: z.string() }).parse(body).externalId
    }
    expect(await whoReads(await make('Made for all', world.top))).toBe('ann bea')
    expect(await whoReads(await make('Made for chiefs', world.other))).toBe('bea')
  })

  test('a page that moves below a restricted one is shut at once', async () => {
    restrict(world.top, { users: [world.bea] })
    await world.site.sync('sweep')
    world.control.movePage(world.other, { parentId: world.leaf })
    world.control.editPage(world.other, { title: 'Moved and edited' })
    await world.site.sync('incremental')
    expect(await whoReads(world.other)).toBe('bea')
    world.control.movePage(world.other, {})
    await world.site.sync('sweep')
    expect(await whoReads(world.other)).toBe('ann bea')
  })

  /** But for cid, who hides his address: nobody knows whose his account is. */
  async function wrongly(): Promise<string[]> {
    return (await world.disagreements()).filter((line) => !line.startsWith('cid does not'))
  }
})

describe('accounts', () => {
  beforeAll(async () => {
    await world.site.sync('sweep')
  })
  const path = () => `/integrations/${world.site.integrationId}/accounts`

  test('an admin says whose an account is, and that it is nobody’s; it counts at once and is recorded', async () => {
    const { ann, cid, site } = world
    const link = (account: Reader, userId: string | null) =>
      site.admin.put(`${path()}/${account.accountId}/link`, { userId })
    expect(await whoReads(world.top)).toBe('ann bea')
    const linked = await link(cid, cid.id)
    expect(SourceAccount.parse(linked.body)).toMatchObject({ linkedBy: 'admin', user: { id: cid.id }, email: null })
    expect(await whoReads(world.top)).toBe('ann bea cid')
    expect(SourceAccount.parse((await link(ann, null)).body)).toMatchObject({ linkedBy: null, user: null })
    expect(await whoReads(world.top)).toBe('bea cid')
    await site.sync('sweep')
    expect(await whoReads(world.top)).toBe('bea cid')
    await link(ann, ann.id)
    await link(cid, null)
    expect(await whoReads(world.top)).toBe('ann bea')
    const { body } = await site.admin.get('/audit?action=account.linked')
    expect(JSON.stringify(body)).toContain(cid.accountId)
  })

  test('are listed with whose they are; found by name, by address, by being linked', async () => {
    const { site } = world
    const { items } = SourceAccountPage.parse((await site.admin.get(`${path()}?q=bea&linked=true`)).body)
    expect(items).toMatchObject([{ email: 'bea@lockkeeper.example', linkedBy: 'email', user: { id: world.bea.id } }])
    const first = SourceAccountPage.parse((await site.admin.get(`${path()}?limit=2`)).body)
    expect(first.items).toHaveLength(2)
    const second = SourceAccountPage.parse((await site.admin.get(`${path()}?limit=2&cursor=${first.nextCursor}`)).body)
    expect(second.items[0]?.accountId).not.toBe(first.items[1]?.accountId)
  })

  test('are for admins; unknown ones and unknown people are "not found"', async () => {
    const { ann, site } = world
    expect((await ann.client.get(path())).status).toBe(403)
    expect((await ann.client.put(`${path()}/${ann.accountId}/link`, { userId: ann.id })).status).toBe(403)
    expect((await site.admin.put(`${path()}/712020:nobody/link`, { userId: ann.id })).status).toBe(404)
    const stranger = '01890000-0000-7000-8000-000000000000'
    expect((await site.admin.put(`${path()}/${ann.accountId}/link`, { userId: stranger })).status).toBe(404)
  })

  test('one that is closed in Confluence opens nothing after the next sweep', async () => {
    world.control.setAccount('bea@lockkeeper.example', { active: false })
    await world.site.sync('sweep')
    expect(await whoReads(world.top)).toBe('ann')
    world.control.setAccount('bea@lockkeeper.example', { active: true })
    await world.site.sync('sweep')
    expect(await whoReads(world.top)).toBe('ann bea')
  })
})

describe('why', () => {
  test('somebody reads a page, and another does not, in a sentence', async () => {
    const { ann, bea, cid, middle, top, site } = world
    restrict(top, { groups: ['chiefs'] })
    restrict(middle, { users: [bea] })
    await site.sync('sweep')
    const admin: Reader = { client: site.admin, id: '', accountId: '' }
    const why = await access(bea, middle)
    expect(why).toMatchObject({
      readable: true,
      mode: 'confluence',
      role: 'reader',
      accounts: [{ accountId: bea.accountId, linkedBy: 'email' }],
      locks: [
        { on: 'space', opens: true },
        { on: 'document', title: 'Mooring plan', opens: true },
        { on: 'document', title: 'Quarrelsome capybara', opens: true },
      ],
    })
    expect(why.locks[1]?.principals.map(({ kind, name, isMe }) => `${kind} ${name} ${isMe}`).toSorted()).toEqual([
      'group bots false',
      'group chiefs true',
    ])
    expect(why.because).toContain('“Mooring plan”, “Quarrelsome capybara”')
    expect(await access(admin, middle, ann)).toMatchObject({
      readable: false,
      because: 'ann is not among those to whom “Mooring plan” is restricted in Confluence.',
    })
    expect((await access(admin, middle, cid)).because).toContain('no admin has linked one')
    const mine = DocumentAccess.parse((await site.admin.get(`/documents/${await world.idOf(middle)}/access`)).body)
    expect(mine).toMatchObject({
      readable: true,
      isPlatformAdmin: true,
      because: expect.stringContaining('platform admin'),
    })
  })

  test('is told of others to admins of the space alone, and of a page that the asker cannot read to nobody', async () => {
    const { ann, bea, middle, top, site } = world
    const middleId = await world.idOf(middle)
    expect((await bea.client.get(`/documents/${middleId}/access?user=${ann.id}`)).status).toBe(403)
    restrict(top, { users: [bea] })
    await site.sync('sweep')
    expect((await ann.client.get(`/documents/${middleId}/access`)).status).toBe(404)
    expect((await site.server.client.get(`/documents/${middleId}/access`)).status).toBe(401)
  })
})

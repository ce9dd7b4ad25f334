import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { list, page } from './json.ts'
import { openSite, type Site } from './site.ts'

let site: Site

beforeEach(async () => {
  site = await openSite({ sample: true })
})
afterEach(async () => site[Symbol.asyncDispose]())

async function control(name: string, ...args: unknown[]) {
  return site.ask(`/__control/${name}`, { method: 'POST', body: args, auth: null })
}

it('works over HTTP as it does in the process', async () => {
  const { id } = z
    .object({ id: z.string() })
    .parse((await control('createPage', { space: 'SUP', title: 'From outside', labels: ['x'] })).json)
  expect((await control('editPage', id, { storage: '<p>two</p>', message: 'm' })).json).toEqual({ version: 2 })
  expect(page(await site.ask(`/wiki/api/v2/pages/${id}?body-format=storage`))).toMatchObject({
    version: { number: 2, message: 'm' },
    body: { storage: { value: '<p>two</p>' } },
  })
  await control('archivePage', id)
  expect((await control('page', id)).json).toMatchObject({ status: 'archived', labels: ['x'] })
  await control('setFault', { kind: '429', match: { path: '/pages', times: 1 } })
  expect((await site.ask('/wiki/api/v2/pages')).status).toBe(429)
  expect((await control('truth')).json).toEqual(JSON.parse(JSON.stringify(site.control.truth())))
})

it.each([
  ['nothing', [], 404],
  ['editPage', ['1', { title: 'x' }], 400],
  ['editPage', ['1'], 400],
  ['editPage', ['1', { titel: 'x' }], 400],
  ['setFault', [{ kind: 'flood' }], 400],
])('refuses %s %j', async (name, args, status) => {
  const answer = await control(name, ...args)
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining('error')])
})

it('renames, archives and deletes spaces', async () => {
  site.control.renameSpace('SUP', { name: 'Renamed', alias: 'HELP' })
  site.control.archiveSpace('DEV')
  site.control.deleteSpace('OPS')
  const spaces = list(await site.ask('/wiki/api/v2/spaces?limit=250')).results
  expect(spaces.find((space) => space['key'] === 'SUP')).toMatchObject({
    name: 'Renamed',
    currentActiveAlias: 'HELP',
    _links: { webui: '/spaces/HELP' },
  })
  expect(spaces.find((space) => space['key'] === 'DEV')).toMatchObject({ status: 'archived' })
  expect(spaces.some((space) => space['key'] === 'OPS')).toBe(false)
  expect(site.control.truth().nodes.some((node) => node.space === 'OPS')).toBe(false)
})

it('holds the sample knowledge base with its tree, labels, files, comments and posts', async () => {
  const { nodes, attachments, comments, spaces } = site.control.truth()
  const sample = nodes.filter((node) => node.space === 'SUP')
  expect(sample.filter((node) => node.kind === 'page').length).toBeGreaterThan(20)
  expect(sample.some((node) => node.labels.length > 0)).toBe(true)
  expect(nodes.some((node) => node.kind === 'blogpost' && node.space === 'SUP')).toBe(true)
  expect(attachments.length).toBeGreaterThan(6)
  expect(comments.length).toBeGreaterThan(10)
  expect(new Set(spaces.map((space) => space.type))).toEqual(new Set(['global', 'personal', 'knowledge_base']))
  const titles = sample.filter((node) => node.kind === 'page').map((node) => node.title.toLowerCase())
  expect(new Set(titles).size).toBe(titles.length)
})

it('tells the time that was set', async () => {
  site.control.advance(-3_600_000)
  const answer = await site.ask('/wiki/api/v2/spaces')
  expect(Date.parse(answer.headers.get('date') ?? '')).toBeLessThan(Date.now() - 3_500_000)
})

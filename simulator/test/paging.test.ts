import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { list, pages } from './json.ts'
import { openSite, type Site } from './site.ts'

const v2 = '/wiki/api/v2'
let site: Site

beforeEach(async () => {
  site = await openSite()
})
afterEach(async () => site[Symbol.asyncDispose]())

async function walkAll(path: string, between: () => void = () => {}): Promise<string[][]> {
  const seen: string[][] = []
  for (let next: string | undefined = path; next !== undefined;) {
    const answer = list(await site.ask(next))
    seen.push(answer.ids)
    next = answer.next?.replace(/^\/rest/, '/wiki/rest')
    if (seen.length === 1) between()
  }
  return seen
}

describe('a list of pages', () => {
  it('gives every current and archived page exactly once', async () => {
    const seen = (await walkAll(`${v2}/pages?limit=50`)).flat()
    const living = site.control.truth().nodes.filter((node) => node.kind === 'page')
    expect(seen).toHaveLength(120)
    expect(new Set(seen)).toEqual(new Set(living.map((node) => node.id)))
  })

  it('links to its next page below /wiki, in the body and in the Link header, with the cursor first', async () => {
    const answer = await site.ask(`${v2}/pages?limit=50&body-format=storage`)
    const { next } = list(answer)
    expect(next).toMatch(/^\/wiki\/api\/v2\/pages\?cursor=[\w%]+&limit=50&body-format=storage$/)
    expect(answer.headers.get('link')).toBe(`<${next}>; rel="next", <${site.url}/wiki>; rel="base"`)
  })

  it('carries bodies only when storage is asked for', async () => {
    const [bare] = pages(await site.ask(`${v2}/pages?limit=1`))
    const [whole] = pages(await site.ask(`${v2}/pages?limit=1&body-format=storage`))
    expect(bare?.body).toEqual({})
    expect(whole?.body.storage?.value).toContain('<p>')
  })

  it('sorted by modification stands newest first, and an edit moves a page to its head', async () => {
    const before = pages(await site.ask(`${v2}/pages?sort=-modified-date&limit=120`))
    const times = before.map((page) => Date.parse(page.version.createdAt))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    const last = before.at(-1)?.id ?? ''
    site.control.editPage(last, { title: 'Edited' })
    expect(list(await site.ask(`${v2}/pages?sort=-modified-date&limit=1`)).ids).toEqual([last])
  })

  it('neither doubles nor loses an untouched page when others are edited during the walk', async () => {
    const all = (await walkAll(`${v2}/pages?sort=-modified-date&limit=120`)).flat()
    const moved = all.at(-1) ?? ''
    const seen = (
      await walkAll(`${v2}/pages?sort=-modified-date&limit=30`, () => site.control.editPage(moved, { title: 'Moved' }))
    ).flat()
    expect(seen).toEqual(all.filter((id) => id !== moved))
  })

  it('is narrowed by space, id, status and title', async () => {
    const { nodes, spaces } = site.control.truth()
    const [first, second] = nodes.filter((node) => node.kind === 'page' && node.status === 'current')
    site.control.trashPage(second?.id ?? '')
    expect(list(await site.ask(`${v2}/pages?space-id=${spaces[0]?.id}&limit=250`)).ids).toHaveLength(39)
    expect(list(await site.ask(`${v2}/pages?id=${first?.id},${second?.id}`)).ids).toEqual([first?.id])
    expect(list(await site.ask(`${v2}/pages?status=trashed,deleted`)).ids).toEqual([second?.id])
    expect(list(await site.ask(`${v2}/pages?title=${encodeURIComponent(first?.title ?? '')}`)).ids).toEqual([first?.id])
  })

  it.each(['limit=0', 'limit=251', 'limit=x', 'sort=size', 'status=lost', 'cursor=nonsense', 'id=abc'])(
    'refuses %s',
    async (query) => {
      expect((await site.ask(`${v2}/pages?${query}`)).status).toBe(400)
    },
  )

  it('refuses a cursor under another sort', async () => {
    const { next } = list(await site.ask(`${v2}/pages?limit=5&sort=-modified-date`))
    expect((await site.ask(next?.replace('sort=-modified-date', 'sort=title') ?? '')).status).toBe(400)
  })
})

describe('other lists', () => {
  it('walk to their end, versions in pages of at most 50', async () => {
    const { nodes } = site.control.truth()
    const id = nodes.find((node) => node.kind === 'page' && node.version === 1)?.id ?? ''
    for (let edit = 0; edit < 60; edit += 1) site.control.editPage(id, { storage: `<p>${edit}</p>` })
    expect((await site.ask(`${v2}/pages/${id}/versions?limit=51`)).status).toBe(400)
    const first = await site.ask(`${v2}/pages/${id}/versions?limit=50`)
    expect(first.json).toMatchObject({ results: Array.from({ length: 50 }, (_, at) => ({ number: 61 - at })) })
    expect(first.headers.get('link')).toContain('rel="next"')
  })

  it('of the old API go on by start, of its search by cursor', async () => {
    const { spaces, nodes } = site.control.truth()
    const plain = (await walkAll(`/wiki/rest/api/content?spaceKey=${spaces[0]?.key}&limit=15`)).flat()
    const found = (
      await walkAll(
        `/wiki/rest/api/content/search?cql=${encodeURIComponent(`space = ${spaces[0]?.key} and type = page`)}&limit=15`,
      )
    ).flat()
    const wanted = nodes
      .filter((node) => node.kind === 'page' && node.space === spaces[0]?.key && node.status === 'current')
      .map((node) => node.id)
    expect(plain).toEqual(wanted)
    expect(found).toEqual(wanted)
  })

  it('show folders only through the tree and search', async () => {
    const folders = site.control.truth().nodes.filter((node) => node.kind === 'folder')
    const found = (await walkAll('/wiki/rest/api/content/search?cql=type%3Dfolder')).flat()
    const below = list(await site.ask(`${v2}/pages/${folders[0]?.parentId}/direct-children?limit=250`)).ids
    expect(found).toEqual(folders.map((folder) => folder.id))
    expect(below).toContain(folders[0]?.id)
    expect((await site.ask(`${v2}/folders`)).status).toBe(404)
  })
})

it('the same seed gives the same site', async () => {
  await using twin = await openSite()
  await using other = await openSite({ seed: 2 })
  const text = async (one: Site) =>
    (await one.ask(`${v2}/pages?limit=250&body-format=storage`)).text.replaceAll(one.url, '')
  expect(await text(twin)).toBe(await text(site))
  expect(await text(other)).not.toBe(await text(site))
})

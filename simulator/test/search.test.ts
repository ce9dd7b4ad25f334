import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cqlDate } from '../v1/cql-dates.ts'
import { list } from './json.ts'
import { openSite, type Site } from './site.ts'

let site: Site
let ids: { a: string; b: string; post: string }
const minute = 60_000

beforeAll(async () => {
  site = await openSite()
  site.control.createSpace({ key: 'CQL', name: 'Search' })
  const at = Date.UTC(2026, 2, 1, 10, 30, 20)
  const a = site.control.createPage({
    space: 'CQL',
    title: 'Blue "quoted" whale',
    storage: '<p>Deep <strong>water</strong></p>',
    labels: ['sea'],
    at,
  }).id
  const b = site.control.createPage({
    space: 'CQL',
    title: 'Whale watching',
    storage: '<p>Tickets</p>',
    labels: ['sea', 'trip'],
    at: at + 2 * minute,
  }).id
  ids = {
    a,
    b,
    post: site.control.createPage({ space: 'CQL', title: 'News', kind: 'blogpost', at: at + 5 * minute }).id,
  }
})
afterAll(async () => site[Symbol.asyncDispose]())

async function find(cql: string): Promise<string[]> {
  return list(await site.ask(`/wiki/rest/api/content/search?cql=${encodeURIComponent(cql)}`)).ids
}

describe('CQL', () => {
  it.each([
    ['space = CQL and type = page', ['a', 'b']],
    ['space = "CQL" AND type in (page, blogpost) order by lastmodified desc', ['post', 'b', 'a']],
    ['space = CQL and label = trip', ['b']],
    ['space = CQL and label in ("sea") and not label = trip', ['a']],
    ['space = CQL and (label = trip or type = blogpost)', ['b', 'post']],
    ['space = CQL and title ~ "whale"', ['a', 'b']],
    ['title = "Blue \\"quoted\\" whale"', ['a']],
    ['space = CQL and text ~ "water"', ['a']],
    ['space = CQL and text ~ "wat"', []],
    ['space = CQL and title ~ "watch*"', ['b']],
    ['space = CQL and lastmodified >= "2026-03-01 10:30" and type = page', ['a', 'b']],
    ['space = CQL and lastmodified > "2026/03/01 10:30" and type = page', ['b']],
    ['space = CQL and lastmodified = "2026-03-01"', ['a', 'b', 'post']],
    ['space = CQL and lastmodified < "2026-03-01 10:31"', ['a']],
  ] as const)('%s', async (cql, wanted) => {
    expect(await find(cql)).toEqual(wanted.map((name) => ids[name]))
  })

  it('finds by id in a list', async () => {
    expect(await find(`id in (${ids.b}, ${ids.a})`)).toEqual([ids.a, ids.b])
  })

  it.each([
    '',
    'space =',
    'space = A and',
    'colour = blue',
    'type = page order by size',
    'lastmodified > "soon"',
    'space ? A',
    '(type = page',
  ])('refuses "%s"', async (cql) => {
    expect((await site.ask(`/wiki/rest/api/search?cql=${encodeURIComponent(cql)}`)).status).toBe(400)
  })

  it('carries labels in bulk when they are asked for', async () => {
    const answer = await site.ask(
      `/wiki/rest/api/content/search?cql=${encodeURIComponent('space = CQL and type = page')}&expand=metadata.labels,version`,
    )
    expect(answer.json).toMatchObject({
      results: [
        { metadata: { labels: { results: [{ name: 'sea' }] } } },
        { metadata: { labels: { size: 2 } }, version: { number: 1 } },
      ],
    })
  })

  it('finds nothing that the index has not reached yet', async () => {
    site.control.setSearchLag(minute)
    const { id } = site.control.createPage({ space: 'CQL', title: 'Just now' })
    expect(await find('title = "Just now"')).toEqual([])
    site.control.advance(2 * minute)
    expect(await find('title = "Just now"')).toEqual([id])
    site.control.setSearchLag(0)
  })
})

describe('a CQL date', () => {
  it.each([
    ['2026-03-01 10:30', 'UTC', '2026-03-01T10:30:00Z'],
    ['2026-03-01 10:30', 'Asia/Kathmandu', '2026-03-01T04:45:00Z'],
    ['2026-03-01', 'Pacific/Pago_Pago', '2026-03-01T11:00:00Z'],
    ['now("-2d")', 'UTC', '2026-02-27T00:00:00Z'],
  ])('%s in %s', (text, zone, wanted) => {
    expect(cqlDate(text, zone, Date.UTC(2026, 2, 1))).toBe(Date.parse(wanted))
  })

  it('inside the hour that a clock change leaves out is refused', () => {
    expect(() => cqlDate('2026-03-29 02:30', 'Europe/Berlin', 0)).toThrow('refused with 400')
  })
})

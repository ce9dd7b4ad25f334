import { afterEach, beforeEach, expect, it } from 'vitest'
import { list, page } from './json.ts'
import { openSite, type Site } from './site.ts'

let site: Site

beforeEach(async () => {
  site = await openSite()
})
afterEach(async () => site[Symbol.asyncDispose]())

it('W7: lists tell live documents and filter by them, single answers do not tell', async () => {
  const [space] = site.control.truth().spaces
  const made = await site.ask('/wiki/api/v2/pages', {
    method: 'POST',
    body: { spaceId: space?.id, status: 'current', title: 'Minutes', subtype: 'live' },
  })
  const { id } = page(made)
  const [other = ''] = list(await site.ask('/wiki/api/v2/pages?subtype=page&limit=1')).ids
  site.control.setLive(other, true)
  const live = list(await site.ask('/wiki/api/v2/pages?subtype=live&limit=250'))
  expect(live.ids.toSorted()).toEqual([id, other].toSorted())
  expect(live.results.map((row) => row['subtype'])).toEqual(['live', 'live'])
  const rest = list(await site.ask('/wiki/api/v2/pages?subtype=page&limit=250')).results
  expect(rest).toHaveLength(119)
  expect(rest.some((row) => 'subtype' in row)).toBe(false)
  expect((await site.ask(`/wiki/api/v2/pages/${id}`)).json).not.toHaveProperty('subtype')
  expect((await site.ask('/wiki/api/v2/pages?subtype=dead')).status).toBe(400)
})

it('W7: what is typed in a live document shows in the editor alone, and is no draft', async () => {
  const [id = ''] = list(await site.ask('/wiki/api/v2/pages?limit=1')).ids
  site.control.setLive(id, true)
  site.control.setDraft(id, { title: 'Minutes', storage: '<p>Half a sent</p>' })
  expect(page(await site.ask(`/wiki/api/v2/pages/${id}?get-draft=true`))).toMatchObject({
    status: 'current',
    version: { number: site.control.page(id).version },
    body: { storage: { value: '<p>Half a sent</p>' } },
  })
  expect(page(await site.ask(`/wiki/api/v2/pages/${id}?body-format=storage`)).body.storage?.value).not.toContain('Half')
})

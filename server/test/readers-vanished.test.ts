import { expect, test } from 'vitest'
import { startReadingWorld } from './reading-world.ts'

const SINGLY = 'GET /wiki/rest/api/content/{id}/restriction/byOperation/read'

test('of many pages that are hidden from the key at once some are asked about singly, and all are shut', async () => {
  await using world = await startReadingWorld({ pages: 400 })
  const { ann, control, site } = world
  const home = homepageOf(control.truth().nodes)
  const here = (await world.listed(ann)).length
  control.setRestriction(home, { read: { users: [ann.accountId], groups: [] } })
  control.clearRequests()
  await site.sync('sweep')
  const left = (await world.listed(ann)).length
  expect(here - left).toBeGreaterThan(150)
  expect(control.requests().counts[SINGLY]).toBeLessThanOrEqual(101)
  expect((await ann.client.get(`/documents/${await world.idOf(home)}`)).status).toBe(404)

  control.setRestriction(home, null)
  await site.sync('sweep')
  expect((await world.listed(ann)).length).toBe(here)
})

/** The page with most others below it. */
function homepageOf(nodes: readonly { id: string; parentId: string | null }[]): string {
  const parents = new Map(nodes.map((node) => [node.id, node.parentId]))
  const sizes = new Map<string, number>()
  for (const { id } of nodes)
    for (let above = parents.get(id) ?? null; above !== null; above = parents.get(above) ?? null)
      sizes.set(above, (sizes.get(above) ?? 0) + 1)
  return [...sizes].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0] as [string, number])[0]
}

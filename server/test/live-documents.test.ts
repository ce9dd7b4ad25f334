import { expect, test } from 'vitest'
import { pageOf } from '#schema/common.ts'
import { Document } from '#schema/document.ts'
import { pagesOf, startSyncSite, type SyncSite } from './sync-site.ts'

async function liveHere({ admin }: SyncSite): Promise<string[]> {
  const { items } = pageOf(Document).parse((await admin.get('/documents?limit=250')).body)
  return items.filter((document) => document.isLive === true).map((document) => document.externalId)
}

test('W7: live documents are known from the first import on; one that is made of a page, or a page of it, with a sweep', async () => {
  let before = ''
  await using site = await startSyncSite({
    simulator: { pages: 40, spaces: 2, blogPosts: 2 },
    before: (simulator) => {
      before = pagesOf(simulator, simulator.control.truth().spaces[0]?.key ?? '')[0] ?? ''
      simulator.control.setLive(before, true)
    },
  })
  const { control } = site.simulator
  expect(await liveHere(site)).toEqual([before])
  const [, made = '', edited = ''] = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '')
  control.setLive(before, false)
  control.setLive(made, true)
  await site.sync('sweep')
  expect(await liveHere(site)).toEqual([made])
  control.setLive(edited, true)
  control.editPage(edited, { storage: '<p>As a live document.</p>' })
  await site.sync('incremental')
  expect((await liveHere(site)).toSorted()).toEqual([made, edited].toSorted())
})

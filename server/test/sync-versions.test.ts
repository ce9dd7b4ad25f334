import { expect, test } from 'vitest'
import { pagesOf, startSyncSite } from './sync-site.ts'

test('a version keeps its message and whether it was a minor edit', async () => {
  await using site = await startSyncSite({ simulator: { pages: 20, spaces: 1 } })
  const [space] = site.simulator.control.truth().spaces
  const [page] = pagesOf(site.simulator, space?.key ?? '')
  site.simulator.control.editPage(page ?? '', { title: 'Edited', message: 'a comma', minorEdit: true })
  expect(await site.sync('incremental')).toMatchObject({ status: 'succeeded' })
  const { id } = await site.db
    .selectFrom('documents')
    .select('id')
    .where('external_id', '=', page ?? '')
    .executeTakeFirstOrThrow()
  expect((await site.admin.get(`/documents/${id}/versions`)).body).toMatchObject({
    items: [
      { message: 'a comma', minorEdit: true },
      { message: '', minorEdit: false },
    ],
  })
})

import { expect, test } from 'vitest'
import { startDataCenterSite } from './data-center-site.ts'
import { pagesOf } from './sync-site.ts'

test('a page loses its last label also where the bulk read of restrictions does not show it', async () => {
  await using site = await startDataCenterSite({ pages: 20, spaces: 1, comments: 0, attachments: 0 })
  const { control } = site.simulator
  const [page = ''] = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '')
  const present = control.page(page).labels
  for (const name of present) control.removeLabel(page, name)
  control.addLabel(page, 'approved')
  const integration = await site.connect({ readers: 'confluence' })
  const labels = async () => {
    const stored = site.db.selectFrom('documents').select('labels').where('external_id', '=', page)
    return (await stored.executeTakeFirstOrThrow()).labels
  }
  expect(await labels()).toEqual(['approved'])
  control.removeLabel(page, 'approved')
  control.setFault({ kind: 'status', status: 400, match: { path: /content\/search.*restrictions/ } })
  expect((await site.sync(integration, 'sweep')).status).toBe('succeeded')
  expect(await labels()).toEqual([])
})

import { expect, test } from 'vitest'
import { Integration } from '#schema/integration.ts'
import type { Simulator } from '#simulator/start.ts'
import { pagesOf, startSyncSite, storedTruth, wantedTruth } from './sync-site.ts'

const small = { pages: 40, spaces: 4, blogPosts: 4 }

test('D7: a space that is chosen by the alias in its address is the space with that key, in every run and for publishing', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [first = '', second = ''] = control.truth().spaces.map((space) => space.key)
  const choose = (...spaces: string[]) =>
    site.admin.patch(`/integrations/${site.integrationId}`, { settings: { spaces } })
  control.renameSpace(first, { alias: 'HELPDESK' })
  const chosen = await choose('HELPDESK', second, first)
  expect(chosen).toMatchObject({ status: 200, body: { settings: { spaces: [first, second] } } })
  expect(Integration.parse(chosen.body).lastCheck?.checks.at(-1)?.detail).toContain(
    `HELPDESK is the space with the key ${first}.`,
  )
  await site.lastRun()
  await site.sync('sweep')
  const own = (nodes: { space: string }[]) => nodes.filter(({ space }) => space === first || space === second)
  expect(await storedTruth(site.db)).toEqual(own(wantedTruth(site.simulator)))
  // Another alias later is no other space.
  control.renameSpace(first, { alias: 'SERVICE' })
  const [page = ''] = pagesOf(site.simulator, first)
  control.editPage(page, { title: 'Edited under another alias' })
  expect(await site.sync('incremental')).toMatchObject({ counts: { updated: 1 } })
  expect(await storedTruth(site.db)).toEqual(own(wantedTruth(site.simulator)))
  expect(
    await site.admin.post('/documents', { space: first, title: 'Made here', storage: '<p>New.</p>' }),
  ).toMatchObject({ status: 201 })
})

test('D7: a key goes before an alias that reads the same, and what is neither is named', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [first = '', second = ''] = control.truth().spaces.map((space) => space.key)
  const choose = (...spaces: string[]) =>
    site.admin.patch(`/integrations/${site.integrationId}`, { settings: { spaces } })
  control.renameSpace(first, { alias: second })
  expect(await choose(second)).toMatchObject({ status: 200, body: { settings: { spaces: [second] } } })
  expect(await choose(first, 'NOWHERE')).toMatchObject({
    status: 422,
    body: { code: 'space-not-found', detail: expect.stringContaining('does not see NOWHERE.') },
  })
})

test('D7: at the first connection, too, on a site whose list of spaces has more than one page', async () => {
  await using site = await startSyncSite({ simulator: small, spaces: ['BYALIAS'], before })
  const { control } = site.simulator
  const renamed = control.truth().spaces.find((space) => space.alias === 'BYALIAS')?.key
  expect((await site.admin.get(`/integrations/${site.integrationId}`)).body).toMatchObject({
    settings: { spaces: [renamed] },
  })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator).filter(({ space }) => space === renamed))
})

function before({ control }: Simulator): void {
  for (let made = 0; made < 260; made += 1) control.createSpace({ key: `MORE${made}`, name: `More ${made}` })
  control.createPage({ space: 'MORE259', title: 'In the last one' })
  control.renameSpace('MORE259', { alias: 'BYALIAS' })
}

import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Brake, BrakedDocument, HiddenDocument } from '#schema/sync-health.ts'
import { tick } from '#server/integrations/schedule.ts'
import { pagesOf, startSyncSite, storedTruth, untilOver, wantedTruth, EMAIL, type SyncSite } from './sync-site.ts'

const small = { pages: 300, spaces: 3, blogPosts: 6 }
const Brakes = z.object({ items: z.array(Brake) })

async function brakesOf(site: SyncSite, state?: string): Promise<Brake[]> {
  const query = state === undefined ? '' : `?state=${state}`
  return Brakes.parse((await site.admin.get(`/integrations/${site.integrationId}/brakes${query}`)).body).items
}

async function onlyBrake(site: SyncSite): Promise<Brake> {
  const [brake, ...more] = await brakesOf(site, 'waiting')
  expect(more).toEqual([])
  if (brake === undefined) throw new Error('no brake is waiting')
  return brake
}

async function hiddenOf(site: SyncSite): Promise<HiddenDocument[]> {
  const { body } = await site.admin.get(`/integrations/${site.integrationId}/hidden?limit=250`)
  return z.object({ items: z.array(HiddenDocument) }).parse(body).items
}

async function countEvents(site: SyncSite, type: string): Promise<number> {
  return (await site.db.selectFrom('events').select('id').where('type', '=', type).execute()).length
}

/** Purges pages of the first space; their ids. */
function purge(site: SyncSite, from: number, to?: number): string[] {
  const { control } = site.simulator
  const ids = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '').slice(from, to)
  for (const id of ids) control.purgePage(id)
  return ids
}

const decide = (site: SyncSite, brake: Brake, how: 'confirm' | 'reject', body = {}) =>
  site.admin.post(`/brakes/${brake.id}/${how}`, body)

test('D3: what would go at once waits with its list, is told once, and exactly that goes when an admin confirms', async () => {
  await using site = await startSyncSite({ simulator: small })
  const purged = purge(site, -40)
  await site.sync('sweep')
  await site.sync('sweep')
  const brake = await onlyBrake(site)
  expect(brake).toMatchObject({ reason: 'vanished', gone: 40, state: 'waiting', decidedBy: null })
  expect(await countEvents(site, 'sync.braked')).toBe(1)
  const news = await site.db.selectFrom('notifications').selectAll().where('kind', '=', 'sync').execute()
  expect(news).toHaveLength(1)
  const { body } = await site.admin.get(`/brakes/${brake.id}/documents?limit=250`)
  const { items } = z.object({ items: z.array(BrakedDocument) }).parse(body)
  expect(items.map((item) => item.externalId).toSorted()).toEqual(purged.toSorted())
  expect(await decide(site, brake, 'confirm', { gone: 39 })).toMatchObject({
    status: 409,
    body: { code: 'changed-meanwhile' },
  })
  expect(await decide(site, brake, 'confirm', { gone: 40 })).toMatchObject({
    status: 200,
    body: { state: 'confirmed', decidedBy: { name: expect.any(String) } },
  })
  expect(await site.lastRun()).toMatchObject({ status: 'succeeded', counts: { deleted: 40 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(await countEvents(site, 'page.deleted')).toBe(40)
  expect((await hiddenOf(site)).map((one) => one.externalId).toSorted()).toEqual(purged.toSorted())
  expect(await decide(site, brake, 'reject')).toMatchObject({ status: 409, body: { code: 'already-decided' } })
})

test('what came back before the confirmed run stays', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const ids = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '').slice(-40)
  for (const id of ids) control.trashPage(id)
  await site.sync('sweep')
  const brake = await onlyBrake(site)
  for (const id of ids.slice(0, 15)) control.restorePage(id)
  await decide(site, brake, 'confirm')
  expect(await site.lastRun()).toMatchObject({ counts: { deleted: 25 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('rejected ones stay and are not asked for again; others that vanish are', async () => {
  await using site = await startSyncSite({ simulator: small })
  const before = await storedTruth(site.db)
  purge(site, -25)
  await site.sync('sweep')
  await decide(site, await onlyBrake(site), 'reject')
  const run = await site.sync('sweep')
  expect(run.counts.deleted).toBe(0)
  expect(await site.skipped(run)).toMatchObject([{ type: 'space', reason: expect.stringContaining('rejected') }])
  expect(await brakesOf(site, 'waiting')).toEqual([])
  const more = purge(site, -3)
  expect(await site.sync('sweep')).toMatchObject({ counts: { deleted: 3 } })
  expect(await storedTruth(site.db)).toEqual(before.filter((node) => !more.includes(node.id)))
})

test('a brake is over when the documents are back', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const ids = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '').slice(-30)
  for (const id of ids) control.trashPage(id)
  await site.sync('sweep')
  const brake = await onlyBrake(site)
  for (const id of ids) control.restorePage(id)
  await site.sync('sweep')
  expect(await brakesOf(site)).toMatchObject([{ id: brake.id, state: 'over' }])
  expect(await decide(site, brake, 'confirm')).toMatchObject({ status: 409, body: { code: 'brake-over' } })
})

test('a mass of pages in the trash is held back by an incremental run too, and stays so in the next sweep', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const before = await storedTruth(site.db)
  for (const id of pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '').slice(-30)) control.trashPage(id)
  for (const mode of ['incremental', 'incremental', 'sweep'] as const) {
    expect(await site.sync(mode)).toMatchObject({ status: 'succeeded', counts: { deleted: 0 } })
    expect(await onlyBrake(site)).toMatchObject({ gone: 30, reason: 'vanished' })
  }
  expect(await storedTruth(site.db)).toEqual(before)
  expect(await countEvents(site, 'sync.braked')).toBe(1)
})

test('D4: lost access is a state of its own: braked, hidden when confirmed, never purged, and back with the access', async () => {
  await using site = await startSyncSite({ simulator: { pages: 400, spaces: 4, blogPosts: 4 } })
  const { control } = site.simulator
  const before = await storedTruth(site.db)
  const keys = control.truth().spaces.map((space) => space.key)
  control.setSpaces(EMAIL, keys.slice(0, 2))
  await site.sync('sweep')
  const waiting = await brakesOf(site, 'waiting')
  expect(waiting.map(({ space, reason }) => `${space.key} ${reason}`).toSorted()).toEqual(
    keys
      .slice(2)
      .map((key) => `${key} lost-access`)
      .toSorted(),
  )
  for (const brake of waiting) await decide(site, brake, 'confirm')
  // The second confirmation may have met the first one's run: the schedule starts another as soon as that is over.
  await site.lastRun()
  await sql`update integrations set next_sync_at = now() - interval '1 second'`.execute(site.db)
  await tick(site.server.app)
  await site.lastRun()
  expect(new Set((await storedTruth(site.db)).map((node) => node.space))).toEqual(new Set(keys.slice(0, 2)))
  expect(new Set((await hiddenOf(site)).map(({ reason, purgeAt }) => `${reason} ${purgeAt}`))).toEqual(
    new Set(['lost-access null']),
  )
  control.setSpaces(EMAIL, null)
  await site.sync('sweep')
  expect(await storedTruth(site.db)).toEqual(before)
})

test('the doors are for platform admins; what is not there is not found', async () => {
  await using site = await startSyncSite({ simulator: { pages: 10, spaces: 1 } })
  const nobody = '0199aaaa-0000-7000-8000-000000000009'
  for (const path of [`/brakes/${nobody}`, `/brakes/${nobody}/documents`, `/integrations/${nobody}/brakes`]) {
    expect((await site.admin.get(path)).status, path).toBe(404)
    expect((await site.server.client.get(path)).status, path).toBe(401)
  }
  expect((await site.admin.post(`/brakes/${nobody}/confirm`, {})).status).toBe(404)
})

test('a hidden document is read anew on demand; what Confluence has no more stays hidden, with words', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [back = '', gone = ''] = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '').slice(-2)
  control.trashPage(back)
  control.purgePage(gone)
  await site.sync('sweep')
  const hidden = await hiddenOf(site)
  const idOf = (externalId: string) => hidden.find((one) => one.externalId === externalId)?.id ?? ''
  expect(hidden.map(({ externalId, reason }) => `${externalId} ${reason}`).toSorted()).toEqual(
    [`${back} trashed`, `${gone} lost-access`].toSorted(),
  )
  const restore = (id: string) => site.admin.post(`/integrations/${site.integrationId}/hidden/${idOf(id)}/restore`, {})
  expect(await restore(gone)).toMatchObject({ status: 409, body: { code: 'not-in-confluence' } })
  control.restorePage(back)
  const answer = await restore(back)
  expect(answer.status).toBe(202)
  const { id } = z.object({ id: z.string() }).parse(answer.body)
  expect(await untilOver(site.admin, site.integrationId, id)).toMatchObject({
    status: 'succeeded',
    counts: { created: 1 },
  })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

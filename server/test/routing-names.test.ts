/** In whose name a workflow runs, and what becomes of it when that person may not: said where it is looked for. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createWorkflow } from '#server/workflows/define.ts'
import { system } from '#server/platform/actor.ts'
import { SECRET } from './credential-world.ts'
import { startScene, type Scene } from './credential-scene.ts'
import type { Signed } from './people.ts'
import { clear, draftsOf, happenTo, insertPage, runsOf, untilQuiet } from './routing.ts'

let scene: Scene

beforeAll(async () => {
  scene = await startScene()
})
afterAll(() => scene[Symbol.asyncDispose]())
beforeEach(async () => {
  await clear(scene.server.app)
  scene.reset()
})

const APPROVED = { from: 'draft', to: 'approved', transition: 'Approve', comment: null }

/** An automation of DOCS that sends with a credential that mia may use, owned by this person. */
async function makeWorkflow(owner: Signed, credentialId: string): Promise<string> {
  const { app } = scene.server
  const action = { type: 'authenticated-webhook', credentialId, url: `${scene.site.url}/pages/\${page.id}`, body: {} }
  const { id } = await createWorkflow(app, system, 'space:DOCS', {
    definition: { name: 'Tell', triggers: [{ id: 'tell', on: ['page.updated', 'page.approved'], do: [action] }] },
    enabled: true,
    owner: owner.id,
  })
  return id
}

async function outcomes() {
  const { db } = scene.server.app
  const rows = await db
    .selectFrom('deliveries')
    .select(['status', 'code', 'detail', 'run_as_name as as'])
    .orderBy('id')
    .execute()
  return rows
}

async function update(actor?: Signed): Promise<void> {
  const { app } = scene.server
  const page = await insertPage(app, scene.world.docs.id)
  if (actor === undefined) await happenTo(app, page, 'page.updated')
  else await happenTo(app, page, 'page.approved', { actorId: actor.id, payload: APPROVED })
  await untilQuiet(app)
}

test('a person’s step is sent in his name, anything else in the owner’s', async () => {
  const { world, site, makeOne } = scene
  await makeWorkflow(world.dora, await makeOne())
  await update(world.mia)
  await update()
  expect(await outcomes()).toMatchObject([
    { status: 'sent', as: 'mia' },
    { status: 'sent', as: 'dora' },
  ])
  expect(site.asked.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${SECRET}`, `Bearer ${SECRET}`])
})

test('who may not use the credential is named, and nothing is sent', async () => {
  const { world, site, makeOne } = scene
  await makeWorkflow(world.dora, await makeOne())
  await update(world.stranger)
  const lacks = 'may not be used by stranger'
  expect(await outcomes()).toMatchObject([{ status: 'dead', as: 'stranger', detail: expect.stringContaining(lacks) }])
  await clear(scene.server.app)
  await makeWorkflow(world.mia, await makeOne('space:DOCS', { grants: {} }))
  await update()
  expect(await outcomes()).toMatchObject([
    { status: 'dead', as: 'mia', detail: expect.stringContaining('used by mia') },
  ])
  expect(site.asked).toEqual([])
})

test('without an owner nothing is sent with a credential, and the run says that he is missing', async () => {
  const { world, site, makeOne, server } = scene
  await makeWorkflow(world.mia, await makeOne())
  await sql`update workflows set owner_id = null`.execute(server.app.db)
  await update()
  expect(await draftsOf(server.app)).toEqual([])
  expect(await runsOf(server.app)).toMatchObject([{ status: 'failed' }])
  const [run] = await server.app.db.selectFrom('workflow_runs').select('actions').execute()
  expect(run?.actions).toMatchObject([{ status: 'failed', detail: expect.stringContaining('“Tell” has no owner') }])
  await update(world.mia)
  expect(await outcomes()).toMatchObject([{ status: 'sent', as: 'mia' }])
  expect(site.asked).toHaveLength(1)
})

test('a disabled owner is refused when it is sent, and it can be sent again once he is back', async () => {
  const { world, site, makeOne, server } = scene
  const { db } = server.app
  await makeWorkflow(world.mia, await makeOne())
  await db.updateTable('users').set({ disabled: true }).where('id', '=', world.mia.id).execute()
  await update()
  expect(await outcomes()).toMatchObject([
    { status: 'dead', code: 'person-gone', as: 'mia', detail: expect.stringContaining('mia') },
  ])
  await db.updateTable('users').set({ disabled: false }).where('id', '=', world.mia.id).execute()
  const [dead] = await draftsOf(server.app)
  expect(await world.admin.client.post(`/deliveries/${dead?.id}/replay`, {})).toMatchObject({ status: 200 })
  await untilQuiet(server.app)
  expect(await outcomes()).toMatchObject([{ status: 'sent', as: 'mia' }])
  expect(site.asked).toHaveLength(1)
})

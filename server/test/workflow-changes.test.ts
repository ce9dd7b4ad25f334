import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SigningSecret, WorkflowDetail } from '#schema/workflow-api.ts'
import { startTestApp, type TestApp } from './app.ts'
import { makeCredential, makeWorld, type World } from './credential-world.ts'
import { asAdmin } from './people.ts'
import { makeWorkflow, publishing, putPage, refusalOf } from './workflow-scene.ts'

let server: TestApp
let world: World
beforeAll(async () => {
  server = await startTestApp()
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  await server.app.db.deleteFrom('workflows').execute()
  await server.app.db.deleteFrom('documents').execute()
})

describe('changing one', () => {
  test('makes a version; what changes nothing makes none', async () => {
    const { id, definition } = await makeWorkflow(world.dora.client, 'space:DOCS')
    const same = await world.dora.client.put(`/workflows/${id}`, { definition, enabled: false, version: 1 })
    expect(same.body).toMatchObject({ version: 1 })
    const on = await world.dora.client.put(`/workflows/${id}`, { definition, enabled: true, version: 1 })
    expect(on.body).toMatchObject({ version: 2, enabled: true })
    const renamed = { ...definition, name: 'Release' }
    const changed = await world.admin.client.put(`/workflows/${id}`, { definition: renamed, enabled: true, version: 2 })
    expect(changed.body).toMatchObject({ version: 3, name: 'Release', updatedBy: { id: world.admin.id } })
    const versions = await world.dora.client.get(`/workflows/${id}/versions`)
    expect(versions.body).toMatchObject({
      items: [
        { version: 3, by: { id: world.admin.id } },
        { version: 1, by: { id: world.dora.id } },
      ],
      nextCursor: null,
    })
    const before = await world.dora.client.get(`/workflows/${id}/versions/1`)
    expect(before.body).toMatchObject({ version: 1, definition })
    expect((await world.dora.client.get(`/workflows/${id}/versions/2`)).status).toBe(404)
    const audit = await server.app.db
      .selectFrom('audit')
      .selectAll()
      .where('target', '=', `workflow:${id}`)
      .orderBy('seq')
      .execute()
    expect(audit.map(({ action, detail }) => [action, detail])).toEqual([
      [
        'workflow.created',
        { name: 'Publish', scope: 'space:DOCS', enabled: false, owner: world.dora.id, credentials: [] },
      ],
      ['workflow.changed', expect.objectContaining({ version: 2, fields: ['enabled'] })],
      ['workflow.changed', expect.objectContaining({ version: 3, fields: ['definition'], name: 'Release' })],
    ])
  })

  test('on a version that is not the present one is refused, and says who changed it', async () => {
    const { id, definition } = await makeWorkflow(world.dora.client, 'space:DOCS')
    await world.admin.client.put(`/workflows/${id}`, { definition, enabled: true, version: 1 })
    const late = await world.dora.client.put(`/workflows/${id}`, { definition, enabled: false, version: 1 })
    expect(late.status).toBe(409)
    expect(late.body).toMatchObject({ code: 'stale', current: 2, by: { id: world.admin.id } })
  })

  test('of two at once one is refused', async () => {
    const { id, definition } = await makeWorkflow(world.dora.client, 'space:DOCS')
    const answers = await Promise.all(
      ['One', 'Two', 'Three'].map((name) =>
        world.dora.client.put(`/workflows/${id}`, { definition: { ...definition, name }, enabled: false, version: 1 }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
  })

  test('actions without an id keep the one they had; only new webhooks get a secret', async () => {
    const { id, definition } = await makeWorkflow(world.dora.client, 'space:DOCS')
    const before = definition.triggers?.[0]?.do[0]?.id
    const bare = publishing()
    bare.triggers?.[0]?.do.unshift({ type: 'webhook', url: 'https://api.example.com/first', signing: 'v1a' })
    const answer = await world.dora.client.put(`/workflows/${id}`, { definition: bare, enabled: false, version: 1 })
    const changed = WorkflowDetail.parse(answer.body)
    const [first, second] = changed.definition.triggers?.[0]?.do ?? []
    expect(second?.id).toBe(before)
    expect(first?.id).not.toBe(before)
    expect(changed.signing).toEqual([
      {
        actionId: first?.id,
        signing: 'v1a',
        secret: null,
        publicKey: expect.stringMatching(/^whpk_/),
        formerUntil: null,
      },
    ])
  })

  test('pages in a status that would be no more need another one', async () => {
    await putPage(server.app, world.docs.id)
    await putPage(server.app, world.docs.id)
    const { id, definition } = await makeWorkflow(world.dora.client, 'space:DOCS', publishing(), { enabled: true })
    await server.app.db.updateTable('page_statuses').set({ status: 'review' }).execute()
    const without = {
      ...definition,
      statuses: definition.statuses?.filter((status) => status.id !== 'review'),
      transitions: [{ from: 'draft', to: 'approved', name: 'Approve' }],
    }
    const change = { definition: without, enabled: true, version: 1 }
    const refused = refusalOf(await world.dora.client.put(`/workflows/${id}`, change))
    expect(refused).toMatchObject({ status: 409, code: 'in-use', pages: 2, statuses: [{ status: 'review', pages: 2 }] })
    const nowhere = await world.dora.client.put(`/workflows/${id}`, { ...change, statuses: { review: 'nowhere' } })
    expect(refusalOf(nowhere).code).toBe('in-use')
    const changed = await world.dora.client.put(`/workflows/${id}`, { ...change, statuses: { review: 'approved' } })
    expect(changed.body).toMatchObject({ version: 2, pages: 2, statuses: 2 })
    const standing = await server.app.db.selectFrom('page_statuses').select('status').execute()
    expect(standing).toEqual([{ status: 'approved' }, { status: 'approved' }])
    const automation = { definition: { name: 'Publish' }, enabled: true, version: 2 }
    expect(refusalOf(await world.dora.client.put(`/workflows/${id}`, automation)).code).toBe('in-use')
    const left = await world.dora.client.put(`/workflows/${id}`, { ...automation, statuses: { approved: '' } })
    expect(left.body).toMatchObject({ version: 3, pages: 0, statuses: 0 })
  })

  test('disabling keeps where pages stand and ends its schedules, also when it has become faulty', async () => {
    await putPage(server.app, world.docs.id)
    const credentialId = await makeCredential(server.app, 'space:DOCS')
    const scheduled = publishing({}, credentialId)
    scheduled.triggers?.push({
      id: 'weekly',
      on: 'schedule',
      cron: '0 9 * * 1',
      do: [{ type: 'notify', to: ['owner'], text: 'Hi' }],
    })
    const { id, definition } = await makeWorkflow(world.dora.client, 'space:DOCS', scheduled, { enabled: true })
    await world.dora.client.delete(`/credentials/${credentialId}`)
    const off = await world.dora.client.put(`/workflows/${id}`, { definition, enabled: false, version: 1 })
    expect(off.body).toMatchObject({ enabled: false, version: 2, pages: 1 })
    expect(await server.app.db.selectFrom('workflow_schedules').selectAll().execute()).toEqual([])
    const on = refusalOf(await world.dora.client.put(`/workflows/${id}`, { definition, enabled: true, version: 2 }))
    expect(on).toMatchObject({
      status: 422,
      code: 'invalid-definition',
      errors: [{ path: 'triggers.0.do.0.credentialId' }],
    })
  })

  test('a schedule that stays as it is keeps its time, one that is changed gets another', async () => {
    const definition = {
      name: 'Clock',
      triggers: ['kept', 'changed'].map((id) => ({
        id,
        on: 'schedule',
        cron: '0 9 * * 1',
        do: [{ type: 'notify', to: ['owner'], text: 'Hi' }],
      })),
    }
    const { id } = await makeWorkflow(world.dora.client, 'space:DOCS', definition, { enabled: true })
    const past = new Date('2020-01-01')
    await server.app.db
      .updateTable('workflow_schedules')
      .set({ next_at: new Date('2199-01-01') })
      .execute()
    const [kept, changed] = definition.triggers
    const triggers = [kept, { ...changed, cron: '0 10 * * 1' }]
    const answer = await world.dora.client.put(`/workflows/${id}`, {
      definition: { ...definition, triggers },
      enabled: true,
      version: 1,
    })
    expect(answer.status).toBe(200)
    const rows = await server.app.db.selectFrom('workflow_schedules').selectAll().orderBy('trigger_id').execute()
    expect(rows.map((row) => [row.trigger_id, row.next_at > new Date('2198-01-01')])).toEqual([
      ['changed', false],
      ['kept', true],
    ])
    expect(rows.every((row) => row.next_at > past)).toBe(true)
  })
})

describe('deleting one', () => {
  test('with pages needs a word about them', async () => {
    await putPage(server.app, world.docs.id)
    const credentialId = await makeCredential(server.app, 'space:DOCS')
    const { id } = await makeWorkflow(world.dora.client, 'space:DOCS', publishing({}, credentialId), { enabled: true })
    expect(refusalOf(await world.dora.client.delete(`/workflows/${id}`))).toMatchObject({
      status: 409,
      code: 'in-use',
      pages: 1,
    })
    expect((await world.dora.client.delete(`/workflows/${id}?pages=keep`)).status).toBe(400)
    expect((await world.dora.client.delete(`/workflows/${id}?pages=forget`)).status).toBe(204)
    expect((await world.dora.client.get(`/workflows/${id}`)).status).toBe(404)
    const usage = await world.dora.client.get(`/credentials/${credentialId}/usage`)
    expect(usage.body).toMatchObject({ usedBy: [] })
    const audit = await server.app.db.selectFrom('audit').selectAll().where('target', '=', `workflow:${id}`).execute()
    expect(audit.at(-1)).toMatchObject({ action: 'workflow.deleted', detail: { name: 'Publish', pages: 1 } })
  })

  test('goes with its space, and so does its use of credentials', async () => {
    await world.admin.client.post('/spaces', { key: 'GONE', name: 'Gone' })
    const credentialId = await makeCredential(server.app, 'global')
    const { id } = await makeWorkflow(world.admin.client, 'space:GONE', publishing({}, credentialId), { enabled: true })
    const used = await world.admin.client.get(`/credentials/${credentialId}/usage`)
    expect(used.body).toMatchObject({ usedBy: [{ id, space: 'GONE' }] })
    expect((await world.admin.client.delete('/spaces/GONE')).status).toBe(204)
    expect((await world.admin.client.get(`/workflows/${id}`)).status).toBe(404)
    const after = await world.admin.client.get(`/credentials/${credentialId}/usage`)
    expect(after.body).toMatchObject({ usedBy: [], hidden: 0 })
  })

  test('without pages it just goes', async () => {
    const { id } = await makeWorkflow(world.dora.client, 'space:DOCS')
    expect((await world.dora.client.delete(`/workflows/${id}`)).status).toBe(204)
  })
})

describe('copying one', () => {
  test('of a global workflow into a space: disabled, own ids, and it tells when the original moved on', async () => {
    const original = await makeWorkflow(world.admin.client, 'global', publishing(), { enabled: true })
    const answer = await world.olga.client.post(`/workflows/${original.id}/copy`, {
      scope: 'space:OTHER',
      name: 'Ours',
    })
    const copy = WorkflowDetail.parse(answer.body)
    expect(copy).toMatchObject({
      scope: 'space:OTHER',
      name: 'Ours',
      enabled: false,
      owner: { id: world.olga.id },
      original: { id: original.id, name: 'Publish', version: 1, hasMovedOn: false },
    })
    expect(copy.signing).toHaveLength(1)
    const { definition } = original
    await world.admin.client.put(`/workflows/${original.id}`, { definition, enabled: false, version: 1 })
    const look = async () => WorkflowDetail.parse((await world.olga.client.get(`/workflows/${copy.id}`)).body).original
    expect(await look()).toMatchObject({ hasMovedOn: false })
    const moved = { ...definition, description: 'Another' }
    await world.admin.client.put(`/workflows/${original.id}`, { definition: moved, enabled: false, version: 2 })
    expect(await look()).toMatchObject({ version: 1, hasMovedOn: true })
    await world.admin.client.delete(`/workflows/${original.id}?pages=forget`)
    expect(await look()).toBe(null)
  })

  test('under a name that is taken is refused, and one within a space has no original', async () => {
    const { id } = await makeWorkflow(world.dora.client, 'space:DOCS')
    expect(refusalOf(await world.dora.client.post(`/workflows/${id}/copy`, { scope: 'space:DOCS' })).code).toBe(
      'name-taken',
    )
    const copy = await world.dora.client.post(`/workflows/${id}/copy`, { scope: 'space:DOCS', name: 'Second' })
    expect(copy.body).toMatchObject({ name: 'Second', original: null })
  })

  test('with a credential that the copier may not pick is refused', async () => {
    const credentialId = await makeCredential(server.app, 'global')
    const { id } = await makeWorkflow(world.admin.client, 'global', publishing({}, credentialId))
    const refused = refusalOf(await world.olga.client.post(`/workflows/${id}/copy`, { scope: 'space:OTHER' }))
    expect(refused).toMatchObject({ status: 422, errors: [{ path: 'triggers.0.do.0.credentialId' }] })
  })
})

describe('signing secrets', () => {
  test('are renewed one by one, and the former one is good for a while', async () => {
    const made = await makeWorkflow(world.dora.client, 'space:DOCS')
    const actionId = made.signing?.[0]?.actionId ?? ''
    const answer = await world.dora.client.post(`/workflows/${made.id}/actions/${actionId}/signing-secret`)
    const renewed = SigningSecret.parse(answer.body)
    expect(renewed.secret).not.toBe(made.signing?.[0]?.secret)
    expect(renewed.formerUntil).not.toBe(null)
    expect((await world.dora.client.post(`/workflows/${made.id}/actions/nothing/signing-secret`)).status).toBe(404)
    const audit = await server.app.db
      .selectFrom('audit')
      .selectAll()
      .where('target', '=', `workflow:${made.id}`)
      .execute()
    expect(audit.at(-1)).toMatchObject({ action: 'workflow.signing-renewed', detail: { action: actionId } })
    expect(JSON.stringify(audit)).not.toContain('whsec_')
  })
})

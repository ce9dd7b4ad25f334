/** What may be sent is judged at every attempt: between queueing and sending, and between one attempt and the next. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { changeDomains } from '#server/credentials/change-domains.ts'
import type { DeliveryDraft } from '#server/deliveries/draft.ts'
import { system } from '#server/platform/actor.ts'
import { auditOf, changeRow, SECRET, UNKNOWN } from './credential-world.ts'
import { startScene, type Scene } from './credential-scene.ts'
import { attemptsOf, closeBreakers, draftTo, nudge, queue, until } from './delivering.ts'
import { startLoopback, jsonReply } from './loopback.ts'

let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(() => scene[Symbol.asyncDispose]())
beforeEach(async () => {
  scene.reset()
  await closeBreakers(scene.server.app)
})

/** As mia, from DOCS, with this credential. */
async function send(credentialId: string | null, more: Partial<DeliveryDraft> = {}) {
  const { server, site, world } = scene
  const runAs = { id: world.mia.id, name: 'mia' }
  const draft = draftTo(site.url, { credentialId, scope: world.docs.scope, runAs, ...more })
  const [id = ''] = await queue(server.app, draft)
  return until(server.app, id, ({ attempts }) => attempts > 0)
}

const delet = (id: string) => scene.server.app.db.deleteFrom('credentials').where('id', '=', id).execute()
const revoke = (id: string) =>
  scene.server.app.db.deleteFrom('credential_grants').where('credential_id', '=', id).execute()
const change = (id: string, columns: Parameters<typeof changeRow>[2]) => changeRow(scene.server.app, id, columns)

const narrow = (id: string, domains: string[], allowHttp: boolean) =>
  changeDomains(scene.server.app, system, id, { domains, allowHttp, version: 1, bearer: { token: SECRET } })

const LOSSES: [what: string, code: string, lose: (id: string) => Promise<unknown>][] = [
  ['the credential is deleted', 'not-found', delet],
  ['the permission is taken away', 'not-found', revoke],
  ['the domain is taken off its list', 'domain-not-allowed', (id) => narrow(id, ['api.example.com'], true)],
  ['http is no longer allowed', 'domain-not-allowed', (id) => narrow(id, [scene.site.host], false)],
  [
    'it expires and is blocked then',
    'credential-expired',
    (id) => change(id, { expires_at: new Date('2020-01-01'), expiry_policy: 'block' }),
  ],
  ['its secret is gone', 'needs-re-entry', (id) => change(id, { sealed: null })],
]

test.each(LOSSES)('once %s, the next delivery is given up at once: %s', async (_, code, lose) => {
  const credentialId = await scene.makeOne()
  expect(await send(credentialId)).toMatchObject({ status: 'sent' })
  await lose(credentialId)
  const refused = await send(credentialId)
  expect(refused).toMatchObject({ status: 'dead', code, attempts: 1, next_at: null })
  expect(refused.detail).toMatch(/\. /)
  expect(scene.site.asked).toHaveLength(1)
  expect(await auditOf(scene.server.app, credentialId, 'credential.use.refused')).not.toEqual([])
})

test.each(LOSSES)('once %s, a delivery that failed before is not tried again', async (_, code, lose) => {
  const { app } = scene.server
  const credentialId = await scene.makeOne()
  scene.site.reply = jsonReply(400, {})
  const failed = await send(credentialId)
  expect(failed).toMatchObject({ status: 'failed', code: 'status-400' })
  await lose(credentialId)
  await sql`update deliveries set next_at = now() where id = ${failed.id}`.execute(app.db)
  await nudge(app)
  const dead = await until(app, failed.id, ({ attempts }) => attempts > 1)
  expect(dead).toMatchObject({ status: 'dead', code })
  expect(scene.site.asked).toHaveLength(1)
  const log = await attemptsOf(app, failed.id)
  expect(log.map((attempt) => attempt.code)).toEqual(['status-400', code])
  expect(JSON.stringify(log)).not.toContain(SECRET)
})

test('a person who may not sign in any more, or is gone, has nothing sent in his name with a credential', async () => {
  const { app } = scene.server
  const credentialId = await scene.makeOne()
  expect(await send(credentialId)).toMatchObject({ status: 'sent' })
  const setDisabled = (disabled: boolean) =>
    app.db.updateTable('users').set({ disabled }).where('id', '=', scene.world.mia.id).execute()
  await setDisabled(true)
  expect(await send(credentialId)).toMatchObject({ status: 'dead', code: 'person-gone' })
  await setDisabled(false)
  expect(await send(credentialId, { runAs: { id: UNKNOWN, name: 'Nobody' } })).toMatchObject({
    status: 'dead',
    code: 'person-gone',
    detail: expect.stringContaining('Nobody'),
  })
  expect(await send(credentialId, { runAs: null })).toMatchObject({ status: 'dead', code: 'no-person' })
  expect(await send(credentialId)).toMatchObject({ status: 'sent' })
  expect(scene.site.asked).toHaveLength(2)
})

test('a place that the guard does not open is never asked, and the delivery is given up', async () => {
  await using closed = await startLoopback(jsonReply(200, {}))
  const refused = await send(null, { url: closed.url })
  expect(refused).toMatchObject({ status: 'dead', code: 'egress-private' })
  expect(await send(null, { url: 'not an address' })).toMatchObject({ status: 'dead' })
  expect(await send(null, { url: 'ftp://127.0.0.1/' })).toMatchObject({ status: 'dead' })
  expect(closed.asked).toEqual([])
})

test('refusals say nothing about the receiver: it is neither slowed down nor left alone for them', async () => {
  const credentialId = await scene.makeOne('space:DOCS', { grants: {} })
  for (let turn = 0; turn < 6; turn += 1) expect(await send(credentialId)).toMatchObject({ status: 'dead' })
  expect(await scene.server.app.db.selectFrom('receivers').selectAll().execute()).toEqual([])
})

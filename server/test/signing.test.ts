import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Signing } from '#schema/webhook.ts'
import type { App } from '#server/app.ts'
import {
  ensureSigningSecrets,
  forgetSigningSecrets,
  openSigner,
  renewSigningSecret,
} from '#server/credentials/signing.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import { Keys } from '#server/vault/keys.ts'
import { rewrapAll } from '#server/vault/open-keys.ts'
import { insertRootKey } from '#server/vault/root-key-store.ts'
import { parseRootKey } from '#server/vault/root-key.ts'
import { startTestApp, type TestApp } from './app.ts'
import { addDelivery } from './delivery-rows.ts'
import { asAdmin, type Signed } from './people.ts'

const HOUR = 60 * 60 * 1000

let server: TestApp
let admin: Signed
let aheadMs = 0
beforeAll(async () => {
  server = await startTestApp({ lent: { clock: { now: () => new Date(Date.now() + aheadMs) } } })
  admin = await asAdmin(server)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

const ensure = (workflowId: string, actions: [actionId: string, signing: Signing][]) =>
  transact(server.app.db, (tx) =>
    ensureSigningSecrets(
      server.app,
      tx,
      workflowId,
      actions.map(([actionId, signing]) => ({ actionId, signing })),
    ),
  )
const renew = (workflowId: string, signing: Signing = 'v1') =>
  transact(server.app.db, (tx) => renewSigningSecret(server.app, tx, workflowId, 'tell', signing))

async function signed(
  workflowId: string,
  signing: Signing = 'v1',
  app: Pick<App, 'db' | 'keys' | 'clock'> = server.app,
) {
  const sign = await openSigner(app, workflowId, 'tell', signing)
  const at = new Date()
  const message = { id: newId(), at, body: '{"a":1}' }
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': sign(message),
  }
}

function verifies(secret: string | null | undefined, headers: Record<string, string>): boolean {
  try {
    return new Webhook(secret ?? '').verify('{"a":1}', headers) !== undefined
  } catch {
    return false
  }
}

function versions(headers: Record<string, string>): string[] {
  return (headers['webhook-signature'] ?? '').split(' ').map((one) => one.slice(0, one.indexOf(',')))
}

describe('a signing secret', () => {
  test('is made once for an action and answered then alone', async () => {
    const workflow = newId()
    const made = await ensure(workflow, [
      ['tell', 'v1'],
      ['say', 'v1a'],
      ['both', 'both'],
    ])
    expect(made).toEqual([
      { actionId: 'tell', signing: 'v1', secret: expect.stringMatching(/^whsec_/), publicKey: null, formerUntil: null },
      { actionId: 'say', signing: 'v1a', secret: null, publicKey: expect.stringMatching(/^whpk_/), formerUntil: null },
      expect.objectContaining({ secret: expect.stringMatching(/^whsec_/), publicKey: expect.stringMatching(/^whpk_/) }),
    ])
    expect(await ensure(workflow, [['tell', 'v1']])).toEqual([])
    expect(
      await ensure(workflow, [
        ['tell', 'both'],
        ['new', 'v1'],
      ]),
    ).toMatchObject([{ actionId: 'new' }])
    expect(await ensure(newId(), [['tell', 'v1']])).toHaveLength(1)
  })

  test('signs what the official library verifies with it', async () => {
    const workflow = newId()
    const [made] = await ensure(workflow, [['tell', 'both']])
    const headers = await signed(workflow, 'both')
    expect(verifies(made?.secret, headers)).toBe(true)
    expect(versions(headers)).toEqual(['v1', 'v1a'])
    expect(versions(await signed(workflow, 'v1a'))).toEqual(['v1a'])
  })

  test('signs on for 24 hours beside the one that took its place', async () => {
    const workflow = newId()
    const [former] = await ensure(workflow, [['tell', 'v1']])
    const news = await renew(workflow)
    expect(Date.parse(news.formerUntil ?? '') - Date.now()).toBeCloseTo(24 * HOUR, -5)
    const now = await signed(workflow)
    expect([verifies(former?.secret, now), verifies(news.secret, now), versions(now).length]).toEqual([true, true, 2])
    aheadMs = 23 * HOUR
    expect(verifies(former?.secret, await signed(workflow))).toBe(true)
    aheadMs = 25 * HOUR
    const later = await signed(workflow)
    expect([verifies(former?.secret, later), verifies(news.secret, later)]).toEqual([false, true])
    aheadMs = 0
  })

  test('that is renewed again and again leaves the last two beside it', async () => {
    const workflow = newId()
    const secrets: (string | null)[] = []
    for (let time = 0; time < 5; time += 1) secrets.push((await renew(workflow)).secret)
    const headers = await signed(workflow)
    expect(secrets.map((secret) => verifies(secret, headers))).toEqual([false, false, true, true, true])
  })

  test('that is not there, or does not open, sends nothing unsigned', async () => {
    const workflow = newId()
    await expect(signed(workflow)).rejects.toMatchObject({ name: 'Problem', code: 'no-signing-secret' })
    await ensure(workflow, [
      ['tell', 'v1'],
      ['other', 'v1'],
    ])
    // Somebody with the database puts a receiver's secret that he knows under another action.
    const own = server.app.db.updateTable('signing_secrets').where('workflow_id', '=', workflow)
    await own.where('action_id', '=', 'tell').set({ action_id: 'aside' }).execute()
    await own.where('action_id', '=', 'other').set({ action_id: 'tell' }).execute()
    await expect(signed(workflow)).rejects.toMatchObject({ name: 'Problem', code: 'signing-unreadable' })
    await renew(workflow)
    expect(versions(await signed(workflow))).toEqual(['v1'])
  })
})

test('secrets of workflows that are gone stay as long as a delivery may be sent again; former ones for their time', async () => {
  const { db } = server.app
  const [sending, gone, renewed] = [newId(), newId(), newId()]
  for (const workflow of [sending, gone]) await ensure(workflow, [['tell', 'v1']])
  await addDelivery(server.app, { workflowId: sending, status: 'dead' })
  await addDelivery(server.app, { workflowId: renewed, status: 'queued' })
  for (const _ of [1, 2, 3]) await renew(renewed)
  const left = async (now: number) => {
    await forgetSigningSecrets(db, new Date(now))
    const rows = await db.selectFrom('signing_secrets').select('workflow_id').execute()
    return [sending, gone, renewed].map((id) => rows.filter((row) => row.workflow_id === id).length)
  }
  expect(await left(Date.now())).toEqual([1, 0, 3])
  expect(await left(Date.now() + 25 * HOUR)).toEqual([1, 0, 1])
})

describe('the scope that seals them', () => {
  test('is named nowhere, and outlives the re-generation of another', async () => {
    const workflow = newId()
    const [made] = await ensure(workflow, [['tell', 'v1']])
    expect(JSON.stringify((await admin.client.get('/scopes')).body)).not.toContain('signing')
    for (const path of ['/scopes/signing/key/rotate', '/scopes/signing/key'])
      expect((await admin.client.post(path)).status).toBe(404)
    await admin.client.post('/scopes/global/key')
    const answer = await admin.client.post('/scopes/global/key/regenerate', { confirm: 'global' })
    expect(answer.status).toBe(200)
    expect(verifies(made?.secret, await signed(workflow))).toBe(true)
  })

  test('goes along with another root key', async () => {
    const workflow = newId()
    const [made] = await ensure(workflow, [['tell', 'v1']])
    const former = parseRootKey(server.app.config.rootKey ?? '', 'the test')
    const next = parseRootKey(randomBytes(32).toString('base64'), 'the test')
    await insertRootKey(server.app.db, next.fingerprint, 'staged')
    await transact(server.app.db, (tx) => rewrapAll(tx, new Keys(next, former), undefined, {}))
    const app = { ...server.app, keys: new Keys(next) }
    expect(verifies(made?.secret, await signed(workflow, 'v1', app))).toBe(true)
  })

  test('nothing that is stored shows a secret', async () => {
    const workflow = newId()
    const [made] = await ensure(workflow, [['tell', 'both']])
    const rows = await server.app.db
      .selectFrom('signing_secrets')
      .selectAll()
      .where('workflow_id', '=', workflow)
      .execute()
    const bytes = Buffer.from(made?.secret?.slice('whsec_'.length) ?? '', 'base64')
    expect(bytes).toHaveLength(32)
    expect(rows).toMatchObject([{ public_key: made?.publicKey }])
    for (const form of ['base64', 'base64url', 'hex'] as const)
      expect(JSON.stringify(rows)).not.toContain(bytes.toString(form))
  })
})

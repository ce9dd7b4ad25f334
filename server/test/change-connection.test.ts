import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CheckReport, Integration } from '#schema/integration.ts'
import {
  connect,
  draftOf,
  EMAIL,
  KEY,
  refusal,
  SCOPED,
  SCOPED_KEY,
  startConnecting,
  type Connecting,
} from './connecting.ts'
import { jsonReply, type Reply } from './loopback.ts'

let all: Connecting
beforeAll(async () => {
  all = await startConnecting()
})
afterAll(() => all[Symbol.asyncDispose]())
beforeEach(() => {
  all.simulator.control.clearFaults()
  all.elsewhere.reply = anySite
})

const read = async (id: string) => Integration.parse((await all.admin.client.get(`/integrations/${id}`)).body)
const change = (id: string, body: unknown) => all.admin.client.patch(`/integrations/${id}`, body)
const testNow = async (id: string) => CheckReport.parse((await all.admin.client.post(`/integrations/${id}/test`)).body)

/** Connected, with its first full run over, so that only the test itself changes its state. */
async function connected(over?: Parameters<typeof draftOf>[1]): Promise<Integration> {
  const { id } = await connect(all.admin.client, draftOf(all, over))
  await expect.poll(async () => (await read(id)).lastRun?.finishedAt, { timeout: 30_000 }).toEqual(expect.any(String))
  return read(id)
}

function sealedOf(id: string) {
  return all.server.app.db
    .selectFrom('integrations')
    .innerJoin('credentials', 'credentials.id', 'integrations.credential_id')
    .select(['sealed', 'sealed_version'])
    .where('integrations.id', '=', id)
    .executeTakeFirstOrThrow()
}

/** A person of the test's own in the simulated Confluence, whose key can be revoked without harm to others. */
function newAccount(name: string) {
  const account = { email: `${name}@sorrelby.example`, key: `ATATT-the-key-of-${name}` }
  all.simulator.control.addUser(account)
  return { ...account, draft: { settings: { username: account.email }, secret: { apiKey: account.key } } }
}

/** A tiny site that takes any key. */
const anySite: Reply = (response, asked) => {
  const space = { id: '1', key: 'ONE', name: 'One', type: 'global', status: 'current' }
  const answers: [string, unknown][] = [
    ['/_edge/tenant_info', { cloudId: 'c' }],
    ['/wiki/rest/api/user/current', { type: 'known', accountId: 'a', displayName: 'A' }],
    ['/wiki/api/v2/spaces', { results: [space] }],
  ]
  const found = answers.find(([path]) => asked.url.startsWith(path))?.[1]
  jsonReply(200, found ?? { results: [], totalSize: 0 })(response, asked)
}

/** Holds the first request to the tiny site back; `answer` lets it go on, `arrived` tells that it waits. */
function holdFirst(): { arrived: Promise<void>; answer: (reply: Reply) => void } {
  const arrived = Promise.withResolvers<void>()
  const { promise, resolve: answer } = Promise.withResolvers<Reply>()
  all.elsewhere.reply = (response, asked) => {
    all.elsewhere.reply = anySite
    arrived.resolve()
    void promise.then((reply) => reply(response, asked))
  }
  return { arrived: arrived.promise, answer }
}

describe('changing', () => {
  test('a new name needs no key and sends nothing', async () => {
    const made = await connected()
    all.simulator.control.clearRequests()
    expect((await change(made.id, { name: 'Renamed' })).body).toMatchObject({
      name: 'Renamed',
      settings: made.settings,
    })
    expect(all.simulator.requests.total).toBe(0)
    refusal(await change((await connected()).id, { name: 'RENAMED' }), 409, 'name-taken')
    expect((await change(made.id, { name: 'RENAMED' })).status).toBe(200)
  })

  test('a new name leaves the stored secret as it is', async () => {
    const { id } = await connected()
    const before = await sealedOf(id)
    await change(id, { name: 'Named anew' })
    expect(await sealedOf(id)).toEqual(before)
  })

  test('a new key is checked first; a bad one is refused and the old one kept', async () => {
    const { id } = await connected()
    const { checks } = refusal(await change(id, { secret: { apiKey: 'ATATT-wrong' } }), 422, 'key-rejected')
    expect(checks.at(-1)?.ok).toBe(false)
    expect(await testNow(id)).toMatchObject({ ok: true })
    expect(await read(id)).toMatchObject({ state: 'connected' })
  })

  test.each([
    ['username', { username: SCOPED }],
    ['domain', { url: 'sorrelby.atlassian.net' }],
  ])('another %s demands the key again, before anything is sent', async (what, settings) => {
    const made = await connected()
    const { errors } = refusal(await change(made.id, { settings }), 422, 'key-needed')
    expect(errors).toEqual([{ path: 'secret.apiKey', message: expect.stringContaining(`another ${what}`) }])
    expect((await read(made.id)).settings).toEqual(made.settings)
  })

  test('the same domain in another form is no other domain', async () => {
    const { id } = await connected()
    const answer = await change(id, { settings: { url: `${all.simulator.url.toUpperCase()}/wiki/` } })
    expect(answer).toMatchObject({ status: 200, body: { settings: { url: all.simulator.url } } })
  })

  test('another username with its key is taken over, and what is left out is kept', async () => {
    const [space = ''] = all.simulator.control.truth().spaces.map(({ key }) => key)
    const { id } = await connected({ settings: { spaces: [space] } })
    const answer = await change(id, { settings: { username: SCOPED }, secret: { apiKey: SCOPED_KEY } })
    expect(answer).toMatchObject({
      status: 200,
      body: { settings: { username: SCOPED, spaces: [space], gateway: true } },
    })
    expect(await testNow(id)).toMatchObject({ ok: true })
  })

  test('another choice of spaces is checked with the stored key, and read at once', async () => {
    const { id } = await connected()
    refusal(await change(id, { settings: { spaces: ['NOPE'] } }), 422, 'space-not-found')
    expect((await read(id)).settings.spaces).toBe('all')
    const [space = ''] = all.simulator.control.truth().spaces.map(({ key }) => key)
    expect(await change(id, { settings: { spaces: [space] } })).toMatchObject({
      status: 200,
      body: { settings: { spaces: [space] }, lastRun: { mode: 'sweep' } },
    })
  })

  test('the expiry of the key is set, kept and cleared', async () => {
    const { id } = await connected()
    await change(id, { apiKeyExpiresAt: '2030-01-01T00:00:00Z' })
    await change(id, { name: `Kept ${id}` })
    expect((await read(id)).apiKeyExpiresAt).toBe('2030-01-01T00:00:00.000Z')
    await change(id, { apiKeyExpiresAt: null })
    expect((await read(id)).apiKeyExpiresAt).toBeNull()
  })

  test.each([{ colour: 'red' }, { settings: { base: 'https://evil.example' } }, { name: '' }, { secret: {} }])(
    '%j is a 400',
    async (body) => {
      refusal(await change((await connected()).id, body), 400, 'invalid-request')
    },
  )

  test('whoever checked longer than somebody else took to change the connection is told so', async () => {
    const { id } = await connected()
    const held = holdFirst()
    const slow = change(id, { settings: { url: all.elsewhere.url }, secret: { apiKey: 'any' } })
    await held.arrived
    const [space = ''] = all.simulator.control.truth().spaces.map(({ key }) => key)
    expect((await change(id, { settings: { spaces: [space] } })).status).toBe(200)
    held.answer(anySite)
    refusal(await slow, 409, 'changed-meanwhile')
    expect((await read(id)).settings).toMatchObject({ url: all.simulator.url, spaces: [space] })
    expect(await testNow(id)).toMatchObject({ ok: true })
  })
})

describe('testing at any time', () => {
  test('a revoked key is named, the state turns, and a renewed key turns it back', async () => {
    const ada = newAccount('ada')
    const { id } = await connected(ada.draft)
    all.simulator.control.revokeKey(ada.email)
    const failed = await testNow(id)
    expect(failed).toMatchObject({ ok: false, code: 'key-rejected' })
    expect(await read(id)).toMatchObject({
      state: 'key-rejected',
      stateDetail: failed.checks.at(-1)?.detail,
      lastCheck: failed,
    })
    all.simulator.control.setKey(ada.email, 'ATATT-renewed')
    expect(await change(id, { secret: { apiKey: 'ATATT-renewed' } })).toMatchObject({
      status: 200,
      body: { state: 'connected', stateDetail: null, lastCheck: { ok: true } },
    })
    expect(await testNow(id)).toMatchObject({ ok: true })
  })

  test('the state tells what failed, not the clock that is wrong as well', async () => {
    const bea = newAccount('bea')
    const { id } = await connected(bea.draft)
    all.simulator.control.revokeKey(bea.email)
    all.simulator.control.advance(3_600_000)
    await testNow(id).finally(() => all.simulator.control.advance(-3_600_000))
    expect((await read(id)).stateDetail).toMatch(/refuses the user name/)
  })

  test('being throttled says nothing about the key', async () => {
    const { id } = await connected()
    all.simulator.control.setFault({ kind: '429', match: { path: '/rest/api/user/current' } })
    expect(await testNow(id)).toMatchObject({ ok: false, code: 'rate-limited' })
    expect((await read(id)).state).toBe('connected')
  })

  test('the outcome for a key that was renewed meanwhile is told, but changes nothing', async () => {
    const { id } = await connected({ settings: { url: all.elsewhere.url } })
    const held = holdFirst()
    const slow = testNow(id)
    await held.arrived
    expect((await change(id, { secret: { apiKey: 'renewed' } })).status).toBe(200)
    held.answer(jsonReply(503, {}))
    expect(await slow).toMatchObject({ ok: false, code: 'unreachable' })
    expect(await read(id)).toMatchObject({ state: 'connected', lastCheck: { ok: true } })
  })

  test('a sealed key in another row is never opened, nothing is sent, and a new key heals it', async () => {
    const [one, other] = [await connected(), await connected()]
    await sql`
      update credentials set sealed = donor.sealed, sealed_version = donor.sealed_version
      from credentials donor
      where credentials.id = (select credential_id from integrations where id = ${one.id})
        and donor.id = (select credential_id from integrations where id = ${other.id})`.execute(all.server.app.db)
    all.simulator.control.clearRequests()
    expect(await testNow(one.id)).toMatchObject({ ok: false, code: 'needs-re-entry' })
    expect(all.simulator.requests.total).toBe(0)
    expect(await read(one.id)).toMatchObject({
      state: 'needs-re-entry',
      stateDetail: expect.stringContaining('Enter it again'),
    })
    refusal(await change(one.id, { settings: { spaces: ['ANY'] } }), 422, 'needs-re-entry')
    await change(one.id, { secret: { apiKey: KEY } })
    expect(await testNow(one.id)).toMatchObject({ ok: true })
    expect(await testNow(other.id)).toMatchObject({ ok: true })
  })
})

describe('deleting', () => {
  const count = async (id: string, credentialId: string) => {
    const { rows } = await sql<Record<string, number>>`
      select (select count(*)::int from documents where integration_id = ${id}) as documents,
        (select count(*)::int from spaces where integration_id = ${id}) as spaces,
        (select count(*)::int from sync_runs where integration_id = ${id}) as runs,
        (select count(*)::int from credentials where id = ${credentialId}) as credentials`.execute(all.server.app.db)
    return rows[0]
  }

  test('takes documents, spaces, runs and the key along; a second time there is nothing', async () => {
    const { id } = await connected()
    const { credential_id } = await all.server.app.db
      .selectFrom('integrations')
      .select('credential_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const before = await count(id, credential_id)
    expect(before).toMatchObject({ documents: 6, spaces: 2, credentials: 1 })
    expect((await all.admin.client.delete(`/integrations/${id}`)).status).toBe(204)
    expect(await count(id, credential_id)).toEqual({ documents: 0, spaces: 0, runs: 0, credentials: 0 })
    refusal(await all.admin.client.delete(`/integrations/${id}`), 404, 'not-found')
    refusal(await all.admin.client.post(`/integrations/${id}/test`), 404, 'not-found')
    refusal(await change(id, { name: 'Ghost' }), 404, 'not-found')
  })

  test('two at the same moment delete once', async () => {
    const { id } = await connected()
    const answers = await Promise.all([1, 2].map(() => all.admin.client.delete(`/integrations/${id}`)))
    expect(answers.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([204, 404])
  })

  test('while the first sync runs, it ends in peace and leaves nothing', async () => {
    const { id } = await connect(all.admin.client, draftOf(all, { settings: { username: EMAIL } }))
    expect((await all.admin.client.delete(`/integrations/${id}`)).status).toBe(204)
    await expect
      .poll(async () => count(id, id), { timeout: 30_000 })
      .toEqual({ documents: 0, spaces: 0, runs: 0, credentials: 0 })
  })

  test('a name is free again', async () => {
    const { id } = await connect(all.admin.client, draftOf(all, { name: 'Again' }))
    await all.admin.client.delete(`/integrations/${id}`)
    await connect(all.admin.client, draftOf(all, { name: 'again' }))
  })
})

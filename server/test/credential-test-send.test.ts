import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TestApp } from './app.ts'
import { NOBODY, startScene, type Scene } from './credential-scene.ts'
import { auditOf, rowOf, SECRET, type World } from './credential-world.ts'
import { jsonReply, type Loopback } from './loopback.ts'

const MINUTE = 60_000

let scene: Scene
let site: Loopback
let server: TestApp
let world: World
let makeOne: Scene['makeOne']
beforeAll(async () => {
  scene = await startScene()
  ;({ site, server, world, makeOne } = scene)
})
afterAll(async () => {
  await scene[Symbol.asyncDispose]()
})
beforeEach(() => scene.reset())

describe('a test', () => {
  const send = (id: string, url = site.url) => world.mia.client.post(`/credentials/${id}/test`, { url })
  const viewable = () => makeOne('space:DOCS', { grants: { [`user:${world.mia.id}`]: 'view' } })

  test.each([
    [200, true, 'it accepts this credential here, or asks for none'],
    [204, true, 'it accepts'],
    [301, false, 'it points to another address'],
    [401, false, 'it does not accept this credential'],
    [403, false, 'does not allow'],
    [404, false, 'there is nothing at this address'],
    [405, false, 'takes no GET'],
    [429, false, 'asked too often'],
    [418, false, 'did not take the request'],
    [503, false, 'says nothing about the credential'],
  ])('tells what %i means and quotes nothing of the answer', async (status, ok, hint) => {
    const id = await viewable()
    site.reply = (response) =>
      response.writeHead(status, { 'x-leak': 'leaked-word' }).end(status === 204 ? '' : 'leaked-word')
    const answer = await send(id, `${site.url}/me?key=1`)
    expect(answer).toMatchObject({
      status: 200,
      body: { ok, status, host: site.host, hint: expect.stringContaining(hint) },
    })
    expect(answer.body).toMatchObject({ hint: expect.stringMatching(`^The server answered ${status}: `) })
    expect(JSON.stringify(answer)).not.toContain('leaked-word')
    expect(site.asked).toMatchObject([
      { method: 'GET', url: '/me?key=1', headers: { authorization: `Bearer ${SECRET}` } },
    ])
  })

  test('is audited before it is sent and with its outcome', async () => {
    const id = await viewable()
    site.reply = jsonReply(401, {})
    await send(id)
    expect(await auditOf(server.app, id)).toMatchObject([
      { action: 'credential.created' },
      { actor: world.mia.id, action: 'credential.used', detail: { host: site.host, purpose: { kind: 'test' } } },
      { actor: world.mia.id, action: 'credential.tested', detail: { host: site.host, ok: false, status: 401 } },
    ])
    expect(await rowOf(server.app, id)).toMatchObject({ last_used_by: 'test by mia' })
  })

  test('of a place where nobody answers says so', async () => {
    const id = await makeOne('space:DOCS', { domains: ['nobody.invalid'], grants: { everyone: 'view' } })
    const answer = await send(id, 'http://nobody.invalid/')
    expect(answer).toMatchObject({ status: 200, body: { ok: false, status: null, host: 'nobody.invalid' } })
    expect(await auditOf(server.app, id, 'credential.tested')).toMatchObject([{ detail: { ok: false, status: null } }])
  })

  test('tells who is no platform admin neither a closed nor a filtered port', async () => {
    const id = await makeOne('space:DOCS', { domains: [NOBODY], grants: { everyone: 'view' } })
    const hint = `${NOBODY} cannot be reached. Ask a platform admin, who sees why.`
    expect(await send(id, `http://${NOBODY}/`)).toMatchObject({ body: { ok: false, status: null, hint } })
    const answer = await world.admin.client.post(`/credentials/${id}/test`, { url: `http://${NOBODY}/` })
    expect(answer).toMatchObject({ body: { hint: expect.stringContaining('refused the connection') } })
  })

  test('works ten times in a quarter of an hour for each credential, refused ones included', async () => {
    const [id, other] = [await viewable(), await viewable()]
    for (let count = 0; count < 5; count += 1) {
      expect((await send(id)).status).toBe(200)
      expect((await send(id, 'https://elsewhere.example.com/')).status).toBe(422)
    }
    const answer = await send(id)
    expect(answer).toMatchObject({ status: 429, body: { code: 'too-many-attempts' } })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(site.asked).toHaveLength(5)
    expect((await send(other)).status).toBe(200)
    scene.aheadMs += 15 * MINUTE
    expect((await send(id)).status).toBe(200)
  })
})

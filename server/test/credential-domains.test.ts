import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { DomainsVerdict } from '#schema/credential.ts'
import { startTestApp, type TestApp } from './app.ts'
import { makeCredential, makeWorld, SECRET, sentWhenUsed, type World } from './credential-world.ts'
import { asAdmin } from './people.ts'

const FILE = resolve(import.meta.dirname, '../../../shared/cases/domain-match.json')
const Case = z.object({
  pattern: z.string(),
  url: z.string(),
  expect: z.enum(['match', 'no', 'invalid']),
  why: z.string(),
})
const hasCases = existsSync(FILE)
if (!hasCases) console.warn(`SKIPPED: the published cases of the domain rule are not at ${FILE}`)
const cases = hasCases ? z.array(Case).parse(JSON.parse(readFileSync(FILE, 'utf8'))) : []

let server: TestApp
let world: World
beforeAll(async () => {
  server = await startTestApp()
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(() => server[Symbol.asyncDispose]())

describe.skipIf(!hasCases)('the published cases', () => {
  test.each(cases)('$expect: $pattern for $url ($why)', async ({ pattern, url, expect: wanted }) => {
    const { client } = world.admin
    const id = await makeCredential(server.app, 'global')
    for (const path of [`/credentials/${id}/domains/check`, '/scopes/global/domains/check']) {
      const verdict = DomainsVerdict.parse((await client.post(path, { url, domains: [pattern] })).body)
      expect(verdict.allowed).toBe(wanted === 'match')
      expect(verdict.reason).not.toBe('')
      expect(verdict.domains).toMatchObject([{ entry: pattern, ok: wanted !== 'invalid' }])
    }
    const draft = { name: `For ${url} ${pattern}`.slice(0, 100), kind: 'bearer', bearer: { token: SECRET } }
    const made = await client.post('/scopes/global/credentials', { ...draft, domains: [pattern] })
    expect(made.status).toBe(wanted === 'invalid' ? 400 : 201)
    const change = { domains: [pattern], version: 1, bearer: { token: SECRET } }
    const put = await client.put(`/credentials/${id}/domains`, change)
    expect(put.status).toBe(wanted === 'invalid' ? 400 : 200)
    // What no door stores, put into the row itself: the secret was not sealed for it.
    if (wanted === 'invalid')
      await sql`update credentials set domains = ${[pattern]} where id = ${id}`.execute(server.app.db)
    const { sent, outcome } = await sentWhenUsed(server.app, world.admin, id, url)
    expect(sent).toEqual(wanted === 'match' ? [{ url, headers: { authorization: `Bearer ${SECRET}` } }] : [])
    if (wanted === 'no') expect(outcome).toMatchObject({ code: 'domain-not-allowed' })
    if (wanted === 'invalid') expect(outcome).toMatchObject({ code: 'needs-re-entry' })
    await sql`delete from credentials where scope = 'global'`.execute(server.app.db)
  })
})

test('each entry is judged as it is typed, with both of its forms', async () => {
  const domains = ['*.bücher.example:8443', 'https://api.example.com/', 'https://api.example.com/v1', '*.com']
  const { body } = await world.admin.client.post('/scopes/global/domains/check', { domains })
  expect(body).toMatchObject({
    allowed: false,
    reason: 'Give a URL to try.',
    domains: [
      { ok: true, normalised: '*.xn--bcher-kva.example:8443', unicode: '*.bücher.example:8443', suggestion: null },
      { ok: true, normalised: 'api.example.com', reason: 'Shortened to the host, api.example.com.' },
      { ok: false, normalised: null, unicode: null, suggestion: 'api.example.com' },
      { ok: false, suggestion: null, reason: expect.stringContaining('many owners') },
    ],
  })
})

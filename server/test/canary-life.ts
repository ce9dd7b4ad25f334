/** The life of a deployment in which every secret is a canary, and everything that it lets out. */
import { randomBytes } from 'node:crypto'
import { expect, vi } from 'vitest'
import { z } from 'zod'
import { Credential, ScopeState } from '#schema/credential.ts'
import type { Simulator } from '#simulator/start.ts'
import { canaryOf, newCanary, type Canary } from './canaries.ts'
import { recordAnswers, type CanaryServer } from './canary-server.ts'
import { openClient, signIn, type Client } from './client.ts'
import type { Loopback, Reply } from './loopback.ts'
import { idOf } from './people.ts'
import { runCli } from './run-cli.ts'
import { untilOver } from './sync-site.ts'
import { openExports } from './transferring.ts'

export const ROOT_KEY = randomBytes(32)
export const CONFLUENCE_USER = 'olu@sorrelby.example'
const ADMIN = 'ada@lockkeeper.example'

export const SECRETS = {
  integration: newCanary('an integration’s API key', ['ATATT/', '+=']),
  refusedIntegration: newCanary('an API key that did not work'),
  password: newCanary('a password of kind basic', ['pä"ss\\ <&>', ' %+/ö ']),
  token: newCanary('a bearer token', ['eyJ/+', '==']),
  formerToken: newCanary('a former bearer token'),
  refusedToken: newCanary('a token that was refused'),
  value: newCanary('a custom value', ['k"<&', '~']),
  piped: newCanary('a secret by standard input'),
  argument: newCanary('a secret as an argument'),
  query: newCanary('a secret in the URL of a test'),
  passphrase: newCanary('the passphrase of an export', ['', ' ü ']),
  wrongPassphrase: newCanary('a wrong passphrase'),
  adminPassword: newCanary('an admin’s password', ['', ' ß"']),
  wrongPassword: newCanary('a wrong password'),
  setupToken: newCanary('the set-up token'),
  rootKey: canaryOf('the root key', ROOT_KEY),
  rootKeyText: canaryOf('the root key as it is written', Buffer.from(ROOT_KEY.toString('base64').slice(0, 42))),
} satisfies Record<string, Canary>

/** Stored in clear on purpose, as a user name: the search must find it. */
export const CONTROL = newCanary('control')

/** Says back all that it was sent. */
export const echo: Reply = (response, asked) => {
  const sent = encodeURIComponent(JSON.stringify(asked))
  response.writeHead(401, { 'x-echo': sent, 'www-authenticate': sent }).end(JSON.stringify(asked))
}

export type Heard = { answers: string[]; exports: Buffer[]; pages: string[]; commands: string[]; apiKey: Canary }
type Made = Record<'basic' | 'bearer' | 'custom', Credential>
type Around = { server: CanaryServer; simulator: Simulator; sink: Loopback }

export async function live({ server, simulator, sink }: Around): Promise<Heard> {
  const answers: string[] = []
  const client = recordAnswers(openClient(server.url), answers)
  const { admin, unheard, apiKey } = await setUp(server, client, answers)
  await connect(admin, simulator)
  const made = await makeCredentials(admin, sink)
  await failToMake(server, admin, made)
  await useAndRefuse(admin, made, sink)
  const exports = await moveAndDestroy(server, admin, unheard, made)
  const commands = await useCommands(server)
  const pages = await readEverything(server, admin, made)
  return { answers, exports, pages, commands, apiKey }
}

/** `unheard`: the same admin, for the answers that a secret is due in: a new API key, once. */
async function setUp(server: CanaryServer, client: Client, answers: string[]) {
  const person = { name: 'Ada', email: ADMIN, password: SECRETS.adminPassword.value }
  expect((await client.post('/setup', { ...person, token: SECRETS.wrongPassword.value })).status).toBe(403)
  expect((await client.post('/setup', { ...person, token: SECRETS.setupToken.value })).status).toBe(201)
  const wrong = { email: ADMIN, password: SECRETS.wrongPassword.value }
  expect((await client.post('/sessions', wrong)).status).toBe(401)
  const admin = await signIn(client, ADMIN, person.password)
  const unheard = await signIn(openClient(server.url), ADMIN, person.password)
  const { body } = await unheard.post('/api-keys', { name: 'CI' })
  const { key } = z.object({ key: z.string() }).parse(body)
  const byKey = recordAnswers(openClient(server.url, { authorization: `Bearer ${key}` }), answers)
  expect((await byKey.get('/me')).status).toBe(200)
  expect((await byKey.get('/api-keys')).status).toBe(200)
  return { admin, unheard, apiKey: canaryOf('an API key of the HTTP API', Buffer.from(key)) }
}

async function connect(admin: Client, simulator: Simulator): Promise<void> {
  const settings = { deployment: 'cloud', url: simulator.url, username: CONFLUENCE_USER, spaces: 'all' }
  const draft = (apiKey: string) => ({ connector: 'confluence', name: 'Handbook', settings, secret: { apiKey } })
  expect((await admin.post('/integrations', draft(SECRETS.refusedIntegration.value))).status).toBe(422)
  const answer = await admin.post('/integrations', draft(SECRETS.integration.value))
  expect(answer).toMatchObject({ status: 201 })
  const id = idOf(answer.body)
  expect(await untilOver(admin, id)).toMatchObject({ status: 'succeeded' })
  expect(await admin.post(`/integrations/${id}/test`)).toMatchObject({ status: 200, body: { ok: true } })
}

async function makeCredentials(admin: Client, sink: Loopback): Promise<Made> {
  expect((await admin.post('/scopes/global/key')).status).toBe(201)
  expect((await admin.post('/spaces', { key: 'CAGE', name: 'Cage' })).status).toBe(201)
  expect((await admin.post('/scopes/space:CAGE/key')).status).toBe(201)
  const where = { domains: [sink.host], allowHttp: true }
  const make = async (input: Record<string, unknown>) => {
    const answer = await admin.post('/scopes/global/credentials', { ...where, ...input })
    expect(answer).toMatchObject({ status: 201 })
    return Credential.parse(answer.body)
  }
  const basic = { username: CONTROL.value, password: SECRETS.password.value }
  const custom = { header: 'X-Api-Key', value: SECRETS.value.value }
  const made = {
    basic: await make({ name: 'Tickets', kind: 'basic', basic }),
    bearer: await make({ name: 'Forum', kind: 'bearer', bearer: { token: SECRETS.formerToken.value } }),
    custom: await make({ name: 'Billing', kind: 'custom', custom }),
  }
  const change = { version: 1, bearer: { token: SECRETS.token.value } }
  expect((await admin.patch(`/credentials/${made.bearer.id}`, change)).status).toBe(200)
  return made
}

/** Each with a secret in it, in its place or in a wrong one. */
async function failToMake(server: CanaryServer, admin: Client, { bearer }: Made): Promise<void> {
  const secret = SECRETS.refusedToken.value
  const common = { name: 'Refused', domains: ['a.example'] }
  const make = { kind: 'bearer', ...common }
  const inputs: [unknown, number][] = [
    [{ ...make, bearer: { token: `${secret} ${secret}` } }, 400],
    [{ ...make, bearer: { token: secret, password: secret } }, 400],
    [{ ...make, bearer: secret }, 400],
    [{ ...make, kind: secret, bearer: { token: secret } }, 400],
    [{ ...make, bearer: { token: secret }, basic: { username: 'a', password: secret } }, 400],
    [{ ...common, kind: 'basic', basic: { username: `a:${secret}`, password: secret } }, 400],
    [{ ...common, kind: 'custom', custom: { header: `X ${secret}`, value: secret } }, 400],
    [{ ...common, kind: 'custom', custom: { header: 'X-Key', value: `${secret}\r\nx: y` } }, 400],
    [{ ...make, name: 'Forum', bearer: { token: secret } }, 409],
  ]
  for (const [input, status] of inputs)
    expect((await admin.post('/scopes/global/credentials', input)).status, JSON.stringify(input)).toBe(status)
  const path = `/credentials/${bearer.id}`
  expect((await admin.patch(path, { version: 1, bearer: { token: secret } })).status).toBe(409)
  expect((await admin.put(`${path}/domains`, { version: 2, domains: ['*'], bearer: { token: secret } })).status).toBe(
    400,
  )
  const torn = await fetch(`${server.url}/api/v1/scopes/global/credentials`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: `{"bearer":{"token":"${secret}`,
  })
  expect(torn.status).toBeGreaterThanOrEqual(400)
}

async function useAndRefuse(admin: Client, made: Made, sink: Loopback): Promise<void> {
  for (const { id } of Object.values(made)) {
    const test = (url: string) => admin.post(`/credentials/${id}/test`, { url })
    expect(await test(`${sink.url}/echo?key=${SECRETS.query.value}`)).toMatchObject({
      status: 200,
      body: { status: 401 },
    })
    expect((await test(`https://elsewhere.example/?key=${SECRETS.query.value}`)).status).toBe(422)
    expect((await test(`http://user:${SECRETS.query.value}@${sink.host}/`)).status).toBe(422)
  }
  // The one place where they may be: what was called has them.
  const sent = JSON.stringify(sink.asked)
  expect(sent).toContain(SECRETS.token.core.toString())
  expect(sent).toContain(SECRETS.value.core.toString())
  expect(sent).toContain('Basic ')
}

async function moveAndDestroy(server: CanaryServer, admin: Client, unheard: Client, made: Made): Promise<Buffer[]> {
  const restored = await admin.post(`/credentials/${made.bearer.id}/versions/2/restore`, { version: 2 })
  expect(restored).toMatchObject({ status: 200 })
  expect((await admin.post('/scopes/global/key/rotate')).status).toBe(202)
  const rotating = async () => ScopeState.parse((await admin.get('/scopes/global')).body).key?.rotation
  await vi.waitUntil(async () => (await rotating()) === null, { timeout: 30_000 })
  const exportFrom = await openExports(server, unheard)
  const { file } = await exportFrom('global', SECRETS.passphrase.value)
  const given = { file: file.toString('base64'), dryRun: false }
  const bring = (passphrase: string) => admin.post('/scopes/space:CAGE/import', { ...given, passphrase })
  expect((await bring(SECRETS.wrongPassphrase.value)).status).toBe(422)
  expect((await bring(SECRETS.passphrase.value)).status).toBe(200)
  expect((await admin.get('/scopes/space:CAGE/key/regenerate')).status).toBe(200)
  expect((await admin.post('/scopes/space:CAGE/key/regenerate', { confirm: 'space:CAGE' })).status).toBe(200)
  expect((await admin.delete(`/credentials/${made.custom.id}`)).status).toBe(204)
  return [file]
}

async function useCommands(server: CanaryServer): Promise<string[]> {
  const env = { ...server.env, LOCKKEEPER_AS: ADMIN }
  const create = 'credential create --scope global --name Piped --kind bearer --domain a.example'.split(' ')
  const piped = await runCli([...create, '--secret-stdin'], env, SECRETS.piped.value)
  expect(piped).toMatchObject({ code: 0 })
  const argument = await runCli([...create, '--secret', SECRETS.argument.value], env)
  expect(argument).toMatchObject({ code: 2 })
  return [piped, argument].flatMap(({ out, err }) => [out, err])
}

async function readEverything(server: CanaryServer, admin: Client, { basic }: Made): Promise<string[]> {
  const paths = ['', '/versions', '/grants', '/usage'].map((part) => `/credentials/${basic.id}${part}`)
  paths.push('/scopes', '/scopes/global/credentials', '/integrations', '/audit?limit=250', '/audit/export', '/system')
  for (const path of [...paths, '/notifications', '/users', '/api-keys', '/openapi.json'])
    expect((await admin.get(path)).status, path).toBe(200)
  const pages = ['/', '/settings/credentials', '/spaces/CAGE/settings/credentials', '/settings/audit']
  return Promise.all(pages.map(async (path) => (await fetch(`${server.url}${path}`)).text()))
}

import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Credential, Grants, ImportReport, ScopeState } from '#schema/credential.ts'
import { startTestApp, type TestApp } from './app.ts'
import { startLoopback, type Loopback } from './loopback.ts'
import { auditedActions, namesAt, openedSecret } from './making-credentials.ts'
import { asAdmin, newPerson, type Signed } from './people.ts'
import { runCli, runCommand, type CliResult } from './run-cli.ts'
import { makeSpace, putCredentials } from './sealed-rows.ts'

const SECRET = 'cli-secret-value-4711'

let server: TestApp
let admin: Signed
let sink: Loopback
let dir: string
let env: Record<string, string | undefined>

beforeAll(async () => {
  sink = await startLoopback((response) => void response.writeHead(204).end())
  server = await startTestApp({ config: { egressAllow: sink.host } })
  admin = await asAdmin(server)
  dir = await mkdtemp(join(tmpdir(), 'lockkeeper-cli-'))
  const { databaseUrl, rootKey, dataDir, configDir } = server.app.config
  env = {
    DATABASE_URL: databaseUrl,
    LOCKKEEPER_ROOT_KEY: rootKey,
    LOCKKEEPER_DATA_DIR: dataDir,
    LOCKKEEPER_CONFIG_DIR: configDir,
    LOCKKEEPER_EGRESS_ALLOW: sink.host,
    LOCKKEEPER_AS: admin.email,
  }
})
afterAll(async () => {
  await rm(dir, { recursive: true, force: true })
  await server[Symbol.asyncDispose]()
  await sink[Symbol.asyncDispose]()
})

function cli(line: string, more: { env?: Record<string, string | undefined>; input?: string } = {}) {
  return runCommand(line.split(' '), { ...env, ...more.env }, more.input)
}

async function done(result: Promise<CliResult>): Promise<unknown> {
  const { code, out, err } = await result
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}

test('it speaks in the name of a platform admin who is there, and of nobody else', async () => {
  const nobody = await cli('scope list', { env: { LOCKKEEPER_AS: undefined } })
  expect(nobody).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/--as EMAIL/) })
  const member = await newPerson(server, admin.client, 'mia')
  for (const as of ['nobody@lockkeeper.example', member.email]) {
    const refused = await cli(`scope list --as ${as}`)
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/is no platform admin/) })
  }
})

test('the token of a scope is generated, shown and rotated, in the record through the command line', async () => {
  const state = await cli('scope show --scope global')
  expect(state).toMatchObject({ code: 0, out: expect.stringMatching(/no token yet/) })
  expect(await cli('scope generate --scope global')).toMatchObject({ code: 0, err: '' })
  const again = await cli('scope generate --scope global --json')
  expect(again).toMatchObject({ code: 1, out: '' })
  expect(JSON.parse(again.err)).toMatchObject({ status: 409, code: 'has-key' })
  const rotated = ScopeState.parse(await done(cli('scope rotate --scope global --json')))
  expect(rotated.key).toMatchObject({ version: 2, rotation: null })
  expect(await auditedActions(admin.client, 'scope:global')).toContain('scope-key.rotated')
  const { body } = await admin.client.get('/audit?action=scope-key.generated')
  expect(body).toMatchObject({ items: [{ actor: admin.id, actorName: 'admin (command line)' }] })
})

test('a secret as an argument is refused, not repeated, and nothing is made', async () => {
  for (const option of ['--secret', '--password', '--token', '--value', '--api-key']) {
    const line = `credential create --scope global --name Leak --kind bearer --domain a.example`.split(' ')
    for (const args of [[option, SECRET], [`${option}=${SECRET}`]]) {
      const result = await runCommand([...line, ...args], env)
      expect(result).toMatchObject({ code: 2, err: expect.stringMatching(/Never give a secret as an argument/) })
      expect(result.out + result.err).not.toContain(SECRET)
    }
  }
  const stray = await cli(`credential create ${SECRET} --scope global --name Leak --kind bearer`)
  expect(stray.code).toBe(2)
  expect(stray.out + stray.err).not.toContain(SECRET)
  expect(await namesAt(admin.client, '/scopes/global/credentials')).toEqual([])
})

test('each kind is made: its secret by standard input, from a file that is closed to others, from the environment', async () => {
  const basic = 'credential create --scope global --name Tickets --kind basic --username olu --domain a.example --json'
  const file = join(dir, 'secret')
  await writeFile(file, `${SECRET}\n`)
  await chmod(file, 0o644)
  const open = await cli(`${basic} --secret-file ${file}`)
  expect(open).toMatchObject({ code: 2, err: expect.stringMatching(/chmod 600/) })
  await chmod(file, 0o600)
  const made = [
    await done(cli(`${basic} --secret-file ${file}`)),
    await done(
      cli(
        `credential create --scope global --name Sink --kind bearer --domain ${sink.host} --allow-http --secret-stdin ` +
          '--expires 2031-02-03 --expiry-policy block --json',
        { input: `${SECRET}\n` },
      ),
    ),
    await done(
      cli('credential create --scope global --name Billing --kind custom --header X-Key --domain b.example --json', {
        env: { LOCKKEEPER_SECRET: SECRET },
      }),
    ),
  ].map((answer) => Credential.parse(answer))
  for (const { id } of made) expect(await openedSecret(server.app, id)).toBe(SECRET)
  expect(made[1]).toMatchObject({ expiresAt: '2031-02-03T00:00:00.000Z', expiryPolicy: 'block', allowHttp: true })
  expect(await namesAt(admin.client, '/scopes/global/credentials')).toEqual(['Billing', 'Sink', 'Tickets'])
  const nameless = 'credential create --scope global --name Nameless --kind basic --domain a.example --json'
  const there = { env: { LOCKKEEPER_SECRET: SECRET } }
  expect(await cli(nameless, there)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/--username is/) })
  const { id } = Credential.parse(await done(cli(`${nameless} --username=`, there)))
  expect(await done(cli(`credential delete ${id} --confirm Nameless --json`))).toBe(null)
  const none = await cli('credential create --scope global --name None --kind bearer --domain a.example')
  expect(none).toMatchObject({ code: 2, err: expect.stringMatching(/--secret-stdin/) })
})

test('a change keeps the secret unless it is asked for, and goes through the same rules', async () => {
  const secretThere = { env: { LOCKKEEPER_SECRET: 'another' } }
  const answer = await done(cli('credential change tickets --scope global --name Desk --json', secretThere))
  const desk = Credential.parse(answer)
  expect(desk).toMatchObject({ name: 'Desk', version: 2 })
  expect(await openedSecret(server.app, desk.id)).toBe(SECRET)
  await done(cli(`credential change ${desk.id} --secret-env --json`, secretThere))
  expect(await openedSecret(server.app, desk.id)).toBe('another')
  const stale = await cli(`credential change ${desk.id} --name Late --version 1 --json`)
  expect(JSON.parse(stale.err)).toMatchObject({ status: 409, code: 'stale', current: 3 })
  const wider = await cli(`credential domains ${desk.id} --domain a.example --domain evil.example`)
  expect(wider).toMatchObject({ code: 1, err: expect.stringMatching(/Desk/) })
  await done(cli(`credential restore ${desk.id} --before 3 --json`))
  expect(await openedSecret(server.app, desk.id)).toBe(SECRET)
  const versions = await cli(`credential versions ${desk.id}`)
  expect(versions.out).toMatch(/^4 .*secret/)
})

test('a name is found beside any number of longer ones, in every spelling of it', async () => {
  const spaceId = await makeSpace(admin.client, 'MANY', {})
  await done(cli('scope generate --scope space:MANY --json'))
  await putCredentials(server.app, `space:${spaceId}`, spaceId, 251)
  const make =
    'credential create --scope space:MANY --name dential --kind bearer --domain a.example --secret-stdin --json'
  const { id } = Credential.parse(await done(cli(make, { input: SECRET })))
  expect(await done(cli('credential show DENTIAL --scope space:MANY --json'))).toMatchObject({ id })
  expect(await cli('credential show dentia --scope space:MANY --json')).toMatchObject({ code: 1, out: '' })
})

test('permissions, domains, usage and a test', async () => {
  const grants = Grants.parse(await done(cli('credential grants Sink --scope global --grant everyone=use --json')))
  expect(grants.grants).toMatchObject([{ principal: 'everyone', level: 'use' }])
  const access = await cli(`credential access Sink --scope global --user ${admin.id}`)
  expect(access.out).toMatch(/administrate: admin of Lockkeeper/)
  expect(await cli('credential domains Sink --scope global --check https://evil.example/')).toMatchObject({ code: 1 })
  const tested = await cli(`credential test Sink --scope global --url ${sink.url}/x`)
  expect(tested).toMatchObject({ code: 0, out: expect.stringMatching(/answered 204/) })
  expect(sink.asked.at(-1)?.headers.authorization).toBe(`Bearer ${SECRET}`)
  const away = await cli('credential test Sink --scope global --url http://127.0.0.1:1/')
  expect(away).toMatchObject({ code: 1, err: expect.stringMatching(/may not be sent there/) })
  const usage = await cli('credential usage Sink --scope global')
  expect(usage.out).toMatch(/Nothing uses it.*Last used: .*test by admin/s)
})

test('an export is a file of one’s own, and comes back in another scope', async () => {
  const path = join(dir, 'global.age')
  const passphrase = { env: { LOCKKEEPER_PASSPHRASE: 'a long enough phrase' } }
  expect(await cli(`credential export --scope global --out ${path}`, passphrase)).toMatchObject({ code: 0, err: '' })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const bytes = await readFile(path)
  expect(bytes.includes(SECRET)).toBe(false)
  expect(await cli(`credential export --scope global --out ${path}`, passphrase)).toMatchObject({ code: 2 })
  expect(await readFile(path)).toEqual(bytes)
  await admin.client.post('/spaces', { key: 'NEW', name: 'New' })
  await admin.client.post('/scopes/space:NEW/key')
  const bring = `credential import ${path} --scope space:NEW --json`
  const report = ImportReport.parse(await done(cli(bring, passphrase)))
  expect(report).toMatchObject({ dryRun: true })
  expect(report.items.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created'])
  expect(await namesAt(admin.client, '/scopes/space:NEW/credentials')).toEqual([])
  const wrong = await cli(`${bring} --write`, { env: { LOCKKEEPER_PASSPHRASE: 'another phrase' } })
  expect(JSON.parse(wrong.err)).toMatchObject({ code: 'wrong-passphrase' })
  await done(cli(`${bring} --write --passphrase-stdin`, { input: 'a long enough phrase' }))
  expect(await namesAt(admin.client, '/scopes/space:NEW/credentials')).toEqual(['Billing', 'Desk', 'Sink'])
})

test('what destroys shows what it would destroy until it is confirmed', async () => {
  const kept = await cli('credential delete Billing --scope global')
  expect(kept).toMatchObject({ code: 1, out: expect.stringMatching(/Nothing was deleted/) })
  expect(await cli('credential delete Billing --scope global --confirm Billing')).toMatchObject({ code: 0 })
  expect(await namesAt(admin.client, '/scopes/global/credentials')).toEqual(['Desk', 'Sink'])
  const preview = await cli('scope regenerate --scope space:NEW')
  expect(preview).toMatchObject({ code: 1, out: expect.stringMatching(/3 credentials.*Nothing was changed/s) })
  expect((await cli('scope regenerate --scope space:NEW --confirm space:new')).code).toBe(1)
  expect(await cli('scope regenerate --scope space:NEW --confirm space:NEW')).toMatchObject({ code: 0 })
  expect(await namesAt(admin.client, '/scopes/space:NEW/credentials')).toEqual([])
  expect(await namesAt(admin.client, '/scopes/global/credentials')).toEqual(['Desk', 'Sink'])
})

test('what is written wrongly is answered with how it is written', async () => {
  for (const line of ['credential', 'scope help']) expect((await cli(line)).out + (await cli(line)).err).toMatch(/--as/)
  expect(await cli('credential shred x')).toMatchObject({ code: 2 })
  expect(await cli('credential toString')).toMatchObject({ code: 2 })
  expect(await cli('credential list --scope')).toMatchObject({ code: 2, err: expect.stringMatching(/needs a value/) })
  expect(await cli('credential list --scope a --scope b')).toMatchObject({ code: 2 })
  expect(await cli('credential list --scope mars')).toMatchObject({ code: 1 })
})

test('as a process it answers on standard output, reads the secret from standard input, and ends with its code', async () => {
  const made = await runCli(
    'credential create --scope global --name Piped --kind bearer --domain a.example --secret-stdin --json'.split(' '),
    env,
    `${SECRET}\n`,
  )
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(await openedSecret(server.app, Credential.parse(JSON.parse(made.out)).id)).toBe(SECRET)
  const refused = await runCli(['credential', 'create', `--secret=${SECRET}`], env)
  expect(refused).toMatchObject({ code: 2, out: '' })
  expect(refused.err).not.toContain(SECRET)
})

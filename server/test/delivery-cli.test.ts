import { afterAll, beforeAll, expect, test } from 'vitest'
import { DeliveryDetail } from '#schema/delivery.ts'
import { startTestApp, type TestApp } from './app.ts'
import { addAttempt, addDelivery, deliveryRow } from './delivery-rows.ts'
import { asAdmin } from './people.ts'
import { runCommand } from './run-cli.ts'

let server: TestApp
let env: Record<string, string | undefined>
beforeAll(async () => {
  server = await startTestApp({ config: { roles: ['api'] } })
  const { databaseUrl, rootKey, dataDir, configDir } = server.app.config
  env = {
    DATABASE_URL: databaseUrl,
    LOCKKEEPER_ROOT_KEY: rootKey,
    LOCKKEEPER_DATA_DIR: dataDir,
    LOCKKEEPER_CONFIG_DIR: configDir,
    LOCKKEEPER_AS: (await asAdmin(server)).email,
  }
})
afterAll(() => server[Symbol.asyncDispose]())

const cli = (line: string) => runCommand(`deliveries ${line}`.split(' '), env)

test('deliveries are listed, shown and sent again in the name of an admin', async () => {
  const { app } = server
  const sent = await addDelivery(app, { status: 'sent' })
  const dead = await addDelivery(app, { detail: 'crm.example answered 503.' })
  await addAttempt(app, dead)
  const all = await cli('list')
  expect(all).toMatchObject({ code: 0, err: '', out: expect.stringMatching(new RegExp(`^${dead} .*\n${sent} `)) })
  const first = await cli('list --limit 1')
  const cursor = /--cursor (\S+)/.exec(first.out)?.[1] ?? ''
  expect((await cli(`list --limit 1 --cursor ${cursor}`)).out).toContain(sent)
  expect((await cli('list --status dead --since 2026-01-01')).out).toContain(dead)
  expect((await cli('list --status queued')).out).toBe('There is none.\n')
  const shown = await cli(`show ${dead}`)
  expect(shown.out).toMatch(/dead: crm\.example answered 503\./)
  expect(shown.out).toMatch(/attempt 1 {2,}.*status-503 {2}10 ms {2}203\.0\.113\.7/)
  expect(DeliveryDetail.parse(JSON.parse((await cli(`show ${dead} --json`)).out)).log).toHaveLength(1)
  expect(await cli(`replay ${dead}`)).toMatchObject({ code: 0, out: expect.stringMatching(/waits to be sent/) })
  expect(await deliveryRow(app, dead)).toMatchObject({ status: 'queued' })
  expect(await cli(`replay ${dead}`)).toMatchObject({ code: 1, err: expect.stringMatching(/waits to be sent already/) })
  const audit = await app.db
    .selectFrom('audit')
    .select('actor_name')
    .where('action', '=', 'delivery.replayed')
    .execute()
  expect(audit).toEqual([{ actor_name: 'admin (command line)' }])
})

test('a recovery counts until it is told to write', async () => {
  const { app } = server
  const id = await addDelivery(app, { origin: 'https://away.example' })
  const line = 'recover --since 2026-01-01 --receiver https://away.example'
  expect(await cli(line)).toMatchObject({ code: 1, out: expect.stringMatching(/^1 deliveries would .* --write/) })
  expect(await deliveryRow(app, id)).toMatchObject({ status: 'dead' })
  expect(await cli(`${line} --write`)).toMatchObject({ code: 0, out: 'Queued 1 deliveries again.\n' })
  expect(await deliveryRow(app, id)).toMatchObject({ status: 'queued' })
})

test('what is written wrongly is answered with how it is written', async () => {
  expect(await cli('help')).toMatchObject({ code: 0, out: expect.stringMatching(/recover --since TIME/) })
  for (const line of ['', 'shred', 'recover', 'show', 'list --colour red', 'replay a b'])
    expect(await cli(line).then(({ code }) => [line, code])).toEqual([line, line === '' ? 0 : 2])
  for (const line of ['show nobody', 'list --status lost', 'recover --since yesterday'])
    expect(await cli(line)).toMatchObject({ code: 1, out: '' })
})

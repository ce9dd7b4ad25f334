/** What credentials cost: sealing, using, listing. */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Agent, request } from 'undici'
import { pageOf } from '#schema/common.ts'
import { Credential } from '#schema/credential.ts'
import { getCommandActor } from '#server/access/command-actor.ts'
import type { App } from '#server/app.ts'
import { openDatabase } from '#server/boot.ts'
import { readConfig } from '#server/config.ts'
import { openCredentialFetch } from '#server/credentials/use.ts'
import { transact } from '#server/db/transact.ts'
import { openEgress, type EgressFetch } from '#server/egress/fetch.ts'
import { parseEgressAllow } from '#server/egress/guard.ts'
import { systemClock } from '#server/platform/clock.ts'
import { openLog } from '#server/platform/log.ts'
import { putCredentials } from '#server/test/sealed-rows.ts'
import { attachKeys } from '#server/vault/attach-keys.ts'
import { shareActiveScopeKey } from '#server/vault/store.ts'
import { open, sealUnder } from '#server/vault/vault.ts'
import { makeHome, signIn, spawnServer, type Call } from './lockkeeper.ts'
import { times, whole, type Figure } from './report.ts'
import { summarise } from './search.ts'

const CREDENTIALS = 10_000
const SECRET = randomBytes(30).toString('base64')
const ROUNDS = 5
const SEALS_PER_ROUND = 4_000
const REQUESTS_PER_ROUND = 400
const LISTS = 200
const ACCOUNT = { email: 'bench@lockkeeper.example', password: randomBytes(12).toString('base64url') }

type Bench = { app: Pick<App, 'db' | 'keys' | 'fetch' | 'clock'>; call: Call; sink: string }

export async function benchCredentials(): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack()
  const sink = await startSink()
  stack.defer(() => sink.close())
  const home = stack.use(await makeHome())
  const server = stack.use(
    await spawnServer(home.dir, {
      LOCKKEEPER_ADMIN_EMAIL: ACCOUNT.email,
      LOCKKEEPER_ADMIN_PASSWORD: ACCOUNT.password,
      LOCKKEEPER_EGRESS_ALLOW: sink.host,
    }),
  )
  const config = readConfig(server.env)
  const log = openLog('error', 2)
  const { db } = stack.use(await openDatabase(config, log))
  const rules = { allow: parseEgressAllow(sink.host), ownOrigins: [] }
  const fetch = stack.use(openEgress({ rules, log }))
  const app = { db, keys: await attachKeys(config, db), fetch, clock: systemClock }
  const bench = { app, call: await signIn(server.url, ACCOUNT), sink: sink.host }
  await bench.call('POST', '/scopes/global/key')
  await putCredentials(app, 'global', null, CREDENTIALS, { domains: [sink.host], allow_http: true })
  return [...(await benchSealing(bench)), ...(await benchUse(bench)), await benchList(bench)]
}

/** Per second of processor time, so that other work on the machine changes nothing; the rounds alternate. */
async function benchSealing({ app }: Bench): Promise<Figure[]> {
  const context = { scope: 'global', id: '01890000-0000-7000-8000-000000000000', field: 'secret', version: 1 }
  const key = await transact(app.db, (tx) => shareActiveScopeKey(tx, 'global'))
  if (key === undefined) throw new Error('global has no key')
  const sealed = await sealUnder(app, key, context, SECRET)
  const bareKey = createSecretKey(randomBytes(32))
  const bareSealed = bareSeal(bareKey)
  const rateOf = await alternate(SEALS_PER_ROUND, {
    seal: () => sealUnder(app, key, context, SECRET),
    bareSeal: () => bareSeal(bareKey),
    open: () => open(app, app.db, context, sealed),
    bareOpen: () => bareOpen(bareKey, bareSealed),
  })
  const figure = (name: string, own: number, bare: number): Figure => ({
    name: `${name} a secret of ${SECRET.length} characters, beside bare AES-256-GCM of node:crypto`,
    value: `${whole(own)} beside ${whole(bare)} per second of one core: ${times(own / bare)}`,
    promise: '≥ 0.33 ×',
    kept: own / bare >= 1 / 3,
  })
  return [figure('seal', rateOf('seal'), rateOf('bareSeal')), figure('open', rateOf('open'), rateOf('bareOpen'))]
}

type Bare = { iv: Buffer; bytes: Buffer; tag: Buffer }

function bareSeal(key: KeyObject): Bare {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const bytes = Buffer.concat([cipher.update(SECRET, 'utf8'), cipher.final()])
  return { iv, bytes, tag: cipher.getAuthTag() }
}

function bareOpen(key: KeyObject, { iv, bytes, tag }: Bare): string {
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAuthTag(tag)
  return Buffer.concat([decipher.update(bytes), decipher.final()]).toString()
}

/** Calls of each per second of processor time, over rounds that alternate; the first one warms up. */
async function alternate(count: number, works: Record<string, () => unknown>): Promise<(name: string) => number> {
  const spent = new Map<string, number>()
  for (let round = -1; round < ROUNDS; round += 1)
    for (const [name, work] of Object.entries(works)) {
      const before = process.cpuUsage()
      for (let index = 0; index < count; index += 1) await work()
      const { user, system } = process.cpuUsage(before)
      if (round >= 0) spent.set(name, (spent.get(name) ?? 0) + (user + system) / 1e6)
    }
  return (name) => (count * ROUNDS) / (spent.get(name) ?? Number.NaN)
}

/** One request after another over a kept connection, each way in turn; the far side runs in this process for all alike. */
async function benchUse({ app, sink }: Bench): Promise<Figure[]> {
  const url = `http://${sink}/`
  const actor = await getCommandActor(app, ACCOUNT.email)
  const { id } = await app.db.selectFrom('credentials').select('id').limit(1).executeTakeFirstOrThrow()
  const purpose = { kind: 'delivery', id, name: 'bench' } as const
  const openOne = () => openCredentialFetch(app, { actor, credentialId: id, from: 'global', purpose })
  const kept = await openOne()
  const agent = new Agent({ connections: 1 })
  const ways: Record<string, () => Promise<void>> = {
    'bare undici': async () => {
      const { body } = await request(url, { dispatcher: agent, headers: { authorization: `Bearer ${SECRET}` } })
      await body.dump()
    },
    guard: () => get(app.fetch, url),
    credential: () => get(kept, url),
    'credential, opened each time': async () => get(await openOne(), url),
  }
  const taken = new Map(Object.keys(ways).map((name) => [name, new Array<number>()]))
  for (let round = -1; round < ROUNDS; round += 1)
    for (const [name, send] of Object.entries(ways))
      for (let index = 0; index < REQUESTS_PER_ROUND; index += 1) {
        const begun = performance.now()
        await send()
        if (round >= 0) taken.get(name)?.push(performance.now() - begun)
      }
  await agent.close()
  const micros = (name: string) => whole(summarise(taken.get(name) ?? []).p50 * 1000)
  const names = Object.keys(ways).map((name) => `${name} ${micros(name)} µs`)
  const over = summarise(taken.get('credential') ?? []).p50 - summarise(taken.get('bare undici') ?? []).p50
  const value = `${names.join(', ')}: ${whole(over * 1000)} µs over a bare request`
  return [{ name: 'a request with a credential, on loopback, p50', value }]
}

async function get(fetch: EgressFetch, url: string): Promise<void> {
  const response = await fetch(url)
  await response.text()
}

async function benchList({ call }: Bench): Promise<Figure> {
  const taken: number[] = []
  for (let index = -5; index < LISTS; index += 1) {
    const begun = performance.now()
    const page = await call('GET', '/scopes/global/credentials')
    const ms = performance.now() - begun
    if (pageOf(Credential).parse(page).items.length !== 50) throw new Error('the first page is not whole')
    if (index >= 0) taken.push(ms)
  }
  const { p50, p95 } = summarise(taken)
  return {
    name: `first page of ${whole(CREDENTIALS)} credentials, over HTTP`,
    value: `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`,
    promise: 'p95 ≤ 50 ms',
    kept: p95 <= 50,
  }
}

async function startSink(): Promise<{ host: string; close: () => Promise<void> }> {
  const server = createServer((_request, response) => void response.end('ok')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the far side has no port')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { host: `127.0.0.1:${address.port}`, close }
}

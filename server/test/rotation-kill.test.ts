import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findPerson } from '#server/access/actor.ts'
import { changeCredential } from '#server/credentials/change.ts'
import { continueRotations } from '#server/credentials/continue-rotations.ts'
import { openCredentialFetch } from '#server/credentials/use.ts'
import { system, type Person } from '#server/platform/actor.ts'
import { randomFrom } from '#simulator/world/random.ts'
import { startTestApp, type TestApp } from './app.ts'
import { startKillable, type Killable } from './killable.ts'
import { jsonReply, startLoopback, type Loopback } from './loopback.ts'
import { asAdmin } from './people.ts'
import { openAll, putCredentials, type Put } from './sealed-rows.ts'

const CREDENTIALS = 10_000
const KILLS = 50
/** Some live long enough to end a rotation, most are killed within it, so that several in a row are. */
const LONGEST_LIFE_MS = 2_500

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const random = randomFrom(seed)

/** Does no work by itself: children do, and die. */
let server: TestApp
let sink: Loopback
let person: Person
let cacheDir: string
let puts: Put[]
const children: Killable[] = []

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'lockkeeper-rotation-'))
  sink = await startLoopback(jsonReply(200, {}))
  server = await startTestApp({ config: { roles: ['api'], egressAllow: sink.host } })
  const admin = await asAdmin(server)
  const found = await findPerson(server.app, admin.id)
  if (found === undefined) throw new Error('there is no admin')
  person = found
  expect((await admin.client.post('/scopes/global/key')).status).toBe(201)
  puts = await putCredentials(server.app, 'global', null, CREDENTIALS, { domains: [sink.host], allow_http: true })
})
afterAll(async () => {
  for (const child of children) child.kill()
  await server[Symbol.asyncDispose]()
  await sink[Symbol.asyncDispose]()
  await rm(cacheDir, { recursive: true, force: true })
})

async function prepare(): Promise<Killable> {
  const { databaseUrl, rootKey } = server.app.config
  const env = { DATABASE_URL: databaseUrl, LOCKKEEPER_ROOT_KEY: rootKey, NODE_COMPILE_CACHE: cacheDir }
  const child = await startKillable('rotation-child.ts', env)
  children.push(child)
  return child
}

/** The scope's active version while a rotation to it is under way. */
async function rotatingTo(): Promise<number | undefined> {
  const rows = await server.app.db
    .selectFrom('scope_keys')
    .select(['version', 'state'])
    .where('scope', '=', 'global')
    .execute()
  if (!rows.some(({ state }) => state === 'retired')) return undefined
  return rows.find(({ state }) => state === 'active')?.version
}

/** Credentials whose key is gone: never any. */
async function countOrphans(): Promise<number> {
  const row = await server.app.db
    .selectFrom('credentials as c')
    .leftJoin('scope_keys as k', (join) =>
      join.onRef('k.scope', '=', 'c.scope').onRef('k.version', '=', 'c.key_version'),
    )
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('c.scope', '=', 'global')
    .where((e) => e.or([e('k.sealed', 'is', null), e('c.unreadable_at', 'is not', null)]))
    .executeTakeFirstOrThrow()
  return row.count
}

type Current = { secret: string; version: number }

/** Edits one credential after another and uses others, until told; answers how often it did each. */
async function disturb(current: Map<string, Current>, over: AbortSignal): Promise<{ edits: number; uses: number }> {
  const done = { edits: 0, uses: 0 }
  const pick = () => puts[Math.floor(random() * puts.length)]?.id ?? ''
  while (!over.aborted) {
    const edited = pick()
    const secret = `edited-${done.edits}`
    const version = current.get(edited)?.version ?? 1
    const changed = await changeCredential(server.app, system, edited, { version, bearer: { token: secret } })
    current.set(edited, { secret, version: changed.version })
    done.edits += 1
    for (const id of [edited, pick()]) {
      await useOnce(id, current.get(id)?.secret ?? '')
      done.uses += 1
    }
    await after(10) // leaves the processor to whoever rotates
  }
  return done
}

async function useOnce(credentialId: string, secret: string): Promise<void> {
  const purpose = { kind: 'workflow', id: credentialId, name: 'a workflow' } as const
  const send = await openCredentialFetch(server.app, { actor: person, credentialId, from: 'global', purpose })
  await send(`${sink.url}/${credentialId}`, {})
  expect(sink.asked.at(-1)).toMatchObject({ url: `/${credentialId}`, headers: { authorization: `Bearer ${secret}` } })
}

test(`killed ${KILLS} times at random moments while others edit and use, rotations lose nothing and leave nothing unreadable`, async () => {
  console.log(`SEED=${seed}`)
  const current = new Map(puts.map(({ id, secret }) => [id, { secret, version: 1 }]))
  const over = new AbortController()
  const disturbing = disturb(current, over.signal)
  const killsOfRotation = new Map<number, number>()
  let next = prepare()
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = await next
    next = prepare()
    await Promise.race([child.killAfter(random() ** 3 * LONGEST_LIFE_MS), disturbing])
    const version = await rotatingTo()
    if (version !== undefined) killsOfRotation.set(version, (killsOfRotation.get(version) ?? 0) + 1)
    expect(await countOrphans(), `after kill ${kill + 1}`).toBe(0)
  }
  await next
  over.abort()
  const done = await disturbing
  const since = performance.now()
  await expect.poll(() => continueRotations(server.app).then(rotatingTo), { timeout: 30_000 }).toBeUndefined()
  console.log({ kills: Object.fromEntries(killsOfRotation), ...done, lastMs: Math.round(performance.now() - since) })
  expect(await openAll(server.app, 'global')).toEqual(new Map([...current].map(([id, { secret }]) => [id, secret])))
  const keys = await server.app.db
    .selectFrom('scope_keys')
    .select(['version', 'state'])
    .where('scope', '=', 'global')
    .execute()
  const living = keys.filter(({ state }) => state !== 'destroyed')
  expect(living).toEqual([{ version: Math.max(...keys.map(({ version }) => version)), state: 'active' }])
  const versions = await server.app.db.selectFrom('credentials').select(['id', 'version']).execute()
  expect(new Map(versions.map(({ id, version }) => [id, version]))).toEqual(
    new Map([...current].map(([id, { version }]) => [id, version])),
  )
  expect(
    [...killsOfRotation.values()].filter((kills) => kills >= 3).length,
    'killed three times in a row',
  ).toBeGreaterThan(0)
}, 480_000)

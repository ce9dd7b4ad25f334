/**
 * Kills the real process again and again in the middle of first imports, incremental runs and sweeps, while the site goes on
 * changing. When all that stops, one sweep later the store must hold what the site holds, with one event for each change.
 */
import { setTimeout as after } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { z } from 'zod'
import { untilOver } from './sync-site.ts'
import { changesOf, type Deployment } from './sync-model-steps.ts'
import { queue, settle } from './sync-model.ts'
import { change } from './sync-model-changes.ts'
import { endQuarantine, proveEqual, proveThrownAwayGone } from './sync-model-proofs.ts'
import { linkPeople, openWorld, startModelServer, type World } from './sync-model-world.ts'

/** Of each request to the site, so that a run is met at any of its steps. */
const LATENCY_MS = 60
/** Data Center gives fewer at once, so that fewer take as long. */
const PAGES = { cloud: 260, dc: 90 }
const BLOG_POSTS = 12
/** After so many kills another site begins, with a first import that meets a quarter of them. */
const KILLS_PER_SITE = 20
/** About how long each kind of run takes here: a run that was killed is met anywhere in what it has left. */
const LIFE_MS = { 'first import': 2500, full: 2500, sweep: 2000, incremental: 600 }
const MOST_CHANGES = 8
const POLL_MS = 3

type Kind = keyof typeof LIFE_MS
/** `killed`: in the middle of which kind of run; `survived`: runs that were over first. */
export type Killed = {
  killed: Record<Kind, number>
  survived: number
  sites: number
  documents: number
  purged: number
  events: number
}

export async function killInMidSync(kills: number, deployment: Deployment = 'cloud'): Promise<Killed> {
  await using server = await startModelServer()
  const killed = { 'first import': 0, full: 0, sweep: 0, incremental: 0 }
  const all: Killed = { killed, survived: 0, sites: 0, documents: 0, purged: 0, events: 0 }
  const done = () => Object.values(killed).reduce((sum, count) => sum + count, 0)
  while (done() < kills) {
    await using world = await openWorld(server, {
      mode: deployment,
      pages: PAGES[deployment],
      blogPosts: BLOG_POSTS,
      latencyMs: LATENCY_MS,
    })
    all.sites += 1
    const end = Math.min(kills, done() + KILLS_PER_SITE)
    const importEnd = done() + Math.ceil((end - done()) / 4)
    while (done() < importEnd && (await killWithin(world, 'first import'))) {
      killed['first import'] += 1
      changeSome(world)
    }
    await untilOver(server.admin(), world.integrationId)
    await linkPeople(world)
    const imported = await listVersions(world)
    while (done() < end) {
      changeSome(world)
      const { id, kind } = await ask(world)
      if (await killWithin(world, kind)) killed[kind] += 1
      else all.survived += 1
      // Every other time the next kill meets the same run again, which has gone on meanwhile.
      if (Math.random() < 0.5) await untilOver(server.admin(), world.integrationId, id)
      all.purged += await endQuarantine(world)
    }
    await settle(world)
    all.documents += await proveEqual(world)
    all.purged += await proveThrownAwayGone(world)
    await proveBodies(world)
    all.events += await proveEvents(world, imported)
    expect((await server.admin().delete(`/integrations/${world.integrationId}`)).status).toBe(204)
  }
  return all
}

function changeSome(world: World): void {
  const changes = changesOf(world.deployment)
  for (let left = Math.ceil(Math.random() * MOST_CHANGES); left > 0; left -= 1) {
    const kind = changes[Math.floor(Math.random() * changes.length)] ?? 'edit'
    change(world, kind, { kind, a: Math.floor(Math.random() * 1e6), b: Math.floor(Math.random() * 1e6) })
  }
}

/** A run of a kind by chance, or the one that a kill has left open. */
async function ask(world: World): Promise<{ id: string; kind: Kind }> {
  const dice = Math.random()
  const id = await queue(world, dice < 0.45 ? 'incremental' : dice < 0.9 ? 'sweep' : 'full')
  const { body } = await world.server.admin().get(`/integrations/${world.integrationId}/runs/${id}`)
  return { id, kind: z.object({ mode: z.enum(['full', 'sweep', 'incremental']) }).parse(body).mode }
}

/** Kills the process at a random moment of the run that it carries out; false when there is none, or it was over first. */
async function killWithin(world: World, kind: Kind): Promise<boolean> {
  while (!(await isHeld(world))) {
    if (!(await isOpen(world))) return false
    await after(POLL_MS)
  }
  await after(Math.random() * LIFE_MS[kind])
  if (!(await isHeld(world))) return false
  await world.server.crash()
  return true
}

/** Whether a process carries a run out: it holds the integration's lock. */
async function isHeld({ server, integrationId }: World): Promise<boolean> {
  const { rows } = await sql`
    select from pg_locks held, (select hashtextextended(${`sync:${integrationId}`}, 0) as key) as wanted
    where held.locktype = 'advisory' and held.objsubid = 1 and held.granted
      and held.database = (select oid from pg_database where datname = current_database())
      and held.classid = ((wanted.key >> 32) & 4294967295)::oid and held.objid = (wanted.key & 4294967295)::oid`.execute(
    server.db,
  )
  return rows.length > 0
}

async function isOpen({ server, integrationId }: World): Promise<boolean> {
  const run = await server.db
    .selectFrom('sync_runs')
    .select('id')
    .where('integration_id', '=', integrationId)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst()
  return run !== undefined
}

async function listVersions({ server, integrationId }: World): Promise<Map<string, number>> {
  const rows = await server.db
    .selectFrom('documents')
    .select(['external_id', 'version'])
    .where('integration_id', '=', integrationId)
    .execute()
  return new Map(rows.map((row) => [row.external_id, row.version]))
}

/** What a page says here is what it says there. */
async function proveBodies({ server, integrationId, simulator }: World): Promise<void> {
  const rows = await server.db
    .selectFrom('documents')
    .select(['external_id', 'storage'])
    .where('integration_id', '=', integrationId)
    .where('type', 'in', ['page', 'blogpost'])
    .where('deleted_at', 'is', null)
    .execute()
  const differing = rows.filter((row) => simulator.control.page(row.external_id).storage !== row.storage)
  expect(differing.map((row) => row.external_id)).toEqual([])
}

const About = z.object({ externalId: z.string(), version: z.number() })

/** Each page that is new, or in another version, since the import was told of in the version that it is in, and no version twice. How many events. */
async function proveEvents(world: World, imported: ReadonlyMap<string, number>): Promise<number> {
  const events = await world.server.db
    .selectFrom('events')
    .innerJoin('documents', 'documents.id', 'events.subject_id')
    .select(['events.type', 'events.payload'])
    .where('documents.integration_id', '=', world.integrationId)
    .where('events.type', 'in', ['page.created', 'page.updated'])
    .execute()
  const nameOf = (id: string, version: number) => `${id} in version ${version}`
  const told = events.map(({ type, payload }) => {
    const { externalId, version } = About.parse(payload)
    return { type, name: nameOf(externalId, version) }
  })
  const updates = told.filter(({ type }) => type === 'page.updated').map(({ name }) => name)
  expect(updates.toSorted()).toEqual([...new Set(updates)].toSorted())
  const names = new Set(told.map(({ name }) => name))
  const changed = world.simulator.control
    .truth()
    .nodes.filter(({ kind, status }) => kind !== 'folder' && (status === 'current' || status === 'archived'))
    .filter(({ id, version }) => imported.get(id) !== version)
  expect(changed.map(({ id, version }) => nameOf(id, version)).filter((name) => !names.has(name))).toEqual([])
  return events.length
}

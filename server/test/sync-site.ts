import { sql } from 'kysely'
import { expect } from 'vitest'
import { z } from 'zod'
import { Integration, SkippedItem, SyncRun, type RunMode } from '#schema/integration.ts'
import { startSimulator, type Simulator, type SimulatorOptions } from '#simulator/start.ts'
import type { Lent } from '#server/boot.ts'
import type { Db } from '#server/db/open.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'
import { asAdmin } from './people.ts'

export const EMAIL = 'demo@lockkeeper.example'
/** Generous: other tests run beside this one. */
const PATIENCE_MS = 110_000

type Readers = 'members' | 'confluence'

export type SyncSite = AsyncDisposable & {
  simulator: Simulator
  server: TestApp
  admin: Client
  db: Db
  integrationId: string
  /** Starts a run and waits for its end. */
  sync(mode: RunMode): Promise<SyncRun>
  /** The newest run, when it is over. */
  lastRun(): Promise<SyncRun>
  skipped(run: SyncRun): Promise<SkippedItem[]>
}

/** A Lockkeeper beside a simulated Confluence, connected over HTTP, with the first full run over. */
export async function startSyncSite(
  options: {
    simulator?: SimulatorOptions
    lent?: Lent
    /** Opens the host where the simulator's files lie, so that they are fetched. */
    files?: boolean
    spaces?: 'all' | string[]
    /** Who reads here: by default the members of a space, as most tests are not about readers. */
    readers?: Readers
    before?: (s: Simulator) => void
  } = {},
): Promise<SyncSite> {
  await using opening = new AsyncDisposableStack()
  const simulator = opening.use(await startSimulator(options.simulator ?? {}))
  options.before?.(simulator)
  const server = opening.use(
    await startTestApp({
      config: {
        egressAllow: options.files === true ? '127.0.0.1' : new URL(simulator.url).host,
        confluenceGateway: simulator.url,
      },
      ...(options.lent === undefined ? {} : { lent: options.lent }),
    }),
  )
  const { client: admin } = await asAdmin(server)
  const integrationId = await connect(admin, simulator, options.spaces, options.readers)
  const lastRun = () => untilOver(admin, integrationId)
  await lastRun()
  const opened = opening.move()
  return {
    simulator,
    server,
    admin,
    db: server.app.db,
    integrationId,
    async sync(mode) {
      for (;;) {
        const answer = await admin.post(`/integrations/${integrationId}/sync`, { mode })
        if (answer.status === 202) return untilOver(admin, integrationId, SyncRun.parse(answer.body).id)
        // The schedule may have started one a moment ago.
        expect(answer).toMatchObject({ status: 409, body: { code: 'sync-running' } })
        await lastRun()
      }
    },
    lastRun,
    async skipped(run) {
      const { body } = await admin.get(`/integrations/${integrationId}/runs/${run.id}/skipped`)
      return z.object({ items: z.array(SkippedItem) }).parse(body).items
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Connects the simulator over HTTP, which starts the first full run; its id. */
export async function connect(
  admin: Client,
  simulator: Simulator,
  spaces: 'all' | string[] = 'all',
  readers: Readers = 'members',
): Promise<string> {
  const answer = await admin.post('/integrations', {
    connector: 'confluence',
    name: 'Handbook',
    settings: { deployment: 'cloud', url: simulator.url, username: EMAIL, spaces, readers },
    secret: { apiKey: simulator.users[0]?.key },
  })
  expect(answer).toMatchObject({ status: 201 })
  return Integration.parse(answer.body).id
}

/** Waits until the run (the newest one by default) is over. */
export async function untilOver(admin: Client, integrationId: string, runId?: string): Promise<SyncRun> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const { status, body } = await admin.get(
      `/integrations/${integrationId}/runs${runId === undefined ? '?limit=1' : `/${runId}`}`,
    )
    // While the database is away the server says so; the run is asked for again.
    if (status === 503 && Date.now() < until) continue
    const run = runId === undefined ? z.object({ items: z.tuple([SyncRun]) }).parse(body).items[0] : SyncRun.parse(body)
    if (run.finishedAt !== null) return run
    if (Date.now() > until) throw new Error(`the run did not end: ${JSON.stringify(run)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What is visible in the store, as the simulator's truth tells it; labels of archived pages are left out on both sides. */
export async function storedTruth(db: Db) {
  const { rows } = await sql<Node & { parentId: string | null }>`
    select document.external_id as id, document.type as kind, coalesce(space.key, '') as space, document.status,
      document.title, document.version, document.parent_external_id as "parentId", document.labels
    from documents document join spaces space on space.id = document.space_id
    where document.deleted_at is null`.execute(db)
  return sorted(rows)
}

type Node = {
  id: string
  kind: string
  space: string
  status: string
  title: string
  version: number
  parentId: string | null
  labels: string[]
}

/** All that a sync must bring of the simulator's content: empty folders cannot be listed, trashed things are gone. */
export function wantedTruth(simulator: Simulator) {
  const all = simulator.control.truth().nodes
  const parents = new Set(all.filter((node) => isLive(node.status)).map((node) => node.parentId))
  return sorted(all.filter((node) => isLive(node.status) && (node.kind !== 'folder' || parents.has(node.id))))
}

function isLive(status: string): boolean {
  return status === 'current' || status === 'archived'
}

function sorted(nodes: readonly Node[]) {
  return nodes
    .map(({ id, kind, space, status, title, version, parentId, labels }) => ({
      id,
      kind,
      space,
      status,
      title,
      version: kind === 'folder' ? 0 : version,
      parentId,
      labels: status === 'archived' ? [] : labels.toSorted(),
    }))
    .sort((a, b) => Number(a.id) - Number(b.id))
}

/** `type externalId` of all events that are not about a run, oldest first. */
export async function listPageEvents(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('events')
    .select(['type', 'payload'])
    .where('type', 'like', 'page.%')
    .orderBy('id')
    .execute()
  return rows.map(({ type, payload }) => `${type} ${z.object({ externalId: z.string() }).parse(payload).externalId}`)
}

/** Ids of living pages of a space, in the order of the site; the homepage is left out. */
export function pagesOf(simulator: Simulator, space: string): string[] {
  return simulator.control
    .truth()
    .nodes.filter(
      (node) => node.kind === 'page' && node.space === space && node.status === 'current' && node.parentId !== null,
    )
    .map((node) => node.id)
}

/**
 * People move pages along while the server, or its database, is killed at random moments; every move that was answered with
 * 200 must reach the sink, under one id.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import { openDatabase } from '#server/boot.ts'
import { readConfig } from '#server/config.ts'
import { newId } from '#server/platform/ids.ts'
import { openLog } from '#server/platform/log.ts'
import { openClient, type Client } from './client.ts'
import { adminEnv, enterAsOwner, openRealServer } from './real-server.ts'

const WRITERS = 6
const DOCUMENTS = 6_000
/** A page is moved so often: a workflow stops at more than 20 runs for one page in ten minutes. */
const MOVES = 15
const LONGEST_LIFE_MS = 1_500
/** Of a hundred messages so many are answered 500, once: they are sent again under the same id, five seconds later. */
const REFUSED_PERCENT = 2
const LEAST_MOVES = 120
const PATIENCE_MS = 120_000

export type Outcome = {
  kills: { server: number; database: number }
  /** Moves that were answered with 200. */
  acknowledged: number
  /** Of them, those that never came. */
  lost: string[]
  /** Moves that came under more than one webhook-id. */
  twice: string[]
  /** Requests for a message that the sink had taken before. */
  repeated: number
  seconds: number
}

type Sink = AsyncDisposable & { url: string; host: string; ids: Map<string, Set<string>>; repeated: () => number }
/** `cookie`: one session, which outlives the server: so many sign-ins would be refused. */
type Load = { acknowledged: Set<string>; origin: string; cookie: string; stopped: boolean }

/** So many kills, one after another, while people move pages; then everything comes to rest. */
export async function killUnderLoad(kills: { server: number; database: number }): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const sink = stack.use(await startSink())
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-deliveries-'))
  await chmod(dir, 0o755) // the database runs as another account
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const env = envOf(dir, sink)
  const server = stack.use(openRealServer(env))
  const origin = await server.start()
  const load: Load = { acknowledged: new Set(), origin, cookie: await enterAsOwner(origin), stopped: false }
  const { documents, workflowId } = await prepare(load.origin, env, sink)
  const begun = performance.now()
  const writers = Array.from({ length: WRITERS }, (_, index) =>
    movePages(
      load,
      workflowId,
      documents.filter((_id, at) => at % WRITERS === index),
    ),
  )
  const order = [...Array<'server'>(kills.server).fill('server'), ...Array<'database'>(kills.database).fill('database')]
  for (const what of shuffle(order)) {
    await untilAnswering(load)
    await pause(Math.random() * LONGEST_LIFE_MS)
    if (what === 'server') load.origin = await server.killAndStart()
    else await killDatabase(dir)
  }
  await untilAnswering(load)
  // However busy the machine is: a few moves prove nothing.
  while (load.acknowledged.size < LEAST_MOVES) await pause(20)
  load.stopped = true
  await Promise.all(writers)
  await untilAllSent(env)
  return {
    kills,
    acknowledged: load.acknowledged.size,
    lost: [...load.acknowledged].filter((key) => !sink.ids.has(key)),
    twice: [...sink.ids].filter(([, ids]) => ids.size > 1).map(([key]) => key),
    repeated: sink.repeated(),
    seconds: (performance.now() - begun) / 1000,
  }
}

function envOf(dir: string, sink: Sink): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    LOCKKEEPER_PORT: '0',
    LOCKKEEPER_DATA_DIR: join(dir, 'data'),
    LOCKKEEPER_CONFIG_DIR: join(dir, 'config'),
    LOCKKEEPER_ROOT_KEY: randomBytes(32).toString('base64'),
    LOCKKEEPER_LOG_LEVEL: 'fatal',
    ...adminEnv,
    LOCKKEEPER_EGRESS_ALLOW: sink.host,
  }
}

async function startSink(): Promise<Sink> {
  const ids = new Map<string, Set<string>>()
  const refused = new Set<string>()
  const taken = new Set<string>()
  let repeated = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const id = z.string().parse(request.headers['webhook-id'])
      // Refused twice, it would come in five minutes only.
      if (!refused.has(id) && Math.random() * 100 < REFUSED_PERCENT) {
        refused.add(id)
        response.writeHead(500).end()
        return
      }
      const { key } = z.object({ key: z.string() }).parse(JSON.parse(Buffer.concat(chunks).toString()))
      if (taken.has(id)) repeated += 1
      taken.add(id)
      ids.set(key, (ids.get(key) ?? new Set()).add(id))
      response.end('ok')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return {
    url: `http://127.0.0.1:${port}/moved`,
    host: `127.0.0.1:${port}`,
    ids,
    repeated: () => repeated,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The first line of the file that PostgreSQL keeps is its process; the file of one that was killed stays for a moment. */
async function killDatabase(dir: string): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  while (performance.now() < until) {
    try {
      const [pid] = readFileSync(join(dir, 'data', 'postgres', 'postmaster.pid'), 'utf8').split('\n')
      process.kill(z.coerce.number().int().positive().parse(pid), 'SIGKILL')
      return
    } catch {
      await pause(20)
    }
  }
  throw new Error('there was no database to kill')
}

/** A credential, pages, and a workflow of two statuses that tells the sink of every move. */
async function prepare(origin: string, env: Record<string, string>, sink: Sink) {
  const admin = openClient(origin, { cookie: await enterAsOwner(origin) })
  const done = async (path: string, body?: unknown) => {
    const answer = await admin.post(path, body)
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return z.looseObject({ id: z.string().optional() }).parse(answer.body).id ?? ''
  }
  await done('/scopes/global/key')
  const credentialId = await done('/scopes/global/credentials', {
    name: 'Sink',
    kind: 'custom',
    custom: { header: 'X-Key', value: 'the key of the sink' },
    domains: [sink.host],
    allowHttp: true,
  })
  await using source = await openDatabase(readConfig(env), openLog('silent'))
  const spaceId = newId()
  await sql`insert into spaces (id, key, name) values (${spaceId}, 'LOAD', 'Load')`.execute(source.db)
  const { rows } = await sql<{ id: string }>`
    insert into documents (id, space_id, external_id, type, status, title, title_folded, version, storage, markdown, body_text, content_hash)
    select gen_random_uuid(), ${spaceId}, n::text, 'page', 'current', 'Page ' || n, 'page ' || n, 1, '', '', '', ''
    from generate_series(1, ${DOCUMENTS}) as n returning id`.execute(source.db)
  const hook = { type: 'authenticated-webhook', credentialId, url: sink.url, body: { key: '${transition.comment}' } }
  const workflowId = await done('/scopes/global/workflows', {
    enabled: true,
    definition: {
      name: 'Back and forth',
      statuses: [
        { id: 'here', name: 'Here' },
        { id: 'there', name: 'There' },
      ],
      initial: 'here',
      transitions: [
        { from: 'here', to: 'there', name: 'Go' },
        { from: 'there', to: 'here', name: 'Come back' },
      ],
      triggers: [{ id: 'tell', on: 'status.changed', do: [hook] }],
    },
  })
  return { documents: rows.map(({ id }) => id), workflowId }
}

/** Moves its pages one after another. A page whose answer was lost is left: nobody promised anything about that move. */
async function movePages(load: Load, workflowId: string, documents: string[]): Promise<void> {
  for (const id of documents) {
    for (let move = 0; move < MOVES; move += 1) {
      if (load.stopped) return
      const key = newId()
      const to = move % 2 === 0 ? 'there' : 'here'
      const answer = await ask(load, (client) =>
        client.post(`/documents/${id}/transition`, { workflowId, to, comment: key }),
      )
      if (answer?.status === 200) load.acknowledged.add(key)
      else {
        if (answer !== undefined && answer.status < 500)
          throw new Error(`a move answered ${answer.status}: ${JSON.stringify(answer.body)}`)
        await untilAnswering(load)
        break
      }
    }
  }
  throw new Error('there were too few pages to move')
}

/** Undefined when nobody answered. */
async function ask<T>({ origin, cookie }: Load, question: (client: Client) => Promise<T>): Promise<T | undefined> {
  try {
    return await question(openClient(origin, { cookie }))
  } catch {
    return undefined
  }
}

async function untilAnswering(load: Load): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  while (performance.now() < until) {
    const answer = await ask(load, (client) => client.get('/ready'))
    if (answer?.status === 200) return
    await pause(20)
  }
  throw new Error('the server did not come back')
}

async function untilAllSent(env: Record<string, string>): Promise<void> {
  await using source = await openDatabase(readConfig(env), openLog('silent'))
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const { rows: unrouted } = await sql`select id from events where routed_at is null`.execute(source.db)
    const { rows: unsent } = await sql`
      select status, attempts, code, next_at, claimed_until from deliveries where status <> 'sent'`.execute(source.db)
    if (unrouted.length + unsent.length === 0) return
    if (performance.now() > until)
      throw new Error(
        `${unrouted.length} events and ${unsent.length} deliveries did not come to their end, such as ${JSON.stringify(unsent.slice(0, 3))}`,
      )
    await pause(100)
  }
}

function shuffle<T>(items: T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

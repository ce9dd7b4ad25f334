/** What deliveries are measured with: a sink, a Lockkeeper with a workflow that calls it, and writers of events. */
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { request, type Dispatcher } from 'undici'
import { z } from 'zod'
import { Credential } from '#schema/credential.ts'
import { WorkflowDetail } from '#schema/workflow-api.ts'
import type { Db } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { emit } from '#server/events/emit.ts'
import { newId } from '#server/platform/ids.ts'
import type { Call } from './lockkeeper.ts'
import { freePort, startNode, type Part } from './processes.ts'

const Arrivals = z.array(z.object({ key: z.string(), id: z.string(), at: z.number() }))
export type Arrival = z.infer<typeof Arrivals>[number]
export type Sink = AsyncDisposable & {
  url: string
  host: string
  count: () => Promise<number>
  /** Everything since the last call. */
  take: () => Promise<Arrival[]>
}

/** Documents the events are about: no more than 20 runs for each of them within ten minutes. */
const DOCUMENTS = 20_000

export async function startSink(): Promise<Sink> {
  const port = await freePort()
  const part: Part = startNode(['bench/sink.ts', String(port)])
  const url = `http://127.0.0.1:${port}`
  const read = async (path: string) => (await request(`${url}${path}`)).body.json()
  while (
    !(await read('/count').then(
      () => true,
      () => false,
    ))
  ) {
    if (part.child.exitCode !== null) throw new Error(`The sink did not start: ${part.output()}`)
  }
  return {
    url: `${url}/hook`,
    host: `127.0.0.1:${port}`,
    count: async () => z.number().parse(await read('/count')),
    take: async () => Arrivals.parse(await read('/arrivals')),
    [Symbol.asyncDispose]: () => part[Symbol.asyncDispose](),
  }
}

export type Load = { workflowId: string; documents: string[]; spaceId: string }

/** A credential, documents, and an automation that tells the sink of every change of status. */
export async function prepareLoad(call: Call, db: Db, sink: Sink): Promise<Load> {
  await call('POST', '/scopes/global/key')
  const { id: credentialId } = Credential.parse(
    await call('POST', '/scopes/global/credentials', {
      name: 'Sink',
      kind: 'bearer',
      bearer: { token: randomBytes(30).toString('base64url') },
      domains: [sink.host],
      allowHttp: true,
    }),
  )
  const spaceId = newId()
  await sql`insert into spaces (id, key, name) values (${spaceId}, 'LOAD', 'Load')`.execute(db)
  const { rows } = await sql<{ id: string }>`
    insert into documents (id, space_id, external_id, type, status, title, title_folded, version, storage, markdown, body_text, content_hash)
    select gen_random_uuid(), ${spaceId}, n::text, 'page', 'current', 'Page ' || n, 'page ' || n, 1, '', '', '', ''
    from generate_series(1, ${DOCUMENTS}) as n returning id`.execute(db)
  const workflow = WorkflowDetail.parse(
    await call('POST', '/scopes/global/workflows', {
      enabled: true,
      definition: {
        name: 'Tell the sink',
        triggers: [
          {
            id: 'tell',
            on: 'status.changed',
            do: [
              {
                id: 'hook',
                type: 'authenticated-webhook',
                credentialId,
                url: sink.url,
                body: { key: '${transition.comment}', title: '${page.title}', version: '${page.version}' },
              },
            ],
          },
        ],
      },
    }),
  )
  return { workflowId: workflow.id, documents: rows.map(({ id }) => id), spaceId }
}

let written = 0

/** Writes one event in a transaction of its own; answers its key once the database has it for good. */
export async function writeEvent(db: Db, load: Load): Promise<string> {
  const key = newId()
  const documentId = load.documents[written % load.documents.length] ?? ''
  written += 1
  await transact(db, (tx) =>
    emit(tx, {
      type: 'status.changed',
      dedupeKey: key,
      spaceId: load.spaceId,
      subjectId: documentId,
      payload: {
        documentId,
        workflowId: load.workflowId,
        from: 'review',
        to: 'approved',
        transition: 'Approve',
        comment: key,
        reason: 'transition',
      },
    }),
  )
  return key
}

/** The same request without anything between: what the sink and undici can do. */
export async function sendBare(sink: Sink, agent: Dispatcher): Promise<void> {
  const key = newId()
  const { body } = await request(sink.url, {
    dispatcher: agent,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench', 'webhook-id': key },
    body: JSON.stringify({ key, title: 'Page 1', version: 1 }),
  })
  await body.dump()
}

/** Runs `work` `total` times by so many loops at once. */
export async function inLoops(loops: number, total: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const loop = async () => {
    while (next < total) {
      next += 1
      await work(next)
    }
  }
  await Promise.all(Array.from({ length: loops }, loop))
}

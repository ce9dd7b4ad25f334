import { sql } from 'kysely'
import { expect } from 'vitest'
import type { SpaceRole } from '#schema/access.ts'
import { PageStatus, PageStatuses } from '#schema/page-status.ts'
import { Definition } from '#schema/workflow.ts'
import { namePeople } from '#server/content/people.ts'
import { putDocuments } from '#server/content/put.ts'
import type { IncomingDocument } from '#server/content/incoming.ts'
import { incoming } from '#server/content/test/library.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import { settlePages, type TouchedPage } from '#server/workflows/settle-pages.ts'
import { settleWorkflow } from '#server/workflows/settle.ts'
import { findStatusWorkflow, type StatusWorkflow } from '#server/workflows/statuses.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Answer, Client } from './client.ts'
import { asAdmin, idOf, newPerson, type Signed } from './people.ts'

type TestSpace = { id: string; key: string }

/** Two spaces, people in them, and a clock that stands where the test puts it. Nothing happens by itself: there is no worker. */
export type StatusWorld = AsyncDisposable & {
  server: TestApp
  now: { value: Date }
  admin: Signed
  docs: TestSpace
  other: TestSpace
  integrationId: string
  /** Of DOCS: reader, two editors, admin. Of OTHER: an editor. */
  rita: Signed
  ed: Signed
  eve: Signed
  anna: Signed
  otto: Signed
}

export async function startStatusWorld(): Promise<StatusWorld> {
  const now = { value: new Date('2026-06-01T12:00:00.000Z') }
  const server = await startTestApp({ config: { roles: ['api'] }, lent: { clock: { now: () => now.value } } })
  const admin = await asAdmin(server)
  const person = (name: string) => newPerson(server, admin.client, name)
  const [rita, ed, eve] = [await person('rita'), await person('ed'), await person('eve')]
  const [anna, otto] = [await person('anna'), await person('otto')]
  const space = async (key: string, members: Record<string, SpaceRole>) => {
    const id = idOf((await admin.client.post('/spaces', { key, name: key })).body)
    const list = Object.entries(members).map(([user, role]) => ({ principal: `user:${user}`, role }))
    await admin.client.put(`/spaces/${key}/members`, { members: list })
    return { id, key }
  }
  return {
    server,
    now,
    admin,
    rita,
    ed,
    eve,
    anna,
    otto,
    docs: await space('DOCS', { [rita.id]: 'reader', [ed.id]: 'editor', [eve.id]: 'editor', [anna.id]: 'admin' }),
    other: await space('OTHER', { [otto.id]: 'editor' }),
    integrationId: await addIntegration(server),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function addIntegration({ app: { db } }: TestApp): Promise<string> {
  const [credential, id] = [newId(), newId()]
  await sql`insert into credentials (id, scope, name, name_key, kind, domains)
    values (${credential}, 'integrations', 'wiki', 'wiki', 'basic', '{wiki.example.com}')`.execute(db)
  await sql`insert into integrations (id, connector, name, settings, credential_id)
    values (${id}, 'confluence', 'Wiki', '{}', ${credential})`.execute(db)
  return id
}

/** Puts pages into DOCS, or another space, as a sync does; their ids. */
export async function putPages(
  world: StatusWorld,
  pages: Partial<IncomingDocument>[],
  space: TestSpace = world.docs,
): Promise<string[]> {
  const put = (tx: Parameters<typeof putDocuments>[0]) =>
    putDocuments(tx, space, world.integrationId, pages.map(incoming))
  return (await transact(world.server.app.db, put)).map(({ id }) => id)
}

/** Names of Confluence's accounts, by which authors are known. */
export async function nameAccounts(world: StatusWorld, names: Record<string, string>): Promise<void> {
  await namePeople(world.server.app.db, world.integrationId, new Map(Object.entries(names)))
}

/** Draft → Review → Approved, and what is given in place of it. */
export function definitionOf(given: Record<string, unknown> = {}): Definition {
  return Definition.parse({
    name: `Publish ${newId()}`,
    statuses: [
      { id: 'draft', name: 'Draft', colour: 'gray' },
      { id: 'review', name: 'Review' },
      { id: 'approved', name: 'Approved', colour: 'green', final: true },
    ],
    transitions: [
      { from: 'draft', to: 'review', name: 'Submit' },
      { from: 'review', to: 'approved', name: 'Approve', who: ['space:editor'], approvals: { minimum: 1 } },
      { from: 'review', to: 'draft', name: 'Send back' },
    ],
    ...given,
  })
}

/** An enabled workflow of DOCS (`space: null`: a global one), settled as a save does it. */
export async function addWorkflow(
  world: StatusWorld,
  given: Record<string, unknown> = {},
  { space = world.docs, enabled = true }: { space?: TestSpace | null; enabled?: boolean } = {},
): Promise<StatusWorkflow> {
  const id = newId()
  const definition = definitionOf(given)
  const scope = space === null ? 'global' : `space:${space.id}`
  await world.server.app.db
    .insertInto('workflows')
    .values({
      id,
      scope,
      space_id: space?.id ?? null,
      name: definition.name,
      name_key: definition.name.toLowerCase(),
      definition: JSON.stringify(definition),
      enabled,
      owner_id: world.admin.id,
      updated_by: world.admin.id,
    })
    .execute()
  return settled(world, id)
}

/** Saves another definition. */
export async function changeWorkflow(
  world: StatusWorld,
  { id }: StatusWorkflow,
  given: Record<string, unknown>,
  { statuses, enabled = true }: { statuses?: Record<string, string>; enabled?: boolean } = {},
): Promise<StatusWorkflow> {
  await sql`update workflows set definition = ${JSON.stringify(definitionOf(given))}::json, version = version + 1,
    enabled = ${enabled} where id = ${id}`.execute(world.server.app.db)
  return settled(world, id, statuses)
}

async function settled(world: StatusWorld, id: string, statuses?: Record<string, string>): Promise<StatusWorkflow> {
  const { app } = world.server
  return transact(app.db, async (tx) => {
    const workflow = await findStatusWorkflow(tx, id)
    if (workflow === undefined) throw new Error('the workflow is not there')
    await settleWorkflow(app, tx, workflow, statuses === undefined ? {} : { statuses })
    return workflow
  })
}

/** What the router does with events about these pages. */
export async function touch(
  world: StatusWorld,
  workflows: StatusWorkflow[],
  documentIds: string[],
  how: Partial<TouchedPage> = {},
): Promise<void> {
  const { app } = world.server
  const touched = documentIds.map((documentId) => ({ documentId, edited: false, moved: false, ...how }))
  await transact(app.db, (tx) => settlePages(app, tx, workflows, touched))
}

export function takeStep(client: Client, documentId: string, workflow: StatusWorkflow, step: object): Promise<Answer> {
  return client.post(`/documents/${documentId}/transition`, { workflowId: workflow.id, ...step })
}

/** Where the page stands, as this person sees it; undefined: it is not in the workflow. */
export async function statusOf(
  { client }: Signed,
  documentId: string,
  workflow: StatusWorkflow,
): Promise<PageStatus | undefined> {
  const answer = await client.get(`/documents/${documentId}/workflows`)
  expect(answer).toMatchObject({ status: 200 })
  return PageStatuses.parse(answer.body).items.find((item) => item.workflow.id === workflow.id)
}

/** Status of each page by id, straight from the store. */
export async function standings(world: StatusWorld, workflow: StatusWorkflow): Promise<Record<string, string>> {
  const rows = await world.server.app.db
    .selectFrom('page_statuses')
    .select(['document_id', 'status'])
    .where('workflow_id', '=', workflow.id)
    .execute()
  return Object.fromEntries(rows.map((row) => [row.document_id, row.status]))
}

export type EventLine = { type: string; actor_id: string | null; depth: number; payload: unknown }

/** Events about a page, oldest first. */
export async function eventsOf(world: StatusWorld, subjectId: string): Promise<EventLine[]> {
  return world.server.app.db
    .selectFrom('events')
    .select(['type', 'actor_id', 'depth', 'payload'])
    .where('subject_id', '=', subjectId)
    .orderBy('id')
    .execute()
}

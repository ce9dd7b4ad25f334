/** A database with two spaces of one integration, and short ways to put documents into them. */
import { sql } from 'kysely'
import type { SpaceRole } from '#schema/access.ts'
import { transact } from '#server/db/transact.ts'
import type { Db } from '#server/db/open.ts'
import type { Person } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { openTestDatabase } from '#server/test/database.ts'
import type { IncomingDocument } from '../incoming.ts'
import { putDocuments, type PutOutcome } from '../put.ts'

export type Library = AsyncDisposable & {
  db: Db
  integrationId: string
  /** DOCS and HR. */
  docs: { id: string }
  hr: { id: string }
  put(space: { id: string }, ...documents: Partial<IncomingDocument>[]): Promise<PutOutcome[]>
}

export async function openLibrary(): Promise<Library> {
  const database = await openTestDatabase()
  const { db } = database
  const [credential, integrationId, docs, hr] = [newId(), newId(), newId(), newId()]
  await sql`insert into credentials (id, scope, name, name_key, kind, domains)
    values (${credential}, 'integrations', 'wiki', 'wiki', 'basic', '{wiki.example.com}')`.execute(db)
  await sql`insert into integrations (id, connector, name, settings, credential_id)
    values (${integrationId}, 'confluence', 'Wiki', '{}', ${credential})`.execute(db)
  await sql`insert into spaces (id, key, name, integration_id, external_id) values
    (${docs}, 'DOCS', 'Documents', ${integrationId}, '1'), (${hr}, 'HR', 'People', ${integrationId}, '2')`.execute(db)
  return {
    db,
    integrationId,
    docs: { id: docs },
    hr: { id: hr },
    put: (space, ...documents) => transact(db, (tx) => putDocuments(tx, space, integrationId, documents.map(incoming))),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

let nextExternalId = 1000

/** A page, version 1, of its own id, with what is given in place. */
export function incoming(given: Partial<IncomingDocument>): IncomingDocument {
  return {
    externalId: String(nextExternalId++),
    type: 'page',
    status: 'current',
    title: 'Untitled',
    parentExternalId: null,
    position: null,
    version: 1,
    versionAt: new Date('2026-01-02T03:04:05Z'),
    versionAuthor: 'Ann',
    versionMessage: '',
    author: 'Ann',
    createdAt: new Date('2026-01-01T00:00:00Z'),
    url: null,
    labels: undefined,
    storage: `<p>${given.text ?? ''}</p>`,
    markdown: given.text ?? '',
    text: '',
    headings: '',
    ...given,
  }
}

/** A member with these roles by space id; an admin without any. */
export function person(role: 'admin' | 'member', spaceRoles: [string, SpaceRole][] = []): Person {
  const id = newId()
  return {
    kind: 'user',
    id,
    name: 'Someone',
    role,
    principals: [`user:${id}`, 'everyone'],
    spaceRoles: new Map(spaceRoles),
    mayWrite: true,
  }
}

import type { Updateable } from 'kysely'
import { findPerson } from '#server/access/actor.ts'
import { createCredential } from '#server/credentials/create.ts'
import { changeCredential } from '#server/credentials/change.ts'
import { createConnectionCredential } from '#server/credentials/connection.ts'
import { openCredentialFetch, type CredentialFetch, type Use } from '#server/credentials/use.ts'
import type { Credentials } from '#server/db/tables.ts'
import { Upstream } from '#server/platform/problem.ts'
import type { EgressFetch } from '#server/egress/fetch.ts'
import type { App } from '#server/app.ts'
import { transact } from '#server/db/transact.ts'
import { system, type Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { generateScopeKey } from '#server/vault/vault.ts'
import type { TestApp } from './app.ts'
import { idOf, newPerson, withNewKey, type Signed } from './people.ts'
import type { Client } from './client.ts'

export const SECRET = 'a-token-that-nobody-may-see'
export const FORMER_SECRET = 'the-token-before-that-one'
/** Looks like an id and is nobody's. */
export const UNKNOWN = '01890000-0000-7000-8000-000000000000'

export type World = {
  app: App
  admin: Signed
  /** The admin's API key that may only read. */
  readOnly: Client
  /** In no space. */
  stranger: Signed
  /** Reader of DOCS. */
  mia: Signed
  /** Admin of DOCS. */
  dora: Signed
  /** Reader of OTHER. */
  otto: Signed
  /** Admin of OTHER. */
  olga: Signed
  /** mia and the stranger. */
  groupId: string
  docs: { id: string; scope: string; label: string }
  other: { id: string; scope: string; label: string }
}

/** Two spaces with a key each, one of global, and somebody for every role. */
export async function makeWorld(server: TestApp, admin: Signed): Promise<World> {
  const { client } = admin
  const [stranger, mia, dora, otto, olga] = [
    await newPerson(server, client, 'stranger'),
    await newPerson(server, client, 'mia'),
    await newPerson(server, client, 'dora'),
    await newPerson(server, client, 'otto'),
    await newPerson(server, client, 'olga'),
  ]
  const makeSpace = async (key: string, reader: Signed, spaceAdmin: Signed) => {
    const id = idOf((await client.post('/spaces', { key, name: key })).body)
    const members = [
      { principal: `user:${reader.id}`, role: 'reader' },
      { principal: `user:${spaceAdmin.id}`, role: 'admin' },
    ]
    await client.put(`/spaces/${key}/members`, { members })
    return { id, scope: `space:${id}`, label: `space:${key}` }
  }
  const docs = await makeSpace('DOCS', mia, dora)
  const other = await makeSpace('OTHER', otto, olga)
  const groupId = idOf((await client.post('/groups', { name: 'Support', members: [mia.id, stranger.id] })).body)
  const { app } = server
  for (const [scope, spaceId] of [
    ['global', null],
    [docs.scope, docs.id],
    [other.scope, other.id],
  ] as const)
    await transact(app.db, (tx) => generateScopeKey(app, tx, { scope, spaceId, by: 'system' }))
  const readOnly = await withNewKey(server, client, { name: 'reader', scopes: ['read'] })
  return { app, admin, readOnly, stranger, mia, dora, otto, olga, groupId, docs, other }
}

/** A bearer credential with these permissions; `former`: in its version 2, with a former value. */
export async function makeCredential(
  app: App,
  label: string,
  {
    grants = {},
    domains = ['api.example.com'],
    former = false,
    ...more
  }: { grants?: Record<string, string>; domains?: string[]; former?: boolean; [field: string]: unknown } = {},
): Promise<string> {
  const { id } = await createCredential(app, system, label, {
    name: `Bot ${newId()}`,
    kind: 'bearer',
    bearer: { token: former ? FORMER_SECRET : SECRET },
    domains,
    allowHttp: false,
    expiryPolicy: 'warn',
    remind: [],
    ...more,
  })
  if (former) await changeCredential(app, system, id, { version: 1, bearer: { token: SECRET } })
  const rows = Object.entries(grants).map(([principal, level]) => ({ credential_id: id, principal, level }))
  if (rows.length > 0) await app.db.insertInto('credential_grants').values(rows).execute()
  return id
}

/** A credential as integrations have theirs; with a domain, one that http may go to. */
export function makeConnection(app: App, domain?: string): Promise<string> {
  return transact(app.db, (tx) =>
    createConnectionCredential(app, tx, system, {
      name: `Handbook (${newId()})`,
      username: 'olu@sorrelby.example',
      secret: SECRET,
      domains: [domain ?? 'api.example.com'],
      allowHttp: domain !== undefined,
      expiresAt: null,
    }),
  )
}

export type AuditLine = { actor: string; action: string; detail: unknown }

/** What the record says about a credential, oldest first; `action` may be left out. */
export async function auditOf(app: App, id: string, action?: string): Promise<AuditLine[]> {
  let rows = app.db.selectFrom('audit').select(['actor', 'action', 'detail']).where('target', '=', `credential:${id}`)
  if (action !== undefined) rows = rows.where('action', '=', action)
  return rows.orderBy('seq').execute()
}

export const PURPOSE = { kind: 'workflow', id: UNKNOWN, name: 'Publish' } as const

/** The person as he is now. */
export async function actorOf(app: App, { id }: Signed): Promise<Actor> {
  const person = await findPerson(app, id)
  if (person === undefined) throw new Error('nobody has this id')
  return person
}

/** Opens a credential for a workflow of DOCS, unless `more` says otherwise. */
export async function openAs(
  world: World,
  who: Signed | Actor,
  credentialId: string,
  more: Partial<Use> = {},
): Promise<CredentialFetch> {
  const actor = 'client' in who ? await actorOf(world.app, who) : who
  return openCredentialFetch(world.app, { actor, credentialId, from: world.docs.scope, purpose: PURPOSE, ...more })
}

export function rowOf(app: App, id: string) {
  return app.db.selectFrom('credentials').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

export function changeRow(app: App, id: string, columns: Updateable<Credentials>): Promise<unknown> {
  return app.db.updateTable('credentials').set(columns).where('id', '=', id).execute()
}

/** Uses a credential as an admin would, with a fetch that dials nothing: what it was given, and what came of it. */
export async function sentWhenUsed(app: App, { id: actorId }: Signed, credentialId: string, url: string) {
  const sent: { url: string; headers: Record<string, string> }[] = []
  const fetch: EgressFetch = async (to, init) => {
    sent.push({ url: to, headers: { ...init?.headers } })
    throw new Upstream('nowhere', 'recorded', 'nothing is dialled here')
  }
  const actor = await findPerson(app, actorId)
  if (actor === undefined) throw new Error('nobody has this id')
  const outcome = await openCredentialFetch(
    { ...app, fetch },
    { actor, credentialId, from: 'global', purpose: PURPOSE },
  )
    .then((open) => open(url))
    .catch((error: unknown) => error)
  return { sent, outcome }
}

/** Why a person can, or cannot, read a document. */
import { sql } from 'kysely'
import type { AccessQuery, DocumentAccess, ReadLock } from '#schema/read-access.ts'
import { findPerson } from '#server/access/actor.ts'
import { isAccountOf, openedLocks, principalsOf, takesReaders } from '#server/access/opened-locks.ts'
import { authorize, spaceRole } from '#server/access/policy.ts'
import { findUser } from '#server/access/store.ts'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound } from '#server/platform/problem.ts'
import { explainAccess } from './explain-access.ts'
import { getReadableDocument, isOpenTo, type ReadableDocument } from './read-access.ts'

const MOST_LEVELS = 60
/** Of a lock so many principals are named. */
const MOST_NAMED = 200

type Needs = Pick<App, 'db'>

/** About the caller himself, or about anybody for admins of the space. The caller must be able to read the document. */
export async function readDocumentAccess(
  app: Needs,
  actor: Actor,
  id: string,
  { user: asked }: AccessQuery,
): Promise<DocumentAccess> {
  const document = await getReadableDocument(app.db, actor, id)
  const userId = asked ?? actor.id
  if (userId !== actor.id) authorize(actor, 'space.members.read', document.spaceId)
  const user = await findUser(app.db, userId)
  if (user === undefined) throw notFound('User', userId)
  const person = await findPerson(app, userId)
  const facts = {
    user: { id: user.id, name: user.name, email: user.email },
    readable: person !== undefined && (await isOpenTo(app.db, person, id)),
    isPlatformAdmin: user.role === 'admin' && !user.disabled,
    isDisabled: user.disabled,
    role: person === undefined ? null : (spaceRole(person, document.spaceId) ?? null),
    ...(await findMode(app.db, document)),
    accounts: await findAccounts(app.db, userId, document.integrationId),
  }
  const locks = facts.mode === 'confluence' ? await findLocks(app.db, document, userId) : []
  const { isDisabled: _, spaceName: __, ...shown } = facts
  return { ...shown, locks, because: explainAccess({ ...facts, locks }) }
}

async function findMode(
  db: Db,
  { spaceId }: ReadableDocument,
): Promise<{ mode: DocumentAccess['mode']; spaceName: string }> {
  const { rows } = await sql<{ mode: DocumentAccess['mode']; spaceName: string }>`
    select space.name as "spaceName",
      case when integration.id is null then 'local' when ${takesReaders} then 'confluence' else 'members' end as mode
    from spaces as space left join integrations as integration on integration.id = space.integration_id
    where space.id = ${spaceId}`.execute(db)
  return rows[0] ?? { mode: 'local', spaceName: '' }
}

async function findAccounts(db: Db, userId: string, integrationId: string | null): Promise<DocumentAccess['accounts']> {
  const { rows } = await sql<DocumentAccess['accounts'][number]>`
    select account.account_id as "accountId", account.name,
      case when account.user_id is null then 'email' else 'admin' end as "linkedBy"
    from users as person
    join source_people as account on account.user_id = person.id or lower(account.email) = lower(person.email)
    where person.id = ${userId} and account.integration_id = ${integrationId} and ${isAccountOf}
    order by account.account_id`.execute(db)
  return rows
}

type LockRow = {
  on: ReadLock['on']
  documentId: string | null
  title: string
  opens: boolean
  principals: string[]
  failed: string | null
  readAt: Date | null
}

/** The space's, then from the top of the tree down to the document those that set something or could not be told. */
async function findLocks(db: Db, { id }: ReadableDocument, userId: string): Promise<ReadLock[]> {
  const { rows } = await sql<LockRow>`
    with recursive path as (
      select id, title, integration_id, space_id, external_id, parent_external_id, 0 as depth
      from documents where id = ${id}
      union all
      select parent.id, parent.title, parent.integration_id, parent.space_id, parent.external_id,
        parent.parent_external_id, depth + 1
      from path join documents as parent on parent.integration_id = path.integration_id
        and parent.external_id = path.parent_external_id and parent.space_id = path.space_id and parent.deleted_at is null
      where depth < ${MOST_LEVELS}
    ), opened as materialized (${openedLocks(sql`${userId}::uuid`)}),
    met as (
      select 1000 as depth, 'space' as "on", null::uuid as "documentId", space.name as title, lock.id as lock_id,
        case when lock.id is null then 'it was not asked yet who may read the space' else lock.failed end as failed,
        lock.read_at as "readAt"
      from documents as document join spaces as space on space.id = document.space_id
      left join read_locks as lock on lock.space_id = space.id
      where document.id = ${id}
      union all
      select 999, 'unknown', null, '', null, 'what stands above it in the tree is not known here', null
      from path where parent_external_id is not null and depth = (select max(depth) from path)
      union all
      select path.depth, 'document', path.id, path.title, own.lock_id,
        case when own.external_id is null then 'it was not asked yet who may read it' else own.failed end, own.read_at
      from path left join document_restrictions as own on own.integration_id = path.integration_id
        and own.external_id = path.external_id
      where own.external_id is null or own.lock_id is not null or own.failed is not null
    )
    select met."on", met."documentId", met.title, met.failed, met."readAt",
      met.failed is null and exists (select from opened where opened.id = met.lock_id) as opens,
      coalesce((select lock.principals[:${sql.lit(MOST_NAMED)}] from read_locks as lock where lock.id = met.lock_id), '{}')
        as principals
    from met order by met.depth desc`.execute(db)
  const name = await namer(db, id, userId, [...new Set(rows.flatMap((row) => row.principals))])
  return rows.map(({ principals, readAt, ...row }) => ({
    ...row,
    principals: principals.map(name),
    readAt: readAt?.toISOString() ?? null,
  }))
}

/** How each of these principals is called, and whether the person is it. */
async function namer(
  db: Db,
  documentId: string,
  userId: string,
  principals: readonly string[],
): Promise<(principal: string) => ReadLock['principals'][number]> {
  const { rows } = await sql<{ principal: string; name: string | null; isMe: boolean }>`
    select asked.principal, coalesce(account.name, one.name) as name,
      coalesce(asked.principal = any(mine.names), false) or asked.principal = 'class:anonymous' as "isMe"
    from unnest(${principals}::text[]) as asked (principal)
    join documents as document on document.id = ${documentId}
    left join source_people as account on account.integration_id = document.integration_id
      and 'account:' || account.account_id = asked.principal
    left join source_groups as one on one.integration_id = document.integration_id
      and 'group:' || one.group_id = asked.principal
    left join (${principalsOf(sql`${userId}::uuid`)}) as mine on mine.integration_id = document.integration_id`.execute(
    db,
  )
  const known = new Map(rows.map((row) => [row.principal, row]))
  return (principal) => {
    const kind = principal.slice(0, principal.indexOf(':'))
    const id = principal.slice(kind.length + 1)
    const { name, isMe } = known.get(principal) ?? { name: null, isMe: false }
    return { kind: KINDS.find((one) => one === kind) ?? 'class', id, name: name ?? CLASSES[id] ?? id, isMe }
  }
}

const KINDS = ['account', 'group', 'role', 'class'] as const
const CLASSES: Readonly<Record<string, string>> = {
  licensed: 'Everybody with a Confluence licence',
  anonymous: 'Everybody',
  'all-product-admins': 'Confluence admins',
}

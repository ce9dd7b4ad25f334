/** What was sent to a source: a row is there before the request is, and stays open until it is known what came of it. */
import { sql, type Selectable } from 'kysely'
import { z } from 'zod'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Publishes } from '#server/db/tables.ts'
import { newId } from '#server/platform/ids.ts'

export const PublishKind = z.enum(['create', 'edit', 'move', 'trash', 'restore', 'labels', 'attach'])
export type PublishKind = z.infer<typeof PublishKind>
export type PublishRow = Selectable<Publishes>

export type NewPublish = {
  /** Of a proposal that is carried out: its own, so that it is carried out once. */
  id?: string | undefined
  kind: PublishKind
  integrationId: string
  spaceId: string
  documentId?: string | undefined
  externalId?: string | undefined
  type: 'page' | 'blogpost'
  title: string
  /** The version that Confluence had; what is made is this and 1. */
  baseVersion?: number | undefined
  storageHash?: string | undefined
  target?: string | undefined
  message?: string | undefined
  minorEdit?: boolean | undefined
  actorId: string | null
  at: Date
}

/**
 * Notes what is about to be sent; its id. Undefined when one with that id is open or has arrived: then it is somebody
 * else's to send, or there is nothing to send any more; nor is there of a proposal that was rejected.
 */
export async function beginPublish(db: Db, publish: NewPublish): Promise<string | undefined> {
  const { id } = publish
  if (id === undefined) return insertPublish(db, publish)
  // Whoever rejects it waits for this, and finds the row then.
  return transact(db, async (tx) => ((await isProposalOpen(tx, id)) ? insertPublish(tx, publish) : undefined))
}

/** Holds the proposal until the transaction ends. */
async function isProposalOpen(tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('edit_proposals')
    .select('id')
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'stale'])
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

async function insertPublish(db: Db | Tx, publish: NewPublish): Promise<string | undefined> {
  const { id = newId(), kind, type, title, at } = publish
  const row = {
    kind,
    type,
    title,
    integration_id: publish.integrationId,
    space_id: publish.spaceId,
    document_id: publish.documentId ?? null,
    external_id: publish.externalId ?? null,
    base_version: publish.baseVersion ?? null,
    storage_hash: publish.storageHash ?? null,
    target: publish.target ?? null,
    message: publish.message ?? '',
    minor_edit: publish.minorEdit ?? false,
    actor_id: publish.actorId,
    sent_at: at,
    state: 'sent',
    settled_at: null,
    detail: '',
  }
  const written = await db
    .insertInto('publishes')
    .values({ id, ...row })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(row).where('publishes.state', 'in', ['refused', 'lost']),
    )
    .returning('id')
    .executeTakeFirst()
  return written?.id
}

/** Closes an open one, or one that was taken for lost and has arrived; false when somebody else has. `documentId`: of what was made. */
export async function closePublish(
  db: Db | Tx,
  id: string,
  state: 'arrived' | 'refused' | 'lost',
  { detail = '', documentId }: { detail?: string; documentId?: string } = {},
): Promise<boolean> {
  const row = await db
    .updateTable('publishes')
    .set({
      state,
      detail,
      settled_at: sql`now()`,
      ...(documentId === undefined ? {} : { document_id: documentId }),
    })
    .where('id', '=', id)
    .where('state', 'in', state === 'arrived' ? ['sent', 'lost'] : ['sent'])
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** This publish, if it has arrived. */
export async function findArrived(db: Db, id: string): Promise<PublishRow | undefined> {
  return db.selectFrom('publishes').selectAll().where('id', '=', id).where('state', '=', 'arrived').executeTakeFirst()
}

/** What came of it so far; undefined: it was never begun. */
export async function findSendState(db: Db | Tx, id: string): Promise<string | undefined> {
  const row = await db.selectFrom('publishes').select('state').where('id', '=', id).executeTakeFirst()
  return row?.state
}

/** The open ones of an integration, oldest first; of one document, or the creations under one title, when that is given. */
export async function listOpenPublishes(
  db: Db | Tx,
  integrationId: string,
  of: { documentId?: string; spaceId?: string; title?: string } = {},
): Promise<PublishRow[]> {
  return db
    .selectFrom('publishes')
    .selectAll()
    .where('integration_id', '=', integrationId)
    .where('state', '=', 'sent')
    .$if(of.documentId !== undefined, (query) => query.where('document_id', '=', of.documentId ?? ''))
    .$if(of.spaceId !== undefined, (query) =>
      query
        .where('kind', '=', 'create')
        .where('space_id', '=', of.spaceId ?? '')
        .where('title', '=', of.title ?? ''),
    )
    .orderBy('sent_at')
    .limit(1000)
    .execute()
}

/** Integrations of which something is open that was sent before `before`. */
export async function listUnsettled(db: Db, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('publishes')
    .select('integration_id')
    .distinct()
    .where('state', '=', 'sent')
    .where('sent_at', '<', before)
    .execute()
  return rows.map((row) => row.integration_id)
}

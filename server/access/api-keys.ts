import { sql } from 'kysely'
import type { z } from 'zod'
import type { ApiKey, CreatedApiKey, NewApiKey } from '#schema/access.ts'
import type { ListQuery } from '#schema/common.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Person } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { authOf } from './auth.ts'
import { keyScopes, toPermissions } from './key-scopes.ts'
import { authorize } from './policy.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'log' | 'clock'>

/** The person's own keys, newest first. */
export async function listApiKeys(app: Pick<App, 'db'>, actor: Person, query: ListQuery): Promise<Page<ApiKey>> {
  authorize(actor, 'api-key.read')
  let rows = keysOf(app.db, actor.id)
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
  if (query.cursor !== undefined) rows = rows.where(sql`id::text`, '<', String(fromCursor(query.cursor, 1)[0]))
  return toPage((await rows.execute()).map(toApiKey), query.limit, (key) => [key.id])
}

/**
 * Makes a key that acts as its owner; the answer is the only time it is told. Without scopes it may read and write.
 * Only a session may make one: a key that makes keys would outlive its own expiry.
 */
export async function createApiKey(
  app: Needs,
  actor: Person,
  input: NewApiKey,
): Promise<z.infer<typeof CreatedApiKey>> {
  authorize(actor, 'api-key.create')
  if (actor.apiKeyId !== undefined)
    throw new Problem(403, 'session-needed', 'An API key cannot make API keys. Sign in to make one.')
  const expiresIn = secondsUntil(app, input.expiresAt)
  const made = await authOf(app).api.createApiKey({
    body: {
      userId: actor.id,
      name: input.name,
      permissions: toPermissions(input.scopes ?? ['read', 'write']),
      ...(expiresIn === undefined ? {} : { expiresIn }),
    },
  })
  try {
    return await transact(app.db, async (tx) => {
      const row = await keysOf(tx, actor.id).where('id', '=', made.id).executeTakeFirstOrThrow()
      const key = toApiKey(row)
      await record(tx, actor, 'api-key.created', `api-key:${key.id}`, {
        name: key.name,
        scopes: key.scopes,
        expiresAt: key.expiresAt,
      })
      return { ...key, key: made.key }
    })
  } catch (error) {
    await app.db.deleteFrom('api_keys').where('id', '=', made.id).execute()
    throw error
  }
}

/** Ends a key at once. An admin may end anybody's. */
export async function deleteApiKey(app: Pick<App, 'db'>, actor: Person, id: string): Promise<void> {
  authorize(actor, 'api-key.delete')
  await transact(app.db, async (tx) => {
    let gone = tx.deleteFrom('api_keys').where('id', '=', id)
    if (actor.role !== 'admin') gone = gone.where('reference_id', '=', actor.id)
    const row = await gone.returning(['name', 'reference_id']).executeTakeFirst()
    if (row === undefined) throw notFound('API key', id)
    await record(tx, actor, 'api-key.deleted', `api-key:${id}`, { name: row.name, owner: row.reference_id })
  })
}

function secondsUntil(app: Pick<App, 'clock'>, expiresAt: string | undefined): number | undefined {
  if (expiresAt === undefined) return undefined
  const seconds = Math.round((Date.parse(expiresAt) - app.clock.now().getTime()) / 1000)
  if (seconds >= 1 && seconds <= MAX_SECONDS) return seconds
  const message = seconds < 1 ? 'This time is past.' : 'Use a time within the next ten years, or none.'
  throw new Problem(400, 'invalid-request', `expiresAt: ${message}`, { errors: [{ path: 'expiresAt', message }] })
}

const MAX_SECONDS = 3650 * 86_400

function keysOf(db: Db | Tx, userId: string) {
  return db
    .selectFrom('api_keys')
    .select(['id', 'name', 'start', 'permissions', 'created_at', 'expires_at', 'last_request'])
    .where('reference_id', '=', userId)
}

type Row = {
  id: string
  name: string | null
  start: string | null
  permissions: string | null
  created_at: Date
  expires_at: Date | null
  last_request: Date | null
}

function toApiKey(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name ?? '',
    start: row.start ?? '',
    scopes: keyScopes(row.permissions),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_request?.toISOString() ?? null,
  }
}

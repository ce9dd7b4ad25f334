/** A credential as its viewers see it: everything but the secret. */
import { sql } from 'kysely'
import { z } from 'zod'
import { By, CredentialKind, ExpiryPolicy, Level, type Credential, type CredentialState } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { showDomain } from './domain-list.ts'
import { expiryState, type ExpiryState } from './expiry.ts'

/** Rows to present, without the sealed value. A credential of an integration is none of them. */
export function presentableRows(db: Db | Tx) {
  return db
    .selectFrom('credentials as c')
    .leftJoin('spaces as s', 's.id', 'c.space_id')
    .leftJoin('scope_keys as k', (join) =>
      join.onRef('k.scope', '=', 'c.scope').onRef('k.version', '=', 'c.key_version'),
    )
    .select([
      'c.id',
      'c.scope',
      'c.name',
      'c.name_key',
      'c.kind',
      'c.username',
      'c.header',
      'c.domains',
      'c.allow_http',
      'c.expires_at',
      'c.expiry_policy',
      'c.version',
      'c.created_at',
      'c.created_by',
      'c.created_by_name',
      'c.updated_at',
      'c.updated_by',
      'c.updated_by_name',
      'c.last_used_at',
      'c.last_used_host',
      'c.last_used_by',
      'c.unreadable_at',
      's.key as space_key',
      'k.state as key_state',
      'k.root_fingerprint',
      sql<boolean>`c.sealed is null`.as('is_empty'),
      sql`(select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', u.name) order by r.n), '[]')
        from unnest(c.remind) with ordinality as r (id, n) left join users u on u.id = r.id)`.as('reminded'),
    ])
    .where('c.scope', '<>', 'integrations')
}

export type PresentableRow = Awaited<ReturnType<ReturnType<typeof presentableRows>['executeTakeFirstOrThrow']>>

/** `level`: the viewer's own. `notes`: what was changed of what he just gave. */
export function toCredential(
  app: Pick<App, 'clock' | 'keys'>,
  row: PresentableRow,
  level: Level,
  notes: readonly string[] = [],
): Credential {
  return {
    id: row.id,
    scope: row.space_key === null ? row.scope : `space:${row.space_key}`,
    name: row.name,
    kind: CredentialKind.parse(row.kind),
    username: row.username,
    header: row.header,
    domains: row.domains.map(showDomain),
    allowHttp: row.allow_http,
    expiresAt: row.expires_at?.toISOString() ?? null,
    expiryPolicy: ExpiryPolicy.parse(row.expiry_policy),
    remind: z.array(By).parse(row.reminded),
    ...stateOf(app, row),
    level,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: { id: row.created_by, name: row.created_by_name },
    updatedAt: row.updated_at.toISOString(),
    updatedBy: { id: row.updated_by, name: row.updated_by_name },
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedHost: row.last_used_host,
    lastUsedBy: row.last_used_by,
    ...(notes.length === 0 ? {} : { notes: [...notes] }),
  }
}

type State = { state: CredentialState; stateDetail: string | null }

function stateOf(app: Pick<App, 'clock' | 'keys'>, row: PresentableRow): State {
  const lost = whyUnreadable(app, row)
  if (lost !== undefined) return { state: 'needs-re-entry', stateDetail: `${lost} Enter the value again.` }
  const state = expiryState(app.clock.now(), row.expires_at)
  return { state, stateDetail: sayExpiry(state, row) }
}

function sayExpiry(state: ExpiryState, row: PresentableRow): string | null {
  const day = row.expires_at?.toISOString().slice(0, 10)
  if (day === undefined || state === 'ok') return null
  if (state === 'expires-soon') return `It expires on ${day}.`
  return `It expired on ${day}; ${row.expiry_policy === 'block' ? 'it is not sent any more' : 'it is still sent'}.`
}

/** Judged without opening anything: a secret that turned out to be unreadable when used is marked in its row. */
function whyUnreadable(app: Pick<App, 'keys'>, row: PresentableRow): string | undefined {
  if (row.is_empty) return 'Its value is not here.'
  if (row.key_state === null || row.key_state === 'destroyed') return 'The key that sealed its value was destroyed.'
  if (row.unreadable_at === null) return undefined
  const root = row.root_fingerprint
  if (root !== null && app.keys.rootKey(root) === undefined)
    return `Its value cannot be opened: that needs the root key with the fingerprint ${root}.`
  return "Its value cannot be opened with this server's keys."
}

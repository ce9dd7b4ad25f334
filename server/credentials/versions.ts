/** What each version of a credential changed, by whom; and the value before the latest change of the value, still sealed. */
import { z } from 'zod'
import { CredentialKind, type CredentialVersion } from '#schema/credential.ts'
import type { ListQuery } from '#schema/common.ts'
import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { Problem } from '#server/platform/problem.ts'
import { requireLevel } from './level.ts'
import { getAnyCredential, updateCredential, type CredentialChange, type CredentialRow } from './store.ts'

/** As versions and audit name what was changed. `created`: version 1. */
export type ChangedField =
  | 'created'
  | 'name'
  | 'kind'
  | 'username'
  | 'header'
  | 'secret'
  | 'domains'
  | 'allowHttp'
  | 'expiresAt'
  | 'expiryPolicy'
  | 'remind'
  | 'grants'

/** The value: a change of any of these is what a restore can take back. */
const VALUE_FIELDS: ReadonlySet<string> = new Set<ChangedField>(['secret', 'kind', 'username', 'header'])

/** A value that was replaced, sealed as it was, and where it could go then. */
export const Former = z.object({
  sealed: z.string(),
  sealedVersion: z.number().int(),
  kind: CredentialKind,
  username: z.string().nullable(),
  header: z.string().nullable(),
  domains: z.array(z.string()),
  allowHttp: z.boolean(),
})
export type Former = z.infer<typeof Former>

/** Refuses a change that was made on another version than the present: the 409 says what changed since, and who did. */
export async function refuseStale(tx: Tx, row: CredentialRow, version: number): Promise<void> {
  if (row.version === version) return
  const since = version > row.version ? [] : await versionsAfter(tx, row.id, Math.max(version, 0))
  const last = since.at(-1)
  const by = { id: last?.by ?? row.updated_by, name: last?.by_name ?? row.updated_by_name }
  const changed = [...new Set(since.flatMap(({ fields }) => fields))]
  const what = changed.length === 0 ? 'it' : changed.join(', ')
  const detail = `"${row.name}" was changed meanwhile (${what}, by ${by.name ?? by.id}). Look at it again, then change it.`
  throw new Problem(409, 'stale', detail, { current: row.version, changed, by })
}

function versionsAfter(tx: Tx, id: string, version: number) {
  return tx
    .selectFrom('credential_versions')
    .select(['fields', 'by', 'by_name'])
    .where('credential_id', '=', id)
    .where('version', '>', version)
    .orderBy('version')
    .execute()
}

/**
 * Writes a change of a locked credential as its next version. When its value is among the fields, what it was until now is
 * kept, and no older one is.
 */
export async function saveVersion(
  tx: Tx,
  actor: Pick<Actor, 'id' | 'name'>,
  row: CredentialRow,
  change: CredentialChange,
  fields: readonly ChangedField[],
): Promise<void> {
  await updateCredential(tx, row.id, { ...change, updated_by: actor.id, updated_by_name: actor.name })
  const former = fields.some((field) => VALUE_FIELDS.has(field)) ? formerOf(row) : undefined
  if (former !== undefined) await forgetFormer(tx, row.id)
  await insertVersion(tx, actor, {
    credential_id: row.id,
    version: row.version + 1,
    fields: [...fields],
    former: former === undefined ? null : JSON.stringify(former),
    former_key_version: former === undefined ? null : row.key_version,
  })
}

/** Version 1. */
export async function saveFirstVersion(tx: Tx, actor: Pick<Actor, 'id' | 'name'>, id: string): Promise<void> {
  await insertVersion(tx, actor, { credential_id: id, version: 1, fields: ['created'] })
}

export async function listVersions(
  app: Pick<App, 'db'>,
  actor: Actor,
  id: string,
  query: ListQuery,
): Promise<Page<CredentialVersion>> {
  const row = await getAnyCredential(app.db, id)
  await requireLevel(app.db, actor, row, 'view')
  const before = fromVersionCursor(query.cursor)
  let versions = app.db
    .selectFrom('credential_versions as v')
    .leftJoin('scope_keys as k', (join) =>
      join.on('k.scope', '=', row.scope).onRef('k.version', '=', 'v.former_key_version').on('k.state', '=', 'active'),
    )
    .select(['v.version', 'v.at', 'v.by', 'v.by_name', 'v.fields'])
    .select((e) => e.and([e('v.former', 'is not', null), e('k.id', 'is not', null)]).as('restorable'))
    .where('v.credential_id', '=', id)
    .orderBy('v.version', 'desc')
    .limit(query.limit + 1)
  if (before !== undefined) versions = versions.where('v.version', '<', before)
  const rows = await versions.execute()
  const items = rows.map(({ version, at, by, by_name, fields, restorable }) => ({
    version,
    at: at.toISOString(),
    by: { id: by, name: by_name },
    fields,
    restorable: Boolean(restorable),
  }))
  return toPage(items, query.limit, (item) => [item.version])
}

function fromVersionCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  const version = z.int32().safeParse(fromCursor(cursor, 1)[0])
  if (version.success) return version.data
  throw new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}

/** A value that could not be opened is not worth keeping: the one kept before it may be. */
function formerOf(row: CredentialRow): Former | undefined {
  if (row.sealed === null || row.unreadable_at !== null) return undefined
  const { sealed, sealed_version, kind, username, header, domains, allow_http } = row
  return {
    sealed,
    sealedVersion: sealed_version,
    kind: CredentialKind.parse(kind),
    username,
    header,
    domains,
    allowHttp: allow_http,
  }
}

async function forgetFormer(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('credential_versions')
    .set({ former: null, former_key_version: null })
    .where('credential_id', '=', id)
    .where('former', 'is not', null)
    .execute()
}

async function insertVersion(
  tx: Tx,
  actor: Pick<Actor, 'id' | 'name'>,
  row: {
    credential_id: string
    version: number
    fields: ChangedField[]
    former?: string | null
    former_key_version?: number | null
  },
): Promise<void> {
  await tx
    .insertInto('credential_versions')
    .values({ ...row, by: actor.id, by_name: actor.name })
    .execute()
}

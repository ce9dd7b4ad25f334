/** What a person may do with one credential: his grants, or all when he is an admin of its scope. */
import type { Level } from '#schema/credential.ts'
import { requireWrite, spaceRole } from '#server/access/policy.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { forbidden, notFound } from '#server/platform/problem.ts'
import { administers } from './scope.ts'
import type { CredentialRow } from './store.ts'

const RANK: Record<Level, number> = { use: 1, view: 2, edit: 3, administrate: 4 }

export function reaches(level: Level | undefined, needed: Level): boolean {
  return level !== undefined && RANK[level] >= RANK[needed]
}

/** A grant to a principal; `everyone` means everyone in the scope. */
export type GrantRow = { principal: string; level: Level }

/** The highest level; undefined = none. Grants of a space's credential count for people of that space alone. */
export function levelOf(
  actor: Actor,
  credential: { space_id: string | null; scope: string },
  grants: readonly GrantRow[],
): Level | undefined {
  if (administers(actor, { spaceId: credential.space_id })) return 'administrate'
  if (actor.kind === 'system' || credential.scope === 'integrations') return undefined
  if (credential.space_id !== null && spaceRole(actor, credential.space_id) === undefined) return undefined
  const mine = new Set(actor.principals)
  let highest: Level | undefined
  for (const { principal, level } of grants) if (mine.has(principal) && !reaches(highest, level)) highest = level
  return highest
}

/**
 * Lets the actor pass who reaches the level, or throws: 404 when he may not even view the credential, 403 otherwise. All
 * but `view` also needs a session or a key that may write.
 */
export async function requireLevel(
  db: Db | Tx,
  actor: Actor,
  credential: Pick<CredentialRow, 'id' | 'name' | 'scope' | 'space_id'>,
  needed: Exclude<Level, 'use'>,
): Promise<Level> {
  const level = await requireLevelToRead(db, actor, credential, needed)
  if (needed !== 'view') requireWrite(actor)
  return level
}

/** The same for what only reads: a key that may not write will do. */
export async function requireLevelToRead(
  db: Db | Tx,
  actor: Actor,
  credential: Pick<CredentialRow, 'id' | 'name' | 'scope' | 'space_id'>,
  needed: Exclude<Level, 'use'>,
): Promise<Level> {
  const level = levelOf(actor, credential, await findGrants(db, credential.id))
  if (level === undefined || !reaches(level, 'view')) throw notFound('Credential', credential.id)
  if (!reaches(level, needed))
    throw forbidden(`This needs the permission "${needed}" for "${credential.name}"; yours is "${level}".`)
  return level
}

export async function findGrants(db: Db | Tx, credentialId: string): Promise<GrantRow[]> {
  const rows = await db
    .selectFrom('credential_grants')
    .select(['principal', 'level'])
    .where('credential_id', '=', credentialId)
    .orderBy('principal')
    .execute()
  return rows.map(({ principal, level }) => ({ principal, level: toLevel(level) }))
}

function toLevel(text: string): Level {
  if (text === 'use' || text === 'view' || text === 'edit' || text === 'administrate') return text
  throw new Error(`permission of unknown level ${text}`)
}

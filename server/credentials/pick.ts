/** What a workflow may be told about the credentials it names: from their rows alone, nothing is opened, nothing is sent. */
import { sql } from 'kysely'
import { z } from 'zod'
import { CredentialKind, Level } from '#schema/credential.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { domainMatcher } from './domains.ts'
import { levelOf, reaches, type GrantRow } from './level.ts'
import { GLOBAL } from './scope.ts'
import { judgeExpiry } from './use-rules.ts'

export type Pickable = {
  id: string
  name: string
  scope: string
  space_id: string | null
  /** The header it is put into, in small letters. */
  header: string
  domains: string[]
  allow_http: boolean
  expires_at: Date | null
  expiry_policy: string
  grants: GrantRow[]
}

/** Those of these credentials that there are; one of an integration is none of them. */
export async function findPickable(db: Db | Tx, ids: readonly string[]): Promise<ReadonlyMap<string, Pickable>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('credentials as c')
    .select(['c.id', 'c.name', 'c.scope', 'c.space_id', 'c.kind', 'c.header'])
    .select(['c.domains', 'c.allow_http', 'c.expires_at', 'c.expiry_policy'])
    .select(
      sql`(select coalesce(jsonb_agg(jsonb_build_object('principal', g.principal, 'level', g.level)), '[]')
        from credential_grants g where g.credential_id = c.id)`.as('grants'),
    )
    .where('c.id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('c.scope', '<>', 'integrations')
    .execute()
  return new Map(rows.map((row) => [row.id, toPickable(row)]))
}

type Row = Omit<Pickable, 'grants' | 'header'> & { kind: string; header: string | null; grants: unknown }

function toPickable({ kind, header, grants, ...row }: Row): Pickable {
  const name = CredentialKind.parse(kind) === 'custom' ? (header ?? '') : 'authorization'
  return { ...row, header: name.toLowerCase(), grants: Grants.parse(grants) }
}

const Grants = z.array(z.object({ principal: z.string(), level: Level }))

/**
 * Why it may not be named from this scope, as a sentence; undefined: it may. `picker`: who names it needs `view`; left out:
 * nobody does now. What he may not see, and what belongs to another space, is not there for him.
 */
export function refusePick(
  picked: Pickable | undefined,
  { from, picker }: { from: string; picker?: Actor | undefined },
): string | undefined {
  const isHere = picked?.scope === GLOBAL.id || picked?.scope === from
  const isSeen =
    picked !== undefined && (picker === undefined || reaches(levelOf(picker, picked, picked.grants), 'view'))
  if (picked === undefined || !isSeen)
    return 'There is no such credential, or it is not yours to pick: that needs the permission "view".'
  if (isHere) return undefined
  return from === GLOBAL.id
    ? `"${picked.name}" belongs to a space and may not be used globally. Choose a global one.`
    : `"${picked.name}" belongs to another space. Choose one of this space, or a global one.`
}

/** Why it would not be sent there, as a sentence; undefined: its domains allow it. */
export function refusePlace({ name, domains, allow_http }: Pickable, url: string): string | undefined {
  const verdict = domainMatcher(domains)(url, { allowHttp: allow_http })
  return verdict.allowed ? undefined : `"${name}" may not be sent there. ${verdict.reason}`
}

/** Whether requests may be sent with it in this person's name. */
export function mayUse(picked: Pickable, person: Actor): boolean {
  return levelOf(person, picked, picked.grants) !== undefined
}

/** Whether whoever a principal means may use it: by a grant to him, or to everyone. */
export function isGrantedTo({ grants }: Pickable, principal: string): boolean {
  return grants.some((grant) => grant.principal === principal || grant.principal === 'everyone')
}

/** Why it is not sent at all now, as a sentence. */
export function refuseExpired(picked: Pickable, now: Date): string | undefined {
  return judgeExpiry(picked, now)?.problem.message
}

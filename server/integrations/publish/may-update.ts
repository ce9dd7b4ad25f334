/**
 * Where Confluence tells who may read, it tells who may change too: a page that is restricted there to some people is
 * changed from here by these alone. Asked live at every write; what is not told lets nobody in.
 */
import { sql } from 'kysely'
import { openedLocks, principalsOf } from '#server/access/opened-locks.ts'
import type { Source } from '#server/connectors/confluence/source.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { forbidden, Upstream } from '#server/platform/problem.ts'

type Page = { integrationId: string; externalId: string; title: string; source: Source }

/** Throws 403 when none of the person's accounts may change the page there; platform admins always may. */
export async function requireUpdater(db: Db, actor: Actor, page: Page): Promise<void> {
  if (actor.kind === 'system' || actor.role === 'admin') return
  const updaters = await page.source.push.listUpdaters(page.externalId).catch((error: unknown) => {
    if (!(error instanceof Upstream) || error.status !== 404) throw error
    throw forbidden(`Confluence does not tell who may change “${page.title}”. Ask a platform admin to do it.`)
  })
  if (updaters === 'anyone') return
  const own = await findPrincipals(db, page.integrationId, actor.id)
  if (updaters.accounts.some((id) => own.has(`account:${id}`))) return
  if (updaters.groups.some((id) => own.has(`group:${id}`))) return
  const accounts = [...own].flatMap((name) => (name.startsWith('account:') ? [name.slice('account:'.length)] : []))
  if (accounts.length > 0 && (await isMember(page.source, updaters.groups, accounts))) return
  throw forbidden(
    `“${page.title}” is restricted in Confluence to people of whom you are none${accounts.length === 0 ? '; no account there is linked to yours' : ''}. Ask for the permission to edit it there.`,
  )
}

/** Throws 403 when the person's accounts do not let him read the space: what is made there he could not read himself. */
export async function requireSpaceReader(db: Db, actor: Actor, space: { id: string; name: string }): Promise<void> {
  if (actor.kind === 'system' || actor.role === 'admin') return
  const { rows } = await sql`
    select from (${openedLocks(sql`${actor.id}::uuid`)}) as opened where opened.space_id = ${space.id}`.execute(db)
  if (rows.length === 0)
    throw forbidden(`Confluence does not let you read the space “${space.name}”. Ask for the permission there.`)
}

async function findPrincipals(db: Db, integrationId: string, userId: string): Promise<Set<string>> {
  const { rows } = await sql<{ names: string[] }>`
    select principal.names from (${principalsOf(sql`${userId}::uuid`)}) as principal
    where principal.integration_id = ${integrationId}`.execute(db)
  return new Set(rows.flatMap((row) => row.names))
}

/** Groups are known from syncs as far as locks name them; the others are asked for. */
async function isMember(source: Source, groups: readonly string[], accounts: readonly string[]): Promise<boolean> {
  for (const id of groups) {
    try {
      const { members } = await source.groupMembers(id)
      if (accounts.some((account) => members.includes(account))) return true
    } catch (error) {
      // A group that is gone, or hidden from the key, lets nobody in.
      if (!(error instanceof Upstream) || error.status !== 404) throw error
    }
  }
  return false
}

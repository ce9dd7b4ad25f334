/** Whose deliveries somebody may see: admins of a space those for it, platform admins all. */
import { administeredSpaceIds, authorize, requireWrite, spaceRole } from '#server/access/policy.ts'
import { getReadableSpace } from '#server/access/spaces.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { forbidden, notFound } from '#server/platform/problem.ts'

/** Spaces by id; `all` also has deliveries of no space. */
export type Spaces = 'all' | readonly string[]

/** The spaces whose deliveries a list shows, of one space when its key is given: 403 for those who are admin of none. */
export async function spacesToRead(db: Db, actor: Actor, key: string | undefined): Promise<Spaces> {
  return spacesFor(db, actor, 'delivery.read', key)
}

/** The same for what changes them. */
export async function spacesToReplay(db: Db, actor: Actor, key: string | undefined): Promise<Spaces> {
  requireWrite(actor)
  return spacesFor(db, actor, 'delivery.replay', key)
}

async function spacesFor(
  db: Db,
  actor: Actor,
  action: 'delivery.read' | 'delivery.replay',
  key: string | undefined,
): Promise<Spaces> {
  if (key !== undefined) {
    const space = await getReadableSpace(db, actor, key)
    authorize(actor, action, space.id)
    return [space.id]
  }
  const ids = administeredSpaceIds(actor)
  if (ids.length === 0) throw forbidden('Deliveries are for admins of a space, and for platform admins.')
  return ids
}

/** Lets pass who may read this delivery; to everybody else it is not there. */
export function requireDelivery(actor: Actor, id: string, row: { space_id: string | null } | undefined): void {
  if (row === undefined || !isOf(actor, row.space_id)) throw notFound('Delivery', id)
}

function isOf(actor: Actor, spaceId: string | null): boolean {
  if (spaceId === null) return administeredSpaceIds(actor) === 'all'
  return spaceRole(actor, spaceId) === 'admin'
}

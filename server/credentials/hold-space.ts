import type { Tx } from '#server/db/open.ts'
import { notFound } from '#server/platform/problem.ts'
import type { Scope } from './scope.ts'

/**
 * Holds the space of a scope for the transaction; a 404 when it is gone. To be called before the scope's key or credentials
 * are held: whoever deletes the space holds it first and then those, and the two would wait for each other.
 */
export async function holdSpace(tx: Tx, { label, spaceId }: Pick<Scope, 'label' | 'spaceId'>): Promise<void> {
  if (spaceId === null) return
  const held = await tx.selectFrom('spaces').select('id').where('id', '=', spaceId).forKeyShare().executeTakeFirst()
  if (held === undefined) throw notFound('Scope', label)
}

import type { Db } from '#server/db/open.ts'
import { Keys } from './keys.ts'
import { isInGrace } from './open-keys.ts'
import type { RootKeyConfig } from './root-key.ts'
import { findRootKeys } from './root-key-files.ts'
import { listRootKeyRows } from './root-key-store.ts'

/**
 * The root key for a command beside a server, or between two starts: the one that the database is under, or one in its
 * grace. Makes none, and leaves a change to a staged one to the next start.
 */
export async function attachKeys(config: RootKeyConfig, db: Db): Promise<Keys> {
  const rows = await listRootKeyRows(db)
  const active = rows.find(({ state }) => state === 'active')?.fingerprint
  if (active === undefined) throw new Error('This database has no root key yet. Start the server once.')
  const { current, next, previous } = await findRootKeys(config)
  const here = [current, next, previous].filter((key) => key !== undefined)
  const former = here.find(({ fingerprint }) => rows.some((row) => row.fingerprint === fingerprint && isInGrace(row)))
  const own = here.find(({ fingerprint }) => fingerprint === active) ?? former
  if (own === undefined)
    throw new Error(`This database needs the root key with the fingerprint ${active}, which is not here.`)
  return new Keys(own, former?.fingerprint === own.fingerprint ? undefined : former)
}

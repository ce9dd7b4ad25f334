/** The command's side of root keys: stage one, list them all, forget one that nothing needs any more. */
import type { Db } from '#server/db/open.ts'
import { Keys } from './keys.ts'
import { isInGrace, rewrapAll, type Recorder } from './open-keys.ts'
import type { RootKeyConfig } from './root-key.ts'
import { findRootKeys, removeKeyFiles, stageKey } from './root-key-files.ts'
import {
  countScopeKeys,
  deleteStagedKey,
  forgetFormerWrappings,
  insertRootKey,
  listNodes,
  listRootKeyRows,
  withRootKeyLock,
  type RootKeyRow,
} from './root-key-store.ts'

/**
 * Notes the key that shall follow, making its file where the present key is one. The next start that has both changes to
 * it. Asked again, it answers the same. Throws a sentence when that cannot be.
 */
export function stageRootKey(
  config: RootKeyConfig,
  db: Db,
  record: Recorder,
): Promise<{ fingerprint: string; source: string }> {
  return withRootKeyLock(db, async (connection) => {
    const rows = await listRootKeyRows(connection)
    const active = rows.find(({ state }) => state === 'active')
    if (active === undefined) throw new Error('This database has no root key yet. Start Lockkeeper first.')
    const former = rows.find(isInGrace)
    if (former !== undefined)
      throw new Error(
        `The former root key ${former.fingerprint} is still accepted. When no process needs it any more: ` +
          `lockkeeper root-key forget ${former.fingerprint}`,
      )
    const { fingerprint, source } = await stageKey(config)
    const known = rows.find((row) => row.fingerprint === fingerprint)
    if (known !== undefined && known.state !== 'staged')
      throw new Error(`The key from ${source}, ${fingerprint}, was in use before or is. Make a fresh one.`)
    if (known === undefined)
      await connection.transaction().execute(async (tx) => {
        await deleteStagedKey(tx)
        await insertRootKey(tx, fingerprint, 'staged')
        await record(tx, 'root-key.staged', `root-key:${fingerprint}`, { active: active.fingerprint })
      })
    return { fingerprint, source }
  })
}

/** `grace`: retired, but still accepted. `isHere`: this machine has it. `nodes`: the processes that run with it now. */
export type KnownRootKey = Pick<
  RootKeyRow,
  'fingerprint' | 'staged_at' | 'first_used_at' | 'retired_at' | 'forgotten_at'
> & { state: 'staged' | 'active' | 'grace' | 'forgotten'; isHere: boolean; scopeKeys: number; nodes: string[] }

/** Every root key this database was ever used with, oldest first. */
export async function listRootKeys(config: RootKeyConfig, db: Db): Promise<KnownRootKey[]> {
  const { current, next, previous } = await findRootKeys(config)
  const here = new Set([current, next, previous].map((key) => key?.fingerprint))
  const [rows, counts, nodes] = await Promise.all([listRootKeyRows(db), countScopeKeys(db), listNodes(db)])
  return rows.map((row) => ({
    ...row,
    state: isInGrace(row) ? 'grace' : row.state === 'staged' || row.state === 'active' ? row.state : 'forgotten',
    isHere: here.has(row.fingerprint),
    scopeKeys: counts.get(row.fingerprint) ?? 0,
    nodes: nodes.filter((node) => node.root_fingerprint === row.fingerprint).map(({ name }) => name),
  }))
}

/**
 * Ends the grace of a retired key, or withdraws a staged one. Throws a sentence while a scope key or a running process needs
 * it; scope keys that are still wrapped by it alone are wrapped anew first, where both keys are here.
 */
export function forgetRootKey(config: RootKeyConfig, db: Db, fingerprint: string, record: Recorder): Promise<void> {
  return withRootKeyLock(db, async (connection) => {
    const row = (await listRootKeyRows(connection)).find((known) => known.fingerprint === fingerprint)
    if (row === undefined)
      throw new Error(`No root key ${fingerprint} was ever used here. See: lockkeeper root-key list`)
    if (row.state === 'active') throw new Error(`${fingerprint} is the root key in use. Stage another one first.`)
    if (row.state === 'retired' && !isInGrace(row)) {
      await removeKeyFiles(config, fingerprint) // the last time may have broken off before
      throw new Error(`${fingerprint} was forgotten already.`)
    }
    if (row.state === 'staged')
      await connection.transaction().execute(async (tx) => {
        await deleteStagedKey(tx)
        await record(tx, 'root-key.withdrawn', `root-key:${fingerprint}`, {})
      })
    else await endGrace(config, connection, fingerprint, record)
    await removeKeyFiles(config, fingerprint)
  })
}

async function endGrace(config: RootKeyConfig, db: Db, fingerprint: string, record: Recorder): Promise<void> {
  const { current, next, previous } = await findRootKeys(config)
  const here = [current, next, previous].filter((key) => key !== undefined)
  const active = (await listRootKeyRows(db)).find(({ state }) => state === 'active')?.fingerprint
  const root = here.find((key) => key.fingerprint === active)
  const former = here.find((key) => key.fingerprint === fingerprint)
  const users = (await listNodes(db)).filter((node) => node.root_fingerprint === fingerprint).map(({ name }) => name)
  if (users.length > 0)
    throw new Error(
      `${fingerprint} is in use by ${users.join(', ')}. Start them again with the root key ${active} first.`,
    )
  await db.transaction().execute(async (tx) => {
    if (root !== undefined && former !== undefined) await rewrapAll(tx, new Keys(root, former), undefined, {})
    const needing = (await countScopeKeys(tx)).get(fingerprint) ?? 0
    if (needing > 0)
      throw new Error(
        `${needing} scope key${needing === 1 ? ' is' : 's are'} wrapped by ${fingerprint} alone. Run this where both root keys are; ` +
          'a scope whose key cannot be opened any more must be re-generated.',
      )
    await forgetFormerWrappings(tx, fingerprint)
    await record(tx, 'root-key.forgotten', `root-key:${fingerprint}`, { active })
  })
}

/**
 * Who may read what, asked of Confluence: readers of spaces, what is set on pages, members of groups, people’s addresses. What is
 * not told stays shut, is listed with the reason, and stops nothing else.
 */
import { deleteUnusedLocks, hasLocks, relockSpace } from '#server/content/locks.ts'
import {
  listNamedGroups,
  listShut,
  listTold,
  setGroup,
  setRestrictions,
  setSpaceReaders,
  type ToldReaders,
} from '#server/content/restrictions.ts'
import { listUnaskedAccounts, setAccounts } from '#server/content/accounts.ts'
import { newId } from '#server/platform/ids.ts'
import { Upstream } from '#server/platform/problem.ts'
import { insertSkipped, type NewSkip } from '../run-store.ts'
import { write, type Sync, type SyncSpace } from './context.ts'
import { diagnose, isAboutAll } from './diagnose.ts'
import { eachOf } from './each-of.ts'

const SPACES_AT_ONCE = 4
const GROUPS_AT_ONCE = 4
const IDS_AT_ONCE = 100
const STORED_AT_ONCE = 1000
const ACCOUNTS_AT_ONCE = 1000
/** Of a site with more people the rest is asked for by the next runs. */
const MOST_ACCOUNTS = 20_000
/** The run lists so many of what stays shut; the rest has the same reasons. */
const MOST_LISTED = 500

/** External ids that the bulk read told of, and whether it came to its end. */
export type BulkRead = { shown: ReadonlySet<string>; isWhole: boolean }

/**
 * Before pages are walked: readers of spaces and, from one bulk read, what is set on pages, so that most pages get their locks
 * when they are first written. A bulk read that breaks off is no harm: what it left out is asked for by `syncReaders`.
 */
export async function loadReaders(sync: Sync): Promise<BulkRead | undefined> {
  const spaces = [...sync.spaces.values()]
  if (sync.mode === 'incremental' && !spaces.some((space) => space.isFirst)) return undefined
  if (!(await hasLocks(sync.app.db, sync.integrationId))) return undefined
  await eachOf(sync, spaces, SPACES_AT_ONCE, (space) => readSpace(sync, space))
  const shown = new Set<string>()
  try {
    const where = sync.selected === 'all' ? 'all' : spaces.map((space) => space.key)
    for await (const batch of sync.source.walkRestrictions(where)) {
      sync.signal.throwIfAborted()
      for (const id of batch.keys()) shown.add(id)
      await put(sync, new Map([...batch].map(([id, readers]) => [id, { readers }])))
    }
    return { shown, isWhole: true }
  } catch (error) {
    await passOver(sync, error)
    return { shown, isWhole: false }
  }
}

/** After pages and folders are written: what is not known yet of any, groups that locks name, and whose accounts people have. */
export async function syncReaders(sync: Sync, bulk: BulkRead | undefined): Promise<void> {
  if (!(await hasLocks(sync.app.db, sync.integrationId))) return
  await askUntold(sync, bulk)
  const groups = await listNamedGroups(sync.app.db, sync.integrationId, sync.mode === 'incremental')
  await eachOf(sync, groups, GROUPS_AT_ONCE, (group) => readGroup(sync, group))
  await readAccounts(sync)
  if (sync.mode === 'incremental') return
  for (const { id } of sync.spaces.values()) {
    sync.signal.throwIfAborted()
    await write(sync, (tx) => relockSpace(tx, sync.integrationId, id))
  }
  await deleteUnusedLocks((work) => write(sync, work), sync.integrationId)
  await listWhatIsShut(sync)
}

async function readSpace(sync: Sync, space: SyncSpace): Promise<void> {
  const told = await tellOr(sync, async () => ({ readers: await sync.source.listSpaceReaders(space) }))
  await write(sync, async (tx) => {
    const isNew = await setSpaceReaders(tx, sync.integrationId, space.id, told)
    if (isNew) await relockSpace(tx, sync.integrationId, space.id)
    if ('failed' in told)
      await insertSkipped(tx, [
        skip(
          sync,
          { externalId: space.externalId, type: 'space', title: space.name, spaceKey: space.key },
          told.failed,
        ),
      ])
  })
}

async function readGroup(sync: Sync, groupId: string): Promise<void> {
  const told = await tellOr(sync, () => sync.source.groupMembers(groupId))
  await write(sync, async (tx) => {
    await setGroup(tx, sync.integrationId, groupId, told)
    if ('failed' in told)
      await insertSkipped(tx, [
        skip(sync, { externalId: groupId, type: 'group', title: groupId, spaceKey: null }, told.failed),
      ])
  })
}

/**
 * Asks what the bulk read should have told and did not. Archived pages are not in it: they are asked about once, by full runs,
 * and where the bulk read did not come to its end.
 */
async function askUntold(sync: Sync, bulk: BulkRead | undefined): Promise<void> {
  const page = { after: '', limit: STORED_AT_ONCE, onlyNew: bulk === undefined }
  for (;;) {
    const stored = await listTold(sync.app.db, sync.integrationId, page)
    const ids = stored.flatMap(({ externalId, told, isArchived }) => {
      const isMissing = bulk !== undefined && !bulk.shown.has(externalId)
      const isExpected = !isArchived || sync.mode === 'full' || bulk?.isWhole === false
      return told !== 'readers' || (isMissing && isExpected) ? [externalId] : []
    })
    for (let start = 0; start < ids.length; start += IDS_AT_ONCE) await ask(sync, ids.slice(start, start + IDS_AT_ONCE))
    if (stored.length < page.limit) return
    page.after = stored.at(-1)?.externalId ?? ''
  }
}

async function ask(sync: Sync, ids: readonly string[]): Promise<void> {
  sync.signal.throwIfAborted()
  const told = await tellOr(sync, async () => ({ all: await sync.source.findRestrictions(ids) }))
  await put(sync, 'failed' in told ? new Map(ids.map((id) => [id, told])) : told.all)
}

async function readAccounts(sync: Sync): Promise<void> {
  const { app, integrationId, runId, mode } = sync
  const again = mode !== 'incremental'
  const linkedAlone = sync.source.asksAccountsSingly
  const page = { after: '', limit: ACCOUNTS_AT_ONCE, again, linkedAlone }
  try {
    for (let asked = 0; asked < MOST_ACCOUNTS; asked += ACCOUNTS_AT_ONCE) {
      sync.signal.throwIfAborted()
      const ids = await listUnaskedAccounts(app.db, integrationId, runId, page)
      if (ids.length === 0) return
      const found = await sync.source.findAccounts(ids, again)
      await write(sync, (tx) => setAccounts(tx, integrationId, ids, found))
      page.after = ids.at(-1) ?? ''
    }
  } catch (error) {
    await passOver(sync, error)
  }
}

async function put(sync: Sync, told: ReadonlyMap<string, ToldReaders>): Promise<void> {
  if (told.size === 0) return
  await write(sync, (tx) => setRestrictions(tx, sync.integrationId, told))
}

async function listWhatIsShut(sync: Sync): Promise<void> {
  const shut = await listShut(sync.app.db, sync.integrationId, MOST_LISTED)
  await write(sync, (tx) =>
    insertSkipped(
      tx,
      shut.map(({ reason, ...about }) => skip(sync, about, reason)),
    ),
  )
}

/** What `ask` told, or why it did not; throws only what is about the whole connection. */
async function tellOr<T>(sync: Sync, ask: () => Promise<T>): Promise<T | { failed: string }> {
  try {
    return await ask()
  } catch (error) {
    return { failed: await passOver(sync, error) }
  }
}

/** The reason in words. A key that may not see readers is no reason to stop a sync: nobody but admins reads then. */
async function passOver(sync: Sync, error: unknown): Promise<string> {
  if (!(error instanceof Upstream) || sync.signal.aborted) throw error
  const cause = await diagnose(sync, error)
  if (isAboutAll(cause) && cause.code !== 'missing-scope') throw cause
  sync.app.log.warn({ integration: sync.integrationId, code: cause.code }, 'who may read was not told')
  return cause.message
}

type About = { externalId: string; type: string; title: string; spaceKey: string | null }

function skip(sync: Sync, { externalId, type, title, spaceKey }: About, why: string): NewSkip {
  const reason = `Only admins can read it here: ${why}`
  return { id: newId(), run_id: sync.runId, external_id: externalId, type, title, space_key: spaceKey, reason }
}

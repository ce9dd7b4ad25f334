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
  type ToldDocument,
  type ToldReaders,
} from '#server/content/restrictions.ts'
import { listUnaskedAccounts, setAccounts } from '#server/content/accounts.ts'
import { newId } from '#server/platform/ids.ts'
import { Upstream } from '#server/platform/problem.ts'
import { insertSkipped, type NewSkip } from '../run-store.ts'
import { write, type Sync, type SyncSpace } from './context.ts'
import { diagnose, isAboutAll } from './diagnose.ts'
import { keepLabels } from './labels.ts'
import { eachOf } from './each-of.ts'

const SPACES_AT_ONCE = 4
/** So many lists end at about the same time; how many requests are under way is limited by the connection. */
const GROUPS_OF_SPACES = 12
/** More spaces than this are read in one walk: the addresses of several would be too long. */
const MOST_SPLIT = 200
const GROUPS_AT_ONCE = 4
const IDS_AT_ONCE = 100
const STORED_AT_ONCE = 1000
const ACCOUNTS_AT_ONCE = 1000
/** Of a site with more people the rest is asked for by the next runs. */
const MOST_ACCOUNTS = 20_000
/** More than these are not asked for one by one, as with pages that vanish. */
const MOST_UNSEEN_ASKED = 100
/** The run lists so many of what stays shut; the rest has the same reasons. */
const MOST_LISTED = 500

/** External ids that the bulk read showed; those of them that are archived there, or whose readers it did not tell; whether it came to its end. */
export type BulkRead = { shown: Set<string>; archived: Set<string>; untold: Set<string>; isWhole: boolean }

/** Before pages are walked: who may read the spaces. */
export async function loadSpaceReaders(sync: Sync): Promise<void> {
  if (!(await hasLocks(sync.app.db, sync.integrationId))) return
  await eachOf(sync, [...sync.spaces.values()], SPACES_AT_ONCE, (space) => readSpace(sync, space))
}

/**
 * From a bulk read of these spaces what is set on pages, and with it their labels, so that most pages get both when they are
 * first written. A bulk read that breaks off is no harm: what it left out is asked for by `syncReaders`.
 */
export async function loadMarks(sync: Sync, spaces: readonly SyncSpace[]): Promise<BulkRead | undefined> {
  if (!(await hasLocks(sync.app.db, sync.integrationId))) return undefined
  const bulk = {
    shown: new Set<string>(),
    archived: new Set<string>(),
    untold: new Set<string>(),
    isWhole: true,
    hasLabels: true,
  }
  await eachOf(sync, groupSpaces(sync, spaces), GROUPS_OF_SPACES, async (where) => {
    try {
      await walkMarks(sync, where, bulk)
    } catch (error) {
      await passOver(sync, error)
      bulk.isWhole = false
    }
  })
  sync.hasAllLabels = bulk.isWhole && bulk.hasLabels && spaces.length === sync.spaces.size
  return bulk
}

/** Several at once only where somebody waits for the pages; each costs a request more, for the last of its list is never full. */
function groupSpaces(sync: Sync, spaces: readonly SyncSpace[]): ('all' | readonly string[])[] {
  const keys = spaces.map((space) => space.key)
  const isAwaited = spaces.some((space) => space.isFirst)
  if (!isAwaited || keys.length > MOST_SPLIT)
    return [sync.selected === 'all' && keys.length === sync.spaces.size ? 'all' : keys]
  return Object.values(Object.groupBy(keys, (_, index) => index % GROUPS_OF_SPACES)).map((group) => group ?? [])
}

async function walkMarks(
  sync: Sync,
  where: 'all' | readonly string[],
  bulk: BulkRead & { hasLabels: boolean },
): Promise<void> {
  for await (const batch of sync.source.walkMarks(where)) {
    sync.signal.throwIfAborted()
    const readers = new Map<string, ToldReaders>()
    const labels = new Map<string, string[]>()
    for (const [id, marks] of batch) {
      if (marks.labels === undefined) bulk.hasLabels = false
      else labels.set(id, marks.labels)
      bulk.shown.add(id)
      if (marks.isArchived) bulk.archived.add(id)
      if (marks.readers === undefined) bulk.untold.add(id)
      else readers.set(id, { readers: marks.readers })
    }
    if (!keepLabels(sync, labels)) bulk.hasLabels = false
    await put(sync, readers)
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
 * Asks what the bulk read should have told and did not, and what it showed as archived that is not, or the other way round:
 * that changed meanwhile. Where it shows nothing archived, such pages are asked about once, by full runs, and where it did
 * not come to its end. Of pages that neither the lists nor the bulk read showed only some are asked: they are gone or hidden.
 */
async function askUntold(sync: Sync, bulk: BulkRead | undefined): Promise<void> {
  const page = { after: '', limit: STORED_AT_ONCE, onlyNew: sync.mode === 'incremental' }
  let unseen = 0
  for (;;) {
    const stored = await listTold(sync.app.db, sync.integrationId, page)
    const ids: string[] = []
    const gone: string[] = []
    for (const document of stored) {
      if (document.told === 'readers' && !isToAsk(sync, bulk, document)) continue
      if (isUnseen(sync, bulk, document)) unseen += 1
      if (isUnseen(sync, bulk, document) && unseen > MOST_UNSEEN_ASKED) gone.push(document.externalId)
      else ids.push(document.externalId)
    }
    for (let start = 0; start < ids.length; start += IDS_AT_ONCE) await ask(sync, ids.slice(start, start + IDS_AT_ONCE))
    await put(sync, new Map(gone.map((id) => [id, { failed: 'Confluence does not show it to the key any more.' }])))
    if (stored.length < page.limit) return
    page.after = stored.at(-1)?.externalId ?? ''
  }
}

function isToAsk(sync: Sync, bulk: BulkRead | undefined, { externalId, isArchived }: ToldDocument): boolean {
  if (bulk === undefined) return false
  if (bulk.untold.has(externalId)) return true
  if (bulk.shown.has(externalId)) return bulk.archived.has(externalId) !== isArchived
  return !isArchived || sync.mode === 'full' || !bulk.isWhole
}

function isUnseen(sync: Sync, bulk: BulkRead | undefined, { externalId, isPage, isArchived }: ToldDocument): boolean {
  if (sync.mode === 'incremental' || bulk?.isWhole !== true || !isPage || isArchived) return false
  return !bulk.shown.has(externalId) && !sync.seen.has(externalId)
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

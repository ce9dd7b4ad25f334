/** The same for the pages of a batch of events: who enters, who leaves, whose edit puts them back. */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import { system } from '#server/platform/actor.ts'
import { isVisible } from './applies.ts'
import { applies } from './match.ts'
import {
  enterWorkflow,
  findStatus,
  findStatusWorkflow,
  firstStatus,
  holdWorkflows,
  leaveWorkflow,
  lockStandings,
  moveAll,
  type Place,
  type StatusWorkflow,
} from './statuses.ts'

/** `edited`: its text or title changed; `moved`: it stands elsewhere, came or went, so that what is below it is looked at too. */
export type TouchedPage = { documentId: string; edited: boolean; moved: boolean }

type Page = Place & { type: string; labels: string[]; visible: boolean }

/** Of a batch of many branches, so many pages at once. */
const PAGES_AT_ONCE = 5000

/**
 * Settles pages after events about them. `workflows`: the enabled ones, as they stand now; their rows are held against
 * changes until the transaction ends, and one that was saved since it was read is read again.
 */
export async function settlePages(
  app: Pick<App, 'clock'>,
  tx: Tx,
  workflows: readonly StatusWorkflow[],
  touched: readonly TouchedPage[],
): Promise<void> {
  const settled = await holdCurrent(tx, workflows)
  if (settled.length === 0 || touched.length === 0) return
  const edited = new Set(touched.filter((page) => page.edited).map((page) => page.documentId))
  const ids = await withBranches(tx, settled, touched)
  for (let start = 0; start < ids.length; start += PAGES_AT_ONCE)
    await settleSome(tx, settled, ids.slice(start, start + PAGES_AT_ONCE), edited, app.clock.now())
}

/** What events say of pages, one entry a page. `payload.changed` left out: everything may have changed. */
export function touchedBy(
  events: readonly { type: string; subjectId: string | null; payload: unknown }[],
): TouchedPage[] {
  const pages = new Map<string, TouchedPage>()
  for (const { type, subjectId, payload } of events) {
    if (subjectId === null || !/^page\.(created|updated|moved|deleted|labelled)$/.test(type)) continue
    const page = pages.get(subjectId) ?? { documentId: subjectId, edited: false, moved: false }
    page.edited ||= type === 'page.updated' && saysText(payload)
    page.moved ||= type === 'page.created' || type === 'page.moved' || type === 'page.deleted'
    pages.set(subjectId, page)
  }
  return [...pages.values()]
}

function saysText(payload: unknown): boolean {
  if (typeof payload !== 'object' || payload === null || !('changed' in payload)) return true
  const { changed } = payload
  return !Array.isArray(changed) || changed.includes('title') || changed.includes('body')
}

/** Those that are enabled and have statuses, as they are once nobody can change them meanwhile. */
async function holdCurrent(tx: Tx, workflows: readonly StatusWorkflow[]): Promise<StatusWorkflow[]> {
  if (workflows.length === 0) return []
  const ids = workflows.map((workflow) => workflow.id)
  await holdWorkflows(tx, ids)
  const rows = await tx
    .selectFrom('workflows')
    .select(['id', 'version', 'enabled'])
    .where('id', 'in', ids)
    .orderBy('id')
    .execute()
  const read = new Map(workflows.map((workflow) => [workflow.id, workflow]))
  const current: StatusWorkflow[] = []
  for (const { id, version, enabled } of rows) {
    const known = read.get(id)
    const workflow = known?.version === version ? known : await findStatusWorkflow(tx, id)
    if (enabled && workflow !== undefined && firstStatus(workflow.definition) !== undefined) current.push(workflow)
  }
  return current
}

/** The touched pages, and what stands below those that moved where a workflow goes by trees. */
async function withBranches(
  tx: Tx,
  workflows: readonly StatusWorkflow[],
  touched: readonly TouchedPage[],
): Promise<string[]> {
  const ids = touched.map((page) => page.documentId)
  const moved = touched.filter((page) => page.moved).map((page) => page.documentId)
  if (moved.length === 0 || !workflows.some(({ definition }) => definition.appliesTo?.trees !== undefined)) return ids
  const { rows } = await sql<{ id: string }>`
    with recursive below as (
      select id, integration_id, space_id, external_id from documents where id = any(${moved}::uuid[])
      union
      select document.id, document.integration_id, document.space_id, document.external_id
      from below
      join documents as document on document.space_id = below.space_id
        and document.parent_external_id = below.external_id and document.integration_id = below.integration_id
      where document.deleted_at is null
    )
    select id from below`.execute(tx)
  return [...new Set([...ids, ...rows.map((row) => row.id)])].toSorted()
}

async function settleSome(
  tx: Tx,
  workflows: readonly StatusWorkflow[],
  ids: readonly string[],
  edited: ReadonlySet<string>,
  at: Date,
): Promise<void> {
  // All standings at once, in the one order in which everybody locks; pages are read afterwards. So of two processes that
  // settle a page the second sees what the first did, and a version that was approved meanwhile is not taken for a newer one.
  const locked = await lockStandings(
    tx,
    workflows.map(({ id }) => id),
    ids,
  )
  const standings = new Map(locked.map((one) => [`${one.workflowId} ${one.documentId}`, one]))
  const pages = await findPages(tx, ids)
  const trees = await findTrees(tx, workflows, ids)
  for (const workflow of workflows) {
    const standingOf = (page: Page) => standings.get(`${workflow.id} ${page.id}`)
    const isIn = (page: Page) =>
      page.visible &&
      (workflow.spaceId === null || workflow.spaceId === page.spaceId) &&
      applies(workflow.definition, { ...page, path: trees.get(page.id) ?? [] })
    const leaving = pages.filter((page) => standingOf(page) !== undefined && !isIn(page))
    await leaveWorkflow(
      tx,
      workflow.id,
      leaving.map(({ id }) => id),
    )
    const entering = pages.filter((page) => standingOf(page) === undefined && isIn(page))
    await enterWorkflow(tx, workflow, entering, { by: system, at })

    const to = workflow.definition.onEdit
    if (to === undefined || findStatus(workflow.definition, to) === undefined) continue
    const back = pages.flatMap((page) => {
      const standing = standingOf(page)
      if (standing === undefined || !isIn(page) || !edited.has(page.id)) return []
      return standing.status === to || page.version <= standing.version ? [] : [{ place: page, from: standing.status }]
    })
    await moveAll(tx, { workflow, to, by: system, reason: 'edit', at }, back)
  }
}

async function findPages(tx: Tx, ids: readonly string[]): Promise<Page[]> {
  const { rows } = await sql<Page>`
    select document.id, document.version, document.space_id as "spaceId", document.type, document.labels,
      ${isVisible} as visible
    from documents as document where document.id = any(${ids}::uuid[]) order by document.id`.execute(tx)
  return rows
}

/** By page: which of the trees that the workflows name it stands in. */
async function findTrees(
  tx: Tx,
  workflows: readonly StatusWorkflow[],
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const trees = workflows.flatMap(({ definition }) => definition.appliesTo?.trees ?? [])
  if (trees.length === 0) return new Map()
  const { rows } = await sql<{ page: string; trees: string[] }>`
    with recursive path as (
      select document.id as page, document.id, document.integration_id, document.space_id, document.parent_external_id
      from documents as document where document.id = any(${ids}::uuid[]) and ${isVisible}
      union
      select path.page, document.id, document.integration_id, document.space_id, document.parent_external_id
      from path
      join documents as document on document.integration_id = path.integration_id
        and document.external_id = path.parent_external_id and document.space_id = path.space_id
      where ${isVisible}
    )
    select page, array_agg(id) as trees from path where id = any(${trees}::uuid[]) group by page`.execute(tx)
  return new Map(rows.map((row) => [row.page, row.trees]))
}

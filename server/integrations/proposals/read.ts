import { sql, type RawBuilder } from 'kysely'
import type { EditProposal, ProposalQuery } from '#schema/publish.ts'
import { ProposalState } from '#schema/publish.ts'
import { spaceRole } from '#server/access/policy.ts'
import { findReader } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import { findMentioned } from '#server/content/people.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { diffOf } from '../publish/preview.ts'
import { linkContext } from '../render.ts'
import { isPlaceOpen } from './place.ts'
import { findProposalRow, listProposalRows, ProposalKind, type ListedProposal, type ProposalRow } from './store.ts'

/**
 * Proposals of the spaces in which the actor may write, and his own: newest first. One whose document, or parent of the
 * document to be made, he may not read is not among them.
 */
export async function listProposals(
  app: Pick<App, 'db'>,
  actor: Actor,
  query: ProposalQuery,
): Promise<Page<EditProposal>> {
  const conditions: RawBuilder<unknown>[] = [isPlaceOpen(actor, await findReader(app.db, actor))]
  if (actor.kind === 'user' && actor.role !== 'admin') {
    const written = [...actor.spaceRoles].filter(([, role]) => role !== 'reader').map(([id]) => id)
    const member = [...actor.spaceRoles.keys()]
    conditions.push(
      sql`(proposal.space_id = any(${written}::uuid[])
        or (proposal.proposed_by = ${actor.id} and proposal.space_id = any(${member}::uuid[])))`,
    )
  }
  if (query.space !== undefined) conditions.push(sql`lower(space.key) = lower(${query.space})`)
  if (query.document !== undefined) conditions.push(sql`proposal.document_id = ${query.document}`)
  if (query.state === 'open') conditions.push(sql`proposal.state in ('waiting', 'stale')`)
  else if (query.state !== undefined) conditions.push(sql`proposal.state = ${query.state}`)
  if (query.cursor !== undefined) {
    const [at, id] = readCursor(query.cursor)
    conditions.push(sql`(proposal.proposed_at, proposal.id) < (${at}::timestamptz, ${id}::uuid)`)
  }
  const rows = await listProposalRows(app.db, conditions, query.limit + 1)
  const page = toPage(rows, query.limit, (row) => [row.proposed_at.toISOString(), row.id])
  return { items: page.items.map((row) => present(row)), nextCursor: page.nextCursor }
}

/** One with how it differs from what it was made of. */
export async function getProposal(app: Pick<App, 'db'>, actor: Actor, id: string): Promise<EditProposal> {
  const row = await getReadableProposal(app, actor, id)
  const about = await findAbout(app, row)
  const text = `${row.base_storage ?? ''}${row.storage ?? ''}`
  const names = await findMentioned(app.db, about.integrationId, text)
  const before =
    row.base_storage === null ? undefined : { title: row.base_title ?? row.title, storage: row.base_storage }
  const after = { title: row.title, storage: row.storage ?? '' }
  return { ...present(row), diff: diffOf(before, after, linkContext({ ...about, names })) }
}

/** The row, when the actor may see it; 404 otherwise. */
export async function getReadableProposal(app: Pick<App, 'db'>, actor: Actor, id: string): Promise<ProposalRow> {
  const row = await findProposalRow(app.db, id)
  if (row === undefined) throw notFound('Proposal', id)
  const role = spaceRole(actor, row.space_id)
  const isOwn = actor.kind === 'user' && row.proposed_by === actor.id
  if (role === undefined || (role === 'reader' && !isOwn)) throw notFound('Proposal', id)
  // What was thrown away is readable to nobody; who had a hand in it may still look.
  const hadHand = actor.kind === 'user' && (isOwn || row.decided_by === actor.id)
  if (row.kind === 'trash' && row.state === 'published' && hadHand) return row
  const open = isPlaceOpen(actor, await findReader(app.db, actor))
  const [found] = await listProposalRows(app.db, [sql`proposal.id = ${id}`, open], 1)
  if (found === undefined) throw notFound('Proposal', id)
  return row
}

async function findAbout(app: Pick<App, 'db'>, row: ProposalRow) {
  const found = await app.db
    .selectFrom('spaces')
    .leftJoin('documents', (join) => join.on('documents.id', '=', row.document_id))
    .select(['spaces.integration_id', 'documents.url', 'documents.external_id'])
    .where('spaces.id', '=', row.space_id)
    .executeTakeFirstOrThrow()
  return {
    url: found.url,
    spaceKey: row.space_key,
    externalId: found.external_id ?? '',
    integrationId: found.integration_id ?? row.space_id,
  }
}

function present(row: ListedProposal): EditProposal {
  const isDecided = row.decided_at !== null
  return {
    id: row.id,
    kind: ProposalKind.parse(row.kind),
    document:
      row.document_id === null || row.document_title === null
        ? null
        : { id: row.document_id, title: row.document_title },
    space: { key: row.space_key, name: row.space_name },
    title: row.title,
    message: row.message,
    state: ProposalState.parse(row.state),
    proposedBy: { id: row.proposed_by, name: row.proposer ?? 'Somebody who is gone', apiKey: row.proposed_with },
    proposedAt: row.proposed_at.toISOString(),
    decidedBy: isDecided ? { id: row.decided_by, name: row.decider ?? 'Somebody who is gone' } : null,
    decidedAt: row.decided_at?.toISOString() ?? null,
    reason: row.reason,
    publishedVersion: row.published_version,
    resolved: row.resolved,
    diff: null,
  }
}

function readCursor(cursor: string): [string, string] {
  const [at, id] = fromCursor(cursor, 2)
  if (typeof at === 'string' && typeof id === 'string' && !Number.isNaN(Date.parse(at)) && /^[0-9a-f-]{36}$/.test(id))
    return [at, id]
  throw new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}

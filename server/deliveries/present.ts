/** Deliveries as they are shown. What only the platform's admins may know of the network is blanked for everybody else. */
import { sql, type RawBuilder } from 'kysely'
import { DeliveryStatus, type Delivery, type DeliveryAttempt } from '#schema/delivery.ts'
import { findReader, mayRead } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { publicFailure } from '#server/platform/problem.ts'
import type { Spaces } from './who.ts'

type Row = {
  id: string
  status: string
  workflow_id: string
  workflow_name: string
  action_id: string
  run_id: string
  event_id: string | null
  space_key: string | null
  document_id: string | null
  document_title: string | null
  /** It is about a page that the actor may not read, or that is gone. */
  is_shut: boolean
  origin: string
  method: string
  url: string
  credential_id: string | null
  credential_name: string | null
  run_as: string | null
  run_as_name: string | null
  attempts: number
  created_at: Date
  next_at: Date | null
  finished_at: Date | null
  code: string | null
  detail: string | null
  waits: boolean
}

/** The deliveries of these ids (a query), newest first. A credential's name is shown to those who may view it. */
export async function findShown(
  app: Pick<App, 'clock'>,
  db: Db | Tx,
  actor: Actor,
  spaces: Spaces,
  ids: RawBuilder<{ id: string }>,
): Promise<Delivery[]> {
  const mayView =
    actor.kind === 'system' || spaces === 'all'
      ? sql`true`
      : sql`(c.space_id = any(${spaces}::uuid[]) or c.space_id is null and exists (select from credential_grants g
          where g.credential_id = c.id and g.principal = any(${actor.principals}::text[]) and g.level <> 'use'))`
  const reader = await findReader(db, actor)
  // Of a page that was purged nobody can tell any more who might read it.
  const isShut =
    reader === 'all' ? sql`false` : sql`d.document_id is not null and (document.id is null or not ${mayRead(reader)})`
  const { rows } = await sql<Row>`
    with wanted as materialized (${ids})
    select d.id, d.status, d.workflow_id, d.workflow_name, d.action_id, d.run_id, d.event_id, s.key as space_key,
      d.document_id, d.document_title, d.origin, d.method, d.url, d.credential_id,
      ${isShut} as is_shut,
      case when ${mayView} then c.name end as credential_name, d.run_as, d.run_as_name, d.attempts, d.created_at,
      d.next_at, d.finished_at, d.code, d.detail,
      d.next_at is not null and coalesce(r.open_until > ${app.clock.now()}, false) as waits
    from wanted join deliveries d on d.id = wanted.id
      left join spaces s on s.id = d.space_id
      left join credentials c on c.id = d.credential_id
      left join documents document on document.id = d.document_id
      left join receivers r on r.origin = d.origin and r.opened_at is not null
    order by d.id desc`.execute(db)
  return rows.map((row) => toDelivery(row, seesNetwork(actor)))
}

/** Whether he may know how an address behaves: which ports are closed, which are filtered. */
export function seesNetwork(actor: Actor): boolean {
  return actor.kind === 'system' || actor.role === 'admin'
}

function toDelivery(row: Row, isWhole: boolean): Delivery {
  const { credential_id, run_as, document_id } = row
  return {
    id: row.id,
    status: DeliveryStatus.parse(row.status),
    workflow: { id: row.workflow_id, name: row.workflow_name },
    actionId: row.action_id,
    runId: row.run_id,
    eventId: row.event_id,
    space: row.space_key,
    document: document_id === null || row.is_shut ? null : { id: document_id, title: row.document_title ?? '' },
    receiver: row.origin,
    method: row.method,
    // What is sent is made of the page: who may not read it sees where it went alone.
    url: row.is_shut ? row.origin : row.url,
    credential: credential_id === null ? null : { id: credential_id, name: row.credential_name },
    runAs: run_as === null ? null : { id: run_as, name: row.run_as_name },
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    nextAt: row.next_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    ...outcomeFor(row, row.origin, isWhole),
    waitsForReceiver: row.waits,
  }
}

/** Code and sentence; to those who may not know more, one and the same for a closed, a filtered and an absent address. */
function outcomeFor(
  { code, detail }: { code: string | null; detail: string | null },
  origin: string,
  isWhole: boolean,
): { code: string | null; detail: string | null } {
  if (isWhole || code === null) return { code, detail }
  const told = publicFailure({ host: URL.parse(origin)?.host ?? origin, code, message: detail ?? '' })
  return { code: told.code, detail: detail === null && told.message === '' ? null : told.message }
}

/** An attempt without anything of what was sent and answered: for who may not read the page it was about. */
export function withoutContent(attempt: DeliveryAttempt, origin: string): DeliveryAttempt {
  return { ...attempt, request: { method: attempt.request.method, url: origin, headers: {} }, answer: null }
}

/** An attempt without the address, and without the times where they tell of it. */
export function attemptFor(attempt: DeliveryAttempt, origin: string, isWhole: boolean): DeliveryAttempt {
  if (isWhole) return attempt
  const { code, detail } = outcomeFor(attempt, origin, isWhole)
  const isBlank = code === 'unreachable'
  const { firstByteMs, totalMs } = attempt.timing
  const timing = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs, totalMs }
  const nothing = { ...timing, firstByteMs: null, totalMs: 0 }
  return { ...attempt, code: code ?? attempt.code, detail, address: null, timing: isBlank ? nothing : timing }
}

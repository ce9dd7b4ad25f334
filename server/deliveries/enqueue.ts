/**
 * Requests that must reach a receiver. A draft becomes a row in the transaction of what caused it; workers claim it, send it,
 * and try again until it has arrived or is given up. A delivery is never sent inside a transaction.
 */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import { wakeAfterCommit } from '#server/jobs/wake.ts'
import type { DeliveryDraft } from './draft.ts'
import { storable } from '#server/platform/storable.ts'

/** Writes them all in one statement and wakes the workers once the transaction has committed. */
export async function enqueueDeliveries(tx: Tx, drafts: readonly DeliveryDraft[]): Promise<void> {
  if (drafts.length === 0) return
  const rows = JSON.stringify(drafts.map(toRow))
  await sql`
    insert into deliveries (id, run_id, action_id, event_id, workflow_id, workflow_name, scope, space_id, document_id,
      document_title, credential_id, run_as, run_as_name, origin, method, url, headers, body, timeout_ms, signing, next_at)
    select id, run_id, action_id, event_id, workflow_id, workflow_name, scope, space_id, document_id,
      document_title, credential_id, run_as, run_as_name, origin, method, url, headers, body, timeout_ms, signing, now()
    from json_to_recordset(${rows}::json) as draft (id uuid, run_id uuid, action_id text, event_id uuid, workflow_id uuid,
      workflow_name text, scope text, space_id uuid, document_id uuid, document_title text, credential_id uuid,
      run_as uuid, run_as_name text, origin text, method text, url text, headers jsonb, body text, timeout_ms integer,
      signing text)`.execute(tx)
  wakeAfterCommit(tx, 'deliveries')
}

function toRow(draft: DeliveryDraft) {
  return {
    id: draft.id,
    run_id: draft.runId,
    action_id: draft.actionId,
    event_id: draft.eventId,
    workflow_id: draft.workflow.id,
    workflow_name: storable(draft.workflow.name),
    scope: draft.scope,
    space_id: draft.spaceId,
    document_id: draft.document?.id ?? null,
    document_title: draft.document === null ? null : storable(draft.document.title),
    credential_id: draft.credentialId,
    run_as: draft.runAs?.id ?? null,
    run_as_name: draft.runAs === null ? null : storable(draft.runAs.name),
    origin: originOf(draft.url),
    method: draft.method,
    url: storable(draft.url),
    headers: Object.fromEntries(
      Object.entries(draft.headers).map(([name, value]) => [storable(name), storable(value)]),
    ),
    body: draft.body === null ? null : storable(draft.body),
    timeout_ms: draft.timeoutMs,
    signing: draft.signing,
  }
}

/** What stands for the receiver: scheme, host and port. An address that cannot be read is refused at its first attempt. */
function originOf(url: string): string {
  return URL.parse(url)?.origin ?? 'unreadable'
}

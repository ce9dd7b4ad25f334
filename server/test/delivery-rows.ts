import type { App } from '#server/app.ts'
import { newId } from '#server/platform/ids.ts'

export const RECEIVER = 'https://crm.example'

type Given = {
  id?: string
  status?: 'queued' | 'sent' | 'failed' | 'dead'
  spaceId?: string | null
  workflowId?: string
  runId?: string
  origin?: string
  attempts?: number
  /** Also when it ended, unless it is open. */
  at?: Date
  nextAt?: Date
  code?: string
  detail?: string
  credentialId?: string
  documentId?: string
}

/** A delivery as the sender would have left it. */
export async function addDelivery(app: App, given: Given = {}): Promise<string> {
  const { id = newId(), status = 'dead', spaceId = null, origin = RECEIVER, at = app.clock.now() } = given
  const isOpen = status === 'queued' || status === 'failed'
  await app.db
    .insertInto('deliveries')
    .values({
      id,
      run_id: given.runId ?? newId(),
      action_id: 'tell-crm',
      workflow_id: given.workflowId ?? newId(),
      workflow_name: 'Publish',
      scope: spaceId === null ? 'global' : `space:${spaceId}`,
      space_id: spaceId,
      credential_id: given.credentialId ?? null,
      document_id: given.documentId ?? null,
      document_title: given.documentId === undefined ? null : 'Reset a password',
      origin,
      method: 'POST',
      url: `${origin}/hooks/1`,
      headers: JSON.stringify({ 'x-source': 'lockkeeper' }),
      body: '{"title":"Hello"}',
      timeout_ms: 10_000,
      status,
      attempts: given.attempts ?? (status === 'queued' ? 0 : 1),
      tries: given.attempts ?? (status === 'queued' ? 0 : 1),
      created_at: at,
      next_at: isOpen ? (given.nextAt ?? new Date(at.getTime() + 86_400_000)) : null,
      finished_at: isOpen ? null : at,
      code: given.code ?? (status === 'sent' ? 'sent' : status === 'queued' ? null : 'status-503'),
      detail: given.detail ?? null,
    })
    .execute()
  return id
}

/** An attempt in a delivery's log. */
export async function addAttempt(
  app: App,
  deliveryId: string,
  { number = 1, code = 'status-503', detail = 'crm.example answered 503.' } = {},
): Promise<void> {
  await app.db
    .insertInto('delivery_attempts')
    .values({
      delivery_id: deliveryId,
      number,
      at: app.clock.now(),
      code,
      detail,
      status: code === 'status-503' ? 503 : null,
      address: '203.0.113.7',
      timing: JSON.stringify({ dnsMs: 1, connectMs: 2, tlsMs: 3, firstByteMs: 4, totalMs: 10 }),
      request: JSON.stringify({ method: 'POST', url: `${RECEIVER}/hooks/1`, headers: { authorization: '[secret]' } }),
      answer: code === 'status-503' ? JSON.stringify({ headers: {}, body: 'Away', isCut: false }) : null,
    })
    .execute()
}

/** Every delivery as it is now, by its id. */
export function deliveryRow(app: App, id: string) {
  return app.db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

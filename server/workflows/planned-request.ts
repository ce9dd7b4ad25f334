/** A webhook's request as it would be sent, with what only the moment of sending knows named in brackets. */
import type { z } from 'zod'
import type { PlannedRequest } from '#schema/workflow-api.ts'
import type { DeliveryDraft } from '#server/deliveries/draft.ts'
import { headersOf } from '#server/deliveries/send.ts'

/** `header`: the name of the one that the credential is put into; null: none is used. */
export function planRequest(draft: DeliveryDraft, header: string | null): z.infer<typeof PlannedRequest> {
  const headers = headersOf(draft, new Date(0))
  headers['webhook-id'] = '[id]'
  headers['webhook-timestamp'] = '[time]'
  if (draft.signing !== null) headers['webhook-signature'] = '[signature]'
  if (header !== null) headers[header] = '[secret]'
  return { method: draft.method, url: draft.url, headers, body: draft.body }
}

import type { Signing } from '#schema/webhook.ts'

/** A request that must reach a receiver, with its values put in; `id` becomes the `webhook-id` of all its attempts. */
export type DeliveryDraft = {
  id: string
  runId: string
  actionId: string
  eventId: string | null
  workflow: { id: string; name: string }
  /** The stored scope of the workflow: `global` or `space:<id>`. */
  scope: string
  document: { id: string; title: string; spaceId: string } | null
  /** The space whose admins may see it: the workflow's own, else the page's; null: platform admins alone. */
  spaceId: string | null
  /** Null: plain webhook. */
  credentialId: string | null
  /** The person in whose name it is sent; null: the owner is gone, so a credential is refused. */
  runAs: { id: string; name: string } | null
  method: string
  url: string
  headers: Record<string, string>
  body: string | null
  timeoutMs: number
  /** Null: not signed. */
  signing: Signing | null
}

import { z } from 'zod'

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }
/** Any JSON. Named, because it refers to itself: the API's description cannot write such a shape out. */
const Json: z.ZodType<Json> = z
  .lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(Json), z.record(z.string(), Json)]))
  .meta({ id: 'Json' })

/** The most a webhook's body may hold once values are put in, in bytes. */
export const MAX_WEBHOOK_BODY = 262_144

export const WebhookMethod = z.enum(['POST', 'PUT', 'PATCH', 'DELETE', 'GET'])

/** How a message is signed (Standard Webhooks): v1 = HMAC-SHA256, v1a = ed25519. */
export const Signing = z.enum(['v1', 'v1a', 'both'])
export type Signing = z.infer<typeof Signing>

/**
 * `url`: references in its path and query alone. `body`: any JSON, with references in its strings; `text` instead sends
 * plain text. `headers`: own ones, never the credential's nor those of the signature.
 */
export const WebhookFields = {
  url: z.string().trim().min(1, 'Give the address.').max(2048),
  method: WebhookMethod.optional(),
  headers: z.record(z.string().max(200), z.string().max(4000)).optional(),
  body: Json.optional(),
  text: z.string().max(MAX_WEBHOOK_BODY).optional(),
  timeoutSeconds: z.number().int().min(1).max(60).optional(),
  signing: Signing.optional(),
}

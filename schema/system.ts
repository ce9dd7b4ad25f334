import { z } from 'zod'

export const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' })
export const ReadinessCheck = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })
export const Readiness = z.object({ ready: z.boolean(), checks: z.array(ReadinessCheck) }).meta({ id: 'Readiness' })
export type Readiness = z.infer<typeof Readiness>

export const SystemState = z
  .object({
    version: z.string(),
    node: z.string(),
    database: z.object({ version: z.string(), embedded: z.boolean(), bytes: z.number() }),
    rootKeyFingerprint: z.string(),
    queue: z.array(
      z.object({ name: z.string(), waiting: z.number().int(), active: z.number().int(), failed: z.number().int() }),
    ),
    nodes: z.array(z.object({ id: z.string(), roles: z.array(z.string()), seenAt: z.string() })),
  })
  .meta({ id: 'SystemState' })
export type SystemState = z.infer<typeof SystemState>

export const EgressCheck = z.strictObject({
  url: z.string().max(8192),
  /** What DNS would answer, one entry a lookup: a list of addresses, or a resolver's error code such as ESERVFAIL. */
  addresses: z
    .array(z.union([z.array(z.string().max(64)).max(64), z.string().max(64)]))
    .max(64)
    .optional(),
})
export type EgressCheck = z.infer<typeof EgressCheck>
export const EgressVerdict = z
  .object({ allowed: z.boolean(), code: z.string(), reason: z.string() })
  .meta({ id: 'EgressVerdict' })

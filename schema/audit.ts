import { z } from 'zod'
import { Id, ListQuery, Time } from './common.ts'

export const AuditRow = z
  .object({
    seq: z.number().int(),
    at: Time,
    actor: z.string(),
    actorName: z.string().nullable(),
    action: z.string(),
    target: z.string(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditRow' })
export type AuditRow = z.infer<typeof AuditRow>

export const AuditQuery = ListQuery.extend({
  actor: z.union([Id, z.literal('system')]).optional(),
  action: z.string().max(100).optional(),
  target: z.string().max(300).optional(),
})
export type AuditQuery = z.infer<typeof AuditQuery>

export const AuditVerdict = z
  .object({ ok: z.boolean(), rows: z.number().int(), brokenAt: z.number().int().optional() })
  .meta({ id: 'AuditVerdict' })

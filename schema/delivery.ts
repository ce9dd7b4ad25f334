import { z } from 'zod'
import { Id, ListQuery, Time } from './common.ts'
import { By } from './credential.ts'

/**
 * queued: waits for its first attempt; sent: the receiver answered 2xx; failed: waits for another attempt; dead: given up,
 * can be replayed.
 */
export const DeliveryStatus = z.enum(['queued', 'sent', 'failed', 'dead'])
export type DeliveryStatus = z.infer<typeof DeliveryStatus>

/** Milliseconds of each part of an attempt; null: there was none (a connection used again), or it did not come so far. */
export const AttemptTiming = z
  .object({
    dnsMs: z.number().nullable(),
    connectMs: z.number().nullable(),
    tlsMs: z.number().nullable(),
    firstByteMs: z.number().nullable(),
    totalMs: z.number(),
  })
  .meta({ id: 'AttemptTiming' })
export type AttemptTiming = z.infer<typeof AttemptTiming>

/** `code`: `sent`, `status-503`, `timeout`, `connect-refused`, `domain-not-allowed` …; stable. `address`: the one dialled. */
export const DeliveryAttempt = z
  .object({
    number: z.number().int(),
    at: Time,
    code: z.string(),
    detail: z.string().nullable(),
    status: z.number().int().nullable(),
    address: z.string().nullable(),
    timing: AttemptTiming,
    /** As sent; the credential's header and signatures are masked. */
    request: z.object({ method: z.string(), url: z.string(), headers: z.record(z.string(), z.string()) }),
    /** The first 16 KB of the answer, secrets masked wherever they stand. */
    answer: z.object({ headers: z.record(z.string(), z.string()), body: z.string(), isCut: z.boolean() }).nullable(),
  })
  .meta({ id: 'DeliveryAttempt' })
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>

/** `id` is the `webhook-id` of every attempt. `receiver`: scheme, host and port. `runAs` null: no person. */
export const Delivery = z
  .object({
    id: Id,
    status: DeliveryStatus,
    workflow: z.object({ id: Id, name: z.string() }),
    actionId: z.string(),
    runId: Id,
    eventId: Id.nullable(),
    space: z.string().nullable(),
    document: z.object({ id: Id, title: z.string() }).nullable(),
    receiver: z.string(),
    method: z.string(),
    url: z.string(),
    credential: z.object({ id: Id, name: z.string().nullable() }).nullable(),
    runAs: By.nullable(),
    attempts: z.number().int(),
    createdAt: Time,
    nextAt: Time.nullable(),
    finishedAt: Time.nullable(),
    code: z.string().nullable(),
    detail: z.string().nullable(),
    /** The receiver's breaker is open: it waits, and this costs no attempt. */
    waitsForReceiver: z.boolean(),
  })
  .meta({ id: 'Delivery' })
export type Delivery = z.infer<typeof Delivery>

export const DeliveryDetail = Delivery.extend({
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
  log: z.array(DeliveryAttempt),
}).meta({ id: 'DeliveryDetail' })
export type DeliveryDetail = z.infer<typeof DeliveryDetail>

/** `space`: a key. `since`: made at or after. `receiver`: as a delivery has it, with a status that is not `sent`. Newest first. */
export const DeliveryQuery = ListQuery.extend({
  status: DeliveryStatus.optional(),
  workflow: Id.optional(),
  run: Id.optional(),
  space: z.string().max(255).optional(),
  receiver: z.string().max(300).optional(),
  since: Time.optional(),
})
export type DeliveryQuery = z.infer<typeof DeliveryQuery>

export const DeliveryReplay = z.strictObject({ reason: z.string().trim().max(500).optional() })
export type DeliveryReplay = z.infer<typeof DeliveryReplay>

/** Dead (or also waiting) deliveries made since a time are sent again. `dryRun` counts only. */
export const DeliveryRecovery = z.strictObject({
  since: Time,
  workflow: Id.optional(),
  space: z.string().max(255).optional(),
  receiver: z.string().max(300).optional(),
  status: z.enum(['dead', 'failed']).default('dead'),
  dryRun: z.boolean().default(true),
})
export type DeliveryRecovery = z.infer<typeof DeliveryRecovery>
export const DeliveryRecovered = z
  .object({ dryRun: z.boolean(), count: z.number().int() })
  .meta({ id: 'DeliveryRecovered' })
export type DeliveryRecovered = z.infer<typeof DeliveryRecovered>

/** closed: it is sent to; open: it failed too often, nothing is sent until `until`; probing: one attempt tells whether it is back. */
export const ReceiverState = z
  .object({
    receiver: z.string(),
    state: z.enum(['closed', 'open', 'probing']),
    until: Time.nullable(),
    failures: z.number().int(),
    /** Milliseconds between two attempts, while it is slowed down. */
    pauseMs: z.number().int(),
    waiting: z.number().int(),
    dead: z.number().int(),
  })
  .meta({ id: 'ReceiverState' })
export type ReceiverState = z.infer<typeof ReceiverState>

/** What charts show: attempts in equal steps of time, and the receivers with trouble or waiting deliveries. */
export const DeliveryFigures = z
  .object({
    since: Time,
    stepSeconds: z.number().int(),
    steps: z.array(
      z.object({ at: Time, sent: z.number().int(), failed: z.number().int(), medianMs: z.number().nullable() }),
    ),
    counts: z.object({
      queued: z.number().int(),
      sent: z.number().int(),
      failed: z.number().int(),
      dead: z.number().int(),
    }),
    receivers: z.array(ReceiverState),
  })
  .meta({ id: 'DeliveryFigures' })
export type DeliveryFigures = z.infer<typeof DeliveryFigures>
export const FiguresQuery = z.strictObject({
  hours: z.coerce.number().int().min(1).max(720).default(24),
  workflow: Id.optional(),
  space: z.string().max(255).optional(),
})
export type FiguresQuery = z.infer<typeof FiguresQuery>

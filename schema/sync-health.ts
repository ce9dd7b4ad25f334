import { z } from 'zod'
import { Id, ListQuery, Time, pageOf } from './common.ts'

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

/**
 * How gently an outside system is asked. `window`: hours of the day in which scheduled runs may start (from inclusive, to
 * exclusive, over midnight when to is smaller); a person may start one at any time.
 */
export const Manners = z.strictObject({
  concurrency: z.number().int().min(1).max(20).optional(),
  requestsPerMinute: z.number().int().min(1).max(60_000).nullish(),
  window: z
    .strictObject({
      from: z.number().int().min(0).max(23),
      to: z.number().int().min(0).max(23),
      timeZone: z.string().max(64).refine(isTimeZone, 'This is no time zone. Use a name such as Europe/Berlin or UTC.'),
    })
    .nullish(),
  /** The most that one run may wait for rate limits before it ends as failed and says so. */
  waitMinutes: z.number().int().min(1).max(1440).optional(),
})
export type Manners = z.infer<typeof Manners>

/**
 * So much would go at once that a person must say whether that is right: documents of a space (`vanished`, or out of the key's
 * sight), or attachments or comments on its pages.
 */
export const Brake = z
  .object({
    id: Id,
    integrationId: Id,
    space: z.object({ key: z.string(), name: z.string() }),
    reason: z.enum(['vanished', 'lost-access', 'attachments', 'footer-comments', 'inline-comments']),
    gone: z.number().int(),
    all: z.number().int(),
    state: z.enum(['waiting', 'confirmed', 'rejected', 'over']),
    at: Time,
    decidedBy: z.object({ id: Id.nullable(), name: z.string() }).nullable(),
    decidedAt: Time.nullable(),
  })
  .meta({ id: 'Brake' })
export type Brake = z.infer<typeof Brake>
export const BrakePage = pageOf(Brake)
export const BrakeQuery = ListQuery.extend({ state: Brake.shape.state.optional() })
export type BrakeQuery = z.infer<typeof BrakeQuery>
/** `gone`: how many the person saw who decides; 409 when they are others by now. */
export const BrakeDecision = z.strictObject({ gone: z.number().int().optional() })
export type BrakeDecision = z.infer<typeof BrakeDecision>
/** A document; or an attachment or a comment (`title`: the file's name, or who wrote it) with the page that it hangs on. */
export const BrakedDocument = z
  .object({
    id: Id,
    externalId: z.string(),
    title: z.string(),
    type: z.string(),
    updatedAt: Time.nullable(),
    page: z.object({ id: Id, title: z.string() }).nullable(),
  })
  .meta({ id: 'BrakedDocument' })
export type BrakedDocument = z.infer<typeof BrakedDocument>
export const BrakedDocumentPage = pageOf(BrakedDocument)

/**
 * A hidden document. `purgeAt`: from when on it goes for good, if Confluence then says that it is in the trash still; null =
 * not by itself (it, or its space, is out of sight).
 */
export const HiddenDocument = z
  .object({
    id: Id,
    externalId: z.string(),
    title: z.string(),
    type: z.string(),
    space: z.object({ key: z.string(), name: z.string() }),
    reason: z.enum(['trashed', 'lost-access', 'unselected']),
    hiddenAt: Time,
    purgeAt: Time.nullable(),
  })
  .meta({ id: 'HiddenDocument' })
export type HiddenDocument = z.infer<typeof HiddenDocument>
export const HiddenDocumentPage = pageOf(HiddenDocument)
export const HiddenQuery = ListQuery.extend({
  space: z.string().max(255).optional(),
  reason: HiddenDocument.shape.reason.optional(),
})
export type HiddenQuery = z.infer<typeof HiddenQuery>

/** One minute's requests to one kind of address. */
export const Traffic = z
  .object({
    at: Time,
    endpoint: z.string(),
    requests: z.number().int(),
    limited: z.number().int(),
    failed: z.number().int(),
    waitedSeconds: z.number(),
  })
  .meta({ id: 'Traffic' })
export type Traffic = z.infer<typeof Traffic>

/** `ok`; `late`: nothing succeeded for longer than it should; `failing`; `waiting`: a person must decide something. */
export const IntegrationHealth = z
  .object({
    state: z.enum(['ok', 'late', 'failing', 'waiting', 'new']),
    summary: z.string(),
    /** Everything up to this moment is known to be here. */
    completeUntil: Time.nullable(),
    lagSeconds: z.number().int().nullable(),
    lastSuccessAt: Time.nullable(),
    lastSweepAt: Time.nullable(),
    nextRunAt: Time.nullable(),
    keyExpiresAt: Time.nullable(),
    documents: z.number().int(),
    hidden: z.number().int(),
    brakes: z.number().int(),
    unmatchedPeople: z.number().int(),
    failures: z.array(
      z.object({ code: z.string(), detail: z.string(), runs: z.number().int(), lastAt: Time, runId: Id }),
    ),
    skipped: z.array(z.object({ reason: z.string(), items: z.number().int(), runId: Id })),
    /** The last hour by minute and kind of address. */
    traffic: z.array(Traffic),
    /** What the last answer told of the limit; null = it did not. */
    limit: z
      .object({ limit: z.number().nullable(), remaining: z.number().nullable(), resetAt: Time.nullable(), at: Time })
      .nullable(),
    /** Waited for rate limits in the run under way, and how much it may. */
    waiting: z.object({ waitedSeconds: z.number(), maySeconds: z.number() }).nullable(),
  })
  .meta({ id: 'IntegrationHealth' })
export type IntegrationHealth = z.infer<typeof IntegrationHealth>

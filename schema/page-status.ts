import { z } from 'zod'
import { Id, ListQuery, Time, pageOf } from './common.ts'
import { By } from './credential.ts'

/**
 * `reject`: the approvals given so far are void, and the page stays where it is. `from` and `version`: the status and the
 * version of the page that the person saw; when it has another by now, nothing is done (409).
 */
export const TransitionRequest = z.strictObject({
  workflowId: Id,
  to: z.string().max(40),
  from: z.string().max(40).optional(),
  version: z.number().int().optional(),
  comment: z.string().trim().max(4000).optional(),
  reject: z.boolean().optional(),
})
export type TransitionRequest = z.infer<typeof TransitionRequest>

export const StatusName = z.object({ id: z.string(), name: z.string(), colour: z.string(), final: z.boolean() })
export type StatusName = z.infer<typeof StatusName>

/** `enabled` false: `reason` says why, in words. `mine`: the caller has approved this version. */
export const NextStep = z
  .object({
    to: StatusName,
    name: z.string(),
    enabled: z.boolean(),
    reason: z.string().nullable(),
    requireComment: z.boolean(),
    approvals: z
      .object({
        needed: z.number().int(),
        given: z.array(z.object({ by: By, at: Time, comment: z.string().nullable() })),
        mine: z.boolean(),
        waitingFor: z.array(By),
      })
      .nullable(),
  })
  .meta({ id: 'NextStep' })
export type NextStep = z.infer<typeof NextStep>

/** Where a page stands in one workflow. `version`: the page's present one, which approvals are given to. */
export const PageStatus = z
  .object({
    workflow: z.object({ id: Id, name: z.string() }),
    status: StatusName,
    since: Time,
    by: By.nullable(),
    version: z.number().int(),
    expiresAt: Time.nullable(),
    isOverdue: z.boolean(),
    assignee: By.nullable(),
    next: z.array(NextStep),
    history: z.array(
      z.object({
        at: Time,
        from: StatusName.nullable(),
        to: StatusName,
        by: By.nullable(),
        version: z.number().int(),
        comment: z.string().nullable(),
        /**
         * transition, edit, expiry, action, start, or change (of the workflow); approval and reject leave the page where
         * it is: from and to are the same.
         */
        reason: z.string(),
      }),
    ),
  })
  .meta({ id: 'PageStatus' })
export type PageStatus = z.infer<typeof PageStatus>
export const PageStatuses = z.object({ items: z.array(PageStatus) }).meta({ id: 'PageStatuses' })
export type PageStatuses = z.infer<typeof PageStatuses>

/** A page that waits for the caller's approval. */
export const PendingApproval = z
  .object({
    document: z.object({ id: Id, title: z.string(), space: z.string(), version: z.number().int() }),
    workflow: z.object({ id: Id, name: z.string() }),
    transition: z.object({ name: z.string(), to: StatusName }),
    given: z.number().int(),
    needed: z.number().int(),
    since: Time,
  })
  .meta({ id: 'PendingApproval' })
export type PendingApproval = z.infer<typeof PendingApproval>
/** `total`: how many wait in all; more than a thousand are not counted. */
export const PendingApprovalPage = pageOf(PendingApproval)
  .extend({ total: z.number().int() })
  .meta({ id: 'PendingApprovalPage' })
export type PendingApprovalPage = z.infer<typeof PendingApprovalPage>

/** Pages of a space by status, and those whose status has expired. */
export const SpaceReport = z
  .object({
    workflows: z.array(
      z.object({
        id: Id,
        name: z.string(),
        statuses: z.array(z.object({ status: StatusName, pages: z.number().int(), overdue: z.number().int() })),
      }),
    ),
  })
  .meta({ id: 'SpaceReport' })
export type SpaceReport = z.infer<typeof SpaceReport>
export const ReportPagesQuery = ListQuery.extend({
  workflow: Id,
  status: z.string().max(40).optional(),
  overdue: z.enum(['true', 'false']).optional(),
})
export type ReportPagesQuery = z.infer<typeof ReportPagesQuery>
export const ReportPage = z
  .object({
    document: z.object({ id: Id, title: z.string() }),
    status: StatusName,
    since: Time,
    expiresAt: Time.nullable(),
    isOverdue: z.boolean(),
    assignee: By.nullable(),
  })
  .meta({ id: 'ReportPage' })
export type ReportPage = z.infer<typeof ReportPage>

import { z } from 'zod'
import { FieldError, Id, ListQuery, Name, Time } from './common.ts'
import { By, Scope } from './credential.ts'
import { Definition, EventType } from './workflow.ts'

/** A fault stops the saving; a warning does not: `path` is where in the definition it stands. */
export const DefinitionVerdict = z
  .object({
    errors: z.array(FieldError),
    warnings: z.array(FieldError),
    /**
     * How many pages that the asker may read it would apply to now; null while it has faults or no statuses, and to who is
     * no admin of the scope.
     */
    pages: z.number().int().nullable(),
  })
  .meta({ id: 'DefinitionVerdict' })
export type DefinitionVerdict = z.infer<typeof DefinitionVerdict>
/** The definition is judged as far as it can be read: anything goes in. */
export const DefinitionCheck = z.strictObject({ definition: z.unknown(), workflowId: Id.optional() })
export type DefinitionCheck = z.infer<typeof DefinitionCheck>

/** `owner`: in whose name it runs when no person caused the event. */
export const NewWorkflow = z.strictObject({
  definition: z.unknown(),
  enabled: z.boolean().default(false),
  owner: Id.optional(),
})
export type NewWorkflow = z.infer<typeof NewWorkflow>
/** `statuses`: what becomes of pages in a status that is no more: old id → new id. */
export const WorkflowChange = z.strictObject({
  definition: z.unknown(),
  enabled: z.boolean(),
  version: z.number().int(),
  owner: Id.optional(),
  statuses: z.record(z.string(), z.string()).optional(),
})
export type WorkflowChange = z.infer<typeof WorkflowChange>

/** Shown once, when it is made: the receiver verifies with it. v1: `whsec_…`; v1a: `publicKey` `whpk_…`, nothing is secret. */
export const SigningSecret = z
  .object({
    actionId: z.string(),
    signing: z.enum(['v1', 'v1a', 'both']),
    secret: z.string().nullable(),
    publicKey: z.string().nullable(),
    /** Until then messages carry a signature of the former one too. */
    formerUntil: Time.nullable(),
  })
  .meta({ id: 'SigningSecret' })
export type SigningSecret = z.infer<typeof SigningSecret>

/**
 * `original`: the global workflow it is a copy of; `hasMovedOn`: that one was changed since. `pages`: how many are in it, of
 * those that the asker may read.
 */
export const Workflow = z
  .object({
    id: Id,
    scope: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    version: z.number().int(),
    owner: By.nullable(),
    statuses: z.number().int(),
    triggers: z.number().int(),
    pages: z.number().int(),
    original: z.object({ id: Id, name: z.string(), version: z.number().int(), hasMovedOn: z.boolean() }).nullable(),
    updatedAt: Time,
    updatedBy: By,
    lastRunAt: Time.nullable(),
    warnings: z.array(FieldError),
  })
  .meta({ id: 'Workflow' })
export type Workflow = z.infer<typeof Workflow>
/** `signing`: of webhooks that had none yet; their secrets are in this answer alone. */
export const WorkflowDetail = Workflow.extend({
  definition: Definition,
  signing: z.array(SigningSecret).optional(),
}).meta({ id: 'WorkflowDetail' })
export type WorkflowDetail = z.infer<typeof WorkflowDetail>

/** What a definition was from this version of the workflow on; other changes of the workflow make no entry. */
export const WorkflowVersion = z.object({ version: z.number().int(), at: Time, by: By }).meta({ id: 'WorkflowVersion' })
export type WorkflowVersion = z.infer<typeof WorkflowVersion>
export const WorkflowVersionDetail = WorkflowVersion.extend({ definition: Definition }).meta({
  id: 'WorkflowVersionDetail',
})
export type WorkflowVersionDetail = z.infer<typeof WorkflowVersionDetail>

export const WorkflowCopy = z.strictObject({ scope: Scope, name: Name.optional() })
export type WorkflowCopy = z.infer<typeof WorkflowCopy>
/** `pages=forget`: its pages lose their status here. Needed when there are any. */
export const WorkflowDeletion = z.strictObject({ pages: z.literal('forget').optional() })
export type WorkflowDeletion = z.infer<typeof WorkflowDeletion>

/** As if `event` had happened to the document now. `definition`: judged instead of the saved one. */
export const DryRun = z.strictObject({
  documentId: Id.optional(),
  event: EventType,
  /** For status.changed, page.approved, page.rejected. */
  status: z.object({ from: z.string().nullable(), to: z.string() }).optional(),
  changed: z.array(z.string().max(40)).max(20).optional(),
  comment: z.string().max(4000).optional(),
  definition: z.unknown().optional(),
})
export type DryRun = z.infer<typeof DryRun>
export const PlannedRequest = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
})
export const DryRunResult = z
  .object({
    applies: z.boolean(),
    triggers: z.array(
      z.object({
        id: z.string(),
        fires: z.boolean(),
        /** Which part decided. */
        because: z.string(),
        runAs: By.nullable(),
        actions: z.array(
          z.object({
            id: z.string(),
            type: z.string(),
            what: z.string(),
            request: PlannedRequest.nullable(),
            problem: z.string().nullable(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'DryRunResult' })
export type DryRunResult = z.infer<typeof DryRunResult>

export const SendTest = z.strictObject({ documentId: Id.optional() })
export type SendTest = z.infer<typeof SendTest>
/** `status` null: nothing was answered. */
export const SendTestResult = z
  .object({ ok: z.boolean(), status: z.number().int().nullable(), detail: z.string(), request: PlannedRequest })
  .meta({ id: 'SendTestResult' })
export type SendTestResult = z.infer<typeof SendTestResult>

/** done: everything was done or is on its way as deliveries; working: something waits for Confluence; failed; stopped: a loop. */
export const RunStatus = z.enum(['done', 'working', 'failed', 'stopped'])
export type RunStatus = z.infer<typeof RunStatus>
export const RunAction = z.object({
  id: z.string(),
  type: z.string(),
  status: z.enum(['done', 'working', 'failed', 'skipped']),
  detail: z.string().nullable(),
  deliveryId: Id.nullable(),
})
export type RunAction = z.infer<typeof RunAction>
export const WorkflowRun = z
  .object({
    id: Id,
    workflowId: Id,
    workflowVersion: z.number().int(),
    triggerId: z.string(),
    event: z.object({ id: Id, type: z.string() }),
    document: z.object({ id: Id, title: z.string() }).nullable(),
    at: Time,
    status: RunStatus,
    detail: z.string().nullable(),
    runAs: By.nullable(),
    actions: z.array(RunAction),
  })
  .meta({ id: 'WorkflowRun' })
export type WorkflowRun = z.infer<typeof WorkflowRun>
export const RunQuery = ListQuery.extend({ status: RunStatus.optional(), document: Id.optional() })
export type RunQuery = z.infer<typeof RunQuery>

import { z } from 'zod'
import { Id, Name, Time } from './common.ts'
import { Manners } from './sync-health.ts'

export const Deployment = z.enum(['cloud', 'data-center'])

/** How to reach one Confluence. `url` takes any form a person pastes; it is normalised on save. */
export const ConfluenceSettings = z.strictObject({
  deployment: Deployment,
  url: z.string().trim().min(1, 'Give the Confluence domain.').max(500),
  /** Cloud: the account's e-mail address. Data Center: whose password the key is; empty for a personal access token. */
  username: z.string().trim().max(254).optional(),
  spaces: z.union([z.literal('all'), z.array(z.string().min(1).max(255)).min(1).max(5000)]).default('all'),
  /** `confluence`: who may read there may read here; `members`: the space's members here read all that the key reads. */
  readers: z.enum(['confluence', 'members']).default('confluence'),
  /** Days that a deleted document is kept hidden before it is purged. */
  quarantineDays: z.number().int().min(1).max(3650).default(30),
  /** Files larger than this are listed, not fetched. */
  attachmentMegabytes: z.number().int().min(0).max(1024).default(50),
  manners: Manners.default({}),
})
export type ConfluenceSettings = z.infer<typeof ConfluenceSettings>

/** The API key: one line, no white space inside, at most 4,096 characters. */
export const ConfluenceSecret = z.strictObject({
  apiKey: z
    .string()
    .trim()
    .min(1, 'Give the API key.')
    .max(4096)
    .regex(/^[\x21-\x7e]*$/, 'An API key has no spaces or line breaks.'),
})
export type ConfluenceSecret = z.infer<typeof ConfluenceSecret>

export const NewIntegration = z.strictObject({
  connector: z.literal('confluence'),
  name: Name,
  settings: ConfluenceSettings,
  secret: ConfluenceSecret,
  apiKeyExpiresAt: Time.nullish(),
})
export type NewIntegration = z.infer<typeof NewIntegration>

/** Left out = keep; `apiKeyExpiresAt: null` = clear. A changed address or username demands `secret`. */
export const IntegrationChange = z.strictObject({
  name: Name.optional(),
  // Without its default: what is left out of a change is kept, also inside the settings.
  settings: ConfluenceSettings.partial()
    .extend({
      spaces: ConfluenceSettings.shape.spaces.removeDefault().optional(),
      readers: ConfluenceSettings.shape.readers.removeDefault().optional(),
      quarantineDays: ConfluenceSettings.shape.quarantineDays.removeDefault().optional(),
      attachmentMegabytes: ConfluenceSettings.shape.attachmentMegabytes.removeDefault().optional(),
      manners: Manners.optional(),
    })
    .optional(),
  secret: ConfluenceSecret.optional(),
  apiKeyExpiresAt: Time.nullish(),
})
export type IntegrationChange = z.infer<typeof IntegrationChange>

export const Check = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() }).meta({ id: 'Check' })
export type Check = z.infer<typeof Check>
export const CheckReport = z
  .object({ ok: z.boolean(), code: z.string().optional(), checks: z.array(Check), checkedAt: Time })
  .meta({ id: 'CheckReport' })
export type CheckReport = z.infer<typeof CheckReport>

/** `connected`; `key-rejected`: Confluence refuses the key; `unreachable`; `needs-re-entry`: the sealed key cannot be opened here. */
export const IntegrationState = z.enum(['connected', 'key-rejected', 'unreachable', 'needs-re-entry'])
export type IntegrationState = z.infer<typeof IntegrationState>

export const RunMode = z.enum(['full', 'incremental', 'sweep'])
export type RunMode = z.infer<typeof RunMode>
export const RunStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'stopped'])
export type RunStatus = z.infer<typeof RunStatus>

export const RunCounts = z.object({
  seen: z.number().int(),
  created: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  deleted: z.number().int(),
  skipped: z.number().int(),
  requests: z.number().int(),
})
export type RunCounts = z.infer<typeof RunCounts>

export const SpaceProgress = z.object({
  key: z.string(),
  name: z.string(),
  done: z.number().int(),
  total: z.number().int().nullable(),
  status: z.enum(['waiting', 'running', 'succeeded', 'failed']),
  detail: z.string().optional(),
})
export type SpaceProgress = z.infer<typeof SpaceProgress>

export const RunProgress = z.object({
  done: z.number().int(),
  total: z.number().int().nullable(),
  pagesPerSecond: z.number(),
  secondsLeft: z.number().nullable(),
  spaces: z.array(SpaceProgress),
})
export type RunProgress = z.infer<typeof RunProgress>

export const SyncRun = z
  .object({
    id: Id,
    integrationId: Id,
    mode: RunMode,
    status: RunStatus,
    counts: RunCounts,
    progress: RunProgress,
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    queuedAt: Time,
    startedAt: Time.nullable(),
    finishedAt: Time.nullable(),
  })
  .meta({ id: 'SyncRun' })
export type SyncRun = z.infer<typeof SyncRun>

export const NewRun = z.strictObject({ mode: RunMode.default('incremental') })
export type NewRun = z.infer<typeof NewRun>

export const SkippedItem = z
  .object({
    externalId: z.string(),
    type: z.string(),
    title: z.string(),
    spaceKey: z.string().nullable(),
    reason: z.string(),
    at: Time,
    /** When a person had it asked for again. */
    retriedAt: Time.nullable(),
  })
  .meta({ id: 'SkippedItem' })
export type SkippedItem = z.infer<typeof SkippedItem>

export const Integration = z
  .object({
    id: Id,
    connector: z.literal('confluence'),
    name: z.string(),
    capabilities: z.array(z.string()),
    settings: ConfluenceSettings.extend({ gateway: z.boolean() }),
    state: IntegrationState,
    stateDetail: z.string().nullable(),
    apiKeyExpiresAt: Time.nullable(),
    lastCheck: CheckReport.nullable(),
    lastRun: SyncRun.nullable(),
    documents: z.number().int(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Integration' })
export type Integration = z.infer<typeof Integration>

/** One field of a connection form: forms are drawn from these. */
export const CatalogField = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string(),
  kind: z.enum(['text', 'secret', 'date', 'choice', 'spaces']),
  required: z.boolean(),
  placeholder: z.string().optional(),
  choices: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
})
export const CatalogEntry = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    capabilities: z.array(z.object({ id: z.string(), name: z.string(), description: z.string() })),
    fields: z.array(CatalogField),
  })
  .meta({ id: 'CatalogEntry' })
export type CatalogEntry = z.infer<typeof CatalogEntry>

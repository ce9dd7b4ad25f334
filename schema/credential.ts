import { z } from 'zod'
import { Id, ListQuery, Name, Principal, Time } from './common.ts'

/** Where a credential lives: `global`, or `space:KEY`. `integrations` holds the API keys of integrations: its key can be rotated, no more. */
export const Scope = z
  .string()
  .max(300)
  .regex(/^(global|integrations|space:.+)$/, 'Use global or space:KEY.')
export type Scope = z.infer<typeof Scope>

/** Each level includes those before it. use: it may be sent in my name; view: see and pick it; edit: change values; administrate: permissions, domains, delete. */
export const Level = z.enum(['use', 'view', 'edit', 'administrate'])
export type Level = z.infer<typeof Level>

export const By = z.object({ id: z.string(), name: z.string().nullable() }).meta({ id: 'By' })
export type By = z.infer<typeof By>

/** The active key of a scope. `rotation` stands while secrets are still under an older version. */
export const ScopeKey = z
  .object({
    version: z.number().int(),
    fingerprint: z.string(),
    createdAt: Time,
    createdBy: By,
    rotation: z.object({ done: z.number().int(), total: z.number().int(), startedAt: Time }).nullable(),
  })
  .meta({ id: 'ScopeKey' })
export type ScopeKey = z.infer<typeof ScopeKey>

/** `key` null: generate the token first. `mayAdministrate`: whether the caller may. `credentials`: how many the caller sees. */
export const ScopeState = z
  .object({
    scope: z.string(),
    name: z.string(),
    key: ScopeKey.nullable(),
    credentials: z.number().int(),
    mayAdministrate: z.boolean(),
  })
  .meta({ id: 'ScopeState' })
export type ScopeState = z.infer<typeof ScopeState>

/** What uses a credential. What the viewer may not see is only counted (`hidden`). */
export const UsedBy = z
  .object({
    kind: z.enum(['integration', 'workflow', 'delivery']),
    id: z.string(),
    name: z.string(),
    space: z.string().nullable(),
  })
  .meta({ id: 'UsedBy' })
export type UsedBy = z.infer<typeof UsedBy>

/** What re-generating the key would destroy and break: nothing is changed by asking. */
export const RegeneratePreview = z
  .object({
    scope: z.string(),
    credentials: z.array(z.object({ id: Id, name: z.string(), usedBy: z.array(UsedBy), hidden: z.number().int() })),
    hiddenUses: z.number().int(),
  })
  .meta({ id: 'RegeneratePreview' })
export type RegeneratePreview = z.infer<typeof RegeneratePreview>
/** `confirm`: the scope as it is written in the address, typed. */
export const Regenerate = z.strictObject({ confirm: z.string().max(300) })
export type Regenerate = z.infer<typeof Regenerate>
export const Regenerated = z
  .object({
    scope: z.string(),
    key: ScopeKey,
    destroyed: z.object({ credentials: z.array(z.object({ id: Id, name: z.string() })), keyVersion: z.number().int() }),
  })
  .meta({ id: 'Regenerated' })
export type Regenerated = z.infer<typeof Regenerated>

export const CredentialKind = z.enum(['basic', 'bearer', 'custom'])
export type CredentialKind = z.infer<typeof CredentialKind>

const SECRET_CHARACTERS = 16_384
/** A secret as given: what its kind demands is judged where it is sealed, so that no error repeats it. */
const Secret = z.string().min(1, 'Give the secret.').max(SECRET_CHARACTERS, 'This is longer than 16,384 characters.')

export const BasicFields = z.strictObject({ username: z.string().max(1024), password: Secret })
export const BearerFields = z.strictObject({ token: Secret })
export const CustomFields = z.strictObject({ header: z.string().max(200), value: Secret })

/** Fields of a change: left out = keep; an empty secret is kept too, as an untouched field of a form sends it. */
const KeptSecret = z.string().max(SECRET_CHARACTERS, 'This is longer than 16,384 characters.').optional()
export const BasicChange = z.strictObject({ username: z.string().max(1024).optional(), password: KeptSecret })
export const BearerChange = z.strictObject({ token: KeptSecret })
export const CustomChange = z.strictObject({ header: z.string().max(200).optional(), value: KeptSecret })

/** As typed; judged by the rules of domains, which say what is wrong with each. */
export const DomainEntries = z.array(z.string().max(500)).max(100, 'Use at most 100 domains.')

/** warn: an expired credential still works and is marked; block: it is not sent any more. */
export const ExpiryPolicy = z.enum(['warn', 'block'])
export type ExpiryPolicy = z.infer<typeof ExpiryPolicy>

/** `remind`: who hears of the coming expiry (user:ID); empty = the admins of the scope. */
export const NewCredential = z
  .strictObject({
    name: Name,
    kind: CredentialKind,
    basic: BasicFields.optional(),
    bearer: BearerFields.optional(),
    custom: CustomFields.optional(),
    domains: DomainEntries.min(1, 'Name at least one domain that it may be sent to.'),
    allowHttp: z.boolean().default(false),
    expiresAt: Time.nullish(),
    expiryPolicy: ExpiryPolicy.default('warn'),
    remind: z.array(Id).max(50).default([]),
  })
  .refine((input) => input[input.kind] !== undefined, { error: 'Give the fields of this kind.', path: ['kind'] })
export type NewCredential = z.infer<typeof NewCredential>

/**
 * Left out = keep; `expiresAt: null` = clear. `version` is the one the change was made on. Another kind or
 * header demands the secret again; domains have an address of their own.
 */
export const CredentialChange = z.strictObject({
  version: z.number().int(),
  name: Name.optional(),
  kind: CredentialKind.optional(),
  basic: BasicChange.optional(),
  bearer: BearerChange.optional(),
  custom: CustomChange.optional(),
  expiresAt: Time.nullish(),
  expiryPolicy: ExpiryPolicy.optional(),
  remind: z.array(Id).max(50).optional(),
})
export type CredentialChange = z.infer<typeof CredentialChange>

/** `ok`; `expires-soon`: within 30 days; `expired`; `needs-re-entry`: its secret cannot be opened with the keys that are there. */
export const CredentialState = z.enum(['ok', 'expires-soon', 'expired', 'needs-re-entry'])
export type CredentialState = z.infer<typeof CredentialState>

/** Secrets never come back. `level`: the caller's own. `notes`: what was taken off or trimmed from what was just given. */
export const Credential = z
  .object({
    id: Id,
    scope: z.string(),
    name: z.string(),
    kind: CredentialKind,
    username: z.string().nullable(),
    header: z.string().nullable(),
    domains: z.array(z.object({ entry: z.string(), unicode: z.string() })),
    allowHttp: z.boolean(),
    expiresAt: Time.nullable(),
    expiryPolicy: ExpiryPolicy,
    remind: z.array(By),
    state: CredentialState,
    stateDetail: z.string().nullable(),
    level: Level,
    version: z.number().int(),
    createdAt: Time,
    createdBy: By,
    updatedAt: Time,
    updatedBy: By,
    lastUsedAt: Time.nullable(),
    lastUsedHost: z.string().nullable(),
    lastUsedBy: z.string().nullable(),
    notes: z.array(z.string()).optional(),
  })
  .meta({ id: 'Credential' })
export type Credential = z.infer<typeof Credential>

export const CredentialQuery = ListQuery.extend({ q: z.string().max(100).optional() })
export type CredentialQuery = z.infer<typeof CredentialQuery>

/** Who, when, which fields; never a value. `restorable`: the value before this change is kept and its key lives. */
export const CredentialVersion = z
  .object({
    version: z.number().int(),
    at: Time,
    by: By,
    fields: z.array(z.string()),
    restorable: z.boolean(),
  })
  .meta({ id: 'CredentialVersion' })
export type CredentialVersion = z.infer<typeof CredentialVersion>
export const Restore = z.strictObject({ version: z.number().int() })
export type Restore = z.infer<typeof Restore>

export const Grant = z.strictObject({ principal: Principal, level: Level })
export type Grant = z.infer<typeof Grant>
export const Grants = z
  .object({
    grants: z.array(Grant.extend({ name: z.string().nullable() })),
    version: z.number().int(),
  })
  .meta({ id: 'Grants' })
export type Grants = z.infer<typeof Grants>
export const GrantsChange = z.strictObject({ grants: z.array(Grant).max(500), version: z.number().int() })
export type GrantsChange = z.infer<typeof GrantsChange>
/** What a person may do with a credential, and every reason why. */
export const EffectiveAccess = z
  .object({
    user: By,
    level: Level.nullable(),
    reasons: z.array(z.object({ level: Level, because: z.string() })),
  })
  .meta({ id: 'EffectiveAccess' })
export type EffectiveAccess = z.infer<typeof EffectiveAccess>

export const DomainsChange = z.strictObject({
  domains: DomainEntries.min(1, 'Name at least one domain that it may be sent to.'),
  allowHttp: z.boolean().optional(),
  version: z.number().int(),
  basic: BasicChange.optional(),
  bearer: BearerChange.optional(),
  custom: CustomChange.optional(),
})
export type DomainsChange = z.infer<typeof DomainsChange>

/** `domains` given: judged instead of the stored ones. Nothing is sent. */
export const DomainsCheck = z.strictObject({
  url: z.string().max(4000).optional(),
  domains: DomainEntries.optional(),
  allowHttp: z.boolean().optional(),
})
export type DomainsCheck = z.infer<typeof DomainsCheck>
export const JudgedDomain = z
  .object({
    entry: z.string(),
    ok: z.boolean(),
    normalised: z.string().nullable(),
    unicode: z.string().nullable(),
    reason: z.string().nullable(),
    suggestion: z.string().nullable(),
  })
  .meta({ id: 'JudgedDomain' })
export type JudgedDomain = z.infer<typeof JudgedDomain>
/** `allowed` and `reason` speak of `url`: false and a sentence when none was given. */
export const DomainsVerdict = z
  .object({ allowed: z.boolean(), reason: z.string(), domains: z.array(JudgedDomain) })
  .meta({ id: 'DomainsVerdict' })
export type DomainsVerdict = z.infer<typeof DomainsVerdict>

export const Usage = z
  .object({
    usedBy: z.array(UsedBy),
    hidden: z.number().int(),
    lastUsedAt: Time.nullable(),
    lastUsedHost: z.string().nullable(),
    lastUsedBy: z.string().nullable(),
  })
  .meta({ id: 'CredentialUsage' })
export type Usage = z.infer<typeof Usage>

export const CredentialTest = z.strictObject({ url: z.string().max(4000) })
export type CredentialTest = z.infer<typeof CredentialTest>
/** `status` null: nothing was answered. `hint` never quotes the answer. */
export const CredentialTestResult = z
  .object({ ok: z.boolean(), status: z.number().int().nullable(), hint: z.string(), host: z.string() })
  .meta({ id: 'CredentialTestResult' })
export type CredentialTestResult = z.infer<typeof CredentialTestResult>

export const Passphrase = z.string().min(12, 'Use at least 12 characters.').max(1024)
export const ExportCredentials = z.strictObject({ passphrase: Passphrase })
/** `file`: base64 of an exported file. `onConflict` says what becomes of names that are taken. */
export const ImportCredentials = z.strictObject({
  file: z.base64().max(40_000_000),
  passphrase: z.string().max(1024),
  dryRun: z.boolean().default(true),
  onConflict: z.enum(['skip', 'rename']).default('skip'),
})
export type ImportCredentials = z.infer<typeof ImportCredentials>
export const ImportReport = z
  .object({
    dryRun: z.boolean(),
    items: z.array(
      z.object({
        name: z.string(),
        kind: CredentialKind,
        outcome: z.enum(['created', 'renamed', 'skipped', 'refused']),
        newName: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'ImportReport' })
export type ImportReport = z.infer<typeof ImportReport>

/** Something a person should know, shown in the app. */
export const Notification = z
  .object({
    id: Id,
    kind: z.enum(['credential-expires', 'credential-expired', 'delivery-dead', 'workflow', 'sync']),
    title: z.string(),
    text: z.string(),
    link: z.string().nullable(),
    at: Time,
    readAt: Time.nullable(),
  })
  .meta({ id: 'Notification' })
export type Notification = z.infer<typeof Notification>

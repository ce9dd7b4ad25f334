import { z } from 'zod'
import { Id, Name, Principal, Time } from './common.ts'

export const Role = z.enum(['admin', 'member'])
export type Role = z.infer<typeof Role>

export const SpaceRole = z.enum(['admin', 'editor', 'reader'])
export type SpaceRole = z.infer<typeof SpaceRole>

export const Email = z.email('This is not an e-mail address.').max(254).toLowerCase()
export const Password = z.string().min(12, 'Use at least 12 characters.').max(128, 'Use at most 128 characters.')

export const Setup = z.strictObject({ token: z.string().min(1).max(200), name: Name, email: Email, password: Password })
export type Setup = z.infer<typeof Setup>

export const SignIn = z.strictObject({ email: Email, password: z.string().min(1).max(128) })
export type SignIn = z.infer<typeof SignIn>

export const User = z
  .object({ id: Id, name: z.string(), email: z.string(), role: Role, disabled: z.boolean(), createdAt: Time })
  .meta({ id: 'User' })
export type User = z.infer<typeof User>

export const NewUser = z.strictObject({ name: Name, email: Email, password: Password, role: Role.default('member') })
export type NewUser = z.infer<typeof NewUser>

export const UserChange = z.strictObject({
  name: Name.optional(),
  role: Role.optional(),
  disabled: z.boolean().optional(),
  password: Password.optional(),
  /** Needed to change one's own password. */
  currentPassword: z.string().min(1).max(128).optional(),
})
export type UserChange = z.infer<typeof UserChange>

/** The caller: who he is and what he may do in which space. */
export const Me = z
  .object({
    user: User,
    spaces: z.array(z.object({ key: z.string(), name: z.string(), role: SpaceRole })),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof Me>

/** What a first visitor needs to know: has anybody been set up yet, who is signed in. */
export const Status = z.object({ setUp: z.boolean(), signedIn: z.boolean() }).meta({ id: 'Status' })

/** `propose`: edits of documents wait for a person's approval. */
export const ApiKeyScope = z.enum(['read', 'write', 'propose'])
export type ApiKeyScope = z.infer<typeof ApiKeyScope>
export const NewApiKey = z.strictObject({
  name: Name,
  expiresAt: Time.optional(),
  scopes: z.array(ApiKeyScope).min(1).optional(),
})
export type NewApiKey = z.infer<typeof NewApiKey>

export const ApiKey = z
  .object({
    id: Id,
    name: z.string(),
    start: z.string(),
    scopes: z.array(ApiKeyScope),
    createdAt: Time,
    expiresAt: Time.nullable(),
    lastUsedAt: Time.nullable(),
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof ApiKey>
/** The answer to making a key: the only time that the key itself is told. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() }).meta({ id: 'CreatedApiKey' })

export const Group = z.object({ id: Id, name: z.string(), members: z.array(Id), createdAt: Time }).meta({ id: 'Group' })
export type Group = z.infer<typeof Group>
export const NewGroup = z.strictObject({ name: Name, members: z.array(Id).max(10_000).default([]) })
export type NewGroup = z.infer<typeof NewGroup>
export const GroupChange = z.strictObject({ name: Name.optional(), members: z.array(Id).max(10_000).optional() })
export type GroupChange = z.infer<typeof GroupChange>

/** A space's short name in addresses: letters, digits and `~ . _ -`, as Confluence has them. */
export const SpaceKey = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[~A-Za-z0-9._-]+$/, 'Use letters, digits and ~ . _ - only.')

export const SpaceKind = z.enum(['global', 'personal', 'knowledge_base', 'collaboration', 'other'])
export const Space = z
  .object({
    id: Id,
    key: z.string(),
    name: z.string(),
    kind: SpaceKind,
    archived: z.boolean(),
    integrationId: Id.nullable(),
    documents: z.number().int(),
    role: SpaceRole.nullable(),
    createdAt: Time,
  })
  .meta({ id: 'Space' })
export type Space = z.infer<typeof Space>
export const NewSpace = z.strictObject({ key: SpaceKey, name: Name })
export type NewSpace = z.infer<typeof NewSpace>
export const SpaceChange = z.strictObject({ name: Name.optional(), archived: z.boolean().optional() })
export type SpaceChange = z.infer<typeof SpaceChange>

export const SpaceMember = z
  .object({ principal: Principal, role: SpaceRole, name: z.string().optional() })
  .meta({ id: 'SpaceMember' })
export type SpaceMember = z.infer<typeof SpaceMember>
export const SpaceMembers = z.strictObject({
  members: z.array(z.strictObject({ principal: Principal, role: SpaceRole })).max(10_000),
})
export type SpaceMembers = z.infer<typeof SpaceMembers>

import { z } from 'zod'
import { Id, ListQuery, Time, pageOf } from './common.ts'

/** Whose account in the outside system a person has; `linkedBy` null = nobody is linked. */
export const SourceAccount = z
  .object({
    accountId: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    user: z.object({ id: Id, name: z.string(), email: z.string() }).nullable(),
    linkedBy: z.enum(['email', 'admin']).nullable(),
  })
  .meta({ id: 'SourceAccount' })
export type SourceAccount = z.infer<typeof SourceAccount>
export const SourceAccountPage = pageOf(SourceAccount)
export const SourceAccountQuery = ListQuery.extend({
  q: z.string().trim().max(200).optional(),
  linked: z.stringbool().optional(),
})
export type SourceAccountQuery = z.infer<typeof SourceAccountQuery>
/** `userId` null = unlink, and do not link by e-mail again. */
export const AccountLink = z.strictObject({ userId: Id.nullable() })
export type AccountLink = z.infer<typeof AccountLink>

/** One of the principals that open a lock. `isMe`: the person asked about is it, or belongs to it. */
export const LockPrincipal = z.object({
  kind: z.enum(['account', 'group', 'role', 'class']),
  id: z.string(),
  name: z.string(),
  isMe: z.boolean(),
})
/** `on`: what the restriction is set on. `failed`: why the source did not tell; such a lock stays shut. */
export const ReadLock = z
  .object({
    on: z.enum(['space', 'document', 'unknown']),
    documentId: Id.nullable(),
    title: z.string(),
    opens: z.boolean(),
    principals: z.array(LockPrincipal),
    failed: z.string().nullable(),
    readAt: Time.nullable(),
  })
  .meta({ id: 'ReadLock' })
export type ReadLock = z.infer<typeof ReadLock>

/** Why a person can, or cannot, read a document. `because` is a sentence for people; `role` is the role in the space here. */
export const DocumentAccess = z
  .object({
    user: z.object({ id: Id, name: z.string(), email: z.string() }),
    readable: z.boolean(),
    because: z.string(),
    role: z.enum(['admin', 'editor', 'reader']).nullable(),
    isPlatformAdmin: z.boolean(),
    mode: z.enum(['confluence', 'members', 'local']),
    accounts: z.array(z.object({ accountId: z.string(), name: z.string(), linkedBy: z.enum(['email', 'admin']) })),
    locks: z.array(ReadLock),
  })
  .meta({ id: 'DocumentAccess' })
export type DocumentAccess = z.infer<typeof DocumentAccess>
/** `user`: left out = the caller. Others are told to admins of the space alone. */
export const AccessQuery = z.strictObject({ user: Id.optional() })
export type AccessQuery = z.infer<typeof AccessQuery>

import { z } from 'zod'
import { Id, ListQuery, Time, pageOf } from './common.ts'

/** Of the bytes: `waiting`, `stored`, `too-large`, `failed`. */
export const FileState = z.enum(['waiting', 'stored', 'too-large', 'failed'])
export type FileState = z.infer<typeof FileState>
/** Of the text for search: `waiting`, `extracted`, `none` (a kind without text), `failed`. */
export const TextState = z.enum(['waiting', 'extracted', 'none', 'failed'])
export type TextState = z.infer<typeof TextState>

/** `fileDetail` and `textDetail`: why not, in a person's words; empty when there is nothing to say. */
export const Attachment = z
  .object({
    id: Id,
    externalId: z.string(),
    name: z.string(),
    mediaType: z.string(),
    size: z.number().int().nullable(),
    version: z.number().int(),
    comment: z.string(),
    author: z.string().nullable(),
    updatedAt: Time.nullable(),
    file: FileState,
    fileDetail: z.string(),
    text: TextState,
    textDetail: z.string(),
  })
  .meta({ id: 'Attachment' })
export type Attachment = z.infer<typeof Attachment>
/** `fileMegabytes`: the largest file that the document's integration takes, in 1,048,576 bytes; null: it is of none. */
export const AttachmentPage = pageOf(Attachment).extend({ fileMegabytes: z.number().int().nullable() })

/** `selection`: what an inline comment is about. `html` is safe to show once sanitised, as a document's is. */
export const Comment = z
  .object({
    id: Id,
    externalId: z.string(),
    kind: z.enum(['footer', 'inline']),
    parentId: Id.nullable(),
    author: z.string().nullable(),
    createdAt: Time.nullable(),
    updatedAt: Time.nullable(),
    markdown: z.string(),
    html: z.string(),
    resolution: z.enum(['open', 'resolved', 'reopened', 'dangling']).nullable(),
    selection: z.string().nullable(),
  })
  .meta({ id: 'Comment' })
export type Comment = z.infer<typeof Comment>
/** Oldest first, threads flat: `parentId` tells what answers what. */
export const CommentPage = pageOf(Comment)
export const CommentQuery = ListQuery.extend({ kind: z.enum(['footer', 'inline']).optional() })
export type CommentQuery = z.infer<typeof CommentQuery>

/** What of a document matched besides its own text. */
export const MatchedIn = z
  .object({ kind: z.enum(['attachment', 'comment']), id: Id, name: z.string() })
  .meta({ id: 'MatchedIn' })
export type MatchedIn = z.infer<typeof MatchedIn>

export const VersionParam = z.object({ id: Id, number: z.coerce.number().int().min(1) })
/** `against`: the version compared with; left out = the one before. */
export const VersionDiffQuery = z.strictObject({ against: z.coerce.number().int().min(1).optional() })
export type VersionDiffQuery = z.infer<typeof VersionDiffQuery>

import { z } from 'zod'
import { Id, ListQuery, Time, pageOf } from './common.ts'
import { MatchedIn } from './document-parts.ts'

export const DocumentType = z.enum(['page', 'blogpost', 'folder', 'whiteboard', 'database', 'embed'])
export type DocumentType = z.infer<typeof DocumentType>
export const DocumentStatus = z.enum(['current', 'archived', 'draft', 'trashed'])
export type DocumentStatus = z.infer<typeof DocumentStatus>

export const Document = z
  .object({
    id: Id,
    externalId: z.string(),
    type: DocumentType,
    title: z.string(),
    space: z.object({ key: z.string(), name: z.string() }),
    status: DocumentStatus,
    version: z.number().int(),
    parentId: Id.nullable(),
    hasChildren: z.boolean(),
    /** A live document of Confluence: what is typed there counts at once, without being published. */
    isLive: z.boolean().optional(),
    labels: z.array(z.string()),
    url: z.string().nullable(),
    author: z.string().nullable(),
    createdAt: Time.nullable(),
    updatedAt: Time.nullable(),
    syncedAt: Time,
  })
  .meta({ id: 'Document' })
export type Document = z.infer<typeof Document>

/** `edit`: Markdown that can be saved again, with a locked line for each block that Markdown cannot carry. */
export const DocumentFormat = z.enum(['markdown', 'storage', 'html', 'edit'])
export type DocumentFormat = z.infer<typeof DocumentFormat>

/** A document with its body in the asked format, its path from the top of the space, and what it is part of. */
export const DocumentDetail = Document.extend({
  format: DocumentFormat,
  body: z.string(),
  ancestors: z.array(z.object({ id: Id, title: z.string() })),
  integration: z.object({ id: Id, name: z.string() }).nullable(),
}).meta({ id: 'DocumentDetail' })
export type DocumentDetail = z.infer<typeof DocumentDetail>

/** `as`: the form of the body. */
export const DocumentReadQuery = z.strictObject({ as: DocumentFormat.default('markdown') })

export const DocumentQuery = ListQuery.extend({
  space: z.string().max(255).optional(),
  /** An id, or `none` for the top of the space. */
  parent: z.union([Id, z.literal('none')]).optional(),
  type: DocumentType.optional(),
  label: z.string().max(255).optional(),
  status: DocumentStatus.optional(),
})
export type DocumentQuery = z.infer<typeof DocumentQuery>

export const DocumentVersion = z
  .object({
    number: z.number().int(),
    author: z.string().nullable(),
    message: z.string(),
    minorEdit: z.boolean(),
    createdAt: Time.nullable(),
  })
  .meta({ id: 'DocumentVersion' })
export type DocumentVersion = z.infer<typeof DocumentVersion>

export const SearchQuery = ListQuery.extend({
  q: z.string().trim().min(1, 'Type what to look for.').max(500),
  space: z.string().max(255).optional(),
  label: z.string().max(255).optional(),
  type: DocumentType.optional(),
  updatedAfter: Time.optional(),
})
export type SearchQuery = z.infer<typeof SearchQuery>

/** `excerpt` is HTML: the text escaped, what matched in `<mark>`; no other markup. `partial`: it lacks some of the words. */
export const SearchHit = z
  .object({
    document: Document,
    excerpt: z.string(),
    score: z.number(),
    partial: z.boolean(),
    matchedIn: MatchedIn.nullable(),
  })
  .meta({ id: 'SearchHit' })
export type SearchHit = z.infer<typeof SearchHit>

/** `total` counts up to a cap, those that lack some of the words as far as they are shown; `totalIsCapped` says that there are more. `suggestion` is a title close to a query that found little. */
export const SearchResult = pageOf(SearchHit)
  .extend({ total: z.number().int(), totalIsCapped: z.boolean(), suggestion: z.string().nullable() })
  .meta({ id: 'SearchResult' })
export type SearchResult = z.infer<typeof SearchResult>

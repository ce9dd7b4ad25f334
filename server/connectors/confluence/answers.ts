/** Shapes of the Cloud answers that are read; everything else in them is ignored. Source: the vendor's OpenAPI of v2 and v1. */
import { z } from 'zod'

const Links = z.object({ next: z.string().nullish(), base: z.string().nullish() }).nullish()
export const Listing = z.object({ results: z.array(z.unknown()), _links: Links, totalSize: z.number().nullish() })
export type Listing = z.infer<typeof Listing>

export const SpaceAnswer = z.object({
  id: z.coerce.string(),
  key: z.string(),
  name: z.string(),
  type: z.string().nullish(),
  status: z.string().nullish(),
  homepageId: z.coerce.string().nullish(),
  /** What stands in addresses instead of the key, when somebody has changed it. */
  currentActiveAlias: z.string().nullish(),
})

export const PageAnswer = z.object({
  id: z.coerce.string(),
  status: z.string(),
  title: z.string(),
  spaceId: z.coerce.string(),
  parentId: z.coerce.string().nullish(),
  parentType: z.string().nullish(),
  /** `live`; lists alone tell it. */
  subtype: z.string().nullish(),
  /** May be the text "none" on some sites. */
  position: z.unknown().optional(),
  authorId: z.string().nullish(),
  createdAt: z.union([z.string(), z.number()]).nullish(),
  version: z.object({
    number: z.number().int(),
    message: z.string().nullish(),
    minorEdit: z.boolean().nullish(),
    authorId: z.string().nullish(),
    createdAt: z.string().nullish(),
  }),
  body: z.object({ storage: z.object({ value: z.string() }).nullish() }).nullish(),
  _links: z.object({ webui: z.string().nullish() }).nullish(),
})
export type PageAnswer = z.infer<typeof PageAnswer>

export const NodeAnswer = z.object({
  id: z.coerce.string(),
  title: z.string(),
  status: z.string().nullish(),
  spaceId: z.union([z.string(), z.number()]).nullish(),
  parentId: z.coerce.string().nullish(),
  position: z.unknown().optional(),
  authorId: z.string().nullish(),
  createdAt: z.union([z.string(), z.number()]).nullish(),
  version: z.object({ number: z.number().int(), createdAt: z.string().nullish() }).nullish(),
  _links: z.object({ webui: z.string().nullish() }).nullish(),
})

const PartVersion = z
  .object({ number: z.number().int(), authorId: z.string().nullish(), createdAt: z.string().nullish() })
  .nullish()

/** The version may be missing, or be without a time, on old sites. */
export const AttachmentAnswer = z.object({
  id: z.coerce.string(),
  title: z.string(),
  mediaType: z.string().nullish(),
  fileSize: z.number().int().nonnegative().nullish(),
  comment: z.string().nullish(),
  pageId: z.coerce.string().nullish(),
  blogPostId: z.coerce.string().nullish(),
  version: PartVersion,
})
export type AttachmentAnswer = z.infer<typeof AttachmentAnswer>

export const CommentAnswer = z.object({
  id: z.coerce.string(),
  pageId: z.coerce.string().nullish(),
  blogPostId: z.coerce.string().nullish(),
  parentCommentId: z.coerce.string().nullish(),
  version: PartVersion,
  body: z.object({ storage: z.object({ value: z.string() }).nullish() }).nullish(),
  resolutionStatus: z.enum(['open', 'resolved', 'reopened', 'dangling']).nullish().catch(null),
  properties: z.object({ inlineOriginalSelection: z.string().nullish() }).nullish().catch(null),
})
export type CommentAnswer = z.infer<typeof CommentAnswer>

/** One hit of v1 `content/search` with its labels expanded. */
export const LabelledAnswer = z.object({
  id: z.coerce.string(),
  metadata: z.object({
    labels: z.object({
      results: z.array(z.object({ name: z.string() })),
      size: z.number().nullish(),
      limit: z.number().nullish(),
    }),
  }),
})

export const CurrentUser = z.object({
  type: z.string().nullish(),
  accountId: z.string().nullish(),
  displayName: z.string().nullish(),
})
export const TenantInfo = z.object({ cloudId: z.string().min(1) })
export const BulkUsers = z.object({
  results: z.array(z.object({ accountId: z.string(), displayName: z.string().nullish() })),
})

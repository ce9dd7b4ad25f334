import { getRouteApi } from '@tanstack/react-router'
import { z } from 'zod'

export const DocumentTab = z.enum(['versions', 'attachments', 'comments', 'access'])
export type DocumentTab = z.infer<typeof DocumentTab>

const optionalNumber = z.coerce.number().int().min(1).optional().catch(undefined)

/** What of a document is open: a tab besides its text, and what of it. */
export const DocumentSearch = z.object({
  as: z.enum(['markdown', 'storage']).optional().catch(undefined),
  tab: DocumentTab.optional().catch(undefined),
  /** Versions that are compared. */
  version: optionalNumber,
  against: optionalNumber,
  /** Whose access is explained. */
  user: z.uuid().optional().catch(undefined),
})

export const documentRoute = getRouteApi('/signed-in/spaces/$key/documents/$id')

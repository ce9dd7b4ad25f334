import { z } from 'zod'

/** The address of a space's report: of which figure the pages are listed. */
export const ReportSearch = z.object({
  workflow: z.string().optional(),
  status: z.string().optional(),
  overdue: z.enum(['true']).optional().catch(undefined),
})
export type ReportSearch = z.infer<typeof ReportSearch>

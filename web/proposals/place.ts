import { z } from 'zod'
import { ProposalState } from '#schema/publish.ts'

/** Which proposed edits are listed; left out = those that somebody has to decide. */
export const ProposalsSearch = z.object({
  state: z
    .union([ProposalState, z.literal('all')])
    .optional()
    .catch(undefined),
})

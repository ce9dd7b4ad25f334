import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  type EditConflict,
  EditProposal,
  EditProposalPage,
  type ProposalApproval,
  type ProposalResolution,
  type ProposalQuery,
  PublishPreview,
} from '#schema/publish.ts'
import { ApiProblem, get, send } from './client.ts'
import { paged } from './paged.ts'
import { conflictOf } from './publish.ts'

export function proposalsQuery(space: string, state: ProposalQuery['state']) {
  return infiniteQueryOptions(paged(['proposals', 'list'], '/proposals', EditProposalPage, { space, state, limit: 50 }))
}

/** The proposed edits that wait for a decision in a space, or for one document, outdated ones too; 100 at most. */
export function openProposalsQuery(of: { space?: string; document?: string }) {
  return queryOptions({
    queryKey: ['proposals', 'open', of],
    queryFn: async () => (await get('/proposals', EditProposalPage, { ...of, state: 'open', limit: 100 })).items,
    refetchInterval: 60_000,
  })
}

export function proposalQuery(id: string) {
  return queryOptions({ queryKey: ['proposals', 'one', id], queryFn: () => get(path(id), EditProposal) })
}

/** What an approval would meet: one of them. `isPublished`: it was carried out already, and is only not noted. */
export type ProposalOutcome = { conflict?: EditConflict; preview?: PublishPreview; isPublished: boolean }

/** Asked anew whenever it is looked at: it hangs on the page as it is in Confluence at that moment. */
export function proposalOutcomeQuery(id: string, resolved: ProposalResolution | undefined) {
  return queryOptions({
    queryKey: ['proposal-outcome', id, resolved],
    queryFn: () => findOutcome(id, { resolved }),
    gcTime: 0,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function approveProposal(id: string, input: z.input<typeof ProposalApproval>) {
  return send('POST', `${path(id)}/approve`, input, EditProposal)
}

export function rejectProposal(id: string, reason: string) {
  return send('POST', `${path(id)}/reject`, { reason }, EditProposal)
}

async function findOutcome(id: string, input: z.input<typeof ProposalApproval>): Promise<ProposalOutcome> {
  try {
    const preview = await send('POST', `${path(id)}/approve?dryRun=true`, input, PublishPreview)
    return { preview, isPublished: false }
  } catch (error) {
    const conflict = conflictOf(error)
    if (conflict !== undefined) return { conflict, isPublished: false }
    if (error instanceof ApiProblem && error.code === 'published') return { isPublished: true }
    throw error
  }
}

function path(id: string): string {
  return `/proposals/${encodeURIComponent(id)}`
}

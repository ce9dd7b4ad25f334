import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { EditProposal, EditProposalPage, type ProposalState } from '#schema/publish.ts'
import { get, send } from './client.ts'
import { paged } from './paged.ts'

export function proposalsQuery(space: string, state: ProposalState | undefined) {
  return infiniteQueryOptions(paged(['proposals', 'list'], '/proposals', EditProposalPage, { space, state, limit: 50 }))
}

/** How many proposed edits wait in a space, or for one document; 100 at most are counted. */
export function waitingProposalsQuery(of: { space?: string; document?: string }) {
  return queryOptions({
    queryKey: ['proposals', 'waiting', of],
    queryFn: async () => (await get('/proposals', EditProposalPage, { ...of, state: 'waiting', limit: 100 })).items,
    refetchInterval: 60_000,
  })
}

export function proposalQuery(id: string) {
  return queryOptions({ queryKey: ['proposals', 'one', id], queryFn: () => get(path(id), EditProposal) })
}

export function decideProposal(id: string, verdict: 'approve' | 'reject', reason: string) {
  return send('POST', `${path(id)}/${verdict}`, { reason }, EditProposal)
}

function path(id: string): string {
  return `/proposals/${encodeURIComponent(id)}`
}

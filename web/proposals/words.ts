import type { EditProposal, ProposalState } from '#schema/publish.ts'

export const stateNames: Record<ProposalState, { name: string; color: string }> = {
  waiting: { name: 'Waiting', color: 'blue' },
  published: { name: 'Published', color: 'green' },
  rejected: { name: 'Rejected', color: 'gray' },
  stale: { name: 'Outdated', color: 'orange' },
}

export const kindNames: Record<EditProposal['kind'], string> = {
  create: 'New page',
  edit: 'Edit',
  trash: 'To the trash',
}

/** "Ada, by the API key “agent”". */
export function proposerOf({ proposedBy: { name, apiKey } }: EditProposal): string {
  return apiKey === null ? name : `${name}, by the API key “${apiKey}”`
}

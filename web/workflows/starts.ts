import type { Draft } from './draft.ts'

export type Start = 'approval' | 'automation' | 'scratch'

/** Ready-made beginnings: whole enough to be saved soon, small enough to be understood at a glance. */
export const starts: Readonly<Record<Start, { title: string; says: string; draft: Draft }>> = {
  approval: {
    title: 'Draft → Review → Approved',
    says: 'Pages are written, reviewed by somebody else, and approved for a year. An edit makes them a draft again.',
    draft: {
      name: 'Review and approve',
      appliesTo: { types: ['page'] },
      statuses: [
        { id: 'draft', name: 'Draft', colour: 'gray' },
        { id: 'review', name: 'Review', colour: 'yellow' },
        { id: 'approved', name: 'Approved', colour: 'green', final: true, expiresAfter: 'P1Y', onExpiry: 'review' },
      ],
      initial: 'draft',
      onEdit: 'draft',
      transitions: [
        { from: 'draft', to: 'review', name: 'Ask for review', who: ['space:editor', 'author'] },
        {
          from: 'review',
          to: 'approved',
          name: 'Approve',
          who: ['space:editor'],
          approvals: { minimum: 1, notAuthor: true },
        },
        { from: 'review', to: 'draft', name: 'Send back', who: ['space:editor'], requireComment: true },
      ],
      triggers: [],
    },
  },
  automation: {
    title: 'Automation',
    says: 'No statuses: when something happens to a page, something is done, such as a call to another system.',
    draft: {
      name: 'Automation',
      triggers: [{ id: 'page-updated', name: 'When a page is updated', on: 'page.updated', do: [] }],
    },
  },
  scratch: {
    title: 'From scratch',
    says: 'An empty workflow, for those who know what they want.',
    draft: { name: '', triggers: [] },
  },
}

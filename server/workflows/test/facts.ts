import type { Facts, PageFacts } from '../facts.ts'

/** Everything that can be known, of an approved page; of no real event, for it has the facts of all. */
export function someFacts(page: Partial<PageFacts> = {}): Facts {
  return {
    event: { id: '0198c2f0-7d5e-7a90-9a51-000000000001', type: 'status.changed', at: new Date('2026-03-01'), depth: 0 },
    workflow: { id: '0198c2f0-7d5e-7a90-9a51-000000000002', name: 'Publish' },
    page: {
      id: '0198c2f0-7d5e-7a90-9a51-000000000003',
      externalId: '123456',
      title: 'Reset a password',
      type: 'page',
      url: 'https://example.atlassian.net/wiki/spaces/HELP/pages/123456',
      version: 7,
      labels: ['public', 'crm'],
      author: 'Ada Sorrel',
      space: { id: '0198c2f0-7d5e-7a90-9a51-000000000004', key: 'HELP', name: 'Help centre' },
      path: ['0198c2f0-7d5e-7a90-9a51-000000000003', '0198c2f0-7d5e-7a90-9a51-000000000005'],
      ...page,
    },
    pageStatus: 'approved',
    changed: ['status'],
    status: { from: 'review', to: 'approved' },
    transition: { name: 'Approve', comment: 'Checked against release 4' },
    user: { id: '0198c2f0-7d5e-7a90-9a51-000000000006', name: 'Ada Sorrel', email: 'ada@example.com' },
    credential: { name: 'CRM bot', expiresAt: new Date('2026-03-31'), daysLeft: 7 },
    sync: { integration: 'Help centre', code: 'key-rejected' },
  }
}

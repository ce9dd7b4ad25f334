/** What `${name}` may stand for in a webhook, a comment or a notification: this list is all there is. */
import type { EventType } from './workflow.ts'

/** `of`: which events have it. page: those about a page; status: status changes, approvals and rejections. */
export type WorkflowReference = {
  name: string
  type: 'string' | 'number' | 'strings'
  of: 'all' | 'page' | 'status' | 'credential' | 'sync'
  says: string
  example: string | number | readonly string[]
}

/** Whether an event of this type has the reference. */
export function hasReference(event: EventType, { of }: Pick<WorkflowReference, 'of'>): boolean {
  switch (of) {
    case 'all':
      return true
    case 'page':
      return event.startsWith('page.') || event === 'status.changed'
    case 'status':
      return event === 'status.changed' || event === 'page.approved' || event === 'page.rejected'
    case 'credential':
      return event === 'credential.expiring'
    case 'sync':
      return event.startsWith('sync.')
    default:
      throw new Error(`unknown group of references ${String(of satisfies never)}`)
  }
}

export const REFERENCES: readonly WorkflowReference[] = [
  {
    name: 'event.id',
    type: 'string',
    of: 'all',
    says: 'Id of the event',
    example: '0198c2f0-7d5e-7a90-9a51-2f6c1f0e4a11',
  },
  { name: 'event.type', type: 'string', of: 'all', says: 'Kind of the event', example: 'status.changed' },
  { name: 'event.at', type: 'string', of: 'all', says: 'When it happened, UTC', example: '2026-03-01T09:00:00.000Z' },
  {
    name: 'workflow.id',
    type: 'string',
    of: 'all',
    says: 'Id of the workflow',
    example: '0198c2f0-7d5e-7a90-9a51-2f6c1f0e4a12',
  },
  { name: 'workflow.name', type: 'string', of: 'all', says: 'Name of the workflow', example: 'Publish' },
  {
    name: 'page.id',
    type: 'string',
    of: 'page',
    says: 'Id of the page in Lockkeeper',
    example: '0198c2f0-7d5e-7a90-9a51-2f6c1f0e4a13',
  },
  { name: 'page.externalId', type: 'string', of: 'page', says: 'Id of the page in Confluence', example: '123456' },
  { name: 'page.title', type: 'string', of: 'page', says: 'Title', example: 'Reset a password' },
  { name: 'page.type', type: 'string', of: 'page', says: 'page, blogpost, folder …', example: 'page' },
  {
    name: 'page.url',
    type: 'string',
    of: 'page',
    says: 'Address in Confluence',
    example: 'https://example.atlassian.net/wiki/spaces/HELP/pages/123456',
  },
  { name: 'page.version', type: 'number', of: 'page', says: 'Version', example: 7 },
  { name: 'page.labels', type: 'strings', of: 'page', says: 'Labels', example: ['public'] },
  { name: 'page.author', type: 'string', of: 'page', says: 'Who wrote this version', example: 'Ada Sorrel' },
  { name: 'page.status', type: 'string', of: 'page', says: 'Status in this workflow', example: 'approved' },
  { name: 'space.key', type: 'string', of: 'page', says: 'Key of the space', example: 'HELP' },
  { name: 'space.name', type: 'string', of: 'page', says: 'Name of the space', example: 'Help centre' },
  {
    name: 'changed',
    type: 'strings',
    of: 'page',
    says: 'What changed: title, body, parent, labels, status',
    example: ['body'],
  },
  { name: 'status.from', type: 'string', of: 'status', says: 'Status before', example: 'review' },
  { name: 'status.to', type: 'string', of: 'status', says: 'Status after', example: 'approved' },
  { name: 'transition.name', type: 'string', of: 'status', says: 'Name of the step taken', example: 'Approve' },
  {
    name: 'transition.comment',
    type: 'string',
    of: 'status',
    says: 'Comment given with it',
    example: 'Checked against release 4',
  },
  {
    name: 'user.id',
    type: 'string',
    of: 'all',
    says: 'In whose name it runs: id',
    example: '0198c2f0-7d5e-7a90-9a51-2f6c1f0e4a14',
  },
  { name: 'user.name', type: 'string', of: 'all', says: 'In whose name it runs: name', example: 'Ada Sorrel' },
  {
    name: 'user.email',
    type: 'string',
    of: 'all',
    says: 'In whose name it runs: e-mail address',
    example: 'ada@example.com',
  },
  {
    name: 'credential.name',
    type: 'string',
    of: 'credential',
    says: 'The credential that expires',
    example: 'CRM bot',
  },
  {
    name: 'credential.expiresAt',
    type: 'string',
    of: 'credential',
    says: 'When it expires, UTC',
    example: '2026-03-31T00:00:00.000Z',
  },
  { name: 'credential.daysLeft', type: 'number', of: 'credential', says: 'Days until then', example: 7 },
  {
    name: 'sync.integration',
    type: 'string',
    of: 'sync',
    says: 'The integration that it is about',
    example: 'Help centre',
  },
  { name: 'sync.code', type: 'string', of: 'sync', says: 'Why, in one word', example: 'key-rejected' },
]

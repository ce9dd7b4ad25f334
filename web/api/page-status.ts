import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { pageOf } from '#schema/common.ts'
import {
  PageStatus,
  PageStatuses,
  PendingApprovalPage,
  ReportPage,
  SpaceReport,
  type TransitionRequest,
} from '#schema/page-status.ts'
import { get, send } from './client.ts'
import { paged } from './paged.ts'

/** Asked again now and then: others take steps too. */
export function pageStatusesQuery(documentId: string) {
  return queryOptions({
    queryKey: ['page-status', 'one', documentId],
    queryFn: async () => (await get(`/documents/${encodeURIComponent(documentId)}/workflows`, PageStatuses)).items,
    refetchInterval: 20_000,
  })
}

export function takeStep(documentId: string, input: TransitionRequest) {
  return send('POST', `/documents/${encodeURIComponent(documentId)}/transition`, input, PageStatus)
}

export const approvalsQuery = infiniteQueryOptions({
  ...paged(['page-status', 'approvals'], '/approvals', PendingApprovalPage),
  refetchInterval: 60_000,
})

/** How many pages wait for one's approval; a thousand at most are counted. */
export const approvalCountQuery = queryOptions({
  queryKey: ['page-status', 'approval-count'],
  queryFn: async () => (await get('/approvals', PendingApprovalPage, { limit: 1 })).total,
  refetchInterval: 60_000,
})

export function reportQuery(space: string) {
  return queryOptions({
    queryKey: ['page-status', 'report', space],
    queryFn: async () => (await get(`/spaces/${encodeURIComponent(space)}/report`, SpaceReport)).workflows,
  })
}

export type ReportFilters = { workflow: string; status?: string | undefined; overdue?: 'true' | undefined }

export function reportPagesQuery(space: string, filters: ReportFilters) {
  const path = `/spaces/${encodeURIComponent(space)}/report/pages`
  return infiniteQueryOptions(paged(['page-status', 'report', space, 'pages'], path, pageOf(ReportPage), filters))
}

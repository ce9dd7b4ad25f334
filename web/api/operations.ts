import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { AuditRow, AuditVerdict } from '#schema/audit.ts'
import { pageOf } from '#schema/common.ts'
import { SystemState } from '#schema/system.ts'
import { get } from './client.ts'
import { paged } from './paged.ts'

export type AuditFilters = { action?: string | undefined; target?: string | undefined; actor?: string | undefined }

export function auditQuery(filters: AuditFilters) {
  return infiniteQueryOptions(paged(['audit'], '/audit', pageOf(AuditRow), filters))
}

export function verifyAudit() {
  return get('/audit/verify', AuditVerdict)
}

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: () => get('/system', SystemState),
  refetchInterval: 10_000,
})

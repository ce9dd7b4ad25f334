import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { pageOf } from '#schema/common.ts'
import {
  CatalogEntry,
  CheckReport,
  Integration,
  type IntegrationChange,
  type NewIntegration,
  type RunMode,
  SkippedItem,
  SyncRun,
} from '#schema/integration.ts'
import { type AccountLink, SourceAccount, SourceAccountPage } from '#schema/read-access.ts'
import { Nothing, apiPath, get, send } from './client.ts'
import { paged } from './paged.ts'

const busyPollMs = 3_000
const calmPollMs = 30_000

export function isBusy(run: SyncRun | null | undefined): boolean {
  return run?.status === 'queued' || run?.status === 'running'
}

/** Newest first. Asked again often while something syncs, so that states and notices move by themselves. */
export const integrationsQuery = queryOptions({
  queryKey: ['integrations'],
  queryFn: async () => (await get('/integrations', pageOf(Integration), { limit: 250 })).items,
  refetchInterval: (query) =>
    query.state.data?.some((integration) => isBusy(integration.lastRun)) ? busyPollMs : calmPollMs,
})

export function integrationQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id],
    queryFn: () => get(`/integrations/${id}`, Integration),
    refetchInterval: (query) => (isBusy(query.state.data?.lastRun) ? busyPollMs : calmPollMs),
  })
}

export function catalogQuery(q: string) {
  return queryOptions({
    queryKey: ['catalog', q],
    placeholderData: (previous: CatalogEntry[] | undefined) => previous,
    queryFn: async () => {
      const answer = await get('/catalog', z.union([pageOf(CatalogEntry), z.array(CatalogEntry)]), { q })
      return Array.isArray(answer) ? answer : answer.items
    },
  })
}

export function addIntegration(input: NewIntegration) {
  return send('POST', '/integrations', input, Integration)
}

export function changeIntegration(id: string, input: IntegrationChange) {
  return send('PATCH', `/integrations/${id}`, input, Integration)
}

export function deleteIntegration(id: string) {
  return send('DELETE', `/integrations/${id}`, undefined, Nothing)
}

export function testIntegration(id: string) {
  return send('POST', `/integrations/${id}/test`, {}, CheckReport)
}

export function syncIntegration(id: string, mode: RunMode) {
  return send('POST', `/integrations/${id}/sync`, { mode }, SyncRun)
}

export function runsQuery(id: string) {
  return infiniteQueryOptions({
    ...paged(['integrations', id, 'runs'], `/integrations/${id}/runs`, pageOf(SyncRun), { limit: 20 }),
    refetchInterval: ({ state }) => (isBusy(state.data?.pages[0]?.items[0]) ? busyPollMs : false),
  })
}

export function runQuery(id: string, runId: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'runs', runId],
    queryFn: () => get(`/integrations/${id}/runs/${runId}`, SyncRun),
  })
}

export function skippedQuery(id: string, runId: string) {
  return infiniteQueryOptions(
    paged(
      ['integrations', id, 'runs', runId, 'skipped'],
      `/integrations/${id}/runs/${runId}/skipped`,
      pageOf(SkippedItem),
    ),
  )
}

export function runEventsAddress(id: string, runId: string): string {
  return apiPath(`/integrations/${id}/runs/${runId}/events`)
}

/** By name. `unlinked`: those alone that are nobody's here. */
export function accountsQuery(id: string, { q, unlinked }: { q: string; unlinked: boolean }) {
  const filters = { limit: 50, ...(q !== '' && { q }), ...(unlinked && { linked: 'false' }) }
  return infiniteQueryOptions({
    ...paged(accountsKey(id), `/integrations/${id}/accounts`, SourceAccountPage, filters),
    placeholderData: keepPreviousData,
  })
}

export function accountsKey(id: string) {
  return ['integrations', id, 'accounts'] as const
}

export function linkAccount(id: string, accountId: string, link: AccountLink) {
  return send('PUT', `/integrations/${id}/accounts/${encodeURIComponent(accountId)}/link`, link, SourceAccount)
}

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { SyncRun } from '#schema/integration.ts'
import { Brake, BrakedDocumentPage, BrakePage, HiddenDocumentPage, IntegrationHealth } from '#schema/sync-health.ts'
import { get, send } from './client.ts'
import { paged } from './paged.ts'

const pollMs = 15_000

export function healthQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'health'],
    queryFn: () => get(`/integrations/${id}/health`, IntegrationHealth),
    refetchInterval: pollMs,
  })
}

export function brakesQuery(id: string) {
  return infiniteQueryOptions({
    ...paged(['integrations', id, 'brakes'], `/integrations/${id}/brakes`, BrakePage, { limit: 20 }),
    refetchInterval: pollMs,
  })
}

export function brakedDocumentsQuery(brakeId: string) {
  return infiniteQueryOptions(
    paged(['brakes', brakeId, 'documents'], `/brakes/${brakeId}/documents`, BrakedDocumentPage, { limit: 50 }),
  )
}

/** `gone`: how many documents were shown; refused when they are others by now. */
export function decideBrake(brake: Pick<Brake, 'id' | 'gone'>, how: 'confirm' | 'reject') {
  return send('POST', `/brakes/${brake.id}/${how}`, { gone: brake.gone }, Brake)
}

export function hiddenQuery(id: string) {
  return infiniteQueryOptions(
    paged(['integrations', id, 'hidden'], `/integrations/${id}/hidden`, HiddenDocumentPage, { limit: 20 }),
  )
}

export function restoreHidden(id: string, documentId: string) {
  return send('POST', `/integrations/${id}/hidden/${documentId}/restore`, {}, SyncRun)
}

export function retrySkipped(id: string, runId: string) {
  return send('POST', `/integrations/${id}/runs/${runId}/skipped/retry`, {}, SyncRun)
}

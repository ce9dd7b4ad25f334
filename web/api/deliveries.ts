import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { pageOf } from '#schema/common.ts'
import {
  Delivery,
  DeliveryDetail,
  DeliveryFigures,
  DeliveryRecovered,
  type DeliveryRecovery,
  type DeliveryReplay,
  type DeliveryStatus,
} from '#schema/delivery.ts'
import { Workflow } from '#schema/workflow-api.ts'
import { get, send } from './client.ts'
import { paged, readAll } from './paged.ts'

const openMs = 5_000
const quietMs = 20_000

/** It still waits to be sent, for the first time or again. */
export function isOpen({ status }: { status: DeliveryStatus }): boolean {
  return status === 'queued' || status === 'failed'
}

export type DeliveryFilters = {
  space?: string | undefined
  status?: DeliveryStatus | undefined
  workflow?: string | undefined
  receiver?: string | undefined
  since?: string | undefined
}

/** Newest first; read again every five seconds while one of them is open. */
export function deliveriesQuery(filters: DeliveryFilters) {
  return infiniteQueryOptions({
    ...paged(['deliveries', 'list'], '/deliveries', pageOf(Delivery), { ...filters, limit: 50 }),
    refetchInterval: ({ state }) => {
      const isAnyOpen = state.data?.pages.some(({ items }) => items.some(isOpen)) === true
      return isAnyOpen ? openMs : quietMs
    },
  })
}

export function figuresQuery(filters: { space?: string | undefined; workflow?: string | undefined; hours: number }) {
  return queryOptions({
    queryKey: ['deliveries', 'figures', filters],
    queryFn: () => get('/deliveries/figures', DeliveryFigures, filters),
    refetchInterval: ({ state }) => {
      const counts = state.data?.counts
      return counts !== undefined && counts.queued + counts.failed > 0 ? openMs : quietMs
    },
  })
}

export function deliveryQuery(id: string) {
  return queryOptions({
    queryKey: ['deliveries', 'one', id],
    queryFn: () => get(deliveryPath(id), DeliveryDetail),
    refetchInterval: ({ state }) => (state.data !== undefined && isOpen(state.data) ? openMs : false),
  })
}

export function replayDelivery(id: string, input: DeliveryReplay) {
  return send('POST', `${deliveryPath(id)}/replay`, input, Delivery)
}

export function recoverDeliveries(input: z.input<typeof DeliveryRecovery>) {
  return send('POST', '/deliveries/recover', input, DeliveryRecovered)
}

/** How many recovering would send again now. */
export function recoverCountQuery(input: z.input<typeof DeliveryRecovery>) {
  return queryOptions({
    queryKey: ['deliveries', 'recover', input],
    queryFn: () => recoverDeliveries({ ...input, dryRun: true }),
    gcTime: 0,
  })
}

/** Those whose deliveries a list shows, for choices. */
export function workflowChoicesQuery(space: string | undefined) {
  const scopes = space === undefined ? ['global'] : [`space:${space}`]
  return queryOptions({
    queryKey: ['workflows', 'choices', ...scopes],
    staleTime: 30_000,
    queryFn: async () => {
      const lists = scopes.map((scope) => readAll(`/scopes/${encodeURIComponent(scope)}/workflows`, pageOf(Workflow)))
      return (await Promise.all(lists)).flatMap(({ items }) => items)
    },
  })
}

function deliveryPath(id: string): string {
  return `/deliveries/${encodeURIComponent(id)}`
}

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { type NewSpace, Space, type SpaceChange, SpaceMember, type SpaceMembers } from '#schema/access.ts'
import { pageOf } from '#schema/common.ts'
import { Document, DocumentDetail, type DocumentFormat, SearchResult } from '#schema/document.ts'
import { Nothing, get, send } from './client.ts'
import { paged } from './paged.ts'

export const spacesQuery = infiniteQueryOptions(paged(['spaces'], '/spaces', pageOf(Space), { limit: 250 }))

export function spaceQuery(key: string) {
  return queryOptions({
    queryKey: ['spaces', 'one', key],
    queryFn: () => get(`/spaces/${encodeURIComponent(key)}`, Space),
  })
}

export function addSpace(input: NewSpace) {
  return send('POST', '/spaces', input, Space)
}

export function changeSpace(key: string, input: SpaceChange) {
  return send('PATCH', `/spaces/${encodeURIComponent(key)}`, input, Space)
}

export function deleteSpace(key: string) {
  return send('DELETE', `/spaces/${encodeURIComponent(key)}`, undefined, Nothing)
}

export function membersQuery(key: string) {
  return queryOptions({
    queryKey: ['spaces', 'one', key, 'members'],
    queryFn: async () => {
      const schema = z.object({ members: z.array(SpaceMember) })
      return (await get(`/spaces/${encodeURIComponent(key)}/members`, schema)).members
    },
  })
}

export function putMembers(key: string, input: SpaceMembers) {
  return send('PUT', `/spaces/${encodeURIComponent(key)}/members`, input, Nothing)
}

/** The documents right below one document, or at the top of the space (`none`). */
export function childrenQuery(space: string, parent: string) {
  return infiniteQueryOptions(
    paged(['documents', 'children', space, parent], '/documents', pageOf(Document), { space, parent, limit: 250 }),
  )
}

export function documentQuery(id: string, format: DocumentFormat) {
  return queryOptions({
    queryKey: ['documents', 'one', id, format],
    queryFn: () => get(`/documents/${id}`, DocumentDetail, { as: format }),
  })
}

export type SearchFilters = {
  q: string
  space?: string | undefined
  type?: string | undefined
  label?: string | undefined
  updatedAfter?: string | undefined
}

export function searchQuery(filters: SearchFilters) {
  return infiniteQueryOptions({
    ...paged(['search'], '/search', SearchResult, { ...filters, limit: 20 }),
    placeholderData: (previous) => previous,
  })
}

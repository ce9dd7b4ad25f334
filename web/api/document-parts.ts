import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { pageOf } from '#schema/common.ts'
import { DocumentVersion } from '#schema/document.ts'
import { AttachmentPage, CommentPage } from '#schema/document-parts.ts'
import { DocumentDiff } from '#schema/publish.ts'
import { DocumentAccess } from '#schema/read-access.ts'
import { apiPath, get } from './client.ts'
import { paged } from './paged.ts'

export function versionsQuery(id: string) {
  const page = pageOf(DocumentVersion)
  return infiniteQueryOptions(paged(['documents', 'one', id, 'versions'], `${path(id)}/versions`, page, { limit: 50 }))
}

/** How version `number` differs from `against`. The text of old versions is asked of Confluence: it stays as it was. */
export function versionDiffQuery(id: string, number: number, against: number) {
  return queryOptions({
    queryKey: ['documents', 'one', id, 'diff', number, against],
    queryFn: () => get(`${path(id)}/versions/${number}/diff`, DocumentDiff, { against }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Asked again while a file is still to be fetched or read. */
export function attachmentsQuery(id: string) {
  return infiniteQueryOptions({
    ...paged(['documents', 'one', id, 'attachments'], `${path(id)}/attachments`, AttachmentPage, { limit: 100 }),
    refetchInterval: ({ state }) => (state.data?.pages.some(isUnderWay) === true ? 5_000 : false),
  })
}

/** Where the bytes of an attachment are. */
export function attachmentAddress(id: string, attachmentId: string): string {
  return apiPath(`${path(id)}/attachments/${encodeURIComponent(attachmentId)}/file`)
}

export function commentsQuery(id: string) {
  return infiniteQueryOptions(
    paged(['documents', 'one', id, 'comments'], `${path(id)}/comments`, CommentPage, { limit: 100 }),
  )
}

/** `user`: left out = the caller. */
export function documentAccessQuery(id: string, user: string | undefined) {
  return queryOptions({
    queryKey: ['documents', 'one', id, 'access', user ?? 'me'],
    queryFn: () => get(`${path(id)}/access`, DocumentAccess, { user }),
  })
}

function isUnderWay({ items }: z.infer<typeof AttachmentPage>): boolean {
  return items.some(({ file, text }) => file === 'waiting' || text === 'waiting')
}

function path(id: string): string {
  return `/documents/${encodeURIComponent(id)}`
}

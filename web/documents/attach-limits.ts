import { useInfiniteQuery } from '@tanstack/react-query'
import { AttachmentPage } from '#schema/document-parts.ts'
import type { DocumentDetail } from '#schema/document.ts'
import { attachmentsQuery } from '../api/document-parts.ts'
import { readAll } from '../api/paged.ts'
import { formatBytes } from '../ui/format.ts'
import type { Picked } from './attach-queue.ts'

/** What one request may bring, less what stands around the file in it. */
const MOST_SENT_BYTES = 100_000_000 - 4_096
const MEGABYTE = 1024 * 1024

/** The integration's own limit. Undefined while it is not known yet. */
export type FileLimit = { megabytes: number; integrationName: string } | undefined

/** The largest file that the document's integration takes, from the list of its attachments. */
export function useFileLimit({ id, integration }: DocumentDetail): FileLimit {
  const { data } = useInfiniteQuery(attachmentsQuery(id))
  const megabytes = data?.pages[0]?.fileMegabytes ?? null
  return megabytes === null || integration === null ? undefined : { megabytes, integrationName: integration.name }
}

/** "At most 50 MB a file.", by the integration's limit or what can be sent at once. */
export function describeLimit({ megabytes }: NonNullable<FileLimit>): string {
  return `At most ${Math.min(megabytes, Math.ceil(MOST_SENT_BYTES / 1_000_000))} MB a file.`
}

/** Why a file is not sent at all; undefined: it may be. */
export function refusalOf({ file: { name, size }, isFolder }: Picked, limit: FileLimit): string | undefined {
  if (isFolder) return 'This is a folder. Choose the files in it instead.'
  if (limit !== undefined && size > limit.megabytes * MEGABYTE)
    return `Too large: it has ${formatBytes(size)}, and “${limit.integrationName}” takes files of at most ${limit.megabytes} MB.`
  if (size > MOST_SENT_BYTES) return `Too large: it has ${formatBytes(size)}, and at most 100 MB can be sent at once.`
  if (name.length > 255 || /[/\\\p{Cc}]/u.test(name))
    return 'Its name cannot be kept: rename it to at most 255 characters without slashes.'
  return undefined
}

/** The present version of every file of a document, by its name. All of them: one that is not loaded yet counts as well. */
export function attachedNamesQuery(documentId: string) {
  return {
    queryKey: ['documents', 'one', documentId, 'attachments', 'names'],
    queryFn: async () => {
      const path = `/documents/${encodeURIComponent(documentId)}/attachments`
      const { items } = await readAll(path, AttachmentPage, 40)
      return new Map(items.map(({ name, version }) => [name, version]))
    },
  }
}

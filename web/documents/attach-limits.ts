import { useQuery } from '@tanstack/react-query'
import { AttachmentPage } from '#schema/document-parts.ts'
import type { DocumentDetail } from '#schema/document.ts'
import { meQuery } from '../api/access.ts'
import { integrationQuery } from '../api/integrations.ts'
import { readAll } from '../api/paged.ts'
import { formatBytes } from '../ui/format.ts'
import type { Picked } from './attach-queue.ts'

/** What one request may bring, less what stands around the file in it. */
const MOST_SENT_BYTES = 100_000_000 - 4_096
const MEGABYTE = 1024 * 1024

/** `said`: whose limit it is; null: nobody but the server knows it, and says so once the file is there. */
export type FileLimit = { megabytes: number; integrationName: string } | null

/** The largest file that the document's integration takes. Its settings are shown to platform admins alone. */
export function useFileLimit(integration: DocumentDetail['integration']): FileLimit {
  const { data: me } = useQuery(meQuery)
  const { data } = useQuery({
    ...integrationQuery(integration?.id ?? ''),
    enabled: integration !== null && me?.user.role === 'admin',
    refetchInterval: false,
  })
  if (data === undefined) return null
  return { megabytes: data.settings.attachmentMegabytes, integrationName: data.name }
}

/** Why a file is not sent at all; undefined: it may be. */
export function refusalOf({ file: { name, size }, isFolder }: Picked, limit: FileLimit): string | undefined {
  if (isFolder) return 'This is a folder. Choose the files in it instead.'
  if (limit !== null && size > limit.megabytes * MEGABYTE)
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

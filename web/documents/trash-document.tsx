import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { DocumentDetail } from '#schema/document.ts'
import { forgetDocuments, restoreDocument, trashDocument } from '../api/publish.ts'
import { Confirm } from '../ui/confirm.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { notifyWithWayBack } from '../ui/way-back.tsx'

type TrashDocumentProps = { document: DocumentDetail; opened: boolean; onClose: () => void }

/** Asks, then puts a document into Confluence's trash and leads to what stood above it. */
export function TrashDocument({ document, opened, onClose }: TrashDocumentProps) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { id, title, parentId, hasChildren } = document
  const key = document.space.key
  const trash = useMutation({
    mutationFn: () => trashDocument(id),
    onSuccess: async () => {
      onClose()
      notifyWithWayBack(`“${title}” is in the trash`, 'Restore it', () => restore.mutate())
      await (parentId === null
        ? navigate({ to: '/spaces/$key', params: { key } })
        : navigate({ to: '/spaces/$key/documents/$id', params: { key, id: parentId } }))
      queryClient.removeQueries({ queryKey: ['documents', 'one', id] })
      await forgetDocuments(queryClient)
    },
  })
  const restore = useMutation({
    mutationFn: () => restoreDocument(id),
    onSuccess: async () => {
      await forgetDocuments(queryClient)
      notifySuccess(`“${title}” was restored`)
      await navigate({ to: '/spaces/$key/documents/$id', params: { key, id } })
    },
  })
  return (
    <Confirm
      title={`Move “${title}” to the trash?`}
      opened={opened}
      onClose={onClose}
      onConfirm={() => trash.mutate()}
      confirmLabel="Move to the trash"
      busy={trash.isPending}
    >
      It goes to the trash of Confluence, with its attachments and comments, and disappears from here. In Confluence it
      can be restored. {hasChildren && 'Pages below it stay: Confluence moves them one step up.'}
    </Confirm>
  )
}

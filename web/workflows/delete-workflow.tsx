import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Workflow } from '#schema/workflow-api.ts'
import { deleteWorkflow } from '../api/workflows.ts'
import { Confirm } from '../ui/confirm.tsx'
import { count } from '../ui/format.ts'
import { notifySuccess } from '../ui/notify.ts'
import { usePlace } from './place.ts'

type DeleteWorkflowProps = { workflow: Workflow; opened: boolean; onClose: () => void }

/** Deletes a workflow, after it was said what becomes of its pages. */
export function DeleteWorkflow({ workflow, opened, onClose }: DeleteWorkflowProps) {
  const { goToList } = usePlace()
  const queryClient = useQueryClient()
  const { id, name, pages } = workflow
  const remove = useMutation({
    mutationFn: () => deleteWorkflow(id, pages > 0),
    onSuccess: async () => {
      notifySuccess(`“${name}” was deleted`)
      onClose()
      goToList()
      queryClient.removeQueries({ queryKey: ['workflows', 'one', id] })
      await queryClient.invalidateQueries({ queryKey: ['workflows', 'list'] })
    },
  })
  return (
    <Confirm
      title={`Delete “${name}”?`}
      opened={opened}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      confirmLabel={pages > 0 ? 'Delete, and forget their statuses' : 'Delete workflow'}
      busy={remove.isPending}
    >
      {pages > 0 ? (
        <>
          <strong>{count(pages, 'page')}</strong> {pages === 1 ? 'is' : 'are'} in it:{' '}
          {pages === 1 ? 'it loses its' : 'they lose their'} status, approvals and history here. In Confluence nothing
          changes.
        </>
      ) : (
        'No page that you may read is in it.'
      )}{' '}
      Its triggers fire no more, and its signing secrets are destroyed.
    </Confirm>
  )
}

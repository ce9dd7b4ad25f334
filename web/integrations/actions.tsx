import { Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { IconPencil, IconPlugConnected, IconTrash } from '@tabler/icons-react'
import type { Integration } from '#schema/integration.ts'
import { deleteIntegration, testIntegration } from '../api/integrations.ts'
import { Confirm } from '../ui/confirm.tsx'
import { count } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { TestReport } from './test-report.tsx'

const icon = { size: 18, stroke: 1.7, 'aria-hidden': true } as const

/** The three things to do with an integration: test its connection, edit it, delete it. */
export function Actions({ integration }: { integration: Integration }) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [asking, ask] = useDisclosure()
  const test = useMutation({
    mutationFn: () => testIntegration(integration.id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['integrations'] }),
  })
  const remove = useMutation({
    mutationFn: () => deleteIntegration(integration.id),
    onSuccess: async () => {
      ask.close()
      notifySuccess(`“${integration.name}” was deleted`)
      await navigate({ to: '/settings/integrations' })
      queryClient.removeQueries({ queryKey: ['integrations', integration.id] })
      await queryClient.invalidateQueries()
    },
  })
  return (
    <Group gap={2} wrap="nowrap">
      <IconButton label="Test connection" busy={test.isPending} onClick={() => test.mutate()}>
        <IconPlugConnected {...icon} />
      </IconButton>
      <IconButton
        label="Edit"
        onClick={() => void navigate({ to: '/settings/integrations/$id/edit', params: { id: integration.id } })}
      >
        <IconPencil {...icon} />
      </IconButton>
      <IconButton label="Delete" color="red" onClick={ask.open}>
        <IconTrash {...icon} />
      </IconButton>
      <TestReport name={integration.name} report={test.data} onClose={test.reset} />
      <Confirm
        title={`Delete “${integration.name}”?`}
        opened={asking}
        onClose={ask.close}
        onConfirm={() => remove.mutate()}
        confirmLabel="Delete integration"
        busy={remove.isPending}
      >
        <p style={{ marginTop: 0 }}>With it go, from Lockkeeper:</p>
        <ul>
          <li>the connection and its API key;</li>
          <li>the history of its syncs;</li>
          <li>
            the spaces it brought, with {count(integration.documents, 'document')}: they are no longer found or read
            here;
          </li>
          <li>the credentials of these spaces.</li>
        </ul>
        <p style={{ marginBottom: 0 }}>Nothing changes in Confluence.</p>
      </Confirm>
    </Group>
  )
}

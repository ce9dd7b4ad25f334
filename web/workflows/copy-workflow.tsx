import { Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type Workflow, WorkflowCopy } from '#schema/workflow-api.ts'
import { scopesQuery } from '../api/credentials.ts'
import { copyWorkflow } from '../api/workflows.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'

type CopyWorkflowProps = { workflow: Workflow; opened: boolean; onClose: () => void }

/** Copies a workflow into a scope that the person administrates. */
export function CopyWorkflow({ workflow, opened, onClose }: CopyWorkflowProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Copy “${workflow.name}”`}>
      <CopyForm workflow={workflow} onDone={onClose} />
    </Modal>
  )
}

function CopyForm({ workflow, onDone }: { workflow: Workflow; onDone: () => void }) {
  const queryClient = useQueryClient()
  const { data: scopes = [] } = useQuery(scopesQuery)
  const targets = scopes
    .filter(({ scope, mayAdministrate }) => mayAdministrate && scope !== 'integrations')
    .map(({ scope, name }) => ({ value: scope, label: scope === 'global' ? 'Global: all spaces' : name }))
  const first = targets.find(({ value }) => value !== workflow.scope) ?? targets[0]
  const form = useForm({ initialValues: { scope: '', name: workflow.name } })
  const scope = form.values.scope === '' ? (first?.value ?? '') : form.values.scope
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: WorkflowCopy,
    toInput: ({ name }) => ({ scope, name }),
    send: (input) => copyWorkflow(workflow.id, input),
    onDone: async (copy) => {
      const label = targets.find(({ value }) => value === scope)?.label ?? scope
      notifySuccess(`“${copy.name}” was copied`, `To ${label}. It is not enabled yet.`)
      onDone()
      await queryClient.invalidateQueries({ queryKey: ['workflows', 'list'] })
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <Text size="sm">
          The copy is a workflow of its own and not enabled at first. When the original changes, the list says so; the
          copy stays as it is.
        </Text>
        <FormProblem problem={problem} />
        <NativeSelect
          label="Into"
          data={targets}
          value={scope}
          error={form.errors['scope']}
          onChange={({ currentTarget: { value } }) => form.setFieldValue('scope', value)}
        />
        <TextInput label="Name" required autoComplete="off" data-autofocus {...form.getInputProps('name')} />
        <FormActions label="Copy" busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

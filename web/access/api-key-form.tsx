import { Checkbox, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { NewApiKey } from '#schema/access.ts'
import { addApiKey } from '../api/access.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { scopeNames } from './scope-names.ts'

/** Makes an API key; `onDone` gets the key itself, which is told only this once. */
export function ApiKeyForm({ onDone, onCancel }: { onDone: (key: string) => void; onCancel: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { name: '', scopes: ['read'], expiresAt: '' } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: NewApiKey,
    toInput: ({ expiresAt, ...values }) => ({
      ...values,
      ...(expiresAt !== '' && { expiresAt: `${expiresAt}T23:59:59Z` }),
    }),
    send: addApiKey,
    onDone: ({ key }) => {
      onDone(key)
      return queryClient.invalidateQueries({ queryKey: ['api-keys'] })
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <FormProblem problem={problem} />
        <TextInput
          label="Name"
          description="What will use it."
          required
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Checkbox.Group label="May" {...form.getInputProps('scopes')}>
          <Stack gap="xs" mt={6}>
            <Checkbox value="read" label={scopeNames.read} />
            <Checkbox
              value="propose"
              label={scopeNames.propose}
              description="They wait until an editor approves them."
            />
            <Checkbox
              value="write"
              label={scopeNames.write}
              description="Edits are published at once, even with “Propose edits”."
            />
          </Stack>
        </Checkbox.Group>
        <TextInput
          label="Expires"
          description="Optional."
          type="date"
          styles={{ wrapper: { maxWidth: 220 } }}
          {...form.getInputProps('expiresAt')}
        />
        <FormActions label="Add" busy={busy} onCancel={onCancel} />
      </Stack>
    </form>
  )
}

import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { NewApiKey } from '#schema/access.ts'
import { addApiKey } from '../api/access.ts'
import { FormProblem, useSubmit } from '../ui/form.tsx'

/** Makes an API key; `onDone` gets the key itself, which is told only this once. */
export function ApiKeyForm({ onDone }: { onDone: (key: string) => void }) {
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
          <Group mt={6}>
            <Checkbox value="read" label="read" />
            <Checkbox value="write" label="write" />
          </Group>
        </Checkbox.Group>
        <TextInput
          label="Expires"
          description="Optional."
          type="date"
          styles={{ wrapper: { maxWidth: 220 } }}
          {...form.getInputProps('expiresAt')}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={busy}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

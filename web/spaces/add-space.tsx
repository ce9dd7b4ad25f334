import { Button, Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { NewSpace } from '#schema/access.ts'
import { addSpace } from '../api/content.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'

/** Makes a space of Lockkeeper's own; those of Confluence come with their integration. */
export function AddSpace() {
  const [opened, { open, close }] = useDisclosure()
  return (
    <>
      <Button variant="default" onClick={open}>
        Add space
      </Button>
      <Modal opened={opened} onClose={close} title="Add space">
        <AddSpaceForm onDone={close} />
      </Modal>
    </>
  )
}

function AddSpaceForm({ onDone }: { onDone: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { key: '', name: '' } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: NewSpace,
    toInput: (values) => values,
    send: addSpace,
    onDone: (space) => {
      notifySuccess(`The space “${space.name}” was added`)
      onDone()
      return queryClient.invalidateQueries({ queryKey: ['spaces'] })
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <FormProblem problem={problem} />
        <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
        <TextInput
          label="Key"
          description="Short, for addresses: letters, digits and ~ . _ -"
          required
          {...form.getInputProps('key')}
        />
        <FormActions label="Add" busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

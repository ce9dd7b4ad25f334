import { Button, Group, Modal, Stack, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type Space, SpaceChange } from '#schema/access.ts'
import { changeSpace, deleteSpace } from '../api/content.ts'
import { Confirm } from '../ui/confirm.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { ReasonButton } from '../ui/reason-button.tsx'

/** Renames, archives or deletes a space. */
export function EditSpace({ space, isAdmin }: { space: Space; isAdmin: boolean }) {
  const [opened, { open, close }] = useDisclosure()
  return (
    <>
      <Button variant="default" onClick={open}>
        Edit space
      </Button>
      <Modal opened={opened} onClose={close} title={`Edit ${space.name}`}>
        <EditSpaceForm space={space} isAdmin={isAdmin} onDone={close} />
      </Modal>
    </>
  )
}

type EditSpaceFormProps = { space: Space; isAdmin: boolean; onDone: () => void }

function EditSpaceForm({ space, isAdmin, onDone }: EditSpaceFormProps) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [asking, ask] = useDisclosure()
  const form = useForm({ initialValues: { name: space.name, archived: space.archived } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: SpaceChange,
    toInput: (values) => values,
    send: (input) => changeSpace(space.key, input),
    onDone: (changed) => {
      notifySuccess(`“${changed.name}” was updated`)
      onDone()
      return queryClient.invalidateQueries({ queryKey: ['spaces'] })
    },
  })
  const remove = useMutation({
    mutationFn: () => deleteSpace(space.key),
    onSuccess: async () => {
      notifySuccess(`“${space.name}” was deleted`)
      await navigate({ to: '/spaces' })
      await queryClient.invalidateQueries({ queryKey: ['spaces'] })
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <FormProblem problem={problem} />
        <TextInput label="Name" required autoComplete="off" data-autofocus {...form.getInputProps('name')} />
        <Switch
          label="Archived"
          description="Kept for reading, out of the way."
          {...form.getInputProps('archived', { type: 'checkbox' })}
        />
        <Group justify="space-between">
          <ReasonButton variant="subtle" color="red" disabledReason={deleteBarrier(space, isAdmin)} onClick={ask.open}>
            Delete
          </ReasonButton>
          <Button type="submit" loading={busy}>
            Update
          </Button>
        </Group>
      </Stack>
      <Confirm
        title={`Delete “${space.name}”?`}
        opened={asking}
        onClose={ask.close}
        onConfirm={() => remove.mutate()}
        confirmLabel="Delete space"
        busy={remove.isPending}
      >
        Its documents, its credentials and its list of members go with it.
      </Confirm>
    </form>
  )
}

function deleteBarrier({ integrationId }: Space, isAdmin: boolean): string | undefined {
  if (!isAdmin) return 'Only a platform admin may delete a space.'
  return integrationId === null ? undefined : 'An integration keeps this space. Delete the integration instead.'
}

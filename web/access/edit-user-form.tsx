import { Button, Group, NativeSelect, Stack, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type User, UserChange } from '#schema/access.ts'
import { changeUser, deleteUser } from '../api/access.ts'
import { Confirm } from '../ui/confirm.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { ReasonButton } from '../ui/reason-button.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { roleChoices } from './role-choices.ts'

type EditUserFormProps = { user: User; isSelf: boolean; onDone: () => void }

export function EditUserForm({ user, isSelf, onDone }: EditUserFormProps) {
  const queryClient = useQueryClient()
  const [asking, setAsking] = useState(false)
  const form = useForm({ initialValues: { name: user.name, role: user.role, disabled: user.disabled, password: '' } })

  function done(title: string): Promise<void> {
    notifySuccess(title)
    onDone()
    return queryClient.invalidateQueries()
  }

  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: UserChange,
    toInput: ({ password, ...values }) => ({ ...values, ...(password !== '' && { password }) }),
    send: (input) => changeUser(user.id, input),
    onDone: () => done(`${user.name} was updated`),
  })
  const remove = useMutation({
    mutationFn: () => deleteUser(user.id),
    onSuccess: () => done(`${user.name} was deleted`),
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <FormProblem problem={problem} />
        <TextInput label="Name" required autoComplete="off" data-autofocus {...form.getInputProps('name')} />
        <NativeSelect label="Role" data={roleChoices} {...form.getInputProps('role')} />
        <Switch
          label="Disabled"
          description="A disabled user cannot sign in, and their API keys stop working."
          {...form.getInputProps('disabled', { type: 'checkbox' })}
        />
        <PasswordField
          label="New password"
          description="Leave it empty to keep the current one."
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Group justify="space-between">
          <ReasonButton
            variant="subtle"
            color="red"
            disabledReason={isSelf ? 'You cannot delete yourself.' : undefined}
            onClick={() => setAsking(true)}
          >
            Delete
          </ReasonButton>
          <Button type="submit" loading={busy}>
            Update
          </Button>
        </Group>
      </Stack>
      <Confirm
        title={`Delete ${user.name}?`}
        opened={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate()}
        confirmLabel="Delete user"
        busy={remove.isPending}
      >
        Their sessions, API keys and memberships go with them. What they did stays in the audit list.
      </Confirm>
    </form>
  )
}

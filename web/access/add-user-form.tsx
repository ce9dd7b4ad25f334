import { NativeSelect, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { NewUser } from '#schema/access.ts'
import { addUser } from '../api/access.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { PasswordField } from '../ui/password-field.tsx'
import { roleChoices } from './role-choices.ts'

export function AddUserForm({ onDone }: { onDone: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { name: '', email: '', password: '', role: 'member' } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: NewUser,
    toInput: (values) => values,
    send: addUser,
    onDone: (user) => {
      notifySuccess(`${user.name} was added`)
      onDone()
      return queryClient.invalidateQueries({ queryKey: ['users'] })
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <FormProblem problem={problem} />
        <TextInput label="Name" required autoComplete="off" data-autofocus {...form.getInputProps('name')} />
        <TextInput label="E-mail" type="email" required autoComplete="off" {...form.getInputProps('email')} />
        <PasswordField
          label="Password"
          description="At least 12 characters. Hand it over in person; it can be changed later."
          required
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <NativeSelect label="Role" data={roleChoices} {...form.getInputProps('role')} />
        <FormActions label="Add" busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Setup } from '#schema/access.ts'
import { setUp } from '../api/access.ts'
import { Door } from '../ui/door.tsx'
import { focusOnMount } from '../ui/focus.ts'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { PasswordField } from '../ui/password-field.tsx'

/** The first visit: makes the first platform admin and signs them in. */
export function SetUp() {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { token: '', name: '', email: '', password: '' } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: Setup,
    toInput: (values) => ({ ...values, token: values.token.trim() }),
    send: setUp,
    onDone: () => {
      queryClient.clear()
      void navigate({ to: '/settings/integrations' })
    },
  })
  return (
    <Door title="Set up Lockkeeper" lead="Make the first platform admin. Everything else can be changed later.">
      <form onSubmit={onSubmit} noValidate>
        <Stack>
          <FormProblem problem={problem} />
          <TextInput
            label="Set-up token"
            description="Printed in the terminal where Lockkeeper first started."
            autoComplete="off"
            required
            ref={focusOnMount}
            {...form.getInputProps('token')}
          />
          <TextInput label="Name" autoComplete="name" required {...form.getInputProps('name')} />
          <TextInput label="E-mail" type="email" autoComplete="username" required {...form.getInputProps('email')} />
          <PasswordField
            label="Password"
            description="At least 12 characters."
            autoComplete="new-password"
            required
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={busy} fullWidth mt="xs">
            Set up
          </Button>
        </Stack>
      </form>
    </Door>
  )
}

import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { SignIn as SignInInput } from '#schema/access.ts'
import { signIn } from '../api/access.ts'
import { Door } from '../ui/door.tsx'
import { focusOnMount } from '../ui/focus.ts'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { PasswordField } from '../ui/password-field.tsx'

const route = getRouteApi('/sign-in')

export function SignIn() {
  const search = route.useSearch()
  const router = useRouter()
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { email: '', password: '' } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: SignInInput,
    toInput: (values) => values,
    send: signIn,
    onDone: () => {
      queryClient.clear()
      router.history.push(localPath(search.return))
    },
  })
  return (
    <Door title="Sign in" lead="Your team's documents, behind one door.">
      <form onSubmit={onSubmit} noValidate>
        <Stack>
          <FormProblem problem={problem} />
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            ref={focusOnMount}
            {...form.getInputProps('email')}
          />
          <PasswordField
            label="Password"
            autoComplete="current-password"
            required
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={busy} fullWidth mt="xs">
            Sign in
          </Button>
        </Stack>
      </form>
    </Door>
  )
}

/** Back to where the person was, but never to another site. */
function localPath(path: string | undefined): string {
  const target = URL.parse(path ?? '/spaces', window.location.origin)
  return target?.origin === window.location.origin ? target.pathname + target.search + target.hash : '/spaces'
}

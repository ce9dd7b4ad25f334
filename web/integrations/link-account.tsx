import { Select, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import type { SourceAccount } from '#schema/read-access.ts'
import { allUsersQuery } from '../api/access.ts'
import { accountsKey, linkAccount } from '../api/integrations.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { nameOf } from './state.ts'

type LinkAccountProps = { integrationId: string; account: SourceAccount; onDone: () => void }

/** Never null: that would unlink. */
const Chosen = z.strictObject({ userId: z.string({ error: 'Choose a person.' }) })

/** Says whose account it is. */
export function LinkAccount({ integrationId, account, onDone }: LinkAccountProps) {
  const queryClient = useQueryClient()
  const users = useQuery(allUsersQuery)
  const initialValues: { userId: string | null } = { userId: account.user?.id ?? null }
  const form = useForm({ initialValues })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: Chosen,
    toInput: (values) => values,
    send: (input) => linkAccount(integrationId, account.accountId, input),
    onDone: async (linked) => {
      await queryClient.invalidateQueries({ queryKey: accountsKey(integrationId) })
      if (linked.user === null)
        notifySuccess('Noted', `“${nameOf(account)}” is closed in Confluence, so it opens nothing to anybody.`)
      else notifySuccess(`“${nameOf(account)}” is linked to ${linked.user.name}`)
      onDone()
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <FormProblem problem={problem} />
        <Text>
          The person reads here, from now on, what this account may read in Confluence. It is then theirs alone,
          whatever e-mail address it shows.
        </Text>
        <Loaded query={users}>
          {({ items, capped }) => (
            <Select
              label="Person"
              description={capped ? 'Only the first 2,000 people are listed.' : undefined}
              placeholder="Name or e-mail address"
              required
              searchable
              limit={50}
              nothingFoundMessage="Nobody is called so."
              data={items.map(({ id, name, email, disabled }) => ({
                value: id,
                label: `${name} (${email})${disabled ? ', disabled' : ''}`,
              }))}
              {...form.getInputProps('userId')}
            />
          )}
        </Loaded>
        <FormActions label="Link" busy={busy} disabled={users.data === undefined} onCancel={onDone} />
      </Stack>
    </form>
  )
}

import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { SourceAccount } from '#schema/read-access.ts'
import { accountsKey, linkAccount } from '../api/integrations.ts'
import { notifySuccess } from '../ui/notify.ts'
import { nameOf } from './state.ts'

type UnlinkAccountProps = { integrationId: string; account: SourceAccount; onDone: () => void }

/** Asks before an account becomes nobody's. The safe answer has the focus. */
export function UnlinkAccount({ integrationId, account, onDone }: UnlinkAccountProps) {
  const queryClient = useQueryClient()
  const unlink = useMutation({
    mutationFn: () => linkAccount(integrationId, account.accountId, { userId: null }),
    onSuccess: () => notifySuccess(`“${nameOf(account)}” is linked to nobody`),
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: accountsKey(integrationId) })
      onDone()
    },
  })
  return (
    <Stack>
      <Text>
        {account.user?.name ?? 'Nobody'} no longer reads here, from now on, what this account alone may read in
        Confluence. It does not link itself by e-mail address again: it stays nobody’s until an admin links it.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone} data-autofocus>
          Cancel
        </Button>
        <Button color="red.9" loading={unlink.isPending} onClick={() => unlink.mutate()}>
          Unlink
        </Button>
      </Group>
    </Stack>
  )
}

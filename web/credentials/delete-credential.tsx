import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { Credential } from '#schema/credential.ts'
import { deleteCredential } from '../api/credentials.ts'
import { notifySuccess } from '../ui/notify.ts'
import { useRefresh } from './refresh.ts'
import { UsagePanel } from './usage.tsx'

/** Says what uses a credential before it is deleted. */
export function DeleteCredential({ credential, onDone }: { credential: Credential; onDone: () => void }) {
  const refresh = useRefresh()
  const remove = useMutation({
    mutationFn: () => deleteCredential(credential.id),
    onSuccess: () => {
      notifySuccess(`“${credential.name}” was deleted`)
      onDone()
      return refresh()
    },
  })
  return (
    <Stack>
      <Text>
        Its secret is destroyed and cannot be brought back. Whatever uses it says “credential deleted” from then on and
        fails; nothing is sent without it.
      </Text>
      <UsagePanel id={credential.id} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone} data-autofocus>
          Cancel
        </Button>
        <Button color="red.9" loading={remove.isPending} onClick={() => remove.mutate()}>
          Delete credential
        </Button>
      </Group>
    </Stack>
  )
}

import { useMutation } from '@tanstack/react-query'
import { rotateKey } from '../api/credentials.ts'
import { Confirm } from '../ui/confirm.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { useRefresh } from './refresh.ts'

type RotateTokenProps = { scope: string; opened: boolean; onClose: () => void }

/** Asks before the token is renewed; nothing is lost by it. */
export function RotateToken({ scope, opened, onClose }: RotateTokenProps) {
  const refresh = useRefresh()
  const rotate = useMutation({
    mutationFn: () => rotateKey(scope),
    onSuccess: () => {
      notifySuccess('The rotation has started')
      onClose()
    },
    onSettled: refresh,
  })
  return (
    <Confirm
      title="Rotate the token?"
      opened={opened}
      onClose={onClose}
      onConfirm={() => rotate.mutate()}
      confirmLabel="Rotate"
      color="water"
      busy={rotate.isPending}
    >
      A new version of the token is made and every secret is sealed anew with it. Credentials, permissions, domains and
      whatever uses them stay as they are, and keep working meanwhile.
    </Confirm>
  )
}

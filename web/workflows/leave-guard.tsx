import { useBlocker } from '@tanstack/react-router'
import { Confirm } from '../ui/confirm.tsx'

/** Asks before what is not saved is left behind. */
export function LeaveGuard({ isDirty }: { isDirty: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  })
  return (
    <Confirm
      title="Leave without saving?"
      opened={status === 'blocked'}
      onClose={() => reset?.()}
      onConfirm={() => proceed?.()}
      confirmLabel="Leave"
      busy={false}
    >
      What you have changed in this workflow is lost then.
    </Confirm>
  )
}

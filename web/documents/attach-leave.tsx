import { useBlocker } from '@tanstack/react-router'
import { Confirm } from '../ui/confirm.tsx'

/** Asks before the tab, the page or the application is left while files are being sent. */
export function AttachLeave({ isBusy }: { isBusy: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => {
      const stays = current.pathname === next.pathname && 'tab' in next.search && next.search.tab === 'attachments'
      return isBusy && !stays && next.pathname !== '/sign-in'
    },
    enableBeforeUnload: () => isBusy,
    withResolver: true,
  })
  return (
    <Confirm
      title="Leave while files are being sent?"
      opened={status === 'blocked'}
      onClose={() => reset?.()}
      onConfirm={() => proceed?.()}
      confirmLabel="Leave"
      busy={false}
    >
      What has not been sent yet is not attached. Stay here until all files are listed.
    </Confirm>
  )
}

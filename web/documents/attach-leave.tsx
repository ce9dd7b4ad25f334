import { LeaveGuard } from '../ui/leave-guard.tsx'

/** Asks before the tab, the page or the application is left while files are being sent. A sign-out passes. */
export function AttachLeave({ isBusy }: { isBusy: boolean }) {
  return (
    <LeaveGuard
      isDirty={isBusy}
      title="Leave while files are being sent?"
      stays={({ current, next }) =>
        next.pathname === '/sign-in' ||
        (current.pathname === next.pathname && 'tab' in next.search && next.search.tab === 'attachments')
      }
    >
      What has not been sent yet is not attached. Stay here until all files are listed.
    </LeaveGuard>
  )
}

import { useBlocker } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Confirm } from './confirm.tsx'

type LeaveGuardProps = {
  isDirty: boolean
  /** What was written waits for its writer: leaving destroys nothing, and a sign-out passes. */
  isKept?: boolean
  /** What becomes of it. */
  children: ReactNode
}

/** Asks before what is not saved is left behind. */
export function LeaveGuard({ isDirty, isKept = false, children }: LeaveGuardProps) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isDirty && current.pathname !== next.pathname && !(isKept && next.pathname === '/sign-in'),
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
      {...(isKept && { color: 'water' })}
      busy={false}
    >
      {children}
    </Confirm>
  )
}

import { type ShouldBlockFn, useBlocker } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Confirm } from './confirm.tsx'

type Way = Parameters<ShouldBlockFn>[0]

type LeaveGuardProps = {
  isDirty: boolean
  /** What was written waits for its writer: leaving destroys nothing, and a sign-out passes. */
  isKept?: boolean
  title?: string
  /** Whether the way leads to where nothing is left behind; without it: to the same address. */
  stays?: (way: Way) => boolean
  /** What becomes of it. */
  children: ReactNode
}

/** Asks before what is not saved is left behind. */
export function LeaveGuard(props: LeaveGuardProps) {
  const { isDirty, isKept = false, title = 'Leave without saving?', stays = isSamePage, children } = props
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: (way) => isDirty && !stays(way) && !(isKept && way.next.pathname === '/sign-in'),
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  })
  return (
    <Confirm
      title={title}
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

function isSamePage({ current, next }: Way): boolean {
  return current.pathname === next.pathname
}

import { ActionIcon, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'

type IconButtonProps = {
  label: string
  /** Shorter than the label, where the row says what it is about. */
  tooltip?: string
  children: ReactNode
  onClick: () => void
  color?: string
  busy?: boolean
  /** Why the button cannot be used now. It stays reachable by keyboard, so that the reason can be read. */
  disabledReason?: string | undefined
}

/** A button that is only an icon; its name is for screen readers and the tooltip alike. */
export function IconButton({
  label,
  tooltip = label,
  children,
  onClick,
  color = 'gray',
  busy = false,
  disabledReason,
}: IconButtonProps) {
  const isDisabled = disabledReason !== undefined
  return (
    <Tooltip label={disabledReason ?? tooltip}>
      <ActionIcon
        variant="subtle"
        size="lg"
        color={color}
        aria-label={label}
        loading={busy}
        {...(isDisabled && { 'data-disabled': true, 'aria-disabled': true })}
        onClick={isDisabled ? undefined : onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  )
}

import { Button, type ButtonProps, Tooltip } from '@mantine/core'

type ReasonButtonProps = ButtonProps & {
  onClick: () => void
  /** Why the button cannot be used now. It stays reachable by keyboard, so that the reason can be read. */
  disabledReason: string | undefined
}

/** A button that says why it is disabled. */
export function ReasonButton({ onClick, disabledReason, ...button }: ReasonButtonProps) {
  if (disabledReason === undefined) return <Button {...button} onClick={onClick} />
  return (
    <Tooltip label={disabledReason}>
      <Button {...button} data-disabled aria-disabled onClick={(event) => event.preventDefault()} />
    </Tooltip>
  )
}

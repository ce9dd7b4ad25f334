import { Button, type ButtonProps, Tooltip, VisuallyHidden } from '@mantine/core'
import { useId } from 'react'

type ReasonButtonProps = ButtonProps & {
  onClick: () => void
  /** Why the button cannot be used now. It stays reachable by keyboard, so that the reason can be read. */
  disabledReason: string | undefined
  'aria-label'?: string
}

/** A button that says why it is disabled, to screen readers also before its tooltip has opened. */
export function ReasonButton({ onClick, disabledReason, ...button }: ReasonButtonProps) {
  const reason = useId()
  if (disabledReason === undefined) return <Button {...button} onClick={onClick} />
  return (
    <>
      <Tooltip label={disabledReason}>
        <Button
          {...button}
          data-disabled
          aria-disabled
          aria-describedby={reason}
          onClick={(event) => event.preventDefault()}
        />
      </Tooltip>
      <VisuallyHidden id={reason}>{disabledReason}</VisuallyHidden>
    </>
  )
}

import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

type ConfirmProps = {
  title: string
  opened: boolean
  onClose: () => void
  onConfirm: () => void
  confirmLabel: string
  /** Red unless nothing is destroyed. */
  color?: string
  busy: boolean
  children: ReactNode
}

/** Asks before something is destroyed, and says what goes with it. The safe answer has the focus. */
export function Confirm(props: ConfirmProps) {
  const { title, opened, onClose, onConfirm, confirmLabel, color = 'red.9', busy, children } = props
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Stack>
        <Text component="div">{children}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color={color} loading={busy} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

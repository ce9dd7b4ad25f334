import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

type ConfirmProps = {
  title: string
  opened: boolean
  onClose: () => void
  onConfirm: () => void
  confirmLabel: string
  busy: boolean
  children: ReactNode
}

/** Asks before something is destroyed, and says what goes with it. The safe answer has the focus. */
export function Confirm({ title, opened, onClose, onConfirm, confirmLabel, busy, children }: ConfirmProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Stack>
        <Text component="div">{children}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red.9" loading={busy} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

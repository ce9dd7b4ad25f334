import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'

/** A toast for something that worked and can be undone; it stays for half a minute. */
export function notifyWithWayBack(title: string, label: string, onBack: () => void): void {
  const id = notifications.show({
    title,
    message: (
      <Button
        variant="default"
        size="xs"
        mt={6}
        onClick={() => {
          notifications.hide(id)
          onBack()
        }}
      >
        {label}
      </Button>
    ),
    color: 'water',
    withBorder: true,
    autoClose: 30_000,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}

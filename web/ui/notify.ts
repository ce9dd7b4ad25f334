import { notifications } from '@mantine/notifications'

/** A toast for something that worked. */
export function notifySuccess(title: string, message = ''): void {
  notifications.show({
    title,
    message,
    color: 'water',
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}

/** A toast for an action that failed; forms show their own errors instead. */
export function notifyProblem(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  notifications.show({
    title: 'That did not work',
    message,
    color: 'red',
    withBorder: true,
    autoClose: 12_000,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}

import { ActionIcon, Popover } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconBell } from '@tabler/icons-react'
import { notificationsQuery } from '../api/notifications.ts'
import { formatNumber } from '../ui/format.ts'
import { NotificationList } from './notification-list.tsx'
import classes from './notifications.module.css'

/** What a person should know, one click away on every page; the figure is how much of it has not been read. */
export function Bell() {
  const [opened, { toggle, close }] = useDisclosure()
  const query = useInfiniteQuery(notificationsQuery)
  const unread = query.data?.pages[0]?.unread ?? 0
  return (
    <Popover
      opened={opened}
      onDismiss={close}
      position="bottom-end"
      width="min(25rem, calc(100vw - 1.5rem))"
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          className={classes.bell}
          aria-label={unread === 0 ? 'Notifications' : `Notifications, ${formatNumber(unread)} unread`}
          onClick={toggle}
        >
          <IconBell size={22} stroke={1.7} aria-hidden />
          {unread > 0 && (
            <span className={classes.count} aria-hidden>
              {unread > 99 ? '99+' : unread}
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <NotificationList query={query} unread={unread} onLeave={close} />
      </Popover.Dropdown>
    </Popover>
  )
}

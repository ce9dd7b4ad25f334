import { Button, Group, Text, Title } from '@mantine/core'
import { type UseInfiniteQueryResult, type InfiniteData, useMutation, useQueryClient } from '@tanstack/react-query'
import type { NotificationPage } from '#schema/notification.ts'
import { notificationsQuery, readNotifications } from '../api/notifications.ts'
import { itemsOf } from '../api/paged.ts'
import { Loaded, LoadMore, RowsSkeleton } from '../ui/loaded.tsx'
import { NotificationRow } from './notification-row.tsx'
import classes from './notifications.module.css'

type ListProps = {
  query: UseInfiniteQueryResult<InfiniteData<NotificationPage>>
  unread: number
  /** Somebody follows a link. */
  onLeave: () => void
}

export function NotificationList({ query, unread, onLeave }: ListProps) {
  const queryClient = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: readNotifications,
    onSettled: () => queryClient.invalidateQueries({ queryKey: notificationsQuery.queryKey }),
  })
  return (
    <>
      <Group justify="space-between" wrap="nowrap" px="md" py="xs" className={classes.head}>
        <Title order={2} size="h4">
          Notifications
        </Title>
        {unread > 0 && (
          <Button variant="subtle" size="compact-sm" loading={isPending} onClick={() => mutate({ all: true })}>
            Mark all as read
          </Button>
        )}
      </Group>
      <div className={classes.scroll}>
        <Loaded query={query} skeleton={<RowsSkeleton rows={2} />}>
          {({ pages }) => <Rows items={itemsOf(pages)} onLeave={onLeave} onRead={(id) => mutate({ ids: [id] })} />}
        </Loaded>
        <LoadMore query={query} />
      </div>
    </>
  )
}

type RowsProps = { items: NotificationPage['items']; onLeave: () => void; onRead: (id: string) => void }

function Rows({ items, onLeave, onRead }: RowsProps) {
  if (items.length === 0) {
    return (
      <Text c="dimmed" size="sm" p="md">
        Nothing yet. What you should know will be here: credentials that expire, deliveries that were given up.
      </Text>
    )
  }
  return (
    <ul className={classes.list}>
      {items.map((item) => (
        <NotificationRow key={item.id} notification={item} onLeave={onLeave} onRead={() => onRead(item.id)} />
      ))}
    </ul>
  )
}
